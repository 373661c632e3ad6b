/** A file of `systemd/install/`; they are put together in the order of their names. */
export interface ScriptPart {
  readonly name: string;
  readonly text: string;
}

export const toSection = ({ name, text }: ScriptPart): string => `# ${name}\n${text.trim()}`;

/**
 * One function that the last line calls. The call stands inside an `if`, so that a script that was cut off anywhere is
 * no complete command and does nothing.
 */
export const wrapScript = (body: readonly string[]): string =>
  [
    '#!/bin/sh',
    '# Ironwheel. Nothing happens before the last line, which is complete or does nothing.',
    'ironwheel_install() {',
    ...body,
    '}',
    'if :; then ironwheel_install "$@" </dev/null; fi',
    '',
  ].join('\n');

/** What lies on a host, so that it can be taken off again without a link. */
export const writeUninstallScript = (parts: readonly ScriptPart[]): string =>
  wrapScript([...parts.filter(({ name }) => /^(?:10|20|80)-/.test(name)).map(toSection), 'uninstall']);
