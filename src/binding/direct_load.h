/* Modules that a host loads past the finders: by spec_from_file_location and exec_module, load_module, runpy, exec. */
#ifndef ISPY_BINDING_DIRECT_LOAD_H
#define ISPY_BINDING_DIRECT_LOAD_H

#include "binding/state.h"

/* Adds the audit hook of this interpreter, once; it does nothing while no guard asks for it. -1 with an exception: also
 * where another hook has refused it. */
int ispy_direct_load_start(ispy_state *state);
/* The state goes: the hook, which Python keeps for as long as it runs, must not ask it again. */
void ispy_direct_load_end(ispy_state *state);

#endif
