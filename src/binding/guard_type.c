/* importspy.Guard: contracts that are in force, and with what options; install() and uninstall().
 *
 * A guard counts its holders: each install() that gave it out, each `with` that was entered without one. The outermost
 * exit ends it, and a library's `with install(...)` does not end the guard that the host installed. uninstall() ends it
 * at once.
 */
#include "binding/guard_type.h"

#include "binding/audit_hook.h"
#include "binding/contracts_type.h"
#include "binding/convert.h"
#include "binding/finder.h"
#include "binding/options.h"
#include "binding/status.h"
#include "binding/sweep.h"
#include "binding/verdict_log.h"

#include <stdlib.h>
#include <string.h>
#include <structmember.h>

typedef struct guard_object {
    PyObject_HEAD PyObject *contracts; /* owned: a _Contracts; NULL under IMPORTSPY_DISABLE: never in force */
    PyObject *paths;                   /* owned: tuple of str, as they were given */
    PyObject *key;                     /* owned: what makes two calls of install() the same */
    PyObject *host;                    /* owned: dict of str, or None */
    PyObject *met;                     /* owned: set of the addresses of contracts that some module has met */
    int mode;                          /* an ispy_mode that overrides the contracts', or ISPY_NOT_STATED */
    int unprovable;                    /* as above */
    bool is_aside;                     /* the host has had no say */
    int direct;                        /* whether it also holds for what is loaded past the finders */
    Py_ssize_t holders;
    Py_ssize_t entered;
} guard_object;

/* What select hands to the visitor of one guard. */
typedef struct collector {
    guard_object *guard;
    const ispy_contract_set *set;
    ispy_selections *out;
} collector;

bool ispy_guards_may_select(PyObject *guards, ispy_str name) {
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); i < count; i++) {
        guard_object *guard = (guard_object *)PyTuple_GetItem(guards, i);
        const ispy_contract_set *set = ispy_contracts_set(guard->contracts);
        if (ispy_contract_set_may_select(set, name)) {
            return true;
        }
    }
    return false;
}

static bool stop_at_first(const ispy_contract *contract, void *user) {
    (void)contract;
    *(bool *)user = true;
    return false;
}

bool ispy_guards_may_select_name(PyObject *guards, ispy_str name) {
    bool found = false;
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); !found && i < count; i++) {
        guard_object *guard = (guard_object *)PyTuple_GetItem(guards, i);
        ispy_contract_set_select(ispy_contracts_set(guard->contracts), name, (ispy_str){NULL, 0, 0}, stop_at_first,
                                 &found);
    }
    return found;
}

bool ispy_guards_know_first_part(PyObject *guards, const char *part, size_t length) {
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); i < count; i++) {
        guard_object *guard = (guard_object *)PyTuple_GetItem(guards, i);
        if (ispy_contract_set_knows_first_part(ispy_contracts_set(guard->contracts), part, length)) {
            return true;
        }
    }
    return false;
}

/* Whether what is asked is true of the contracts of some guard. */
static bool any_set(PyObject *guards, bool (*asks)(const ispy_contract_set *)) {
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); i < count; i++) {
        if (asks(ispy_contracts_set(((guard_object *)PyTuple_GetItem(guards, i))->contracts))) {
            return true;
        }
    }
    return false;
}

bool ispy_guards_select_by_path(PyObject *guards) {
    return any_set(guards, ispy_contract_set_selects_by_path);
}

bool ispy_guards_ask_for_path(PyObject *guards) {
    return any_set(guards, ispy_contract_set_asks_for_path);
}

static bool reserve(ispy_selections *out) {
    if (out->count < out->capacity) {
        return true;
    }
    size_t capacity = out->capacity == 0 ? 4 : out->capacity * 2;
    ispy_selection *items = realloc(out->items, capacity * sizeof *items);
    if (items == NULL) {
        out->failed = true;
        return false;
    }
    out->items = items;
    out->capacity = capacity;
    return true;
}

static bool collect(const ispy_contract *contract, void *user) {
    const collector *c = user;
    ispy_mode mode = c->guard->mode != ISPY_NOT_STATED ? (ispy_mode)c->guard->mode : ispy_contract_mode(contract);
    if (mode == ISPY_MODE_OFF) {
        return true;
    }
    for (size_t i = 0; i < c->out->count; i++) {
        if (c->out->items[i].contract == contract) {
            return true;
        }
    }
    if (!reserve(c->out)) {
        return false;
    }
    c->out->items[c->out->count++] = (ispy_selection){
        .guard = (PyObject *)c->guard,
        .set = c->set,
        .contract = contract,
        .mode = mode,
        .unprovable = c->guard->unprovable != ISPY_NOT_STATED ? (ispy_unprovable)c->guard->unprovable
                                                              : ispy_contract_unprovable(contract),
    };
    return true;
}

int ispy_guards_select(PyObject *guards, ispy_str name, const ispy_paths *paths, ispy_selections *out) {
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); i < count; i++) {
        guard_object *guard = (guard_object *)PyTuple_GetItem(guards, i);
        const ispy_contract_set *set = ispy_contracts_set(guard->contracts);
        collector c = {guard, set, out};
        if (paths->count == 0) {
            ispy_contract_set_select(set, name, (ispy_str){NULL, 0, 0}, collect, &c);
        }
        for (int k = 0; k < paths->count; k++) {
            ispy_contract_set_select(set, name, ispy_paths_get(paths, k), collect, &c);
        }
    }
    return out->failed ? ispy_status_raise(ISPY_ENOMEM) : 0;
}

int ispy_guard_select_all(PyObject *guard, ispy_selections *out) {
    const ispy_contract_set *set = ispy_contracts_set(((guard_object *)guard)->contracts);
    collector c = {(guard_object *)guard, set, out};
    for (size_t i = 0; i < ispy_contract_set_count(set); i++) {
        collect(ispy_contract_set_get(set, i), &c);
    }
    return out->failed ? ispy_status_raise(ISPY_ENOMEM) : 0;
}

PyObject *ispy_guard_host(PyObject *self) {
    guard_object *guard = (guard_object *)self;
    return guard->is_aside && guard->host == Py_None ? NULL : guard->host;
}

int ispy_guard_meet(PyObject *self, const ispy_contract *contract) {
    PyObject *address = PyLong_FromVoidPtr((void *)contract); /* owned */
    int status = address == NULL ? -1 : PySet_Add(((guard_object *)self)->met, address);
    Py_XDECREF(address);
    return status;
}

/* --- putting in force, and ending ------------------------------------------------------------------------------------
 */

/* -1 as well when the module has been cleared, at the end of the interpreter: then nothing is in force. */
static Py_ssize_t position(ispy_state *state, PyObject *guard) {
    if (!ispy_state_is_alive(state)) {
        return -1;
    }
    for (Py_ssize_t i = 0, count = PyTuple_Size(state->guards); i < count; i++) {
        if (PyTuple_GetItem(state->guards, i) == guard) {
            return i;
        }
    }
    return -1;
}

/* Those that hold for what is loaded past the finders, in a new tuple. */
static PyObject *direct_ones(PyObject *guards) {
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(guards); i++) {
        count += ((guard_object *)PyTuple_GetItem(guards, i))->direct;
    }
    PyObject *direct = PyTuple_New(count);
    for (Py_ssize_t i = 0, at = 0; direct != NULL && at < count; i++) {
        PyObject *guard = PyTuple_GetItem(guards, i); /* borrowed */
        if (((guard_object *)guard)->direct) {
            PyTuple_SetItem(direct, at++, Py_NewRef(guard));
        }
    }
    return direct;
}

/* Puts `guards` in the place of `before`, if that is still what is in force. A new tuple may have made the collector
 * run, and with it finalizers, which may install and uninstall: then 0, and whoever made it has to look again. -1:
 * MemoryError, and nothing has changed. */
static int swap_guards(ispy_state *state, PyObject *before, PyObject *guards) {
    PyObject *direct = direct_ones(guards); /* owned, until it is in force */
    if (direct == NULL) {
        return -1;
    }
    if (state->guards != before) {
        Py_DECREF(direct);
        return 0;
    }
    PyObject *before_direct = state->direct_guards; /* owned */
    state->guards = Py_NewRef(guards);
    state->direct_guards = direct;
    Py_DECREF(before);
    Py_XDECREF(before_direct);
    return 1;
}

/* The guards without the one at `at`, new. */
static PyObject *tuple_without(PyObject *guards, Py_ssize_t at) {
    Py_ssize_t count = PyTuple_Size(guards) - 1;
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyTuple_SetItem(tuple, i, Py_NewRef(PyTuple_GetItem(guards, i < at ? i : i + 1)));
    }
    return tuple;
}

/* The guards and one more, new. */
static PyObject *tuple_with(PyObject *guards, PyObject *guard) {
    Py_ssize_t count = PyTuple_Size(guards);
    PyObject *tuple = PyTuple_New(count + 1);
    for (Py_ssize_t i = 0; tuple != NULL && i <= count; i++) {
        PyTuple_SetItem(tuple, i, Py_NewRef(i < count ? PyTuple_GetItem(guards, i) : guard));
    }
    return tuple;
}

/* Takes the guard out of those in force, or adds it to them. */
static int put(ispy_state *state, PyObject *guard, bool in_force) {
    int done = 0;
    if (in_force && !ispy_state_is_alive(state)) {
        PyErr_SetString(PyExc_RuntimeError, "importspy: the interpreter is at its end, nothing can be put in force");
        return -1;
    }
    while (done == 0) {
        Py_ssize_t at = position(state, guard);
        if ((at >= 0) == in_force) {
            return 0;
        }
        PyObject *before = Py_NewRef(state->guards);                                        /* owned */
        PyObject *after = in_force ? tuple_with(before, guard) : tuple_without(before, at); /* owned */
        done = after == NULL ? -1 : swap_guards(state, before, after);
        Py_DECREF(before);
        Py_XDECREF(after);
    }
    return done < 0 ? -1 : 0;
}

static int deactivate(ispy_state *state, PyObject *guard) {
    ((guard_object *)guard)->holders = 0;
    if (put(state, guard, false) < 0) {
        return -1;
    }
    return ispy_state_is_alive(state) && PyTuple_Size(state->guards) == 0 ? ispy_finder_remove(state) : 0;
}

/* Ends the guard that could not be put in force, and keeps the exception. */
static int give_up(ispy_state *state, PyObject *guard) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    deactivate(state, guard);
    PyErr_Restore(type, value, traceback);
    return -1;
}

/* Puts it in force, first of all for imports to come; then looks at what was imported before. */
static int activate(ispy_state *state, PyObject *guard) {
    if (((guard_object *)guard)->contracts == NULL) {
        return 0;
    }
    bool fresh = position(state, guard) < 0;
    if (put(state, guard, true) < 0) {
        return -1;
    }
    if (ispy_finder_install(state) < 0 || (((guard_object *)guard)->direct && ispy_audit_hook_start(state) < 0) ||
        (fresh && ispy_sweep(state, guard) < 0)) {
        return give_up(state, guard);
    }
    return 0;
}

/* --- install() -------------------------------------------------------------------------------------------------------
 */

/* (absolute paths, mode, unprovable, direct, host as a frozenset of items) */
static PyObject *make_key(ispy_state *state, const guard_object *guard) {
    PyObject *key = NULL;
    PyObject *items = NULL;       /* owned */
    PyObject *host = NULL;        /* owned */
    PyObject *path_module = NULL; /* owned */
    Py_ssize_t count = PyTuple_Size(guard->paths);
    PyObject *paths = PyTuple_New(count); /* owned */
    path_module = PyObject_GetAttr(state->os_module, state->names.path);
    for (Py_ssize_t i = 0; paths != NULL && path_module != NULL && i < count; i++) {
        PyObject *path =
            PyObject_CallMethod(path_module, "realpath", "O", PyTuple_GetItem(guard->paths, i)); /* taken */
        if (path == NULL || PyTuple_SetItem(paths, i, path) < 0) {
            Py_CLEAR(paths);
        }
    }
    items = guard->host == Py_None ? PyTuple_New(0) : PyDict_Items(guard->host);
    host = items == NULL ? NULL : PyFrozenSet_New(items);
    if (paths != NULL && path_module != NULL && host != NULL) {
        key = Py_BuildValue("(OiiiO)", paths, guard->mode, guard->unprovable, guard->direct, host);
    }
    Py_XDECREF(paths);
    Py_XDECREF(path_module);
    Py_XDECREF(items);
    Py_XDECREF(host);
    return key;
}

/* The active guard with that key, new; NULL with or without an exception. A key may hold what is derived from str: to
 * compare it may run foreign code, which may end every guard. */
static guard_object *find_guard(ispy_state *state, PyObject *key) {
    guard_object *found = NULL;
    int equal = 0;
    PyObject *guards = Py_XNewRef(state->guards); /* owned */
    for (Py_ssize_t i = 0, count = guards == NULL ? 0 : PyTuple_Size(guards); equal == 0 && i < count; i++) {
        guard_object *guard = (guard_object *)PyTuple_GetItem(guards, i);
        equal = PyObject_RichCompareBool(guard->key, key, Py_EQ);
        if (equal > 0) {
            found = (guard_object *)Py_NewRef((PyObject *)guard);
        }
    }
    Py_XDECREF(guards);
    return found;
}

/* What install() was given; borrowed. */
typedef struct guard_options {
    PyObject *contracts;
    PyObject *mode;
    PyObject *unprovable;
    PyObject *host;
    int direct;
} guard_options;

/* A guard that is not in force and has no contracts yet. */
static guard_object *new_guard(ispy_state *state, const guard_options *options) {
    guard_object *guard = PyObject_GC_New(guard_object, (PyTypeObject *)state->guard_type);
    if (guard == NULL) {
        return NULL;
    }
    memset((char *)guard + sizeof(PyObject), 0, sizeof *guard - sizeof(PyObject));
    PyObject_GC_Track(guard);
    guard->direct = options->direct;
    guard->mode = ispy_option_mode(state, options->mode);
    guard->unprovable = guard->mode < ISPY_NOT_STATED ? 0 : ispy_option_unprovable(options->unprovable);
    if (guard->mode < ISPY_NOT_STATED || guard->unprovable < ISPY_NOT_STATED) {
        goto failed;
    }
    guard->paths = ispy_contracts_paths(options->contracts);
    guard->host = guard->paths == NULL ? NULL : ispy_option_host(state, options->host);
    guard->met = PySet_New(NULL);
    guard->key = guard->host == NULL || guard->met == NULL ? NULL : make_key(state, guard);
    if (guard->key != NULL) {
        return guard;
    }
failed:
    Py_DECREF(guard);
    return NULL;
}

PyObject *ispy_guard_new_aside(ispy_state *state, PyObject *contracts) {
    const guard_options options = {contracts, Py_None, Py_None, Py_None, 0};
    guard_object *guard = new_guard(state, &options);
    if (guard != NULL) {
        guard->is_aside = true;
        guard->contracts = ispy_contracts_load(state, guard->paths, true);
        if (guard->contracts == NULL) {
            Py_CLEAR(guard);
        }
    }
    return (PyObject *)guard;
}

PyObject *ispy_install(PyObject *module, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"", "mode", "unprovable", "host", "direct", NULL};
    ispy_state *state = PyModule_GetState(module);
    guard_options options = {NULL, Py_None, Py_None, Py_None, 1};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$OOOp:install", keywords, &options.contracts, &options.mode,
                                     &options.unprovable, &options.host, &options.direct)) {
        return NULL;
    }
    int disabled = ispy_option_disabled(state);
    guard_object *guard = disabled < 0 ? NULL : new_guard(state, &options); /* owned */
    if (guard == NULL || disabled == 1) { /* switched off: a contract that is wrong stops nobody either */
        return (PyObject *)guard;
    }
    guard_object *known = find_guard(state, guard->key); /* owned */
    if (known == NULL && !PyErr_Occurred()) {
        guard->contracts = ispy_contracts_load(state, guard->paths, true);
        known =
            guard->contracts == NULL ? NULL : find_guard(state, guard->key); /* another thread may have been faster */
    }
    if (PyErr_Occurred()) {
        Py_DECREF(guard);
        return NULL;
    }
    if (known != NULL) {
        Py_DECREF(guard);
        guard = known;
    }
    if (ispy_log_configure(state) < 0 || activate(state, (PyObject *)guard) < 0) {
        Py_DECREF(guard);
        return NULL;
    }
    guard->holders++;
    return (PyObject *)guard;
}

PyObject *ispy_guards_of_contracts(ispy_state *state, PyObject *contracts) {
    const guard_options options = {contracts, Py_None, Py_None, Py_None, 0};
    guard_object *guard = new_guard(state, &options); /* owned */
    PyObject *guards = NULL;
    if (guard != NULL) {
        guard->contracts = ispy_contracts_load(state, guard->paths, false);
        guards = guard->contracts == NULL ? NULL : PyTuple_Pack(1, guard);
        Py_DECREF(guard);
    }
    return guards;
}

PyObject *ispy_uninstall(PyObject *module, PyObject *ignored) {
    (void)ignored;
    ispy_state *state = PyModule_GetState(module);
    if (!ispy_state_is_alive(state)) {
        return Py_NewRef(Py_None);
    }
    PyObject *guards = Py_NewRef(state->guards); /* owned */
    int status = 0;
    for (Py_ssize_t i = 0, count = PyTuple_Size(guards); status == 0 && i < count; i++) {
        status = deactivate(state, PyTuple_GetItem(guards, i));
    }
    Py_DECREF(guards);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

/* --- the type --------------------------------------------------------------------------------------------------------
 */

static PyObject *guard_uninstall(PyObject *self, PyObject *ignored) {
    (void)ignored;
    return deactivate(ispy_state_of(self), self) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *guard_enter(PyObject *self, PyObject *ignored) {
    (void)ignored;
    guard_object *guard = (guard_object *)self;
    if (activate(ispy_state_of(self), self) < 0) {
        return NULL;
    }
    guard->holders += guard->entered >= guard->holders ? 1 : 0;
    guard->entered++;
    return Py_NewRef(self);
}

static PyObject *guard_exit(PyObject *self, PyObject *args) {
    (void)args;
    guard_object *guard = (guard_object *)self;
    guard->entered -= guard->entered > 0 ? 1 : 0;
    guard->holders -= guard->holders > 0 ? 1 : 0;
    if (guard->holders == 0 && deactivate(ispy_state_of(self), self) < 0) {
        return NULL;
    }
    return Py_NewRef(Py_None);
}

static PyObject *guard_direct(PyObject *self, void *ignored) {
    (void)ignored;
    return PyBool_FromLong(((guard_object *)self)->direct);
}

static PyObject *guard_active(PyObject *self, void *ignored) {
    (void)ignored;
    ispy_state *state = ispy_state_of(self);
    int installed = position(state, self) < 0 ? 0 : ispy_finder_is_installed(state);
    return installed < 0 ? NULL : PyBool_FromLong(installed);
}

static PyObject *guard_reinstall(PyObject *self, PyObject *ignored) {
    (void)ignored;
    ispy_state *state = ispy_state_of(self);
    if (position(state, self) < 0) {
        PyErr_SetString(PyExc_RuntimeError, "importspy: this guard is not in force; install() puts it there");
        return NULL;
    }
    int moved = ispy_finder_place_first(state);
    return moved < 0 ? NULL : PyBool_FromLong(moved);
}

/* _selects(number, name or None, path or None): whether that contract selects such a module; private. */
static PyObject *guard_selects(PyObject *self, PyObject *args) {
    PyObject *contracts = ((guard_object *)self)->contracts; /* borrowed; NULL: switched off */
    const ispy_contract_set *set = contracts == NULL ? NULL : ispy_contracts_set(contracts);
    Py_ssize_t number = 0;
    PyObject *given_name = NULL, *given_path = NULL; /* borrowed */
    ispy_str name = {NULL, 0, 0};
    ispy_paths paths = {.count = 0};
    if (!PyArg_ParseTuple(args, "nOO:_selects", &number, &given_name, &given_path)) {
        return NULL;
    }
    if (set == NULL || number < 0 || (size_t)number >= ispy_contract_set_count(set)) {
        PyErr_SetString(PyExc_IndexError, "there is no contract of that number");
        return NULL;
    }
    if (given_name != Py_None && !ispy_str_borrow(&name, given_name)) {
        return Py_NewRef(Py_False);
    }
    if (given_path != Py_None && ispy_paths_find(&paths, given_path) < 0) {
        return NULL;
    }
    const ispy_contract *contract = ispy_contract_set_get(set, (size_t)number);
    bool selected = paths.count == 0 && ispy_contract_selects(contract, name, (ispy_str){NULL, 0, 0});
    for (int i = 0; i < paths.count; i++) {
        selected = selected || ispy_contract_selects(contract, name, ispy_paths_get(&paths, i));
    }
    ispy_paths_clear(&paths);
    return PyBool_FromLong(selected);
}

/* A list of (path, line, title, mode, names, files, filename, met), one for each contract; private. */
static PyObject *guard_rows(PyObject *self, PyObject *ignored) {
    (void)ignored;
    guard_object *guard = (guard_object *)self;
    const ispy_contract_set *set = guard->contracts == NULL ? NULL : ispy_contracts_set(guard->contracts);
    PyObject *rows = PyList_New(0);
    for (size_t i = 0; rows != NULL && set != NULL && i < ispy_contract_set_count(set); i++) {
        const ispy_contract *contract = ispy_contract_set_get(set, i);
        ispy_mode mode = guard->mode != ISPY_NOT_STATED ? (ispy_mode)guard->mode : ispy_contract_mode(contract);
        PyObject *address = PyLong_FromVoidPtr((void *)contract); /* owned */
        int met = address == NULL ? -1 : PySet_Contains(guard->met, address);
        PyObject *row = met < 0 ? NULL
                                : ispy_contract_row(PyType_GetModuleState(Py_TYPE(self)), contract, mode, met > 0,
                                                    ispy_guard_host(self)); /* owned */
        if (row == NULL || PyList_Append(rows, row) < 0) {
            Py_CLEAR(rows);
        }
        Py_XDECREF(address);
        Py_XDECREF(row);
    }
    return rows;
}

static PyObject *guard_repr(PyObject *self) {
    const char *active = position(ispy_state_of(self), self) < 0 ? "not active" : "active";
    return PyUnicode_FromFormat("<importspy.Guard %R: %s>", ((guard_object *)self)->paths, active);
}

static int guard_traverse(PyObject *self, visitproc visit, void *arg) {
    guard_object *guard = (guard_object *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(guard->contracts);
    Py_VISIT(guard->paths);
    Py_VISIT(guard->key);
    Py_VISIT(guard->host);
    Py_VISIT(guard->met);
    return 0;
}

static int guard_clear(PyObject *self) {
    guard_object *guard = (guard_object *)self;
    Py_CLEAR(guard->key);
    Py_CLEAR(guard->host);
    return 0;
}

static void guard_dealloc(PyObject *self) {
    guard_object *guard = (guard_object *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    guard_clear(self);
    Py_XDECREF(guard->contracts);
    Py_XDECREF(guard->paths);
    Py_XDECREF(guard->met);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMemberDef members[] = {
    {"contracts", T_OBJECT, offsetof(guard_object, paths), READONLY, "The files and folders it was given."},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"direct", guard_direct, NULL, "Whether it also holds for what is loaded past the finders.", NULL},
    {"active", guard_active, NULL, "Whether it is in force: installed, and its finder on sys.meta_path.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef methods[] = {
    {"uninstall", guard_uninstall, METH_NOARGS,
     "uninstall($self, /)\n--\n\nTakes the contracts out of force, at once."},
    {"reinstall", guard_reinstall, METH_NOARGS,
     "reinstall($self, /)\n--\n\nPuts the finder first on sys.meta_path again; whether it was not there."},
    {"_rows", guard_rows, METH_NOARGS, NULL},
    {"_selects", guard_selects, METH_VARARGS, NULL},
    {"__enter__", guard_enter, METH_NOARGS, NULL},
    {"__exit__", guard_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Contracts that are in force. A context manager: the outermost exit uninstalls."},
    {Py_tp_members, members},
    {Py_tp_getset, getset},
    {Py_tp_methods, methods},
    {Py_tp_repr, ISPY_SLOT(guard_repr)},
    {Py_tp_traverse, ISPY_SLOT(guard_traverse)},
    {Py_tp_clear, ISPY_SLOT(guard_clear)},
    {Py_tp_dealloc, ISPY_SLOT(guard_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_guard_spec = {
    .name = "importspy.Guard",
    .basicsize = sizeof(guard_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
