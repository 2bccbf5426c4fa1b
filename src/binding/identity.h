/* Which module a spec speaks of: what contracts select by, and where its source is. */
#ifndef ISPY_BINDING_IDENTITY_H
#define ISPY_BINDING_IDENTITY_H

#include "binding/guard_type.h"
#include "binding/paths.h"
#include "binding/state.h"

typedef struct ispy_identity {
    PyObject *name;   /* owned: str; NULL in one that is cleared */
    PyObject *origin; /* owned: str or None; the file it comes from, as importlib names it */
    bool is_package;
    bool is_file;     /* origin is a place in the file system */
    bool has_paths;   /* somebody has asked for them */
    ispy_paths paths; /* of origin, where it is a file */
} ispy_identity;

/* `loader` is the one that will load it, our own left out. -1 with an exception; ispy_identity_clear is right after
 * both. */
int ispy_identity_init(ispy_state *state, ispy_identity *out, PyObject *name, PyObject *spec, PyObject *loader);
void ispy_identity_clear(ispy_identity *identity);
int ispy_identity_traverse(const ispy_identity *identity, visitproc visit, void *arg);
/* How its file may be spelled: what is known already, or found out now, in `spare`, which is to be cleared after each.
 */
int ispy_identity_spell(const ispy_identity *identity, ispy_paths *spare, const ispy_paths **out);
/* Adds the contracts that select it. -1 with an exception. */
int ispy_identity_select(const ispy_identity *identity, PyObject *guards, ispy_selections *out);

#endif
