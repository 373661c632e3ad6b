import { describe, expect, it } from 'vitest';
import { negotiateFormat } from './negotiate-format.ts';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';

describe('negotiateFormat', () => {
  it.each<[string | undefined, ReturnType<typeof negotiateFormat>]>([
    [undefined, 'plain'],
    ['', 'plain'],
    ['*/*', 'plain'],
    ['text/html', 'plain'],
    ['text/*', 'plain'],
    ['application/*', 'json'],
    [json, 'json'],
    [html, 'html'],
    [json.toUpperCase(), 'json'],
    ['application/vnd.pypi.simple.latest+json', 'json'],
    ['application/vnd.pypi.simple.latest+html', 'html'],
    // pip 23 and later
    [`${json}, ${html};q=0.1, text/html;q=0.01`, 'json'],
    // uv
    [`${json}, ${html};q=0.2, text/html;q=0.01`, 'json'],
    [`text/html;q=0.5, ${json};q=0.4`, 'plain'],
    [`${html} ; q=0.9,${json};q=0.3,*/*;q=0.1`, 'html'],
    [`${json};q=0, */*`, 'plain'],
    ['text/html;q=0, */*;q=0.5', 'json'],
    ['text/html;q=0', null],
    ['image/png', null],
    ['application/json', null],
    ['application/vnd.pypi.simple.v2+json', null],
    [`${json};q=nonsense`, null],
    ['*/*;q=0', null],
    [',,;', null],
  ])('answers %j with %j', (accept, format) => {
    expect(negotiateFormat(accept)).toBe(format);
  });
});
