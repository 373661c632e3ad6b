import { describe, expect, it } from 'vitest';
import { maskLogBytes } from './mask-log-bytes.ts';

const mask = (text: string): string => maskLogBytes(Buffer.from(text)).toString();

describe('maskLogBytes', () => {
  it.each([
    ['pip install --index-url https://user:secret@host/simple', 'https://***********@host/simple'],
    ['https://glpat-0123@git.example/x', 'https://**********@git.example/x'],
    ['authorization: basic dXNlcjpwYXNz', 'authorization: basic ************'],
    ['"Authorization": "Bearer abc.def-ghi_jkl"', '"Authorization": "Bearer ***************"'],
    ['GET /x?a=1&token=abcdef HTTP/1.1', '&token=****** HTTP/1.1'],
    [`X-Worker-Token: s3cr3t`, 'X-Worker-Token: ******'],
    [`iw_${'a'.repeat(43)}`, '*'.repeat(46)],
  ])('masks the secret in %s', (text, expected) => {
    expect(mask(text)).toContain(expected);
    expect(Buffer.byteLength(mask(text))).toBe(Buffer.byteLength(text));
  });

  it.each([
    'mail me@example.org or see https://example.org/@user',
    'Basic functionality and bearer tokens are explained below',
    'gcc -I/usr/include://x @response',
    'tokens=4 token = 5',
  ])('leaves %s alone', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('stays linear on text that is made to slow it down', () => {
    const hostile = ['://', 'bearer ', 'a', 'authorization:', 'https://a:', '?token=', 'iwa_'];
    for (const piece of hostile) {
      const bytes = Buffer.from(piece.repeat(Math.ceil((4 * 1024 * 1024) / piece.length)));
      expect(maskLogBytes(bytes)).toHaveLength(bytes.length);
    }
  });
});
