/* `deployments:`: of each list one entry has to fit, so entries that say the same, or that nothing fits, are odd.
 * Must not know: how two clauses relate. */
#include "rules/lint_scope.h"

#include "rules/lint_versions.h"

typedef struct place {
    const ispy_holding *outer;
    const ispy_conditions *conditions;
} place;

static void lint_environment(ispy_lint *lint, const ispy_system_clause *system) {
    ispy_clauses variables;
    ispy_clauses_init(&variables, lint, "environment variable", system->environment, system->environment_count,
                      sizeof *system->environment, ispy_relate_environment);
    ispy_lint_list(lint, &variables);
}

static void lint_python(ispy_lint *lint, const ispy_python_clause *python, place where) {
    const ispy_version_spec *specs[ISPY_LINT_MOST_VERSIONS] = {python->version};
    size_t count = 1;
    for (const ispy_conditions *c = where.conditions; c != NULL && count < ISPY_LINT_MOST_VERSIONS; c = c->outer) {
        specs[count++] = c->when != NULL ? c->when->python : NULL;
    }
    if (python->version != NULL && !ispy_versions_may_meet(specs, count)) {
        ispy_lint_say(lint, ISPY_LINT_NOWHERE, python->version_origin, "widen it, or remove the entry",
                      "no Python has such a version%s",
                      ispy_versions_may_meet(specs, 1) ? " where the contract applies" : "");
    }
    for (uint32_t i = 0; i < python->module_count; i++) {
        ispy_lint_block(lint, &python->modules[i], where.outer, where.conditions);
    }
}

/* ---- entries that say the same ---- */

static bool same_python(const ispy_python_clause *a, const ispy_python_clause *b) {
    bool version =
        (a->version == NULL) == (b->version == NULL) &&
        (a->version == NULL || ispy_str_equal(ispy_version_spec_text(a->version), ispy_version_spec_text(b->version)));
    return version && ispy_str_equal(a->interpreter, b->interpreter) && a->module_count == 0 && b->module_count == 0;
}

static bool same_system(const ispy_system_clause *a, const ispy_system_clause *b) {
    bool same = ispy_str_equal(a->os, b->os) && a->environment_count == 0 && b->environment_count == 0 &&
                a->python_count == b->python_count;
    for (uint32_t i = 0; i < a->python_count && same; i++) {
        same = same_python(&a->pythons[i], &b->pythons[i]);
    }
    return same;
}

static bool same_deployment(const ispy_deployment_clause *a, const ispy_deployment_clause *b) {
    bool same = ispy_str_equal(a->arch, b->arch) && a->system_count == b->system_count;
    for (uint32_t i = 0; i < a->system_count && same; i++) {
        same = same_system(&a->systems[i], &b->systems[i]);
    }
    return same;
}

static void say_same(ispy_lint *lint, const char *what, ispy_origin again, ispy_origin said) {
    ispy_lint_say(lint, ISPY_LINT_DUPLICATE, again, "remove it", "this %s says what the one on %s says", what,
                  ispy_lint_place(again, said).text);
}

enum { MOST_COMPARED = 256 };

static void lint_pythons(ispy_lint *lint, const ispy_system_clause *system, place where) {
    for (uint32_t i = 0; i < system->python_count; i++) {
        lint_python(lint, &system->pythons[i], where);
        for (uint32_t k = 0; k < i && i < MOST_COMPARED; k++) {
            if (same_python(&system->pythons[k], &system->pythons[i])) {
                say_same(lint, "Python", system->pythons[i].origin, system->pythons[k].origin);
                break;
            }
        }
    }
}

static void lint_systems(ispy_lint *lint, const ispy_deployment_clause *deployment, place where) {
    for (uint32_t i = 0; i < deployment->system_count; i++) {
        lint_environment(lint, &deployment->systems[i]);
        lint_pythons(lint, &deployment->systems[i], where);
        for (uint32_t k = 0; k < i && i < MOST_COMPARED; k++) {
            if (same_system(&deployment->systems[k], &deployment->systems[i])) {
                say_same(lint, "system", deployment->systems[i].origin, deployment->systems[k].origin);
                break;
            }
        }
    }
}

void ispy_lint_deployments(ispy_lint *lint) {
    const ispy_contract *contract = lint->contract;
    const ispy_conditions when = {NULL, contract->body.logic.when, false};
    const ispy_conditions conditions = {&when, contract->body.requires, true};
    ispy_holding scope;
    ispy_holding_of_block(&scope, lint, &contract->body, NULL);
    const place where = {&scope, &conditions};
    for (uint32_t i = 0; i < contract->deployment_count && lint->status == ISPY_OK; i++) {
        lint_systems(lint, &contract->deployments[i], where);
        for (uint32_t k = 0; k < i && i < MOST_COMPARED; k++) {
            if (same_deployment(&contract->deployments[k], &contract->deployments[i])) {
                say_same(lint, "deployment", contract->deployments[i].origin, contract->deployments[k].origin);
                break;
            }
        }
    }
}
