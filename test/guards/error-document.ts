import type { ErrorCodeEntry, ErrorFamily } from '@ironwheel/contracts';

const whoActs: Readonly<Record<ErrorFamily, string>> = {
  request: 'the caller: mend the request',
  operational: 'an operator, or time: retry, or see to the installation',
  defect: 'the authors of Ironwheel: report it',
};

const row = (...cells: (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

/** The text of docs/errors.md, made from the codes themselves so that it cannot lag behind them. */
export const errorDocument = (
  codes: Readonly<Record<string, ErrorCodeEntry>>,
  pluginRefusals: Readonly<Record<string, string>>,
): string =>
  [
    '# Error codes',
    '',
    '<!-- Written by `npx vitest run --project unit test/guards/error-codes -u`; do not edit by hand. -->',
    '',
    'Every refusal of the HTTP API has the form',
    '',
    '```json',
    '{ "error": "LEASE_LOST", "detail": "one sentence: what was wrong and what to do", "correlation_id": "…" }',
    '```',
    '',
    'and, for a body or query that does not fit its schema and for the field of a hint that is refused,',
    '`issues: [{ path, message }]` besides. Codes are stable: a program may decide by them, and one is never reused for',
    "another meaning. The `correlation_id` is in the controller's log, too.",
    '',
    '## HTTP API',
    '',
    row('code', 'status', 'who acts', 'meaning'),
    row('---', '---', '---', '---'),
    ...Object.entries(codes).map(([code, { status, family, meaning }]) =>
      row(`\`${code}\``, status, family, meaning),
    ),
    '',
    'Who acts:',
    '',
    ...Object.entries(whoActs).map(([family, text]) => `- **${family}**: ${text}.`),
    '',
    '## Plugins',
    '',
    'Why a plugin was not loaded, in the order of the checks (`docs/plugins.md`). The program that loads it logs the',
    'code and the place, and does not start without a plugin that it was told to use.',
    '',
    row('code', 'meaning'),
    row('---', '---'),
    ...Object.entries(pluginRefusals).map(([code, meaning]) => row(`\`${code}\``, meaning)),
    '',
    '## Attempts',
    '',
    'Why a build failed stands in the attempt (`GET /api/attempts/{id}`): `error.code`, one sentence, and the lines of',
    'the log that matter. The `cause` beside it says who is at fault: `package`, `recipe`, `platform`, `resource`,',
    '`worker`, `provider`, `policy`, `cancelled` or `unknown`. These codes come from runners and from the build driver;',
    'a plugin may bring its own, so a program should decide by the cause.',
    '',
  ].join('\n');
