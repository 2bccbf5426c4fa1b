/* The files that contracts come from.
 * Must not know: YAML, what is in the files. POSIX. */
#define _XOPEN_SOURCE 700

#include "load/contract_files.h"

#include "base/error.h"
#include "base/name_map.h"
#include "base/text.h"
#include "load/fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const ispy_str no_text = {NULL, 0, 0};
static const ispy_span no_place = {0, 0, 0};

static int unreadable(ispy_error *error, const char *path, const char *what, int reason) {
    if (reason != 0) {
        ispy_error_set(error, ISPY_EIO, "%s: %s", what, strerror(reason));
    } else {
        ispy_error_set(error, ISPY_EIO, "%s", what);
    }
    ispy_error_code(error, ISPY_FAULT_UNREADABLE);
    ispy_error_place(error, path, no_text, no_place);
    return ISPY_EIO;
}

static int over_limit(ispy_error *error, const char *path, const char *what, int limit) {
    ispy_error_set(error, ISPY_EINVAL, "%s; at most %d", what, limit);
    ispy_error_code(error, ISPY_FAULT_LIMIT);
    ispy_error_place(error, path, no_text, no_place);
    return ISPY_EINVAL;
}

/* ---- folders ---- */

typedef struct folder_walk {
    ispy_file_list *list;
    ispy_arena *arena;
    ispy_error *error;
} folder_walk;

static int add_path(folder_walk *walk, const char *path, size_t length) {
    ispy_file_list *list = walk->list;
    if (list->count == ISPY_FOLDER_MAX_FILES) {
        return over_limit(walk->error, path, "there are too many contract files", ISPY_FOLDER_MAX_FILES);
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        ispy_str *paths = ispy_arena_array(walk->arena, capacity, sizeof *paths);
        if (paths == NULL) {
            return ispy_error_nomem(walk->error);
        }
        if (list->count > 0) {
            memcpy(paths, list->paths, list->count * sizeof *paths);
        }
        list->paths = paths;
        list->capacity = capacity;
    }
    int status = ispy_arena_str(&list->paths[list->count], walk->arena, path, length);
    if (status != ISPY_OK) {
        return ispy_error_nomem(walk->error);
    }
    list->count++;
    return ISPY_OK;
}

static bool is_contract_name(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
}

/* Adds a copy of the name. */
static bool push_name(char ***names, size_t *count, size_t *capacity, const char *name) {
    if (*count == *capacity) {
        size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
        char **grown = realloc(*names, wanted * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        *names = grown;
        *capacity = wanted;
    }
    size_t size = strlen(name) + 1;
    char *copy = malloc(size);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, name, size);
    (*names)[(*count)++] = copy;
    return true;
}

/* The names in a folder, sorted, without hidden ones; the caller frees them. Gives 0 or an errno. */
static int list_names(char ***out, size_t *out_count, const char *path) {
    char **names = NULL;
    size_t count = 0;
    size_t capacity = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return errno;
    }
    int reason = 0;
    errno = 0; /* readdir's way of telling the end from a failure */
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.' && !push_name(&names, &count, &capacity, entry->d_name)) {
            reason = ENOMEM;
            break;
        }
        errno = 0;
    }
    reason = reason != 0 ? reason : errno;
    closedir(folder);
    if (reason != 0) {
        free_names(names, count);
        return reason;
    }
    if (count > 1) {
        qsort(names, count, sizeof *names, by_name);
    }
    *out = names;
    *out_count = count;
    return 0;
}

static int walk_folder(folder_walk *walk, const char *path, int depth);

static int walk_entry(folder_walk *walk, const char *folder, const char *name, int depth) {
    ispy_text path = ISPY_TEXT_EMPTY;
    size_t length = strlen(folder);
    ispy_text_append(&path, folder, length);
    if (length > 0 && folder[length - 1] != '/') {
        ispy_text_char(&path, '/');
    }
    ispy_text_puts(&path, name);
    if (path.failed) {
        ispy_text_free(&path);
        return ispy_error_nomem(walk->error);
    }
    struct stat found;
    int status = ISPY_OK;
    bool exists = stat(path.data, &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        status = walk_folder(walk, path.data, depth + 1);
    } else if (is_contract_name(name)) { /* a link that leads nowhere, too: reading it says so */
        status = add_path(walk, path.data, path.length);
    }
    ispy_text_free(&path);
    return status;
}

/* Recurses to ISPY_FOLDER_MAX_DEPTH. */
static int walk_folder(folder_walk *walk, const char *path, int depth) {
    char **names = NULL;
    size_t count = 0;
    if (depth > ISPY_FOLDER_MAX_DEPTH) {
        return over_limit(walk->error, path, "folders are nested too deep, or a link leads in a circle",
                          ISPY_FOLDER_MAX_DEPTH);
    }
    int reason = list_names(&names, &count, path);
    if (reason != 0) {
        return reason == ENOMEM ? ispy_error_nomem(walk->error)
                                : unreadable(walk->error, path, "the folder of contracts cannot be read", reason);
    }
    int status = ISPY_OK;
    for (size_t i = 0; i < count && status == ISPY_OK; i++) {
        status = walk_entry(walk, path, names[i], depth);
    }
    free_names(names, count);
    return status;
}

int ispy_contract_files_add(ispy_file_list *list, ispy_arena *arena, const char *path, ispy_error *error) {
    folder_walk walk = {list, arena, error};
    struct stat found;
    if (stat(path, &found) != 0) {
        return unreadable(error, path, "the contract cannot be read", errno);
    }
    if (!S_ISDIR(found.st_mode)) {
        return add_path(&walk, path, strlen(path));
    }
    size_t before = list->count;
    int status = walk_folder(&walk, path, 0);
    if (status == ISPY_OK && list->count == before) {
        status = ispy_error_set(error, ISPY_EINVAL, "the folder holds no contract");
        ispy_error_code(error, ISPY_FAULT_EMPTY);
        ispy_error_place(error, path, no_text, no_place);
        ispy_error_hint(error, "contracts are files called *.yml or *.yaml");
    }
    return status;
}

int ispy_contract_file_resolve(ispy_str *out, ispy_arena *arena, ispy_str path) {
    char *resolved = realpath(path.data, NULL);
    *out = path;
    int status = resolved == NULL ? ISPY_OK : ispy_arena_str(out, arena, resolved, strlen(resolved));
    free(resolved);
    return status;
}

int ispy_contract_files_unique(ispy_file_list *list, ispy_arena *arena) {
    ispy_name_map seen;
    ispy_name_map_init(&seen, arena);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        ispy_str key;
        uint32_t index;
        if (ispy_contract_file_resolve(&key, arena, list->paths[i]) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
        if (ispy_name_map_find(&seen, key, &index)) {
            continue;
        }
        if (ispy_name_map_put(&seen, key, (uint32_t)i) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
        list->paths[kept++] = list->paths[i];
    }
    list->count = kept;
    return ISPY_OK;
}

/* ---- files ---- */

/* Reads at most `capacity` bytes; -1 with errno on failure. */
static long read_all(int file, char *data, size_t capacity) {
    size_t length = 0;
    while (length < capacity) {
        ssize_t count = read(file, data + length, capacity - length);
        if (count == 0) {
            break;
        }
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -1;
        }
        length += (size_t)count;
    }
    return (long)length;
}

static int read_open_file(ispy_source *out, ispy_arena *arena, ispy_str path, int file, ispy_error *error) {
    struct stat found;
    if (fstat(file, &found) != 0) {
        return unreadable(error, path.data, "the contract cannot be read", errno);
    }
    if (!S_ISREG(found.st_mode)) {
        return unreadable(error, path.data, "the contract is neither a file nor a folder", 0);
    }
    if (found.st_size > ISPY_YAML_MAX_BYTES) {
        int status = over_limit(error, path.data, "the file has too many bytes for a contract", ISPY_YAML_MAX_BYTES);
        error->at = (ispy_span){1, 1, 0}; /* as for an empty file */
        return status;
    }
    size_t capacity = (size_t)found.st_size + 1; /* a file that grows meanwhile is read short, as if a moment earlier */
    char *data = malloc(capacity);
    if (data == NULL) {
        return ispy_error_nomem(error);
    }
    int status;
    long length = read_all(file, data, capacity - 1);
    if (length < 0) {
        status = unreadable(error, path.data, "the contract cannot be read", errno);
    } else {
        bool marked = length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0;
        size_t skipped = marked ? 3 : 0;
        out->path = path;
        status = ispy_arena_str(&out->text, arena, data + skipped, (size_t)length - skipped);
        if (status != ISPY_OK) {
            status = ispy_error_nomem(error);
        }
    }
    free(data);
    return status;
}

int ispy_contract_file_read(ispy_source *out, ispy_arena *arena, ispy_str path, ispy_error *error) {
    int file = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a pipe must not make us wait */
    if (file < 0) {
        return unreadable(error, path.data, "the contract cannot be read", errno);
    }
    int status = read_open_file(out, arena, path, file, error);
    close(file);
    return status;
}
