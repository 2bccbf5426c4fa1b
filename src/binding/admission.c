/* One module before the contracts that select it. Must not know: finders, how a module is executed. */
#include "binding/admission.h"

#include "binding/context_python.h"
#include "binding/convert.h"
#include "binding/errors.h"
#include "binding/extract.h"
#include "binding/material.h"
#include "binding/path_names.h"
#include "binding/report_type.h"
#include "binding/same_code.h"
#include "binding/structure.h"
#include "binding/stub_file.h"

#include <stdlib.h>
#include <string.h>

/* One contract's view of the module. */
typedef struct opinion {
    ispy_selection selection; /* lent by admission->guards */
    ispy_outcome outcome;     /* the report is owned */
    bool settled;             /* what follows from it has followed */
} opinion;

struct ispy_admission {
    PyObject *guards;          /* owned: keeps the contracts alive */
    PyObject *name;            /* owned: str */
    PyObject *path;            /* owned: str or None */
    PyObject *code;            /* owned, or NULL */
    PyObject *bytes;           /* owned: the source, where the loader has code of its own; or NULL */
    bool from_stub;            /* what is known comes from the stub beside an extension module */
    ispy_arena *arena;         /* owned */
    const ispy_module *module; /* in the arena */
    opinion *opinions;         /* owned */
    size_t count;
};

static const char *const UNCONFIRMED = "what its source leaves open could not be confirmed";
static const char *const SAID_BY_STUB = "so says the stub beside it";
static const char *const SEEN_LIVE = "this showed when it had run";
static const char *const NOT_AS_ITS_STUB = "this showed when it had run, whatever its stub says";
static const char *const OTHER_CODE =
    "the code that was about to run is not what this source compiles to (a stale or forged .pyc file?)";

PyObject *ispy_admission_code(const ispy_admission *admission) {
    return admission->code;
}

bool ispy_admission_is_open(const ispy_admission *admission) {
    for (size_t i = 0; i < admission->count; i++) {
        if (!admission->opinions[i].settled) {
            return true;
        }
    }
    return false;
}

bool ispy_admission_is_doubted(const ispy_admission *admission) {
    return admission->bytes != NULL || admission->from_stub;
}

PyObject *ispy_admission_bytes(const ispy_admission *admission) {
    return admission->bytes;
}

PyObject *ispy_admission_path(const ispy_admission *admission) {
    return admission->path != NULL ? admission->path : Py_None;
}

void ispy_admission_free(ispy_admission *admission) {
    if (admission == NULL) {
        return;
    }
    for (size_t i = 0; i < admission->count; i++) {
        ispy_report_free(admission->opinions[i].outcome.report);
    }
    free(admission->opinions);
    ispy_arena_free(admission->arena);
    Py_XDECREF(admission->name);
    Py_XDECREF(admission->path);
    Py_XDECREF(admission->code);
    Py_XDECREF(admission->bytes);
    Py_XDECREF(admission->guards); /* last: what the reports borrow is in there */
    free(admission);
}

int ispy_admission_traverse(const ispy_admission *admission, visitproc visit, void *arg) {
    if (admission != NULL) {
        Py_VISIT(admission->guards);
        Py_VISIT(admission->name);
        Py_VISIT(admission->path);
        Py_VISIT(admission->code);
    }
    return 0;
}

/* --- what follows from the opinions ----------------------------------------------------------------------------------
 */

/* A Report of the opinions of that mode that have something to say, or NULL with an exception. */
static PyObject *gather(ispy_state *state, const ispy_admission *admission, ispy_mode mode) {
    ispy_outcome *outcomes = calloc(admission->count + 1, sizeof *outcomes);
    if (outcomes == NULL) {
        return PyErr_NoMemory();
    }
    size_t count = 0;
    for (size_t i = 0; i < admission->count; i++) {
        const opinion *o = &admission->opinions[i];
        if (o->selection.mode == mode && ispy_report_count(o->outcome.report) > 0) {
            outcomes[count++] = o->outcome;
        }
    }
    PyObject *report = ispy_report_object_new(state, admission->name, admission->path, outcomes, count);
    free(outcomes);
    return report;
}

static int audit(ispy_state *state, const ispy_admission *admission, const opinion *o) {
    PyObject *path = ispy_unicode_from_path(ispy_contract_path(o->selection.contract)); /* owned */
    PyObject *result = NULL;                                                            /* owned */
    if (path != NULL) {
        result =
            PyObject_CallFunction(state->audit_function, "sOOsO", "importspy.verdict", admission->name, admission->path,
                                  ispy_verdict_name(ispy_report_verdict(o->outcome.report)), path);
    }
    int status = result == NULL ? -1 : 0;
    Py_XDECREF(path);
    Py_XDECREF(result);
    return status;
}

/* Acts on every opinion that is not settled and no longer open. -1: denied, or an exception. */
static int settle(ispy_state *state, ispy_admission *admission, const char *note) {
    bool denied = false;
    bool warned = false;
    for (size_t i = 0; i < admission->count; i++) {
        opinion *o = &admission->opinions[i];
        ispy_verdict decision = ispy_outcome_decision(&o->outcome);
        if (o->settled || decision == ISPY_UNPROVABLE) {
            continue;
        }
        o->settled = true;
        denied = denied || (decision == ISPY_FAIL && o->selection.mode == ISPY_MODE_ENFORCE);
        warned = warned || (decision == ISPY_FAIL && o->selection.mode == ISPY_MODE_WARN);
        if (o->selection.mode == ISPY_MODE_AUDIT && audit(state, admission, o) < 0) {
            return -1;
        }
    }
    if (!denied && !warned) {
        return 0;
    }
    PyObject *report = gather(state, admission, denied ? ISPY_MODE_ENFORCE : ISPY_MODE_WARN); /* owned */
    if (report == NULL) {
        return -1;
    }
    int status = denied ? ispy_violation_raise(state, admission->name, report, note)
                        : ispy_violation_warn(state, admission->name, report, note);
    Py_DECREF(report);
    return status;
}

/* "could not be confirmed" where that is all that is wrong. */
static const char *choose_note(const ispy_admission *admission, const char *otherwise) {
    bool unconfirmed = false;
    for (size_t i = 0; i < admission->count; i++) {
        const opinion *o = &admission->opinions[i];
        ispy_verdict verdict = ispy_report_verdict(o->outcome.report);
        if (verdict == ISPY_FAIL) {
            return otherwise;
        }
        unconfirmed =
            unconfirmed || (verdict == ISPY_UNPROVABLE && o->outcome.final && o->selection.unprovable == ISPY_CONFIRM);
    }
    return unconfirmed ? UNCONFIRMED : otherwise;
}

/* --- validation before execution -------------------------------------------------------------------------------------
 */

/* Compiles the tree. What cannot be compiled cannot be validated either: the structure becomes unreadable. */
static int compile_tree(ispy_state *state, ispy_admission *admission, const ispy_subject *subject, PyObject *tree) {
    PyObject *args = Py_BuildValue("(OOs)", tree, subject->path, "exec"); /* owned */
    PyObject *kwargs = Py_BuildValue("{s:O}", "dont_inherit", Py_True);   /* owned */
    PyObject *type = NULL, *value = NULL, *traceback = NULL;              /* owned */
    PyObject *sentence = NULL;                                            /* owned */
    int status = -1;
    if (args == NULL || kwargs == NULL) {
        goto done;
    }
    admission->code = PyObject_Call(state->ast.compile, args, kwargs);
    if (admission->code != NULL || !PyErr_ExceptionMatches(PyExc_Exception)) {
        status = admission->code != NULL ? 0 : -1;
        goto done;
    }
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    sentence = PyUnicode_FromFormat("it cannot be compiled: %S", value);
    if (sentence != NULL) {
        status = ispy_structure_unreadable(&admission->module, admission->arena, subject, sentence);
    }
done:
    Py_XDECREF(args);
    Py_XDECREF(kwargs);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    Py_XDECREF(sentence);
    return status;
}

/* What the stub says, or nothing where it cannot be read: then the running module shows. */
static int extract_stub(ispy_state *state, ispy_admission *admission, const ispy_subject *subject,
                        const ispy_material *material) {
    const ispy_module *stub = NULL; /* in the arena */
    if (ispy_extract_from_source(&state->ast, admission->arena, material->bytes, material->stub_path, admission->name,
                                 subject->is_package, NULL, &stub, NULL) < 0) {
        return -1;
    }
    if (stub->unreadable.data != NULL) {
        return ispy_structure_opaque(&admission->module, admission->arena, subject);
    }
    admission->from_stub = true;
    admission->module = stub;
    return ispy_stub_file_interpret(stub, admission->arena);
}

/* Whether all the contracts let compiled code in without its source. */
static bool allow_sourceless(const ispy_selections *selections) {
    for (size_t i = 0; i < selections->count; i++) {
        if (!ispy_contract_allows_sourceless(selections->items[i].contract)) {
            return false;
        }
    }
    return true;
}

/* Holds the code that somebody else is about to execute against the source that was validated. */
static int hold_code_against(ispy_state *state, ispy_admission *admission, const ispy_subject *subject,
                             PyObject *source, PyObject *code) {
    int same = ispy_code_same(state, admission->code, code);
    if (same == 0) {
        same = ispy_code_is_of_source(state, code, source, subject->path);
    }
    if (same != 0) {
        return same < 0 ? -1 : 0;
    }
    PyObject *sentence = PyUnicode_FromString(OTHER_CODE); /* owned */
    int status =
        sentence == NULL ? -1 : ispy_structure_unreadable(&admission->module, admission->arena, subject, sentence);
    Py_XDECREF(sentence);
    return status;
}

/* Structure and, for a loader in whose place we may execute, code. */
static int extract(ispy_state *state, ispy_admission *admission, const ispy_application *application,
                   const ispy_selections *selections, const ispy_material *material) {
    const ispy_subject subject = {admission->name, admission->path, application->identity->is_package};
    if (material->kind == ISPY_MATERIAL_MISSING ||
        (material->kind == ISPY_MATERIAL_SOURCELESS && !allow_sourceless(selections))) {
        return ispy_structure_unreadable(&admission->module, admission->arena, &subject, material->sentence);
    }
    if (material->kind == ISPY_MATERIAL_STUB) {
        return extract_stub(state, admission, &subject, material);
    }
    if (material->kind != ISPY_MATERIAL_SOURCE) {
        return ispy_structure_opaque(&admission->module, admission->arena, &subject);
    }
    PyObject *tree = NULL;  /* owned */
    PyObject *label = NULL; /* owned: what compile() calls the file */
    label = admission->path != Py_None ? Py_NewRef(admission->path) : PyUnicode_FromFormat("<%U>", admission->name);
    int status = label == NULL ? -1
                               : ispy_extract_from_source(&state->ast, admission->arena, material->bytes, label,
                                                          admission->name, subject.is_package, NULL, &admission->module,
                                                          material->bound ? &tree : NULL);
    Py_XDECREF(label);
    if (status == 0 && tree != NULL) {
        status = compile_tree(state, admission, &subject, tree);
    }
    if (status == 0 && admission->code != NULL && application->code != NULL) {
        status = hold_code_against(state, admission, &subject, material->bytes, application->code);
    }
    Py_XDECREF(tree);
    return status;
}

static int hold_against(ispy_state *state, ispy_admission *admission, opinion *o) {
    ispy_context context;
    if (ispy_context_capture(state, &context, o->selection.set, NULL, admission->arena) < 0) {
        return -1;
    }
    int status = ispy_check(&o->outcome.report, o->selection.contract, admission->module, &context);
    return status == ISPY_OK ? 0 : ispy_status_raise(status);
}

static int hold_against_all(ispy_state *state, ispy_admission *admission, const ispy_selections *selections,
                            bool final) {
    admission->opinions = calloc(selections->count, sizeof *admission->opinions);
    if (admission->opinions == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    bool wants_version = false;
    for (size_t i = 0; i < selections->count; i++) {
        wants_version = wants_version || ispy_contract_wants_version(selections->items[i].contract);
    }
    if (wants_version && ispy_structure_add_version(state, &admission->module, admission->arena, admission->name) < 0) {
        return -1;
    }
    for (size_t i = 0; i < selections->count; i++) {
        opinion *o = &admission->opinions[i];
        o->selection = selections->items[i];
        o->outcome.unprovable = o->selection.unprovable;
        o->outcome.final = final;
        if (hold_against(state, admission, o) < 0) {
            return -1;
        }
        admission->count++;
    }
    return 0;
}

static int validate(ispy_state *state, ispy_admission *admission, const ispy_application *application,
                    const ispy_selections *selections) {
    ispy_material material;
    int status = ispy_material_read(state, &material, application->loader, application->identity);
    if (status == 0) {
        admission->path = Py_NewRef(material.path);
        admission->bytes = material.bound || material.kind != ISPY_MATERIAL_SOURCE ? NULL : Py_XNewRef(material.bytes);
        status = extract(state, admission, application, selections, &material);
    }
    ispy_material_clear(&material);
    if (status < 0 || hold_against_all(state, admission, selections, application->runs_elsewhere) < 0) {
        return -1;
    }
    return settle(state, admission, choose_note(admission, admission->from_stub ? SAID_BY_STUB : NULL));
}

/* Those contracts in force that select the module, by one of its names or its path. */
static int select_contracts(const ispy_application *application, PyObject *guards, ispy_selections *out) {
    int status = ispy_identity_select(application->identity, guards, out);
    if (status == 0 && application->known_as != NULL) {
        status = ispy_identity_select(application->known_as, guards, out);
    }
    const ispy_paths *paths = &application->identity->paths;
    for (int i = 0; status == 0 && application->by_place && i < paths->count; i++) {
        PyObject *name = NULL; /* owned */
        status = ispy_path_names_select(guards, ispy_paths_get(paths, i), paths, out, &name);
        Py_XDECREF(name);
    }
    return status;
}

ispy_admission *ispy_admission_new(ispy_state *state, const ispy_application *application) {
    ispy_selections found = {NULL, 0, 0, false}; /* owned */
    const ispy_selections *selections = application->selections != NULL ? application->selections : &found;
    ispy_admission *admission = calloc(1, sizeof *admission);
    int status = -1;
    if (admission == NULL || (admission->arena = ispy_arena_new()) == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    admission->guards = Py_NewRef(application->guards != NULL ? application->guards : state->guards);
    admission->name = Py_NewRef(application->identity->name);
    if (selections == &found && select_contracts(application, admission->guards, &found) < 0) {
        goto done;
    }
    status = selections->count == 0 ? 0 : validate(state, admission, application, selections);
done:
    free(found.items);
    if (status < 0) {
        ispy_admission_free(admission);
        admission = NULL;
    }
    return admission;
}

/* --- confirmation after execution ------------------------------------------------------------------------------------
 */

/* What the running module shows in place of what its source left open. With `all`, what was proved counts only as far
 * as the module does not refute it. NULL in `*out`: nothing new. */
static int ask_live(ispy_report **out, const opinion *o, const ispy_module *live, const ispy_context *context,
                    bool all) {
    *out = NULL;
    int status = all ? ispy_check(out, o->selection.contract, live, context) : ISPY_OK;
    if (status != ISPY_OK || (*out != NULL && ispy_report_verdict(*out) == ISPY_FAIL)) {
        return status;
    }
    ispy_report_free(*out);
    *out = NULL;
    return o->settled ? ISPY_OK : ispy_confirm(out, o->outcome.report, live, context);
}

static int look_again(ispy_state *state, ispy_admission *admission, opinion *o, const ispy_module *live, bool all) {
    ispy_context context;
    ispy_report *report = NULL; /* owned */
    if (ispy_context_capture(state, &context, o->selection.set, NULL, admission->arena) < 0) {
        return -1;
    }
    int status = ask_live(&report, o, live, &context, all);
    if (status != ISPY_OK) {
        return ispy_status_raise(status);
    }
    if (report != NULL) {
        ispy_report_free(o->outcome.report);
        o->outcome.report = report;
        o->outcome.final = true;
        o->settled = false;
    }
    return 0;
}

int ispy_admission_confirm(ispy_state *state, ispy_admission *admission, PyObject *live, bool replaced) {
    const ispy_module *structure = NULL; /* in the arena */
    bool all = replaced || ispy_admission_is_doubted(admission);
    bool readable = admission->module != NULL && admission->module->unreadable.data == NULL;
    if (!readable) {
        return 0;
    }
    if (ispy_extract_from_live(&state->ast, admission->arena, live, admission->module, &structure) < 0) {
        return -1;
    }
    if (admission->from_stub) {
        ispy_stub_file_lend(structure, admission->module);
    }
    for (size_t i = 0; i < admission->count; i++) {
        opinion *o = &admission->opinions[i];
        bool proved = o->settled && ispy_report_verdict(o->outcome.report) == ISPY_PASS;
        if ((!o->settled || (all && proved)) && look_again(state, admission, o, structure, all) < 0) {
            return -1;
        }
    }
    return settle(state, admission, choose_note(admission, admission->from_stub ? NOT_AS_ITS_STUB : SEEN_LIVE));
}
