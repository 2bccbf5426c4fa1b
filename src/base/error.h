/* Filling in an ispy_error. */
#ifndef ISPY_BASE_ERROR_H
#define ISPY_BASE_ERROR_H

#include <importspy/base.h>

#include "base/text.h"

/* Sets status and message, clears the rest; gives back the status, so that a caller can return it. `error` may be NULL.
 */
int ispy_error_set(ispy_error *error, int status, const char *format, ...) ISPY_PRINTF(3, 4);
int ispy_error_nomem(ispy_error *error);
void ispy_error_code(ispy_error *error, const char *code);
void ispy_error_hint(ispy_error *error, const char *format, ...) ISPY_PRINTF(2, 3);
/* `path` is NUL-terminated; `source`, the file's whole text, gives the excerpt (data == NULL: none). */
void ispy_error_place(ispy_error *error, const char *path, ispy_str source, ispy_span at);

#endif
