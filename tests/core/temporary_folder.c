/* See temporary_folder.h. */
#define _XOPEN_SOURCE 700

#include "temporary_folder.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 4096, BUFFERS = 8 };

static char root[MAX_PATH];

void temporary_folder_make(void) {
    const char *base = getenv("TMPDIR");
    char made[MAX_PATH / 2];
    snprintf(made, sizeof made, "%s/importspy-test-XXXXXX", base == NULL || base[0] == '\0' ? "/tmp" : base);
    ck_assert_ptr_nonnull(mkdtemp(made));
    char *resolved = realpath(made, NULL);
    ck_assert_ptr_nonnull(resolved);
    snprintf(root, sizeof root, "%s", resolved);
    free(resolved);
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *walk) {
    (void)found;
    (void)walk;
    if (kind == FTW_DNR) {
        chmod(path, 0700);
    }
    return remove(path);
}

void temporary_folder_remove(void) {
    if (root[0] != '\0') {
        nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        root[0] = '\0';
    }
}

const char *temporary_path(const char *name) {
    static char buffers[BUFFERS][MAX_PATH];
    static size_t next;
    char *path = buffers[next++ % BUFFERS];
    int length = snprintf(path, MAX_PATH, "%s%s%s", root, name[0] == '\0' ? "" : "/", name);
    ck_assert_int_lt(length, MAX_PATH);
    return path;
}

void temporary_subfolder(const char *name) {
    char path[MAX_PATH];
    snprintf(path, sizeof path, "%s", temporary_path(name));
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(path, 0700);
}

void temporary_file(const char *name, const char *text, size_t length) {
    char folder[MAX_PATH];
    snprintf(folder, sizeof folder, "%s", name);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        *slash = '\0';
        temporary_subfolder(folder);
    }
    FILE *file = fopen(temporary_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

void temporary_text(const char *name, const char *text) {
    temporary_file(name, text, strlen(text));
}
