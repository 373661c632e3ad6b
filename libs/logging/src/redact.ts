/**
 * Redaction works on the finished line, in the sink: whatever path a secret takes into a line (a field at any
 * depth, a message, the text of a foreign error), it passes here last.
 */
const mask = '[redacted]';

const secretKeys =
  'authorization|proxy-authorization|cookie|set-cookie|x-worker-token|token|attempt_token|worker_token|session|password|passwd|secret|private_key|enrollment_token|control_plane_token';

/** `"token":"…"` at any depth of a JSON line. */
const jsonField = new RegExp(`("(?:${secretKeys})":)"(?:[^"\\\\]|\\\\.)*"`, 'gi');
/** The same inside a text that holds JSON itself, with its quotes escaped. */
const escapedField = new RegExp(`(\\\\"(?:${secretKeys})\\\\":)\\\\"[^"\\\\]*`, 'gi');
/** `"cookie":["…"]`: node gives repeated headers as arrays. */
const jsonArrayField = new RegExp(`("(?:${secretKeys})":)\\[[^\\]]*\\]`, 'gi');

const patterns: readonly (readonly [RegExp, string])[] = [
  [jsonField, `$1"${mask}"`],
  [escapedField, `$1\\"${mask}`],
  [jsonArrayField, `$1"${mask}"`],
  [/([?&;](?:token|access_token|worker_token|signature|x-amz-signature)=)[^&\s"'\\]+/gi, `$1${mask}`],
  [/(\/install\/)[A-Za-z0-9._~-]+/g, `$1${mask}`],
  [/([a-z][a-z0-9+.-]*:\/\/)[^/\s"'@\\]+@/gi, `$1${mask}@`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${mask}`],
  // Ironwheel's own secrets by their form, and any JWT.
  [/\biwa_[0-9a-f-]{36}\.\d+\.[A-Za-z0-9_-]+/g, mask],
  [/\biw[es]?_[A-Za-z0-9_-]{32,}/g, mask],
  [/\biwb_[A-Za-z0-9_-]{16,}/g, mask],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g, mask],
  [/((?:worker_token|iw_session)=)[^;\s"\\]+/g, `$1${mask}`],
];

/** The text with everything that is, or looks like, a credential replaced by `[redacted]`. */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}
