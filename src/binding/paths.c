/* How a file may be spelled. Must not know: contracts. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* realpath */
#endif
#include "binding/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <direct.h>
#else
#include <unistd.h>
#endif

static char *copy_text(const char *text, size_t length) {
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

/* "head" + "/" + "tail". */
static char *join(const char *head, const char *tail) {
    size_t head_length = strlen(head);
    while (head_length > 0 && head[head_length - 1] == '/') {
        head_length--;
    }
    size_t tail_length = strlen(tail);
    char *path = malloc(head_length + tail_length + 2);
    if (path != NULL) {
        memcpy(path, head, head_length);
        path[head_length] = '/';
        memcpy(path + head_length + 1, tail, tail_length + 1);
    }
    return path;
}

static char *resolve(const char *path) {
#ifdef _WIN32
    char *full = _fullpath(NULL, path, 0);
    for (char *at = full; at != NULL && *at != '\0'; at++) {
        *at = *at == '\\' ? '/' : *at;
    }
    return full;
#else
    return realpath(path, NULL);
#endif
}

/* The longest beginning that exists, resolved, with the rest as it is: "/real/x.zip/pkg/mod.py". NULL: nothing exists.
 */
static char *resolve_partly(const char *path) {
    char *whole = resolve(path);
    char *head = whole != NULL ? NULL : copy_text(path, strlen(path));
    for (char *cut = head; whole == NULL && cut != NULL;) {
        cut = strrchr(head, '/');
        if (cut == NULL || cut == head) {
            break;
        }
        *cut = '\0';
        char *resolved = resolve(head);
        if (resolved != NULL) {
            whole = join(resolved, path + (cut - head) + 1);
            free(resolved);
        }
    }
    free(head);
    return whole;
}

/* Drops "." and empty parts, and ".." with the part before it. In place; `path` is absolute. */
static void normalise(char *path) {
    char *out = path;
    for (const char *at = path; *at != '\0';) {
        while (*at == '/') {
            at++;
        }
        size_t length = strcspn(at, "/");
        if (length == 2 && memcmp(at, "..", 2) == 0) {
            while (out > path && *--out != '/') {
            }
        } else if (length > 0 && !(length == 1 && *at == '.')) {
            *out++ = '/';
            memmove(out, at, length);
            out += length;
        }
        at += length;
    }
    if (out == path) {
        *out++ = '/';
    }
    *out = '\0';
}

static char *spell(const char *path) {
    char *whole = NULL;
#ifdef _WIN32
    (void)normalise;
    whole = resolve(path);
#else
    if (path[0] == '/') {
        whole = copy_text(path, strlen(path));
    } else {
        char *folder = resolve(".");
        whole = folder == NULL ? NULL : join(folder, path);
        free(folder);
    }
    if (whole != NULL) {
        normalise(whole);
    }
#endif
    return whole;
}

/* Takes `path`. */
static void add(ispy_paths *paths, char *path) {
    for (int i = 0; path != NULL && i < paths->count; i++) {
        if (strcmp(paths->items[i], path) == 0) {
            free(path);
            return;
        }
    }
    if (path != NULL && paths->count < ISPY_PATHS_MOST) {
        paths->items[paths->count++] = path;
    } else {
        free(path);
    }
}

int ispy_paths_find(ispy_paths *out, PyObject *origin) {
    memset(out, 0, sizeof *out);
    PyObject *bytes = NULL; /* owned */
    if (!PyUnicode_FSConverter(origin, &bytes)) {
        return -1;
    }
    const char *path = PyBytes_AsString(bytes); /* borrowed */
    errno = 0;
    if (path != NULL && path[0] != '\0') {
        add(out, resolve_partly(path));
        add(out, spell(path));
        for (int i = 0, known = out->count; i < known; i++) {
            size_t length = strlen(out->items[i]);
            if (length > 4 && strcmp(out->items[i] + length - 4, ".pyc") == 0) {
                add(out, copy_text(out->items[i], length - 1));
            }
        }
    }
    Py_DECREF(bytes);
    if (errno == ENOMEM) { /* a spelling that is left out might be the one that a contract names */
        ispy_paths_clear(out);
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

int ispy_paths_find_if_any(ispy_paths *out, PyObject *origin) {
    if (ispy_paths_find(out, origin) == 0) {
        return 0;
    }
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

ispy_str ispy_paths_get(const ispy_paths *paths, int index) {
    return ispy_str_literal(paths->items[index]);
}

void ispy_paths_clear(ispy_paths *paths) {
    for (int i = 0; i < paths->count; i++) {
        free(paths->items[i]);
    }
    memset(paths, 0, sizeof *paths);
}
