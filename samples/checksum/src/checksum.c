/* CRC-32C (Castagnoli) and Adler-32, the same on little- and big-endian machines. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

static uint32_t table[256];

static void fill_table(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t c = n;
        for (int k = 0; k < 8; k++) c = (c & 1) ? (c >> 1) ^ 0x82F63B78u : c >> 1;
        table[n] = c;
    }
}

static PyObject *crc32c(PyObject *self, PyObject *args) {
    Py_buffer data;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*", &data)) return NULL;
    const uint8_t *bytes = data.buf;
    uint32_t c = 0xFFFFFFFFu;
    for (Py_ssize_t i = 0; i < data.len; i++) c = table[(c ^ bytes[i]) & 0xFF] ^ (c >> 8);
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong(c ^ 0xFFFFFFFFu);
}

static PyObject *adler32(PyObject *self, PyObject *args) {
    Py_buffer data;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*", &data)) return NULL;
    const uint8_t *bytes = data.buf;
    uint32_t a = 1, b = 0;
    for (Py_ssize_t i = 0; i < data.len; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    PyBuffer_Release(&data);
    return PyLong_FromUnsignedLong((b << 16) | a);
}

static PyMethodDef methods[] = {
    {"crc32c", crc32c, METH_VARARGS, "crc32c(data) -> int: CRC-32C of bytes."},
    {"adler32", adler32, METH_VARARGS, "adler32(data) -> int: Adler-32 of bytes."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_checksum", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__checksum(void) {
    fill_table();
    return PyModule_Create(&module);
}
