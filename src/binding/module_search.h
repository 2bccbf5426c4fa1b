/* Which file a module is, found without importing anything and without running code of others.
 *
 *     ispy_module_place place;
 *     if (ispy_module_search(state, &place, roots, name) == 0) ... place.kind ...
 *     ispy_module_place_clear(&place);
 *
 * The way is importlib's: what stands in sys.modules says itself where it is from; otherwise the folders of the package
 * around it, or sys.path; then what setuptools' editable installs map. Parents are not imported to find a child.
 */
#ifndef ISPY_BINDING_MODULE_SEARCH_H
#define ISPY_BINDING_MODULE_SEARCH_H

#include "binding/state.h"

typedef enum ispy_place_kind {
    ISPY_PLACE_SOURCE,    /* `file` is its source */
    ISPY_PLACE_STUB,      /* machine code, and `file` is the stub beside it */
    ISPY_PLACE_NAMESPACE, /* a package without a file */
    ISPY_PLACE_OPAQUE,    /* it is there, and has no source */
    ISPY_PLACE_MISSING,   /* certainly not there */
    ISPY_PLACE_NOT_FOUND, /* not found; somebody else's finder may find it */
    ISPY_PLACE_UNSURE     /* it may be another file than the one that was found */
} ispy_place_kind;

typedef struct ispy_module_place {
    ispy_place_kind kind;
    PyObject *file;    /* owned: str, or NULL */
    PyObject *folders; /* owned: tuple of str, where its submodules are; NULL: it is no package */
    PyObject *live;    /* owned: what sys.modules has; NULL: nothing. The place is what its spec says */
    bool is_shadowed;  /* a finder that nobody here knows is asked before sys.path is */
} ispy_module_place;

enum { ISPY_SEARCH_MAX_DEPTH = 32 }; /* packages in packages */

/* `roots`: a tuple of folders that come before sys.path, or NULL. -1: an exception that ends the program. */
int ispy_module_search(ispy_state *state, ispy_module_place *out, PyObject *roots, PyObject *name);
void ispy_module_place_clear(ispy_module_place *place);

#endif
