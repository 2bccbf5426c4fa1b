/* Where we are running, as the core wants to know it. */
#ifndef ISPY_BINDING_CONTEXT_PYTHON_H
#define ISPY_BINDING_CONTEXT_PYTHON_H

#include "binding/state.h"

/* Takes what does not change while a process runs: state->snapshot, in state->arena. -1 with an exception. */
int ispy_snapshot_take(ispy_state *state);
/* The snapshot and, as it is now, what `needs` asks for. What is added lives in `arena`. `host` is what the program
 * stated, a dict or None; NULL: it has not had its say. `module` is the name of the module in question, or NULL. -1
 * with an exception. */
int ispy_context_capture(ispy_state *state, ispy_context *out, const ispy_needs *needs, PyObject *host,
                         PyObject *module, ispy_arena *arena);
/* Replaces parts by what a mapping has: os, arch, python_version, implementation, libc, libc_version, gil, optimize
 * (str), memory, cpus, day (numbers), environment, host (mappings of str), distributions (a mapping to a version or to
 * [version, extra, ...]), declared (a mapping to specifiers), commands (a list). -1 with an exception. */
int ispy_context_override(ispy_context *out, const ispy_needs *needs, PyObject *override, ispy_arena *arena);
/* Whether the contract is in force where we are. -1 with an exception. */
int ispy_contract_applies_here(ispy_state *state, const ispy_contract *contract, PyObject *host);
/* The version of the distribution that brought the module, in `arena`; not stated when that cannot be found out.
 * Imports importlib.metadata. -1 with an exception only for what no program should swallow. */
int ispy_distribution_version(ispy_state *state, ispy_str *out, PyObject *name, ispy_arena *arena);

#endif
