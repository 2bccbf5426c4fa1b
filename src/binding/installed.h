/* Distributions that are installed: looked up by name, without importing importlib.metadata where that can be.
 *
 * The folders of sys.path are listed once, and again when one has changed; the metadata of a distribution are read when
 * it is asked for. Must not know: contracts.
 */
#ifndef ISPY_BINDING_INSTALLED_H
#define ISPY_BINDING_INSTALLED_H

#include "binding/state.h"

/* `names` are normalised. -1 with an exception. */
int ispy_installed_find(ispy_state *state, ispy_components *out, const ispy_name_list *names, ispy_arena *arena);
void ispy_installed_free(ispy_installed *installed); /* NULL is welcome */

#endif
