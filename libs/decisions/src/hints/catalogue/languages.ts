import { recipeOf, toBuiltin, type BuiltinHint } from '../builtin-hint.ts';

/** Compilers, headers of the interpreter, and tools that a build calls. */
export const languageHints: readonly BuiltinHint[] = [
  toBuiltin(
    'python-headers',
    recipeOf({ apt: ['python3-dev'], dnf: ['python3-devel'] }),
    [/fatal error: Python\.h: No such file/],
    {
      matches: ['src/m.c:1:10: fatal error: Python.h: No such file or directory'],
      misses: ['#include <Python.h>', 'fatal error: python.h: No such file or directory'],
    },
    { note: 'An image with several interpreters needs the headers of the one that builds.' },
  ),
  toBuiltin(
    'rust',
    recipeOf({ apt: ['rustc', 'cargo'], dnf: ['rust', 'cargo'] }),
    [
      /can't find Rust compiler/,
      /\b(?:rustc|cargo)(?:: command)?(?:: |\s)not found/,
      /Cargo, the Rust package manager, is not installed/,
    ],
    {
      matches: [
        "error: can't find Rust compiler",
        '/bin/sh: 1: cargo: not found',
        'bash: line 1: rustc: command not found',
        'Cargo, the Rust package manager, is not installed or is not on PATH.',
      ],
      misses: ['cargo: Finished release', 'crate rustc_hash not found in the lock file'],
    },
  ),
  toBuiltin(
    'rust-too-old',
    recipeOf({}, { toolchain: ['rust'] }),
    [
      /requires rustc \d+\.\d+[^\n]*newer[^\n]*currently active rustc version is/,
      /rustc \d+\.\d+(?:\.\d+)? is not supported by the following package/,
    ],
    {
      matches: [
        'error: package `ahash v0.8.12` cannot be built because it requires rustc 1.70 or newer, while the currently active rustc version is 1.63.0',
        'error: rustc 1.63.0 is not supported by the following packages:',
      ],
      misses: ['note: the currently active rustc version is 1.80.0'],
    },
    { note: 'No package by itself: a newer toolchain, from rustup or the distribution.' },
  ),
  toBuiltin(
    'boringssl-cpu',
    recipeOf(
      { apt: ['libssl-dev'], dnf: ['openssl-devel'] },
      { env: { GRPC_PYTHON_BUILD_SYSTEM_OPENSSL: '1' } },
    ),
    [/Unknown target CPU/],
    {
      matches: [
        'third_party/boringssl-with-bazel/include/openssl/target.h:68:2: error: #error "Unknown target CPU"',
        'error: #error "Unknown target CPU"\nthird_party/boringssl-with-bazel/src/crypto/a.c',
      ],
      misses: ['src/simd.h:12:2: error: #error "Unknown target CPU"', 'boringssl: built'],
    },
    { alongside: /boringssl/, answers: 'unsupported-arch', note: 'grpcio on s390x.' },
  ),
  toBuiltin(
    'fortran',
    recipeOf({ apt: ['gfortran'], dnf: ['gcc-gfortran'] }),
    [
      /\b(?:gfortran|f95|ifort)\b[^\n]{0,80}not found/,
      /Unknown compiler\(s\): \[\[?'?gfortran/,
      /[Nn]o Fortran compiler found/,
      /command '?(?:\S*-)?(?:gfortran|f95|f77)'? failed: No such file/,
      /No CMAKE_Fortran_COMPILER could be found/,
      /No such file or directory: '(?:gfortran|f95|f77)'/,
    ],
    {
      matches: [
        '/bin/sh: 1: gfortran: not found',
        "../meson.build:80:0: ERROR: Unknown compiler(s): [['gfortran'], ['flang-new'], ['ifort']]",
        'numpy.distutils.fcompiler.CompilerNotFound: no Fortran compiler found',
        "error: command 'gfortran' failed: No such file or directory",
        'CMake Error: No CMAKE_Fortran_COMPILER could be found.',
        "FileNotFoundError: [Errno 2] No such file or directory: 'gfortran'",
      ],
      misses: [
        'Fortran compiler for the host machine: gfortran (gcc 12.2.0)',
        'gfortran: error: x.f90: not compiled',
      ],
    },
  ),
  toBuiltin(
    'c-compiler',
    recipeOf({ apt: ['build-essential'], dnf: ['gcc', 'make'] }),
    [
      /command '?(?:\S*-)?(?:gcc|cc)'? failed: No such file/,
      /unable to execute '?(?:\S*-)?(?:gcc|cc)'?/,
      /C compiler cannot create executables/,
      /No CMAKE_C_COMPILER could be found/,
      /\b(?:make|gcc|cc): (?:command )?not found/,
    ],
    {
      matches: [
        "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory",
        "unable to execute 'gcc': No such file or directory",
        'configure: error: C compiler cannot create executables',
        'CMake Error at CMakeLists.txt:2 (project): No CMAKE_C_COMPILER could be found.',
        '/bin/sh: 1: make: not found',
      ],
      misses: [
        "error: command 'gcc' failed with exit code 1",
        'cmake: not found in cache',
        'C compiler works',
      ],
    },
  ),
  toBuiltin(
    'cxx-compiler',
    recipeOf({ apt: ['g++'], dnf: ['gcc-c++'] }),
    [
      /(?:g\+\+|c\+\+): (?:command )?not found/,
      /No CMAKE_CXX_COMPILER could be found/,
      /cannot execute .?cc1plus/,
      /command '?(?:\S*-)?g\+\+'? failed: No such file/,
    ],
    {
      matches: [
        '/bin/sh: 1: g++: not found',
        'CMake Error: No CMAKE_CXX_COMPILER could be found.',
        "gcc: fatal error: cannot execute 'cc1plus': execvp: No such file or directory",
        "error: command 'g++' failed: No such file or directory",
      ],
      misses: ["error: command 'g++' failed with exit code 1", 'c++: fatal error: no input files'],
    },
  ),
  toBuiltin(
    'cxx-standard',
    recipeOf({}, { toolchain: ['gcc'] }),
    [
      /C\+\+(?:17|20|23) (?:support|standard)[^\n]{0,100}(?:required|not supported)/,
      /unrecognized command[- ]line option ['‘]?-std=(?:c|gnu)\+\+(?:17|20|23|1z|2a|2b)/,
    ],
    {
      matches: [
        'CMake Error: C++20 support is required to build this',
        "g++: error: unrecognized command-line option '-std=c++20'; did you mean '-std=c++2a'?",
      ],
      misses: ['-- C++17 support: yes', 'g++ -std=c++17 -c a.cc'],
    },
    { note: 'No package by itself: a newer compiler, from the distribution.' },
  ),
];
