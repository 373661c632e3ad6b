import { processEnvironment } from '@ironwheel/config';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DataDirectoryFacts {
  /** `--data-dir` or `IRONWHEEL_DATA_DIR`. */
  readonly given: string | undefined;
  readonly xdgDataHome: string | undefined;
  readonly isRoot: boolean;
  readonly home: string;
}

/** Where `up` keeps everything and the other commands look for its URL and token. */
export function chooseDataDirectory(facts: DataDirectoryFacts): string {
  if (facts.given !== undefined) return resolve(facts.given);
  if (facts.isRoot) return '/var/lib/ironwheel';
  // The XDG Base Directory Specification: a relative path is to be ignored.
  const base =
    facts.xdgDataHome !== undefined && facts.xdgDataHome.startsWith('/')
      ? facts.xdgDataHome
      : join(facts.home, '.local', 'share');
  return join(base, 'ironwheel');
}

export const dataDirectory = (given: string | undefined): string =>
  chooseDataDirectory({
    given,
    xdgDataHome: processEnvironment()['XDG_DATA_HOME'],
    isRoot: process.getuid?.() === 0,
    home: homedir(),
  });
