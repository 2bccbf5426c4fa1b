/* Which entry of `imports:`, `calls:` or `top_level:` speaks of a name, and what follows.
 *
 * An entry matches a name that its pattern fits, and every name below one that it fits: "socket" matches "socket" and
 * "socket.timeout". Of several that match, the one that says more decides: first the one with more parts written out,
 * then with more parts at all ("**" is none), then with more characters that are no wildcards; then `deny`.
 * Must not know: findings, the order of uses. */
#ifndef ISPY_RULES_USE_POLICY_H
#define ISPY_RULES_USE_POLICY_H

#include "rules/rule.h"

typedef struct ispy_decision {
    const ispy_policy_entry *entry; /* NULL: none matches */
    bool denied;                    /* by an entry of `deny` */
} ispy_decision;

/* What has to be known of the names of a module under one policy; each name is decided once. */
typedef struct ispy_policy_memo {
    const ispy_policy_clause *clause;
    const ispy_uses *uses;
    const ispy_context *context;
    ispy_decision *decisions; /* by name; in the report's arena */
    bool *known;
} ispy_policy_memo;

bool ispy_policy_entry_matches(const ispy_policy_entry *entry, ispy_str name, const ispy_context *context);
/* Whether it may match something below the name. */
bool ispy_policy_entry_reaches(const ispy_policy_entry *entry, ispy_str name, const ispy_context *context);
ispy_decision ispy_policy_decide(const ispy_policy_clause *clause, ispy_str name, const ispy_context *context);
ispy_decision ispy_policy_decide_use(ispy_policy_memo *memo, uint32_t name);

#endif
