/** One line of `--json` output as an object; empty when it is none. */
export function readEvent(line) {
  try {
    const event = JSON.parse(line);
    return typeof event === 'object' && event !== null ? event : {};
  } catch {
    return {};
  }
}
