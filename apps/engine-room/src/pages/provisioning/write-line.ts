interface LineOptions {
  /** Looks, tells what it would do, and changes nothing. */
  readonly isLook: boolean;
  /** Installs what is missing by the host's own packages. */
  readonly installs: boolean;
}

/** The line with the options of the script behind it (docs/provisioning.md). */
export function writeLine(line: string, { isLook, installs }: LineOptions): string {
  const options = [isLook ? '--dry-run' : '', installs ? '--install-packages' : ''].filter(
    (option) => option !== '',
  );
  return options.length === 0 ? line : `${line} -s -- ${options.join(' ')}`;
}
