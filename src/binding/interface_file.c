/* Where an interface's source is: a file, or a module that is found along sys.path without importing it or its parents.
 * Must not know: what the interface asks for.
 *
 * A name is sought in the package of the interface that leads there, then along sys.path, then in the contract's
 * folder: a stub before the source, as type checkers do it, and "acme-stubs" beside "acme" (PEP 561). What is not found
 * so is asked of the finders on sys.meta_path, for editable installs; they look for files, and import nothing. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700
#endif
#include "binding/interface_file.h"

#include "binding/convert.h"
#include "binding/extract.h"
#include "binding/source_file.h"
#include "binding/state.h"
#include "binding/stub_file.h"

#include <string.h>
#include <sys/stat.h>

/* What was found: all owned, all NULL at first. */
typedef struct found {
    PyObject *path;
    PyObject *name; /* of the module */
    bool is_package;
} found;

static int refuse(ispy_error *error, const char *format, const char *what) {
    memset(error, 0, sizeof *error);
    error->status = ISPY_EINVAL;
    PyOS_snprintf(error->message, sizeof error->message, format, what);
    return ISPY_EINVAL;
}

/* Takes `value`. */
static void put(PyObject **slot, PyObject *value) {
    PyObject *before = *slot;
    *slot = value;
    Py_XDECREF(before);
}

/* ---- files ---- */

static int is_file(PyObject *path) {
    PyObject *bytes = PyUnicode_EncodeFSDefault(path); /* owned */
    if (bytes == NULL) {
        PyErr_Clear(); /* a path that no file can have */
        return 0;
    }
    struct stat status;
    const char *text = PyBytes_AsString(bytes);
    int exists =
        strlen(text) == (size_t)PyBytes_Size(bytes) && stat(text, &status) == 0 && (status.st_mode & S_IFMT) == S_IFREG;
    Py_DECREF(bytes);
    return exists;
}

/* Takes `path`; keeps it in `out` where there is such a file. 1: there is. -1: exception. */
static int take_file(found *out, PyObject *path, bool is_package) {
    if (path == NULL) {
        return -1;
    }
    if (!is_file(path)) {
        Py_DECREF(path);
        return 0;
    }
    put(&out->path, path);
    out->is_package = is_package;
    return 1;
}

/* The stub or source that stands for the module `stem` ("/lib/acme/api"). 1: found. */
static int try_stem(found *out, PyObject *stem) {
    static const struct {
        const char *end;
        bool is_package;
    } ends[] = {{"/__init__.pyi", true}, {".pyi", false}, {"/__init__.py", true}, {".py", false}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int result = take_file(out, PyUnicode_FromFormat("%U%s", stem, ends[i].end), ends[i].is_package);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

/* "acme/api" of "acme.api", or "acme-stubs/api". */
static PyObject *as_path(PyObject *name, const char *suffix) {
    PyObject *parts = PyObject_CallMethod(name, "partition", "s", "."); /* owned */
    if (parts == NULL) {
        return NULL;
    }
    PyObject *rest = PyObject_CallMethod(PyTuple_GetItem(parts, 2), "replace", "ss", ".", "/"); /* owned */
    const char *slash = rest != NULL && PyUnicode_GetLength(rest) > 0 ? "/" : "";
    PyObject *path =
        rest == NULL ? NULL : PyUnicode_FromFormat("%U%s%s%U", PyTuple_GetItem(parts, 0), suffix, slash, rest);
    Py_XDECREF(rest);
    Py_DECREF(parts);
    return path;
}

/* A folder that modules are in. */
static int try_folder(found *out, PyObject *folder, PyObject *name) {
    static const char *const suffixes[] = {"-stubs", ""};
    int result = 0;
    for (size_t i = 0; i < 2 && result == 0; i++) {
        PyObject *path = as_path(name, suffixes[i]); /* owned */
        const char *slash = PyUnicode_GetLength(folder) > 0 ? "/" : "";
        PyObject *stem = path == NULL ? NULL : PyUnicode_FromFormat("%U%s%U", folder, slash, path); /* owned */
        result = stem == NULL ? -1 : try_stem(out, stem);
        Py_XDECREF(stem);
        Py_XDECREF(path);
    }
    return result;
}

static int try_sys_path(found *out, PyObject *name) {
    PyObject *path = PySys_GetObject("path");                         /* borrowed */
    PyObject *folders = path == NULL ? NULL : PySequence_Tuple(path); /* owned */
    int result = 0;
    if (folders == NULL) {
        PyErr_Clear();
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(folders) && result == 0; i++) {
        PyObject *folder = PyTuple_GetItem(folders, i);
        result = PyUnicode_Check(folder) ? try_folder(out, folder, name) : 0;
    }
    Py_DECREF(folders);
    return result;
}

/* ---- packages around a file ---- */

/* What stands before the last slash; NULL without an exception: there is none. */
static PyObject *folder_of(PyObject *path) {
    Py_ssize_t at = PyUnicode_FindChar(path, '/', 0, PyUnicode_GetLength(path), -1);
    return at < 0 ? NULL : PyUnicode_Substring(path, 0, at);
}

static int is_package_folder(PyObject *folder) {
    static const char *const names[] = {"__init__.py", "__init__.pyi"};
    int exists = 0;
    for (size_t i = 0; i < 2 && exists == 0; i++) {
        PyObject *path = PyUnicode_FromFormat("%U/%s", folder, names[i]); /* owned */
        exists = path == NULL ? -1 : is_file(path);
        Py_XDECREF(path);
    }
    return exists;
}

int ispy_interface_place(PyObject **root, PyObject **name, PyObject *path) {
    PyObject *folder = folder_of(path); /* owned */
    Py_ssize_t begin = folder == NULL ? 0 : PyUnicode_GetLength(folder) + 1;
    Py_ssize_t end = PyUnicode_FindChar(path, '.', begin, PyUnicode_GetLength(path), 1);
    *name = PyUnicode_Substring(path, begin, end < begin ? PyUnicode_GetLength(path) : end); /* owned */
    int status = PyErr_Occurred() != NULL ? -1 : 0;
    bool is_init = *name != NULL && PyUnicode_CompareWithASCIIString(*name, "__init__") == 0;
    bool is_first = true;
    while (status == 0 && folder != NULL && is_package_folder(folder) > 0) {
        PyObject *outer = folder_of(folder); /* owned */
        Py_ssize_t start = outer == NULL ? 0 : PyUnicode_GetLength(outer) + 1;
        PyObject *part = PyUnicode_Substring(folder, start, PyUnicode_GetLength(folder)); /* owned */
        PyObject *longer = part == NULL          ? NULL
                           : is_init && is_first ? Py_NewRef(part)
                                                 : PyUnicode_FromFormat("%U.%U", part, *name);
        Py_XDECREF(part);
        put(name, longer);
        put(&folder, outer);
        is_first = false;
        status = longer == NULL ? -1 : 0;
    }
    *root = folder;
    return status;
}

/* ---- finders ---- */

/* What a finder on sys.meta_path says of `name`; None: nothing. New reference. */
static PyObject *ask_finders(ispy_state *state, PyObject *name, PyObject *search) {
    PyObject *meta_path = PySys_GetObject("meta_path");                                   /* borrowed */
    PyObject *finders = meta_path == NULL ? PyTuple_New(0) : PySequence_Tuple(meta_path); /* owned */
    PyObject *spec = finders == NULL ? NULL : Py_NewRef(Py_None);
    for (Py_ssize_t i = 0; spec == Py_None && i < PyTuple_Size(finders); i++) {
        PyObject *finder = PyTuple_GetItem(finders, i);
        if (finder == state->finder || PyObject_HasAttrString(finder, "find_spec") == 0) {
            continue;
        }
        Py_DECREF(spec);
        spec = PyObject_CallMethod(finder, "find_spec", "OO", name, search);
        if (spec == NULL && PyErr_ExceptionMatches(PyExc_Exception)) {
            PyErr_Clear(); /* somebody else's finder: what it cannot find is not there */
            spec = Py_NewRef(Py_None);
        }
    }
    Py_XDECREF(finders);
    return spec;
}

static bool ends_in_py(PyObject *path) {
    ispy_str text;
    return ispy_str_borrow(&text, path) && text.length > 3 && memcmp(text.data + text.length - 3, ".py", 3) == 0;
}

/* The file of a module as finders know it: from package to package, none of which is imported. */
static int try_finders(found *out, ispy_state *state, PyObject *name) {
    PyObject *parts = PyObject_CallMethod(name, "split", "s", "."); /* owned */
    PyObject *search = Py_NewRef(Py_None);                          /* owned */
    PyObject *prefix = NULL, *origin = NULL;                        /* owned */
    int result = parts == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyList_Size(parts); i++) {
        PyObject *part = PyList_GetItem(parts, i);
        put(&prefix, prefix == NULL ? Py_NewRef(part) : PyUnicode_FromFormat("%U.%U", prefix, part));
        PyObject *spec = prefix == NULL ? NULL : ask_finders(state, prefix, search); /* owned */
        if (spec == NULL || spec == Py_None) {
            result = spec == NULL ? -1 : 1;
            Py_XDECREF(spec);
            Py_CLEAR(origin);
            break;
        }
        put(&search, PyObject_GetAttrString(spec, "submodule_search_locations"));
        put(&origin, PyObject_GetAttrString(spec, "origin"));
        Py_DECREF(spec);
        result = search == NULL || origin == NULL ? -1 : 0;
    }
    result = result > 0 ? 0 : result;
    if (result == 0 && origin != NULL && PyUnicode_Check(origin)) {
        bool is_package = search != NULL && search != Py_None;
        result = take_file(out, ispy_stub_file_path(origin), is_package);
        bool is_source = result == 0 && ends_in_py(origin);
        result = is_source ? take_file(out, Py_NewRef(origin), is_package) : result;
    }
    Py_XDECREF(parts);
    Py_XDECREF(search);
    Py_XDECREF(prefix);
    Py_XDECREF(origin);
    return result;
}

/* ---- the way in ---- */

static int find_by_name(found *out, ispy_state *state, const ispy_interface_request *request) {
    PyObject *name = ispy_unicode_from_str(request->module);    /* owned */
    PyObject *folder = ispy_unicode_from_path(request->folder); /* owned */
    int result = name == NULL || folder == NULL ? -1 : 0;
    if (result == 0 && request->beside.data != NULL) {
        PyObject *beside = ispy_unicode_from_path(request->beside); /* owned */
        PyObject *root = NULL, *own = NULL;                         /* owned */
        result = beside == NULL ? -1 : ispy_interface_place(&root, &own, beside);
        result = result == 0 && root != NULL ? try_folder(out, root, name) : result;
        Py_XDECREF(beside);
        Py_XDECREF(root);
        Py_XDECREF(own);
    }
    result = result == 0 ? try_sys_path(out, name) : result;
    result = result == 0 ? try_folder(out, folder, name) : result;
    result = result == 0 ? try_finders(out, state, name) : result;
    out->name = name;
    Py_XDECREF(folder);
    return result;
}

static int find_by_file(found *out, const ispy_interface_request *request) {
    PyObject *path = ispy_unicode_from_path(request->file); /* owned */
    PyObject *root = NULL;                                  /* owned */
    int result = path == NULL ? -1 : take_file(out, Py_NewRef(path), false);
    if (result > 0) {
        out->is_package = strstr(request->file.data, "/__init__.py") != NULL;
        result = ispy_interface_place(&root, &out->name, path) < 0 ? -1 : 1;
    }
    Py_XDECREF(root);
    Py_XDECREF(path);
    return result;
}

static int read_found(const ispy_module **out, ispy_state *state, const found *source, ispy_arena *arena,
                      ispy_error *error) {
    ispy_file_stamp stamp;
    PyObject *bytes = ispy_source_file_read(state, source->path, &stamp); /* owned */
    if (bytes == NULL && PyErr_Occurred() != NULL) {
        return ISPY_EFOREIGN;
    }
    if (bytes == NULL) {
        ispy_str path = {NULL, 0, 0};
        (void)ispy_str_borrow(&path, source->path);
        return refuse(error, "the interface's file is empty or cannot be read: %.300s",
                      path.data != NULL ? path.data : "");
    }
    int result =
        ispy_extract_from_source(&state->ast, arena, bytes, source->path, source->name, source->is_package, out, NULL);
    Py_DECREF(bytes);
    return result < 0 ? ISPY_EFOREIGN : ISPY_OK;
}

int ispy_interface_file_read(const ispy_module **out, void *user, const ispy_interface_request *request,
                             ispy_arena *arena, ispy_error *error) {
    ispy_state *state = user;
    found source = {NULL, NULL, false};
    bool by_file = request->file.data != NULL;
    int result = by_file ? find_by_file(&source, request) : find_by_name(&source, state, request);
    int status = ISPY_EFOREIGN;
    if (result > 0) {
        status = read_found(out, state, &source, arena, error);
    } else if (result == 0) {
        status = by_file ? refuse(error, "there is no such file: %.300s", request->file.data)
                         : refuse(error, "there is no module '%.300s' with a source or a stub", request->module.data);
    }
    Py_XDECREF(source.path);
    Py_XDECREF(source.name);
    return status;
}
