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
/* Whether whoever imports those modules now, from a source that reads so, finds just the files that were lent: no
 * finder that nobody here knows comes before them, the source does not change where Python looks, and those that are
 * running already are what their files say. data == NULL: the source is not at hand. 1, 0, or -1 with an exception. */
int ispy_followed_are_certain(const ispy_followed_modules *modules, ispy_str source);
/* The module that is checked and will not be looked at when it has run: the name that its relative imports start from,
 * where its structure has none (kept; may be none), and its text. If that may change where Python looks, only modules
 * of its own package are followed. */
void ispy_followed_describe_root(ispy_followed_modules *modules, ispy_str name, ispy_str source);

#endif
