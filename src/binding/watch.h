/* Looks again, when code that somebody else executes has come to its end. */
#ifndef ISPY_BINDING_WATCH_H
#define ISPY_BINDING_WATCH_H

#include "binding/admission.h"

extern PyType_Spec ispy_watch_spec;

/* Whether this thread can be watched: nobody else looks over its shoulder (a profiler, another watch). -1: exception.
 */
int ispy_watch_is_possible(ispy_state *state);
/* Somebody is about to set a profile function of this thread: -1 with an exception while a watch is on. */
int ispy_watch_keep(ispy_state *state);
/* From here on, in this thread: when `code` returns, `module` is held against what its source left open, and a denial
 * is raised there. Takes `admission`. -1 with an exception. */
int ispy_watch_begin(ispy_state *state, ispy_admission *admission, PyObject *code, PyObject *module);

#endif
