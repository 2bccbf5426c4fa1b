/* What callers of install() and operators, by environment variables, say in single words. The variables were read when
 * the module was imported (state.c). Must not know: guards, what a word means. */
#include "binding/options.h"

#include "binding/convert.h"

static const char *mode_at(int value) {
    return ispy_mode_name((ispy_mode)value);
}

static const char *unprovable_at(int value) {
    return ispy_unprovable_name((ispy_unprovable)value);
}

static const char *switch_at(int value) {
    return value == 0 ? "0" : "1";
}

/* The number of a word; ISPY_NOT_STATED for None; less, with an exception that lists the words. */
static int parse_word(PyObject *given, const char *option, const char *(*word_at)(int), int count) {
    if (given == Py_None) {
        return ISPY_NOT_STATED;
    }
    PyObject *words = PyUnicode_FromString(""); /* owned */
    for (int i = 0; i < count; i++) {
        if (PyUnicode_Check(given) && PyUnicode_CompareWithASCIIString(given, word_at(i)) == 0) {
            Py_XDECREF(words);
            return i;
        }
        PyUnicode_AppendAndDel(&words, PyUnicode_FromFormat("%s'%s'", i == 0 ? "" : ", ", word_at(i)));
    }
    if (words != NULL) {
        PyErr_Format(PyExc_ValueError, "%s: one of %U is wanted, not %R", option, words, given);
        Py_DECREF(words);
    }
    return ISPY_NOT_STATED - 1;
}

/* As parse_word, of a variable: str or None. An empty one is not set. */
static int parse_variable(PyObject *variable, const char *name, const char *(*word_at)(int), int count) {
    bool is_empty = PyUnicode_Check(variable) && PyUnicode_GetLength(variable) == 0;
    return is_empty ? ISPY_NOT_STATED : parse_word(variable, name, word_at, count);
}

int ispy_option_mode(const ispy_state *state, PyObject *given) {
    return given != Py_None ? parse_word(given, "mode", mode_at, ISPY_MODE_OFF + 1)
                            : parse_variable(state->environment_mode, "IMPORTSPY_MODE", mode_at, ISPY_MODE_OFF + 1);
}

int ispy_option_unprovable(PyObject *given) {
    return parse_word(given, "unprovable", unprovable_at, ISPY_ALLOW + 1);
}

int ispy_option_disabled(const ispy_state *state) {
    int value = parse_variable(state->environment_disable, "IMPORTSPY_DISABLE", switch_at, 2);
    return value < ISPY_NOT_STATED ? -1 : value == 1;
}

/* --- the host --------------------------------------------------------------------------------------------------------
 */

/* "acme=2.4, other=1" into a dict. */
static int read_host_variable(PyObject *host, PyObject *variable) {
    PyObject *commas = PyObject_CallMethod(variable, "replace", "ss", ",", " ");          /* owned */
    PyObject *words = commas == NULL ? NULL : PyObject_CallMethod(commas, "split", NULL); /* owned */
    int status = words == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; status == 0 && i < PyList_Size(words); i++) {
        PyObject *pair = PyObject_CallMethod(PyList_GetItem(words, i), "split", "si", "=", 1); /* owned */
        if (pair != NULL && PyList_Size(pair) == 2) {
            status = PyDict_SetItem(host, PyList_GetItem(pair, 0), PyList_GetItem(pair, 1));
        } else {
            status = -1;
            if (pair != NULL) {
                PyErr_SetString(PyExc_ValueError, "IMPORTSPY_HOST: 'name=version' is wanted, several with ',' between");
            }
        }
        Py_XDECREF(pair);
    }
    Py_XDECREF(commas);
    Py_XDECREF(words);
    return status;
}

static int check_host(PyObject *name, PyObject *version) {
    if (!PyUnicode_Check(name) || !PyUnicode_Check(version)) {
        PyErr_Format(PyExc_TypeError, "host: names and versions are strings, not %R: %R", name, version);
        return -1;
    }
    ispy_str text;
    if (!ispy_str_borrow(&text, version) || !ispy_is_version(text) || PyUnicode_GetLength(name) == 0) {
        PyErr_Format(PyExc_ValueError, "host: a name and a version as in PEP 440 are wanted, not %R: %R", name,
                     version);
        return -1;
    }
    return 0;
}

PyObject *ispy_option_host(const ispy_state *state, PyObject *given) {
    PyObject *variable = state->environment_host; /* borrowed */
    bool has_variable = PyUnicode_Check(variable) && PyUnicode_GetLength(variable) > 0;
    if (given == Py_None && !has_variable) {
        return Py_NewRef(Py_None);
    }
    PyObject *host = PyDict_New(); /* owned */
    int status = host == NULL ? -1 : has_variable ? read_host_variable(host, variable) : 0;
    if (status == 0 && given != Py_None && PyDict_Merge(host, given, 1) < 0) {
        status = -1;
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Format(PyExc_TypeError, "host: a mapping of names to versions is wanted, not %R", given);
        }
    }
    PyObject *name = NULL, *version = NULL; /* borrowed */
    for (Py_ssize_t at = 0; status == 0 && PyDict_Next(host, &at, &name, &version);) {
        status = check_host(name, version);
    }
    if (status < 0) {
        Py_CLEAR(host);
    }
    return host;
}
