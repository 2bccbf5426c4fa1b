/* From bytes to the structure that the engine reads, with what only the binding can add to it. */
#ifndef ISPY_BINDING_STRUCTURE_H
#define ISPY_BINDING_STRUCTURE_H

#include "binding/state.h"

/* All that is needed to name a module in a structure. Borrowed. */
typedef struct ispy_subject {
    PyObject *name; /* str or None */
    PyObject *path; /* str or None */
    bool is_package;
} ispy_subject;

/* A module that could not be read: `sentence` (a str) says why. */
int ispy_structure_unreadable(const ispy_module **out, ispy_arena *arena, const ispy_subject *subject,
                              PyObject *sentence);
/* A module without source text: what is in it shows when it has run. */
int ispy_structure_opaque(const ispy_module **out, ispy_arena *arena, const ispy_subject *subject);
/* Adds the version of the distribution where the module itself states none. */
int ispy_structure_add_version(ispy_state *state, const ispy_module **module, ispy_arena *arena, PyObject *name);

#endif
