import type { BuiltinHint } from './builtin-hint.ts';
import { databaseHints } from './catalogue/databases.ts';
import { foundationHints } from './catalogue/foundations.ts';
import { languageHints } from './catalogue/languages.ts';
import { pictureHints } from './catalogue/pictures-and-numbers.ts';
import { ruleHints } from './catalogue/rules.ts';
import { toolHints } from './catalogue/tools.ts';

/** The catalogue that comes with Ironwheel: what logs say, and what mends it on apt and on dnf. */
export const builtinHints: readonly BuiltinHint[] = [
  ...languageHints,
  ...toolHints,
  ...foundationHints,
  ...databaseHints,
  ...pictureHints,
  ...ruleHints,
];
