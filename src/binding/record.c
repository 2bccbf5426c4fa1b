/* What Report, Finding and Rule share. Must not know: what the fields mean. */
#include "binding/record.h"

static PyObject *fields_tuple(ispy_record *record) {
    PyObject *tuple = PyTuple_New(record->count);
    for (Py_ssize_t i = 0; tuple != NULL && i < record->count; i++) {
        PyTuple_SetItem(tuple, i, Py_NewRef(record->fields[i] != NULL ? record->fields[i] : Py_None));
    }
    return tuple;
}

PyObject *ispy_record_new(PyTypeObject *type, PyObject *const *values, Py_ssize_t count) {
    ispy_record *record = (ispy_record *)PyType_GenericAlloc(type, 0);
    if (record == NULL) {
        return NULL;
    }
    record->count = count;
    for (Py_ssize_t i = 0; i < count; i++) {
        record->fields[i] = Py_NewRef(values[i]);
    }
    return (PyObject *)record;
}

/* The argument for field `index`, borrowed; NULL with an exception where there is none. */
static PyObject *find_argument(PyTypeObject *type, PyObject *args, PyObject *kwargs, const char *name,
                               Py_ssize_t index) {
    PyObject *by_name = kwargs == NULL ? NULL : PyDict_GetItemString(kwargs, name); /* borrowed */
    if (index < PyTuple_Size(args)) {
        if (by_name != NULL) {
            PyErr_Format(PyExc_TypeError, "%R got two values for '%s'", (PyObject *)type, name);
            return NULL;
        }
        return PyTuple_GetItem(args, index);
    }
    if (by_name == NULL) {
        PyErr_Format(PyExc_TypeError, "%R needs a value for '%s'", (PyObject *)type, name);
    }
    return by_name;
}

PyObject *ispy_record_parse(PyTypeObject *type, PyObject *args, PyObject *kwargs, const PyMemberDef *members,
                            Py_ssize_t count) {
    enum { MOST_FIELDS = 32 };
    PyObject *values[MOST_FIELDS] = {NULL}; /* borrowed */
    Py_ssize_t given = PyTuple_Size(args) + (kwargs == NULL ? 0 : PyDict_Size(kwargs));
    if (count > MOST_FIELDS || given > count) {
        PyErr_Format(PyExc_TypeError, "%R takes %zd values, %zd were given", (PyObject *)type, count, given);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        values[i] = find_argument(type, args, kwargs, members[i].name, i);
        if (values[i] == NULL) {
            return NULL;
        }
    }
    return ispy_record_new(type, values, count);
}

int ispy_record_traverse(PyObject *self, visitproc visit, void *arg) {
    ispy_record *record = (ispy_record *)self;
    Py_VISIT(Py_TYPE(self));
    for (Py_ssize_t i = 0; i < record->count; i++) {
        Py_VISIT(record->fields[i]);
    }
    return 0;
}

int ispy_record_clear(PyObject *self) {
    ispy_record *record = (ispy_record *)self;
    for (Py_ssize_t i = 0; i < record->count; i++) {
        Py_CLEAR(record->fields[i]);
    }
    return 0;
}

void ispy_record_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    ispy_record_clear(self);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

PyObject *ispy_record_richcompare(PyObject *self, PyObject *other, int operation) {
    if ((operation != Py_EQ && operation != Py_NE) || Py_TYPE(self) != Py_TYPE(other)) {
        return Py_NewRef(Py_NotImplemented);
    }
    PyObject *mine = fields_tuple((ispy_record *)self);    /* owned */
    PyObject *theirs = fields_tuple((ispy_record *)other); /* owned */
    PyObject *result = NULL;
    if (mine != NULL && theirs != NULL) {
        result = PyObject_RichCompare(mine, theirs, operation);
    }
    Py_XDECREF(mine);
    Py_XDECREF(theirs);
    return result;
}

Py_hash_t ispy_record_hash(PyObject *self) {
    PyObject *fields = fields_tuple((ispy_record *)self); /* owned */
    Py_hash_t hash = fields == NULL ? -1 : PyObject_Hash(fields);
    Py_XDECREF(fields);
    return hash;
}

PyObject *ispy_record_reduce(PyObject *self, PyObject *ignored) {
    (void)ignored;
    PyObject *fields = fields_tuple((ispy_record *)self); /* owned */
    if (fields == NULL) {
        return NULL;
    }
    PyObject *result = PyTuple_Pack(2, (PyObject *)Py_TYPE(self), fields);
    Py_DECREF(fields);
    return result;
}
