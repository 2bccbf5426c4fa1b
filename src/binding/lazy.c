/* Lazy imports of Python 3.15 (PEP 810): `lazy import acme.mail` runs nothing until `acme` is used. That would do,
 * since the finder is asked then; but the host that declared it would learn of the violation in the middle of its work.
 * Python asks a filter whether an import may be lazy: one that a contract selects by its name may not, and so is
 * imported, and validated, where it is declared. A module that is selected by its path is not known by its name: it is
 * validated when it is used. Must not know: how modules are validated.
 *
 * There is one filter for an interpreter. Whoever was there before is asked as well.
 */
#include "binding/lazy.h"

#include "binding/convert.h"
#include "binding/guard_type.h"

#include <stdlib.h>

/* sys.NAME(argument), new; NULL with an exception. NULL for no argument. */
static PyObject *call_sys(const char *name, PyObject *argument) {
    PyObject *function = PySys_GetObject(name); /* borrowed */
    if (function == NULL) {
        PyErr_Format(PyExc_RuntimeError, "importspy needs sys.%s", name);
        return NULL;
    }
    return PyObject_CallFunctionObjArgs(function, argument, NULL);
}

/* Whether a contract selects exactly this name; -1 with an exception. */
static int selects(PyObject *guards, ispy_str name) {
    static const ispy_paths nowhere = {.count = 0};
    ispy_selections selections = {NULL, 0, 0, false};
    int status = ispy_guards_select(guards, name, &nowhere, &selections);
    int selected = status < 0 ? -1 : selections.count > 0;
    free(selections.items);
    return selected;
}

/* The name, and each package on the way to it: importing it imports them. */
static int selects_on_the_way(PyObject *guards, PyObject *name) {
    ispy_str text;
    if (!ispy_str_borrow(&text, name)) {
        return 0;
    }
    int selected = 0;
    for (size_t i = 1; selected == 0 && i <= text.length; i++) {
        if (i == text.length || text.data[i] == '.') {
            PyObject *part = PyUnicode_FromStringAndSize(text.data, (Py_ssize_t)i); /* owned */
            ispy_str prefix;
            selected = part == NULL || !ispy_str_borrow(&prefix, part) ? -1 : selects(guards, prefix);
            Py_XDECREF(part);
        }
    }
    return selected;
}

/* `from module import names`: each may be a module of its own. */
static int selects_any_of(PyObject *guards, PyObject *module, PyObject *names) {
    PyObject *all = names == Py_None ? PyTuple_New(0) : PySequence_Tuple(names); /* owned */
    int selected = all == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; selected == 0 && i < PyTuple_Size(all); i++) {
        PyObject *full = PyUnicode_FromFormat("%S.%S", module, PyTuple_GetItem(all, i)); /* owned */
        ispy_str text;
        selected = full == NULL ? -1 : ispy_str_borrow(&text, full) ? selects(guards, text) : 0;
        Py_XDECREF(full);
    }
    Py_XDECREF(all);
    return selected;
}

/* (importing, imported, names or None) -> whether the import may be lazy. */
static PyObject *filter(PyObject *self, PyObject *args) {
    ispy_state *state = ispy_state_of(self);
    PyObject *importing = NULL, *imported = NULL, *names = Py_None; /* borrowed */
    if (!PyArg_ParseTuple(args, "OO|O", &importing, &imported, &names)) {
        return NULL;
    }
    if (!ispy_state_is_alive(state)) {
        return PyBool_FromLong(1);
    }
    PyObject *guards = Py_NewRef(state->guards);                                          /* owned: stays whole */
    PyObject *before = state->lazy_before == NULL ? NULL : Py_NewRef(state->lazy_before); /* owned */
    int selected = selects_on_the_way(guards, imported);
    if (selected == 0) {
        selected = selects_any_of(guards, imported, names);
    }
    PyObject *result = NULL;
    if (selected == 0 && before != NULL) {
        result = PyObject_CallObject(before, args);
    } else if (selected >= 0) {
        result = PyBool_FromLong(selected == 0);
    }
    Py_DECREF(guards);
    Py_XDECREF(before);
    return result;
}

static PyMethodDef filter_def = {"lazy_import_filter", filter, METH_VARARGS, NULL};

int ispy_lazy_start(ispy_state *state) {
    if (state->lazy_filter != NULL || PySys_GetObject("set_lazy_imports_filter") == NULL) {
        return 0;
    }
    PyObject *before = call_sys("get_lazy_imports_filter", NULL); /* owned */
    PyObject *ours = NULL;                                        /* owned */
    PyObject *done = NULL;                                        /* owned */
    if (before != NULL && (ours = PyCFunction_NewEx(&filter_def, state->finder, NULL)) != NULL) {
        done = call_sys("set_lazy_imports_filter", ours);
    }
    if (done != NULL) {
        state->lazy_filter = Py_NewRef(ours);
        state->lazy_before = before == Py_None ? NULL : Py_NewRef(before);
    }
    Py_XDECREF(before);
    Py_XDECREF(ours);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

int ispy_lazy_end(ispy_state *state) {
    if (state->lazy_filter == NULL) {
        return 0;
    }
    PyObject *now = call_sys("get_lazy_imports_filter", NULL); /* owned */
    PyObject *done = NULL;                                     /* owned */
    if (now == state->lazy_filter) {
        done = call_sys("set_lazy_imports_filter", state->lazy_before == NULL ? Py_None : state->lazy_before);
        Py_CLEAR(state->lazy_filter);
        Py_CLEAR(state->lazy_before);
    } else if (now != NULL) {
        done = Py_NewRef(Py_None); /* somebody stands before us, and may ask us: there are no guards, we let all pass */
    }
    Py_XDECREF(now);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}
