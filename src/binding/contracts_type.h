/* importspy._core._Contracts: a loaded contract set as a Python object, and checks of files against it. */
#ifndef ISPY_BINDING_CONTRACTS_TYPE_H
#define ISPY_BINDING_CONTRACTS_TYPE_H

#include "binding/state.h"

extern PyType_Spec ispy_contracts_spec;

/* A str or path-like object, or a sequence of them, as a new tuple of str that is not empty. */
PyObject *ispy_contracts_paths(PyObject *given);
/* Loads files and folders (a tuple of str). New reference; ContractError is set otherwise. */
PyObject *ispy_contracts_load(ispy_state *state, PyObject *paths, bool needs_selector);
/* The same, but every error and every old spelling is told instead, and what is right is given out; `set` is to be
 * freed. Otherwise the status, and `error` filled in. */
int ispy_contracts_load_telling(ispy_state *state, ispy_contract_set **set, PyObject *paths,
                                ispy_problem_visitor report, void *user, ispy_error *error);
/* Lent. */
const ispy_contract_set *ispy_contracts_set(PyObject *contracts);

#endif
