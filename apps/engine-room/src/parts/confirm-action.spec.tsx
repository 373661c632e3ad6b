// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import * as z from 'zod';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfirmAction } from './confirm-action.tsx';

const answer = z.object({ held: z.array(z.string()) });
let sent: { url: string; body: unknown; key: string | null }[];
let failures: number;

beforeEach(() => {
  [sent, failures] = [[], 0];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const key = new Headers(init.headers).get('idempotency-key');
    sent.push({ url, body: JSON.parse(init.body as string), key });
    if (!url.includes('dry_run') && failures-- > 0)
      return Promise.resolve(
        new Response('{"error":"SERVICE_UNAVAILABLE","detail":"Not now.","correlation_id":"c"}', {
          status: 503,
        }),
      );
    return Promise.resolve(new Response('{"held": ["numpy 2.1.0"]}'));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function ask(nameToType?: string): { closed: () => number } {
  const onClose = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <ConfirmAction
          title="Drain anvil"
          explanation="It gets no new jobs."
          confirmLabel="Drain"
          done="It drains."
          onClose={onClose}
          toCall={(reason, isDryRun) => ({
            method: 'POST',
            path: '/drain',
            body: { reason },
            query: isDryRun ? { dry_run: true } : {},
            answer,
          })}
          renderImpact={({ held }) => <p>It builds {held.join(', ')}.</p>}
          {...(nameToType === undefined ? {} : { nameToType })}
        />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { closed: () => onClose.mock.calls.length };
}

describe('asking before a deed', () => {
  it('shows what it would do, and does it once, whatever answers are lost', async () => {
    const user = userEvent.setup();
    failures = 1;
    const { closed } = ask();
    await screen.findByText('It builds numpy 2.1.0.');
    await user.type(screen.getByLabelText('Reason'), 'New disk.');
    await user.click(screen.getByRole('button', { name: 'Drain' }));
    await screen.findByText('Not now.');
    expect(closed()).toBe(0);
    await user.click(screen.getByRole('button', { name: 'Drain' }));
    await vi.waitFor(() => expect(closed()).toBe(1));
    const deeds = sent.filter(({ url }) => !url.includes('dry_run'));
    expect(deeds.map(({ body }) => body)).toEqual([{ reason: 'New disk.' }, { reason: 'New disk.' }]);
    expect(new Set(deeds.map(({ key }) => key)).size).toBe(1);
    expect(deeds[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('where it cannot be undone, takes the name and a reason first', async () => {
    const user = userEvent.setup();
    ask('anvil');
    const button = screen.getByRole('button', { name: 'Drain' });
    expect(button).toHaveProperty('disabled', true);
    await user.type(screen.getByRole('textbox', { name: /Type anvil to confirm/ }), 'anvil');
    expect(button).toHaveProperty('disabled', true);
    await user.type(screen.getByRole('textbox', { name: /Reason/ }), 'gone');
    expect(button).toHaveProperty('disabled', false);
  });
});
