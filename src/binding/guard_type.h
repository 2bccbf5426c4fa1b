/* importspy.Guard: contracts that are in force, and with what options. */
#ifndef ISPY_BINDING_GUARD_TYPE_H
#define ISPY_BINDING_GUARD_TYPE_H

#include "binding/paths.h"
#include "binding/state.h"

extern PyType_Spec ispy_guard_spec;

/* A contract that selects a module, and the guard that put it in force. Both lent by the tuple of guards. */
typedef struct ispy_selection {
    PyObject *guard;
    const ispy_contract_set *set;
    const ispy_contract *contract;
    ispy_mode mode; /* never OFF */
    ispy_unprovable unprovable;
} ispy_selection;

typedef struct ispy_selections {
    ispy_selection *items; /* owned: free() */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory */
} ispy_selections;

/* Whether some guard may select a module of this name: no allocation, no Python code. */
bool ispy_guards_may_select(PyObject *guards, ispy_str name);
/* Whether some guard looks at paths at all. */
bool ispy_guards_ask_for_path(PyObject *guards);
/* Adds every contract that selects the module by name or by any spelling of its path, each once. -1: MemoryError. */
int ispy_guards_select(PyObject *guards, ispy_str name, const ispy_paths *paths, ispy_selections *out);

/* Whether some contract selects a module of this name, whatever its path. No allocation, no Python code. */
bool ispy_guards_may_select_name(PyObject *guards, ispy_str name);
/* Whether some contract may select, by name, a module whose name begins with this part: the quickest question. */
bool ispy_guards_know_first_part(PyObject *guards, const char *part, size_t length);
/* Whether some contract selects by path. */
bool ispy_guards_select_by_path(PyObject *guards);
/* Adds every contract of a guard, whatever it selects. -1: MemoryError. */
int ispy_guard_select_all(PyObject *guard, ispy_selections *out);
/* A guard of contracts that were given for one load, in a new tuple; it is never in force. NULL with an exception. */
PyObject *ispy_guards_of_contracts(ispy_state *state, PyObject *contracts);

/* What the host stated to the guard: a dict, or None; NULL: it has had no say. Borrowed. */
PyObject *ispy_guard_host(PyObject *self);
/* Notes that a module has met the contract: status() says which contracts none has met. -1 with an exception. */
int ispy_guard_meet(PyObject *self, const ispy_contract *contract);
/* A guard that is not in force, for asking what its contracts would say. New reference. */
PyObject *ispy_guard_new_aside(ispy_state *state, PyObject *contracts);

/* install(contracts, /, *, mode=None, unprovable=None, host=None, direct=True) and uninstall(). */
PyObject *ispy_install(PyObject *module, PyObject *args, PyObject *kwargs);
PyObject *ispy_uninstall(PyObject *module, PyObject *ignored);

#endif
