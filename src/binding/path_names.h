/* The dotted names that a file has by its place: what contracts select by `modules:` when a host loads it by its path.
 */
#ifndef ISPY_BINDING_PATH_NAMES_H
#define ISPY_BINDING_PATH_NAMES_H

#include "binding/guard_type.h"

/* Whether some contract of the guards might select the file by one of its names: quick, and says yes too often.
 * `path` is a str; a label such as "<string>" has no names. */
bool ispy_path_names_may_select(PyObject *guards, PyObject *path);
/* Adds the contracts that select a file by a name that it has: from an entry of sys.path downwards, or from the
 * outermost folder with an __init__.py. `paths` are its spellings, absolute. The first such name goes to `*name`
 * (owned) unless that is set already. -1 with an exception. */
int ispy_path_names_select(PyObject *guards, const ispy_paths *paths, ispy_selections *out, PyObject **name);

#endif
