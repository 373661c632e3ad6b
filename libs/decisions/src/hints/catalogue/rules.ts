import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Entries that read what to do from the line itself, and those for logs that no system package mends. */
export const ruleHints: readonly BuiltinHint[] = [
  toBuiltin(
    'pkg-config-name',
    recipeOf({}),
    [
      /No package '([A-Za-z0-9+._-]{1,80})' found/,
      /Package '([A-Za-z0-9+._-]{1,80})', required by/,
      /Package ([A-Za-z0-9+._-]{1,80}) was not found in the pkg-config search path/,
      /Dependency "?([A-Za-z0-9+._-]{1,80})"? not found, tried pkg-?config/,
      /The system library `([A-Za-z0-9+._-]{1,80})` required by crate/,
    ],
    {
      matches: [
        "No package 'libuv' found",
        "Package 'libxcrypt', required by 'virtual:world', not found",
        'Package libevent was not found in the pkg-config search path.',
        'meson.build:12:0: ERROR: Dependency "libpng" not found, tried pkgconfig and cmake',
        'The system library `alsa` required by crate `alsa-sys` was not found.',
      ],
      misses: ['No package was found', 'Dependency libpng found: YES 1.6.39'],
    },
    {
      rule: 'pkg-config',
      note: 'dnf installs pkgconfig(name) directly; apt goes by a table of names.',
    },
  ),
  toBuiltin(
    'python-module',
    recipeOf({}),
    [/ModuleNotFoundError: No module named '([A-Za-z0-9_]{1,80})/],
    {
      matches: [
        "ModuleNotFoundError: No module named 'numpy'",
        "ModuleNotFoundError: No module named 'Cython.Build'",
      ],
      misses: ['ImportError: cannot import name x', "No module named 'pip'"],
    },
    {
      rule: 'python-module',
      answers: 'python-module',
      note: 'What a build imports and its build requirements do not name is added to them.',
    },
  ),
  toBuiltin(
    'pkg-resources',
    recipeOf({}, { build_requires: ['setuptools<81'] }),
    [/No module named '?pkg_resources\b/],
    {
      matches: ["ModuleNotFoundError: No module named 'pkg_resources'"],
      misses: ['UserWarning: pkg_resources is deprecated as an API.'],
    },
    { answers: 'python-too-new', note: 'pkg_resources left setuptools.' },
  ),
  toBuiltin(
    'distutils',
    recipeOf({}, { build_requires: ['setuptools<81'] }),
    [/No module named '?distutils\b|Cannot import .setuptools\.build_meta..{0,200}distutils/],
    {
      matches: ["ModuleNotFoundError: No module named 'distutils.core'"],
      misses: ['DeprecationWarning: distutils is deprecated'],
    },
    { answers: 'python-too-new', note: 'Python 3.12 has no distutils; setuptools brings one.' },
  ),
  toBuiltin(
    'use-2to3',
    recipeOf({}, { build_requires: ['setuptools<58'] }),
    [/use_2to3 is invalid/],
    {
      matches: ['error in suds-jurko setup command: use_2to3 is invalid.'],
      misses: ['use_2to3=False'],
    },
    { answers: 'python-too-new', note: 'The last setuptools that could.' },
  ),
  toBuiltin(
    'implicit-declaration',
    recipeOf(
      {},
      {
        env: {
          CFLAGS:
            '-Wno-error=implicit-function-declaration -Wno-error=incompatible-pointer-types -Wno-error=implicit-int -Wno-error=int-conversion',
        },
      },
    ),
    [
      /error: implicit declaration of function|error: incompatible pointer type|error: .{0,300}\[-Wint-conversion\]/,
    ],
    {
      matches: [
        "a.c:3:5: error: implicit declaration of function 'f' [-Wimplicit-function-declaration]",
        "a.c:7:14: error: passing argument 1 of 'f' makes pointer from integer without a cast [-Wint-conversion]",
      ],
      misses: [
        'a.c:3:5: warning: implicit declaration of function [-Wint-conversion]',
        'error: expected ‘;’ before ‘}’ token',
      ],
    },
    { answers: 'compiler-strictness', note: 'GCC 14 made errors of what was a warning before.' },
  ),
];
