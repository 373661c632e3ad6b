const asterisk = 0x2a;

/**
 * Secrets that anyone can recognise: credentials in a URL, an Authorization header, bearer tokens, our own tokens in
 * any form, and the `token` of a query. In each the group `secret` is what is masked. Written for one character per
 * byte (`latin1`), bounded, so that no text makes them slow; `[\x80-\xff]` is a part of a longer UTF-8 character,
 * and `*` of a secret whose beginning was masked before.
 */
const patterns = [
  /:\/\/(?<secret>[\x21-\x2e\x30-\x3f\x41-\x7e\x80-\xff]{1,256})@/dg,
  /\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token)[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=*-]{4,4096})/dgi,
  /\bbearer[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=*-]{16,4096})/dgi,
  /\b(?<secret>iwa_[0-9a-f]{8}-[0-9a-f-]{27}\.\d{1,15}\.[A-Za-z0-9_-]{43})/dg,
  /\b(?<secret>iws?_[A-Za-z0-9_-]{40,64})/dg,
  /\bx-worker-token["']?\s{0,4}[:=]\s{0,4}["']?(?<secret>[\x21\x23-\x26\x28-\x7e]{4,512})/dgi,
  /[?&](?:token|access_token|api_key)=(?<secret>[A-Za-z0-9._~+/%=*-]{4,512})/dgi,
] as const;

/** How far before its end a text may still hold the beginning of a secret that goes on in the next piece, in bytes. */
export const longestSplitSecret = 600;

/**
 * The second line of defence: the worker has masked the secrets that it knows. Each byte of a secret becomes `*`, so
 * that every offset stays true. Works on a copy.
 */
export function maskLogBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  let masked: Buffer | undefined;
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      masked ??= Buffer.from(bytes);
      masked.fill(asterisk, start, end);
    }
  }
  return masked ?? bytes;
}
