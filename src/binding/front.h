/* Keeps our finder in front of sys.meta_path. */
#ifndef ISPY_BINDING_FRONT_H
#define ISPY_BINDING_FRONT_H

#include "binding/state.h"

/* Adds the audit hook of this interpreter, once; it does nothing while no finder is installed. -1 with an exception. */
int ispy_front_begin(ispy_state *state);
/* The state goes: the hook, which Python keeps for as long as it runs, must not ask it again. */
void ispy_front_end(ispy_state *state);

#endif
