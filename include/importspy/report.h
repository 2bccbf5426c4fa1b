/* What came of holding one module against one contract. A report owns its arena; contract and module are borrowed and
 * must outlive it. */
#ifndef IMPORTSPY_REPORT_H
#define IMPORTSPY_REPORT_H

#include <importspy/base.h>
#include <importspy/contract.h>
#include <importspy/module.h>
#include <importspy/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One of several alternatives that do not hold: of `any_of`. */
typedef struct ispy_alternative {
    ispy_span contract_at;
    ispy_verdict verdict; /* FAIL or UNPROVABLE */
    bool is_nearest;      /* what it lacks follows in full, as findings of their own */
    const char *code;     /* of the first thing that it lacks; NULL: its source refuted it before */
    ispy_str message;     /* of the same */
    size_t further;       /* how much it lacks besides */
} ispy_alternative;

/* One thing that is wrong, or that could not be proved. All texts are in the report's arena. */
typedef struct ispy_finding {
    const char *code;       /* "ISPY301" */
    const char *anchor;     /* of the rule in docs/rules.md: "ispy301" */
    ispy_verdict verdict;   /* FAIL or UNPROVABLE */
    ispy_severity severity; /* INFO, WARN or ERROR; OFF: it is waived */
    ispy_reason reason;     /* of UNPROVABLE */
    ispy_str subject;       /* what it is about, by qualified name: "Plugin.run" */
    ispy_str message;       /* one sentence without a full stop: "method 'Plugin.run' has no parameter 'job'" */
    ispy_str wanted;        /* data == NULL: the message says it all */
    ispy_str found;
    ispy_str hint;       /* data == NULL: nothing obvious */
    ispy_span module_at; /* line == 0: the module has no such place */
    ispy_span contract_at;
    ispy_str contract_path;               /* where that clause was written */
    const ispy_waived *waived;            /* in the contract; NULL: it counts */
    uint32_t unit;                        /* the clause of the contract, for ispy_confirm */
    const ispy_alternative *alternatives; /* those of `any_of`, in the contract's order; or NULL */
    size_t alternative_count;
    size_t alternatives_left_out; /* how many more there are */
    bool is_final;                /* UNPROVABLE, and the live module cannot show it either: a second look is no use */
} ispy_finding;

typedef struct ispy_report ispy_report;

ispy_verdict ispy_report_verdict(const ispy_report *report); /* only findings of severity ERROR count */
/* The verdict after the contract's `unprovable:` key: what is left open counts as PASS under allow, as FAIL under deny.
 */
ispy_verdict ispy_report_decision(const ispy_report *report);
/* Whether names were followed into other modules: then it is about their files as well, as they were when it was made.
 */
bool ispy_report_follows(const ispy_report *report);
/* Whether something of severity ERROR is open that a second look cannot settle. */
bool ispy_report_is_final(const ispy_report *report);
size_t ispy_report_count(const ispy_report *report);
const ispy_finding *ispy_report_get(const ispy_report *report, size_t index);
const ispy_contract *ispy_report_contract(const ispy_report *report);
const ispy_module *ispy_report_module(const ispy_report *report);
void ispy_report_free(ispy_report *report); /* NULL is welcome */

/* Several reports on one module (one for each contract that selects it) rendered as one text for people, with excerpts
 * and carets on both sides; ends with a newline. count >= 1; `out` is in the first report's arena. */
int ispy_reports_text(ispy_str *out, ispy_report *const *reports, size_t count);
/* One JSON object (RFC 8259) without a newline at its end; docs/report.md says its keys. `out` as above. */
int ispy_reports_json(ispy_str *out, ispy_report *const *reports, size_t count);

/* One verdict, as a log keeps it. All borrowed. */
typedef struct ispy_log_entry {
    const char *time; /* "2027-01-31T12:00:00.000000Z" */
    int64_t process;
    ispy_str module;
    ispy_str path;   /* data == NULL: it has none */
    const char *way; /* how it came in */
    bool bound;      /* whether what was validated is what runs */
    ispy_verdict verdict;
    const char *outcome;
    ispy_mode mode;
    uint64_t microseconds;
    ispy_report *const *reports; /* one for each contract */
    size_t count;
} ispy_log_entry;

/* A line names this many findings and says how many it leaves out. */
enum { ISPY_LOG_MOST_FINDINGS = 100 };

/* One JSON object and a newline, in `arena`. Findings are named by code and place alone: no value that was wanted or
 * found is in it. */
int ispy_log_line(ispy_str *out, const ispy_log_entry *entry, ispy_arena *arena);

#ifdef __cplusplus
}
#endif
#endif
