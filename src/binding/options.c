/* What callers of install() and operators, by environment variables, say in single words. The variables were read when
 * the module was imported (state.c). Must not know: guards, what a word means. */
#include "binding/options.h"

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
