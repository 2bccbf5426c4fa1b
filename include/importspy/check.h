/* The engine: contract + structure + context -> report. Pure: it reads no file, asks no clock, keeps nothing. */
#ifndef IMPORTSPY_CHECK_H
#define IMPORTSPY_CHECK_H

#include <importspy/context.h>
#include <importspy/contract.h>
#include <importspy/module.h>
#include <importspy/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the engine asks for other modules, to follow names that the module takes from there. */
typedef struct ispy_sources {
    /* Lends the structure of the module of that dotted name, which has to live as long as the check. It may be asked
     * for the same name in each check. `*out` NULL: nothing can be said of it, and `*reason` says why;
     * ISPY_REASON_NONE: there is certainly no such module. Any status but ISPY_OK ends the check. */
    int (*find)(const ispy_module **out, ispy_reason *reason, void *user, ispy_str name);
    void *user;
    ispy_str name; /* of the module that is checked, where its structure does not say; for relative imports. Or NULL */
} ispy_sources;

/* Holds every clause against the module. ISPY_OK or ISPY_ENOMEM; on failure nothing is given out. */
int ispy_check(ispy_report **out, const ispy_contract *contract, const ispy_module *module,
               const ispy_context *context);
/* As above, and follows names into other modules; `sources` NULL: follows none. Also gives what `find` failed with. */
int ispy_check_following(ispy_report **out, const ispy_contract *contract, const ispy_module *module,
                         const ispy_context *context, const ispy_sources *sources);

/* Looks again, with the live module's structure, at just those clauses that `before` found unprovable. The new report
 * keeps what `before` said of all others, places in the source included. Borrows `before` only during the call. */
int ispy_confirm(ispy_report **out, const ispy_report *before, const ispy_module *live, const ispy_context *context);
/* As above; `sources` are those that `before` was made with. */
int ispy_confirm_following(ispy_report **out, const ispy_report *before, const ispy_module *live,
                           const ispy_context *context, const ispy_sources *sources);

/* Whether the contract's `when:` holds here. Where it does not, the contract demands nothing: ispy_check passes. */
bool ispy_contract_applies(const ispy_contract *contract, const ispy_context *context);

/* The rules, in the order of their codes. */
typedef struct ispy_rule_info {
    const char *code;   /* "ISPY301" */
    const char *clause; /* the contract's key that it holds: "functions" */
    const char *title;  /* "required function is missing" */
    const char *anchor; /* in docs/rules.md */
    ispy_severity severity;
} ispy_rule_info;

size_t ispy_rule_count(void);
ispy_rule_info ispy_rule_get(size_t index);

#ifdef __cplusplus
}
#endif
#endif
