/* See metadata_file.h. METADATA and PKG-INFO are headers as in mail (PEP 566): they end at the first empty line. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* dirent */
#define _DARWIN_C_SOURCE
#endif
#include "binding/metadata_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What ends in .dist-info or .egg-info, or the EGG-INFO of an egg. */
typedef struct record {
    const char *file;   /* in the folder */
    size_t name_length; /* of the distribution's name, with which the file's begins */
    size_t stem_length; /* without the ending */
    const char *name;   /* where the name is; not in `file` for an egg */
    bool is_read;
    ispy_str version;
    const ispy_str *extras;
    uint32_t extra_count;
} record;

struct ispy_metadata_root;

#ifdef _WIN32

/* Everything is left to importlib.metadata. */
int ispy_metadata_root_refresh(ispy_metadata_root **root, const char *path) {
    (void)root;
    (void)path;
    return ISPY_OK;
}

bool ispy_metadata_root_is_other(const ispy_metadata_root *root) {
    (void)root;
    return true;
}

int ispy_metadata_root_find(ispy_metadata_root *root, const char *path, ispy_component *out, ispy_arena *arena) {
    (void)root;
    (void)path;
    (void)out;
    (void)arena;
    return ISPY_OK;
}

void ispy_metadata_root_free(ispy_metadata_root *root) {
    (void)root;
}

#else

#include "binding/file_stamp.h"

#include <dirent.h>
#include <sys/stat.h>

struct ispy_metadata_root {
    ispy_arena *arena; /* owned: what is below */
    ispy_file_stamp stamp;
    bool at_rest;  /* the stamp says whether it has changed */
    bool is_other; /* it is there, and no folder that could be listed */
    record *records;
    size_t count;
    size_t capacity;
};

void ispy_metadata_root_free(ispy_metadata_root *root) {
    if (root != NULL) {
        ispy_arena_free(root->arena);
        free(root);
    }
}

bool ispy_metadata_root_is_other(const ispy_metadata_root *root) {
    return root != NULL && root->is_other;
}

/* ---- listing ---- */

static bool ends_with(const char *text, size_t length, const char *end) {
    size_t size = strlen(end);
    return length > size && memcmp(text + length - size, end, size) == 0;
}

static int add_record(ispy_metadata_root *root, const char *file, const char *name, size_t stem_length) {
    if (root->count == root->capacity) {
        size_t capacity = root->capacity == 0 ? 64 : root->capacity * 2;
        record *records = ispy_arena_array(root->arena, capacity, sizeof *records);
        if (records == NULL) {
            return ISPY_ENOMEM;
        }
        if (root->count > 0) {
            memcpy(records, root->records, root->count * sizeof *records);
        }
        root->records = records;
        root->capacity = capacity;
    }
    const char *dash = memchr(name, '-', stem_length);
    root->records[root->count++] = (record){
        .file = file,
        .name = name,
        .name_length = dash != NULL ? (size_t)(dash - name) : stem_length,
        .stem_length = stem_length,
    };
    return ISPY_OK;
}

static int add_file(ispy_metadata_root *root, const char *name) {
    size_t length = strlen(name);
    bool is_wheel = ends_with(name, length, ".dist-info");
    ispy_str file;
    if (!is_wheel && !ends_with(name, length, ".egg-info")) {
        return ISPY_OK;
    }
    int status = ispy_arena_str(&file, root->arena, name, length);
    return status != ISPY_OK
               ? ISPY_ENOMEM
               : add_record(root, file.data, file.data, length - strlen(is_wheel ? ".dist-info" : ".egg-info"));
}

/* "acme-1.0-py3.11.egg" on sys.path is itself one distribution. */
static int add_egg(ispy_metadata_root *root, const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    size_t start = length;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    ispy_str name;
    if (!ends_with(path, length, ".egg")) {
        return ISPY_OK;
    }
    int status = ispy_arena_str(&name, root->arena, path + start, length - start);
    return status != ISPY_OK ? ISPY_ENOMEM : add_record(root, "EGG-INFO", name.data, name.length - strlen(".egg"));
}

static int list(ispy_metadata_root *root, const char *path) {
    DIR *folder = opendir(path);
    int status = add_egg(root, path);
    if (folder == NULL) {
        root->is_other = true;
        return status;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL && status == ISPY_OK; entry = readdir(folder)) {
        status = add_file(root, entry->d_name);
    }
    closedir(folder);
    return status;
}

int ispy_metadata_root_refresh(ispy_metadata_root **root, const char *path) {
    struct stat status;
    ispy_file_stamp stamp = {0};
    bool is_there = stat(path, &status) == 0;
    if (is_there) {
        ispy_file_stamp_of(&stamp, &status);
    }
    ispy_metadata_root *known = *root;
    bool was_there = known != NULL && ispy_file_stamp_is_known(&known->stamp);
    if (known != NULL && (is_there ? known->at_rest && ispy_file_stamp_equal(&known->stamp, &stamp) : !was_there)) {
        return ISPY_OK;
    }
    ispy_metadata_root_free(known);
    *root = calloc(1, sizeof **root);
    if (*root == NULL) {
        return ISPY_ENOMEM;
    }
    (*root)->arena = ispy_arena_new();
    if ((*root)->arena == NULL) {
        return ISPY_ENOMEM;
    }
    (*root)->stamp = stamp;
    (*root)->at_rest = is_there && ispy_file_stamp_is_at_rest(&stamp);
    return is_there ? list(*root, path) : ISPY_OK;
}

/* ---- reading ---- */

enum { MOST_METADATA = 1 << 20, MOST_EXTRAS = 1000 };

/* The file as far as it matters, with a NUL behind it; NULL: it cannot be read, or there is no memory. */
static char *read_headers(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *text = file == NULL ? NULL : malloc(MOST_METADATA + 1);
    *length = text == NULL ? 0 : fread(text, 1, MOST_METADATA, file);
    if (file != NULL) {
        fclose(file);
    }
    if (text != NULL) {
        text[*length] = '\0';
    }
    return text;
}

static char *open_metadata(const char *folder, const record *r, size_t *length) {
    static const char *const names[] = {"/METADATA", "/PKG-INFO", ""}; /* of a wheel, of an egg, an egg-info file */
    char path[4096];
    char *text = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && text == NULL; i++) {
        int written = snprintf(path, sizeof path, "%s/%s%s", folder, r->file, names[i]);
        text = written > 0 && (size_t)written < sizeof path ? read_headers(path, length) : NULL;
        if (text != NULL && *length == 0) { /* a folder opens, and cannot be read */
            free(text);
            text = NULL;
        }
    }
    return text;
}

static bool is_header(const char *line, size_t length, const char *name) {
    size_t size = strlen(name);
    if (length <= size || line[size] != ':') {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = line[i] >= 'A' && line[i] <= 'Z' ? (char)(line[i] - 'A' + 'a') : line[i];
        if (c != name[i]) {
            return false;
        }
    }
    return true;
}

/* What stands behind the colon, without the blanks around it. */
static ispy_str value_of(const char *line, size_t length) {
    const char *from = memchr(line, ':', length);
    const char *to = line + length;
    from++;
    while (from < to && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r')) {
        to--;
    }
    return (ispy_str){from, (uint32_t)(to - from), 0};
}

static int parse_headers(record *r, ispy_arena *arena, const char *text, size_t length) {
    ispy_str *extras = NULL;
    uint32_t room = 0;
    for (const char *at = text, *end = text + length; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((line_end != NULL ? line_end : end) - at);
        if (size == 0 || (size == 1 && *at == '\r')) {
            return ISPY_OK;
        }
        if (is_header(at, size, "version") && r->version.data == NULL) {
            ispy_str value = value_of(at, size);
            if (ispy_arena_str(&r->version, arena, value.data, value.length) != ISPY_OK) {
                return ISPY_ENOMEM;
            }
        } else if (is_header(at, size, "provides-extra") && r->extra_count < MOST_EXTRAS) {
            ispy_str value = value_of(at, size);
            if (r->extra_count == room) {
                room = room == 0 ? 8 : room * 2;
                ispy_str *larger = ispy_arena_array(arena, room, sizeof *larger);
                if (larger == NULL) {
                    return ISPY_ENOMEM;
                }
                if (r->extra_count > 0) {
                    memcpy(larger, extras, r->extra_count * sizeof *larger);
                }
                extras = larger;
                r->extras = extras;
            }
            int status = ispy_distribution_name(&extras[r->extra_count], arena, value.data, value.length);
            if (status == ISPY_ENOMEM) {
                return status;
            }
            r->extra_count += status == ISPY_OK;
        }
        at += size + 1;
    }
    return ISPY_OK;
}

static int read_record(ispy_metadata_root *root, const char *folder, record *r) {
    size_t length = 0;
    char *text = open_metadata(folder, r, &length); /* owned */
    r->is_read = true;
    int status = text == NULL ? ISPY_OK : parse_headers(r, root->arena, text, length);
    free(text);
    return status;
}

/* ---- finding ---- */

static int copy(ispy_component *out, const record *r, ispy_arena *arena) {
    ispy_str *extras = ispy_arena_array(arena, r->extra_count, sizeof *extras);
    int status = extras == NULL ? ISPY_ENOMEM : ISPY_OK;
    for (uint32_t i = 0; i < r->extra_count && status == ISPY_OK; i++) {
        status = ispy_arena_str(&extras[i], arena, r->extras[i].data, r->extras[i].length);
    }
    if (status == ISPY_OK && r->version.data != NULL) {
        status = ispy_arena_str(&out->version, arena, r->version.data, r->version.length);
    }
    out->standing = ISPY_STANDING_PRESENT;
    out->extras = extras;
    out->extra_count = r->extra_count;
    return status;
}

int ispy_metadata_root_find(ispy_metadata_root *root, const char *path, ispy_component *out, ispy_arena *arena) {
    const record *first = NULL;
    for (size_t i = 0; i < root->count; i++) {
        record *r = &root->records[i];
        if (!ispy_distribution_name_is(out->name, r->name, r->name_length)) {
            continue;
        }
        if (!r->is_read && read_record(root, path, r) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
        if (first != NULL && !ispy_str_equal(first->version, r->version)) {
            out->standing = ISPY_STANDING_PRESENT; /* left behind by an update that went wrong: who knows which it is */
            out->version = (ispy_str){NULL, 0, 0};
            return ISPY_OK;
        }
        first = first == NULL ? r : first;
    }
    return first == NULL ? ISPY_OK : copy(out, first, arena);
}

#endif
