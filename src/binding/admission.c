/* One module before the contracts that select it. Must not know: finders, how a module is executed. */
#include "binding/admission.h"

#include "binding/clock.h"
#include "binding/context_python.h"
#include "binding/convert.h"
#include "binding/errors.h"
#include "binding/extract.h"
#include "binding/followed.h"
#include "binding/path_names.h"
#include "binding/reading.h"
#include "binding/register.h"
#include "binding/report_type.h"
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
    PyObject *guards;                /* owned: keeps the contracts alive */
    ispy_arena *arena;               /* owned */
    ispy_reading reading;            /* owned; what is known of the module */
    ispy_followed_modules *followed; /* owned; NULL: names are not followed into other modules */
    opinion *opinions;               /* owned */
    size_t count;
    ispy_way way;
    bool has_run;     /* what is being said now is said of a module that has run */
    bool told;        /* the register knows */
    uint64_t started; /* the clock, when what goes on now began */
    uint64_t validation_ns;
};

static const char *const UNCONFIRMED = "what its source leaves open could not be confirmed";
static const char *const SAID_BY_STUB = "so says the stub beside it";
static const char *const SEEN_LIVE = "this showed when it had run";
static const char *const NOT_AS_ITS_STUB = "this showed when it had run, whatever its stub says";
static const char *const TOO_LATE = "it was imported before the contract was in force";

PyObject *ispy_admission_code(const ispy_admission *admission) {
    return admission->reading.code;
}

PyObject *ispy_admission_path(const ispy_admission *admission) {
    return admission->reading.path != NULL ? admission->reading.path : Py_None;
}

bool ispy_admission_is_untouched(const ispy_admission *admission) {
    return admission->reading.untouched;
}

bool ispy_admission_is_open(const ispy_admission *admission) {
    for (size_t i = 0; i < admission->count; i++) {
        if (!admission->opinions[i].settled) {
            return true;
        }
    }
    return false;
}

bool ispy_admission_follows(const ispy_admission *admission) {
    for (size_t i = 0; i < admission->count; i++) {
        if (ispy_report_follows(admission->opinions[i].outcome.report)) {
            return true;
        }
    }
    return false;
}

bool ispy_admission_is_doubted(const ispy_admission *admission) {
    return ispy_admission_bytes(admission) != NULL || admission->reading.from_stub || ispy_admission_follows(admission);
}

PyObject *ispy_admission_bytes(const ispy_admission *admission) {
    return admission->reading.bound ? NULL : admission->reading.source;
}

void ispy_admission_free(ispy_admission *admission) {
    if (admission == NULL) {
        return;
    }
    for (size_t i = 0; i < admission->count; i++) {
        ispy_report_free(admission->opinions[i].outcome.report);
    }
    free(admission->opinions);
    ispy_followed_free(admission->followed);
    ispy_arena_free(admission->arena);
    ispy_reading_clear(&admission->reading);
    Py_XDECREF(admission->guards); /* last: what the reports borrow is in there */
    free(admission);
}

int ispy_admission_traverse(const ispy_admission *admission, visitproc visit, void *arg) {
    if (admission != NULL) {
        Py_VISIT(admission->guards);
        Py_VISIT(admission->reading.name);
        Py_VISIT(admission->reading.path);
        Py_VISIT(admission->reading.code);
    }
    return 0;
}

/* --- what follows from the opinions ----------------------------------------------------------------------------------
 */

enum { ANY_MODE = -1 };

/* A Report of the opinions of that mode that have something to say, or NULL with an exception. */
static PyObject *gather(ispy_state *state, const ispy_admission *admission, int mode) {
    ispy_outcome *outcomes = calloc(admission->count + 1, sizeof *outcomes);
    if (outcomes == NULL) {
        return PyErr_NoMemory();
    }
    size_t count = 0;
    for (size_t i = 0; i < admission->count; i++) {
        const opinion *o = &admission->opinions[i];
        if ((mode == ANY_MODE || (int)o->selection.mode == mode) && ispy_report_count(o->outcome.report) > 0) {
            outcomes[count++] = o->outcome;
        }
    }
    PyObject *report =
        count == 0 && mode == ANY_MODE
            ? Py_NewRef(Py_None)
            : ispy_report_object_new(state, admission->reading.name, admission->reading.path, outcomes, count);
    free(outcomes);
    return report;
}

/* --- what the register is told ---------------------------------------------------------------------------------------
 */

/* The files of all its contracts, a new tuple; equal texts are one object, however many modules there are. */
static PyObject *contract_paths(const ispy_admission *admission) {
    PyObject *paths = PyTuple_New((Py_ssize_t)admission->count);
    for (size_t i = 0; paths != NULL && i < admission->count; i++) {
        PyObject *path = ispy_unicode_from_path(ispy_contract_path(admission->opinions[i].selection.contract));
        if (path != NULL) {
            PyUnicode_InternInPlace(&path);
        }
        if (path == NULL || PyTuple_SetItem(paths, (Py_ssize_t)i, path) < 0) {
            Py_CLEAR(paths);
        }
    }
    return paths;
}

/* The worst verdict, the strictest mode, and what follows. */
static void fold(const ispy_admission *admission, ispy_verdict_row *row) {
    static const ispy_effect effects[] = {ISPY_DENIED, ISPY_WARNED, ISPY_AUDITED};
    row->verdict = ISPY_PASS;
    row->mode = ISPY_MODE_AUDIT;
    row->effect = ISPY_ADMITTED;
    ispy_mode worst = ISPY_MODE_OFF;
    for (size_t i = 0; i < admission->count; i++) {
        const opinion *o = &admission->opinions[i];
        ispy_verdict verdict = ispy_report_verdict(o->outcome.report);
        row->verdict = verdict < row->verdict ? verdict : row->verdict;
        row->mode = o->selection.mode < row->mode ? o->selection.mode : row->mode;
        if (o->settled && o->selection.mode < worst && ispy_outcome_decision(&o->outcome) == ISPY_FAIL) {
            worst = o->selection.mode;
            row->effect = effects[worst];
        }
    }
    if (row->effect == ISPY_DENIED && admission->way == ISPY_WAY_BEFORE) {
        row->effect = ISPY_WARNED; /* it is in already */
    }
}

/* Marks its contracts as met, and has a row for it added. `report` says what is wrong with it; NULL: to be gathered. */
static int inform(ispy_state *state, ispy_admission *admission, PyObject *report, bool refused) {
    PyObject *contracts = contract_paths(admission);                                          /* owned */
    PyObject *said = report != NULL ? Py_NewRef(report) : gather(state, admission, ANY_MODE); /* owned */
    ispy_outcome *outcomes = calloc(admission->count + 1, sizeof *outcomes);                  /* owned */
    int status = -1;
    if (contracts == NULL || said == NULL || outcomes == NULL) {
        status = outcomes == NULL ? ispy_status_raise(ISPY_ENOMEM) : -1;
        goto done;
    }
    uint64_t spent = ispy_clock_monotonic() - admission->started;
    ispy_verdict_row row = {
        .name = admission->reading.name, .path = admission->reading.path, .contracts = contracts, .report = said};
    fold(admission, &row);
    row.effect = refused ? ISPY_DENIED : row.effect;
    row.way = admission->way;
    row.validation_ns = admission->has_run ? admission->validation_ns : spent;
    row.confirmation_ns = admission->has_run ? spent : 0;
    row.bound = admission->reading.bound;
    for (size_t i = 0; i < admission->count; i++) {
        const opinion *o = &admission->opinions[i];
        outcomes[i] = o->outcome;
        if (admission->way != ISPY_WAY_BEFORE && ispy_guard_meet(o->selection.guard, o->selection.contract) < 0) {
            goto done;
        }
    }
    admission->told = true;
    status = ispy_register_add(state, &row, outcomes, admission->count);
done:
    Py_XDECREF(contracts);
    Py_XDECREF(said);
    free(outcomes);
    return status;
}

/* As above while an exception is set, which stays unless there is a new one. */
static void inform_of_failure(ispy_state *state, ispy_admission *admission, PyObject *report, bool refused) {
    PyObject *type = NULL, *value = NULL, *traceback = NULL; /* owned */
    PyErr_Fetch(&type, &value, &traceback);
    inform(state, admission, report, refused);
    PyErr_Clear();
    PyErr_Restore(type, value, traceback);
}

/* What follows for a module that breaks a contract. -1: it is denied, or an exception. */
static int act(ispy_state *state, ispy_admission *admission, bool denied, const char *note) {
    PyObject *report = gather(state, admission, denied ? ISPY_MODE_ENFORCE : ISPY_MODE_WARN); /* owned */
    int status = -1;
    if (report == NULL) {
        return -1;
    }
    if (denied && admission->way != ISPY_WAY_BEFORE) {
        status = inform(state, admission, report, false);
        status = status < 0 ? -1 : ispy_violation_raise(state, admission->reading.name, report, note);
    } else if (ispy_violation_warn(state, admission->reading.name, report, note) < 0) {
        inform_of_failure(state, admission, report, admission->way != ISPY_WAY_BEFORE);
    } else {
        status = ispy_admission_is_open(admission) ? 0 : inform(state, admission, report, false);
    }
    Py_DECREF(report);
    return status;
}

/* Acts on every opinion that is not settled and no longer open. -1: denied, or an exception. */
static int settle(ispy_state *state, ispy_admission *admission, const char *note) {
    bool denied = false;
    bool warned = false;
    bool news = false;
    for (size_t i = 0; i < admission->count; i++) {
        opinion *o = &admission->opinions[i];
        ispy_verdict decision = ispy_outcome_decision(&o->outcome);
        if (o->settled || decision == ISPY_UNPROVABLE) {
            continue;
        }
        o->settled = news = true;
        denied = denied || (decision == ISPY_FAIL && o->selection.mode == ISPY_MODE_ENFORCE);
        warned = warned || (decision == ISPY_FAIL && o->selection.mode == ISPY_MODE_WARN);
    }
    if (denied || warned) {
        return act(state, admission, denied, note);
    }
    /* A module that put another object in its place is told of again only where that has changed something. */
    return ispy_admission_is_open(admission) || (admission->told && !news) ? 0 : inform(state, admission, NULL, false);
}

void ispy_admission_abandon(ispy_state *state, ispy_admission *admission) {
    admission->has_run = true;
    admission->started = ispy_clock_monotonic();
    inform_of_failure(state, admission, NULL, false);
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
        bool final = o->outcome.final || ispy_report_is_final(o->outcome.report);
        unconfirmed = unconfirmed || (verdict == ISPY_UNPROVABLE && final && o->selection.unprovable == ISPY_CONFIRM);
    }
    return unconfirmed ? UNCONFIRMED : otherwise;
}

/* --- validation before execution -------------------------------------------------------------------------------------
 */

static int take_context(ispy_state *state, ispy_context *out, const ispy_admission *admission, const opinion *o) {
    return ispy_context_capture(state, out, ispy_contract_needs(o->selection.contract),
                                ispy_guard_host(o->selection.guard), admission->reading.name, admission->arena);
}

/* Whether what the files of other modules refute is refuted: the module will find just these. 1, 0, or -1. */
static int is_certain(ispy_state *state, ispy_admission *admission) {
    if (ispy_reading_need_text(state, &admission->reading) < 0) {
        return -1;
    }
    return ispy_followed_are_certain(admission->followed, admission->reading.module->source);
}

/* A module that fails because of what another file says is denied before it runs only where that is the file which it
 * is going to find; otherwise what it finds will show. */
static int hold_against(ispy_state *state, ispy_admission *admission, opinion *o) {
    ispy_context context;
    ispy_report **report = &o->outcome.report;
    const ispy_sources *sources = admission->followed != NULL ? ispy_followed_sources(admission->followed) : NULL;
    if (take_context(state, &context, admission, o) < 0) {
        return -1;
    }
    int status = ispy_check_following(report, o->selection.contract, admission->reading.module, &context, sources);
    if (status == ISPY_OK && ispy_report_follows(*report) && ispy_report_verdict(*report) == ISPY_FAIL) {
        int certain = is_certain(state, admission);
        if (certain <= 0) {
            ispy_report_free(*report);
            *report = NULL;
            status = certain < 0 ? ISPY_EFOREIGN
                                 : ispy_check(report, o->selection.contract, admission->reading.module, &context);
        }
    }
    return status == ISPY_OK ? 0 : ispy_status_raise(status);
}

static int hold_against_all(ispy_state *state, ispy_admission *admission, const ispy_selections *selections,
                            bool final) {
    admission->opinions = calloc(selections->count, sizeof *admission->opinions);
    if (admission->opinions == NULL) {
        return ispy_status_raise(ISPY_ENOMEM);
    }
    bool wants_version = false;
    bool findings = false;
    for (size_t i = 0; i < selections->count; i++) {
        wants_version = wants_version || ispy_contract_wants_version(selections->items[i].contract);
    }
    if (wants_version &&
        ispy_structure_add_version(state, &admission->reading.module, admission->arena, admission->reading.name) < 0) {
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
        findings = findings || ispy_report_count(o->outcome.report) > 0;
    }
    return findings ? ispy_reading_need_text(state, &admission->reading) : 0;
}

/* Whether all the contracts that apply here let compiled code in without its source. -1 with an exception. */
static int allow_sourceless(ispy_state *state, const ispy_selections *selections) {
    for (size_t i = 0; i < selections->count; i++) {
        const ispy_selection *selection = &selections->items[i];
        int applies = ispy_contract_allows_sourceless(selection->contract)
                          ? 0
                          : ispy_contract_applies_here(state, selection->contract, ispy_guard_host(selection->guard));
        if (applies != 0) {
            return applies < 0 ? -1 : 0;
        }
    }
    return 1;
}

/* Whether one of the contracts asks what the module makes use of. */
static bool want_uses(const ispy_selections *selections) {
    bool wants = false;
    for (size_t i = 0; i < selections->count; i++) {
        wants = wants || ispy_contract_wants_uses(selections->items[i].contract);
    }
    return wants;
}

/* From here on names are followed; nothing is looked for before a clause asks. */
static int follow(ispy_state *state, ispy_admission *admission) {
    admission->followed = ispy_followed_new(state, NULL);
    return admission->followed == NULL ? -1 : 0;
}

/* As the contracts want it. `looks_only`: see ispy_reading_task. */
static int read_module(ispy_state *state, ispy_admission *admission, const ispy_application *application,
                       const ispy_selections *selections, bool looks_only) {
    int allows = allow_sourceless(state, selections);
    const ispy_reading_task task = {
        .loader = application->loader,
        .identity = application->identity,
        .code = application->code,
        .allows_sourceless = allows > 0,
        .wants_uses = want_uses(selections),
        .looks_only = looks_only,
    };
    return allows < 0 ? -1 : ispy_reading_read(state, &admission->reading, &task);
}

static int validate(ispy_state *state, ispy_admission *admission, const ispy_application *application,
                    const ispy_selections *selections) {
    int status = read_module(state, admission, application, selections, false);
    if (status == 0 && !application->runs_elsewhere) {
        status = follow(state, admission);
    }
    if (status < 0 || hold_against_all(state, admission, selections, application->runs_elsewhere) < 0) {
        return -1;
    }
    status = settle(state, admission, choose_note(admission, admission->reading.from_stub ? SAID_BY_STUB : NULL));
    admission->validation_ns = ispy_clock_monotonic() - admission->started;
    return status;
}

/* Those contracts in force that select the module, by one of its names or its path. */
static int select_contracts(const ispy_application *application, PyObject *guards, ispy_selections *out) {
    int status = ispy_identity_select(application->identity, guards, out);
    if (status == 0 && application->known_as != NULL) {
        status = ispy_identity_select(application->known_as, guards, out);
    }
    if (status < 0 || !application->by_place) {
        return status;
    }
    ispy_paths spare;
    const ispy_paths *paths = NULL;
    status = ispy_identity_spell(application->identity, &spare, &paths);
    PyObject *name = NULL; /* owned */
    if (status == 0) {
        status = ispy_path_names_select(guards, paths, out, &name);
    }
    Py_XDECREF(name);
    ispy_paths_clear(&spare);
    return status;
}

/* An admission that knows what it is about, and the contracts to meet, in `found` unless the application names them;
 * nothing is read yet. */
static ispy_admission *begin(ispy_state *state, const ispy_application *application, ispy_selections *found) {
    uint64_t now = ispy_clock_monotonic();
    ispy_admission *admission = calloc(1, sizeof *admission);
    if (admission == NULL || (admission->arena = ispy_arena_new()) == NULL) {
        ispy_admission_free(admission);
        PyErr_NoMemory();
        return NULL;
    }
    admission->started = now;
    admission->way = application->way;
    admission->guards = Py_NewRef(application->guards != NULL ? application->guards : state->guards);
    admission->reading.arena = admission->arena;
    admission->reading.name = Py_NewRef(application->identity->name);
    if (application->selections == NULL && select_contracts(application, admission->guards, found) < 0) {
        ispy_admission_free(admission);
        return NULL;
    }
    return admission;
}

ispy_admission *ispy_admission_new(ispy_state *state, const ispy_application *application) {
    ispy_selections found = {NULL, 0, 0, false}; /* owned */
    const ispy_selections *selections = application->selections != NULL ? application->selections : &found;
    ispy_admission *admission = begin(state, application, &found);
    if (admission != NULL && selections->count > 0 && validate(state, admission, application, selections) < 0) {
        ispy_admission_free(admission);
        admission = NULL;
    }
    free(found.items);
    return admission;
}

/* --- confirmation after execution ------------------------------------------------------------------------------------
 */

/* What the running module shows in place of what its source left open. With `all`, what was proved counts only as far
 * as the module does not refute it. NULL in `*out`: nothing new. */
static int ask_live(ispy_report **out, const opinion *o, const ispy_module *live, const ispy_context *context,
                    const ispy_sources *sources, bool all) {
    *out = NULL;
    int status = all ? ispy_check(out, o->selection.contract, live, context) : ISPY_OK;
    if (status != ISPY_OK || (*out != NULL && ispy_report_verdict(*out) == ISPY_FAIL)) {
        return status;
    }
    ispy_report_free(*out);
    *out = NULL;
    return o->settled ? ISPY_OK : ispy_confirm_following(out, o->outcome.report, live, context, sources);
}

static int look_again(ispy_state *state, ispy_admission *admission, opinion *o, const ispy_module *live, bool all) {
    ispy_context context;
    ispy_report *report = NULL; /* owned */
    if (take_context(state, &context, admission, o) < 0) {
        return -1;
    }
    const ispy_sources *sources = NULL;
    if (admission->followed != NULL && ispy_report_follows(o->outcome.report)) {
        sources = ispy_followed_sources(admission->followed);
    }
    int status = ask_live(&report, o, live, &context, sources, all);
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
    admission->started = ispy_clock_monotonic();
    admission->has_run = true;
    bool all = replaced || ispy_admission_is_doubted(admission);
    bool readable = admission->reading.module != NULL && admission->reading.module->unreadable.data == NULL;
    if (!readable) {
        return 0;
    }
    if (ispy_extract_from_live(&state->ast, admission->arena, live, admission->reading.module, &structure) < 0) {
        return -1;
    }
    if (admission->reading.from_stub) {
        ispy_stub_file_lend(structure, admission->reading.module);
    }
    for (size_t i = 0; i < admission->count; i++) {
        opinion *o = &admission->opinions[i];
        bool proved = o->settled && ispy_report_verdict(o->outcome.report) == ISPY_PASS;
        if ((!o->settled || (all && proved)) && look_again(state, admission, o, structure, all) < 0) {
            return -1;
        }
    }
    return settle(state, admission, choose_note(admission, admission->reading.from_stub ? NOT_AS_ITS_STUB : SEEN_LIVE));
}

/* --- without an import ----------------------------------------------------------------------------------------------
 */

/* The structure that its source shows, or an opaque one; compiles nothing. */
static int read_only(ispy_state *state, ispy_admission *admission, const ispy_application *application,
                     const ispy_selections *selections, bool lenient) {
    const ispy_subject subject = {admission->reading.name, application->identity->origin,
                                  application->identity->is_package};
    int status = read_module(state, admission, application, selections, true);
    admission->reading.bound = admission->reading.bound && admission->way != ISPY_WAY_BEFORE;
    if (status == 0 && lenient && admission->reading.module->unreadable.data != NULL) {
        status = ispy_structure_opaque(&admission->reading.module, admission->arena, &subject);
    }
    return status;
}

/* What the running module shows: of what its source leaves open, and of what it only promises. */
static int compare_live(ispy_state *state, ispy_admission *admission, PyObject *live) {
    const ispy_module *structure = NULL; /* in the arena */
    if (ispy_extract_from_live(&state->ast, admission->arena, live, admission->reading.module, &structure) < 0) {
        return -1;
    }
    for (size_t i = 0; i < admission->count; i++) {
        opinion *o = &admission->opinions[i];
        ispy_verdict verdict = ispy_report_verdict(o->outcome.report);
        o->settled = verdict != ISPY_UNPROVABLE;
        if (verdict != ISPY_FAIL && look_again(state, admission, o, structure, true) < 0) {
            return -1;
        }
        o->settled = false;
    }
    return 0;
}

int ispy_admission_look_back(ispy_state *state, const ispy_application *application, PyObject *live) {
    ispy_selections selections = {NULL, 0, 0, false};
    ispy_admission *admission = begin(state, application, &selections); /* owned */
    int status = admission == NULL ? -1 : 0;
    if (status == 0 && selections.count > 0) {
        status = read_only(state, admission, application, &selections, live != NULL);
        if (status == 0) {
            status = hold_against_all(state, admission, &selections, false);
        }
        if (status == 0 && live != NULL) {
            status = compare_live(state, admission, live);
        }
        if (status == 0) {
            status = settle(state, admission, TOO_LATE);
        }
        if (status == 0 && !admission->told) {
            status = inform(state, admission, NULL, false); /* it is running still, and open */
        }
    }
    ispy_admission_free(admission);
    free(selections.items);
    return status;
}

PyObject *ispy_admission_survey(ispy_state *state, const ispy_application *application) {
    PyObject *report = NULL;
    ispy_outcome *outcomes = NULL; /* owned */
    ispy_selections selections = {NULL, 0, 0, false};
    ispy_admission *admission = begin(state, application, &selections); /* owned */
    if (admission == NULL || selections.count == 0) {
        report = admission == NULL ? NULL : Py_NewRef(Py_None);
        goto done;
    }
    outcomes = calloc(selections.count, sizeof *outcomes);
    if (outcomes == NULL) {
        ispy_status_raise(ISPY_ENOMEM);
        goto done;
    }
    if (read_only(state, admission, application, &selections, false) == 0 && follow(state, admission) == 0 &&
        hold_against_all(state, admission, &selections, false) == 0) {
        for (size_t i = 0; i < admission->count; i++) {
            outcomes[i] = admission->opinions[i].outcome;
        }
        report =
            ispy_report_object_new(state, admission->reading.name, admission->reading.path, outcomes, admission->count);
    }
done:
    ispy_admission_free(admission);
    free(selections.items);
    free(outcomes);
    return report;
}
