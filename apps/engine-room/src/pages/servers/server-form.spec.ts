import { describe, expect, it } from 'vitest';
import { readLabels, toServerChange } from './server-form.ts';

describe('the form of a server', () => {
  it('reads one label a line, with = in the value', () => {
    expect(readLabels(' arch=s390x \n\nopts = a=b\nalone')).toEqual({
      arch: 's390x',
      opts: 'a=b',
      alone: '',
    });
  });

  it('hands in only what was changed', () => {
    const mine = { name: 'anvil', pool: 'forge', address: '', description: 'x', labels: 'arch=s390x' };
    expect(toServerChange(mine, ['pool', 'labels'])).toEqual({ pool: 'forge', labels: { arch: 's390x' } });
    expect(toServerChange(mine, [])).toEqual({});
  });
});
