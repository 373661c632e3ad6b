import { describe, expect, it } from 'vitest';
import { listGone } from './list-gone.ts';

describe('files that were chosen', () => {
  it('are gone where they wait no longer', () => {
    const pending = [{ input_id: 'one' }, { input_id: 'two' }];
    expect(listGone(['two', 'other'], pending)).toEqual(['other']);
    expect(listGone(['one'], [])).toEqual(['one']);
  });
});
