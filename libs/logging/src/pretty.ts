const colours: Readonly<Record<string, string>> = {
  debug: '\u001b[90m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[35m',
};
const reset = '\u001b[0m';
const hidden = new Set(['level', 'time', 'msg', 'service', 'pid']);

/** One JSON log line as a person reads it on a terminal: time, level, sentence, then the fields. */
export function toPrettyLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
  const level = typeof entry['level'] === 'string' ? entry['level'] : 'info';
  const time = typeof entry['time'] === 'string' ? entry['time'].slice(11, 23) : '';
  const message = typeof entry['msg'] === 'string' ? entry['msg'] : '';
  const fields = Object.entries(entry)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const colour = colours[level] ?? '';
  return `${time} ${colour}${level.toUpperCase().padEnd(5)}${reset} ${message}${fields ? `  \u001b[90m${fields}${reset}` : ''}\n`;
}
