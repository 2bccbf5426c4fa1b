/* The walk over `deployments`: of each list one entry has to fit, and of a Python all modules have to hold.
 *
 * A list that is not stated demands nothing; one that is stated and empty is met by nothing. When no way through the
 * lists fits, the nearest is reported: the one where the fewest levels (machine, system, environment, version,
 * interpreter) stand in the way. Where everything around the module fits, the module itself is at fault, and is
 * reported alone.
 */
#include "rules/best.h"
#include "rules/walk.h"

/* One way through the lists; a level that is not stated is NULL. */
typedef struct way {
    const ispy_deployment_clause *deployment;
    const ispy_system_clause *system;
    const ispy_python_clause *python;
} way;

static bool fails(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin) {
    ispy_mark from = ispy_ledger_mark(&walk->ledger);
    ispy_ask(walk, rule, clause, origin);
    return ispy_ledger_weight(&walk->ledger, from) == ISPY_FAIL;
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

static void try_way(ispy_walk *walk, ispy_best *best, const way *w) {
    if (ispy_best_is_clean(best)) {
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
    ispy_best_take(best, ledger, from, ispy_ledger_weight(ledger, from), levels);
}

static void try_system(ispy_walk *walk, ispy_best *best, const ispy_deployment_clause *deployment,
                       const ispy_system_clause *system) {
    way w = {deployment, system, NULL};
    if (system->pythons == NULL) {
        try_way(walk, best, &w);
        return;
    }
    for (uint32_t i = 0; i < system->python_count; i++) {
        w.python = &system->pythons[i];
        try_way(walk, best, &w);
    }
}

void ispy_walk_deployments(ispy_walk *walk) {
    const ispy_contract *contract = walk->question.contract;
    if (contract->deployments == NULL) {
        return;
    }
    ispy_best best = ispy_best_begin(&walk->ledger);
    for (uint32_t i = 0; i < contract->deployment_count; i++) {
        const ispy_deployment_clause *deployment = &contract->deployments[i];
        if (deployment->systems == NULL) {
            const way w = {deployment, NULL, NULL};
            try_way(walk, &best, &w);
            continue;
        }
        for (uint32_t j = 0; j < deployment->system_count; j++) {
            try_system(walk, &best, deployment, &deployment->systems[j]);
        }
    }
    walk->question.definition = NULL;
    walk->question.signature = NULL;
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_MODULE, .name = walk->question.module->name};
    /* where everything around the module fits, it is at fault alone */
    walk->question.folded = best.has_one && best.levels == 0 ? ISPY_PASS : best.verdict;
    if (walk->question.folded == ISPY_FAIL) {
        ispy_ask_whole(walk, ISPY_RULE_NO_DEPLOYMENT, contract, &contract->deployments_origin, best.start);
    }
}
