/* What a port to a big-endian machine trips over: byte order, asked of the machine and not of the compiler. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

static PyObject *native(PyObject *self, PyObject *unused) {
    const uint16_t one = 1;
    unsigned char first;
    (void)self;
    (void)unused;
    memcpy(&first, &one, 1);
    return PyUnicode_FromString(first ? "little" : "big");
}

static PyObject *swap32(PyObject *self, PyObject *args) {
    unsigned long value;
    (void)self;
    if (!PyArg_ParseTuple(args, "k", &value)) return NULL;
    uint32_t v = (uint32_t)value;
    return PyLong_FromUnsignedLong((v >> 24) | ((v >> 8) & 0xFF00u) | ((v << 8) & 0xFF0000u) | (v << 24));
}

static PyObject *read_be32(PyObject *self, PyObject *args) {
    Py_buffer data;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*", &data)) return NULL;
    if (data.len < 4) {
        PyBuffer_Release(&data);
        PyErr_SetString(PyExc_ValueError, "needs four bytes");
        return NULL;
    }
    const uint8_t *b = data.buf;
    uint32_t v = ((uint32_t)b[0] << 24) | ((uint32_t)b[1] << 16) | ((uint32_t)b[2] << 8) | b[3];
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(v);
}

static PyMethodDef methods[] = {
    {"native", native, METH_NOARGS, "native() -> 'big' or 'little'."},
    {"swap32", swap32, METH_VARARGS, "swap32(int) -> int."},
    {"read_be32", read_be32, METH_VARARGS, "read_be32(data) -> int."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_byteorder", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__byteorder(void) { return PyModule_Create(&module); }
