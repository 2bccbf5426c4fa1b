/* Values that name something in the module: `names: function`.
 * Must not know: where the value stands. */
#include "rules/value_judge.h"

#include <string.h>

static bool wants(const ispy_value_demand *demand, const char *kind) {
    for (uint32_t i = 0; i < demand->name_count; i++) {
        if (ispy_str_equal(demand->names[i], ispy_str_literal(kind))) {
            return true;
        }
    }
    return false;
}

/* The best that the definition comes to among the nouns. */
static ispy_verdict is_any(const ispy_definition *definition, const ispy_noun *nouns, size_t count, bool is_live,
                           ispy_reason *reason) {
    ispy_verdict best = ISPY_FAIL;
    if (ispy_definition_is_bare(definition)) {
        return ISPY_FAIL;
    }
    for (size_t i = 0; i < count; i++) {
        ispy_reason doubt = ISPY_REASON_NONE;
        ispy_verdict verdict = ispy_definition_is(definition, nouns[i], is_live, &doubt);
        if (verdict > best) {
            best = verdict;
            *reason = doubt;
        }
    }
    return best;
}

/* All that the name may be bound to has to be so. */
static ispy_verdict judge_lookup(const ispy_lookup *lookup, const ispy_noun *nouns, size_t count, bool is_live,
                                 ispy_reason *reason) {
    uint32_t passed = 0;
    uint32_t failed = 0;
    uint32_t all = 0;
    for (uint32_t i = 0; i < lookup->count; i++) {
        for (uint32_t k = 0; k < lookup->bindings[i]->count; k++) {
            ispy_verdict verdict = is_any(lookup->bindings[i]->candidates[k], nouns, count, is_live, reason);
            passed += verdict == ISPY_PASS ? 1 : 0;
            failed += verdict == ISPY_FAIL ? 1 : 0;
            all++;
        }
    }
    if (lookup->open != ISPY_REASON_NONE) {
        *reason = lookup->open;
        return ISPY_UNPROVABLE;
    }
    if (lookup->may_be_absent) {
        failed++;
        all++;
    }
    if (passed == all || failed == all) {
        return failed == all ? ISPY_FAIL : ISPY_PASS;
    }
    *reason = *reason != ISPY_REASON_NONE          ? *reason
              : lookup->reason != ISPY_REASON_NONE ? lookup->reason
                                                   : ISPY_REASON_CONDITIONAL;
    return ISPY_UNPROVABLE;
}

static ispy_verdict is_method_of(ispy_hierarchy *hierarchy, ispy_str name, bool is_live, ispy_reason *reason) {
    const ispy_noun method = ISPY_NOUN_METHOD;
    ispy_lookup lookup;
    ispy_lookup_member(&lookup, hierarchy, name, ISPY_ON_CLASS);
    return judge_lookup(&lookup, &method, 1, is_live, reason);
}

/* "Class.method". */
static ispy_verdict is_dotted_method(ispy_follower *follower, const ispy_module *module, ispy_str text, size_t dot,
                                     ispy_reason *reason) {
    ispy_lookup lookup;
    ispy_hierarchy hierarchy;
    ispy_str method = ispy_str_of(text.data + dot + 1, text.length - dot - 1);
    const ispy_noun noun = ISPY_NOUN_CLASS;
    ispy_lookup_name(&lookup, module, ispy_str_of(text.data, dot));
    ispy_verdict verdict = judge_lookup(&lookup, &noun, 1, module->is_live, reason);
    if (verdict != ISPY_PASS) {
        return verdict;
    }
    *reason = ISPY_REASON_CONDITIONAL;
    if (lookup.count != 1 || lookup.bindings[0]->count != 1 ||
        lookup.bindings[0]->candidates[0]->kind != ISPY_DEFINES_CLASS) {
        return ISPY_UNPROVABLE;
    }
    ispy_hierarchy_of(&hierarchy, follower, module, lookup.bindings[0]->candidates[0]);
    return is_method_of(&hierarchy, method, module->is_live, reason);
}

static ispy_verdict greater(ispy_verdict a, ispy_verdict b) {
    return a > b ? a : b;
}

ispy_verdict ispy_value_names(const ispy_question *question, const ispy_value_demand *demand, ispy_str text,
                              ispy_reason *reason) {
    const ispy_module *module = question->root;
    const char *dot = text.length > 0 ? memchr(text.data, '.', text.length) : NULL;
    bool method = wants(demand, "method");
    *reason = ISPY_REASON_NONE;
    if (dot != NULL) {
        return method ? is_dotted_method(question->follower, module, text, (size_t)(dot - text.data), reason)
                      : ISPY_FAIL;
    }
    ispy_noun nouns[2];
    size_t count = 0;
    if (wants(demand, "function")) {
        nouns[count++] = ISPY_NOUN_FUNCTION;
    }
    if (wants(demand, "class")) {
        nouns[count++] = ISPY_NOUN_CLASS;
    }
    ispy_verdict verdict = ISPY_FAIL;
    if (method && question->hierarchy != NULL) {
        verdict = is_method_of(question->hierarchy, text, module->is_live, reason);
    }
    if (verdict != ISPY_PASS && count > 0) {
        ispy_lookup lookup;
        ispy_lookup_name(&lookup, module, text);
        verdict = greater(verdict, judge_lookup(&lookup, nouns, count, module->is_live, reason));
    }
    return verdict;
}
