// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useTypedText } from './use-typed-text.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A field over an address that changes only when the test says so. */
function openField() {
  const told: string[] = [];
  const onText = (text: string): void => void told.push(text);
  const { result, rerender } = renderHook(({ text }) => useTypedText(text, onText), {
    initialProps: { text: '' },
  });
  return {
    told,
    typed: () => result.current[0],
    type: (text: string) => act(() => result.current[1](text)),
    address: (text: string) => rerender({ text }),
    pause: () => act(() => void vi.advanceTimersByTime(1_000)),
  };
}

describe('the text of a filter', () => {
  it('counts at once, and is told to the address once the typing pauses', () => {
    const field = openField();
    field.type('a');
    field.type('ab');
    expect([field.typed(), field.told]).toEqual(['ab', []]);
    field.pause();
    expect([field.typed(), field.told]).toEqual(['ab', ['ab']]);
  });

  it('keeps what is typed while the address still has the text of before', () => {
    const field = openField();
    field.type('ab');
    field.pause();
    field.type('abc');
    field.address('ab');
    expect(field.typed()).toBe('abc');
    field.pause();
    expect(field.told).toEqual(['ab', 'abc']);
  });

  it('follows an address that something else has changed', () => {
    const field = openField();
    field.type('ab');
    field.pause();
    field.address('ab');
    field.address('');
    expect(field.typed()).toBe('');
    field.pause();
    expect(field.told).toEqual(['ab']);
  });

  it('follows the way back to what was typed before', () => {
    const field = openField();
    field.type('ab');
    field.pause();
    field.address('ab');
    field.address('');
    field.address('ab');
    field.pause();
    expect([field.typed(), field.told]).toEqual(['ab', ['ab']]);
  });
});
