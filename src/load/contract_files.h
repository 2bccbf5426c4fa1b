/* The files that contracts come from: found in folders, read within limits. */
#ifndef ISPY_LOAD_CONTRACT_FILES_H
#define ISPY_LOAD_CONTRACT_FILES_H

#include "model/contract.h"

enum {
    ISPY_FOLDER_MAX_DEPTH = 32, /* folders inside folders; also what stops a loop of symbolic links */
    ISPY_FOLDER_MAX_FILES = 100000
};

typedef struct ispy_file_list {
    ispy_str *paths; /* in the arena, as they are to be shown */
    size_t count;
    size_t capacity;
} ispy_file_list;

/* Adds the file `path`, or all contract files in the folder `path` in the order of their names. The same file under
 * several spellings is added once. Errors: ISPY_ENOMEM, ISPY_EINVAL, ISPY_EIO. */
int ispy_contract_files_add(ispy_file_list *list, ispy_arena *arena, const char *path, ispy_error *error);
/* Takes repeated files out of the list; the first stays. ISPY_OK or ISPY_ENOMEM. */
int ispy_contract_files_unique(ispy_file_list *list, ispy_arena *arena);
/* The path without links and "..", or as it is where there is no such file. ISPY_OK or ISPY_ENOMEM. */
int ispy_contract_file_resolve(ispy_str *out, ispy_arena *arena, ispy_str path);
/* Reads a whole file, without a byte order mark. Errors as above. */
int ispy_contract_file_read(ispy_source *out, ispy_arena *arena, ispy_str path, ispy_error *error);

#endif
