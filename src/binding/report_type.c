/* importspy.Report: what came of holding one module against one or several contracts. */
#include "binding/report_type.h"

#include "binding/convert.h"
#include "binding/finding_type.h"
#include "binding/record.h"

#include <stdlib.h>

enum { MODULE, PATH, CONTRACTS, VERDICT, OK, FINDINGS, VIOLATIONS, TEXT, JSON, WAIVED, REPORT_FIELDS };

static PyMemberDef members[] = {
    ISPY_RECORD_FIELD("module", MODULE, "The module's dotted name, or None."),
    ISPY_RECORD_FIELD("path", PATH, "The module's file, or None."),
    ISPY_RECORD_FIELD("contracts", CONTRACTS, "The files of the contracts it was held against."),
    ISPY_RECORD_FIELD("verdict", VERDICT, "'pass', 'fail' or 'unprovable'; only findings of severity 'error' count."),
    ISPY_RECORD_FIELD("ok", OK, "Whether it may be imported, as far as the source can tell."),
    ISPY_RECORD_FIELD("findings", FINDINGS, "All that is wrong or unprovable."),
    ISPY_RECORD_FIELD("violations", VIOLATIONS, "Those findings that deny the module."),
    ISPY_RECORD_FIELD("text", TEXT, "The report for people."),
    ISPY_RECORD_FIELD("json", JSON, "The report for programs; docs/report.md says its keys."),
    ISPY_RECORD_FIELD("waived", WAIVED, "What would be among the findings, had the contract not waived it."),
    {NULL, 0, 0, 0, NULL},
};

ispy_verdict ispy_outcome_decision(const ispy_outcome *outcome) {
    ispy_verdict verdict = ispy_report_verdict(outcome->report);
    if (verdict != ISPY_UNPROVABLE) {
        return verdict;
    }
    switch (outcome->unprovable) {
    case ISPY_ALLOW:
        return ISPY_PASS;
    case ISPY_CONFIRM:
        return outcome->final || ispy_report_is_final(outcome->report) ? ISPY_FAIL : ISPY_UNPROVABLE;
    case ISPY_DENY:
        break;
    }
    return ISPY_FAIL;
}

static bool denies(const ispy_outcome *outcome, const ispy_finding *finding) {
    if (finding->severity != ISPY_SEVERITY_ERROR) {
        return false;
    }
    return finding->verdict == ISPY_FAIL || (finding->verdict == ISPY_UNPROVABLE && outcome->unprovable != ISPY_ALLOW &&
                                             (outcome->final || finding->is_final || outcome->unprovable == ISPY_DENY));
}

/* Where findings go; owned. */
typedef struct lists {
    PyObject *findings;
    PyObject *violations; /* those that deny: among the findings as well */
    PyObject *waived;
} lists;

/* Appends the findings of one report; -1 with an exception. */
static int append_findings(ispy_state *state, const ispy_outcome *outcome, PyObject *path, const lists *to) {
    for (size_t i = 0; i < ispy_report_count(outcome->report); i++) {
        const ispy_finding *row = ispy_report_get(outcome->report, i);
        PyObject *finding = ispy_finding_new(state, row, path); /* owned */
        int status = finding == NULL ? -1 : PyList_Append(row->waived != NULL ? to->waived : to->findings, finding);
        if (status == 0 && denies(outcome, row)) {
            status = PyList_Append(to->violations, finding);
        }
        Py_XDECREF(finding);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

typedef int (*renderer)(ispy_str *out, ispy_report *const *reports, size_t count);

static PyObject *render(renderer renders, const ispy_outcome *outcomes, size_t count) {
    PyObject *result = NULL;
    ispy_report **reports = calloc(count == 0 ? 1 : count, sizeof *reports);
    if (reports == NULL) {
        return PyErr_NoMemory();
    }
    for (size_t i = 0; i < count; i++) {
        reports[i] = outcomes[i].report;
    }
    ispy_str text = ispy_str_literal("");
    int status = count == 0 ? ISPY_OK : renders(&text, reports, count);
    if (status != ISPY_OK) {
        ispy_status_raise(status);
    } else {
        result = ispy_unicode_from_str(text);
    }
    free(reports);
    return result;
}

static PyObject *contract_paths(const ispy_outcome *outcomes, size_t count) {
    PyObject *paths = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; paths != NULL && i < count; i++) {
        PyObject *path = ispy_unicode_from_path(ispy_contract_path(ispy_report_contract(outcomes[i].report)));
        if (path == NULL || PyTuple_SetItem(paths, (Py_ssize_t)i, path) < 0) {
            Py_CLEAR(paths);
        }
    }
    return paths;
}

PyObject *ispy_report_object_new(ispy_state *state, PyObject *name, PyObject *path, const ispy_outcome *outcomes,
                                 size_t count) {
    PyObject *result = NULL;
    PyObject *values[REPORT_FIELDS] = {NULL}; /* owned */
    lists to = {PyList_New(0), PyList_New(0), PyList_New(0)};
    bool have_lists = to.findings != NULL && to.violations != NULL && to.waived != NULL;
    ispy_verdict verdict = ISPY_PASS;
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        ispy_verdict one = ispy_report_verdict(outcomes[i].report);
        verdict = one < verdict ? one : verdict;
        ok = ok && ispy_outcome_decision(&outcomes[i]) != ISPY_FAIL;
        if (!have_lists || append_findings(state, &outcomes[i], path, &to) < 0) {
            goto done;
        }
    }
    values[MODULE] = Py_NewRef(name);
    values[PATH] = Py_NewRef(path);
    values[CONTRACTS] = contract_paths(outcomes, count);
    values[VERDICT] = PyUnicode_FromString(ispy_verdict_name(verdict));
    values[OK] = PyBool_FromLong(ok);
    values[FINDINGS] = have_lists ? PyList_AsTuple(to.findings) : NULL;
    values[VIOLATIONS] = have_lists ? PyList_AsTuple(to.violations) : NULL;
    values[WAIVED] = have_lists ? PyList_AsTuple(to.waived) : NULL;
    values[TEXT] = render(ispy_reports_text, outcomes, count);
    values[JSON] = render(ispy_reports_json, outcomes, count);
    for (int i = 0; i < REPORT_FIELDS; i++) {
        if (values[i] == NULL) {
            goto done;
        }
    }
    result = ispy_record_new((PyTypeObject *)state->report_type, values, REPORT_FIELDS);
done:
    for (int i = 0; i < REPORT_FIELDS; i++) {
        Py_XDECREF(values[i]);
    }
    Py_XDECREF(to.findings);
    Py_XDECREF(to.violations);
    Py_XDECREF(to.waived);
    return result;
}

PyObject *ispy_report_object_text(PyObject *report) {
    return ((ispy_record *)report)->fields[TEXT];
}

PyObject *ispy_report_object_violations(PyObject *report) {
    return ((ispy_record *)report)->fields[VIOLATIONS];
}

PyObject *ispy_report_object_path(PyObject *report) {
    return ((ispy_record *)report)->fields[PATH];
}

static PyObject *report_make(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    return ispy_record_parse(type, args, kwargs, members, REPORT_FIELDS);
}

static PyObject *report_str(PyObject *self) {
    return PyObject_Str(ispy_report_object_text(self));
}

static PyObject *report_repr(PyObject *self) {
    PyObject *const *fields = ((ispy_record *)self)->fields;
    PyObject *subject = fields[PATH] != Py_None ? fields[PATH] : fields[MODULE];
    return PyUnicode_FromFormat("<importspy.Report %S: %S>", subject, fields[VERDICT]);
}

static PyMethodDef methods[] = {
    {"__reduce__", ispy_record_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "What came of holding one module against its contracts. str() is the report for people."},
    {Py_tp_new, ISPY_SLOT(report_make)},
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {Py_tp_str, ISPY_SLOT(report_str)},
    {Py_tp_repr, ISPY_SLOT(report_repr)},
    {Py_tp_richcompare, ISPY_SLOT(ispy_record_richcompare)},
    {Py_tp_hash, ISPY_SLOT(ispy_record_hash)},
    {Py_tp_traverse, ISPY_SLOT(ispy_record_traverse)},
    {Py_tp_clear, ISPY_SLOT(ispy_record_clear)},
    {Py_tp_dealloc, ISPY_SLOT(ispy_record_dealloc)},
    {0, NULL},
};

PyType_Spec ispy_report_spec = {
    .name = "importspy.Report",
    .basicsize = (int)ISPY_RECORD_SIZE(REPORT_FIELDS),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};
