/* Modules that were imported before a guard was put in force. Must not know: how a module is held against a contract.
 *
 * They have run, so nobody can deny them. Only names that a contract may select are looked at; attributes are never
 * asked of a module itself, for that would load a lazy one.
 */
#include "binding/sweep.h"

#include "binding/admission.h"
#include "binding/convert.h"
#include "binding/module_object.h"

#include <string.h>

/* A module of sys.modules. */
typedef struct candidate {
    PyObject *name;      /* borrowed: its key in sys.modules */
    PyObject *namespace; /* owned: dict */
    PyObject *spec;      /* owned, or None */
    PyObject *loader;    /* owned, or None */
} candidate;

/* namespace[name], new; None where there is none. NULL with an exception. */
static PyObject *lookup(PyObject *namespace, const char *name) {
    PyObject *value = PyDict_GetItemString(namespace, name); /* borrowed */
    return Py_NewRef(value != NULL ? value : Py_None);
}

static int attribute_or_none(PyObject **out, PyObject *object, PyObject *name) {
    *out = object == Py_None ? Py_NewRef(Py_None) : PyObject_GetAttr(object, name);
    if (*out == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        *out = Py_NewRef(Py_None);
    }
    return *out == NULL ? -1 : 0;
}

static void release(candidate *c) {
    Py_XDECREF(c->namespace);
    Py_XDECREF(c->spec);
    Py_XDECREF(c->loader);
}

/* 1: there is something to look at; 0: it is no module, or one that no finder would have guarded. */
static int examine(ispy_state *state, candidate *c, PyObject *module) {
    c->namespace = ispy_module_namespace(state, module);
    if (c->namespace == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) {
            return -1;
        }
        PyErr_Clear();
        return 0;
    }
    c->spec = lookup(c->namespace, "__spec__");
    if (attribute_or_none(&c->loader, c->spec, state->names.loader) < 0) {
        return -1;
    }
    if (c->loader == Py_None) {
        Py_DECREF(c->loader);
        c->loader = lookup(c->namespace, "__loader__");
    }
    if (c->loader == state->builtin_importer || c->loader == state->frozen_importer ||
        Py_TYPE(c->loader) == (PyTypeObject *)state->loader_type) {
        return 0;
    }
    int namespace_package = PyObject_IsInstance(c->loader, state->namespace_loader);
    return namespace_package < 0 ? -1 : !namespace_package;
}

/* What contracts select it by. A module that somebody made by hand has no spec, and perhaps a __file__. */
static int identify(ispy_state *state, ispy_identity *out, const candidate *c) {
    if (c->spec != Py_None) {
        return ispy_identity_init(state, out, c->name, c->spec, c->loader);
    }
    memset(out, 0, sizeof *out);
    PyObject *file = lookup(c->namespace, "__file__"); /* owned */
    out->name = Py_NewRef(c->name);
    out->origin = Py_NewRef(PyUnicode_Check(file) ? file : Py_None);
    out->is_package = PyDict_GetItemString(c->namespace, "__path__") != NULL;
    Py_DECREF(file);
    return out->origin != Py_None ? ispy_paths_find_if_any(&out->paths, out->origin) : 0;
}

/* Whether its names are all there: it is not being imported right now, and is not a lazy one that waits. */
static int is_complete(PyObject *module, const candidate *c) {
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(module), "__name__");                 /* owned */
    PyObject *running = c->spec == Py_None ? NULL : PyObject_GetAttrString(c->spec, "_initializing"); /* owned */
    bool lazy = type != NULL && PyUnicode_Check(type) && PyUnicode_CompareWithASCIIString(type, "_LazyModule") == 0;
    PyErr_Clear();
    int initializing = running == NULL ? 0 : PyObject_IsTrue(running);
    Py_XDECREF(type);
    Py_XDECREF(running);
    return initializing < 0 ? -1 : !lazy && !initializing;
}

static int look_at(ispy_state *state, PyObject *guards, PyObject *name, PyObject *module) {
    candidate c = {.name = name};
    ispy_identity identity = {.name = NULL};
    int status = examine(state, &c, module);
    if (status > 0) {
        status = identify(state, &identity, &c);
        int complete = status < 0 ? -1 : is_complete(module, &c);
        if (complete >= 0) {
            const ispy_application application = {
                .loader = c.loader, .identity = &identity, .way = ISPY_WAY_BEFORE, .guards = guards};
            status = ispy_admission_look_back(state, &application, complete ? module : NULL);
        } else {
            status = -1;
        }
    }
    ispy_identity_clear(&identity);
    release(&c);
    return status;
}

/* Whether it is one of our own modules, which a contract for everything does not mean. */
static bool is_own_name(PyObject *name) {
    static const char own[] = "importspy.";
    ispy_str text;
    if (!ispy_str_borrow(&text, name) || text.length < sizeof own - 2) {
        return false;
    }
    return memcmp(text.data, own, text.length < sizeof own - 1 ? sizeof own - 2 : sizeof own - 1) == 0;
}

static bool may_be_selected(PyObject *guards, PyObject *key) {
    ispy_str name;
    if (!PyUnicode_Check(key) || PyUnicode_CompareWithASCIIString(key, "__main__") == 0 || is_own_name(key)) {
        return false;
    }
    return !ispy_str_borrow(&name, key) || ispy_guards_may_select(guards, name);
}

int ispy_sweep(ispy_state *state, PyObject *guard) {
    PyObject *modules = PySys_GetObject("modules"); /* borrowed */
    PyObject *guards = PyTuple_Pack(1, guard);      /* owned */
    PyObject *keys = NULL;                          /* owned: imports of other threads change the dict */
    int status = guards == NULL ? -1 : 0;
    if (status == 0 && modules != NULL) {
        keys = PyMapping_Keys(modules);
        status = keys == NULL ? -1 : 0;
    }
    for (Py_ssize_t i = 0; status == 0 && keys != NULL && i < PyList_Size(keys); i++) {
        PyObject *key = PyList_GetItem(keys, i); /* borrowed from keys, which nobody else has */
        if (may_be_selected(guards, key)) {
            PyObject *module = ispy_module_registered(key); /* owned */
            if (module != NULL && module != Py_None) {
                status = look_at(state, guards, key, module);
            } else if (PyErr_Occurred()) {
                status = -1;
            }
            Py_XDECREF(module);
        }
    }
    Py_XDECREF(guards);
    Py_XDECREF(keys);
    return status;
}
