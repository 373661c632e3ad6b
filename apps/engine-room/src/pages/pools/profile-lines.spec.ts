import { describe, expect, it } from 'vitest';
import { findTwice, joinLines, readProfiles, splitLines, writeProfileLines } from './profile-lines.ts';

describe('profiles of a pool as text', () => {
  it('come back as they were', () => {
    const profiles = { 'a.example.org': 'low_hit', 'b.example.org': 'warmup' } as const;
    expect(readProfiles(writeProfileLines(profiles))).toEqual(profiles);
    expect(readProfiles('')).toEqual({});
  });

  it('keep a line that is not filled in yet', () => {
    const lines = [{ host: '', profile: 'standard' }];
    expect(splitLines(joinLines(lines))).toEqual(lines);
  });

  it('tell of a host that stands there twice', () => {
    expect(findTwice('a=standard\nb=warmup')).toBeNull();
    expect(findTwice('a=standard\n a =warmup')).toBe('a');
  });
});
