import type { Cause } from '../causes.ts';
import { maxLineChars, type LogLine } from './line-matcher.ts';

/** What a log says of a failure that no system package mends (the must-not-hint table of the catalogue). */
export const logClasses = [
  'network',
  'resource',
  'python-module',
  'python-too-new',
  'unsupported-arch',
  'no-source',
  'compiler-strictness',
  'host-baseline',
  'link-error',
  'symbols-too-recent',
] as const;
export type LogClass = (typeof logClasses)[number];

export interface LogClassRule {
  readonly class: LogClass;
  readonly cause: Cause;
  readonly rule: string;
  readonly patterns: readonly RegExp[];
  readonly tests: { readonly matches: readonly string[]; readonly misses: readonly string[] };
}

export const logClassRules: readonly LogClassRule[] = [
  {
    class: 'resource',
    cause: 'resource',
    rule: 'log:resource',
    patterns: [
      /Killed signal|fatal error: Killed|virtual memory exhausted|No space left on device|signal: 9\b/u,
    ],
    tests: {
      matches: [
        'c++: fatal error: Killed signal terminated program cc1plus',
        'virtual memory exhausted: Cannot allocate memory',
        "OSError: [Errno 28] No space left on device: '/work/tmp/x'",
        'process did not exit successfully: `rustc` (signal: 9, SIGKILL: kill)',
      ],
      misses: ['signal: 91 samples', 'fatal error: zlib.h: No such file or directory'],
    },
  },
  {
    class: 'network',
    cause: 'provider',
    rule: 'log:network',
    patterns: [
      /Temporary failure in name resolution|Connection (?:reset|timed out)|Read timed out|502 Bad Gateway|429 Too Many Requests/u,
    ],
    tests: {
      matches: [
        'urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>',
        'curl: (56) Recv failure: Connection reset by peer',
        'ReadTimeoutError: Read timed out. (read timeout=15)',
        'HTTP error 429 Too Many Requests while getting the file',
      ],
      misses: ['checking for connection handling... yes', 'HTTP error 404 while getting the file'],
    },
  },
  {
    class: 'python-too-new',
    cause: 'package',
    rule: 'log:python-too-new',
    patterns: [
      /No module named '?(?:pkg_resources|distutils|imp|asyncore|asynchat|smtpd)\b/u,
      /error in \S+ setup command: use_2to3 is invalid|has no attribute 'ImpImporter'/u,
      /Cannot import .setuptools\.build_meta..*distutils/u,
    ],
    tests: {
      matches: [
        "ModuleNotFoundError: No module named 'pkg_resources'",
        "ModuleNotFoundError: No module named 'distutils.core'",
        'error in suds-jurko setup command: use_2to3 is invalid.',
        "AttributeError: module 'pkgutil' has no attribute 'ImpImporter'. Did you mean: 'zipimporter'?",
      ],
      misses: ["ModuleNotFoundError: No module named 'impact'", 'warning: distutils is deprecated'],
    },
  },
  {
    class: 'python-module',
    cause: 'recipe',
    rule: 'log:python-module',
    patterns: [/ModuleNotFoundError: No module named '[A-Za-z0-9_.]+'/u],
    tests: {
      matches: [
        "ModuleNotFoundError: No module named 'numpy'",
        "ModuleNotFoundError: No module named 'Cython.Build'",
      ],
      misses: ['ImportError: cannot import name x', 'No module named pip'],
    },
  },
  {
    class: 'unsupported-arch',
    cause: 'platform',
    rule: 'log:unsupported-arch',
    patterns: [
      /[Uu]nsupported (?:architecture|platform|target)|Unknown target CPU|unrecognized -march=/u,
      /#error .*(?:big.?endian|byte order)|ring-\d.*panicked|unrecognized argument in option '-m(?:arch|tune)=/iu,
    ],
    tests: {
      matches: [
        'error: #error "Unknown target CPU"',
        'CMake Error: unsupported architecture s390x',
        'swap.h:12:2: error: #error This code does not support Big-Endian machines',
        "thread 'main' (ring-0.16.20/build.rs) panicked at 'called `Option::unwrap()`'",
      ],
      misses: ['target CPU: generic', 'error: unsupported operand'],
    },
  },
  {
    class: 'no-source',
    cause: 'provider',
    rule: 'log:no-source',
    patterns: [/No matching distribution found|Could not find a version that satisfies/u],
    tests: {
      matches: [
        'ERROR: No matching distribution found for foo==1.0',
        'ERROR: Could not find a version that satisfies the requirement foo==1.0 (from versions: none)',
      ],
      misses: ['No matching function for call', 'a version that satisfies was found'],
    },
  },
  {
    class: 'compiler-strictness',
    cause: 'package',
    rule: 'log:compiler-strictness',
    patterns: [/error: (?:incompatible|implicit declaration|[‘']?\w+[’']? has no member)/u],
    tests: {
      matches: [
        "a.c:3:5: error: implicit declaration of function 'f' [-Wimplicit-function-declaration]",
        'a.c:9:12: error: incompatible pointer types initializing',
        'a.c:9:12: error: ‘PyThreadState’ has no member named ‘exc_type’',
      ],
      misses: [
        'a.c:3:5: warning: implicit declaration of function',
        'a.c:1:10: fatal error: x.h: No such file',
      ],
    },
  },
  {
    class: 'host-baseline',
    cause: 'worker',
    rule: 'log:host-baseline',
    patterns: [/\bIllegal instruction\b/u],
    tests: {
      matches: ['Illegal instruction (core dumped)'],
      misses: ['error: illegal instruction set name'],
    },
  },
  {
    class: 'link-error',
    cause: 'package',
    rule: 'log:link-error',
    patterns: [/ImportError: .*undefined symbol/u],
    tests: {
      matches: ['ImportError: /work/x/_a.cpython-312-x86_64-linux-gnu.so: undefined symbol: foo_init'],
      misses: ['undefined reference to `foo_init`', "ImportError: No module named 'x'"],
    },
  },
  {
    class: 'symbols-too-recent',
    cause: 'platform',
    rule: 'log:symbols-too-recent',
    patterns: [/cannot repair .{0,400}too-recent versioned symbols/u],
    tests: {
      matches: [
        'auditwheel: error: cannot repair "x.whl" to "manylinux_2_17_s390x" ABI because of the presence of too-recent versioned symbols.',
      ],
      misses: ['auditwheel: repaired "x.whl"'],
    },
  },
];

export interface FoundLogClass {
  readonly class: LogClass;
  readonly cause: Cause;
  readonly rule: string;
  readonly line: LogLine;
}

/** The first line that says that no system package will help, and what it says; null: there is none. */
export function findLogClass(lines: readonly LogLine[]): FoundLogClass | null {
  for (const line of lines) {
    const text = line.text.slice(0, maxLineChars);
    const found = logClassRules.find(({ patterns }) => patterns.some((pattern) => pattern.test(text)));
    if (found !== undefined) return { class: found.class, cause: found.cause, rule: found.rule, line };
  }
  return null;
}
