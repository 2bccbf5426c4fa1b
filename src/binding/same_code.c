/* Whether code that is about to run is what a source compiles to. Must not know: contracts, how code came to run.
 *
 * Python's own comparison of code objects leaves out a few members that a forged .pyc could set as it likes; they are
 * compared besides. */
#include "binding/same_code.h"

enum {
    MAX_NESTING = 256,           /* of functions and classes; Python's parser stops earlier */
    FUTURE_FEATURES = 0x1FE0000, /* CO_FUTURE_DIVISION to CO_FUTURE_ANNOTATIONS, the same in 3.10 to 3.15 */
    LEVELS = 3                   /* of optimisation: python, python -O, python -OO */
};

/* What == on code objects does not look at, in one version or another. */
static const char *const members[] = {
    "co_stacksize", "co_flags",    "co_nlocals",  "co_varnames",
    "co_cellvars",  "co_freevars", "co_qualname", "co_linetable",
};

/* Whether a.name equals b.name; code of a Python without such a member has none to differ in. */
static int member_same(PyObject *a, PyObject *b, const char *name) {
    PyObject *left = PyObject_GetAttrString(a, name); /* owned */
    PyObject *right = NULL;                           /* owned */
    int same = -1;
    if (left != NULL) {
        right = PyObject_GetAttrString(b, name);
        same = right == NULL ? -1 : PyObject_RichCompareBool(left, right, Py_EQ);
    } else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        same = 1;
    }
    Py_XDECREF(left);
    Py_XDECREF(right);
    return same;
}

static int same(ispy_state *state, PyObject *a, PyObject *b, int depth);

/* The code among the constants of equal code objects: it stands in the same places. */
static int nested_same(ispy_state *state, PyObject *a, PyObject *b, int depth) {
    PyObject *left = PyObject_GetAttr(a, state->names.co_consts);  /* owned */
    PyObject *right = PyObject_GetAttr(b, state->names.co_consts); /* owned */
    int result = left == NULL || right == NULL ? -1 : 1;
    for (Py_ssize_t i = 0; result > 0 && i < PyTuple_Size(left); i++) {
        PyObject *one = PyTuple_GetItem(left, i);  /* borrowed */
        PyObject *two = PyTuple_GetItem(right, i); /* borrowed */
        if (one == NULL || two == NULL) {
            result = -1;
        } else if (Py_TYPE(one) == (PyTypeObject *)state->code_type) {
            result = same(state, one, two, depth + 1);
        }
    }
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result;
}

static int same(ispy_state *state, PyObject *a, PyObject *b, int depth) {
    if (depth > MAX_NESTING || Py_TYPE(a) != Py_TYPE(b)) {
        return 0;
    }
    int result = a == b ? 1 : PyObject_RichCompareBool(a, b, Py_EQ);
    for (size_t i = 0; result > 0 && i < sizeof members / sizeof *members; i++) {
        result = member_same(a, b, members[i]);
    }
    return result <= 0 ? result : nested_same(state, a, b, depth);
}

int ispy_code_same(ispy_state *state, PyObject *a, PyObject *b) {
    return same(state, a, b, 0);
}

/* The __future__ features that code was compiled with. */
static long features_of(PyObject *code) {
    PyObject *flags = PyObject_GetAttrString(code, "co_flags"); /* owned */
    long value = flags == NULL ? -1 : PyLong_AsLong(flags);
    Py_XDECREF(flags);
    return value < 0 ? -1 : value & FUTURE_FEATURES;
}

/* compile(source, path, "exec", features, dont_inherit=True, optimize=level); NULL with an exception. */
static PyObject *compile_as(ispy_state *state, PyObject *source, PyObject *path, long features, int level) {
    PyObject *code = NULL;
    PyObject *arguments = Py_BuildValue("(OOslii)", source, path, "exec", features, 1, level); /* owned */
    if (arguments != NULL) {
        code = PyObject_Call(state->ast.compile, arguments, NULL);
        Py_DECREF(arguments);
    }
    return code;
}

int ispy_code_is_of_source(ispy_state *state, PyObject *code, PyObject *source, PyObject *path) {
    long features = features_of(code);
    int result = features < 0 ? -1 : 0;
    for (int level = 0; result == 0 && level < LEVELS; level++) {
        PyObject *compiled = compile_as(state, source, path, features, level); /* owned */
        if (compiled != NULL) {
            result = ispy_code_same(state, compiled, code);
            Py_DECREF(compiled);
        } else if (PyErr_ExceptionMatches(PyExc_Exception)) {
            PyErr_Clear();
        } else {
            result = -1;
        }
    }
    return result;
}
