/* guard_spec() and load_file(). Must not know: how a module is validated. */
#include "binding/load_file.h"

#include "binding/guard_type.h"
#include "binding/identity.h"
#include "binding/loader.h"
#include "binding/module_object.h"
#include "binding/options.h"

/* Puts our loader before the one that the spec names. `guards` as in ispy_loader_terms. */
static int put_loader(ispy_state *state, PyObject *spec, PyObject *guards) {
    ispy_identity identity = {.name = NULL};
    PyObject *ours = NULL;                                          /* owned */
    PyObject *name = NULL;                                          /* owned */
    PyObject *loader = PyObject_GetAttr(spec, state->names.loader); /* owned */
    int status = -1;
    if (loader == NULL) {
        goto done;
    }
    if (loader == Py_None) {
        PyErr_SetString(PyExc_ValueError, "guard_spec: the spec names no loader (a namespace package?)");
        goto done;
    }
    if (Py_TYPE(loader) == (PyTypeObject *)state->loader_type && guards == NULL) {
        status = 0; /* from our own finder */
        goto done;
    }
    name = PyObject_GetAttr(spec, state->names.name);
    if (name == NULL || ispy_identity_init(state, &identity, name, spec, loader) < 0) {
        goto done;
    }
    const ispy_loader_terms terms = {.target = Py_None, .guards = guards, .by_place = true};
    ours = ispy_loader_new(state, loader, &identity, &terms);
    status = ours == NULL ? -1 : PyObject_SetAttr(spec, state->names.loader, ours);
done:
    ispy_identity_clear(&identity);
    Py_XDECREF(ours);
    Py_XDECREF(name);
    Py_XDECREF(loader);
    return status;
}

static int guard(ispy_state *state, PyObject *spec, PyObject *contracts) {
    PyObject *guards = NULL; /* owned */
    int disabled = ispy_option_disabled(state);
    if (disabled != 0) {
        return disabled < 0 ? -1 : 0;
    }
    if (contracts != Py_None && (guards = ispy_guards_of_contracts(state, contracts)) == NULL) {
        return -1;
    }
    int status = put_loader(state, spec, guards);
    Py_XDECREF(guards);
    return status;
}

PyObject *ispy_guard_spec_function(PyObject *module, PyObject *args) {
    PyObject *spec = NULL, *contracts = Py_None; /* borrowed */
    if (!PyArg_ParseTuple(args, "O|O:guard_spec", &spec, &contracts)) {
        return NULL;
    }
    return guard(PyModule_GetState(module), spec, contracts) < 0 ? NULL : Py_NewRef(spec);
}

/* The spec of a file, new. */
static PyObject *spec_of_file(ispy_state *state, PyObject *name, PyObject *path) {
    PyObject *spec = PyObject_CallFunctionObjArgs(state->spec_from_file, name, path, NULL);
    if (spec == Py_None) {
        PyErr_Format(PyExc_ImportError, "load_file: %R is no file that Python can load as a module", path);
        Py_CLEAR(spec);
    }
    return spec;
}

/* Executes the module while sys.modules holds it; `before` (or NULL) comes back when that fails. New: what sys.modules
 * holds then. */
static PyObject *execute(ispy_state *state, PyObject *name, PyObject *module, PyObject *loader, PyObject *before) {
    PyObject *modules = PySys_GetObject("modules"); /* borrowed */
    if (modules == NULL || PyObject_SetItem(modules, name, module) < 0) {
        return NULL;
    }
    PyObject *done = PyObject_CallMethodObjArgs(loader, state->names.exec_module, module, NULL); /* owned */
    if (done != NULL) {
        Py_DECREF(done);
        PyObject *loaded = ispy_module_registered(name);
        return loaded != NULL || PyErr_Occurred() ? loaded : Py_NewRef(module);
    }
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    if ((before != NULL ? PyObject_SetItem(modules, name, before) : PyObject_DelItem(modules, name)) < 0) {
        PyErr_Clear(); /* the module has taken itself out */
    }
    PyErr_Restore(type, value, traceback);
    return NULL;
}

PyObject *ispy_load_file_function(PyObject *self, PyObject *args) {
    ispy_state *state = PyModule_GetState(self);
    PyObject *name = NULL, *path = NULL, *contracts = Py_None; /* borrowed */
    if (!PyArg_ParseTuple(args, "UO|O:load_file", &name, &path, &contracts)) {
        return NULL;
    }
    PyObject *result = NULL;
    PyObject *module = NULL;                          /* owned */
    PyObject *loader = NULL;                          /* owned */
    PyObject *before = NULL;                          /* owned */
    PyObject *spec = spec_of_file(state, name, path); /* owned */
    if (spec == NULL || guard(state, spec, contracts) < 0) {
        goto done;
    }
    loader = PyObject_GetAttr(spec, state->names.loader);
    module = loader == NULL ? NULL : PyObject_CallFunctionObjArgs(state->module_from_spec, spec, NULL);
    before = module == NULL ? NULL : ispy_module_registered(name);
    if (module != NULL && !PyErr_Occurred()) {
        result = execute(state, name, module, loader, before);
    }
done:
    Py_XDECREF(spec);
    Py_XDECREF(loader);
    Py_XDECREF(module);
    Py_XDECREF(before);
    return result;
}
