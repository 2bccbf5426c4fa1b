/* Commands on the PATH. Must not know: contracts. */
#ifndef ISPY_BINDING_COMMANDS_H
#define ISPY_BINDING_COMMANDS_H

#include <importspy/context.h>
#include <importspy/contract.h>

#include "binding/convert.h"

/* Looks for each name in the folders of environ["PATH"], as they are now. -1 with an exception. */
int ispy_commands_find(ispy_components *out, const ispy_name_list *names, PyObject *environ, ispy_arena *arena);

#endif
