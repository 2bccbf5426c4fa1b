/* Commands on the PATH. Must not know: contracts. */
#ifndef ISPY_BINDING_COMMANDS_H
#define ISPY_BINDING_COMMANDS_H

#include <importspy/context.h>
#include <importspy/contract.h>

#include "binding/convert.h"

typedef struct ispy_commands ispy_commands;

/* Looks for each name in the folders of environ["PATH"], as they are now. `*commands` is what is remembered from one
 * call to the next; NULL: nothing yet. -1 with an exception. */
int ispy_commands_find(ispy_commands **commands, ispy_components *out, const ispy_name_list *names, PyObject *environ,
                       ispy_arena *arena);
void ispy_commands_free(ispy_commands *commands); /* NULL is welcome */

#endif
