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

/* Holds every clause against the module. ISPY_OK or ISPY_ENOMEM; on failure nothing is given out. */
int ispy_check(ispy_report **out, const ispy_contract *contract, const ispy_module *module,
               const ispy_context *context);

/* Looks again, with the live module's structure, at just those clauses that `before` found unprovable. The new report
 * keeps what `before` said of all others, places in the source included. Borrows `before` only during the call. */
int ispy_confirm(ispy_report **out, const ispy_report *before, const ispy_module *live, const ispy_context *context);

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
