/* ISPY403, 404, 409: a class, its bases, the side that an attribute is on. */
#include "rules/rule.h"

#include <string.h>

ispy_evidence ispy_rule_class_kind(const ispy_question *question) {
    ispy_reason reason = ISPY_REASON_NONE;
    const ispy_definition *definition = question->definition;
    switch (ispy_definition_is(definition, ISPY_NOUN_CLASS, question->module->is_live, &reason)) {
    case ISPY_PASS:
        return ispy_evidence_pass();
    case ISPY_UNPROVABLE:
        return ispy_evidence_open(reason, ispy_show_nothing(), ispy_show_definition(definition));
    default:
        return ispy_evidence_fail(ispy_show_nothing(), ispy_show_definition(definition));
    }
}

static ispy_str last_part(ispy_str dotted) {
    size_t start = dotted.length;
    while (start > 0 && dotted.data[start - 1] != '.') {
        start--;
    }
    return ispy_str_of(dotted.data + start, dotted.length - start);
}

static ispy_verdict is_named(const ispy_qualified *name, ispy_str wanted, bool by_last_part) {
    if (by_last_part) {
        return ispy_qualified_ends_in(name, wanted) ? ISPY_PASS : ISPY_FAIL;
    }
    return ispy_qualified_is(name, wanted);
}

/* A base that may be one of several: all of them have to bear the name ("try: from a import P" / "except: from b ...").
 */
static bool all_are_named(const ispy_question *question, const ispy_ancestor *ancestor, ispy_str wanted,
                          bool by_last_part) {
    ispy_resolution found;
    const ispy_reference *base = ancestor->reference;
    bool is_call = base->text.data != NULL && memchr(base->text.data, '(', base->text.length) != NULL;
    if (base->name.data == NULL || is_call || !ispy_base_is_stable(ancestor->from, base)) {
        return false;
    }
    ispy_resolve(&found, ancestor->from, base->name, ISPY_VIEW_RUNTIME);
    bool all = found.reason == ISPY_REASON_NONE;
    for (uint32_t i = 0; i < found.count && all; i++) {
        const ispy_target *target = &found.targets[i];
        if (target->definition == question->definition) {
            return false; /* "class A(A)": the base is what bore the name before */
        }
        bool is_class = target->kind == ISPY_TARGET_QUALIFIED ||
                        (target->kind == ISPY_TARGET_DEFINITION && target->definition->kind == ISPY_DEFINES_CLASS);
        all = is_class && is_named(&target->name, wanted, by_last_part) == ISPY_PASS;
    }
    return all;
}

static bool derives_from_generic(const ispy_qualified *name) {
    return ispy_qualified_is(name, ispy_str_literal("typing.Protocol")) == ISPY_PASS ||
           ispy_qualified_is(name, ispy_str_literal("typing_extensions.Protocol")) == ISPY_PASS;
}

/* A class of the module that says itself what it is called: what its statement says proves and refutes nothing. */
static ispy_verdict as_renamed(const ispy_ancestor *ancestor, ispy_str wanted, bool by_last_part,
                               ispy_verdict verdict) {
    const ispy_definition *definition = ancestor->definition;
    if (ispy_class_is_requalified(ancestor->home, definition)) {
        return ISPY_UNPROVABLE;
    }
    bool may_be = !by_last_part && ispy_class_is_renamed(ancestor->home, definition) &&
                  ispy_str_equal(last_part(wanted), definition->as.klass->name);
    return may_be ? ISPY_UNPROVABLE : verdict;
}

/* The best that any base of the class comes to. */
static ispy_verdict search(const ispy_question *question, ispy_str wanted, bool by_last_part) {
    const ispy_qualified generic = {.parts = {ispy_str_literal("typing.Generic")}, .count = 1};
    const ispy_hierarchy *hierarchy = question->hierarchy;
    ispy_verdict best = ISPY_FAIL;
    for (uint32_t i = 0; i < hierarchy->count && best != ISPY_PASS; i++) {
        const ispy_definition *own = hierarchy->ancestors[i].definition;
        best = own != NULL && own->as.klass->has_type_parameters ? is_named(&generic, wanted, by_last_part) : best;
    }
    for (uint32_t i = 1; i < hierarchy->count && best != ISPY_PASS; i++) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i];
        ispy_verdict verdict = ISPY_FAIL;
        if (ancestor->name.count > 0) {
            verdict = is_named(&ancestor->name, wanted, by_last_part);
            if (verdict != ISPY_PASS && ancestor->written.count > 0) {
                ispy_verdict other = is_named(&ancestor->written, wanted, by_last_part);
                verdict = other > verdict ? other : verdict;
            }
            if (verdict == ISPY_FAIL && derives_from_generic(&ancestor->name)) {
                verdict = is_named(&generic, wanted, by_last_part);
            }
            if (ancestor->definition != NULL) {
                verdict = as_renamed(ancestor, wanted, by_last_part, verdict);
            }
        } else if (!hierarchy->is_live && all_are_named(question, ancestor, wanted, by_last_part)) {
            verdict = ISPY_PASS;
        }
        /* a live class bears the name of the module that defines it, not of those that hand it on */
        if (verdict == ISPY_FAIL && hierarchy->is_live && ispy_qualified_ends_in(&ancestor->name, last_part(wanted))) {
            verdict = ISPY_UNPROVABLE;
        }
        best = verdict > best ? verdict : best;
    }
    return best;
}

/* A class may be known by more names than the module uses: "acme.Plugin" where acme takes it from acme.api. */
static ispy_verdict search_by_identity(const ispy_question *question, ispy_str wanted, ispy_reason *reason) {
    static const char builtins[] = "builtins.";
    const ispy_hierarchy *hierarchy = question->hierarchy;
    bool is_builtin = wanted.length >= sizeof builtins && memcmp(wanted.data, builtins, sizeof builtins - 1) == 0;
    bool is_elsewhere = false;
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        is_elsewhere =
            is_elsewhere || (hierarchy->ancestors[i].home != NULL && hierarchy->ancestors[i].home != question->root);
    }
    if (!is_elsewhere || is_builtin || !ispy_follower_is_on(question->follower)) {
        return ISPY_FAIL;
    }
    ispy_sightings seen;
    ispy_follow_name(&seen, question->follower, wanted);
    const ispy_sighting *only = ispy_sightings_only(&seen);
    if (seen.count == 1 && seen.items[0].definition == NULL && seen.items[0].reason == ISPY_REASON_NONE) {
        return ISPY_FAIL; /* there is no such class */
    }
    if (only == NULL || only->definition->kind != ISPY_DEFINES_CLASS) {
        *reason = only != NULL ? ispy_definition_doubt(only->definition) : ispy_sightings_doubt(&seen);
        *reason = *reason == ISPY_REASON_NONE ? ISPY_REASON_SOURCE_NOT_FOUND : *reason;
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 1; i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        if (definition != NULL && definition->as.klass == only->definition->as.klass) {
            return ISPY_PASS;
        }
    }
    return ISPY_FAIL;
}

static ispy_evidence unseen_base(ispy_str name) {
    ispy_evidence evidence = ispy_evidence_open(ISPY_REASON_UNRESOLVED_BASE, ispy_show_nothing(), ispy_show_nothing());
    evidence.part = name;
    evidence.message = "what '{part}', a base of class '{subject}', holds cannot be seen";
    return evidence;
}

ispy_verdict ispy_class_derives(const ispy_question *question, ispy_str wanted, ispy_reason *reason) {
    bool by_last_part = memchr(wanted.data, '.', wanted.length) == NULL;
    *reason = ISPY_REASON_NONE;
    if (ispy_str_equal(wanted, ispy_str_literal("object")) ||
        ispy_str_equal(wanted, ispy_str_literal("builtins.object"))) {
        return ISPY_PASS;
    }
    ispy_verdict verdict = search(question, wanted, by_last_part);
    if (verdict != ISPY_PASS && ispy_hierarchy_follow(question->hierarchy)) {
        verdict = search(question, wanted, by_last_part);
    }
    if (verdict == ISPY_PASS) {
        return ISPY_PASS;
    }
    *reason = ispy_hierarchy_open(question->hierarchy, ispy_is_builtin(last_part(wanted)));
    if (*reason == ISPY_REASON_NONE && verdict == ISPY_UNPROVABLE) {
        *reason = ISPY_REASON_UNRESOLVED_BASE;
    }
    if (*reason == ISPY_REASON_NONE && !by_last_part && search_by_identity(question, wanted, reason) == ISPY_PASS) {
        return ISPY_PASS;
    }
    return *reason == ISPY_REASON_NONE ? ISPY_FAIL : ISPY_UNPROVABLE;
}

ispy_evidence ispy_rule_superclass(const ispy_question *question) {
    ispy_str wanted = question->superclass->name;
    if (question->base_is_elsewhere) {
        return unseen_base(wanted);
    }
    ispy_reason reason;
    if (ispy_class_derives(question, wanted, &reason) == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    const ispy_class *klass = question->definition->as.klass;
    ispy_shown bases = {.kind = ISPY_SHOW_BASES, .as = {.klass = klass}};
    ispy_evidence evidence = reason == ISPY_REASON_NONE ? ispy_evidence_fail(ispy_show_text(wanted), bases)
                                                        : ispy_evidence_open(reason, ispy_show_text(wanted), bases);
    evidence.part = wanted;
    evidence.hint = reason == ISPY_REASON_NONE ? "derive '{subject}' from '{part}'" : NULL;
    if (klass->base_count > 0) {
        evidence.at = klass->bases[0].at;
    }
    return evidence;
}

ispy_evidence ispy_rule_superclass_forbidden(const ispy_question *question) {
    ispy_str wanted = question->superclass->name;
    const ispy_class *klass = question->definition->as.klass;
    ispy_shown bases = {.kind = ISPY_SHOW_BASES, .as = {.klass = klass}};
    ispy_reason reason;
    ispy_verdict derives = ispy_class_derives(question, wanted, &reason);
    if (derives == ISPY_FAIL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = derives == ISPY_PASS ? ispy_evidence_fail(ispy_show_nothing(), bases)
                                                  : ispy_evidence_open(reason, ispy_show_nothing(), bases);
    evidence.part = wanted;
    if (klass->base_count > 0) {
        evidence.at = klass->bases[0].at;
    }
    return evidence;
}

/* Asked where the attribute is not on the side that is wanted, but on the other: `definition`. */
ispy_evidence ispy_rule_attribute_side(const ispy_question *question) {
    bool wants_class = question->variable->side == ISPY_SIDE_CLASS;
    ispy_shown wanted = ispy_show_text(ispy_str_literal(wants_class ? "a class attribute" : "an instance attribute"));
    ispy_shown found = ispy_show_text(ispy_str_literal(wants_class ? "an instance attribute" : "a class attribute"));
    if (question->lookup->open != ISPY_REASON_NONE) {
        return ispy_evidence_open(question->lookup->open, wanted, found);
    }
    return ispy_evidence_fail(wanted, found);
}
