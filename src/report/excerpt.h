/* A line of a file with carets under a stretch of it. Must not know: reports, findings. */
#ifndef ISPY_REPORT_EXCERPT_H
#define ISPY_REPORT_EXCERPT_H

#include "base/text.h"

enum { ISPY_EXCERPT_WIDTH = 100 }; /* columns of a line that is longer, about */

/* Appends three lines: an empty one, the excerpt, the carets, behind a gutter of `gutter` columns for line numbers.
 * Nothing, if the text has no such line. */
void ispy_excerpt_write(ispy_text *out, ispy_str text, ispy_span at, size_t gutter);
/* Whether it would append anything. */
bool ispy_excerpt_exists(ispy_str text, ispy_span at);
/* Columns that the line's number takes. */
size_t ispy_excerpt_gutter(ispy_span at);

#endif
