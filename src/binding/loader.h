/* The loader that stands before another one: validates, executes what was validated, and is gone. */
#ifndef ISPY_BINDING_LOADER_H
#define ISPY_BINDING_LOADER_H

#include "binding/identity.h"
#include "binding/state.h"

extern PyType_Spec ispy_loader_spec;

/* New reference. Takes what `identity` holds. `target` is the module that is being reloaded, or None. `guards` is a
 * tuple with the guard whose contracts the module has to meet, all of them; NULL: those in force that select it. */
PyObject *ispy_loader_new(ispy_state *state, PyObject *inner, ispy_identity *identity, PyObject *target,
                          PyObject *guards);

#endif
