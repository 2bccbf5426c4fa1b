/* ISPY317, 318, 412, 413: what stands above a definition with "@".
 *
 * A decorator is known by what its name stood for when the definition was made: the import or definition that bound the
 * name has to stand before it. A running module does not say how its functions were decorated, so that what the source
 * leaves open stays open. Must not know: what a decorator does.
 */
#include "rules/rule.h"

#include <string.h>

static ispy_str last_part(ispy_str dotted) {
    size_t start = dotted.length;
    while (start > 0 && dotted.data[start - 1] != '.') {
        start--;
    }
    return ispy_str_of(dotted.data + start, dotted.length - start);
}

static bool has_dot(ispy_str text) {
    return memchr(text.data, '.', text.length) != NULL;
}

static bool is_before(ispy_span a, ispy_span b) {
    return a.line < b.line || (a.line == b.line && a.column < b.column);
}

/* The name that a decorator begins with is bound in the class around, or in one that it derives from. */
static bool is_of_class(const ispy_question *question, ispy_str dotted) {
    const ispy_hierarchy *hierarchy = question->hierarchy;
    const char *dot = memchr(dotted.data, '.', dotted.length);
    ispy_str head = ispy_str_of(dotted.data, dot == NULL ? dotted.length : (size_t)(dot - dotted.data));
    bool found = false;
    for (uint32_t i = 0; hierarchy != NULL && i < hierarchy->count && !found; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        found = definition != NULL && ispy_scope_find(&definition->as.klass->members, head) != NULL;
    }
    return found;
}

/* "@app.task", where nobody knows what `app` is: the last part is called so all the same. */
static ispy_verdict by_its_looks(ispy_str written, ispy_str wanted) {
    bool fits = has_dot(written) && !has_dot(wanted) && ispy_str_equal(last_part(written), wanted);
    return fits ? ISPY_PASS : ISPY_UNPROVABLE;
}

static ispy_verdict judge_target(const ispy_target *target, const ispy_reference *decorator, ispy_str wanted) {
    bool is_import = target->kind == ISPY_TARGET_QUALIFIED;
    bool is_own = target->kind == ISPY_TARGET_DEFINITION && target->definition->kind != ISPY_DEFINES_VARIABLE;
    if (!is_import && !is_own) {
        return by_its_looks(decorator->name, wanted);
    }
    if ((is_own && !is_before(target->definition->at, decorator->at)) ||
        (is_import && target->import != NULL && !is_before(target->import->at, decorator->at))) {
        return ISPY_UNPROVABLE; /* another thing bore the name then */
    }
    if (!has_dot(wanted)) {
        return ispy_qualified_ends_in(&target->name, wanted) ? ISPY_PASS : ISPY_FAIL;
    }
    ispy_verdict verdict = ispy_qualified_is(&target->name, wanted);
    /* one function often goes by two names: acme.hook may be acme.api.hook */
    bool may_be_same = is_import && target->import != NULL && ispy_qualified_ends_in(&target->name, last_part(wanted));
    return verdict == ISPY_FAIL && may_be_same ? ISPY_UNPROVABLE : verdict;
}

static ispy_verdict judge_one(const ispy_question *question, const ispy_reference *decorator, ispy_str wanted) {
    ispy_resolution found;
    if (decorator->name.data == NULL) {
        return ISPY_UNPROVABLE;
    }
    if (is_of_class(question, decorator->name)) {
        return by_its_looks(decorator->name, wanted);
    }
    ispy_resolve(&found, question->module, decorator->name, ISPY_VIEW_RUNTIME);
    if (found.count != 1 || found.reason != ISPY_REASON_NONE) {
        return by_its_looks(decorator->name, wanted);
    }
    return judge_target(&found.targets[0], decorator, wanted);
}

/* The best that any decorator comes to; `at`: where that one stands. */
static ispy_verdict search(const ispy_question *question, ispy_span *at) {
    const ispy_definition *definition = question->definition;
    bool is_class = definition->kind == ISPY_DEFINES_CLASS;
    const ispy_reference *all = is_class ? definition->as.klass->decorators : definition->as.function->decorators;
    uint32_t count = is_class ? definition->as.klass->decorator_count : definition->as.function->decorator_count;
    ispy_verdict best = ISPY_FAIL;
    if (question->module->is_live) {
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 0; i < count && best != ISPY_PASS; i++) {
        ispy_verdict verdict = judge_one(question, &all[i], question->decorator->name);
        if (verdict > best) {
            best = verdict;
            *at = all[i].at;
        }
    }
    return best;
}

/* `wanted`: PASS where the decorator has to be there, FAIL where it must not. */
static ispy_evidence judge(const ispy_question *question, ispy_verdict wanted) {
    ispy_span at = {0, 0, 0};
    ispy_verdict verdict = search(question, &at);
    if (verdict == wanted) {
        return ispy_evidence_pass();
    }
    ispy_shown nothing = ispy_show_nothing();
    ispy_evidence evidence = verdict == ISPY_UNPROVABLE ? ispy_evidence_open(ISPY_REASON_DECORATED, nothing, nothing)
                                                        : ispy_evidence_fail(nothing, nothing);
    evidence.part = question->decorator->name;
    evidence.at = at;
    return evidence;
}

ispy_evidence ispy_rule_decorator_missing(const ispy_question *question) {
    return judge(question, ISPY_PASS);
}

ispy_evidence ispy_rule_decorator_forbidden(const ispy_question *question) {
    return judge(question, ISPY_FAIL);
}
