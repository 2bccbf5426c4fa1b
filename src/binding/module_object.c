/* What is done to module objects around a guarded execution. Must not know: contracts, loaders. */
#include "binding/module_object.h"

#include "binding/errors.h"

PyObject *ispy_module_namespace(ispy_state *state, PyObject *module) {
    if (PyModule_Check(module)) {
        return Py_NewRef(PyModule_GetDict(module));
    }
    PyObject *namespace = PyObject_GetAttr(module, state->names.dunder_dict);
    if (namespace != NULL && !PyDict_Check(namespace)) {
        PyErr_Format(PyExc_TypeError, "%R has no dict to execute code in", module);
        Py_CLEAR(namespace);
    }
    return namespace;
}

PyObject *ispy_module_registered(PyObject *name) {
    PyObject *modules = PySys_GetObject("modules"); /* borrowed */
    if (modules == NULL) {
        return NULL;
    }
    if (PyDict_CheckExact(modules)) {
        return Py_XNewRef(PyDict_GetItemWithError(modules, name));
    }
    PyObject *module = PyObject_GetItem(modules, name);
    if (module == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
    }
    return module;
}

int ispy_module_swap_loader(ispy_state *state, PyObject *namespace, PyObject *from, PyObject *to) {
    PyObject *spec = PyDict_GetItemWithError(namespace, state->names.dunder_spec); /* borrowed */
    if (spec != NULL) {
        PyObject *loader = NULL; /* owned */
        Py_INCREF(spec);
        loader = PyObject_GetAttr(spec, state->names.loader);
        int status = loader == from ? PyObject_SetAttr(spec, state->names.loader, to) : 0;
        Py_XDECREF(loader);
        Py_DECREF(spec);
        if (status < 0) {
            return -1;
        }
        PyErr_Clear(); /* a spec without a loader is none of ours */
    }
    if (PyDict_GetItemWithError(namespace, state->names.dunder_loader) == from) {
        return PyDict_SetItem(namespace, state->names.dunder_loader, to);
    }
    return PyErr_Occurred() ? -1 : 0;
}

PyObject *ispy_module_attributes(ispy_state *state, PyObject *module) {
    PyObject *namespace = ispy_module_namespace(state, module); /* owned */
    PyObject *attributes = namespace == NULL ? NULL : PyDict_New();
    for (Py_ssize_t i = 0; attributes != NULL && i < PyTuple_Size(state->module_attributes); i++) {
        PyObject *name = PyTuple_GetItem(state->module_attributes, i); /* borrowed */
        PyObject *value = PyDict_GetItemWithError(namespace, name);    /* borrowed */
        if (value == NULL ? PyErr_Occurred() != NULL : PyDict_SetItem(attributes, name, value) < 0) {
            Py_CLEAR(attributes);
        }
    }
    Py_XDECREF(namespace);
    return attributes;
}

/* namespace[name] = attributes[name], or nothing where there was none. */
static int restore_attributes(ispy_state *state, PyObject *namespace, PyObject *attributes) {
    for (Py_ssize_t i = 0; i < PyTuple_Size(state->module_attributes); i++) {
        PyObject *name = PyTuple_GetItem(state->module_attributes, i); /* borrowed */
        PyObject *value = PyDict_GetItemWithError(attributes, name);   /* borrowed */
        if (value != NULL) {
            if (PyDict_SetItem(namespace, name, value) < 0) {
                return -1;
            }
        } else if (PyDict_DelItem(namespace, name) < 0) {
            PyErr_Clear();
        }
    }
    return 0;
}

void ispy_module_restore(ispy_state *state, PyObject *module, PyObject *attributes, PyObject *contents) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *namespace = ispy_module_namespace(state, module); /* owned */
    if (namespace != NULL && contents != NULL) {
        PyDict_Clear(namespace);
        PyDict_Update(namespace, contents);
    }
    if (namespace == NULL || restore_attributes(state, namespace, attributes) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(namespace);
    PyErr_Restore(type, value, traceback);
}

static bool is_dunder(PyObject *name) {
    Py_ssize_t length = PyUnicode_Check(name) ? PyUnicode_GetLength(name) : 0;
    return length > 4 && PyUnicode_ReadChar(name, 0) == '_' && PyUnicode_ReadChar(name, 1) == '_' &&
           PyUnicode_ReadChar(name, length - 1) == '_' && PyUnicode_ReadChar(name, length - 2) == '_';
}

/* The __getattr__ of a module that was denied; `self` is the violation. Tools look for dunder names and go on without.
 */
static PyObject *refuse(PyObject *self, PyObject *name) {
    if (is_dunder(name)) {
        PyErr_SetObject(PyExc_AttributeError, name);
        return NULL;
    }
    PyObject *violation = ispy_violation_copy(self); /* owned */
    if (violation != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(violation), violation);
        Py_DECREF(violation);
    }
    return NULL;
}

static PyMethodDef refuse_def = {"__getattr__", refuse, METH_O, NULL};

/* All names but the dunder ones go. */
static int empty(PyObject *namespace) {
    PyObject *names = PyDict_Keys(namespace); /* owned */
    if (names == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(names); i++) {
        PyObject *name = PyList_GetItem(names, i); /* borrowed */
        if (!is_dunder(name) && PyDict_DelItem(namespace, name) < 0) {
            PyErr_Clear();
        }
    }
    Py_DECREF(names);
    return 0;
}

void ispy_module_disable(ispy_state *state, PyObject *module) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *copy = NULL;                                      /* owned: without the traceback and all it holds */
    PyObject *answer = NULL;                                    /* owned */
    PyObject *namespace = ispy_module_namespace(state, module); /* owned */
    if (namespace != NULL && PyObject_IsInstance(value, state->contract_violation) > 0) {
        copy = ispy_violation_copy(value);
        answer = copy == NULL ? NULL : PyCFunction_NewEx(&refuse_def, copy, NULL);
        if (answer != NULL && empty(namespace) == 0) {
            PyDict_SetItem(namespace, state->names.dunder_getattr, answer);
        }
    }
    PyErr_Clear();
    Py_XDECREF(copy);
    Py_XDECREF(answer);
    Py_XDECREF(namespace);
    PyErr_Restore(type, value, traceback);
}
