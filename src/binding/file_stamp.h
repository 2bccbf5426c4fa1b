/* Which file it is and which state of it, as far as the file system tells without reading it.
 *
 * The time of the last change of status (ctime) is among it: no program can set it, and each write moves it on. Two
 * writes within one tick of the file system's clock have the same times, so a stamp tells something only of a file that
 * was at rest when it was taken: Git's "racily clean" entries are the same thought.
 * Must not know: Python objects, what is in the file. */
#ifndef ISPY_BINDING_FILE_STAMP_H
#define ISPY_BINDING_FILE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

/* All zeros: nothing is known. Times in nanoseconds since 1970. */
typedef struct ispy_file_stamp {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    int64_t modified;
    int64_t changed;
} ispy_file_stamp;

#ifndef _WIN32
struct stat;
void ispy_file_stamp_of(ispy_file_stamp *out, const struct stat *status);
#endif

bool ispy_file_stamp_is_known(const ispy_file_stamp *stamp);
/* Whether both are known, and are of one state of one file. */
bool ispy_file_stamp_equal(const ispy_file_stamp *one, const ispy_file_stamp *other);
/* Whether the file had not changed for so long that a later change shows in the stamp. */
bool ispy_file_stamp_is_at_rest(const ispy_file_stamp *stamp);

#endif
