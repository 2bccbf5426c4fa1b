/* Paths of contracts and of what they select: absolute, links resolved. The only file of the core that asks the file
 * system where things are; POSIX paths. */
#ifndef ISPY_LOAD_PATHS_H
#define ISPY_LOAD_PATHS_H

#include <importspy/base.h>

/* The folder that the file `path` is in, absolute and without symbolic links, as far as it exists. ISPY_OK,
 * ISPY_ENOMEM. */
int ispy_path_folder(ispy_str *out, ispy_arena *arena, const char *path);
/* A glob made absolute: its parts before the first wildcard resolved from `folder`, which is absolute. ISPY_OK,
 * ISPY_ENOMEM, or ISPY_EINVAL for ".." behind a wildcard. */
int ispy_path_pattern(ispy_str *out, ispy_arena *arena, ispy_str folder, ispy_str pattern);
bool ispy_path_is_folder(ispy_str path);
/* `path` as it is written in the file `file`: behind that file's own folder, as that is written; an absolute one as it
 * is. Resolves nothing. ISPY_OK, ISPY_ENOMEM. */
int ispy_path_beside(ispy_str *out, ispy_arena *arena, ispy_str file, ispy_str path);

#endif
