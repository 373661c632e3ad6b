import type { Cause } from '@ironwheel/contracts';

/** An sdist that does not build in the plain image, and what is to become of it. */
export interface FailureCase {
  readonly name: string;
  /** Of its source tree, beside the package itself. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell commands that its backend runs before it packs the wheel. */
  readonly commands?: readonly string[];
  /** Sources of its one extension module, `_part`. */
  readonly sources?: readonly string[];
  /** Of the first attempt. */
  readonly cause: Cause;
  readonly code: string;
  /** The hints that mend it, one after the other; none: nothing does. */
  readonly hints: readonly string[];
}

const module = (include: string, value: string): string => `#include <Python.h>
#include <${include}>
static PyObject *answer(PyObject *self, PyObject *unused) { return PyLong_FromLong((long)(${value})); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_part", NULL, -1, methods};
PyMODINIT_FUNC PyInit__part(void) { return PyModule_Create(&module); }
`;

const header = (name: string, include: string, value: string, hint: string): FailureCase => ({
  name,
  files: { 'src/part.c': module(include, value) },
  sources: ['src/part.c'],
  cause: 'recipe',
  code: 'HEADER_MISSING',
  hints: [hint],
});

const tool = (
  name: string,
  commands: readonly string[],
  hints: readonly string[],
  files: Readonly<Record<string, string>> = {},
): FailureCase => ({ name, commands, files, cause: 'recipe', code: 'TOOL_MISSING', hints });

/** What an entry of the catalogue mends on the retry. */
export const mendedCases: readonly FailureCase[] = [
  header('needs-jpeg', 'jpeglib.h', 'JPEG_LIB_VERSION', 'builtin-jpeg'),
  header('needs-ffi', 'ffi.h', 'FFI_OK', 'builtin-ffi'),
  header('needs-openssl', 'openssl/opensslv.h', 'OPENSSL_VERSION_NUMBER', 'builtin-openssl'),
  header('needs-sqlite', 'sqlite3.h', 'SQLITE_VERSION_NUMBER', 'builtin-sqlite'),
  header('needs-lzma', 'lzma.h', 'LZMA_VERSION', 'builtin-lzma'),
  tool('needs-postgres', ['pg_config --includedir'], ['builtin-postgres']),
  {
    ...tool('needs-xml', ['cc -c src/probe.c -o probe.o $(xml2-config --cflags)'], ['builtin-xml'], {
      'src/probe.c': '#include <libxml/parser.h>\nint probe(void) { return LIBXML_VERSION; }\n',
    }),
    code: 'HEADER_MISSING',
  },
  {
    ...tool('needs-bzip2', ['cc -shared -fPIC -o probe.so src/probe.c -lbz2'], ['builtin-bzip2'], {
      'src/probe.c': 'int probe(void) { return 1; }\n',
    }),
    code: 'LIBRARY_MISSING',
  },
  tool('needs-swig', ['swig -python -outdir . src/probe.i'], ['builtin-swig'], {
    'src/probe.i': '%module probe\nint answer(void);\n',
  }),
  tool('needs-cmake', ['cmake -S native -B native/out'], ['builtin-cmake'], {
    'native/CMakeLists.txt': 'cmake_minimum_required(VERSION 3.10)\nproject(probe C)\n',
  }),
  // Two turns: the tool, and then what the tool is asked for.
  tool(
    'needs-pkg-config',
    ['pkg-config --exists --print-errors libuv'],
    ['builtin-pkg-config', 'builtin-pkg-config-name'],
  ),
  tool('needs-fortran', ['gfortran -c src/probe.f90 -o probe.o'], ['builtin-fortran'], {
    'src/probe.f90': 'subroutine probe()\nend subroutine probe\n',
  }),
  tool('needs-bison', ['bison -o probe.c src/grammar.y'], ['builtin-parsers'], {
    'src/grammar.y': '%token A\n%%\nstart: A;\n%%\n',
  }),
  tool('needs-rust', ['cargo build --offline --manifest-path native/Cargo.toml'], ['builtin-rust'], {
    'native/Cargo.toml': '[package]\nname = "probe"\nversion = "0.1.0"\n',
    'native/src/main.rs': 'fn main() {}\n',
  }),
  {
    ...tool('needs-packaging', ['python -c "import packaging.version"'], ['builtin-python-module']),
    code: 'MODULE_MISSING',
  },
  {
    ...tool(
      'needs-leniency',
      ['cc -Werror=implicit-function-declaration $CFLAGS -c src/probe.c -o probe.o'],
      ['builtin-implicit-declaration'],
      { 'src/probe.c': 'int probe(void) { return never_declared(); }\n' },
    ),
    cause: 'package',
    code: 'COMPILE_FAILED',
  },
  {
    name: 'needs-old-setuptools',
    files: {
      'pyproject.toml':
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
      'setup.py':
        'from setuptools import setup\nsetup(name="needs-old-setuptools", version="1.0", packages=["needs_old_setuptools"], use_2to3=True)\n',
    },
    cause: 'package',
    code: 'BACKEND_FAILED',
    hints: ['builtin-use-2to3'],
  },
];

/** What no hint mends. */
export const hopelessCases: readonly FailureCase[] = [
  {
    name: 'asks-the-network',
    commands: [`python -c "import urllib.request; urllib.request.urlopen('http://data.example/set.csv')"`],
    cause: 'package',
    code: 'NETWORK_IN_BUILD',
    hints: [],
  },
  {
    name: 'takes-too-much-memory',
    commands: [`python -c "kept = [bytearray(b'1') * (16 << 20) for _ in range(512)]"`],
    cause: 'resource',
    code: 'OUT_OF_MEMORY',
    hints: [],
  },
  {
    name: 'takes-too-much-disk',
    commands: ['head -c 4000000000 /dev/zero > filling'],
    cause: 'resource',
    code: 'DISK_FULL',
    hints: [],
  },
  {
    name: 'has-a-syntax-error',
    files: { 'src/part.c': 'int broken(void) { return 1 }\n' },
    sources: ['src/part.c'],
    cause: 'package',
    code: 'COMPILE_FAILED',
    hints: [],
  },
  {
    name: 'uses-a-gone-member',
    files: { 'src/part.c': 'struct point { int x; };\nint get(struct point *p) { return p->gone; }\n' },
    sources: ['src/part.c'],
    cause: 'package',
    code: 'COMPILE_FAILED',
    hints: [],
  },
  {
    name: 'does-not-link',
    files: { 'src/probe.c': 'int nowhere(void);\nint main(void) { return nowhere(); }\n' },
    commands: ['cc src/probe.c -o probe'],
    cause: 'package',
    code: 'LINK_FAILED',
    hints: [],
  },
  {
    name: 'cannot-be-imported',
    files: {
      'src/part.c': module('stddef.h', 'nowhere()').replace(
        'static PyObject',
        'long nowhere(void);\nstatic PyObject',
      ),
    },
    sources: ['src/part.c'],
    cause: 'package',
    code: 'WHEEL_IMPORT_FAILED',
    hints: [],
  },
  {
    name: 'is-for-python-2',
    files: { 'probe.py': 'try:\n    pass\nexcept Exception, error:\n    print error\n' },
    commands: ['python probe.py'],
    cause: 'package',
    code: 'BACKEND_FAILED',
    hints: [],
  },
  {
    name: 'knows-no-such-processor',
    files: { 'src/part.c': '#error "unsupported architecture"\n' },
    sources: ['src/part.c'],
    cause: 'platform',
    code: 'COMPILE_FAILED',
    hints: [],
  },
  {
    ...header('needs-something-strange', 'strange/thing.h', '1', ''),
    hints: [],
  },
];
