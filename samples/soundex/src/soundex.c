/* American Soundex. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "letters.h"

static PyObject *soundex(PyObject *self, PyObject *args) {
    const char *name;
    Py_ssize_t length;
    char code[5] = "0000";
    int filled = 0;
    char last = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "s#", &name, &length)) return NULL;
    for (Py_ssize_t i = 0; i < length && filled < 4; i++) {
        char letter = name[i];
        if (letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
        if (letter < 'A' || letter > 'Z') continue;
        char digit = digit_of(letter);
        if (filled == 0) {
            code[filled++] = letter;
            last = digit;
        } else if (digit != 0) {
            if (digit != '0' && digit != last) code[filled++] = digit;
            last = digit;
        }
    }
    return PyUnicode_FromStringAndSize(code, 4);
}

static PyMethodDef methods[] = {
    {"soundex", soundex, METH_VARARGS, "soundex(name) -> str: four characters."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_soundex", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__soundex(void) { return PyModule_Create(&module); }
