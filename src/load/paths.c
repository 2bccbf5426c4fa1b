/* Paths of contracts and of what they select.
 * Must not know: YAML, clauses. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "load/paths.h"

#include "base/glob.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Adds one part behind a '/'; "." and "" add nothing, ".." takes the last part away. */
static void add_part(ispy_text *path, const char *part, size_t length) {
    if (length == 0 || (length == 1 && part[0] == '.')) {
        return;
    }
    if (length == 2 && memcmp(part, "..", 2) == 0) {
        while (path->length > 0 && path->data[--path->length] != '/') {
        }
        if (path->data != NULL) {
            path->data[path->length] = '\0';
        }
        return;
    }
    ispy_text_char(path, '/');
    ispy_text_append(path, part, length);
}

static size_t part_length(const char *begin, const char *end) {
    const char *slash = memchr(begin, '/', (size_t)(end - begin));
    return (size_t)((slash == NULL ? end : slash) - begin);
}

static void add_parts(ispy_text *path, const char *begin, const char *end) {
    while (begin < end) {
        size_t length = part_length(begin, end);
        add_part(path, begin, length);
        begin += length + 1;
    }
}

/* Resolves the longest beginning of `path` (absolute) that exists, and puts the rest behind it. `path` may hold "..".
 */
static void resolve(ispy_text *out, ispy_text *path) {
    if (path->failed || path->data == NULL) {
        out->failed |= path->failed;
        return;
    }
    size_t length = path->length;
    while (length > 0) {
        char kept = path->data[length];
        path->data[length] = '\0';
        char *resolved = realpath(path->data, NULL);
        path->data[length] = kept;
        if (resolved != NULL) {
            add_parts(out, resolved, resolved + strlen(resolved));
            free(resolved);
            break;
        }
        while (length > 0 && path->data[--length] != '/') {
        }
    }
    add_parts(out, path->data + length, path->data + path->length);
}

/* "/": the file that no part was added for. */
static int take_path(ispy_str *out, ispy_text *path, ispy_arena *arena) {
    if (path->length == 0) {
        ispy_text_char(path, '/');
    }
    return ispy_text_take(out, path, arena);
}

static void put_working_folder(ispy_text *path) {
    char *folder = realpath(".", NULL);
    if (folder != NULL) {
        ispy_text_puts(path, folder);
        free(folder);
    }
}

int ispy_path_folder(ispy_str *out, ispy_arena *arena, const char *path) {
    ispy_text whole = ISPY_TEXT_EMPTY;
    ispy_text resolved = ISPY_TEXT_EMPTY;
    const char *slash = strrchr(path, '/');
    if (path[0] != '/') {
        put_working_folder(&whole);
        ispy_text_char(&whole, '/');
    }
    ispy_text_append(&whole, path, slash == NULL ? 0 : (size_t)(slash - path));
    resolve(&resolved, &whole);
    int status = take_path(out, &resolved, arena);
    ispy_text_free(&whole);
    ispy_text_free(&resolved);
    return status;
}

/* A path as a glob that matches just it. */
static void add_escaped(ispy_text *out, const ispy_text *path) {
    for (size_t i = 0; i < path->length; i++) {
        if (strchr("*?[", path->data[i]) != NULL) {
            ispy_text_printf(out, "[%c]", path->data[i]);
        } else {
            ispy_text_char(out, path->data[i]);
        }
    }
    out->failed |= path->failed;
}

/* Where the first part with a wildcard begins, or the end. */
static const char *find_wildcards(const char *begin, const char *end) {
    while (begin < end) {
        size_t length = part_length(begin, end);
        if (!ispy_glob_is_literal((ispy_str){begin, (uint32_t)length, 0})) {
            return begin;
        }
        begin += length + 1;
    }
    return end;
}

static int add_wildcard_parts(ispy_text *out, const char *begin, const char *end) {
    while (begin < end) {
        size_t length = part_length(begin, end);
        if (length == 2 && memcmp(begin, "..", 2) == 0) {
            return ISPY_EINVAL;
        }
        add_part(out, begin, length);
        begin += length + 1;
    }
    return ISPY_OK;
}

int ispy_path_pattern(ispy_str *out, ispy_arena *arena, ispy_str folder, ispy_str pattern) {
    ispy_text whole = ISPY_TEXT_EMPTY;
    ispy_text resolved = ISPY_TEXT_EMPTY;
    ispy_text glob = ISPY_TEXT_EMPTY;
    const char *end = pattern.data + pattern.length;
    const char *wildcards = find_wildcards(pattern.data, end);
    if (pattern.data[0] != '/') {
        ispy_text_str(&whole, folder);
        ispy_text_char(&whole, '/');
    }
    ispy_text_append(&whole, pattern.data, (size_t)(wildcards - pattern.data));
    while (whole.length > 0 && whole.data[whole.length - 1] == '/') {
        whole.data[--whole.length] = '\0';
    }
    resolve(&resolved, &whole);
    add_escaped(&glob, &resolved);
    int status = add_wildcard_parts(&glob, wildcards, end);
    if (status == ISPY_OK) {
        status = take_path(out, &glob, arena);
    }
    ispy_text_free(&whole);
    ispy_text_free(&resolved);
    ispy_text_free(&glob);
    return status;
}

bool ispy_path_is_folder(ispy_str path) {
    struct stat found;
    return stat(path.data, &found) == 0 && S_ISDIR(found.st_mode);
}

int ispy_path_beside(ispy_str *out, ispy_arena *arena, ispy_str file, ispy_str path) {
    ispy_text text = ISPY_TEXT_EMPTY;
    const char *slash = strrchr(file.data, '/');
    if (path.data[0] != '/' && slash != NULL) {
        ispy_text_append(&text, file.data, (size_t)(slash - file.data) + 1);
    }
    ispy_text_str(&text, path);
    int status = ispy_text_take(out, &text, arena);
    ispy_text_free(&text);
    return status;
}
