/* importspy.Rule: a rule as `importspy rules` lists it. */
#include "binding/rule_type.h"

#include "binding/convert.h"
#include "binding/record.h"

enum { CODE, CLAUSE, TITLE, SEVERITY, ANCHOR, RULE_FIELDS };

static PyMemberDef members[] = {
    ISPY_RECORD_FIELD("code", CODE, "'ISPY301'; never used for anything else."),
    ISPY_RECORD_FIELD("clause", CLAUSE, "The contract's key that it holds: 'functions'."),
    ISPY_RECORD_FIELD("title", TITLE, "What it finds, in a few words."),
    ISPY_RECORD_FIELD("severity", SEVERITY, "'error', 'warn' or 'off', unless a contract says otherwise."),
    ISPY_RECORD_FIELD("anchor", ANCHOR, "Its place in docs/rules.md."),
    {NULL, 0, 0, 0, NULL},
};

static PyObject *rule_from_info(ispy_state *state, ispy_rule_info info) {
    const char *texts[RULE_FIELDS] = {info.code, info.clause, info.title, ispy_severity_name(info.severity),
                                      info.anchor};
    PyObject *values[RULE_FIELDS] = {NULL}; /* owned */
    PyObject *rule = NULL;
    for (int i = 0; i < RULE_FIELDS; i++) {
        values[i] = PyUnicode_FromString(texts[i]);
        if (values[i] == NULL) {
            goto done;
        }
    }
    rule = ispy_record_new((PyTypeObject *)state->rule_type, values, RULE_FIELDS);
done:
    for (int i = 0; i < RULE_FIELDS; i++) {
        Py_XDECREF(values[i]);
    }
    return rule;
}

PyObject *ispy_rules_list(ispy_state *state) {
    size_t count = ispy_rule_count();
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *rule = rule_from_info(state, ispy_rule_get(i)); /* taken by the list */
        if (rule == NULL || PyList_SetItem(list, (Py_ssize_t)i, rule) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *rule_make(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    return ispy_record_parse(type, args, kwargs, members, RULE_FIELDS);
}

static PyObject *rule_repr(PyObject *self) {
    PyObject *const *fields = ((ispy_record *)self)->fields;
    return PyUnicode_FromFormat("<importspy.Rule %S: %S>", fields[CODE], fields[TITLE]);
}

static PyMethodDef methods[] = {
    {"__reduce__", ispy_record_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A rule that modules are held against."},
    {Py_tp_new, ISPY_SLOT(rule_make)},
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {Py_tp_repr, ISPY_SLOT(rule_repr)},
    {Py_tp_richcompare, ISPY_SLOT(ispy_record_richcompare)},
    {Py_tp_hash, ISPY_SLOT(ispy_record_hash)},
    {Py_tp_traverse, ISPY_SLOT(ispy_record_traverse)},
    {Py_tp_clear, ISPY_SLOT(ispy_record_clear)},
    {Py_tp_dealloc, ISPY_SLOT(ispy_record_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_rule_spec = {
    .name = "importspy.Rule",
    .basicsize = (int)ISPY_RECORD_SIZE(RULE_FIELDS),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
