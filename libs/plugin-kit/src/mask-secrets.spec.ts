import { describe, expect, it } from 'vitest';
import { createMask, StreamMask } from './mask-secrets.ts';

const secret = 'iw_tok/9+Zq secret~42';

const forms = {
  plain: secret,
  'base64 by itself': Buffer.from(secret).toString('base64'),
  'base64 in a Basic header': Buffer.from(`user:${secret}`).toString('base64'),
  'base64 one byte off': Buffer.from(`u:${secret}@x`).toString('base64'),
  base64url: Buffer.from(`us:${secret}`).toString('base64url'),
  'URL-encoded': encodeURIComponent(secret),
  'JSON-escaped': JSON.stringify(`a"${secret}`),
  hex: Buffer.from(secret).toString('hex'),
};
/** The middle of each form: none of it may be left. */
const core = (text: string): string =>
  text.slice(Math.floor(text.length / 2) - 4, Math.floor(text.length / 2) + 4);

describe('createMask', () => {
  it.each(Object.entries(forms))('hides a secret that is printed as %s', (_name, text) => {
    const masked = createMask([secret])(`before ${text} after`);
    expect(masked).toContain('***');
    expect(masked).not.toContain(core(text));
    expect(masked).toMatch(/^before .* after$/s);
  });

  it('hides each line of a secret of several lines', () => {
    const masked = createMask(['first-line-of-key\nsecond-line-of-key'])('x second-line-of-key y');
    expect(masked).toBe('x *** y');
  });

  it('leaves texts alone when there is nothing to hide', () => {
    expect(createMask(['', 'abc'])('abc abc')).toBe('abc abc');
  });
});

describe('StreamMask', () => {
  it.each(Object.entries(forms))('hides %s wherever the text is cut in two', (_name, text) => {
    const whole = `before ${text} after`;
    const expected = createMask([secret])(whole);
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const mask = new StreamMask([secret]);
      expect(mask.push(whole.slice(0, cut)) + mask.push(whole.slice(cut)) + mask.flush()).toBe(expected);
    }
  });

  it('hides a secret that comes letter by letter', () => {
    const mask = new StreamMask([secret]);
    let out = '';
    for (const letter of `a ${secret} b ${secret}`) out += mask.push(letter);
    expect(out + mask.flush()).toBe('a *** b ***');
  });

  it('holds back only what may be the beginning of a secret', () => {
    const mask = new StreamMask(['hunter22']);
    expect(mask.push('all of this\n')).toBe('all of this\n');
    expect(mask.push('and hunt')).toBe('and ');
    expect(mask.push('ing')).toBe('hunting');
    expect(mask.flush()).toBe('');
  });

  it('takes the longer of two secrets that begin alike, also across a border', () => {
    const mask = new StreamMask(['token-abc', 'token-abc-def']);
    expect(mask.push('x token-abc') + mask.push('-def y') + mask.flush()).toBe('x *** y');
  });

  it('does not show a secret whose end is the beginning of another', () => {
    const mask = new StreamMask(['xx-abcd', 'abcd-yyyy']);
    expect(mask.push('1 xx-abcd') + mask.push(' 2') + mask.flush()).toBe('1 *** 2');
  });
});
