/* See commands.h. The same folders and the same question as shutil.which, without importing it. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* S_ISREG, access */
#endif
#include "binding/commands.h"

#include <stdlib.h>
#include <string.h>

/* Where each command was found, as long as the PATH stays what it is: to look there once more is enough. */
typedef struct known_command {
    struct known_command *next;
    char *file;  /* owned */
    char name[]; /* as it was asked for */
} known_command;

struct ispy_commands {
    char *path; /* owned: the PATH that they were found on; NULL: none */
    known_command *known;
};

static void forget(ispy_commands *commands) {
    while (commands->known != NULL) {
        known_command *gone = commands->known;
        commands->known = gone->next;
        free(gone->file);
        free(gone);
    }
    free(commands->path);
    commands->path = NULL;
}

void ispy_commands_free(ispy_commands *commands) {
    if (commands != NULL) {
        forget(commands);
        free(commands);
    }
}

#ifdef _WIN32

/* The extensions of PATHEXT make it another question: shutil knows the answer. */
static int find(ispy_standing *out, ispy_commands *commands, const char *path, ispy_str name) {
    (void)commands;
    (void)path;
    PyObject *shutil = PyImport_ImportModule("shutil");                                             /* owned */
    PyObject *found = shutil == NULL ? NULL : PyObject_CallMethod(shutil, "which", "s", name.data); /* owned */
    *out = found != NULL && found != Py_None ? ISPY_STANDING_PRESENT : ISPY_STANDING_ABSENT;
    int status = found == NULL ? -1 : 0;
    Py_XDECREF(shutil);
    Py_XDECREF(found);
    return status;
}

static int keep_path(ispy_commands *commands, const char *path) {
    (void)commands;
    (void)path;
    return 0;
}

#else

#include <sys/stat.h>
#include <unistd.h>

static bool is_command(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Another PATH, and everything is to be looked for anew. */
static int keep_path(ispy_commands *commands, const char *path) {
    if (commands->path != NULL && strcmp(commands->path, path) == 0) {
        return 0;
    }
    forget(commands);
    commands->path = malloc(strlen(path) + 1);
    if (commands->path == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    memcpy(commands->path, path, strlen(path) + 1);
    return 0;
}

/* Takes `file`. */
static int remember(ispy_commands *commands, ispy_str name, char *file) {
    known_command *known = malloc(sizeof *known + (size_t)name.length + 1);
    if (known == NULL) {
        free(file);
        return ispy_status_raise(ISPY_ENOMEM);
    }
    memcpy(known->name, name.data, (size_t)name.length + 1);
    known->file = file;
    known->next = commands->known;
    commands->known = known;
    return 0;
}

/* The command's file on the PATH, new; an empty folder is the current one. NULL: there is none, or no memory. */
static char *search(const char *path, ispy_str name, bool *failed) {
    char *candidate = malloc(strlen(path) + name.length + 4);
    *failed = candidate == NULL;
    for (const char *at = path; candidate != NULL && *path != '\0';) {
        size_t length = strcspn(at, ":");
        size_t end = length > 0 ? length : 1;
        memcpy(candidate, length > 0 ? at : ".", end);
        candidate[end] = '/';
        memcpy(candidate + end + 1, name.data, (size_t)name.length + 1);
        if (is_command(candidate)) {
            return candidate;
        }
        if (at[length] == '\0') {
            break;
        }
        at += length + 1;
    }
    free(candidate);
    return NULL;
}

static int find(ispy_standing *out, ispy_commands *commands, const char *path, ispy_str name) {
    bool failed = false;
    *out = ISPY_STANDING_PRESENT;
    known_command *known = commands->known;
    while (known != NULL && strcmp(known->name, name.data) != 0) {
        known = known->next;
    }
    if (known != NULL && is_command(known->file)) {
        return 0;
    }
    char *file = search(path, name, &failed); /* owned */
    if (failed) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    if (file == NULL) {
        *out = ISPY_STANDING_ABSENT;
        return 0;
    }
    if (known != NULL) {
        free(known->file);
        known->file = file;
        return 0;
    }
    return remember(commands, name, file);
}

#endif

int ispy_commands_find(ispy_commands **commands, ispy_components *out, const ispy_name_list *names, PyObject *environ,
                       ispy_arena *arena) {
    int status = -1;
    PyObject *encoded = NULL; /* owned */
    const char *path = "/bin:/usr/bin";
    PyObject *value = PyObject_CallMethod(environ, "get", "s", "PATH"); /* owned */
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    if (value == NULL) {
        return -1;
    }
    if (PyUnicode_Check(value)) {
        encoded = PyUnicode_EncodeFSDefault(value);
        path = encoded == NULL ? NULL : PyBytes_AsString(encoded); /* borrowed */
    }
    if (path == NULL) {
        goto done;
    }
    if (*commands == NULL) {
        *commands = calloc(1, sizeof **commands);
    }
    status = items == NULL || *commands == NULL ? ispy_status_raise(ISPY_ENOMEM) : keep_path(*commands, path);
    for (uint32_t i = 0; items != NULL && i < names->count && status == 0; i++) {
        items[i].name = names->names[i];
        status = find(&items[i].standing, *commands, path, names->names[i]);
    }
    *out = (ispy_components){items, names->count};
done:
    Py_XDECREF(value);
    Py_XDECREF(encoded);
    return status;
}
