/* What has been held against its contracts already. Must not know: contracts, how the hook finds out what runs.
 *
 * Two dictionaries of the state: the address of a code object -> the object (which keeps the address its own), and a
 * path -> how many loaders are at work on it. */
#include "binding/expected.h"

int ispy_expect_code(ispy_state *state, PyObject *code) {
    if (PyDict_Size(state->expected_codes) >= ISPY_EXPECTED_MOST) {
        PyDict_Clear(state->expected_codes); /* what is executed after all is validated again */
    }
    PyObject *key = PyLong_FromVoidPtr(code); /* owned */
    int status = key == NULL ? -1 : PyDict_SetItem(state->expected_codes, key, code);
    Py_XDECREF(key);
    return status;
}

int ispy_expected_code(ispy_state *state, PyObject *code) {
    if (PyDict_Size(state->expected_codes) == 0) {
        return 0;
    }
    PyObject *key = PyLong_FromVoidPtr(code); /* owned */
    int found = key == NULL ? -1 : PyDict_Contains(state->expected_codes, key);
    if (found > 0 && PyDict_DelItem(state->expected_codes, key) < 0) {
        found = -1;
    }
    Py_XDECREF(key);
    return found;
}

void ispy_expect_code_no_more(ispy_state *state, PyObject *code) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    if (state->expected_codes != NULL && ispy_expected_code(state, code) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
}

/* Adds `step` to the count of a path. */
static int count_path(ispy_state *state, PyObject *path, long step) {
    PyObject *before = PyDict_GetItemWithError(state->expected_paths, path); /* borrowed */
    long count = before == NULL ? 0 : PyLong_AsLong(before);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (count + step <= 0) {
        return before == NULL ? 0 : PyDict_DelItem(state->expected_paths, path);
    }
    PyObject *after = PyLong_FromLong(count + step); /* owned */
    int status = after == NULL ? -1 : PyDict_SetItem(state->expected_paths, path, after);
    Py_XDECREF(after);
    return status;
}

int ispy_expect_path(ispy_state *state, PyObject *path) {
    return path == Py_None ? 0 : count_path(state, path, 1);
}

int ispy_expected_path(ispy_state *state, PyObject *path) {
    return PyDict_Size(state->expected_paths) == 0 ? 0 : PyDict_Contains(state->expected_paths, path);
}

void ispy_expect_path_no_more(ispy_state *state, PyObject *path) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    if (path != Py_None && state->expected_paths != NULL && count_path(state, path, -1) < 0) {
        PyErr_Clear();
    }
    PyErr_Restore(type, value, traceback);
}
