/* UTF-8: validity, and the step from bytes to code points. */
#ifndef ISPY_BASE_UTF8_H
#define ISPY_BASE_UTF8_H

#include <importspy/base.h>

/* Bytes of the code point at `data` (length >= 1), which goes to `point`. A byte that begins no valid sequence is a
 * step of its own and becomes 0xDC00 + byte, as Python's surrogateescape has it: stray bytes stay apart. */
size_t ispy_utf8_step(const char *data, size_t length, uint32_t *point);
bool ispy_utf8_is_stray(uint32_t point);

bool ispy_utf8_valid(const char *data, size_t length);   /* RFC 3629: no surrogates, no overlong forms */
size_t ispy_utf8_count(const char *data, size_t length); /* code points; a stray byte counts as one */
/* Columns that a terminal gives it: wide East Asian characters and emoji count two, combining marks none. */
size_t ispy_utf8_width(const char *data, size_t length);
/* Line `line` (from 1) of `text` without its line end ("\n", "\r\n" or "\r"); data == NULL past the last one, and for
 * line 0. A line end at the very end opens no further line. Borrows; no NUL byte follows. */
ispy_str ispy_line(ispy_str text, uint32_t line);

#endif
