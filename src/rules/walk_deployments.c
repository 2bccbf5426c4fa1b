/* The walk over `deployments`: of each list one entry has to fit, and of a Python all modules have to hold.
 *
 * A list that is not stated demands nothing; one that is stated and empty is met by nothing. When no way through the
 * lists fits, the nearest is reported: the one where the fewest levels (machine, system, environment, version,
 * interpreter) stand in the way. Where everything around the module fits, the module itself is at fault, and is
 * reported alone.
 */
#include "rules/walk.h"

/* One way through the lists; a level that is not stated is NULL. */
typedef struct way {
    const ispy_deployment_clause *deployment;
    const ispy_system_clause *system;
    const ispy_python_clause *python;
} way;

typedef struct search {
    ispy_mark start;
    bool has_best;
    ispy_verdict best;
    uint32_t levels; /* of the best way: that do not fit */
    size_t failures; /* of the best way */
} search;

static bool fails(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin) {
    return ispy_ask(walk, rule, clause, origin) == ISPY_FAIL;
}

static bool environment_fails(ispy_walk *walk, const ispy_system_clause *system) {
    bool any = false;
    for (uint32_t i = 0; i < system->environment_count; i++) {
        const ispy_environment_clause *clause = &system->environment[i];
        walk->question.environment = clause;
        bool is_missing = fails(walk, clause->secret ? ISPY_RULE_SECRET_MISSING : ISPY_RULE_ENVIRONMENT_MISSING, clause,
                                &clause->origin);
        const ispy_origin *origin = clause->value != NULL ? &clause->value->origin : &clause->origin;
        any |= is_missing || fails(walk, ISPY_RULE_ENVIRONMENT_VALUE, clause, origin);
    }
    return any;
}

/* How many levels do not fit. */
static uint32_t walk_context(ispy_walk *walk, const way *w) {
    uint32_t levels = 0;
    walk->question.deployment = w->deployment;
    walk->question.system = w->system;
    walk->question.python = w->python;
    walk->question.definition = NULL;
    levels += fails(walk, ISPY_RULE_CONTEXT_ARCH, w->deployment, &w->deployment->origin) ? 1 : 0;
    if (w->system != NULL) {
        levels += fails(walk, ISPY_RULE_CONTEXT_OS, w->system, &w->system->origin) ? 1 : 0;
        levels += environment_fails(walk, w->system) ? 1 : 0;
    }
    if (w->python != NULL) {
        levels += fails(walk, ISPY_RULE_CONTEXT_PYTHON, w->python, &w->python->version_origin) ? 1 : 0;
        levels += fails(walk, ISPY_RULE_CONTEXT_INTERPRETER, w->python, &w->python->origin) ? 1 : 0;
    }
    return levels;
}

static size_t count_failures(const ispy_ledger *ledger, ispy_mark from) {
    size_t failures = 0;
    for (size_t i = from.items; i < ledger->count; i++) {
        failures += ledger->items[i].evidence.verdict == ISPY_FAIL ? 1 : 0;
    }
    return failures;
}

static bool is_better(const search *s, ispy_verdict verdict, uint32_t levels, size_t failures) {
    if (!s->has_best || verdict != s->best) {
        return !s->has_best || verdict > s->best;
    }
    return levels != s->levels ? levels < s->levels : failures < s->failures;
}

static void try_way(ispy_walk *walk, search *s, const way *w) {
    if (s->has_best && s->best == ISPY_PASS) {
        return;
    }
    ispy_ledger *ledger = &walk->ledger;
    ispy_mark from = ispy_ledger_mark(ledger);
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_MODULE, .name = walk->question.module->name};
    walk->place = (ispy_span){0, 0, 0};
    uint32_t levels = walk_context(walk, w);
    if (levels == 0 && w->python != NULL) {
        for (uint32_t i = 0; i < w->python->module_count; i++) {
            ispy_walk_block(walk, &w->python->modules[i], false);
        }
    }
    ispy_verdict verdict = ispy_ledger_since(ledger, from);
    size_t failures = count_failures(ledger, from);
    /* answers stay: each belongs to its own clause, whichever way is taken in the end */
    if (!is_better(s, verdict, levels, failures)) {
        ispy_mark end = {ledger->count, from.answers};
        ispy_ledger_cut(ledger, from, end);
        return;
    }
    ispy_mark start = {s->start.items, from.answers};
    ispy_ledger_cut(ledger, start, from);
    s->has_best = true;
    s->best = verdict;
    s->levels = levels;
    s->failures = failures;
}

static void try_system(ispy_walk *walk, search *s, const ispy_deployment_clause *deployment,
                       const ispy_system_clause *system) {
    way w = {deployment, system, NULL};
    if (system->pythons == NULL) {
        try_way(walk, s, &w);
        return;
    }
    for (uint32_t i = 0; i < system->python_count; i++) {
        w.python = &system->pythons[i];
        try_way(walk, s, &w);
    }
}

void ispy_walk_deployments(ispy_walk *walk) {
    const ispy_contract *contract = walk->question.contract;
    if (contract->deployments == NULL) {
        return;
    }
    search s = {.start = ispy_ledger_mark(&walk->ledger), .best = ISPY_FAIL, .levels = 1};
    for (uint32_t i = 0; i < contract->deployment_count; i++) {
        const ispy_deployment_clause *deployment = &contract->deployments[i];
        if (deployment->systems == NULL) {
            const way w = {deployment, NULL, NULL};
            try_way(walk, &s, &w);
            continue;
        }
        for (uint32_t j = 0; j < deployment->system_count; j++) {
            try_system(walk, &s, deployment, &deployment->systems[j]);
        }
    }
    walk->question.definition = NULL;
    walk->question.signature = NULL;
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_MODULE, .name = walk->question.module->name};
    walk->question.folded = s.levels > 0 ? s.best : ISPY_PASS;
    ispy_ask(walk, ISPY_RULE_NO_DEPLOYMENT, contract, &contract->deployments_origin);
    if (walk->question.folded == ISPY_FAIL) {
        ispy_ledger_raise(&walk->ledger, s.start);
    }
}
