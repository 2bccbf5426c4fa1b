/* importspy.Admission: what became of one module. Thousands of them are kept: words are small numbers here, and there
 * is a report only where it says something. Must not know: who keeps them. */
#include "binding/admission_type.h"

#include "binding/convert.h"

#include <structmember.h>

typedef struct admission_object {
    PyObject_HEAD PyObject *name; /* owned, as the next three */
    PyObject *path;
    PyObject *contracts;
    PyObject *report;
    long long validation_ns;
    long long confirmation_ns;
    long long time_ns;
    unsigned char way;
    unsigned char verdict;
    unsigned char effect;
    unsigned char mode;
    char bound;
} admission_object;

const char *ispy_way_name(ispy_way way) {
    static const char *const names[] = {"finder", "direct", "before activation", "check"};
    return (size_t)way < sizeof names / sizeof *names ? names[way] : "?";
}

const char *ispy_effect_name(ispy_effect effect) {
    static const char *const names[] = {"admitted", "denied", "warned", "audited"};
    return (size_t)effect < sizeof names / sizeof *names ? names[effect] : "?";
}

PyObject *ispy_admission_object_new(ispy_state *state, const ispy_verdict_row *row) {
    admission_object *made = PyObject_GC_New(admission_object, (PyTypeObject *)state->admission_type);
    if (made == NULL) {
        return NULL;
    }
    made->name = Py_NewRef(row->name);
    made->path = Py_NewRef(row->path);
    made->contracts = Py_NewRef(row->contracts);
    made->report = Py_NewRef(row->report);
    made->validation_ns = (long long)row->validation_ns;
    made->confirmation_ns = (long long)row->confirmation_ns;
    made->time_ns = row->time_ns;
    made->way = (unsigned char)row->way;
    made->verdict = (unsigned char)row->verdict;
    made->effect = (unsigned char)row->effect;
    made->mode = (unsigned char)row->mode;
    made->bound = row->bound;
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

static PyObject *get_way(PyObject *self, void *ignored) {
    (void)ignored;
    return PyUnicode_InternFromString(ispy_way_name((ispy_way)((admission_object *)self)->way));
}

static PyObject *get_verdict(PyObject *self, void *ignored) {
    (void)ignored;
    return PyUnicode_InternFromString(ispy_verdict_name((ispy_verdict)((admission_object *)self)->verdict));
}

static PyObject *get_outcome(PyObject *self, void *ignored) {
    (void)ignored;
    return PyUnicode_InternFromString(ispy_effect_name((ispy_effect)((admission_object *)self)->effect));
}

static PyObject *get_mode(PyObject *self, void *ignored) {
    (void)ignored;
    return PyUnicode_InternFromString(ispy_mode_name((ispy_mode)((admission_object *)self)->mode));
}

static PyObject *admission_repr(PyObject *self) {
    const admission_object *row = (admission_object *)self;
    return PyUnicode_FromFormat("<importspy.Admission %R: %s, %s>", row->name,
                                ispy_verdict_name((ispy_verdict)row->verdict),
                                ispy_effect_name((ispy_effect)row->effect));
}

static int admission_traverse(PyObject *self, visitproc visit, void *arg) {
    admission_object *row = (admission_object *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(row->name);
    Py_VISIT(row->path);
    Py_VISIT(row->contracts);
    Py_VISIT(row->report);
    return 0;
}

static void admission_dealloc(PyObject *self) {
    admission_object *row = (admission_object *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(row->name);
    Py_DECREF(row->path);
    Py_DECREF(row->contracts);
    Py_DECREF(row->report);
    PyObject_GC_Del(self);
    Py_DECREF(type);
}

static PyMemberDef members[] = {
    {"module", T_OBJECT, offsetof(admission_object, name), READONLY, "The module's dotted name."},
    {"path", T_OBJECT, offsetof(admission_object, path), READONLY, "Its file, or None."},
    {"contracts", T_OBJECT, offsetof(admission_object, contracts), READONLY, "The files of its contracts."},
    {"report", T_OBJECT, offsetof(admission_object, report), READONLY,
     "The Report, or None where there is nothing to say."},
    {"bound", T_BOOL, offsetof(admission_object, bound), READONLY, "Whether what was validated is what runs."},
    {"validation_ns", T_LONGLONG, offsetof(admission_object, validation_ns), READONLY,
     "Nanoseconds spent before it ran."},
    {"confirmation_ns", T_LONGLONG, offsetof(admission_object, confirmation_ns), READONLY,
     "Nanoseconds spent on a look at it after it ran."},
    {"time_ns", T_LONGLONG, offsetof(admission_object, time_ns), READONLY, "When: nanoseconds since 1970, UTC."},
    {NULL, 0, 0, 0, NULL},
};

static PyGetSetDef getset[] = {
    {"way", get_way, NULL, "How it came in: 'finder', 'direct' or 'before activation'.", NULL},
    {"verdict", get_verdict, NULL, "'pass', 'fail' or 'unprovable'.", NULL},
    {"outcome", get_outcome, NULL, "'admitted', 'denied', 'warned' or 'audited'.", NULL},
    {"mode", get_mode, NULL, "The strictest mode of its contracts.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "What became of one module that a contract selects."},
    {Py_tp_members, members},
    {Py_tp_getset, getset},
    {Py_tp_repr, ISPY_SLOT(admission_repr)},
    {Py_tp_traverse, ISPY_SLOT(admission_traverse)},
    {Py_tp_dealloc, ISPY_SLOT(admission_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_admission_spec = {
    .name = "importspy.Admission",
    .basicsize = sizeof(admission_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};
