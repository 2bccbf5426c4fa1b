/* Where the folder is, and whether it can be trusted. Its files are dealt with in cache_files.c.
 *
 * Whoever can write into the folder decides what code runs. So it has to be a real folder, ours, and nobody else may
 * write to it. It is held open: its files are found without walking its path again, and somebody who swaps a folder
 * above it changes nothing. Hosts that turn into daemons close descriptors that are not theirs, and people delete
 * caches: so whether the descriptor is still that folder is looked at before something is written, and after something
 * was not found. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* O_NOFOLLOW */
#endif
#include "binding/cache_folder.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_texts[] = {
#define ISPY_CACHE_STATE(id, text) text,
    ISPY_CACHE_STATES(ISPY_CACHE_STATE)
#undef ISPY_CACHE_STATE
};

const char *ispy_cache_state_text(ispy_cache_state state) {
    return state_texts[state];
}

#ifdef _WIN32

/* No owner and no modes there that could be asked like this: without a cache, sources are read anew each time. */
char *ispy_cache_folder_path(ispy_cache_state *state) {
    *state = ISPY_CACHE_UNSUPPORTED;
    return NULL;
}

ispy_cache_folder *ispy_cache_folder_open(ispy_cache_folder **known, ispy_cache_care care, ispy_cache_state *state) {
    (void)known;
    (void)care;
    *state = ISPY_CACHE_UNSUPPORTED;
    return NULL;
}

void ispy_cache_folder_free(ispy_cache_folder *folder) {
    (void)folder;
}

#else

#include "binding/cache_descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
static const char HOME_TAIL[] = "/Library/Caches/importspy";
#else
static const char HOME_TAIL[] = "/.cache/importspy";
#endif

/* ---- where ---- */

static char *join(const char *head, const char *tail) {
    size_t length = strlen(head);
    char *path = malloc(length + strlen(tail) + 1);
    if (path != NULL) {
        memcpy(path, head, length);
        memcpy(path + length, tail, strlen(tail) + 1);
    }
    return path;
}

/* A slash at the end would have a symbolic link followed. */
static void cut_slashes(char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        path[--length] = '\0';
    }
}

/* What the environment says: a beginning (borrowed from it), and the rest of the path. */
typedef struct place {
    const char *head;
    const char *tail; /* static */
} place;

static const char CHOSEN_TAIL[] = "";
static const char CACHES_TAIL[] = "/importspy";

static ispy_cache_state find_place(place *out) {
    const char *chosen = getenv("IMPORTSPY_CACHE");
    if (chosen != NULL) {
        *out = (place){chosen, CHOSEN_TAIL};
        bool off = chosen[0] == '\0' || strcmp(chosen, "0") == 0 || strcmp(chosen, "off") == 0;
        return off ? ISPY_CACHE_OFF : ISPY_CACHE_READY;
    }
#ifndef __APPLE__
    const char *caches = getenv("XDG_CACHE_HOME");
    if (caches != NULL && caches[0] == '/') { /* the specification has relative ones ignored */
        *out = (place){caches, CACHES_TAIL};
        return ISPY_CACHE_READY;
    }
#endif
    const char *home = getenv("HOME");
    *out = (place){home, HOME_TAIL};
    return home != NULL && home[0] == '/' ? ISPY_CACHE_READY : ISPY_CACHE_NOWHERE;
}

static char *path_of(const place *where) {
    char *path = join(where->head, where->tail);
    if (path != NULL) {
        cut_slashes(path);
    }
    return path;
}

char *ispy_cache_folder_path(ispy_cache_state *state) {
    place where;
    *state = find_place(&where);
    return *state == ISPY_CACHE_READY ? path_of(&where) : NULL;
}

/* Whether the environment still says what it said when the folder was opened. */
static bool is_same_place(const ispy_cache_folder *folder, const place *where) {
    return strcmp(folder->head, where->head) == 0 && folder->tail == where->tail;
}

/* ---- whether ---- */

static ispy_cache_state judge(const struct stat *status) {
    if (!S_ISDIR(status->st_mode)) {
        return ISPY_CACHE_NO_FOLDER;
    }
    if (status->st_uid != geteuid()) {
        return ISPY_CACHE_FOREIGN;
    }
    return (status->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? ISPY_CACHE_SHARED : ISPY_CACHE_READY;
}

/* Whether the descriptor is what it was, and still to be trusted. */
static bool is_still(const ispy_cache_folder *folder) {
    struct stat status;
    return fstat(folder->descriptor, &status) == 0 && status.st_dev == folder->device &&
           status.st_ino == folder->inode && status.st_nlink > 0 && judge(&status) == ISPY_CACHE_READY;
}

/* The folder itself and the one above it: $HOME may have no .cache yet. */
static void make_folder(const char *path) {
    char *above = join(path, "");
    char *cut = above == NULL ? NULL : strrchr(above, '/');
    if (cut != NULL && cut != above) {
        *cut = '\0';
        (void)mkdir(above, S_IRWXU);
    }
    free(above);
    (void)mkdir(path, S_IRWXU);
}

static int open_descriptor(const char *path, ispy_cache_state *state) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        *state = errno == ENOENT                      ? ISPY_CACHE_ABSENT
                 : errno == ELOOP || errno == ENOTDIR ? ISPY_CACHE_NO_FOLDER
                                                      : ISPY_CACHE_UNREACHABLE;
    }
    return descriptor;
}

static ispy_cache_folder *folder_new(const place *where, bool make, ispy_cache_state *state) {
    ispy_cache_folder *folder = NULL;
    struct stat status;
    char *path = path_of(where);        /* owned */
    char *head = join(where->head, ""); /* taken by the folder */
    *state = ISPY_CACHE_UNREACHABLE;
    int descriptor = path == NULL || head == NULL ? -1 : open_descriptor(path, state);
    if (descriptor < 0 && make && *state == ISPY_CACHE_ABSENT) {
        make_folder(path);
        descriptor = open_descriptor(path, state);
    }
    if (descriptor >= 0) {
        *state = fstat(descriptor, &status) != 0 ? ISPY_CACHE_UNREACHABLE : judge(&status);
        folder = *state == ISPY_CACHE_READY ? malloc(sizeof *folder) : NULL;
        if (folder == NULL) {
            (void)close(descriptor);
        }
    }
    free(path);
    if (folder == NULL) {
        free(head);
        return NULL;
    }
    *folder = (ispy_cache_folder){head, where->tail, descriptor, status.st_dev, status.st_ino, 1};
    return folder;
}

void ispy_cache_folder_free(ispy_cache_folder *folder) {
    if (folder == NULL || --folder->holders > 0) {
        return;
    }
    struct stat status;
    if (fstat(folder->descriptor, &status) == 0 && status.st_dev == folder->device &&
        status.st_ino == folder->inode) { /* or else somebody has closed it, and it is somebody else's now */
        (void)close(folder->descriptor);
    }
    free(folder->head);
    free(folder);
}

ispy_cache_folder *ispy_cache_folder_open(ispy_cache_folder **known, ispy_cache_care care, ispy_cache_state *state) {
    place where;
    *state = find_place(&where);
    if (*state != ISPY_CACHE_READY || *known == NULL || !is_same_place(*known, &where) ||
        (care != ISPY_CACHE_TO_READ && !is_still(*known))) {
        ispy_cache_folder_free(*known);
        *known = *state == ISPY_CACHE_READY ? folder_new(&where, care == ISPY_CACHE_TO_WRITE, state) : NULL;
    }
    if (*known != NULL) {
        (*known)->holders++;
    }
    return *known;
}

#endif
