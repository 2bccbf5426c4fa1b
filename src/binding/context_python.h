/* Where we are running, as the core wants to know it. */
#ifndef ISPY_BINDING_CONTEXT_PYTHON_H
#define ISPY_BINDING_CONTEXT_PYTHON_H

#include "binding/state.h"

/* Takes what does not change while a process runs: state->snapshot, in state->arena. -1 with an exception. */
int ispy_snapshot_take(ispy_state *state);
/* The snapshot and, as they are now, those variables of the environment that the contracts of `set` ask for. What is
 * added lives in `arena`. `override` is NULL or a mapping that replaces parts: os, arch, python_version, implementation
 * (str), environment (a mapping of str). -1 with an exception. */
int ispy_context_capture(ispy_state *state, ispy_context *out, const ispy_contract_set *set, PyObject *override,
                         ispy_arena *arena);
/* The version of the distribution that brought the module, in `arena`; not stated when that cannot be found out.
 * Imports importlib.metadata. -1 with an exception only for what no program should swallow. */
int ispy_distribution_version(ispy_state *state, ispy_str *out, PyObject *name, ispy_arena *arena);

#endif
