/* IMPORTSPY_LOG. Must not know: how a verdict comes about, what JSON looks like.
 *
 * The file is opened for each line: a host that closes all descriptors (daemons do) would otherwise have our lines in
 * whatever it opens next, and a log that was moved away by its keeper is begun anew. A line is one write() to a file
 * opened with O_APPEND, so that lines of several processes do not mix.
 */
#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#endif
#include "binding/verdict_log.h"

#include "binding/clock.h"
#include "binding/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <io.h>
#include <process.h>
#define OPEN_FLAGS (_O_WRONLY | _O_APPEND | _O_CREAT | _O_BINARY | _O_NOINHERIT)
#define OPEN_MODE  (_S_IREAD | _S_IWRITE)
#define open       _open
#define write      _write
#define close      _close
#define getpid     _getpid
#include <sys/stat.h>
#else
#include <unistd.h>
/* Without waiting: a pipe that nobody reads must not hold up an import. */
#define OPEN_FLAGS (O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define OPEN_MODE  0666
#endif

/* Says, once, that the log does not work. */
static void complain(ispy_state *state, PyObject *path, const char *why) {
    if (!atomic_exchange(&state->log_failed, true)) {
        PySys_FormatStderr("importspy: the log %R cannot be written: %s; modules are validated without it\n", path,
                           why);
    }
    PyErr_Clear();
}

/* 0, or an errno. No Python in here. */
static int append(const char *path, const char *line, size_t length, bool torn) {
    static const char line_end = '\n';
    int file = open(path, OPEN_FLAGS, OPEN_MODE);
    if (file < 0) {
        return errno;
    }
    int failure = 0;
    if (torn && length > 0 && write(file, &line_end, 1) != 1) {
        failure = ENOSPC; /* a line that was cut off ends before the next one begins */
    }
    if (failure == 0 && length > 0) {
        errno = 0;
        if (write(file, line, length) != (long)length) {
            failure = errno != 0 ? errno : ENOSPC;
        }
    }
    close(file);
    return failure;
}

static void append_unlocked(ispy_state *state, PyObject *path, ispy_str line) {
    PyObject *encoded = PyUnicode_EncodeFSDefault(path); /* owned */
    if (encoded == NULL) {
        complain(state, path, "it has no name in the file system");
        return;
    }
    const char *name = PyBytes_AsString(encoded); /* borrowed */
    bool torn = line.length > 0 && atomic_exchange(&state->log_torn, false);
    int failure = 0;
    Py_BEGIN_ALLOW_THREADS;
    failure = append(name, line.data, line.length, torn);
    Py_END_ALLOW_THREADS;
    if (failure != 0) {
        atomic_store(&state->log_torn, line.length > 0);
        complain(state, path, strerror(failure));
    }
    Py_DECREF(encoded);
}

/* os.path.abspath(environ["IMPORTSPY_LOG"]), new; None where it is not set. */
static PyObject *find_path(ispy_state *state) {
    PyObject *result = NULL;
    PyObject *mapping = PyObject_GetAttr(state->os_module, state->names.environ);                         /* owned */
    PyObject *given = mapping == NULL ? NULL : PyObject_CallMethod(mapping, "get", "s", "IMPORTSPY_LOG"); /* owned */
    PyObject *path_module = PyObject_GetAttr(state->os_module, state->names.path);                        /* owned */
    if (given != NULL && path_module != NULL) {
        bool stated = PyUnicode_Check(given) && PyUnicode_GetLength(given) > 0;
        result = stated ? PyObject_CallMethod(path_module, "abspath", "O", given) : Py_NewRef(Py_None);
    }
    Py_XDECREF(mapping);
    Py_XDECREF(given);
    Py_XDECREF(path_module);
    return result;
}

int ispy_log_configure(ispy_state *state) {
    PyObject *path = find_path(state); /* owned */
    if (path == NULL) {
        return -1;
    }
    PyObject *before = state->log_path; /* owned from here on */
    int same = before == NULL ? path == Py_None : PyObject_RichCompareBool(before, path, Py_EQ);
    if (same != 0) {
        Py_DECREF(path);
        return same < 0 ? -1 : 0;
    }
    atomic_store(&state->log_failed, false);
    atomic_store(&state->log_torn, false);
    state->log_path = path == Py_None ? NULL : Py_NewRef(path);
    Py_XDECREF(before);
    if (path != Py_None) {
        append_unlocked(state, path, ispy_str_literal("")); /* is it there, may we write? */
    }
    Py_DECREF(path);
    return 0;
}

/* The line, in `arena`. -1 with an exception. */
static int make_line(ispy_str *out, const ispy_verdict_row *row, const ispy_outcome *outcomes, size_t count,
                     ispy_arena *arena) {
    char time[ISPY_CLOCK_TEXT_SIZE];
    ispy_clock_text(time, row->time_ns);
    ispy_log_entry entry = {
        .time = time,
        .process = getpid(),
        .way = ispy_way_name(row->way),
        .bound = row->bound,
        .verdict = row->verdict,
        .outcome = ispy_effect_name(row->effect),
        .mode = row->mode,
        .microseconds = (row->validation_ns + row->confirmation_ns + 500) / 1000,
        .count = count,
    };
    ispy_report **reports = ispy_arena_array(arena, count, sizeof *reports);
    if (reports == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    for (size_t i = 0; i < count; i++) {
        reports[i] = outcomes[i].report;
    }
    entry.reports = reports;
    if (ispy_str_from_unicode(&entry.module, row->name, arena) < 0 ||
        (row->path != Py_None && ispy_str_from_unicode(&entry.path, row->path, arena) < 0)) {
        return -1;
    }
    int status = ispy_log_line(out, &entry, arena);
    return status == ISPY_OK ? 0 : ispy_status_raise(status);
}

void ispy_log_write(ispy_state *state, const ispy_verdict_row *row, const ispy_outcome *outcomes, size_t count) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *path = Py_XNewRef(state->log_path); /* owned: another thread may configure */
    ispy_arena *arena = ispy_arena_new();         /* owned */
    ispy_str line;
    if (path != NULL) {
        if (arena == NULL || make_line(&line, row, outcomes, count, arena) < 0) {
            complain(state, path, "out of memory");
        } else {
            append_unlocked(state, path, line);
        }
    }
    ispy_arena_free(arena);
    Py_XDECREF(path);
    PyErr_Restore(type, value, traceback);
}
