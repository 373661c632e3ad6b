import { expect, it } from 'vitest';
import { formatTable } from './table.ts';

it('lines up columns and cleans what servers sent', () => {
  const text = formatTable(
    ['package', 'time'],
    [
      ['six', '1 s'],
      ['\u001b[31mmarkupsafe\u001b[0m', '12 s'],
    ],
    { right: [1] },
  );
  expect(text).toBe(
    ['package     time', '──────────  ────', 'six          1 s', 'markupsafe  12 s'].join('\n'),
  );
});

it('shows an empty table as its header', () => {
  expect(formatTable(['a', 'b'], [])).toBe('a  b\n─  ─');
});
