/* A folder for the files of one test. */
#ifndef ISPY_TESTS_TEMPORARY_FOLDER_H
#define ISPY_TESTS_TEMPORARY_FOLDER_H

#include <stddef.h>

/* Makes a new empty folder; temporary_folder_remove removes it with all that is in it. */
void temporary_folder_make(void);
void temporary_folder_remove(void);
/* The path of something in it, in one of a few buffers that are used in turn. "" is the folder itself, without links.
 */
const char *temporary_path(const char *name);
/* Folders on the way are made. */
void temporary_file(const char *name, const char *text, size_t length);
void temporary_text(const char *name, const char *text);
void temporary_subfolder(const char *name);

#endif
