/* See condition.h. */
#include "rules/condition.h"

#include "rules/place_facts.h"

static bool components_may_fit(const ispy_component_clause *wanted, uint32_t count, const ispy_components *found) {
    bool may = true;
    for (uint32_t i = 0; i < count && may; i++) {
        const ispy_component *component = ispy_component_find(found, wanted[i].name);
        ispy_str missing;
        may = ispy_component_is_there(component) != ISPY_FAIL &&
              ispy_component_version(&wanted[i], component) != ISPY_FAIL &&
              ispy_component_extras(&wanted[i], component, &missing) != ISPY_FAIL;
    }
    return may;
}

static bool variable_may_fit(const ispy_environment_clause *clause, const ispy_context *context) {
    ispy_str value = {NULL, 0, 0};
    ispy_variable_standing standing = ispy_variable_find(&value, context, clause->name);
    if (standing != ISPY_VARIABLE_SET) {
        return standing == ISPY_VARIABLE_UNKNOWN || clause->presence != ISPY_REQUIRED;
    }
    ispy_value_answer answer;
    ispy_variable_judge(&answer, clause, value);
    return clause->presence != ISPY_FORBIDDEN && ispy_variable_has_type(clause->type, value) &&
           (answer.status != ISPY_OK || answer.verdict != ISPY_FAIL);
}

static bool environment_may_fit(const ispy_condition *condition, const ispy_context *context) {
    bool may = true;
    for (uint32_t i = 0; i < condition->environment_count && may; i++) {
        may = variable_may_fit(&condition->environment[i], context);
    }
    return may;
}

bool ispy_condition_holds(const ispy_condition *condition, const ispy_context *context) {
    if (condition == NULL) {
        return true;
    }
    return ispy_place_python(condition, context) != ISPY_FAIL &&
           ispy_place_words(&condition->os, context->os) != ISPY_FAIL &&
           ispy_place_words(&condition->arch, context->arch) != ISPY_FAIL &&
           ispy_place_words(&condition->implementation, context->implementation) != ISPY_FAIL &&
           ispy_place_words(&condition->python_implementation, context->implementation) != ISPY_FAIL &&
           ispy_place_words(&condition->gil, context->gil) != ISPY_FAIL &&
           ispy_place_words(&condition->optimize, context->optimize) != ISPY_FAIL &&
           ispy_place_libc(condition, context) != ISPY_FAIL &&
           ispy_place_amount(condition->memory, context->memory) != ISPY_FAIL &&
           ispy_place_amount(condition->cpus, context->cpu_thousandths) != ISPY_FAIL &&
           components_may_fit(condition->host, condition->host_count, &context->host) &&
           components_may_fit(condition->distributions, condition->distribution_count, &context->distributions) &&
           components_may_fit(condition->commands, condition->command_count, &context->commands) &&
           environment_may_fit(condition, context);
}

bool ispy_contract_applies(const ispy_contract *contract, const ispy_context *context) {
    return ispy_condition_holds(contract->body.logic.when, context);
}
