/* See commands.h. The same folders and the same question as shutil.which, without importing it. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* S_ISREG, access */
#endif
#include "binding/commands.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32

/* The extensions of PATHEXT make it another question: shutil knows the answer. */
static int find(ispy_standing *out, const char *path, ispy_str name) {
    (void)path;
    PyObject *shutil = PyImport_ImportModule("shutil");                                             /* owned */
    PyObject *found = shutil == NULL ? NULL : PyObject_CallMethod(shutil, "which", "s", name.data); /* owned */
    *out = found != NULL && found != Py_None ? ISPY_STANDING_PRESENT : ISPY_STANDING_ABSENT;
    int status = found == NULL ? -1 : 0;
    Py_XDECREF(shutil);
    Py_XDECREF(found);
    return status;
}

#else

#include <sys/stat.h>
#include <unistd.h>

static bool is_command(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* An empty folder is the current one. */
static int find(ispy_standing *out, const char *path, ispy_str name) {
    size_t room = strlen(path) + name.length + 4;
    char *candidate = malloc(room);
    *out = ISPY_STANDING_ABSENT;
    if (candidate == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (const char *at = path; *out == ISPY_STANDING_ABSENT;) {
        size_t length = strcspn(at, ":");
        memcpy(candidate, length > 0 ? at : ".", length > 0 ? length : 1);
        size_t end = length > 0 ? length : 1;
        candidate[end] = '/';
        memcpy(candidate + end + 1, name.data, (size_t)name.length + 1);
        if (is_command(candidate)) {
            *out = ISPY_STANDING_PRESENT;
        }
        if (at[length] == '\0') {
            break;
        }
        at += length + 1;
    }
    free(candidate);
    return 0;
}

#endif

int ispy_commands_find(ispy_components *out, const ispy_name_list *names, PyObject *environ, ispy_arena *arena) {
    int status = -1;
    PyObject *encoded = NULL; /* owned */
    const char *path = "/bin:/usr/bin";
    PyObject *value = PyObject_CallMethod(environ, "get", "s", "PATH"); /* owned */
    ispy_component *items = ispy_arena_array(arena, names->count, sizeof *items);
    if (value == NULL || items == NULL) {
        if (value != NULL) {
            ispy_status_raise(ISPY_ENOMEM);
        }
        goto done;
    }
    if (PyUnicode_Check(value)) {
        encoded = PyUnicode_EncodeFSDefault(value);
        path = encoded == NULL ? NULL : PyBytes_AsString(encoded); /* borrowed */
    }
    status = path == NULL ? -1 : 0;
    for (uint32_t i = 0; i < names->count && status == 0; i++) {
        items[i].name = names->names[i];
        status = find(&items[i].standing, path, names->names[i]);
    }
    *out = (ispy_components){items, names->count};
done:
    Py_XDECREF(value);
    Py_XDECREF(encoded);
    return status;
}
