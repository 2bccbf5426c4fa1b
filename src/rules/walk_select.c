/* The walk over a clause that selects: "*Plugin", `subclass_of:`. Each thing of the module that belongs to it is held
 * against what the clause demands, and their number against `at_least:` and `at_most:`.
 *
 * What belongs is what the module makes itself, as __module__ tells: a class or function that it only imports is judged
 * where it is defined. Must not know: how a rule judges.
 */
#include "rules/walk.h"

#include "base/glob.h"

#include <stdlib.h>
#include <string.h>

/* One clause at work. */
typedef struct selecting {
    ispy_walk *walk;
    const void *clause;
    const ispy_origin *origin;
    const ispy_selection *select;
    ispy_str pattern;          /* data == NULL: any name */
    ispy_hierarchy *hierarchy; /* of methods; NULL: names of the module */
    ispy_str owner;
    ispy_noun noun;
    ispy_rule_id count_rule;
    bool demands; /* more than a number */
    void (*candidate)(ispy_walk *walk, const void *clause, const ispy_definition *definition);
    ispy_counted counted;
    const ispy_binding **seen; /* names that were counted: an alias is no second one */
    uint32_t seen_count;
} selecting;

static bool is_dunder(ispy_str name) {
    return name.length > 4 && memcmp(name.data, "__", 2) == 0 && memcmp(name.data + name.length - 2, "__", 2) == 0;
}

/* As a shell's "*" passes over ".profile", a pattern has to begin with "__" to mean __init__. */
static bool fits_pattern(const selecting *s, ispy_str name) {
    bool asks_for_dunder = s->pattern.length >= 2 && memcmp(s->pattern.data, "__", 2) == 0;
    if (is_dunder(name) && !asks_for_dunder) {
        return false;
    }
    return s->pattern.data == NULL || ispy_glob_match(s->pattern, name, '/');
}

static ispy_verdict derives(selecting *s, const ispy_definition *definition, ispy_reason *reason) {
    ispy_hierarchy hierarchy;
    if (s->select->subclass_of.data == NULL) {
        return ISPY_PASS;
    }
    ispy_question *question = &s->walk->question;
    const ispy_definition *before = question->definition;
    ispy_hierarchy_of(&hierarchy, question->follower, question->module, definition);
    question->hierarchy = &hierarchy;
    question->definition = definition;
    ispy_verdict verdict = ispy_class_derives(question, s->select->subclass_of, reason);
    question->hierarchy = NULL;
    question->definition = before;
    return verdict;
}

/* Whether one of the things that the name may stand for is selected. */
static ispy_verdict belongs(selecting *s, const ispy_definition *definition, ispy_reason *reason) {
    bool is_live = s->walk->question.module->is_live;
    *reason = ISPY_REASON_NONE;
    if (definition->kind == ISPY_DEFINES_IMPORT || definition->is_foreign || ispy_definition_is_bare(definition) ||
        (definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->is_object)) {
        return ISPY_FAIL;
    }
    ispy_verdict verdict = ispy_definition_is(definition, s->noun, is_live, reason);
    if (verdict == ISPY_FAIL) {
        return verdict;
    }
    if (ispy_class_is_renamed(s->walk->question.module, definition)) {
        *reason = ISPY_REASON_DYNAMIC_NAMESPACE;
        verdict = ISPY_UNPROVABLE;
    }
    if (definition->kind != ISPY_DEFINES_CLASS) {
        return verdict;
    }
    ispy_reason doubt = ISPY_REASON_NONE;
    ispy_verdict derived = derives(s, definition, &doubt);
    *reason = *reason == ISPY_REASON_NONE ? doubt : *reason;
    return derived < verdict ? derived : verdict;
}

typedef struct membership {
    uint32_t yes;
    uint32_t all;
    bool maybe;
    ispy_reason reason;
} membership;

static void weigh(membership *m, ispy_verdict verdict, ispy_reason reason) {
    m->all++;
    m->yes += verdict == ISPY_PASS ? 1 : 0;
    m->maybe |= verdict == ISPY_UNPROVABLE;
    m->reason = m->reason == ISPY_REASON_NONE ? reason : m->reason;
}

static membership weigh_all(selecting *s, const ispy_lookup *lookup) {
    membership m = {0};
    for (uint32_t i = 0; i < lookup->count; i++) {
        for (uint32_t j = 0; j < lookup->bindings[i]->count; j++) {
            ispy_reason reason = ISPY_REASON_NONE;
            bool is_own = lookup->homes[i] == s->walk->question.module;
            ispy_verdict verdict =
                is_own ? belongs(s, lookup->bindings[i]->candidates[j], &reason) : ISPY_FAIL; /* inherited from there */
            weigh(&m, verdict, verdict == ISPY_UNPROVABLE ? reason : ISPY_REASON_NONE);
        }
    }
    if (lookup->open != ISPY_REASON_NONE) {
        weigh(&m, ISPY_UNPROVABLE, lookup->open);
    } else if (lookup->may_be_absent) {
        weigh(&m, ISPY_FAIL, lookup->reason);
    }
    m.reason = m.reason != ISPY_REASON_NONE ? m.reason : ISPY_REASON_CONDITIONAL;
    return m;
}

static bool is_same_place(ispy_span a, ispy_span b) {
    return a.line != 0 && a.line == b.line && a.column == b.column;
}

/* Whether two names stand for one function or class. One that is changed later becomes another value here, and one that
 * was read from a cache has a copy for each name: it is made at the same place. */
static bool is_same(const ispy_definition *a, const ispy_definition *b) {
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == ISPY_DEFINES_FUNCTION) {
        return a->as.function == b->as.function || is_same_place(a->as.function->made_at, b->as.function->made_at);
    }
    return a->kind == ISPY_DEFINES_CLASS &&
           (a->as.klass == b->as.klass || is_same_place(a->as.klass->made_at, b->as.klass->made_at));
}

/* Whether what the name stands for was met under another name. */
static ispy_verdict is_second_name(selecting *s, const ispy_binding *binding) {
    ispy_verdict best = ISPY_FAIL;
    for (uint32_t i = 0; i < s->seen_count; i++) {
        const ispy_binding *before = s->seen[i];
        uint32_t same = 0;
        for (uint32_t j = 0; j < before->count * binding->count; j++) {
            same += is_same(before->candidates[j % before->count], binding->candidates[j / before->count]) ? 1 : 0;
        }
        ispy_verdict verdict = same == 0                                ? ISPY_FAIL
                               : same == before->count * binding->count ? ISPY_PASS
                                                                        : ISPY_UNPROVABLE;
        best = verdict > best ? verdict : best;
    }
    s->seen[s->seen_count++] = binding;
    return best;
}

static void open_up(selecting *s, ispy_reason reason, ispy_span at) {
    if (s->counted.open == ISPY_REASON_NONE && reason != ISPY_REASON_NONE) {
        s->counted.open = reason;
        s->counted.open_at = at;
    }
}

/* Holds what is selected against the clause; what only may be selected, may break it. */
static void walk_members(selecting *s, const ispy_lookup *lookup, const membership *m) {
    ispy_walk *walk = s->walk;
    bool is_sure = m->yes == m->all;
    ispy_mark mark = ispy_ledger_mark(&walk->ledger);
    ispy_selected around = walk->selected;
    if (s->noun == ISPY_NOUN_CLASS) {
        walk->selected.klass = lookup->name;
    } else {
        walk->selected.function = lookup->name;
    }
    walk->subject = (ispy_subject){s->noun, s->owner, lookup->name, lookup->scope};
    walk->question.noun = s->noun;
    for (uint32_t i = 0; i < lookup->count; i++) {
        for (uint32_t j = 0; j < lookup->bindings[i]->count; j++) {
            const ispy_definition *definition = lookup->bindings[i]->candidates[j];
            ispy_reason reason;
            ispy_verdict verdict = belongs(s, definition, &reason);
            bool is_read = definition->kind == ISPY_DEFINES_CLASS || definition->kind == ISPY_DEFINES_FUNCTION;
            if (verdict == ISPY_FAIL || lookup->homes[i] != walk->question.module) {
                continue;
            }
            if (!is_read) {
                open_up(s, reason, definition->at);
                continue;
            }
            ispy_question question = walk->question;
            walk->question.lookup = lookup;
            walk->question.definition = definition;
            s->candidate(walk, s->clause, definition);
            walk->question = question;
        }
    }
    walk->selected = around;
    if (!is_sure) {
        ispy_ledger_doubt(&walk->ledger, mark, m->reason);
    }
}

static void take_name(selecting *s, const ispy_lookup *lookup) {
    membership m = weigh_all(s, lookup);
    bool is_sure = m.yes > 0 && m.yes == m.all;
    const ispy_definition *first = lookup->count > 0 ? lookup->bindings[0]->candidates[0] : NULL;
    if (first == NULL || (m.yes == 0 && !m.maybe)) {
        return;
    }
    ispy_verdict again = is_second_name(s, lookup->bindings[0]);
    if (is_sure && again == ISPY_PASS) {
        return;
    }
    if (again != ISPY_FAIL && is_sure) {
        is_sure = false;
        m.reason = ISPY_REASON_ALIASED;
    }
    s->counted.sure += is_sure ? 1 : 0;
    s->counted.possible += is_sure ? 0 : 1;
    s->counted.reason = is_sure || s->counted.reason != ISPY_REASON_NONE ? s->counted.reason : m.reason;
    if (is_sure && s->counted.sure > s->select->at_most && s->counted.beyond.line == 0) {
        s->counted.beyond = first->at;
    }
    if (s->demands) {
        walk_members(s, lookup, &m);
    }
}

/* ---- which names there are ---- */

typedef struct names {
    const ispy_binding **items;
    uint32_t count;
} names;

static int by_place(const void *a, const void *b) {
    const ispy_binding *left = *(const ispy_binding *const *)a;
    const ispy_binding *right = *(const ispy_binding *const *)b;
    ispy_span at = left->candidates[0]->at;
    ispy_span to = right->candidates[0]->at;
    if (at.line != to.line) {
        return at.line < to.line ? -1 : 1;
    }
    if (at.column != to.column) {
        return at.column < to.column ? -1 : 1;
    }
    int order = strcmp(left->name.data, right->name.data);
    return order;
}

static void add_names(selecting *s, names *all, const ispy_scope *scope) {
    uint32_t before = all->count;
    for (uint32_t i = 0; i < scope->count; i++) {
        const ispy_binding *binding = &scope->bindings[i];
        bool is_known = false;
        for (uint32_t j = 0; j < before && !is_known; j++) {
            is_known = ispy_str_equal(all->items[j]->name, binding->name);
        }
        if (!is_known && fits_pattern(s, binding->name)) {
            all->items[all->count++] = binding;
        }
    }
}

/* How many classes of the hierarchy show their members here. */
static uint32_t shown(const ispy_hierarchy *hierarchy) {
    bool has_all = hierarchy->is_live && hierarchy->ancestors[0].definition->as.klass->bases_are_mro;
    return has_all ? 1 : hierarchy->count;
}

/* NULL: it is defined in another module, and what it brings belongs there. */
static const ispy_definition *own_class(const selecting *s, const ispy_ancestor *ancestor) {
    return ancestor->home == s->walk->question.module ? ancestor->definition : NULL;
}

/* NULL items: out of memory. */
static names names_of(selecting *s) {
    const ispy_module *module = s->walk->question.module;
    const ispy_hierarchy *hierarchy = s->hierarchy;
    size_t most = hierarchy == NULL ? module->scope.count : 0;
    for (uint32_t i = 0; hierarchy != NULL && i < shown(hierarchy); i++) {
        const ispy_definition *definition = own_class(s, &hierarchy->ancestors[i]);
        most += definition != NULL ? definition->as.klass->members.count : 0;
    }
    names all = {ispy_arena_array(s->walk->ledger.arena, most, sizeof(const ispy_binding *)), 0};
    s->seen = ispy_arena_array(s->walk->ledger.arena, most, sizeof *s->seen);
    if (all.items == NULL || s->seen == NULL) {
        s->walk->ledger.status = ISPY_ENOMEM;
        return all;
    }
    if (hierarchy == NULL) {
        add_names(s, &all, &module->scope);
    }
    for (uint32_t i = 0; hierarchy != NULL && i < shown(hierarchy); i++) {
        const ispy_definition *definition = own_class(s, &hierarchy->ancestors[i]);
        if (definition != NULL) {
            add_names(s, &all, &definition->as.klass->members);
        }
    }
    if (all.count > 1) {
        qsort(all.items, all.count, sizeof *all.items, by_place);
    }
    return all;
}

/* Methods that the bodies of the classes do not show: set from outside, brought by a metaclass or a decorator. */
static void open_methods(selecting *s) {
    const ispy_hierarchy *hierarchy = s->hierarchy;
    const ispy_span nowhere = {0, 0, 0};
    if (hierarchy->is_live) {
        return;
    }
    for (uint32_t i = 0; i < hierarchy->module->patched_count; i++) {
        if (fits_pattern(s, hierarchy->module->patched[i])) {
            open_up(s, ISPY_REASON_DYNAMIC_NAMESPACE, nowhere);
        }
    }
    if (hierarchy->module->is_patched_at_will) {
        open_up(s, ISPY_REASON_DYNAMIC_NAMESPACE, nowhere);
    }
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        if (definition != NULL) {
            ispy_reason adds = ispy_class_adds(definition->as.klass, s->pattern);
            open_up(s, adds != ISPY_REASON_CLASS_GETATTR ? adds : ISPY_REASON_NONE, definition->at);
            open_up(s, definition->as.klass->members.open, definition->as.klass->members.open_at);
        }
    }
}

static void run(selecting *s) {
    ispy_walk *walk = s->walk;
    const ispy_module *module = walk->question.module;
    ispy_subject subject = walk->subject;
    names all = names_of(s);
    for (uint32_t i = 0; i < all.count && walk->ledger.status == ISPY_OK; i++) {
        ispy_lookup lookup;
        if (s->hierarchy == NULL) {
            ispy_lookup_name(&lookup, module, all.items[i]->name);
        } else {
            ispy_lookup_member(&lookup, s->hierarchy, all.items[i]->name, ISPY_ON_CLASS);
        }
        take_name(s, &lookup);
    }
    if (s->hierarchy != NULL) {
        open_methods(s);
    } else if (!module->is_live) {
        open_up(s, module->scope.open, module->scope.open_at);
    }
    s->counted.demands = s->demands;
    walk->subject = subject;
    walk->question.noun = s->noun;
    walk->question.select = s->select;
    walk->question.counted = &s->counted;
    walk->question.definition = NULL;
    ispy_ask(walk, s->count_rule, s->clause, s->origin);
    walk->question.counted = NULL;
}

/* ---- what selects ---- */

void ispy_walk_selected_classes(ispy_walk *walk, const ispy_class_clause *clause, bool demands,
                                void (*candidate)(ispy_walk *, const void *, const ispy_definition *)) {
    selecting s = {
        .walk = walk,
        .clause = clause,
        .origin = &clause->origin,
        .select = &clause->select,
        .pattern = clause->name,
        .noun = ISPY_NOUN_CLASS,
        .count_rule = ISPY_RULE_CLASS_COUNT,
        .demands = demands,
        .candidate = candidate,
    };
    walk->subject = (ispy_subject){
        .noun = ISPY_NOUN_CLASS,
        .name = clause->name.data != NULL ? clause->name : clause->select.subclass_of,
    };
    run(&s);
}

void ispy_walk_selected_functions(ispy_walk *walk, const ispy_function_clause *clause, ispy_hierarchy *hierarchy,
                                  ispy_str owner,
                                  void (*candidate)(ispy_walk *, const void *, const ispy_definition *)) {
    selecting s = {
        .walk = walk,
        .clause = clause,
        .origin = &clause->origin,
        .select = &clause->select,
        .pattern = clause->name,
        .hierarchy = hierarchy,
        .owner = owner,
        .noun = hierarchy != NULL ? ISPY_NOUN_METHOD : ISPY_NOUN_FUNCTION,
        .count_rule = ISPY_RULE_FUNCTION_COUNT,
        .demands = ispy_function_clause_demands(clause),
        .candidate = candidate,
    };
    walk->subject = (ispy_subject){.noun = s.noun, .owner = owner, .name = clause->name};
    run(&s);
}
