/* importspy.Admission: what became of one module, as status() lists it. Immutable. */
#ifndef ISPY_BINDING_ADMISSION_TYPE_H
#define ISPY_BINDING_ADMISSION_TYPE_H

#include "binding/state.h"

extern PyType_Spec ispy_admission_spec;

/* How a module came in. */
typedef enum ispy_way { ISPY_WAY_FINDER, ISPY_WAY_DIRECT, ISPY_WAY_BEFORE, ISPY_WAY_CHECK } ispy_way;
/* What followed from the verdict. */
typedef enum ispy_effect { ISPY_ADMITTED, ISPY_DENIED, ISPY_WARNED, ISPY_AUDITED } ispy_effect;

const char *ispy_way_name(ispy_way way);
const char *ispy_effect_name(ispy_effect effect);

/* What an Admission is made of. All borrowed. */
typedef struct ispy_verdict_row {
    PyObject *name;      /* str */
    PyObject *path;      /* str or None */
    PyObject *contracts; /* tuple of str */
    PyObject *report;    /* a Report, or None where there is nothing to say */
    ispy_way way;
    bool bound; /* what was validated is what runs */
    ispy_verdict verdict;
    ispy_effect effect;
    ispy_mode mode; /* the strictest of its contracts' */
    uint64_t validation_ns;
    uint64_t confirmation_ns;
    int64_t time_ns; /* UTC */
} ispy_verdict_row;

/* New reference. */
PyObject *ispy_admission_object_new(ispy_state *state, const ispy_verdict_row *row);

#endif
