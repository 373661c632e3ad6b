import { describe, expect, it } from 'vitest';
import { LruMap } from './lru-map.ts';

const weigh = (value: string): number => value.length;

describe('LruMap', () => {
  it('drops what was unused for longest when all together becomes too heavy', () => {
    const map = new LruMap(100, weigh);
    for (const name of ['a', 'b', 'c']) map.set(name, name.repeat(30));
    expect(map.get('a')).toBe('a'.repeat(30));
    map.set('d', 'd'.repeat(30));
    expect(['a', 'b', 'c', 'd'].filter((name) => map.get(name) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('does not keep what is too heavy alone, and replaces a value in place', () => {
    const map = new LruMap(50, weigh);
    map.set('huge', 'x'.repeat(1000));
    expect(map.get('huge')).toBeUndefined();
    for (let at = 10; at < 100; at += 1) map.set('same', `${'x'.repeat(38)}${at}`);
    expect(map.get('same')).toBe(`${'x'.repeat(38)}99`);
    map.set('other', 'y'.repeat(10));
    expect(map.get('same')).toBeDefined();
  });
});
