import { toApiPath, type ApiCall } from './call-api.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same call for a shell. The token stays a variable: it is never shown. */
export function toCurl(call: Pick<ApiCall, 'method' | 'path' | 'query' | 'body'>, origin: string): string {
  const parts = ['curl', '-sS', '-H', '"Authorization: Bearer $CONTROL_PLANE_TOKEN"'];
  if (call.method !== 'GET') parts.push('-X', call.method);
  if (call.body !== undefined) {
    parts.push('-H', "'Content-Type: application/json'", '-d', quoted(JSON.stringify(call.body)));
  }
  return [...parts, quoted(origin + toApiPath(call))].join(' ');
}
