/* The walk over `requires:`: all that is stated has to hold. */
#include "rules/walk.h"

static bool passes(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin) {
    return ispy_ask(walk, rule, clause, origin) == ISPY_PASS;
}

static void walk_words(ispy_walk *walk, ispy_rule_id rule, const ispy_words *words) {
    if (words->count > 0) {
        ispy_ask(walk, rule, words, &words->origin);
    }
}

static void walk_machine(ispy_walk *walk, const ispy_condition *c) {
    if (c->python != NULL) {
        ispy_ask(walk, ISPY_RULE_REQUIRED_PYTHON, c, &c->python_origin);
    }
    walk_words(walk, ISPY_RULE_REQUIRED_IMPLEMENTATION, &c->python_implementation);
    walk_words(walk, ISPY_RULE_REQUIRED_GIL, &c->gil);
    walk_words(walk, ISPY_RULE_REQUIRED_OPTIMIZE, &c->optimize);
    walk_words(walk, ISPY_RULE_REQUIRED_OS, &c->os);
    walk_words(walk, ISPY_RULE_REQUIRED_ARCH, &c->arch);
    if (c->libc_count > 0) {
        ispy_ask(walk, ISPY_RULE_REQUIRED_LIBC, c, &c->libc->origin);
    }
    if (c->memory != NULL) {
        ispy_ask(walk, ISPY_RULE_REQUIRED_MEMORY, c, &c->memory->origin);
    }
    if (c->cpus != NULL) {
        ispy_ask(walk, ISPY_RULE_REQUIRED_CPUS, c, &c->cpus->origin);
    }
}

/* ---- hosts ---- */

static void walk_declared_candidate(ispy_walk *walk, const void *clause, const ispy_definition *definition) {
    const ispy_component_clause *host = clause;
    walk->question.definition = definition;
    ispy_ask(walk, ISPY_RULE_HOST_NOT_ADMITTED, host, &host->variable_origin);
}

/* What the module says of the hosts that it is for. */
static void walk_declared(ispy_walk *walk, const ispy_component_clause *host) {
    const ispy_named named = {
        .missing = ISPY_RULE_HOST_NOT_ADMITTED,
        .forbidden = ISPY_RULE_HOST_NOT_ADMITTED,
        .presence = ISPY_REQUIRED,
        .clause = host,
        .origin = &host->variable_origin,
        .candidate = walk_declared_candidate,
    };
    ispy_lookup lookup;
    ispy_lookup_name(&lookup, walk->question.module, host->variable);
    walk->question.lookup = &lookup;
    ispy_fold(walk, &named);
    walk->question.lookup = NULL;
    walk->question.definition = NULL;
}

static void walk_host(ispy_walk *walk, const ispy_component_clause *host) {
    bool is_readable = walk->question.module->unreadable.data == NULL;
    walk->question.component = host;
    if (!passes(walk, ISPY_RULE_HOST_NOT_STATED, host, &host->origin)) {
        return;
    }
    const ispy_origin *origin = host->version != NULL ? &host->version_origin : &host->origin;
    ispy_ask(walk, ISPY_RULE_HOST_VERSION, host, origin);
    if (host->declared.data != NULL) {
        ispy_ask(walk, ISPY_RULE_HOST_NOT_REQUIRED, host, &host->declared_origin);
    }
    if (host->variable.data != NULL && is_readable) {
        walk_declared(walk, host);
    }
}

/* ---- the rest ---- */

static void walk_distribution(ispy_walk *walk, const ispy_component_clause *distribution) {
    walk->question.component = distribution;
    if (passes(walk, ISPY_RULE_DISTRIBUTION_MISSING, distribution, &distribution->origin)) {
        ispy_ask(walk, ISPY_RULE_DISTRIBUTION_VERSION, distribution, &distribution->version_origin);
        ispy_ask(walk, ISPY_RULE_DISTRIBUTION_EXTRA, distribution, &distribution->origin);
    }
}

static void walk_variable(ispy_walk *walk, const ispy_environment_clause *variable) {
    bool is_plain_secret = variable->secret && variable->value == NULL && variable->type == ISPY_VARIABLE_TEXT;
    ispy_rule_id missing = is_plain_secret ? ISPY_RULE_REQUIRED_SECRET_MISSING : ISPY_RULE_REQUIRED_VARIABLE_MISSING;
    const ispy_origin *origin = variable->value != NULL                ? &variable->value->origin
                                : variable->type != ISPY_VARIABLE_TEXT ? &variable->type_origin
                                                                       : &variable->origin;
    walk->question.environment = variable;
    if (passes(walk, missing, variable, &variable->origin)) {
        ispy_ask(walk, ISPY_RULE_REQUIRED_VARIABLE_VALUE, variable, origin);
        ispy_ask(walk, ISPY_RULE_REQUIRED_VARIABLE_SET, variable, &variable->origin);
    }
}

void ispy_walk_requires(ispy_walk *walk, const ispy_condition *requires) {
    walk->question.condition = requires;
    walk->question.definition = NULL;
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_MODULE, .name = walk->question.module->name};
    walk->question.noun = ISPY_NOUN_MODULE;
    walk->place = (ispy_span){0, 0, 0};
    walk_machine(walk, requires);
    for (uint32_t i = 0; i < requires->host_count; i++) {
        walk_host(walk, &requires->host[i]);
    }
    for (uint32_t i = 0; i < requires->distribution_count; i++) {
        walk_distribution(walk, &requires->distributions[i]);
    }
    for (uint32_t i = 0; i < requires->environment_count; i++) {
        walk_variable(walk, &requires->environment[i]);
    }
    for (uint32_t i = 0; i < requires->command_count; i++) {
        walk->question.component = &requires->commands[i];
        ispy_ask(walk, ISPY_RULE_COMMAND_MISSING, &requires->commands[i], &requires->commands[i].origin);
    }
}
