import { planStrategies } from '@ironwheel/contracts';
import { Option, type Command } from 'commander';
import { integerOption, listOption, timeOption } from '../commands/option-values.ts';

/** Options that say how dependencies are resolved. */
export interface RuleOptions {
  readonly strategy?: (typeof planStrategies)[number];
  readonly eager?: boolean;
  readonly override?: string[];
  readonly exclude?: string[];
  readonly packageOverrides?: string;
  readonly pre?: boolean;
  /** `--no-deps`: commander makes it the negation of `deps`, which is true when it was not given. */
  readonly deps?: boolean;
  readonly bootstrap?: boolean;
  /** `--no-binary`, likewise the negation of `binary`. */
  readonly binary?: string[] | true;
  readonly onlyBinary?: string[];
  readonly excludeNewer?: string;
  readonly refresh?: boolean;
  readonly fallbackLatest?: boolean;
  readonly missing?: 'avoid' | 'report';
  readonly skipKnownFailures?: boolean;
  readonly extra?: string[];
  readonly group?: string[];
  readonly maxDeps?: number;
}

const pathList = (path: string, before: readonly string[] = []): string[] => [...before, path];

export const addRuleOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--strategy <name>',
        'pinned: handed-in wheels keep their versions; eager: the newest that fits; lowest: the oldest',
      ).choices(planStrategies),
    )
    .option('--eager', 'the same as --strategy eager')
    .option('--override <file>', 'lines that replace every requirement on their project', pathList)
    .option('--exclude <names>', 'projects that nothing is to depend on', listOption)
    .option(
      '--package-overrides <file>',
      'JSON: source, version, metadata, build requirements of packages, stated by hand',
    )
    .option('--pre', 'take pre-releases as well')
    .option('--no-deps', 'plan what is named, and nothing that it depends on')
    .option('--bootstrap', 'build requirements without a wheel for the target are built as well')
    .option(
      '--no-binary <names>',
      'build these although the index has a fitting wheel; `:all:` for every one',
      (text: string, before: string[] | true) => listOption(text, before === true ? [] : before),
    )
    .option('--only-binary <names>', 'take these as ready wheels, never build them', listOption)
    .option('--exclude-newer <time>', 'leave out files uploaded after this day or moment', timeOption)
    .option('--refresh', 'ask the package index anew about everything that was kept of it')
    .option('--fallback-latest', 'where a pinned version cannot be had, take the latest that can')
    .addOption(
      new Option('--missing <what>', 'avoid: look for another solution before something is missing').choices([
        'avoid',
        'report',
      ]),
    )
    .option('--skip-known-failures', 'plan what failed on this target before as missing')
    .option('--extra <names>', 'of lock files: extras to take', listOption)
    .option('--group <names>', 'of lock files: dependency groups to take', listOption)
    .option('--max-deps <n>', 'most projects in the plan', integerOption(1, 20_000));
