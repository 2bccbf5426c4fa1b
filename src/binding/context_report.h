/* What is known of the place where we run, for people and for measurements. */
#ifndef ISPY_BINDING_CONTEXT_REPORT_H
#define ISPY_BINDING_CONTEXT_REPORT_H

#include "binding/state.h"

/* A new dict; nothing in it comes from the environment's values. */
PyObject *ispy_context_report(ispy_state *state);
/* (contracts, rounds) -> nanoseconds that it takes to look at what the contracts need and to hold an empty module
 * against each of them, on average. */
PyObject *ispy_context_cost(ispy_state *state, PyObject *args);
/* (part, rounds) -> nanoseconds for one look at "libc", "memory", "cpus", "container" or "release", on average. */
PyObject *ispy_machine_cost(PyObject *args);

#endif
