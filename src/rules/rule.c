/* The table of rules, expanded from rules.def. */
#include "rules/rule.h"

#include "model/rule_code.h"

static const ispy_rule rules[ISPY_RULE_COUNT] = {
#define RULE(id, number, clause, severity, check, title, message, doubt)                                               \
    {{"ISPY" #number, clause, title, "ispy" #number, ISPY_SEVERITY_##severity}, ispy_rule_##check, message, doubt},
#include "rules/rules.def"
#undef RULE
};

const ispy_rule *ispy_rule_at(ispy_rule_id id) {
    return &rules[id];
}

size_t ispy_rule_count(void) {
    return ISPY_RULE_COUNT;
}

ispy_rule_info ispy_rule_get(size_t index) {
    static const ispy_rule_info none = {"", "", "", "", ISPY_SEVERITY_OFF};
    return index < ISPY_RULE_COUNT ? rules[index].info : none;
}

/* ---- for contracts: model/rule_code.h ---- */

size_t ispy_rule_code_count(void) {
    return ISPY_RULE_COUNT;
}

const char *ispy_rule_code(size_t index) {
    return rules[index].info.code;
}

ispy_severity ispy_rule_code_severity(size_t index) {
    return rules[index].info.severity;
}

bool ispy_rule_code_is_fixed(size_t index) {
    return index == ISPY_RULE_UNREADABLE;
}

bool ispy_rule_code_is_of_waivers(size_t index) {
    return index == ISPY_RULE_WAIVER_EXPIRED || index == ISPY_RULE_WAIVER_USELESS;
}
