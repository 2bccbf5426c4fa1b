/* The finders on sys.meta_path: which of them may know modules that sys.path does not show. None of them is asked. */
#ifndef ISPY_BINDING_SEARCH_FINDERS_H
#define ISPY_BINDING_SEARCH_FINDERS_H

#include "binding/module_search.h"

/* Whether a finder that is not known to leave files what they are is asked before the one of sys.path. */
bool ispy_search_is_shadowed(ispy_state *state);
/* Where the editable installs of setuptools have the top-level module, by the dictionary that their finder reads.
 * Leaves `out` alone where they have none. -1 with an exception. */
int ispy_search_mapped(ispy_module_place *out, PyObject *name);

#endif
