/* What status(), preflight() and `importspy doctor` ask of the extension. Must not know: how any of it is shown. */
#include "binding/status.h"

#include "binding/admission.h"
#include "binding/context_python.h"
#include "binding/convert.h"
#include "binding/finder.h"
#include "binding/register.h"

/* A new tuple of the patterns of one kind. */
static PyObject *patterns(const ispy_contract *contract, ispy_selector_kind kind) {
    size_t count = ispy_contract_pattern_count(contract, kind);
    PyObject *result = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; result != NULL && i < count; i++) {
        bool negated = false;
        PyObject *text = ispy_unicode_from_path(ispy_contract_pattern(contract, kind, i, &negated)); /* taken */
        if (text != NULL && negated) {
            PyObject *signed_text = PyUnicode_FromFormat("!%U", text);
            Py_DECREF(text);
            text = signed_text;
        }
        if (text == NULL || PyTuple_SetItem(result, (Py_ssize_t)i, text) < 0) {
            Py_CLEAR(result);
        }
    }
    return result;
}

PyObject *ispy_contract_row(ispy_state *state, const ispy_contract *contract, ispy_mode mode, bool met,
                            PyObject *host) {
    PyObject *row = NULL;
    PyObject *names = patterns(contract, ISPY_SELECTS_NAME);                /* owned */
    PyObject *files = patterns(contract, ISPY_SELECTS_PATH);                /* owned */
    PyObject *filename = patterns(contract, ISPY_SELECTS_FILENAME);         /* owned */
    PyObject *path = ispy_unicode_from_path(ispy_contract_path(contract));  /* owned */
    PyObject *title = ispy_unicode_from_str(ispy_contract_title(contract)); /* owned */
    int applies = ispy_contract_applies_here(state, contract, host);
    if (applies >= 0 && names != NULL && files != NULL && filename != NULL && path != NULL && title != NULL) {
        PyObject *only = PyTuple_Size(filename) > 0 ? PyTuple_GetItem(filename, 0) : Py_None; /* borrowed */
        row = Py_BuildValue("(OIOsOOOOO)", path, (unsigned int)ispy_contract_place(contract).line, title,
                            ispy_mode_name(mode), names, files, only, met ? Py_True : Py_False,
                            applies > 0 ? Py_True : Py_False);
    }
    Py_XDECREF(names);
    Py_XDECREF(files);
    Py_XDECREF(filename);
    Py_XDECREF(path);
    Py_XDECREF(title);
    return row;
}

PyObject *ispy_status(PyObject *module, PyObject *ignored) {
    (void)ignored;
    ispy_state *state = PyModule_GetState(module);
    bool replaced = false;
    Py_ssize_t at = ispy_finder_position(state, &replaced);
    PyObject *meta_path = PySys_GetObject("meta_path");                             /* borrowed */
    PyObject *rows = ispy_register_list(state);                                     /* owned */
    PyObject *place = at < 0 ? Py_NewRef(Py_None) : PyLong_FromSsize_t(at);         /* owned */
    PyObject *before = at <= 0 ? PyList_New(0) : PyList_GetSlice(meta_path, 0, at); /* owned */
    PyObject *result = NULL;
    if (rows != NULL && place != NULL && before != NULL) {
        result = Py_BuildValue("(OOnOOOOOO)", state->guards, rows, (Py_ssize_t)atomic_load(&state->forgotten), place,
                               replaced ? Py_True : Py_False, before, state->displacers,
                               state->log_path != NULL ? state->log_path : Py_None,
                               atomic_load(&state->log_failed) ? Py_True : Py_False);
    }
    Py_XDECREF(rows);
    Py_XDECREF(place);
    Py_XDECREF(before);
    return result;
}

PyObject *ispy_forget(PyObject *module, PyObject *ignored) {
    (void)ignored;
    ispy_register_clear(PyModule_GetState(module));
    return Py_NewRef(Py_None);
}

PyObject *ispy_aside(PyObject *module, PyObject *contracts) {
    return ispy_guard_new_aside(PyModule_GetState(module), contracts);
}

/* 1: a module that the finder would not guard either. */
static int is_left_alone(ispy_state *state, PyObject *loader) {
    if (loader == Py_None || loader == state->builtin_importer || loader == state->frozen_importer) {
        return 1;
    }
    return PyObject_IsInstance(loader, state->namespace_loader);
}

PyObject *ispy_survey(PyObject *module, PyObject *args) {
    ispy_state *state = PyModule_GetState(module);
    PyObject *name = NULL, *spec = NULL, *guards = NULL; /* borrowed */
    if (!PyArg_ParseTuple(args, "UOO!:_survey", &name, &spec, &PyTuple_Type, &guards)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(guards); i++) {
        if (Py_TYPE(PyTuple_GetItem(guards, i)) != (PyTypeObject *)state->guard_type) {
            PyErr_SetString(PyExc_TypeError, "_survey: guards are wanted");
            return NULL;
        }
    }
    PyObject *report = NULL;
    ispy_identity identity = {.name = NULL};
    PyObject *loader = PyObject_GetAttr(spec, state->names.loader); /* owned */
    int alone = loader == NULL ? -1 : is_left_alone(state, loader);
    if (alone > 0) {
        report = Py_NewRef(Py_None);
    } else if (alone == 0 && ispy_identity_init(state, &identity, name, spec, loader) == 0) {
        const ispy_application application = {
            .loader = loader, .identity = &identity, .way = ISPY_WAY_CHECK, .guards = guards};
        report = ispy_admission_survey(state, &application);
    }
    ispy_identity_clear(&identity);
    Py_XDECREF(loader);
    return report;
}
