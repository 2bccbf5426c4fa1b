/* The loader that stands before another one: validates, executes what was validated, and is gone. */
#ifndef ISPY_BINDING_LOADER_H
#define ISPY_BINDING_LOADER_H

#include "binding/identity.h"
#include "binding/state.h"

extern PyType_Spec ispy_loader_spec;

/* On what terms a module is loaded. All borrowed. */
typedef struct ispy_loader_terms {
    PyObject *target; /* the module that is being reloaded, or None */
    PyObject
        *guards;   /* a tuple with the guard whose contracts have to be met, all of them; NULL: those that select it */
    bool by_place; /* contracts also select it by the names under which its file could be imported */
} ispy_loader_terms;

/* New reference. Takes what `identity` holds. */
PyObject *ispy_loader_new(ispy_state *state, PyObject *inner, ispy_identity *identity, const ispy_loader_terms *terms);

#endif
