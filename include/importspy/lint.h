/* What is odd about contracts that load: clauses that contradict each other, that nothing can meet, that change
 * nothing. Errors, which keep a contract from being loaded, are told by the loader: ispy_load_options.report. */
#ifndef IMPORTSPY_LINT_H
#define IMPORTSPY_LINT_H

#include <importspy/contract.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All in static memory. */
typedef struct ispy_lint_info {
    const char *code;  /* "ISPY952"; stable, never used for anything else */
    const char *title; /* what it finds, in a few words */
    ispy_severity severity;
} ispy_lint_info;

/* All lint rules, in the order of their codes. */
size_t ispy_lint_count(void);
ispy_lint_info ispy_lint_get(size_t index);

/* Calls `visit` for each finding: code, message, what to do (`hint`), place and line of the contract; status ISPY_OK.
 * The same finding may come several times where contracts share a base. `day`: today, as ispy_context.day. ISPY_OK or
 * ISPY_ENOMEM. */
int ispy_contract_lint(const ispy_contract_set *set, int32_t day, ispy_problem_visitor visit, void *user);

#ifdef __cplusplus
}
#endif
#endif
