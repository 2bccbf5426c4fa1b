/* The top-level modules of distributions that are installed, by name. Must not know: contracts. */
#ifndef ISPY_BINDING_PROVIDERS_H
#define ISPY_BINDING_PROVIDERS_H

#include "binding/state.h"

/* `names` are normalised; one that is not installed has no modules. What is known of one that is stays known
 * for as long as sys.path is the same: a distribution that changes while the program runs is another matter. -1 with an
 * exception that ends the program. */
int ispy_providers_find(ispy_state *state, ispy_context *out, const ispy_name_list *names, ispy_arena *arena);

#endif
