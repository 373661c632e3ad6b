import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/api-error.ts';
import { listRefusals } from './list-hint-errors.ts';

const refused = (path: string, message: string): ApiError =>
  new ApiError({ code: 'HINT_INVALID', status: 422, detail: message, issues: [{ path, message }] });

describe('what the controller has against a hint', () => {
  it.each([
    ['patterns.1', { patterns: 'Pattern 2: no' }],
    ['recipes', { recipes: 'no' }],
    ['recipes.env.FOO', { env: 'FOO: no' }],
    ['tests.2.text', { tests: 'Test 3: no' }],
    ['alongside', { alongside: 'no' }],
  ])('stands at its field: %s', (path, errors) => {
    expect(listRefusals(refused(path, 'no'))).toEqual(errors);
  });

  it('is nothing for another failure', () => {
    expect(listRefusals(new Error('away'))).toEqual({});
    expect(listRefusals(new ApiError({ code: 'UNREACHABLE', status: 0, detail: 'away' }))).toEqual({});
  });
});
