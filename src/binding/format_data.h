/* The contract format as plain Python data. Must not know: what is made of it. */
#ifndef ISPY_BINDING_FORMAT_DATA_H
#define ISPY_BINDING_FORMAT_DATA_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* {"records": [...], "types": [...], "planned": [...]}, as importspy/format.h has it. NULL: an exception is set. */
PyObject *ispy_format_data(void);

#endif
