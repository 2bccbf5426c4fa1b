/* Values of builtin types as literals: constants of a syntax tree, and the values of a live module.
 * Exact types only, so that nothing of anybody's code runs. Must not know: where the object came from. */
#define PY_SSIZE_T_CLEAN
#include "binding/object_literal.h"

#include <stdio.h>

/* Python itself refuses to write out longer integers by default (sys.set_int_max_str_digits), and it takes quadratic
 * time. */
enum { MAX_INT_BITS = 13000 };

static void set_dynamic(ispy_literal *out) {
    out->kind = ISPY_LITERAL_DYNAMIC;
    out->reason = ISPY_REASON_DYNAMIC_VALUE;
}

static int set_text(ispy_literal *out, ispy_literal_kind kind, ispy_arena *arena, const char *data, size_t length) {
    out->kind = kind;
    if (ispy_arena_str(&out->text, arena, data, length) != ISPY_OK) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* str() or repr() of an int, float or complex. */
static int set_number(ispy_literal *out, ispy_literal_kind kind, ispy_arena *arena, PyObject *object) {
    PyObject *shown = PyObject_Repr(object);
    Py_ssize_t length = 0;
    const char *utf8 = shown != NULL ? PyUnicode_AsUTF8AndSize(shown, &length) : NULL;
    int result = -1;
    if (utf8 != NULL) {
        result = set_text(out, kind, arena, utf8, (size_t)length);
    } else if (PyErr_ExceptionMatches(PyExc_ValueError)) {
        PyErr_Clear(); /* more digits than the interpreter writes out */
        set_dynamic(out);
        result = 0;
    }
    Py_XDECREF(shown);
    return result;
}

static int set_int(ispy_literal *out, ispy_arena *arena, PyObject *object) {
    int overflow = 0;
    long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (value == -1 && overflow == 0 && PyErr_Occurred()) {
        return -1;
    }
    if (overflow == 0) {
        char digits[32];
        int length = PyOS_snprintf(digits, sizeof digits, "%lld", value);
        return set_text(out, ISPY_LITERAL_INT, arena, digits, (size_t)length);
    }
    PyObject *bits = PyObject_CallMethod(object, "bit_length", NULL);
    if (bits == NULL) {
        return -1;
    }
    long count = PyLong_AsLong(bits);
    Py_DECREF(bits);
    if (count < 0 || count > MAX_INT_BITS) {
        PyErr_Clear();
        set_dynamic(out);
        return 0;
    }
    return set_number(out, ISPY_LITERAL_INT, arena, object);
}

static int set_str(ispy_literal *out, ispy_arena *arena, PyObject *object) {
    Py_ssize_t length = 0;
    const char *utf8 = PyUnicode_AsUTF8AndSize(object, &length);
    if (utf8 == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return -1;
        }
        PyErr_Clear(); /* lone surrogates */
        set_dynamic(out);
        return 0;
    }
    return set_text(out, ISPY_LITERAL_STR, arena, utf8, (size_t)length);
}

static int set_bytes(ispy_literal *out, ispy_arena *arena, PyObject *object) {
    char *data = NULL;
    Py_ssize_t length = 0;
    if (PyBytes_AsStringAndSize(object, &data, &length) < 0) {
        return -1;
    }
    return set_text(out, ISPY_LITERAL_BYTES, arena, data, (size_t)length);
}

static int set_items(ispy_literal *out, ispy_literal_kind kind, ispy_arena *arena, PyObject *tuple, int depth,
                     uint32_t *budget) {
    Py_ssize_t count = PyTuple_Size(tuple);
    if (depth <= 0 || count < 0 || count > (Py_ssize_t)*budget) {
        set_dynamic(out);
        return 0;
    }
    *budget -= (uint32_t)count;
    ispy_literal *items = ispy_arena_array(arena, (size_t)count, sizeof *items);
    if (items == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (ispy_literal_from_object(&items[i], arena, PyTuple_GetItem(tuple, i), depth - 1, budget) < 0) {
            return -1;
        }
    }
    out->kind = kind;
    out->items = items;
    out->count = (uint32_t)count;
    return 0;
}

/* key, value, key, value, ... as a new tuple: a copy, so that nobody can change it meanwhile. */
static PyObject *flatten_dict(PyObject *dict) {
    PyObject *flat = PyList_New(0);
    PyObject *key = NULL;
    PyObject *value = NULL;
    Py_ssize_t position = 0;
    while (flat != NULL && PyDict_Next(dict, &position, &key, &value)) {
        if (PyList_Append(flat, key) < 0 || PyList_Append(flat, value) < 0) {
            Py_CLEAR(flat);
        }
    }
    PyObject *tuple = flat != NULL ? PyList_AsTuple(flat) : NULL;
    Py_XDECREF(flat);
    return tuple;
}

static int set_container(ispy_literal *out, ispy_arena *arena, PyObject *object, int depth, uint32_t *budget) {
    PyObject *tuple = NULL; /* owned */
    ispy_literal_kind kind = ISPY_LITERAL_TUPLE;
    if (PyTuple_CheckExact(object)) {
        tuple = object;
        Py_INCREF(tuple);
    } else if (PyList_CheckExact(object)) {
        kind = ISPY_LITERAL_LIST;
        tuple = PyList_AsTuple(object);
    } else if (PyDict_CheckExact(object)) {
        kind = ISPY_LITERAL_DICT;
        tuple = flatten_dict(object);
    } else if (PyAnySet_CheckExact(object)) {
        if (PyFrozenSet_CheckExact(object)) {
            set_dynamic(out); /* a frozenset is not what a set display gives */
            return 0;
        }
        kind = ISPY_LITERAL_SET;
        tuple = PySequence_Tuple(object);
    } else {
        set_dynamic(out);
        return 0;
    }
    int result = tuple != NULL ? set_items(out, kind, arena, tuple, depth, budget) : -1;
    Py_XDECREF(tuple);
    return result;
}

int ispy_literal_from_object(ispy_literal *out, ispy_arena *arena, PyObject *object, int depth, uint32_t *budget) {
    if (PyUnicode_CheckExact(object)) {
        return set_str(out, arena, object);
    }
    if (object == Py_None) {
        out->kind = ISPY_LITERAL_NONE;
        return 0;
    }
    if (PyBool_Check(object)) {
        const char *text = object == Py_True ? "True" : "False";
        return set_text(out, ISPY_LITERAL_BOOL, arena, text, object == Py_True ? 4 : 5);
    }
    if (PyLong_CheckExact(object)) {
        return set_int(out, arena, object);
    }
    if (PyFloat_CheckExact(object)) {
        return set_number(out, ISPY_LITERAL_FLOAT, arena, object);
    }
    if (PyBytes_CheckExact(object)) {
        return set_bytes(out, arena, object);
    }
    if (object == Py_Ellipsis) {
        out->kind = ISPY_LITERAL_ELLIPSIS;
        return 0;
    }
    if (PyComplex_CheckExact(object)) {
        return set_number(out, ISPY_LITERAL_COMPLEX, arena, object);
    }
    return set_container(out, arena, object, depth, budget);
}
