/* The folder of the code cache: where it is, whether it can be trusted, reading, writing and throwing out its files.
 * Must not know: Python objects, what an entry holds. Nothing here needs the GIL but what says so. */
#ifndef ISPY_BINDING_CACHE_FOLDER_H
#define ISPY_BINDING_CACHE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ISPY_CACHE_MAX_ENTRY = 32 * 1024 * 1024, /* a larger file is no entry; the largest sources need a third of it */
    ISPY_CACHE_NAME_SIZE = 24                /* "0123456789abcdef.ispy" */
};

/* All entries together; what is over is thrown out down to three quarters of it, the oldest first. Entries take some
 * four times as much as their sources, so this is room for ten thousand modules of common size. */
#define ISPY_CACHE_MAX_SIZE  ((uint64_t)256 * 1024 * 1024)
#define ISPY_CACHE_KEPT_SIZE (ISPY_CACHE_MAX_SIZE / 4 * 3)

/* An open folder. Counted, so that one thread can change over to another while a second one still reads. */
typedef struct ispy_cache_folder ispy_cache_folder;

/* Why there is no folder, or ISPY_CACHE_READY. */
#define ISPY_CACHE_STATES(X)                                                                                           \
    X(READY, "")                                                                                                       \
    X(OFF, "IMPORTSPY_CACHE switches it off")                                                                          \
    X(NOWHERE, "neither IMPORTSPY_CACHE nor a home folder says where it is")                                           \
    X(ABSENT, "the folder does not exist yet")                                                                         \
    X(NO_FOLDER, "it is no folder, or a symbolic link")                                                                \
    X(UNREACHABLE, "it cannot be opened")                                                                              \
    X(FOREIGN, "it belongs to another user")                                                                           \
    X(SHARED, "others may write to it")                                                                                \
    X(UNSUPPORTED, "there is no cache on this system yet")
#define ISPY_CACHE_STATE(id, text) ISPY_CACHE_##id,
typedef enum ispy_cache_state { ISPY_CACHE_STATES(ISPY_CACHE_STATE) } ispy_cache_state;
#undef ISPY_CACHE_STATE

/* A sentence; static. */
const char *ispy_cache_state_text(ispy_cache_state state);

/* Where the environment says that the folder is; free(). NULL: there is to be none, and `*state` says why. Reads the
 * environment, which os.environ changes with the GIL held: call it so. */
char *ispy_cache_folder_path(ispy_cache_state *state);
/* How well to look. A folder that is known is read from as it is: entries that others have written are no entries, and
 * a descriptor that is another's now has none of ours. Before anything is written it is looked at once more. */
typedef enum ispy_cache_care { ISPY_CACHE_TO_READ, ISPY_CACHE_TO_LOOK, ISPY_CACHE_TO_WRITE } ispy_cache_care;

/* The folder as the environment has it now, or NULL. `*known` is what the last call gave, and is closed where it is
 * not the one any more. A missing one is made to write to. With the GIL held; give it back with ispy_cache_folder_free.
 */
ispy_cache_folder *ispy_cache_folder_open(ispy_cache_folder **known, ispy_cache_care care, ispy_cache_state *state);
/* NULL is welcome. With the GIL held. */
void ispy_cache_folder_free(ispy_cache_folder *folder);

/* Memory for one file after another: fresh memory costs a page fault for each four kilobytes. */
typedef struct ispy_cache_buffer {
    char *data; /* owned: free() */
    size_t capacity;
} ispy_cache_buffer;

/* A file that is being read, from its beginning. */
typedef struct ispy_cache_file {
    int descriptor; /* owned: close it */
    size_t size;
    size_t read; /* so many bytes are in the buffer */
} ispy_cache_file;

/* False: there is none that can be trusted. */
bool ispy_cache_file_open(ispy_cache_file *out, const ispy_cache_folder *folder, const char *name);
/* Reads on until `length` bytes are in the buffer, which is the same at each call; false: there are fewer. */
bool ispy_cache_file_read(ispy_cache_file *file, ispy_cache_buffer *buffer, size_t length);
void ispy_cache_file_close(ispy_cache_file *file);
/* Puts the file there at once or not at all. */
bool ispy_cache_file_write(const ispy_cache_folder *folder, const char *name, const char *data, size_t length);

typedef struct ispy_cache_usage {
    uint64_t entries;
    uint64_t bytes;
} ispy_cache_usage;

/* Where there is more than `most` bytes, throws out the oldest entries until at most `keep` are left; in any case what
 * writers have left behind. `*left` and `*removed` say what there is now and what went. Touches nothing that does not
 * bear the name of an entry. */
bool ispy_cache_folder_trim(const ispy_cache_folder *folder, uint64_t most, uint64_t keep, ispy_cache_usage *left,
                            ispy_cache_usage *removed);

#endif
