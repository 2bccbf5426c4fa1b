/* Globs over dotted names and over paths.
 *
 * `*` stands for any run of characters within one part, `**` for any run across parts, `?` for one character of a part,
 * `[abc]`, `[a-z]`, `[!a]` for one of a set (paths only). In a path, a part that is just `**` also stands for no part
 * at all, so that "a / ** / b.py" (without the blanks) matches "a/b.py"; "a / **" is all that is in a, not a itself, so
 * that what matches always begins with the pattern's prefix. Characters are code points; sets never match a separator;
 * a `[` that nothing closes stands for itself. Time is bounded by |pattern| x |text|, and no memory is taken. */
#ifndef ISPY_BASE_GLOB_H
#define ISPY_BASE_GLOB_H

#include <importspy/base.h>

/* A pattern or a text that was not stated matches nothing. */
bool ispy_glob_match(ispy_str pattern, ispy_str text, char separator); /* '.' or '/' */
/* Bytes of the pattern before the first character that is not literal. */
size_t ispy_glob_prefix(ispy_str pattern);
bool ispy_glob_is_literal(ispy_str pattern);

#endif
