/* Python source to a syntax tree, by the interpreter's own parser; and why it could not be done. */
#ifndef ISPY_BINDING_PARSE_H
#define ISPY_BINDING_PARSE_H

#include "binding/ast_api.h"

#include <importspy/base.h>

/* Why there is no tree. */
typedef struct ispy_parse_failure {
    ispy_str sentence; /* in the arena: "it is not valid Python: invalid syntax" */
    ispy_str reason;   /* its end: "invalid syntax" */
    ispy_span at;
    bool is_syntax; /* the text is wrong, rather than too much for the parser */
} ispy_parse_failure;

/* `source` is bytes or str. 0: `*tree` is owned. 1: `failure` says why there is none, and no exception is set; this
 * holds for everything that the text itself can be the cause of, MemoryError and RecursionError of the parser included.
 * -1: another exception is set (KeyboardInterrupt). */
int ispy_parse(ispy_ast_api *api, PyObject *source, PyObject *path, ispy_arena *arena, PyObject **tree,
               ispy_parse_failure *failure);

#endif
