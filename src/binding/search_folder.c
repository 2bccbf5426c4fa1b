/* What stands in a folder under a module's name, in the order in which importlib's FileFinder looks: a package, machine
 * code, source, code without source. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700
#endif
#include "binding/search_folder.h"

#include "binding/convert.h"
#include "binding/source_file.h"
#include "binding/stub_file.h"

#include <string.h>
#include <sys/stat.h>

typedef enum path_kind { NO_PATH, FILE_PATH, FOLDER_PATH } path_kind;

static path_kind kind_of(PyObject *path) {
    PyObject *encoded = PyUnicode_EncodeFSDefault(path); /* owned */
    struct stat status;
    path_kind kind = NO_PATH;
    if (encoded == NULL) {
        PyErr_Clear(); /* a path that no file can have */
        return NO_PATH;
    }
    const char *text = PyBytes_AsString(encoded);
    if (strlen(text) == (size_t)PyBytes_Size(encoded) && stat(text[0] == '\0' ? "." : text, &status) == 0) {
        kind = (status.st_mode & S_IFMT) == S_IFREG   ? FILE_PATH
               : (status.st_mode & S_IFMT) == S_IFDIR ? FOLDER_PATH
                                                      : NO_PATH;
    }
    Py_DECREF(encoded);
    return kind;
}

bool ispy_search_is_file(PyObject *path) {
    return kind_of(path) == FILE_PATH;
}

/* Whose finder importlib has found responsible for the entry; NULL: none yet. Borrowed. */
static PyObject *cached_finder(ispy_state *state, PyObject *folder) {
    PyObject *cache = PyDict_GetItemString(state->sys_namespace, "path_importer_cache"); /* borrowed */
    PyObject *finder = cache != NULL && PyDict_Check(cache) ? PyDict_GetItem(cache, folder) : NULL;
    PyErr_Clear();
    return finder;
}

ispy_entry_kind ispy_search_entry_kind(ispy_state *state, PyObject *folder) {
    path_kind kind = kind_of(folder);
    PyObject *finder = cached_finder(state, folder); /* borrowed */
    if (finder != NULL && finder != Py_None) {
        bool is_stock = (PyObject *)Py_TYPE(finder) == state->file_finder;
        return is_stock && kind == FOLDER_PATH ? ISPY_ENTRY_FOLDER : is_stock ? ISPY_ENTRY_NOTHING : ISPY_ENTRY_FOREIGN;
    }
    return kind == FOLDER_PATH ? ISPY_ENTRY_FOLDER : kind == FILE_PATH ? ISPY_ENTRY_FOREIGN : ISPY_ENTRY_NOTHING;
}

/* Takes `path`; keeps it in `out` where there is such a file. 1: there is. -1: exception. */
static int take_file(ispy_module_place *out, PyObject *path, ispy_place_kind kind) {
    if (path == NULL) {
        return -1;
    }
    if (kind_of(path) != FILE_PATH) {
        Py_DECREF(path);
        return 0;
    }
    out->kind = kind;
    Py_XDECREF(out->file);
    out->file = path;
    return 1;
}

void ispy_search_take_stub(ispy_module_place *out, PyObject *origin) {
    PyObject *stub = ispy_stub_file_path(origin); /* owned until taken */
    if (stub == NULL) {
        PyErr_Clear();
    } else {
        (void)take_file(out, stub, ISPY_PLACE_STUB);
    }
}

/* Endings of machine code, as this interpreter has them. */
static PyObject *extension_suffixes(void) {
    PyObject *imp = PyImport_ImportModule("_imp");                                                  /* owned */
    PyObject *suffixes = imp == NULL ? NULL : PyObject_CallMethod(imp, "extension_suffixes", NULL); /* owned */
    Py_XDECREF(imp);
    return suffixes;
}

static int take_extension(ispy_module_place *out, PyObject *stem) {
    PyObject *suffixes = extension_suffixes(); /* owned */
    int result = suffixes == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; result == 0 && i < PyList_Size(suffixes); i++) {
        PyObject *path = PyUnicode_FromFormat("%U%U", stem, PyList_GetItem(suffixes, i)); /* owned until taken */
        PyObject *again = Py_XNewRef(path);                                               /* owned */
        result = take_file(out, path, ISPY_PLACE_OPAQUE);
        if (result > 0) {
            Py_CLEAR(out->file);
            ispy_search_take_stub(out, again);
        }
        Py_XDECREF(again);
    }
    Py_XDECREF(suffixes);
    return result;
}

/* "STEM" and an ending. 1: found. */
static int take_module(ispy_module_place *out, PyObject *stem) {
    int result = take_extension(out, stem);
    if (result == 0) {
        result = take_file(out, PyUnicode_FromFormat("%U.py", stem), ISPY_PLACE_SOURCE);
    }
    if (result == 0) {
        result = take_file(out, PyUnicode_FromFormat("%U.pyc", stem), ISPY_PLACE_OPAQUE);
    }
    return result;
}

static int take_package(ispy_module_place *out, PyObject *stem) {
    PyObject *inner = PyUnicode_FromFormat("%U/__init__", stem); /* owned */
    int result = inner == NULL ? -1 : take_module(out, inner);
    Py_XDECREF(inner);
    if (result > 0) {
        out->folders = PyTuple_Pack(1, stem);
        result = out->folders == NULL ? -1 : 1;
    }
    return result;
}

int ispy_search_stem(ispy_module_place *out, PyObject *stem) {
    bool is_folder = kind_of(stem) == FOLDER_PATH;
    int result = is_folder ? take_package(out, stem) : 0;
    result = result == 0 ? take_module(out, stem) : result;
    return result < 0 ? -1 : 0;
}

int ispy_search_folder(ispy_module_place *out, PyObject *folder, PyObject *tail, PyObject *portions) {
    const char *slash = PyUnicode_GetLength(folder) > 0 ? "/" : "";
    PyObject *stem = PyUnicode_FromFormat("%U%s%U", folder, slash, tail); /* owned */
    int status = stem == NULL ? -1 : ispy_search_stem(out, stem);
    if (status == 0 && out->kind == ISPY_PLACE_MISSING && kind_of(stem) == FOLDER_PATH) {
        status = PyList_Append(portions, stem);
    }
    Py_XDECREF(stem);
    return status;
}

static bool holds(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    for (const char *at = text; (at = memchr(at, word[0], size - (size_t)(at - text))) != NULL; at++) {
        if (size - (size_t)(at - text) < length) {
            return false;
        }
        if (memcmp(at, word, length) == 0) {
            return true;
        }
    }
    return false;
}

bool ispy_search_mentions_path(ispy_state *state, PyObject *file) {
    ispy_file_stamp stamp;
    PyObject *bytes = ispy_source_file_read(state, file, &stamp); /* owned */
    bool mentions = false;
    PyErr_Clear();
    if (bytes != NULL) {
        const char *text = PyBytes_AsString(bytes);
        size_t size = (size_t)PyBytes_Size(bytes);
        mentions = holds(text, size, "__path__") && !holds(text, size, "extend_path");
    }
    Py_XDECREF(bytes);
    return mentions;
}
