/* Modules that names lead to: their sources, found without importing anything, as structures for the engine.
 *
 *     ispy_followed_modules *modules = ispy_followed_new(state, roots);
 *     ispy_check_following(..., ispy_followed_sources(modules));
 *     ispy_followed_free(modules);
 *
 * Nothing is looked for before the engine asks. What was read stays in memory and is read again only where the file has
 * changed, so that a thousand plugins read the module of their base class once.
 */
#ifndef ISPY_BINDING_FOLLOWED_H
#define ISPY_BINDING_FOLLOWED_H

#include "binding/state.h"

enum {
    ISPY_FOLLOWED_MAX_BYTES = 16 * 1024 * 1024, /* of sources that one check may look into */
    ISPY_FOLLOWED_MAX_KEPT = 512                /* structures that stay in memory */
};

typedef struct ispy_followed_modules ispy_followed_modules;

/* `roots`: a tuple of folders that are searched before sys.path; NULL: none. NULL with an exception. */
ispy_followed_modules *ispy_followed_new(ispy_state *state, PyObject *roots);
/* After this, structures that it has lent may be gone. NULL is welcome. */
void ispy_followed_free(ispy_followed_modules *modules);
/* Lent. `find` answers ISPY_EFOREIGN with an exception that ends the program. */
const ispy_sources *ispy_followed_sources(const ispy_followed_modules *modules);
/* The name that relative imports of the checked module start from, where its structure has none; kept. */
void ispy_followed_call_root(ispy_followed_modules *modules, ispy_str name);

#endif
