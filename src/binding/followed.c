/* Reads modules that names lead to. See followed.h.
 *
 * A structure that is kept belongs to a state of a file: its stamp where the file was at rest, otherwise its very
 * bytes. It is a capsule that owns its arena; a check holds on to those that it was lent, so that another thread, or
 * code that an audit hook runs, may replace them meanwhile. Must not know: contracts, rules. */
#include "binding/followed.h"

#include "binding/convert.h"
#include "binding/extract.h"
#include "binding/live_agrees.h"
#include "binding/module_search.h"
#include "binding/source_file.h"
#include "binding/stub_file.h"

#include <stdlib.h>
#include <string.h>

static const char *const CAPSULE = "importspy._core.followed";

/* What was read of one file under one name. */
typedef struct kept {
    ispy_arena *arena; /* owned; the structure is in it */
    const ispy_module *module;
    ispy_file_stamp stamp; /* nothing known: `bytes` tell */
    PyObject *bytes;       /* owned; the structure may borrow from them */
} kept;

struct ispy_followed_modules {
    ispy_sources sources;
    ispy_state *state; /* lent */
    PyObject *roots;   /* owned: tuple, or NULL */
    PyObject *held;    /* owned: list of the capsules that were lent, or NULL */
    PyObject *running; /* owned: list of pairs: a module of sys.modules, the capsule of its file; or NULL */
    size_t bytes;      /* of sources so far */
    bool moves;        /* the module that is checked may change where others are found */
    bool is_shadowed;  /* somebody else's finder may know one of them */
};

/* ---- what is kept ---- */

static void release(kept *entry) {
    if (entry != NULL) {
        ispy_arena_free(entry->arena);
        Py_XDECREF(entry->bytes);
        free(entry);
    }
}

static void destroy(PyObject *capsule) {
    release(PyCapsule_GetPointer(capsule, CAPSULE));
}

/* A new capsule; NULL with an exception. Takes `bytes`. */
static PyObject *read_entry(ispy_state *state, const ispy_module_place *place, PyObject *name, PyObject *bytes,
                            const ispy_file_stamp *stamp) {
    kept *entry = calloc(1, sizeof *entry);
    if (entry == NULL || (entry->arena = ispy_arena_new()) == NULL) {
        free(entry);
        Py_DECREF(bytes);
        return PyErr_NoMemory();
    }
    entry->bytes = bytes;
    entry->stamp = *stamp;
    int status = ispy_extract_from_source(&state->ast, entry->arena, bytes, place->file, name, place->folders != NULL,
                                          &entry->module, NULL);
    if (status == 0 && place->kind == ISPY_PLACE_STUB && entry->module->unreadable.data == NULL) {
        status = ispy_stub_file_interpret(entry->module, entry->arena);
    }
    PyObject *capsule = status < 0 ? NULL : PyCapsule_New(entry, CAPSULE, destroy);
    if (capsule == NULL) {
        release(entry);
    }
    return capsule;
}

/* Whether it is what the file holds now; -1 with an exception. Where only the bytes can tell, `*bytes` are read. */
static int is_current(ispy_state *state, const kept *entry, PyObject *file, PyObject **bytes, ispy_file_stamp *stamp) {
    ispy_file_stamp now;
    if (ispy_file_stamp_is_known(&entry->stamp)) {
        return ispy_source_file_look(&now, file) && ispy_file_stamp_equal(&now, &entry->stamp) ? 1 : 0;
    }
    *bytes = ispy_source_file_read(state, file, stamp);
    if (*bytes == NULL) {
        return PyErr_Occurred() != NULL ? -1 : 0;
    }
    return PyObject_RichCompareBool(*bytes, entry->bytes, Py_EQ);
}

/* An empty file is no ordinary one for those who read sources to run them. */
static PyObject *read_bytes(ispy_state *state, PyObject *file, ispy_file_stamp *stamp) {
    PyObject *bytes = ispy_source_file_read(state, file, stamp);
    return bytes == NULL && PyErr_Occurred() == NULL ? PyBytes_FromStringAndSize("", 0) : bytes;
}

static PyObject *key_of(const ispy_module_place *place, PyObject *name) {
    return PyTuple_Pack(3, place->file, name, place->folders != NULL ? Py_True : Py_False);
}

/* The capsule for what the file holds now, new; NULL with an exception. */
static PyObject *fetch(ispy_state *state, const ispy_module_place *place, PyObject *name) {
    ispy_file_stamp stamp = {0};
    PyObject *bytes = NULL;                                                                 /* owned */
    PyObject *key = key_of(place, name);                                                    /* owned */
    PyObject *capsule = key == NULL ? NULL : PyDict_GetItemWithError(state->followed, key); /* owned */
    Py_XINCREF(capsule);
    int current = key == NULL || PyErr_Occurred() != NULL ? -1 : 0;
    if (capsule != NULL) {
        const kept *entry = PyCapsule_GetPointer(capsule, CAPSULE);
        current = is_current(state, entry, place->file, &bytes, &stamp);
        /* one that has come to rest is read once more, to be known by its stamp from then on */
        current = current > 0 && ispy_file_stamp_is_known(&stamp) ? 0 : current;
    }
    if (current == 0) {
        Py_CLEAR(capsule);
        bytes = bytes == NULL ? read_bytes(state, place->file, &stamp) : bytes;
        capsule = bytes == NULL ? NULL : read_entry(state, place, name, Py_NewRef(bytes), &stamp);
        if (capsule != NULL && PyDict_Size(state->followed) >= ISPY_FOLLOWED_MAX_KEPT) {
            PyDict_Clear(state->followed);
        }
        if (capsule != NULL && PyDict_SetItem(state->followed, key, capsule) < 0) {
            Py_CLEAR(capsule);
        }
    } else if (current < 0) {
        Py_CLEAR(capsule);
    }
    Py_XDECREF(bytes);
    Py_XDECREF(key);
    return capsule;
}

/* ---- what the engine asks ---- */

static int append(PyObject **list, PyObject *item) {
    if (*list == NULL && (*list = PyList_New(0)) == NULL) {
        return -1;
    }
    return PyList_Append(*list, item);
}

/* Holds on to what is lent, and to what runs under that name. */
static int hold(ispy_followed_modules *modules, PyObject *capsule, PyObject *live) {
    if (append(&modules->held, capsule) < 0) {
        return -1;
    }
    PyObject *pair = live == NULL ? NULL : PyTuple_Pack(2, live, capsule); /* owned */
    int status = live == NULL ? 0 : pair == NULL ? -1 : append(&modules->running, pair);
    Py_XDECREF(pair);
    return status;
}

/* After an exception: ISPY_OK where it is about the file, which then cannot be read. */
static int forgive(ispy_reason *reason) {
    if (!PyErr_ExceptionMatches(PyExc_Exception) || PyErr_ExceptionMatches(PyExc_MemoryError)) {
        return ISPY_EFOREIGN;
    }
    PyErr_Clear();
    *reason = ISPY_REASON_SOURCE_UNREADABLE;
    return ISPY_OK;
}

static int lend(const ispy_module **out, ispy_reason *reason, ispy_followed_modules *modules,
                const ispy_module_place *place, PyObject *name) {
    ispy_file_stamp now;
    size_t size = ispy_source_file_look(&now, place->file) ? (size_t)now.size : 0;
    if (size > ISPY_FOLLOWED_MAX_BYTES - modules->bytes) {
        *reason = ISPY_REASON_FOLLOW_LIMIT;
        return ISPY_OK;
    }
    PyObject *capsule = fetch(modules->state, place, name); /* owned */
    if (capsule == NULL || hold(modules, capsule, place->live) < 0) {
        Py_XDECREF(capsule);
        return forgive(reason);
    }
    const kept *entry = PyCapsule_GetPointer(capsule, CAPSULE);
    modules->bytes += size;
    *out = entry->module;
    Py_DECREF(capsule);
    return ISPY_OK;
}

/* A package without a file holds its submodules and nothing else. Lives as long as the modules do. */
static int lend_namespace(const ispy_module **out, ispy_reason *reason, ispy_followed_modules *modules,
                          PyObject *name) {
    kept *entry = calloc(1, sizeof *entry);
    ispy_arena *arena = ispy_arena_new();
    ispy_module *module = arena == NULL ? NULL : ispy_arena_alloc(arena, sizeof *module);
    PyObject *capsule = NULL; /* owned */
    if (entry == NULL || module == NULL) {
        PyErr_NoMemory();
    } else if (ispy_str_from_unicode(&module->name, name, arena) == 0) {
        module->is_package = true;
        entry->arena = arena;
        entry->module = module;
        capsule = PyCapsule_New(entry, CAPSULE, destroy);
    }
    if (capsule == NULL) {
        ispy_arena_free(arena);
        free(entry);
        return forgive(reason);
    }
    int status = append(&modules->held, capsule);
    *out = status == 0 ? module : NULL;
    Py_DECREF(capsule);
    return status == 0 ? ISPY_OK : forgive(reason);
}

static bool holds(ispy_str text, const char *word) {
    size_t length = strlen(word);
    const char *end = text.data + text.length;
    for (const char *at = text.data; (at = memchr(at, word[0], (size_t)(end - at))) != NULL; at++) {
        if ((size_t)(end - at) < length) {
            return false;
        }
        if (memcmp(at, word, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a source may change where Python looks for modules, before it imports any. */
static bool changes_the_way(ispy_str source) {
    static const char *const words[] = {"sys.path",   "sys.modules", "meta_path",     "path_hooks",
                                        "addsitedir", "import path", "import modules"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (holds(source, words[i])) {
            return true;
        }
    }
    return false;
}

/* "acme.plugins" and "acme.api" stand in one package, which is where it is whatever becomes of sys.path. */
static bool is_of_same_package(ispy_str a, ispy_str b) {
    uint32_t i = 0;
    while (i < a.length && i < b.length && a.data[i] == b.data[i] && a.data[i] != '.') {
        i++;
    }
    return i > 0 && (i == a.length || a.data[i] == '.') && (i == b.length || b.data[i] == '.') &&
           (a.length > i || b.length > i);
}

static int find(const ispy_module **out, ispy_reason *reason, void *user, ispy_str dotted) {
    ispy_followed_modules *modules = user;
    ispy_module_place place;
    *out = NULL;
    *reason = ISPY_REASON_SOURCE_NOT_FOUND;
    if (modules->moves && !is_of_same_package(dotted, modules->sources.name)) {
        *reason = ISPY_REASON_SOURCE_AMBIGUOUS;
        return ISPY_OK;
    }
    PyObject *name = ispy_unicode_from_str(dotted); /* owned */
    if (name == NULL || ispy_module_search(modules->state, &place, modules->roots, name) < 0) {
        Py_XDECREF(name);
        return forgive(reason);
    }
    int status = ISPY_OK;
    modules->is_shadowed = modules->is_shadowed || place.is_shadowed;
    switch (place.kind) {
    case ISPY_PLACE_SOURCE:
    case ISPY_PLACE_STUB:
        *reason = ISPY_REASON_NONE;
        status = lend(out, reason, modules, &place, name);
        break;
    case ISPY_PLACE_NAMESPACE:
        *reason = ISPY_REASON_NONE;
        status = lend_namespace(out, reason, modules, name);
        break;
    case ISPY_PLACE_OPAQUE:
        *reason = ISPY_REASON_NO_SOURCE;
        break;
    case ISPY_PLACE_MISSING:
        *reason = ISPY_REASON_NONE;
        break;
    case ISPY_PLACE_NOT_FOUND:
        break;
    case ISPY_PLACE_UNSURE:
        *reason = ISPY_REASON_SOURCE_AMBIGUOUS;
        break;
    }
    ispy_module_place_clear(&place);
    Py_DECREF(name);
    return status;
}

/* ---- how sure it is ---- */

int ispy_followed_are_certain(const ispy_followed_modules *modules, ispy_str source) {
    if (modules->is_shadowed || source.data == NULL || changes_the_way(source)) {
        return 0;
    }
    int agrees = 1;
    for (Py_ssize_t i = 0; modules->running != NULL && agrees == 1 && i < PyList_Size(modules->running); i++) {
        PyObject *pair = PyList_GetItem(modules->running, i); /* borrowed */
        const kept *entry = PyCapsule_GetPointer(PyTuple_GetItem(pair, 1), CAPSULE);
        agrees = ispy_live_agrees(PyTuple_GetItem(pair, 0), entry->module);
    }
    return agrees;
}

/* ---- the ways in ---- */

ispy_followed_modules *ispy_followed_new(ispy_state *state, PyObject *roots) {
    ispy_followed_modules *modules = calloc(1, sizeof *modules);
    if (modules == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    modules->state = state;
    modules->roots = Py_XNewRef(roots);
    modules->sources = (ispy_sources){.find = find, .user = modules};
    return modules;
}

void ispy_followed_free(ispy_followed_modules *modules) {
    if (modules != NULL) {
        Py_XDECREF(modules->roots);
        Py_XDECREF(modules->held);
        Py_XDECREF(modules->running);
        free(modules);
    }
}

const ispy_sources *ispy_followed_sources(const ispy_followed_modules *modules) {
    return &modules->sources;
}

void ispy_followed_describe_root(ispy_followed_modules *modules, ispy_str name, ispy_str source) {
    modules->sources.name = name;
    modules->moves = source.data != NULL && changes_the_way(source);
}
