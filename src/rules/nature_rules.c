/* ISPY319 to 322: what a function or method is besides its kind: abstract, a generator, a property that can be set.
 * Must not know: parameters. */
#include "rules/rule.h"

#include <string.h>

static ispy_evidence judge_wish(ispy_wish wish, bool is_so, const char *otherwise) {
    if (wish == ISPY_WISH_ANY || (wish == ISPY_WISH_YES) == is_so) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_nothing());
    evidence.message = is_so ? otherwise : NULL;
    return evidence;
}

/* A decorator that is not known may have put something else in the place of the function. */
static bool is_unknown(const ispy_question *question, ispy_wish wish, ispy_evidence *out) {
    const ispy_function *function = question->definition->as.function;
    bool is_open = function->unknown == ISPY_REASON_DECORATED && wish != ISPY_WISH_ANY;
    if (is_open) {
        *out = ispy_evidence_open(function->unknown, ispy_show_nothing(), ispy_show_nothing());
    }
    return is_open;
}

ispy_evidence ispy_rule_abstract(const ispy_question *question) {
    ispy_wish wish = question->function->abstract;
    ispy_evidence evidence;
    if (is_unknown(question, wish, &evidence)) {
        return evidence;
    }
    return judge_wish(wish, question->definition->as.function->is_abstract,
                      "method '{subject}' is abstract and must not be");
}

ispy_evidence ispy_rule_generator(const ispy_question *question) {
    ispy_wish wish = question->function->generator;
    const ispy_function *function = question->definition->as.function;
    ispy_evidence evidence;
    if (function->method_kind == ISPY_METHOD_PROPERTY) {
        return ispy_evidence_pass(); /* as with async: nobody calls it */
    }
    if (is_unknown(question, wish, &evidence)) {
        return evidence;
    }
    return judge_wish(wish, function->is_generator, "{noun} '{subject}' is a generator and must not be");
}

/* Whether objects of the class let anybody assign to their attributes, and delete them. */
static ispy_verdict is_plain(const ispy_question *question, const char *guard) {
    const ispy_hierarchy *hierarchy = question->hierarchy;
    bool is_known = hierarchy != NULL && ispy_hierarchy_open(hierarchy, true) == ISPY_REASON_NONE;
    for (uint32_t i = 0; is_known && i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        const ispy_class *klass = definition != NULL ? definition->as.klass : NULL;
        is_known = klass == NULL ||
                   (klass->decorator_count == 0 && !klass->has_metaclass && klass->members.open == ISPY_REASON_NONE &&
                    ispy_scope_find(&klass->members, ispy_str_literal(guard)) == NULL &&
                    ispy_scope_find(&klass->members, ispy_str_literal("__slots__")) == NULL);
    }
    return is_known && !question->module->is_live ? ISPY_PASS : ISPY_UNPROVABLE;
}

/* Of an attribute that stands where a property is asked for, or of a property. */
static ispy_evidence judge_part(const ispy_question *question, ispy_wish wish, bool has_part, const char *guard,
                                const char *otherwise) {
    const ispy_definition *definition = question->definition;
    if (wish == ISPY_WISH_ANY) {
        return ispy_evidence_pass();
    }
    if (definition->kind != ISPY_DEFINES_FUNCTION) {
        return is_plain(question, guard) == ISPY_PASS
                   ? judge_wish(wish, true, otherwise)
                   : ispy_evidence_open(ISPY_REASON_DYNAMIC_NAMESPACE, ispy_show_nothing(), ispy_show_nothing());
    }
    ispy_evidence evidence;
    if (is_unknown(question, wish, &evidence)) {
        return evidence;
    }
    return judge_wish(wish, has_part || definition->as.function->is_cached, otherwise);
}

ispy_evidence ispy_rule_settable(const ispy_question *question) {
    bool is_function = question->definition->kind == ISPY_DEFINES_FUNCTION;
    return judge_part(question, question->function->settable,
                      is_function && question->definition->as.function->has_setter, "__setattr__",
                      "property '{subject}' can be assigned to and must not be");
}

ispy_evidence ispy_rule_deletable(const ispy_question *question) {
    bool is_function = question->definition->kind == ISPY_DEFINES_FUNCTION;
    return judge_part(question, question->function->deletable,
                      is_function && question->definition->as.function->has_deleter, "__delattr__",
                      "property '{subject}' can be deleted and must not be");
}
