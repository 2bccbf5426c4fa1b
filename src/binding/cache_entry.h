/* One entry of the code cache as bytes: what it is for, the structure, the code, and the source itself.
 *
 * An entry is found by a name that is a hash of build, path and name, and is right only if it *holds* these, and either
 * the stamp that the source's file has now or the source itself, byte for byte: no two sources can be taken for each
 * other, however a hash comes out. Where the stamp tells, neither the source nor its copy at the end of the entry is
 * read. A checksum over the rest finds what a disk, a torn write or an editor has changed. It has no key: whoever may
 * write to the folder could make one that fits, with any function whatever. That nobody else may is what cache_folder.c
 * sees to.
 * Must not know: files, Python objects. */
#ifndef ISPY_BINDING_CACHE_ENTRY_H
#define ISPY_BINDING_CACHE_ENTRY_H

#include "binding/file_stamp.h"

#include <stddef.h>

typedef struct ispy_piece {
    const char *data;
    size_t length;
} ispy_piece;

/* All that structure and code depend on. */
typedef struct ispy_cache_key {
    ispy_piece build; /* extractor, interpreter, platform, optimisation level */
    ispy_piece path;  /* what compile() calls the file: it is in the code */
    ispy_piece name;  /* of the module: it is in the structure */
    bool is_package;
    bool has_uses;         /* what policies ask for is in the structure */
    ispy_piece source;     /* data == NULL: it has not been read, and the stamp has to tell */
    ispy_file_stamp stamp; /* of its file; nothing known where it has none, or was not at rest */
} ispy_cache_key;

/* The parts behind the key. In an entry that was read, they lie in its bytes, the structure aligned for any type. */
enum { ISPY_CACHE_HEAD_SIZE = 88 };

typedef struct ispy_cache_entry {
    ispy_piece structure;
    ispy_piece code;
    bool plain;            /* the text of the source is its bytes: there is nothing to decode */
    ispy_file_stamp stamp; /* of an entry that was read; the one that is written is the key's */
} ispy_cache_entry;

/* The name of its file: `out` has room for ISPY_CACHE_NAME_SIZE bytes. */
void ispy_cache_entry_name(char *out, const ispy_cache_key *key);
/* The entry as bytes, free(). NULL: out of memory, or too long to be one. */
char *ispy_cache_entry_write(const ispy_cache_key *key, const ispy_cache_entry *entry, size_t *length);
/* How many of the entry's bytes stand before its source, as the first ISPY_CACHE_HEAD_SIZE of them say; 0: it is none.
 */
size_t ispy_cache_entry_body(const char *data, size_t length);
/* Whether `data`, which is aligned for any type, is a whole entry for that key: for a key without source, all that
 * stands before it. Any bytes are welcome. */
bool ispy_cache_entry_read(ispy_cache_entry *out, const ispy_cache_key *key, const char *data, size_t length);

#endif
