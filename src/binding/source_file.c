/* importlib reads through io.open_code, which makes three Python objects and some eight calls of the system of what can
 * be had with four. Raises the audit event that io.open_code raises. Must not know: loaders, what is in the file. */
#if !defined(_WIN32) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 700 /* O_CLOEXEC */
#endif
#include "binding/source_file.h"

#include <string.h>

#ifdef _WIN32

bool ispy_source_file_look(ispy_file_stamp *out, PyObject *path) {
    (void)path;
    memset(out, 0, sizeof *out);
    return false;
}

PyObject *ispy_source_file_read(ispy_state *state, PyObject *path, ispy_file_stamp *stamp) {
    (void)state;
    (void)path;
    memset(stamp, 0, sizeof *stamp);
    return NULL;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SIZE = 64 * 1024 * 1024 }; /* far over what is validated: the loader may read those, and be told */

/* Whole, up to its size at the time of opening; what somebody appends meanwhile is not part of it. */
static Py_ssize_t read_all(int descriptor, char *data, Py_ssize_t size) {
    Py_ssize_t done = 0;
    while (done < size) {
        ssize_t got = read(descriptor, data + done, (size_t)(size - done));
        if (got > 0) {
            done += got;
        } else if (got == 0) {
            break;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return done;
}

static int tell(ispy_state *state, PyObject *path) {
    PyObject *flags = PyLong_FromLong(O_RDONLY | O_CLOEXEC); /* owned */
    PyObject *told = NULL;                                   /* owned */
    if (flags != NULL) {
        told = PyObject_CallFunctionObjArgs(state->audit_function, state->names.open, path, state->names.read_mode,
                                            flags, NULL);
    }
    Py_XDECREF(flags);
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

static bool is_readable(const struct stat *status) {
    return S_ISREG(status->st_mode) && status->st_size > 0 && status->st_size <= MAX_SIZE;
}

/* A descriptor of an ordinary file with something in it, or -1. */
static int open_file(const char *path, ispy_file_stamp *stamp) {
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return -1;
    }
    if (fstat(descriptor, &status) != 0 || !is_readable(&status)) {
        (void)close(descriptor);
        return -1;
    }
    ispy_file_stamp_of(stamp, &status);
    return descriptor;
}

/* Forgets the stamp of a file that has changed since, or may yet change without its showing. */
static void hold_stamp_against(ispy_file_stamp *stamp, int descriptor) {
    struct stat status;
    ispy_file_stamp now = {0};
    if (fstat(descriptor, &status) == 0) {
        ispy_file_stamp_of(&now, &status);
    }
    if (!ispy_file_stamp_equal(stamp, &now) || !ispy_file_stamp_is_at_rest(&now)) {
        memset(stamp, 0, sizeof *stamp);
    }
}

static PyObject *read_bytes(const char *path, ispy_file_stamp *stamp) {
    int descriptor = -1;
    Py_ssize_t got = -1;
    Py_BEGIN_ALLOW_THREADS descriptor = open_file(path, stamp);
    Py_END_ALLOW_THREADS if (descriptor < 0) {
        return NULL;
    }
    Py_ssize_t size = (Py_ssize_t)stamp->size;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    char *data = bytes == NULL ? NULL : PyBytes_AsString(bytes);
    Py_BEGIN_ALLOW_THREADS if (data != NULL) {
        got = read_all(descriptor, data, size);
    }
    hold_stamp_against(stamp, descriptor);
    (void)close(descriptor);
    Py_END_ALLOW_THREADS if (got == size) {
        return bytes;
    }
    memset(stamp, 0, sizeof *stamp);
    PyObject *less = got < 0 ? NULL : PyBytes_FromStringAndSize(data, got); /* somebody has cut it meanwhile */
    Py_XDECREF(bytes);
    return less;
}

bool ispy_source_file_look(ispy_file_stamp *out, PyObject *path) {
    PyObject *encoded = NULL; /* owned */
    struct stat status;
    bool readable = false;
    memset(out, 0, sizeof *out);
    if (!PyUnicode_FSConverter(path, &encoded)) {
        PyErr_Clear();
        return false;
    }
    const char *name = PyBytes_AsString(encoded); /* borrowed */
    Py_BEGIN_ALLOW_THREADS readable = stat(name, &status) == 0 && is_readable(&status);
    Py_END_ALLOW_THREADS if (readable) {
        ispy_file_stamp_of(out, &status);
    }
    Py_DECREF(encoded);
    return readable;
}

PyObject *ispy_source_file_read(ispy_state *state, PyObject *path, ispy_file_stamp *stamp) {
    PyObject *encoded = NULL; /* owned */
    memset(stamp, 0, sizeof *stamp);
    if (tell(state, path) < 0) {
        return NULL;
    }
    if (!PyUnicode_FSConverter(path, &encoded)) {
        PyErr_Clear(); /* the loader will say so */
        return NULL;
    }
    PyObject *bytes = read_bytes(PyBytes_AsString(encoded), stamp);
    Py_DECREF(encoded);
    return bytes;
}

#endif
