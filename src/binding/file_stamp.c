/* What is compared of a file instead of its bytes. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* st_mtim */
#define _DARWIN_C_SOURCE
#endif
#include "binding/file_stamp.h"

#include <time.h>

static const int64_t SECOND = INT64_C(1000000000);

/* The coarsest clock of a file system in use is FAT's, with two seconds. */
enum { SECONDS_AT_REST = 3 };

#ifndef _WIN32

#include <sys/stat.h>

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

void ispy_file_stamp_of(ispy_file_stamp *out, const struct stat *status) {
    *out = (ispy_file_stamp){
        .device = (uint64_t)status->st_dev,
        .inode = (uint64_t)status->st_ino,
        .size = (uint64_t)status->st_size,
        .modified = nanoseconds(status->st_mtim),
        .changed = nanoseconds(status->st_ctim),
    };
}

#endif

bool ispy_file_stamp_is_known(const ispy_file_stamp *stamp) {
    return stamp->inode != 0 && stamp->changed != 0;
}

bool ispy_file_stamp_equal(const ispy_file_stamp *one, const ispy_file_stamp *other) {
    return ispy_file_stamp_is_known(one) && one->device == other->device && one->inode == other->inode &&
           one->size == other->size && one->modified == other->modified && one->changed == other->changed;
}

bool ispy_file_stamp_is_at_rest(const ispy_file_stamp *stamp) {
    struct timespec now = {0, 0};
    if (timespec_get(&now, TIME_UTC) != TIME_UTC) {
        return false;
    }
    int64_t latest = stamp->modified > stamp->changed ? stamp->modified : stamp->changed;
    return (int64_t)now.tv_sec - SECONDS_AT_REST > latest / SECOND;
}
