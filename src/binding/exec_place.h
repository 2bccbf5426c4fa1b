/* Who is about to execute code: what the frames around the call of exec() tell. */
#ifndef ISPY_BINDING_EXEC_PLACE_H
#define ISPY_BINDING_EXEC_PLACE_H

#include "binding/state.h"

/* All owned, all of them NULL where nobody can say. */
typedef struct ispy_exec_place {
    PyObject *namespace; /* the dict that the code will fill */
    PyObject *module;    /* the module whose dict that is */
    PyObject *loader;    /* the loader that executes it */
    PyObject *spec;      /* the spec that the namespace bears */
} ispy_exec_place;

/* The namespace alone: quick, for every execution asks. -1 with an exception; ispy_exec_place_clear is right after
 * both. */
int ispy_exec_place_find(ispy_state *state, ispy_exec_place *out);
/* The rest of it. -1 with an exception. */
int ispy_exec_place_complete(ispy_state *state, ispy_exec_place *place);
void ispy_exec_place_clear(ispy_exec_place *place);

#endif
