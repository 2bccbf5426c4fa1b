/* See installed.h. What is found in folders is what importlib.metadata would find there: the first on sys.path counts.
 * Archives, and finders that bring distributions of their own, are asked through importlib.metadata. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* dirent */
#define _DARWIN_C_SOURCE
#endif
#include "binding/installed.h"

#include "binding/convert.h"
#include "binding/metadata_file.h"

#include <stdlib.h>
#include <string.h>

/* One entry of sys.path. */
typedef struct root {
    PyObject *entry;           /* owned: as it stands in sys.path */
    char *path;                /* owned */
    ispy_metadata_root *found; /* owned; NULL: it has not been looked at */
} root;

struct ispy_installed {
    root *roots; /* owned */
    Py_ssize_t count;
    bool others; /* something on sys.path is no folder */
};

static void clear_root(root *r) {
    Py_CLEAR(r->entry);
    ispy_metadata_root_free(r->found);
    free(r->path);
    r->found = NULL;
    r->path = NULL;
}

void ispy_installed_free(ispy_installed *installed) {
    for (Py_ssize_t i = 0; installed != NULL && installed->roots != NULL && i < installed->count; i++) {
        clear_root(&installed->roots[i]);
    }
    if (installed != NULL) {
        free(installed->roots);
        free(installed);
    }
}

static int resize(ispy_installed *installed, Py_ssize_t count) {
    for (Py_ssize_t i = count; installed->roots != NULL && i < installed->count; i++) {
        clear_root(&installed->roots[i]);
    }
    if (count > installed->count) {
        root *roots = realloc(installed->roots, (size_t)count * sizeof *roots);
        if (roots == NULL) {
            return ispy_status_raise(ISPY_ENOMEM);
        }
        memset(roots + installed->count, 0, (size_t)(count - installed->count) * sizeof *roots);
        installed->roots = roots;
    }
    installed->count = count;
    return 0;
}

/* Takes `encoded`, which may be NULL. Runs no Python code: a str, and nothing derived from it, is kept. */
static int set_root(root *r, PyObject *entry, PyObject *encoded) {
    const char *path = encoded == NULL ? NULL : PyBytes_AsString(encoded); /* borrowed */
    bool is_whole = path != NULL && strlen(path) == (size_t)PyBytes_Size(encoded);
    clear_root(r);
    path = !is_whole ? NULL : *path == '\0' ? "." : path; /* "" is the current folder */
    if (path != NULL) {
        size_t size = strlen(path) + 1;
        r->path = malloc(size);
        if (r->path != NULL) {
            memcpy(r->path, path, size);
        }
    }
    r->entry = PyUnicode_CheckExact(entry) ? Py_NewRef(entry) : NULL;
    Py_XDECREF(encoded);
    return path != NULL && r->path == NULL ? ispy_status_raise(ISPY_ENOMEM) : 0;
}

/* One entry of sys.path. To encode it may run Python code, which may change everything: so the root is looked at only
 * afterwards. */
static int refresh_root(ispy_installed *installed, Py_ssize_t at, PyObject *entry) {
    bool is_new = at >= installed->count || installed->roots[at].entry != entry;
    PyObject *encoded = is_new && PyUnicode_Check(entry) ? PyUnicode_EncodeFSDefault(entry) : NULL; /* taken */
    PyErr_Clear(); /* nothing on the disk has such a name */
    if (installed->roots == NULL || at >= installed->count) {
        Py_XDECREF(encoded);
        return 0;
    }
    root *r = &installed->roots[at];
    if (is_new && set_root(r, entry, encoded) < 0) {
        return -1;
    }
    int status = r->path == NULL ? ISPY_OK : ispy_metadata_root_refresh(&r->found, r->path);
    installed->others |= r->path == NULL || ispy_metadata_root_is_other(r->found);
    return status == ISPY_OK ? 0 : ispy_status_raise(status);
}

/* Brings the roots in line with sys.path and with what is on the disk. */
static int refresh(ispy_installed *installed, PyObject *paths) {
    int status = resize(installed, PyList_Size(paths));
    installed->others = false;
    for (Py_ssize_t i = 0; status == 0 && i < PyList_Size(paths); i++) {
        PyObject *entry = Py_NewRef(PyList_GetItem(paths, i)); /* owned */
        status = refresh_root(installed, i, entry);
        Py_DECREF(entry);
    }
    return status;
}

/* ---- importlib.metadata ---- */

/* Whether a finder that is neither importlib's own nor ours brings distributions. */
static int others_on_meta_path(ispy_state *state) {
    PyObject *finders = PySys_GetObject("meta_path"); /* borrowed */
    PyObject *external = PyImport_ImportModule("_frozen_importlib_external");
    PyObject *own = external == NULL ? NULL : PyObject_GetAttrString(external, "PathFinder"); /* owned */
    int others = own == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; others == 0 && finders != NULL && PyList_Check(finders) && i < PyList_Size(finders); i++) {
        PyObject *finder = Py_NewRef(PyList_GetItem(finders, i)); /* owned */
        if (finder != own && finder != state->finder && finder != state->builtin_importer &&
            finder != state->frozen_importer) {
            PyObject *bringer = PyObject_GetAttrString(finder, "find_distributions"); /* owned */
            others = bringer != NULL;
            PyErr_Clear();
            Py_XDECREF(bringer);
        }
        Py_DECREF(finder);
    }
    Py_XDECREF(external);
    Py_XDECREF(own);
    return others;
}

static int take_extras(ispy_component *out, PyObject *metadata, ispy_arena *arena) {
    PyObject *all = PyObject_CallMethod(metadata, "get_all", "s", "Provides-Extra"); /* owned */
    Py_ssize_t count = all != NULL && PyList_Check(all) ? PyList_Size(all) : 0;
    ispy_str *extras = ispy_arena_array(arena, (size_t)count, sizeof *extras);
    int status = all == NULL || extras == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; i < count && status == 0; i++) {
        ispy_str text = {NULL, 0, 0};
        PyObject *item = PyList_GetItem(all, i); /* borrowed */
        status = PyUnicode_Check(item) ? ispy_str_from_unicode(&text, item, arena) : 0;
        if (status == 0 && text.data != NULL &&
            ispy_distribution_name(&extras[out->extra_count], arena, text.data, text.length) == ISPY_OK) {
            out->extra_count++;
        }
    }
    out->extras = extras;
    Py_XDECREF(all);
    return status;
}

/* 1: it was found; 0: there is none; -1: exception. */
static int ask_metadata(ispy_component *out, PyObject *metadata_module, ispy_str name, ispy_arena *arena) {
    PyObject *distribution = PyObject_CallMethod(metadata_module, "distribution", "s", name.data); /* owned */
    PyObject *version = NULL;                                                                      /* owned */
    PyObject *metadata = NULL;                                                                     /* owned */
    int status = -1;
    if (distribution == NULL) {
        if (PyErr_ExceptionMatches(PyExc_ImportError)) { /* PackageNotFoundError */
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    version = PyObject_GetAttrString(distribution, "version");
    metadata = version == NULL ? NULL : PyObject_GetAttrString(distribution, "metadata");
    if (metadata != NULL && take_extras(out, metadata, arena) == 0 &&
        (!PyUnicode_Check(version) || ispy_str_from_unicode(&out->version, version, arena) == 0)) {
        out->standing = ISPY_STANDING_PRESENT;
        status = 1;
    }
    Py_XDECREF(distribution);
    Py_XDECREF(version);
    Py_XDECREF(metadata);
    return status;
}

/* Those that no folder has. What goes wrong on the way leaves them unknown. */
static int ask_others(ispy_state *state, const ispy_components *components, ispy_component *items, ispy_arena *arena) {
    ispy_search *search = NULL; /* owned */
    /* A contract that selects importlib.metadata itself would have us look up versions for ever. */
    int entered = ispy_search_enter(state, state->names.metadata_module, &search);
    if (entered < 0) {
        return -1;
    }
    PyObject *module = entered > 0 ? PyImport_Import(state->names.metadata_module) : NULL; /* owned */
    for (uint32_t i = 0; i < components->count; i++) {
        if (items[i].standing != ISPY_STANDING_ABSENT) {
            continue;
        }
        int found = module == NULL ? -1 : ask_metadata(&items[i], module, items[i].name, arena);
        if (found < 0) {
            items[i] = (ispy_component){.name = items[i].name, .standing = ISPY_STANDING_UNKNOWN};
        }
        if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) {
            break; /* what ends the program is not for us to swallow */
        }
        PyErr_Clear();
    }
    Py_XDECREF(module);
    if (entered > 0) {
        ispy_search_leave(state, search);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- looking ---- */

static int find_in_roots(const ispy_installed *installed, ispy_component *out, ispy_arena *arena) {
    out->standing = ISPY_STANDING_ABSENT;
    for (Py_ssize_t i = 0; i < installed->count && out->standing == ISPY_STANDING_ABSENT; i++) {
        const root *r = &installed->roots[i];
        int status = r->found == NULL ? ISPY_OK : ispy_metadata_root_find(r->found, r->path, out, arena);
        if (status != ISPY_OK) {
            return ispy_status_raise(status);
        }
    }
    return 0;
}

int ispy_installed_find(ispy_state *state, ispy_components *out, const ispy_name_list *names, ispy_arena *arena) {
    PyObject *paths = PySys_GetObject("path"); /* borrowed */
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    bool any_absent = false;
    if (state->installed == NULL) {
        state->installed = calloc(1, sizeof *state->installed);
    }
    if (items == NULL || state->installed == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    bool has_paths = paths != NULL && PyList_Check(paths);
    if (has_paths && refresh(state->installed, paths) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        items[i].name = names->names[i];
        if (has_paths && find_in_roots(state->installed, &items[i], arena) < 0) {
            return -1;
        }
        items[i].standing = has_paths ? items[i].standing : ISPY_STANDING_ABSENT;
        any_absent |= items[i].standing == ISPY_STANDING_ABSENT;
    }
    *out = (ispy_components){items, names->count};
    int others = !any_absent ? 0 : state->installed->others || !has_paths ? 1 : others_on_meta_path(state);
    return others <= 0 ? others : ask_others(state, out, items, arena);
}
