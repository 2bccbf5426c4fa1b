/* Modules that a host loads past the finders: by spec_from_file_location and exec_module, load_module, runpy, exec. */
#ifndef ISPY_BINDING_DIRECT_LOAD_H
#define ISPY_BINDING_DIRECT_LOAD_H

#include "binding/state.h"

/* For audit events, with their arguments (a tuple). `guards` are those that hold here. -1: what was about to happen
 * must not; ContractViolation or another exception is set. */
int ispy_direct_load_exec(ispy_state *state, PyObject *guards, PyObject *args);
int ispy_direct_load_function(ispy_state *state, PyObject *guards, PyObject *args);
int ispy_direct_load_set_code(ispy_state *state, PyObject *guards, PyObject *args);
int ispy_direct_load_extension(ispy_state *state, PyObject *guards, PyObject *args);

#endif
