/* The files of the code cache: read as far as they are needed, written whole or not at all, thrown out when they are
 * many. Must not know: what an entry holds, where the folder is. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* openat */
#define _DARWIN_C_SOURCE
#endif
#include "binding/cache_folder.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32

bool ispy_cache_file_open(ispy_cache_file *out, const ispy_cache_folder *folder, const char *name) {
    (void)out;
    (void)folder;
    (void)name;
    return false;
}

bool ispy_cache_file_read(ispy_cache_file *file, ispy_cache_buffer *buffer, size_t length) {
    (void)file;
    (void)buffer;
    (void)length;
    return false;
}

void ispy_cache_file_close(ispy_cache_file *file) {
    (void)file;
}

bool ispy_cache_file_write(const ispy_cache_folder *folder, const char *name, const char *data, size_t length) {
    (void)folder;
    (void)name;
    (void)data;
    (void)length;
    return false;
}

bool ispy_cache_folder_trim(const ispy_cache_folder *folder, uint64_t most, uint64_t keep, ispy_cache_usage *left,
                            ispy_cache_usage *removed) {
    (void)folder;
    (void)most;
    (void)keep;
    (void)left;
    (void)removed;
    return false;
}

#else

#include "binding/cache_descriptor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

/* ---- reading ---- */

/* What we have written ourselves, and nobody else may have written to. */
static bool is_ours(const struct stat *status) {
    return S_ISREG(status->st_mode) && status->st_uid == geteuid() && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static bool read_all(int descriptor, char *data, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t got = read(descriptor, data + done, length - done);
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool reserve(ispy_cache_buffer *buffer, size_t size) {
    char *grown = size <= buffer->capacity ? buffer->data : realloc(buffer->data, size);
    if (grown == NULL) {
        return false;
    }
    buffer->data = grown;
    buffer->capacity = size <= buffer->capacity ? buffer->capacity : size;
    return true;
}

bool ispy_cache_file_open(ispy_cache_file *out, const ispy_cache_folder *folder, const char *name) {
    struct stat status;
    int descriptor = openat(folder->descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return false;
    }
    if (fstat(descriptor, &status) != 0 || !is_ours(&status) || status.st_size <= 0 ||
        status.st_size > ISPY_CACHE_MAX_ENTRY) {
        (void)close(descriptor);
        return false;
    }
    *out = (ispy_cache_file){.descriptor = descriptor, .size = (size_t)status.st_size};
    return true;
}

bool ispy_cache_file_read(ispy_cache_file *file, ispy_cache_buffer *buffer, size_t length) {
    if (length > file->size || !reserve(buffer, length)) {
        return false;
    }
    if (length > file->read) {
        if (!read_all(file->descriptor, buffer->data + file->read, length - file->read)) {
            return false;
        }
        file->read = length;
    }
    return true;
}

void ispy_cache_file_close(ispy_cache_file *file) {
    (void)close(file->descriptor);
}

/* ---- writing ---- */

static const char TEMPORARY[] = "tmp-";

static bool write_all(int descriptor, const char *data, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t put = write(descriptor, data + done, length - done);
        if (put >= 0) {
            done += (size_t)put;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* No two writers have the same clock, process and buffer; if they have all the same, one of them goes without. */
static void name_temporary(char *out, size_t size, const void *unlike) {
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)snprintf(out, size, "%s%ld-%lx-%lx", TEMPORARY, (long)getpid(), (unsigned long)now.tv_nsec,
                   (unsigned long)(uintptr_t)unlike);
}

bool ispy_cache_file_write(const ispy_cache_folder *folder, const char *name, const char *data, size_t length) {
    char temporary[96];
    if (length > ISPY_CACHE_MAX_ENTRY) {
        return false;
    }
    name_temporary(temporary, sizeof temporary, data);
    int descriptor =
        openat(folder->descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return false;
    }
    bool written = write_all(descriptor, data, length);
    written = close(descriptor) == 0 && written;
    if (!written || renameat(folder->descriptor, temporary, folder->descriptor, name) != 0) {
        (void)unlinkat(folder->descriptor, temporary, 0);
        return false;
    }
    return true;
}

/* ---- throwing out ---- */

enum { ABANDONED_AFTER = 60 * 60 }; /* seconds after which nobody is writing a temporary file any more */

typedef struct entry {
    char name[ISPY_CACHE_NAME_SIZE];
    struct timespec written;
    uint64_t size;
} entry;

typedef struct listing {
    entry *items; /* owned */
    size_t count;
    size_t capacity;
} listing;

/* Sixteen hexadecimal digits and ".ispy". */
enum { DIGITS = 16, ENTRY_NAME_LENGTH = DIGITS + 5 };

static bool is_entry_name(const char *name) {
    return strspn(name, "0123456789abcdef") == DIGITS && strcmp(name + DIGITS, ".ispy") == 0;
}

static bool add(listing *all, const char *name, const struct stat *status) {
    if (all->count == all->capacity) {
        size_t capacity = all->capacity * 2 + 256;
        entry *grown = realloc(all->items, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        all->items = grown;
        all->capacity = capacity;
    }
    entry *next = &all->items[all->count++];
    memcpy(next->name, name, ENTRY_NAME_LENGTH + 1);
    next->written = status->st_mtim;
    next->size = status->st_size > 0 ? (uint64_t)status->st_size : 0;
    return true;
}

static bool list(listing *all, const ispy_cache_folder *folder) {
    int descriptor = openat(folder->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (directory == NULL) {
        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        return false;
    }
    time_t now = time(NULL);
    bool fine = true;
    for (const struct dirent *found; fine && (found = readdir(directory)) != NULL;) {
        struct stat status;
        bool temporary = strncmp(found->d_name, TEMPORARY, sizeof TEMPORARY - 1) == 0;
        if ((!temporary && !is_entry_name(found->d_name)) ||
            fstatat(folder->descriptor, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(status.st_mode)) {
            continue;
        }
        if (!temporary) {
            fine = add(all, found->d_name, &status);
        } else if (status.st_mtim.tv_sec < now - ABANDONED_AFTER) {
            (void)unlinkat(folder->descriptor, found->d_name, 0);
        }
    }
    (void)closedir(directory);
    return fine;
}

static int older_first(const void *a, const void *b) {
    const struct timespec *one = &((const entry *)a)->written;
    const struct timespec *other = &((const entry *)b)->written;
    if (one->tv_sec != other->tv_sec) {
        return one->tv_sec < other->tv_sec ? -1 : 1;
    }
    return one->tv_nsec < other->tv_nsec ? -1 : one->tv_nsec > other->tv_nsec;
}

bool ispy_cache_folder_trim(const ispy_cache_folder *folder, uint64_t most, uint64_t keep, ispy_cache_usage *left,
                            ispy_cache_usage *removed) {
    listing all = {NULL, 0, 0};
    *left = *removed = (ispy_cache_usage){0, 0};
    bool fine = list(&all, folder);
    for (size_t i = 0; fine && i < all.count; i++) {
        left->entries++;
        left->bytes += all.items[i].size;
    }
    if (fine && left->bytes > most) {
        qsort(all.items, all.count, sizeof *all.items, older_first);
        for (size_t i = 0; i < all.count && left->bytes > keep; i++) {
            const entry *oldest = &all.items[i];
            bool gone = unlinkat(folder->descriptor, oldest->name, 0) == 0;
            if (gone) {
                removed->entries++;
                removed->bytes += oldest->size;
            }
            if (gone || errno == ENOENT) { /* somebody else was faster */
                left->entries--;
                left->bytes -= oldest->size;
            }
        }
    }
    free(all.items);
    return fine;
}

#endif
