/* What Python tells before it does something: the audit events that concern us (PEP 578). */
#ifndef ISPY_BINDING_AUDIT_HOOK_H
#define ISPY_BINDING_AUDIT_HOOK_H

#include "binding/state.h"

/* Adds the audit hook of this interpreter, once; it does nothing while no guard asks for it. -1 with an exception: also
 * where another hook has refused it. */
int ispy_audit_hook_start(ispy_state *state);
/* The state goes: the hook, which Python keeps for as long as it runs, must not ask it again. */
void ispy_audit_hook_end(ispy_state *state);

#endif
