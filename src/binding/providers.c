/* What pip has installed under a name, as importlib.metadata tells: top_level.txt, or else the list of its files. */
#include "binding/providers.h"

#include "binding/convert.h"

#include <string.h>

/* Adds what is a name of a module. `path` is a str: "yaml/__init__.py", "six.py", "_cffi.cpython-311.so". */
static int add_top(PyObject *names, PyObject *path) {
    PyObject *parts = PyObject_CallMethod(path, "partition", "s", "/"); /* owned */
    PyObject *first = parts != NULL ? PyTuple_GetItem(parts, 0) : NULL; /* borrowed */
    int is_folder = first != NULL ? PyObject_IsTrue(PyTuple_GetItem(parts, 1)) : -1;
    PyObject *stem = NULL; /* owned */
    if (is_folder == 0) {
        PyObject *cut = PyObject_CallMethod(first, "partition", "s", "."); /* owned */
        stem = cut != NULL ? Py_NewRef(PyTuple_GetItem(cut, 0)) : NULL;
        Py_XDECREF(cut);
    } else if (is_folder > 0) {
        stem = Py_NewRef(first);
    }
    int status = stem == NULL ? -1 : PyUnicode_IsIdentifier(stem) > 0 ? PySet_Add(names, stem) : 0;
    Py_XDECREF(stem);
    Py_XDECREF(parts);
    return status;
}

/* Each item of an iterable, as a str. */
static int add_all(PyObject *names, PyObject *items) {
    PyObject *iterator = items != NULL ? PyObject_GetIter(items) : NULL; /* owned */
    PyObject *item = NULL;                                               /* owned */
    int status = iterator == NULL ? -1 : 0;
    while (status == 0 && (item = PyIter_Next(iterator)) != NULL) {
        PyObject *text = PyObject_Str(item); /* owned */
        status = text == NULL ? -1 : add_top(names, text);
        Py_XDECREF(text);
        Py_DECREF(item);
    }
    Py_XDECREF(iterator);
    return status < 0 || PyErr_Occurred() ? -1 : 0;
}

/* A set of names; NULL with an exception. */
static PyObject *modules_of(PyObject *distribution) {
    PyObject *names = PySet_New(NULL);
    PyObject *text = PyObject_CallMethod(distribution, "read_text", "s", "top_level.txt"); /* owned */
    PyObject *items = NULL;                                                                /* owned */
    if (text != NULL && text != Py_None) {
        items = PyObject_CallMethod(text, "split", NULL);
    } else if (text != NULL) {
        items = PyObject_GetAttrString(distribution, "files");
    }
    int status = names == NULL || items == NULL ? -1 : items == Py_None ? 0 : add_all(names, items);
    Py_XDECREF(text);
    Py_XDECREF(items);
    if (status < 0) {
        Py_CLEAR(names);
    }
    return names;
}

/* Forgets everything where sys.path is another one: what was found then need not be what is found now. */
static int refresh(ispy_state *state) {
    PyObject *path = PySys_GetObject("path");                               /* borrowed */
    PyObject *now = path != NULL ? PySequence_Tuple(path) : PyTuple_New(0); /* owned */
    PyObject *before = PyDict_GetItemWithError(state->providers, Py_None);  /* borrowed */
    int same = now == NULL ? -1 : before == NULL ? 0 : PyObject_RichCompareBool(before, now, Py_EQ);
    if (same == 0 && !PyErr_Occurred()) {
        PyDict_Clear(state->providers);
        same = PyDict_SetItem(state->providers, Py_None, now);
    }
    Py_XDECREF(now);
    return same < 0 || PyErr_Occurred() ? -1 : 0;
}

/* A tuple, kept by the state, lent; NULL without an exception: it is not installed. */
static PyObject *look_up(ispy_state *state, PyObject *name) {
    PyObject *known = PyDict_GetItemWithError(state->providers, name); /* borrowed */
    if (known != NULL || PyErr_Occurred()) {
        return known;
    }
    PyObject *metadata = PyImport_Import(state->names.metadata_module); /* owned */
    PyObject *distribution = metadata != NULL ? PyObject_CallMethod(metadata, "distribution", "O", name) : NULL;
    PyObject *names = distribution != NULL ? modules_of(distribution) : NULL; /* owned */
    PyObject *tuple = names != NULL ? PySequence_Tuple(names) : NULL;         /* owned */
    if (tuple != NULL && PyDict_SetItem(state->providers, name, tuple) == 0) {
        known = PyDict_GetItemWithError(state->providers, name);
    }
    Py_XDECREF(metadata);
    Py_XDECREF(distribution);
    Py_XDECREF(names);
    Py_XDECREF(tuple);
    return known;
}

static int take(ispy_state *state, ispy_provider *out, ispy_str name, ispy_arena *arena) {
    PyObject *text = ispy_unicode_from_str(name);                 /* owned */
    PyObject *known = text != NULL ? look_up(state, text) : NULL; /* borrowed */
    Py_ssize_t count = known != NULL ? PyTuple_Size(known) : 0;
    ispy_str *modules = ispy_arena_array(arena, (size_t)count, sizeof *modules);
    int status = modules == NULL ? ispy_status_raise(ISPY_ENOMEM) : 0;
    for (Py_ssize_t i = 0; i < count && status == 0; i++) {
        status = ispy_str_from_unicode(&modules[i], PyTuple_GetItem(known, i), arena);
    }
    Py_XDECREF(text);
    if (status == 0 && known == NULL && PyErr_Occurred()) { /* PackageNotFoundError, or metadata that are broken */
        status = PyErr_ExceptionMatches(PyExc_Exception) ? 0 : -1;
        if (status == 0) {
            PyErr_Clear();
        }
    }
    *out = (ispy_provider){name, modules, (uint32_t)count};
    return status;
}

int ispy_providers_find(ispy_state *state, ispy_context *out, const ispy_name_list *names, ispy_arena *arena) {
    ispy_provider *providers = ispy_arena_array(arena, names->count, sizeof *providers);
    ispy_search *search = NULL; /* owned */
    if (state->providers == NULL) {
        state->providers = PyDict_New();
    }
    if (providers == NULL || state->providers == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    if (refresh(state) < 0) {
        return -1;
    }
    /* A contract that selects importlib.metadata itself would have us look up for ever. */
    int status = ispy_search_enter(state, state->names.metadata_module, &search);
    if (status <= 0) {
        return status;
    }
    status = 0;
    for (uint32_t i = 0; i < names->count && status == 0; i++) {
        status = take(state, &providers[i], names->names[i], arena);
    }
    ispy_search_leave(state, search);
    out->providers = providers;
    out->provider_count = status == 0 ? names->count : 0;
    return status;
}
