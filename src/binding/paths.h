/* How a file may be spelled: what contracts that select by path are held against. Must not know: contracts. */
#ifndef ISPY_BINDING_PATHS_H
#define ISPY_BINDING_PATHS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/base.h>

enum { ISPY_PATHS_MOST = 4 };

/* Absolute: first with all links followed, then (where it differs) as written. For "x.pyc" also "x.py" of both: a
 * contract that names the source means what was compiled from it. A count of 0: the place is not known. */
typedef struct ispy_paths {
    char *items[ISPY_PATHS_MOST]; /* owned */
    int count;
} ispy_paths;

/* `origin` is a str or a path-like object. What lies inside an archive keeps the part that is no file. -1: exception.
 */
int ispy_paths_find(ispy_paths *out, PyObject *origin);
/* As above, for what somebody else says is a file: a text that no file can be called by (a NUL inside) has no
 * spellings.
 */
int ispy_paths_find_if_any(ispy_paths *out, PyObject *origin);
ispy_str ispy_paths_get(const ispy_paths *paths, int index);
void ispy_paths_clear(ispy_paths *paths);

#endif
