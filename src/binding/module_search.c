/* Finds modules as importlib would, by looking at the file system and at plain dictionaries. See module_search.h.
 * Must not know: what is asked of the module, contracts. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700
#endif
#include "binding/module_search.h"

#include "binding/convert.h"
#include "binding/search_finders.h"
#include "binding/search_folder.h"

#include <string.h>

void ispy_module_place_clear(ispy_module_place *place) {
    Py_CLEAR(place->file);
    Py_CLEAR(place->folders);
    Py_CLEAR(place->live);
}

/* ---- sys.modules ---- */

static PyObject *dict_item(PyObject *dict, const char *key) {
    PyObject *value = dict != NULL && PyDict_Check(dict) ? PyDict_GetItemString(dict, key) : NULL; /* borrowed */
    PyErr_Clear();
    return value;
}

/* What a spec says under that name: out of its dictionary, so that nobody's code runs. New, or NULL without one. */
static PyObject *spec_item(PyObject *spec, const char *key) {
    PyObject *dict = spec == NULL ? NULL : PyObject_GenericGetDict(spec, NULL); /* owned */
    PyObject *value = Py_XNewRef(dict_item(dict, key));
    PyErr_Clear();
    Py_XDECREF(dict);
    return value;
}

static bool ends_in(PyObject *text, const char *end) {
    ispy_str whole;
    size_t length = strlen(end);
    return text != NULL && PyUnicode_Check(text) && ispy_str_borrow(&whole, text) && whole.length > length &&
           memcmp(whole.data + whole.length - length, end, length) == 0;
}

/* Folders as a tuple of str; NULL: there are none, or they are something else. */
static PyObject *as_folders(PyObject *path) {
    PyObject *folders = path == NULL || PyUnicode_Check(path) ? NULL : PySequence_Tuple(path); /* owned */
    PyErr_Clear();
    for (Py_ssize_t i = 0; folders != NULL && i < PyTuple_Size(folders); i++) {
        if (!PyUnicode_Check(PyTuple_GetItem(folders, i))) {
            Py_CLEAR(folders);
        }
    }
    return folders;
}

/* The place that a module in sys.modules is from, by its own spec. */
static void place_live(ispy_module_place *out, PyObject *module) {
    PyObject *dict = PyModule_Check(module) ? PyModule_GetDict(module) : NULL; /* borrowed */
    PyObject *spec = dict_item(dict, "__spec__");                              /* borrowed */
    PyObject *origin = spec_item(spec, "origin");                              /* owned */
    out->live = Py_NewRef(module);
    out->kind = ISPY_PLACE_UNSURE;
    out->folders = as_folders(dict_item(dict, "__path__"));
    if (dict == NULL || spec == NULL || spec == Py_None) {
        out->kind = ISPY_PLACE_UNSURE; /* somebody has put it there */
    } else if (origin != NULL && ends_in(origin, ".py") && ispy_search_is_file(origin)) {
        out->kind = ISPY_PLACE_SOURCE;
        out->file = Py_NewRef(origin);
    } else if ((origin == NULL || origin == Py_None) && out->folders != NULL) {
        out->kind = ISPY_PLACE_NAMESPACE;
    } else if (origin != NULL && PyUnicode_Check(origin)) {
        out->kind = ISPY_PLACE_OPAQUE;
        ispy_search_take_stub(out, origin);
    }
    Py_XDECREF(origin);
}

/* A frozen module of the standard library has its source in a file as well, which is found as any other's. */
static bool is_frozen(PyObject *module) {
    PyObject *dict = PyModule_Check(module) ? PyModule_GetDict(module) : NULL; /* borrowed */
    PyObject *origin = spec_item(dict_item(dict, "__spec__"), "origin");       /* owned */
    bool frozen = origin != NULL && PyUnicode_Check(origin) && PyUnicode_CompareWithASCIIString(origin, "frozen") == 0;
    Py_XDECREF(origin);
    return frozen;
}

/* 1: it is in sys.modules, and `out` says where from. */
static int look_in_modules(ispy_state *state, ispy_module_place *out, PyObject *name) {
    PyObject *modules = PyDict_GetItemString(state->sys_namespace, "modules");                          /* borrowed */
    PyObject *module = modules != NULL && PyDict_Check(modules) ? PyDict_GetItem(modules, name) : NULL; /* borrowed */
    PyErr_Clear();
    if (module == NULL || is_frozen(module)) {
        return 0;
    }
    Py_INCREF(module);
    place_live(out, module);
    Py_DECREF(module);
    return 1;
}

/* ---- the file system ---- */

/* Folder by folder; parts of a namespace package are gathered until something else turns up. */
static int look_in_folders(ispy_state *state, ispy_module_place *out, PyObject *folders, PyObject *tail) {
    PyObject *portions = PyList_New(0); /* owned */
    int status = portions == NULL ? -1 : 0;
    out->kind = ISPY_PLACE_MISSING;
    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_Size(folders) && out->kind == ISPY_PLACE_MISSING; i++) {
        PyObject *folder = PyTuple_GetItem(folders, i);
        if (!PyUnicode_Check(folder)) {
            continue;
        }
        switch (ispy_search_entry_kind(state, folder)) {
        case ISPY_ENTRY_FOLDER:
            status = ispy_search_folder(out, folder, tail, portions);
            break;
        case ISPY_ENTRY_FOREIGN: /* an archive, or somebody's own way of finding: it may have the module */
            out->kind = ISPY_PLACE_UNSURE;
            break;
        case ISPY_ENTRY_NOTHING:
            break;
        }
    }
    if (status == 0 && out->kind == ISPY_PLACE_MISSING && PyList_Size(portions) > 0) {
        out->kind = ISPY_PLACE_NAMESPACE;
        out->folders = PyList_AsTuple(portions);
        status = out->folders == NULL ? -1 : 0;
    }
    Py_XDECREF(portions);
    return status;
}

/* The folders of sys.path, with `roots` before them. New. */
static PyObject *search_path(PyObject *roots) {
    PyObject *path = PySys_GetObject("path");                                 /* borrowed */
    PyObject *plain = path == NULL ? PyTuple_New(0) : PySequence_Tuple(path); /* owned */
    PyObject *all = plain == NULL || roots == NULL ? plain : PySequence_Concat(roots, plain);
    if (all != plain) {
        Py_XDECREF(plain);
    }
    return all;
}

static int look_at_top(ispy_state *state, ispy_module_place *out, PyObject *roots, PyObject *name) {
    PyObject *builtins = PySys_GetObject("builtin_module_names"); /* borrowed */
    int is_builtin = builtins == NULL ? 0 : PySequence_Contains(builtins, name);
    if (is_builtin != 0) {
        out->kind = ISPY_PLACE_OPAQUE;
        return is_builtin < 0 ? -1 : 0;
    }
    PyObject *path = search_path(roots); /* owned */
    int status = path == NULL ? -1 : look_in_folders(state, out, path, name);
    Py_XDECREF(path);
    if (status == 0 && (out->kind == ISPY_PLACE_MISSING || out->kind == ISPY_PLACE_NAMESPACE)) {
        status = ispy_search_mapped(out, name);
    }
    if (status == 0 && out->kind == ISPY_PLACE_MISSING) {
        out->kind = ISPY_PLACE_NOT_FOUND;
    }
    return status;
}

/* A package that changes its own __path__ while it runs may have its submodules elsewhere; extend_path only adds to the
 * end. */
static bool moves_its_path(ispy_state *state, const ispy_module_place *package) {
    return package->live == NULL && package->file != NULL && ispy_search_mentions_path(state, package->file);
}

static int search(ispy_state *state, ispy_module_place *out, PyObject *roots, PyObject *name, int depth) {
    Py_ssize_t length = PyUnicode_GetLength(name);
    Py_ssize_t dot = PyUnicode_FindChar(name, '.', 0, length, -1);
    int known = look_in_modules(state, out, name);
    if (known != 0 || dot == 0 || dot == length - 1 || length == 0 || depth == 0) {
        out->kind = known != 0 ? out->kind : ISPY_PLACE_NOT_FOUND;
        return 0;
    }
    out->is_shadowed = ispy_search_is_shadowed(state);
    if (dot < 0) {
        return look_at_top(state, out, roots, name);
    }
    PyObject *parent = PyUnicode_Substring(name, 0, dot);        /* owned */
    PyObject *tail = PyUnicode_Substring(name, dot + 1, length); /* owned */
    ispy_module_place package = {.kind = ISPY_PLACE_MISSING};
    int status = parent == NULL || tail == NULL ? -1 : search(state, &package, roots, parent, depth - 1);
    if (status == 0 && package.folders == NULL) {
        bool is_sure = package.kind == ISPY_PLACE_SOURCE || package.kind == ISPY_PLACE_MISSING;
        out->kind = is_sure ? ISPY_PLACE_MISSING : ISPY_PLACE_NOT_FOUND;
    } else if (status == 0 && moves_its_path(state, &package)) {
        out->kind = ISPY_PLACE_UNSURE;
    } else if (status == 0) {
        status = look_in_folders(state, out, package.folders, tail);
    }
    if (out->kind == ISPY_PLACE_MISSING && (package.kind != ISPY_PLACE_SOURCE || out->is_shadowed)) {
        out->kind = ISPY_PLACE_NOT_FOUND;
    }
    out->is_shadowed = out->is_shadowed || package.is_shadowed;
    ispy_module_place_clear(&package);
    Py_XDECREF(parent);
    Py_XDECREF(tail);
    return status;
}

int ispy_module_search(ispy_state *state, ispy_module_place *out, PyObject *roots, PyObject *name) {
    *out = (ispy_module_place){.kind = ISPY_PLACE_NOT_FOUND};
    int status = search(state, out, roots, name, ISPY_SEARCH_MAX_DEPTH);
    if (status < 0) {
        ispy_module_place_clear(out);
    }
    return status;
}
