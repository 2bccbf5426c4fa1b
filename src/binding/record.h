/* What Report, Finding and Rule share: immutable rows of Python objects that compare by content and pickle.
 *
 * A record type is a list of fields (PyMemberDef) and a handful of slots from here. A record is made with one value for
 * each field, by position or by name, in Python as in C.
 */
#ifndef ISPY_BINDING_RECORD_H
#define ISPY_BINDING_RECORD_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct ispy_record {
    PyObject_HEAD Py_ssize_t count; /* of fields */
    PyObject *fields[1];            /* owned; `count` of them */
} ispy_record;

/* For the table of members, and for basicsize. */
#define ISPY_RECORD_FIELD(name, index, doc)                                                                            \
    { name, T_OBJECT, (Py_ssize_t)(offsetof(ispy_record, fields) + (index) * sizeof(PyObject *)), READONLY, doc }
#define ISPY_RECORD_SIZE(count) (offsetof(ispy_record, fields) + (count) * sizeof(PyObject *))

/* New reference, with new references to the values. */
PyObject *ispy_record_new(PyTypeObject *type, PyObject *const *values, Py_ssize_t count);
/* For tp_new: takes the arguments as the members of the table name them. */
PyObject *ispy_record_parse(PyTypeObject *type, PyObject *args, PyObject *kwargs, const PyMemberDef *members,
                            Py_ssize_t count);

/* Slots and methods that every record type lists. */
int ispy_record_traverse(PyObject *self, visitproc visit, void *arg);
int ispy_record_clear(PyObject *self);
void ispy_record_dealloc(PyObject *self);
PyObject *ispy_record_richcompare(PyObject *self, PyObject *other, int operation);
Py_hash_t ispy_record_hash(PyObject *self);
PyObject *ispy_record_reduce(PyObject *self, PyObject *ignored);

#endif
