/* Looks at finders without asking them: whose they are, and what setuptools' write down. */
#include "binding/search_finders.h"

#include "binding/convert.h"
#include "binding/search_folder.h"

#include <string.h>

/* The module that an object's class, or the class itself, was defined in. New, or NULL without an exception. */
static PyObject *module_of(PyObject *finder) {
    PyObject *type = PyType_Check(finder) ? finder : (PyObject *)Py_TYPE(finder); /* borrowed */
    PyObject *module = PyObject_GetAttrString(type, "__module__");                /* owned */
    if (module == NULL || !PyUnicode_Check(module)) {
        PyErr_Clear();
        Py_CLEAR(module);
    }
    return module;
}

static bool begins_with(PyObject *text, const char *begin) {
    ispy_str whole;
    size_t length = strlen(begin);
    return ispy_str_borrow(&whole, text) && whole.length >= length && memcmp(whole.data, begin, length) == 0;
}

/* Finders that give files other loaders, or know names of their own that no file has. */
static bool leaves_files_alone(PyObject *finder) {
    static const char *const modules[] = {
        "_frozen_importlib", "importlib.",   "_pytest.assertion.", "typeguard", "beartype", "wrapt", "six",
        "_distutils_hack",   "__editable__", "importspy.",         "_importspy"};
    PyObject *module = module_of(finder); /* owned */
    bool known = false;
    for (size_t i = 0; module != NULL && i < sizeof modules / sizeof *modules; i++) {
        known = known || begins_with(module, modules[i]);
    }
    Py_XDECREF(module);
    return known;
}

bool ispy_search_is_shadowed(ispy_state *state) {
    PyObject *meta_path = PySys_GetObject("meta_path");                         /* borrowed */
    PyObject *finders = meta_path == NULL ? NULL : PySequence_Tuple(meta_path); /* owned */
    bool shadowed = finders == NULL;
    PyErr_Clear();
    for (Py_ssize_t i = 0; finders != NULL && !shadowed && i < PyTuple_Size(finders); i++) {
        PyObject *finder = PyTuple_GetItem(finders, i);
        if (finder == state->path_finder) {
            break;
        }
        shadowed =
            finder != state->finder && (PyObject *)Py_TYPE(finder) != state->finder_type && !leaves_files_alone(finder);
    }
    Py_XDECREF(finders);
    return shadowed;
}

/* The MAPPING of the module that defines the finder: names and where they are. New, or NULL. */
static PyObject *mapping_of(PyObject *finder) {
    PyObject *name = module_of(finder); /* owned */
    PyObject *mapping = NULL;
    if (name != NULL && begins_with(name, "__editable__")) {
        PyObject *module = PyImport_GetModule(name); /* owned; imports nothing */
        PyObject *dict = module != NULL && PyModule_Check(module) ? PyModule_GetDict(module) : NULL; /* borrowed */
        mapping = dict != NULL ? PyDict_GetItemString(dict, "MAPPING") : NULL;
        mapping = mapping != NULL && PyDict_Check(mapping) ? Py_NewRef(mapping) : NULL;
        Py_XDECREF(module);
    }
    PyErr_Clear();
    Py_XDECREF(name);
    return mapping;
}

int ispy_search_mapped(ispy_module_place *out, PyObject *name) {
    PyObject *meta_path = PySys_GetObject("meta_path");                         /* borrowed */
    PyObject *finders = meta_path == NULL ? NULL : PySequence_Tuple(meta_path); /* owned */
    int status = 0;
    PyErr_Clear();
    for (Py_ssize_t i = 0; finders != NULL && status == 0 && i < PyTuple_Size(finders); i++) {
        PyObject *mapping = mapping_of(PyTuple_GetItem(finders, i));                      /* owned */
        PyObject *stem = mapping == NULL ? NULL : PyDict_GetItemWithError(mapping, name); /* borrowed */
        PyErr_Clear();
        if (stem != NULL && PyUnicode_Check(stem)) {
            Py_CLEAR(out->folders);
            out->kind = ISPY_PLACE_MISSING;
            status = ispy_search_stem(out, stem);
            Py_DECREF(mapping);
            break;
        }
        Py_XDECREF(mapping);
    }
    Py_XDECREF(finders);
    return status;
}
