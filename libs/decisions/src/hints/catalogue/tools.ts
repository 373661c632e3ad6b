import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Programs that a build calls. */
export const toolHints: readonly BuiltinHint[] = [
  toBuiltin(
    'cmake',
    recipeOf({ apt: ['cmake'], dnf: ['cmake'] }),
    [
      /\bcmake(?:: command)?: not found|\bcmake: command not found/,
      /command '?cmake'? failed: No such file/,
      /No such file or directory: '?cmake'?/,
      /[Cc]ould not find (?:the )?[Cc][Mm]ake\b|CMake must be installed/,
    ],
    {
      matches: [
        '/bin/sh: 1: cmake: not found',
        'bash: cmake: command not found',
        "error: command 'cmake' failed: No such file or directory",
        "FileNotFoundError: [Errno 2] No such file or directory: 'cmake'",
        'RuntimeError: CMake must be installed to build the following extensions: _x',
      ],
      misses: ['-- Found CMake: /usr/bin/cmake', 'cmake: error in the cache'],
    },
  ),
  toBuiltin(
    'cmake-too-old',
    recipeOf({}, { build_requires: ['cmake'] }),
    [/CMake \d[\d.]* or higher is required/],
    {
      matches: ['  CMake 3.26 or higher is required.  You are running version 3.25.1'],
      misses: ['CMake 3.26 is required by the docs', 'cmake_minimum_required(VERSION 3.26)'],
    },
    { note: 'The newest CMake comes from the package index, as a build requirement.' },
  ),
  toBuiltin(
    'ninja',
    recipeOf({ apt: ['ninja-build'], dnf: ['ninja-build'] }, { repositories: ['crb'] }),
    [
      /\bninja(?:-build)?: (?:command )?not found/,
      /Could not detect Ninja/,
      /unable to find a build program corresponding to "Ninja"/,
    ],
    {
      matches: [
        '/bin/sh: 1: ninja: not found',
        'ERROR: Could not detect Ninja v1.8.2 or newer',
        'CMake Error: CMake was unable to find a build program corresponding to "Ninja".',
      ],
      misses: ['ninja: build stopped: subcommand failed.', 'ninja: no work to do.'],
    },
  ),
  toBuiltin(
    'pkg-config',
    recipeOf({ apt: ['pkg-config'], dnf: ['pkgconf-pkg-config'] }),
    [
      /pkg-config: (?:command )?not found/,
      /pkg-config binary .?pkg-config.? not found/,
      /Did not find pkg-config|Could NOT find PkgConfig/,
      /No such file or directory: '?pkg-config'?/,
      /The pkg-config command could not be (?:found|run)/,
    ],
    {
      matches: [
        '/bin/sh: 1: pkg-config: not found',
        "Pkg-config binary for machine 1 not found. pkg-config binary 'pkg-config' not found",
        'Did not find pkg-config by name',
        "FileNotFoundError: [Errno 2] No such file or directory: 'pkg-config'",
        'error: The pkg-config command could not be found.',
      ],
      misses: ['Found pkg-config: /usr/bin/pkg-config (0.29.2)', 'pkg-config: checking for libfoo'],
    },
  ),
  toBuiltin(
    'swig',
    recipeOf({ apt: ['swig'], dnf: ['swig'] }),
    [
      /swig(?:\d(?:\.\d)?)?: (?:command )?not found/,
      /command '?swig(?:\d(?:\.\d)?)?'? failed/,
      /Could NOT find SWIG/,
    ],
    {
      matches: [
        '/bin/sh: 1: swig: not found',
        "error: command 'swig' failed: No such file or directory",
        'Could NOT find SWIG (missing: SWIG_EXECUTABLE SWIG_DIR)',
      ],
      misses: ['swigging a.i to a_wrap.c', 'swig -python a.i'],
    },
  ),
  toBuiltin(
    'protobuf',
    recipeOf(
      { apt: ['protobuf-compiler', 'libprotobuf-dev'], dnf: ['protobuf-compiler', 'protobuf-devel'] },
      { repositories: ['crb'] },
    ),
    [
      /protoc(?:: command)?(?:: | )not found/,
      /Could NOT find Protobuf/,
      /Protobuf compiler not found/,
      /Could not find `?protoc`?/,
    ],
    {
      matches: [
        '/bin/sh: 1: protoc: not found',
        '  Could NOT find Protobuf (missing: Protobuf_LIBRARIES)',
        'RuntimeError: Protobuf compiler not found',
        'Could not find `protoc`. If `protoc` is installed, try setting the `PROTOC` environment variable',
      ],
      misses: ['-- Found Protobuf: /usr/lib', 'protoc --python_out=. a.proto'],
    },
  ),
  toBuiltin(
    'llvm',
    recipeOf({ apt: ['llvm-dev'], dnf: ['llvm-devel'] }),
    [
      /llvm-config[^\n]{0,100}(?:not found|No such file)|No such file or directory: '?llvm-config/,
      /LLVM version[^\n]{0,100}(?:required|not supported)/,
      /Could NOT find LLVM|Could not find a package configuration file provided by "LLVM"/,
    ],
    {
      matches: [
        "FileNotFoundError: [Errno 2] No such file or directory: 'llvm-config'",
        'RuntimeError: Building requires LLVM version 15.x; LLVM version 14 is not supported',
        '  Could not find a package configuration file provided by "LLVM" with any of',
      ],
      misses: ['LLVM version... 14.0.6', '-- Found LLVM 14'],
    },
    { note: 'llvmlite wants one exact major: a hint of your own, scoped to it, names that one.' },
  ),
  toBuiltin(
    'git',
    recipeOf({ apt: ['git'], dnf: ['git'] }),
    [/\bgit: (?:command )?not found/, /No such file or directory: '?git'?/],
    {
      matches: [
        '/bin/sh: 1: git: not found',
        "FileNotFoundError: [Errno 2] No such file or directory: 'git'",
      ],
      misses: ['git: fatal: not a git repository', 'digit: not found'],
    },
  ),
  toBuiltin(
    'scm-version',
    recipeOf({}, { env: { SETUPTOOLS_SCM_PRETEND_VERSION: '{version}' } }),
    [
      /setuptools[_-]scm was unable to detect version/,
      /Versioning for this project requires either an sdist tarball/,
    ],
    {
      matches: [
        'LookupError: setuptools-scm was unable to detect version for /work/src/x.',
        'Exception: Versioning for this project requires either an sdist tarball, or access to an upstream git repository.',
      ],
      misses: ['setuptools_scm: version 1.2.3', 'unable to detect version control'],
    },
    { note: 'The version is told instead of asked of a repository that is not there.' },
  ),
  toBuiltin(
    'autotools',
    recipeOf({ apt: ['autoconf', 'automake', 'libtool'], dnf: ['autoconf', 'automake', 'libtool'] }),
    [
      /\b(?:autoreconf|autoconf|automake|libtoolize|aclocal): (?:command )?not found/,
      /No such file or directory: '?(?:autoreconf|autoconf|automake|libtoolize|aclocal)'?/,
    ],
    {
      matches: [
        './autogen.sh: 5: autoreconf: not found',
        "FileNotFoundError: [Errno 2] No such file or directory: 'autoreconf'",
      ],
      misses: ['autoreconf: running: aclocal', 'autoconf: configure.ac not a file: not read'],
    },
  ),
  toBuiltin(
    'parsers',
    recipeOf({ apt: ['flex', 'bison', 'm4'], dnf: ['flex', 'bison', 'm4'] }),
    [/\b(?:flex|bison|yacc|m4): (?:command )?not found/, /Could NOT find (?:BISON|FLEX)\b/],
    {
      matches: ['/bin/sh: 1: bison: not found', 'Could NOT find FLEX (missing: FLEX_EXECUTABLE)'],
      misses: ['bison -d grammar.y', 'checking for flex... flex'],
    },
  ),
  toBuiltin(
    'patchelf',
    recipeOf({ apt: ['patchelf'], dnf: ['patchelf'] }, { repositories: ['epel'] }),
    [/\bpatchelf: (?:command )?not found/, /[Cc]annot find required utility .?patchelf/],
    {
      matches: [
        '/bin/sh: 1: patchelf: not found',
        'ValueError: Cannot find required utility `patchelf` in PATH',
      ],
      misses: ['patchelf --set-rpath', 'patchelf 0.14.3'],
    },
    { note: 'auditwheel repairs with it.' },
  ),
];
