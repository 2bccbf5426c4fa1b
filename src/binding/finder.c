/* The meta-path finder: who gets a guarded loader. Validates nothing: tools call find_spec freely, and the import lock
 * is held. Must not know: how a module is validated. */
#include "binding/finder.h"

#include "binding/convert.h"
#include "binding/guard_type.h"
#include "binding/lazy.h"
#include "binding/loader.h"
#include "binding/module_object.h"
#include "binding/paths.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DISPLACERS = 16 };

/* The arguments of find_spec, all borrowed. */
typedef struct question {
    PyObject *fullname;
    PyObject *path;
    PyObject *target; /* the module that importlib.reload reloads */
} question;

/* finder.find_spec(...), or what importlib does for a finder that has none. None: it does not know. */
static PyObject *ask(ispy_state *state, PyObject *finder, const question *q) {
    PyObject *find_spec = PyObject_GetAttr(finder, state->names.find_spec); /* owned */
    if (find_spec != NULL) {
        PyObject *spec = PyObject_CallFunctionObjArgs(find_spec, q->fullname, q->path, q->target, NULL);
        Py_DECREF(find_spec);
        return spec;
    }
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return NULL;
    }
    PyErr_Clear();
    if (state->find_spec_legacy == NULL) {
        return Py_NewRef(Py_None);
    }
    return PyObject_CallFunctionObjArgs(state->find_spec_legacy, finder, q->fullname, q->path, NULL);
}

/* The spec that the finders behind us give, or None. Those before us have been asked already. */
static PyObject *ask_the_rest(ispy_state *state, PyObject *self, const question *q) {
    PyObject *meta_path = PySys_GetObject("meta_path"); /* borrowed */
    if (meta_path == NULL || meta_path == Py_None) {    /* Python is shutting down */
        return Py_NewRef(Py_None);
    }
    PyObject *finders = PySequence_Tuple(meta_path); /* owned: finders may change the list */
    if (finders == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_Size(finders);
    Py_ssize_t first = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyTuple_GetItem(finders, i) == self) {
            first = i + 1;
            break;
        }
    }
    PyObject *spec = Py_NewRef(Py_None);
    for (Py_ssize_t i = first; i < count && spec == Py_None; i++) {
        PyObject *finder = PyTuple_GetItem(finders, i); /* borrowed */
        if (finder != self) {                           /* see ispy_finder_keep_first */
            Py_DECREF(spec);
            spec = ask(state, finder, q);
        }
    }
    Py_DECREF(finders);
    return spec;
}

/* 1: a loader whose modules have no source that a contract could speak of, and whose specs other tools look at. */
static int is_left_alone(ispy_state *state, PyObject *loader) {
    if (loader == Py_None || loader == state->builtin_importer || loader == state->frozen_importer ||
        Py_TYPE(loader) == (PyTypeObject *)state->loader_type) {
        return 1;
    }
    return PyObject_IsInstance(loader, state->namespace_loader);
}

/* Whether a contract selects the module that `spec` describes; -1 with an exception. */
static int is_selected(PyObject *guards, const ispy_identity *identity) {
    ispy_selections selections = {NULL, 0, 0, false};
    int status = ispy_identity_select(identity, guards, &selections);
    int selected = status < 0 ? -1 : selections.count > 0;
    free(selections.items);
    return selected;
}

/* Where a guarded loader has to go: `*holder` (owned) is what has it in its attribute `loader`, the spec or a
 * LazyLoader. A lazy one executes at first use; what it holds is asked to create the module, and so to validate, at
 * once. Gives the loader that is there now, new; NULL with an exception. */
static PyObject *find_loader(ispy_state *state, PyObject *spec, PyObject **holder) {
    PyObject *util = ispy_module_registered(state->names.importlib_util);                    /* owned */
    PyObject *lazy = util == NULL ? NULL : PyObject_GetAttr(util, state->names.lazy_loader); /* owned */
    PyErr_Clear(); /* not imported, or replaced: nobody loads lazily */
    PyObject *loader = PyObject_GetAttr(spec, state->names.loader);
    int is_lazy = loader == NULL || lazy == NULL || !PyType_Check(lazy) ? 0 : PyObject_IsInstance(loader, lazy);
    *holder = Py_NewRef(spec);
    if (is_lazy > 0) {
        Py_DECREF(*holder);
        *holder = loader; /* taken */
        loader = PyObject_GetAttr(*holder, state->names.loader);
    } else if (is_lazy < 0) {
        Py_CLEAR(loader);
    }
    Py_XDECREF(util);
    Py_XDECREF(lazy);
    return loader;
}

/* Puts our loader around the one that `spec` names, if a contract selects the module. */
static int guard_spec(ispy_state *state, PyObject *guards, PyObject *spec, const question *q) {
    PyObject *holder = NULL;                              /* owned */
    PyObject *loader = find_loader(state, spec, &holder); /* owned */
    if (loader == NULL) {
        Py_DECREF(holder);
        return -1;
    }
    ispy_identity identity = {.name = NULL};
    PyObject *ours = NULL; /* owned */
    int status = is_left_alone(state, loader);
    if (status != 0) {
        status = status < 0 ? -1 : 0;
        goto done;
    }
    status = ispy_identity_init(state, &identity, q->fullname, spec, loader);
    if (status == 0) {
        status = is_selected(guards, &identity);
    }
    if (status > 0) {
        const ispy_loader_terms terms = {.target = q->target};
        ours = ispy_loader_new(state, loader, &identity, &terms);
        status = ours == NULL ? -1 : PyObject_SetAttr(holder, state->names.loader, ours);
    }
done:
    ispy_identity_clear(&identity);
    Py_XDECREF(ours);
    Py_DECREF(loader);
    Py_DECREF(holder);
    return status;
}

static PyObject *find(ispy_state *state, PyObject *self, const question *q) {
    ispy_search *search = NULL; /* owned */
    int entered = ispy_search_enter(state, q->fullname, &search);
    if (entered <= 0) { /* a finder behind us asks all finders again: let it have its answer without us */
        return entered < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyObject *guards = Py_NewRef(state->guards); /* owned: stays whole while others swap it */
    PyObject *spec = ask_the_rest(state, self, q);
    if (spec != NULL && spec != Py_None && guard_spec(state, guards, spec, q) < 0) {
        Py_CLEAR(spec);
    }
    Py_DECREF(guards);
    ispy_search_leave(state, search);
    return spec;
}

static bool may_select(ispy_state *state, PyObject *fullname) {
    ispy_str name;
    if (ispy_str_borrow(&name, fullname)) {
        return ispy_guards_may_select(state->guards, name);
    }
    return PyUnicode_Check(fullname) && PyTuple_Size(state->guards) > 0; /* an odd name: look closely */
}

/* Reads what was given by name. */
static int read_keywords(question *q, PyObject *const *values, PyObject *names) {
    static const char *const known[] = {"fullname", "path", "target"};
    PyObject **slots[] = {&q->fullname, &q->path, &q->target};
    for (Py_ssize_t i = 0, count = PyTuple_Size(names); i < count; i++) {
        PyObject *name = PyTuple_GetItem(names, i); /* borrowed */
        size_t k = 0;
        while (k < 3 && PyUnicode_CompareWithASCIIString(name, known[k]) != 0) {
            k++;
        }
        if (k == 3 || *slots[k] != NULL) {
            PyErr_Format(PyExc_TypeError, k == 3 ? "find_spec() has no parameter %R" : "find_spec() got %R twice",
                         name);
            return -1;
        }
        *slots[k] = values[i];
    }
    return 0;
}

static PyObject *find_spec(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    question q = {count > 0 ? args[0] : NULL, count > 1 ? args[1] : NULL, count > 2 ? args[2] : NULL};
    if (count > 3 || (names != NULL && read_keywords(&q, args + count, names) < 0) || q.fullname == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "find_spec(fullname, path=None, target=None)");
        }
        return NULL;
    }
    ispy_state *state = ispy_state_of(self);
    if (ispy_state_is_alive(state) && ispy_finder_keep_first(state) < 0) {
        return NULL;
    }
    if (!ispy_state_is_alive(state) || !may_select(state, q.fullname)) {
        return Py_NewRef(Py_None);
    }
    q.path = q.path == NULL ? Py_None : q.path;
    q.target = q.target == NULL ? Py_None : q.target;
    return find(state, self, &q);
}

/* --- its place on sys.meta_path --------------------------------------------------------------------------------------
 */

/* Its position on the list, or -1; -2 with an exception. `meta_path` is lent. */
static Py_ssize_t find_position(ispy_state *state, PyObject **meta_path) {
    *meta_path = PySys_GetObject("meta_path");
    if (*meta_path == NULL || state->finder == NULL || !PyList_Check(*meta_path)) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(*meta_path); i++) {
        if (PyList_GetItem(*meta_path, i) == state->finder) {
            return i;
        }
    }
    return -1;
}

int ispy_finder_is_installed(ispy_state *state) {
    PyObject *meta_path = NULL; /* borrowed */
    return find_position(state, &meta_path) >= 0;
}

Py_ssize_t ispy_finder_position(ispy_state *state, bool *replaced) {
    PyObject *meta_path = NULL; /* borrowed */
    Py_ssize_t at = find_position(state, &meta_path);
    *replaced = state->meta_path != NULL && meta_path != state->meta_path;
    return at;
}

/* Takes every occurrence off the list that sys.meta_path is now. */
static int take_off(ispy_state *state) {
    PyObject *meta_path = NULL; /* borrowed */
    int status = 0;
    for (Py_ssize_t at = find_position(state, &meta_path); status == 0 && at >= 0;) {
        status = PySequence_DelItem(meta_path, at);
        at = find_position(state, &meta_path);
    }
    return status;
}

/* Keeps the finder that stood in front of ours, for status(). */
static int remember_displacer(ispy_state *state, PyObject *finder) {
    Py_ssize_t count = PyList_Size(state->displacers);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyList_GetItem(state->displacers, i) == finder) {
            return 0;
        }
    }
    return count < MAX_DISPLACERS ? PyList_Append(state->displacers, finder) : 0;
}

/* A thread that is half way through the list must still meet our finder behind the one it is asking, so the entry that
 * is nearest to the end stays where it is and another one is put in front. Of three, the middle one goes: those behind
 * it keep their places. */
int ispy_finder_keep_first(ispy_state *state) {
    PyObject *meta_path = PyDict_GetItemWithError(state->sys_namespace, state->names.meta_path); /* borrowed */
    if (state->finder == NULL || meta_path == NULL || !PyList_Check(meta_path)) {
        return PyErr_Occurred() ? -1 : 0;
    }
    Py_ssize_t count = PyList_Size(meta_path);
    PyObject *front = count == 0 ? Py_None : PyList_GetItem(meta_path, 0); /* borrowed */
    if (front == state->finder) {
        return 0;
    }
    Py_ssize_t first = -1;
    Py_ssize_t entries = 0;
    for (Py_ssize_t i = count - 1; i >= 0; i--) {
        if (PyList_GetItem(meta_path, i) == state->finder) {
            first = i;
            entries++;
        }
    }
    if (remember_displacer(state, front) < 0 || PyList_Insert(meta_path, 0, state->finder) < 0) {
        return -1;
    }
    return entries > 1 ? PySequence_DelItem(meta_path, first + 1) : 0;
}

int ispy_finder_install(ispy_state *state) {
    PyObject *meta_path = NULL; /* borrowed */
    if (state->finder == NULL) {
        state->finder = (PyObject *)PyObject_GC_New(PyObject, (PyTypeObject *)state->finder_type);
        if (state->finder == NULL) {
            return -1;
        }
        PyObject_GC_Track(state->finder);
    }
    if (find_position(state, &meta_path) >= 0) {
        return ispy_finder_keep_first(state);
    }
    if (meta_path == NULL || !PyList_Check(meta_path)) {
        PyErr_SetString(PyExc_RuntimeError, "importspy: sys.meta_path is no list, so no finder can be installed");
        return -1;
    }
    PyObject *before = state->meta_path; /* owned */
    state->meta_path = Py_NewRef(meta_path);
    Py_XDECREF(before);
    return PyList_Insert(meta_path, 0, state->finder) < 0 ? -1 : ispy_lazy_start(state);
}

int ispy_finder_place_first(ispy_state *state) {
    PyObject *meta_path = NULL; /* borrowed */
    Py_ssize_t at = find_position(state, &meta_path);
    int status = at == 0 ? 0 : at < 0 ? ispy_finder_install(state) : ispy_finder_keep_first(state);
    return status < 0 ? -1 : at != 0;
}

int ispy_finder_remove(ispy_state *state) {
    int status = ispy_lazy_end(state) < 0 || take_off(state) < 0 ? -1 : 0;
    Py_CLEAR(state->finder);
    Py_CLEAR(state->meta_path);
    status = PyList_SetSlice(state->displacers, 0, PyList_Size(state->displacers), NULL) < 0 ? -1 : status;
    return status;
}

/* Others' caches are none of ours; but who calls this is about to import. */
static PyObject *invalidate_caches(PyObject *self, PyObject *ignored) {
    (void)ignored;
    ispy_state *state = ispy_state_of(self);
    return ispy_state_is_alive(state) && ispy_finder_keep_first(state) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *finder_repr(PyObject *self) {
    (void)self;
    return PyUnicode_FromString("<importspy finder>");
}

/* It holds on to nothing but its type, and the type to the module, which holds on to it: the collector has to know. */
static int finder_traverse(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void finder_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"find_spec", (PyCFunction)(void (*)(void))find_spec, METH_FASTCALL | METH_KEYWORDS,
     "find_spec($self, /, fullname, path=None, target=None)\n--\n\nThe other finders' spec, with a guarded loader "
     "where a "
     "contract selects the module."},
    {"invalidate_caches", invalidate_caches, METH_NOARGS, "invalidate_caches($self, /)\n--\n\nThere are none."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The finder that holds imports against the contracts in force."},
    {Py_tp_methods, methods},
    {Py_tp_repr, ISPY_SLOT(finder_repr)},
    {Py_tp_traverse, ISPY_SLOT(finder_traverse)},
    {Py_tp_dealloc, ISPY_SLOT(finder_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_finder_spec = {
    .name = "importspy._core.Finder",
    .basicsize = sizeof(PyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
