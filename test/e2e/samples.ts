import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machineEnvironment, repository, runProgram } from './run-program.ts';

/** Makes sample sdists, by name or by the path of a directory with `sample.json`; none named: all of the repository. */
export async function makeSdists(directory: string, samples: readonly string[] = []): Promise<string> {
  await mkdir(directory, { recursive: true });
  const script = join(repository, 'samples', 'make-sdists.py');
  const made = await runProgram('python3', [script, directory, ...samples], machineEnvironment());
  if (made.code !== 0) throw new Error(made.stderr);
  return directory;
}

/** Sources of a sample package in C; returns the directory. */
export async function writeSample(
  directory: string,
  name: string,
  version: string,
  source: string,
): Promise<string> {
  const module = name.replaceAll('-', '_');
  await mkdir(join(directory, 'src'), { recursive: true });
  await mkdir(join(directory, module), { recursive: true });
  await writeFile(join(directory, module, '__init__.py'), `from ._part import answer\n`);
  await writeFile(join(directory, 'src', 'part.c'), source);
  const settings = {
    name,
    version,
    summary: 'A sample package of a test',
    package: module,
    extensions: { _part: ['src/part.c'] },
  };
  await writeFile(join(directory, 'sample.json'), JSON.stringify(settings));
  return directory;
}

/** A module with one function, `answer()`. */
export const answerSource = `#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *unused) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_part", NULL, -1, methods};
PyMODINIT_FUNC PyInit__part(void) { return PyModule_Create(&module); }
`;
