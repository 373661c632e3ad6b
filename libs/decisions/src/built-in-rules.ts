import type { Cause } from './causes.ts';
import type { Rule, RuleCondition } from './rule.ts';

const builtIn = (id: string, cause: Cause, when: RuleCondition): Rule => ({
  id: `built-in:${id}`,
  when,
  cause,
  certainty: 0.8,
  decision: null,
  hintId: null,
  prior: null,
  expiresAt: null,
});

const unresolved =
  /Temporary failure in name resolution|Name or service not known|Could not resolve host|getaddrinfo failed/;
const unreachable =
  /Connection (?:reset|timed out|refused)|Read timed out|Network is unreachable|50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)|429 Too Many Requests/;

/** Phases in which something outside is asked; the others have no network. */
const online = ['prepare', 'fetch', 'upload'];

/**
 * What a failure says by its lines where its code says little: those of a foreign plugin, and those that mean no more than
 * "the build failed". In this order: what took the build's means away explains what the compiler says after it.
 */
export const builtInRules: readonly Rule[] = [
  builtIn('disk-full', 'resource', { anchor: /No space left on device|Disk quota exceeded/ }),
  builtIn('killed', 'resource', {
    anchor:
      /Killed signal|fatal error: Killed|virtual memory exhausted|Cannot allocate memory|std::bad_alloc|signal: 9\b|Out of memory/,
  }),
  builtIn('name-resolution', 'provider', { phases: online, anchor: unresolved }),
  builtIn('network', 'provider', { phases: online, anchor: unreachable }),
  builtIn('network-in-build', 'package', { phases: ['build'], anchor: unresolved }),
  builtIn('unsupported-target', 'platform', {
    anchor:
      /unsupported (?:architecture|platform|target)|Unknown target CPU|#error .*(?:big.?endian|byte order)|unrecognized -march=/i,
  }),
  builtIn('illegal-instruction', 'platform', { anchor: /Illegal instruction/ }),
  builtIn('too-recent-symbols', 'platform', { anchor: /too-recent versioned symbols/ }),
  builtIn('no-source', 'provider', {
    phases: ['fetch'],
    anchor: /No matching distribution found|Could not find a version that satisfies/,
  }),
  builtIn('missing-header', 'recipe', { anchor: /fatal error: .*: No such file or directory/ }),
  builtIn('missing-library', 'recipe', { anchor: /cannot find -l/ }),
  builtIn('missing-module', 'recipe', { anchor: /ModuleNotFoundError: No module named/ }),
  builtIn('missing-tool', 'recipe', { anchor: /: (?:command )?not found$|can't find Rust compiler/ }),
  builtIn('undefined-symbol', 'package', { anchor: /ImportError: .*undefined symbol/ }),
  builtIn('syntax-error', 'package', { anchor: /^\s*(?:SyntaxError|IndentationError|TabError)\b/ }),
  builtIn('compile-error', 'package', { anchor: /: error: |^error\[E\d+\]: / }),
];
