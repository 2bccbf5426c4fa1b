/* Inside the lint: what its parts share. Each part looks at one thing and says what it finds. */
#ifndef ISPY_RULES_LINT_H
#define ISPY_RULES_LINT_H

#include <importspy/lint.h>

#include "base/text.h"
#include "model/contract.h"

typedef enum ispy_lint_id {
#define LINT(id, number, severity, title) ISPY_LINT_##id,
#include "rules/lint.def"
#undef LINT
    ISPY_LINT_COUNT
} ispy_lint_id;

typedef struct ispy_lint {
    ispy_problem_visitor visit;
    void *user;
    ispy_arena *arena; /* for the one contract that is looked at */
    int32_t day;
    const ispy_contract *contract;
    uint32_t said; /* findings of the contract so far */
    int status;    /* ISPY_ENOMEM sticks */
} ispy_lint;

enum { ISPY_LINT_MOST_FINDINGS = 1000 }; /* of one contract; nobody reads more */

/* Says what was found at a place; `hint` is the mend. */
void ispy_lint_say(ispy_lint *lint, ispy_lint_id id, ispy_origin at, const char *hint, const char *format, ...)
    ISPY_PRINTF(5, 6);

/* "line 7", or "base.yml:7" where the place is in another file than `from`. */
typedef struct ispy_place_name {
    char text[256];
} ispy_place_name;
ispy_place_name ispy_lint_place(ispy_origin from, ispy_origin place);

/* Whether a clause came from an interface: nobody wrote it beside the others. */
bool ispy_is_of_interface(ispy_origin origin);

/* The parts. */
void ispy_lint_clauses(ispy_lint *lint);     /* lint_scope.c */
void ispy_lint_deployments(ispy_lint *lint); /* lint_deployments.c */
void ispy_lint_selectors(ispy_lint *lint);   /* lint_selectors.c */
void ispy_lint_waivers(ispy_lint *lint);     /* lint_waivers.c */
/* What a block says of imports and calls; lint_policies.c */
void ispy_lint_policies(ispy_lint *lint, const ispy_block *block);

#endif
