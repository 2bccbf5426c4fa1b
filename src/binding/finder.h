/* The meta-path finder: one for each interpreter, shared by all guards. */
#ifndef ISPY_BINDING_FINDER_H
#define ISPY_BINDING_FINDER_H

#include "binding/state.h"

extern PyType_Spec ispy_finder_spec;

/* Puts the finder first on sys.meta_path, and sees to it that it stays there. -1 with an exception. */
int ispy_finder_install(ispy_state *state);
/* Puts it first again where it is not: a finder before it may serve modules unseen. 1: it was not; -1 with an
 * exception. */
int ispy_finder_place_first(ispy_state *state);
/* Its position on sys.meta_path, or -1; `*replaced`: that is not the list that it was put on. */
Py_ssize_t ispy_finder_position(ispy_state *state, bool *replaced);
/* Takes it off again, and forgets it. -1 with an exception. */
int ispy_finder_remove(ispy_state *state);
/* Puts it in front again where others have put themselves before it, or have taken it off; remembers who. Runs no
 * Python code, and is safe while any thread looks for a module. -1 with an exception. */
int ispy_finder_keep_first(ispy_state *state);
/* Whether it is on sys.meta_path: hosts replace that list. -1 with an exception. */
int ispy_finder_is_installed(ispy_state *state);

#endif
