/* See condition.h. */
#include "rules/condition.h"

static bool is_one_of(const ispy_str *words, uint32_t count, ispy_str found) {
    bool holds = count == 0 || found.data == NULL || found.length == 0;
    for (uint32_t i = 0; i < count && !holds; i++) {
        holds = ispy_same_platform(words[i], found);
    }
    return holds;
}

bool ispy_condition_holds(const ispy_condition *condition, const ispy_context *context) {
    if (condition == NULL) {
        return true;
    }
    ispy_str python = context->python_version;
    bool fits = condition->python == NULL || python.data == NULL || python.length == 0 ||
                ispy_version_spec_admits(condition->python, python) != ISPY_FAIL;
    return fits && is_one_of(condition->os, condition->os_count, context->os) &&
           is_one_of(condition->arch, condition->arch_count, context->arch) &&
           is_one_of(condition->implementation, condition->implementation_count, context->implementation);
}

bool ispy_contract_applies(const ispy_contract *contract, const ispy_context *context) {
    return ispy_condition_holds(contract->body.logic.when, context);
}
