/* The dotted names that a file has by its place. Must not know: who executes it, verdicts.
 *
 * "/srv/app/acme/plugins/mail.py" may be "mail", "plugins.mail", "acme.plugins.mail", ...: each end of the path is held
 * against the contracts, and one that a contract selects counts where a program could import the file under that name.
 */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* realpath */
#endif
#include "binding/path_names.h"

#include "binding/convert.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH_LENGTH = 4096 }; /* PATH_MAX on Linux: what is longer cannot be opened by its path */

/* A path as one dotted text, and where its parts begin. */
typedef struct dotted {
    char text[MAX_PATH_LENGTH + 1];
    size_t length;
} dotted;

static bool ends_with(const char *text, size_t length, const char *end) {
    size_t size = strlen(end);
    return length >= size && memcmp(text + length - size, end, size) == 0;
}

/* What a module's file may end with. Of an extension, what follows the first dot of its name is a tag:
 * "mail.cpython-311-x86_64-linux-gnu.so" is the module "mail". */
static const struct {
    const char *text;
    bool has_tag;
} endings[] = {{".py", false}, {".pyc", false}, {".pyw", false}, {".so", true}, {".pyd", true}};

/* The length of the path without its ending; 0: it is no path of a module's file. */
static size_t stem_length(const char *path, size_t length) {
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (ends_with(path, length, endings[i].text)) {
            const char *last = strrchr(path, '/');
            const char *tag = endings[i].has_tag ? strchr(last == NULL ? path : last, '.') : NULL;
            return tag != NULL ? (size_t)(tag - path) : length - strlen(endings[i].text);
        }
    }
    return 0;
}

/* False: the text is no path of a module's file. */
static bool to_dotted(dotted *out, const char *path, size_t length) {
    size_t kept = path[0] == '<' ? 0 : stem_length(path, length);
    if (kept == 0 || length > MAX_PATH_LENGTH) {
        return false;
    }
    if (ends_with(path, kept, "/__init__")) {
        kept -= strlen("/__init__");
    }
    out->length = kept;
    for (size_t i = 0; i < kept; i++) {
        out->text[i] = path[i] == '/' ? '.' : path[i];
    }
    out->text[out->length] = '\0';
    return true;
}

/* The beginning of the next shorter end of the text, searched from `at` backwards; false: there is none left. */
static bool next_part(const dotted *d, size_t *at) {
    size_t i = *at;
    if (i == 0) {
        return false;
    }
    for (i--; i > 0 && d->text[i - 1] != '.'; i--) {
    }
    *at = i;
    return true;
}

/* Whether some contract may select the end of the text that begins at `at`. Without a hash, which selecting has no use
 * for. */
static bool may_select_from(PyObject *guards, const dotted *d, size_t at) {
    const char *text = d->text + at;
    size_t length = d->length - at;
    const char *dot = memchr(text, '.', length);
    return ispy_guards_know_first_part(guards, text, dot == NULL ? length : (size_t)(dot - text)) &&
           ispy_guards_may_select_name(guards, (ispy_str){text, (uint32_t)length, 0});
}

bool ispy_path_names_may_select(PyObject *guards, PyObject *path) {
    dotted d;
    ispy_str text;
    if (!ispy_str_borrow(&text, path) || !to_dotted(&d, text.data, text.length)) {
        return false;
    }
    for (size_t at = d.length; next_part(&d, &at);) {
        if (may_select_from(guards, &d, at)) {
            return true;
        }
        at = at > 0 ? at - 1 : 0; /* the dot before it */
    }
    return false;
}

/* Whether folder/__init__.py is there. */
static bool is_package(const char *folder, size_t length) {
    static const char name[] = "/__init__.py";
    char path[MAX_PATH_LENGTH + sizeof name];
    memcpy(path, folder, length);
    memcpy(path + length, name, sizeof name);
    return access(path, F_OK) == 0;
}

/* Whether an entry of sys.path is the folder, as it is written or with its links followed; "" is the current folder. */
static bool is_entry(ispy_str entry, const char *folder, size_t length) {
    while (entry.length > 1 && entry.data[entry.length - 1] == '/') {
        entry.length--;
    }
    if (entry.length == length && memcmp(entry.data, folder, length) == 0) {
        return true;
    }
    char *resolved = realpath(entry.length == 0 ? "." : entry.data, NULL); /* owned */
    bool same = resolved != NULL && strlen(resolved) == length && memcmp(resolved, folder, length) == 0;
    free(resolved);
    return same;
}

static bool is_on_sys_path(const char *folder, size_t length) {
    PyObject *entries = PySys_GetObject("path"); /* borrowed */
    if (entries == NULL || !PyList_Check(entries)) {
        return false;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(entries); i++) {
        ispy_str entry;
        if (ispy_str_borrow(&entry, PyList_GetItem(entries, i)) && is_entry(entry, folder, length)) {
            return true;
        }
    }
    return false;
}

/* Whether a program could import the file under the name that begins after `root` in its path. */
static bool is_importable(const char *path, size_t root, size_t next) {
    return is_on_sys_path(path, root) || (is_package(path, next) && !is_package(path, root));
}

/* One spelling of the file. */
static int select_spelling(PyObject *guards, ispy_str path, const ispy_paths *paths, ispy_selections *out,
                           PyObject **name) {
    dotted d;
    if (!to_dotted(&d, path.data, path.length)) {
        return 0;
    }
    for (size_t at = d.length; next_part(&d, &at) && at > 1;) {
        const char *slash = strchr(path.data + at, '/');
        size_t next = slash == NULL ? path.length : (size_t)(slash - path.data);
        if (may_select_from(guards, &d, at) && is_importable(path.data, at - 1, next)) {
            ispy_str candidate = ispy_str_of(d.text + at, d.length - at);
            if (*name == NULL) {
                *name = ispy_unicode_from_path(candidate);
            }
            if (*name == NULL || ispy_guards_select(guards, candidate, paths, out) < 0) {
                return -1;
            }
        }
        at--; /* the dot before it */
    }
    return 0;
}

int ispy_path_names_select(PyObject *guards, const ispy_paths *paths, ispy_selections *out, PyObject **name) {
    int status = 0;
    for (int i = 0; status == 0 && i < paths->count; i++) {
        status = select_spelling(guards, ispy_paths_get(paths, i), paths, out, name);
    }
    return status;
}
