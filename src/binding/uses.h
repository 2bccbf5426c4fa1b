/* What a module makes of other modules: imports, calls, what it hands on. Read off the syntax tree when a contract
 * asks.
 *
 * Names are looked up as Python's compiler does (module, class, function, comprehension), but without an order: a name
 * stands for all that is bound to it anywhere in its scope. Where that is one thing, it is certain.
 * Must not know: contracts. */
#ifndef ISPY_BINDING_USES_H
#define ISPY_BINDING_USES_H

#include "binding/extract.h"

/* Fills in `module->uses` from the tree that the module was extracted from. `module->source` has to be there. -1 with
 * an exception. */
int ispy_uses_extract(ispy_ast_api *api, ispy_arena *arena, PyObject *tree, ispy_module *module);

#endif
