/* Text between Python and the core. Must not know: contracts, modules. */
#include "binding/convert.h"

static PyObject *decode(ispy_str text, const char *errors) {
    if (text.data == NULL) {
        return Py_NewRef(Py_None);
    }
    return PyUnicode_DecodeUTF8(text.data, (Py_ssize_t)text.length, errors);
}

PyObject *ispy_unicode_from_str(ispy_str text) {
    return decode(text, "backslashreplace");
}

PyObject *ispy_unicode_from_path(ispy_str path) {
    return decode(path, "surrogateescape");
}

bool ispy_str_borrow(ispy_str *out, PyObject *unicode) {
    if (!PyUnicode_Check(unicode)) {
        return false;
    }
    Py_ssize_t length = 0;
    const char *data = PyUnicode_AsUTF8AndSize(unicode, &length);
    if (data == NULL || (uint64_t)length >= UINT32_MAX) {
        PyErr_Clear();
        return false;
    }
    *out = ispy_str_of(data, (size_t)length);
    return true;
}

int ispy_status_raise(int status) {
    if (status == ISPY_ENOMEM) {
        PyErr_NoMemory();
    } else if (status != ISPY_EFOREIGN || !PyErr_Occurred()) {
        PyErr_Format(PyExc_SystemError, "importspy: the core answered with code %d", status);
    }
    return -1;
}

int ispy_str_from_unicode(ispy_str *out, PyObject *unicode, ispy_arena *arena) {
    PyObject *bytes = PyUnicode_AsEncodedString(unicode, "utf-8", "backslashreplace"); /* owned */
    if (bytes == NULL) {
        return -1;
    }
    char *data = NULL; /* borrowed */
    Py_ssize_t length = 0;
    int status = PyBytes_AsStringAndSize(bytes, &data, &length);
    if (status == 0) {
        status = ispy_arena_str(out, arena, data, (size_t)length);
        if (status != ISPY_OK) {
            status = ispy_status_raise(status);
        }
    }
    Py_DECREF(bytes);
    return status;
}
