/** What stands in a log where a secret was. */
const secretMark = '***';

/** Shorter texts are not masked: they would tear holes into every log and protect nothing. */
const minSecretLength = 4;
const minVariantLength = 8;

/**
 * The base64 forms of a secret that is part of a longer encoded text (`user:secret` of an HTTP Basic header): one
 * for each of the three alignments, without the characters that its neighbours share.
 */
const toBase64Forms = (secret: string): string[] => {
  const bytes = Buffer.from(secret, 'utf8');
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const form = encoded.slice(first, end);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
};

/** Every form in which the secrets are looked for, longest first. */
const listSecretForms = (secrets: readonly string[]): string[] => {
  const forms = new Set<string>();
  for (const secret of secrets) {
    // A secret of several lines (a PEM key) is printed line by line.
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      const whole = part.trim();
      if (whole.length < minSecretLength) continue;
      forms.add(whole);
      const uri = encodeURIComponent(whole.toWellFormed());
      const variants = [
        uri,
        uri.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
        uri.replaceAll('%20', '+'),
        JSON.stringify(whole).slice(1, -1),
        Buffer.from(whole, 'utf8').toString('hex'),
        ...toBase64Forms(whole),
      ];
      for (const variant of variants) if (variant.length >= minVariantLength) forms.add(variant);
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
};

const toPattern = (forms: readonly string[]): RegExp | null =>
  forms.length === 0
    ? null
    : new RegExp(forms.map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g');

/** Masks a whole text, for example one line of an error. */
export const createMask = (secrets: readonly string[]): ((text: string) => string) => {
  const pattern = toPattern(listSecretForms(secrets));
  return (text) => (pattern === null ? text : text.replaceAll(pattern, secretMark));
};

/**
 * Masks a text that comes in pieces. What could be the beginning of a secret at the end of a piece is held back until
 * the next piece, or `flush`, decides; nothing else is.
 */
export class StreamMask {
  readonly #forms: readonly string[];
  readonly #pattern: RegExp | null;
  readonly #longest: number;
  #held = '';

  constructor(secrets: readonly string[]) {
    this.#forms = listSecretForms(secrets);
    this.#pattern = toPattern(this.#forms);
    this.#longest = this.#forms[0]?.length ?? 0;
  }

  /** The part of what came so far that may be passed on. */
  push(text: string): string {
    if (this.#pattern === null) return text;
    const all = this.#held + text;
    let out = '';
    let from = 0;
    let open = this.#findOpenStart(all, from);
    for (const match of all.matchAll(this.#pattern)) {
      const end = match.index + match[0].length;
      // A match inside the open tail may yet grow into a longer secret.
      if (match.index >= open && open < all.length) break;
      out += all.slice(from, match.index) + secretMark;
      from = end;
      if (end > open) open = this.#findOpenStart(all, end);
    }
    out += all.slice(from, open);
    this.#held = all.slice(open);
    return out;
  }

  /** What was held back, masked. */
  flush(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#pattern === null ? rest : rest.replaceAll(this.#pattern, secretMark);
  }

  /** Where the longest tail begins that is a true beginning of a secret; the length of the text if there is none. */
  #findOpenStart(text: string, from: number): number {
    const earliest = Math.max(from, text.length - this.#longest + 1);
    for (let start = earliest; start < text.length; start += 1) {
      const tailLength = text.length - start;
      for (const form of this.#forms) {
        if (form.length <= tailLength) break;
        if (text.startsWith(form.slice(0, tailLength), start)) return start;
      }
    }
    return text.length;
  }
}
