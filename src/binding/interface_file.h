/* Finds and reads the source of an interface. Imports nothing. */
#ifndef ISPY_BINDING_INTERFACE_FILE_H
#define ISPY_BINDING_INTERFACE_FILE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <importspy/contract.h>

/* An ispy_interface_reader; `user` is the ispy_state. */
int ispy_interface_file_read(const ispy_module **out, void *user, const ispy_interface_request *request,
                             ispy_arena *arena, ispy_error *error);

/* The folder that the outermost package around a file is in (NULL: the path has none), and the dotted name that the
 * file has from there; both new. -1 with an exception. */
int ispy_interface_place(PyObject **root, PyObject **name, PyObject *path);

#endif
