/* Modules that were imported before a guard was put in force. */
#ifndef ISPY_BINDING_SWEEP_H
#define ISPY_BINDING_SWEEP_H

#include "binding/state.h"

/* Holds those that the guard's contracts select against them, warns of each that breaks one, and has all of them
 * registered. -1 with an exception: a warning that is an error, an audit hook that refuses. */
int ispy_sweep(ispy_state *state, PyObject *guard);

#endif
