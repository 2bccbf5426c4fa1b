/* A line of a file with carets under a stretch of it. Must not know: reports, findings. */
#ifndef ISPY_REPORT_EXCERPT_H
#define ISPY_REPORT_EXCERPT_H

#include "base/text.h"

enum { ISPY_EXCERPT_WIDTH = 100 }; /* columns of a line that is longer, about */

/* A text whose lines are asked for mostly in order: remembers where the last one began. */
typedef struct ispy_lines {
    ispy_str text;
    uint32_t line; /* 0: none was asked for yet */
    size_t offset;
} ispy_lines;

/* Begins again if `text` is another one. */
void ispy_lines_of(ispy_lines *lines, ispy_str text);

/* Appends three lines: an empty one, the excerpt, the carets, behind a gutter of `gutter` columns for line numbers.
 * Nothing, if the text has no such line. */
void ispy_excerpt_write(ispy_text *out, ispy_lines *lines, ispy_span at, size_t gutter);
/* Columns that the line's number takes. */
size_t ispy_excerpt_gutter(ispy_span at);

#endif
