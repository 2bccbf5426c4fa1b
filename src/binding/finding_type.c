/* importspy.Finding: one thing that is wrong, or that could not be proved. */
#include "binding/finding_type.h"

#include "binding/convert.h"
#include "binding/record.h"

enum {
    CODE,
    SEVERITY,
    VERDICT,
    REASON,
    SUBJECT,
    MESSAGE,
    WANTED,
    FOUND,
    HINT,
    PATH,
    LINE,
    COLUMN,
    CONTRACT_PATH,
    CONTRACT_LINE,
    CONTRACT_COLUMN,
    WAIVED,
    FINDING_FIELDS
};

static PyMemberDef members[] = {
    ISPY_RECORD_FIELD("code", CODE, "The rule: 'ISPY301'."),
    ISPY_RECORD_FIELD("severity", SEVERITY, "'error', 'warn' or 'info'; 'off' for what is waived."),
    ISPY_RECORD_FIELD("verdict", VERDICT, "'fail' or 'unprovable'."),
    ISPY_RECORD_FIELD("reason", REASON, "Why it is unprovable, by name: 'star-import'. None for a failure."),
    ISPY_RECORD_FIELD("subject", SUBJECT, "What it is about: 'Plugin.run'."),
    ISPY_RECORD_FIELD("message", MESSAGE, "One sentence without a full stop."),
    ISPY_RECORD_FIELD("wanted", WANTED, "What the contract asks for, or None."),
    ISPY_RECORD_FIELD("found", FOUND, "What the module has, or None."),
    ISPY_RECORD_FIELD("hint", HINT, "What to do about it, or None."),
    ISPY_RECORD_FIELD("path", PATH, "The module's file, or None."),
    ISPY_RECORD_FIELD("line", LINE, "In that file, from 1; None where there is no place."),
    ISPY_RECORD_FIELD("column", COLUMN, "In code points, from 1; None where there is no place."),
    ISPY_RECORD_FIELD("contract_path", CONTRACT_PATH, "The file that holds the clause, or None."),
    ISPY_RECORD_FIELD("contract_line", CONTRACT_LINE, "In that file, from 1; None where there is no place."),
    ISPY_RECORD_FIELD("contract_column", CONTRACT_COLUMN, "In code points, from 1; None where there is no place."),
    ISPY_RECORD_FIELD("waived", WAIVED, "Why the contract waives it, or None: it counts."),
    {NULL, 0, 0, 0, NULL},
};

static PyObject *place_number(ispy_span at, uint32_t number) {
    return at.line == 0 ? Py_NewRef(Py_None) : PyLong_FromUnsignedLong(number);
}

PyObject *ispy_finding_new(ispy_state *state, const ispy_finding *finding, PyObject *path) {
    PyObject *result = NULL;
    PyObject *values[FINDING_FIELDS] = {NULL}; /* owned */
    values[CODE] = PyUnicode_FromString(finding->code);
    values[SEVERITY] = PyUnicode_FromString(ispy_severity_name(finding->severity));
    values[VERDICT] = PyUnicode_FromString(ispy_verdict_name(finding->verdict));
    values[REASON] = finding->verdict == ISPY_UNPROVABLE ? PyUnicode_FromString(ispy_reason_name(finding->reason))
                                                         : Py_NewRef(Py_None);
    values[SUBJECT] = ispy_unicode_from_str(finding->subject);
    values[MESSAGE] = ispy_unicode_from_str(finding->message);
    values[WANTED] = ispy_unicode_from_str(finding->wanted);
    values[FOUND] = ispy_unicode_from_str(finding->found);
    values[HINT] = ispy_unicode_from_str(finding->hint);
    values[PATH] = Py_NewRef(path);
    values[LINE] = place_number(finding->module_at, finding->module_at.line);
    values[COLUMN] = place_number(finding->module_at, finding->module_at.column);
    values[CONTRACT_PATH] = ispy_unicode_from_path(finding->contract_path);
    values[CONTRACT_LINE] = place_number(finding->contract_at, finding->contract_at.line);
    values[CONTRACT_COLUMN] = place_number(finding->contract_at, finding->contract_at.column);
    values[WAIVED] = finding->waived != NULL ? ispy_unicode_from_str(finding->waived->reason) : Py_NewRef(Py_None);
    for (int i = 0; i < FINDING_FIELDS; i++) {
        if (values[i] == NULL) {
            goto done;
        }
    }
    result = ispy_record_new((PyTypeObject *)state->finding_type, values, FINDING_FIELDS);
done:
    for (int i = 0; i < FINDING_FIELDS; i++) {
        Py_XDECREF(values[i]);
    }
    return result;
}

static PyObject *finding_make(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    return ispy_record_parse(type, args, kwargs, members, FINDING_FIELDS);
}

static PyObject *finding_repr(PyObject *self) {
    PyObject *const *fields = ((ispy_record *)self)->fields;
    return PyUnicode_FromFormat("<importspy.Finding %S %S: %S>", fields[CODE], fields[VERDICT], fields[MESSAGE]);
}

static PyMethodDef methods[] = {
    {"__reduce__", ispy_record_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "One thing that is wrong with a module, or that could not be proved."},
    {Py_tp_new, ISPY_SLOT(finding_make)},
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {Py_tp_repr, ISPY_SLOT(finding_repr)},
    {Py_tp_richcompare, ISPY_SLOT(ispy_record_richcompare)},
    {Py_tp_hash, ISPY_SLOT(ispy_record_hash)},
    {Py_tp_traverse, ISPY_SLOT(ispy_record_traverse)},
    {Py_tp_clear, ISPY_SLOT(ispy_record_clear)},
    {Py_tp_dealloc, ISPY_SLOT(ispy_record_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_finding_spec = {
    .name = "importspy.Finding",
    .basicsize = (int)ISPY_RECORD_SIZE(FINDING_FIELDS),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
