/* The walk over one class: what it is, its bases, its attributes, its methods. */
#include "rules/condition.h"
#include "rules/walk.h"

#include <stddef.h>

static void walk_body(ispy_walk *walk, const ispy_class_clause *clause, const ispy_definition *definition,
                      ispy_str owner);

static ispy_named named_attribute(const ispy_variable_clause *clause, ispy_side side) {
    const ispy_named named = {
        .missing = ISPY_RULE_ATTRIBUTE_MISSING,
        .forbidden = ISPY_RULE_ATTRIBUTE_FORBIDDEN,
        .presence = clause->presence,
        .clause = clause,
        .origin = &clause->origin,
        .takes_bare = side == ISPY_ON_INSTANCE,
        .candidate = ispy_walk_variable_candidate,
    };
    return named;
}

/* What follows from a side comes first, then what is true of it: a warning is worse than nothing. */
typedef enum side_rank { SIDE_BROKEN = 0, SIDE_FINE = 4 * ISPY_PASS + ISPY_PASS } side_rank;

static unsigned rank_since(const ispy_ledger *ledger, ispy_mark mark) {
    return 4u * (unsigned)ispy_ledger_weight(ledger, mark) + (unsigned)ispy_ledger_since(ledger, mark);
}

static bool is_certain(const ispy_lookup *lookup) {
    return lookup->count > 0 && !lookup->may_be_absent && lookup->open == ISPY_REASON_NONE;
}

static unsigned fold_side(ispy_walk *walk, const ispy_variable_clause *clause, const ispy_lookup *lookup,
                          ispy_side side) {
    const ispy_named named = named_attribute(clause, side);
    ispy_mark mark = ispy_ledger_mark(&walk->ledger);
    walk->question.lookup = lookup;
    ispy_fold(walk, &named);
    if (is_certain(lookup) && clause->presence == ISPY_REQUIRED) {
        ispy_ledger_answer(&walk->ledger, named.missing, clause, &walk->selected, ISPY_PASS);
    }
    if (walk->settled != NULL && lookup->count == 0 &&
        ispy_ledger_settled(walk->settled, named.missing, clause, &walk->selected) == ISPY_PASS) {
        ispy_keep_open(walk, ISPY_REASON_INSTANCE_ONLY, false);
    }
    return rank_since(&walk->ledger, mark);
}

static bool may_be_there(const ispy_lookup *lookup) {
    return lookup->count > 0 || lookup->open != ISPY_REASON_NONE;
}

/* Whichever side serves: what is on the class is tried first, for that is what the source shows best. */
static void walk_any_side(ispy_walk *walk, const ispy_variable_clause *clause, const ispy_lookup *on_class,
                          ispy_lookup *on_instance, ispy_hierarchy *hierarchy) {
    ispy_ledger *ledger = &walk->ledger;
    if (!may_be_there(on_class) || !may_be_there(on_instance)) {
        bool instance = may_be_there(on_instance);
        fold_side(walk, clause, instance ? on_instance : on_class, instance ? ISPY_ON_INSTANCE : ISPY_ON_CLASS);
        return;
    }
    ispy_mark start = ispy_ledger_mark(ledger);
    unsigned first = fold_side(walk, clause, on_class, ISPY_ON_CLASS);
    ispy_mark middle = ispy_ledger_mark(ledger);
    if (first == SIDE_FINE && clause->presence != ISPY_FORBIDDEN) {
        return;
    }
    if (first == SIDE_BROKEN && clause->presence == ISPY_FORBIDDEN) {
        return;
    }
    ispy_lookup_member(on_instance, hierarchy, clause->name, ISPY_ON_INSTANCE);
    unsigned second = fold_side(walk, clause, on_instance, ISPY_ON_INSTANCE);
    bool takes_second = clause->presence == ISPY_FORBIDDEN ? second < first : second > first;
    /* of two that are equally open, the one where something was found says more */
    takes_second |= second == first && on_class->count == 0 && on_instance->count > 0;
    if (takes_second) {
        ispy_ledger_cut(ledger, start, middle);
    } else {
        ispy_ledger_cut(ledger, middle, ispy_ledger_mark(ledger));
    }
}

static void walk_attribute(ispy_walk *walk, const ispy_variable_clause *clause, ispy_hierarchy *hierarchy,
                           ispy_str owner) {
    ispy_lookup on_class;
    ispy_lookup on_instance;
    ispy_lookup_member(&on_class, hierarchy, clause->name, ISPY_ON_CLASS);
    bool is_settled = clause->side == ISPY_SIDE_ANY && is_certain(&on_class);
    if (is_settled) {
        ispy_lookup_here(&on_instance, hierarchy, clause->name, ISPY_ON_INSTANCE); /* perhaps nobody will ask */
    } else {
        ispy_lookup_member(&on_instance, hierarchy, clause->name, ISPY_ON_INSTANCE);
    }
    walk->subject = (ispy_subject){ISPY_NOUN_ATTRIBUTE, owner, clause->name, on_class.scope};
    walk->question.noun = ISPY_NOUN_ATTRIBUTE;
    walk->question.variable = clause;
    if (clause->side == ISPY_SIDE_ANY) {
        walk_any_side(walk, clause, &on_class, &on_instance, hierarchy);
        return;
    }
    ispy_side side = clause->side == ISPY_SIDE_CLASS ? ISPY_ON_CLASS : ISPY_ON_INSTANCE;
    const ispy_lookup *lookup = side == ISPY_ON_CLASS ? &on_class : &on_instance;
    const ispy_lookup *other = side == ISPY_ON_CLASS ? &on_instance : &on_class;
    if (lookup->count == 0 && other->count > 0 && clause->presence == ISPY_REQUIRED) {
        walk->question.lookup = lookup;
        walk->question.definition = other->bindings[0]->candidates[0];
        bool is_proved = walk->settled != NULL && ispy_ledger_settled(walk->settled, ISPY_RULE_ATTRIBUTE_MISSING,
                                                                      clause, &walk->selected) == ISPY_PASS;
        if (!is_proved) {
            ispy_ask(walk, ISPY_RULE_ATTRIBUTE_SIDE, clause, &clause->origin);
            return;
        }
    }
    fold_side(walk, clause, lookup, side);
}

/* The class that bears the name of the base that is wanted; NULL: it is nowhere that can be seen. */
static const ispy_ancestor *find_base(ispy_hierarchy *hierarchy, ispy_str wanted) {
    bool is_dotted = false;
    for (uint32_t i = 0; i < wanted.length; i++) {
        is_dotted |= wanted.data[i] == '.';
    }
    for (uint32_t i = 1; i < hierarchy->count; i++) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i];
        bool fits = is_dotted ? ispy_qualified_is(&ancestor->name, wanted) != ISPY_FAIL ||
                                    ispy_qualified_is(&ancestor->written, wanted) == ISPY_PASS
                              : ispy_qualified_ends_in(&ancestor->name, wanted);
        if (ancestor->definition != NULL && ancestor->name.count > 0 && fits) {
            return ancestor;
        }
    }
    return ispy_hierarchy_follow(hierarchy) ? find_base(hierarchy, wanted) : NULL;
}

static bool is_empty(const ispy_class_clause *clause) {
    const ispy_logic *logic = &clause->logic;
    return clause->superclass_count == 0 && clause->decorator_count == 0 && clause->class_count == 0 &&
           clause->attribute_count == 0 && clause->method_count == 0 && logic->any_of.entries == NULL &&
           logic->all_of.entries == NULL && logic->negated.entries == NULL;
}

/* ImportSpy's form: the base has to have this and that itself. */
static void walk_base_body(ispy_walk *walk, const ispy_superclass_clause *clause, ispy_hierarchy *hierarchy) {
    const ispy_ancestor *base = find_base(hierarchy, clause->name);
    if (base == NULL && walk->question.module->is_live) {
        base = &hierarchy->ancestors[0]; /* a live class has all that its bases bring */
    }
    if (base != NULL && walk->depth < ISPY_WALK_MAX_DEPTH) {
        ispy_stay stay = ispy_walk_enter(walk, base->home, walk->place);
        walk->depth++;
        walk_body(walk, clause->body, base->definition, clause->name);
        walk->depth--;
        ispy_walk_leave(walk, &stay);
        return;
    }
    walk->question.base_is_elsewhere = true;
    ispy_ask(walk, ISPY_RULE_SUPERCLASS, clause->body, &clause->origin);
    walk->question.base_is_elsewhere = false;
}

/* Of an optional base: whether what is asked of it has to hold, or may have to. */
static bool may_derive(ispy_walk *walk, const ispy_superclass_clause *clause) {
    ispy_reason reason;
    return clause->body != NULL && !is_empty(clause->body) &&
           ispy_class_derives(&walk->question, clause->name, &reason) != ISPY_FAIL;
}

static void walk_superclass(ispy_walk *walk, const ispy_superclass_clause *clause, ispy_hierarchy *hierarchy) {
    ispy_question question = walk->question;
    ispy_subject subject = walk->subject;
    ispy_span place = walk->place;
    walk->question.superclass = clause;
    ispy_verdict verdict = ISPY_FAIL;
    if (clause->presence == ISPY_FORBIDDEN) {
        ispy_ask(walk, ISPY_RULE_SUPERCLASS_FORBIDDEN, clause, &clause->origin);
    } else if (clause->presence == ISPY_REQUIRED || may_derive(walk, clause)) {
        verdict = ispy_ask(walk, ISPY_RULE_SUPERCLASS, clause, &clause->origin);
    }
    if (verdict == ISPY_PASS && clause->body != NULL && !is_empty(clause->body)) {
        walk_base_body(walk, clause, hierarchy);
    }
    walk->question = question;
    walk->subject = subject;
    walk->place = place;
}

/* The class that the parts in groups are held against. */
typedef struct whole_class {
    const ispy_definition *definition;
    ispy_str owner;
} whole_class;

static void walk_part(ispy_walk *walk, const void *part, const void *user) {
    const whole_class *whole = user;
    walk_body(walk, part, whole->definition, whole->owner);
}

static void walk_groups(ispy_walk *walk, const ispy_logic *logic, const ispy_definition *definition, ispy_str owner) {
    const whole_class whole = {definition, owner};
    const ispy_entry_kind kind = {walk_part, &whole, sizeof(ispy_class_clause), offsetof(ispy_class_clause, logic)};
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_CLASS, .name = owner};
    walk->question.noun = ISPY_NOUN_CLASS;
    walk->question.definition = definition;
    ispy_walk_all_of(walk, &logic->all_of, &kind);
    ispy_walk_any_of(walk, &logic->any_of, &kind);
    ispy_walk_not(walk, &logic->negated, &kind);
}

static void walk_candidate(ispy_walk *walk, const void *data, const ispy_definition *definition);

/* "Outer.Inner". */
static ispy_str nested_name(ispy_walk *walk, ispy_str owner, ispy_str name) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str joined = name;
    ispy_text_str(&text, owner);
    ispy_text_char(&text, '.');
    ispy_text_str(&text, name);
    if (text.failed || ispy_text_take(&joined, &text, walk->question.arena) != ISPY_OK) {
        walk->ledger.status = ISPY_ENOMEM;
    }
    ispy_text_free(&text);
    return joined;
}

static ispy_named named_class(const ispy_class_clause *clause) {
    return (ispy_named){
        .missing = ISPY_RULE_CLASS_MISSING,
        .forbidden = ISPY_RULE_CLASS_FORBIDDEN,
        .presence = clause->presence,
        .clause = clause,
        .origin = &clause->origin,
        .candidate = walk_candidate,
    };
}

/* A class in the body of another: it goes by its qualified name, and its members with it. */
static void walk_nested(ispy_walk *walk, const ispy_class_clause *clause, ispy_hierarchy *hierarchy, ispy_str owner) {
    const ispy_named named = named_class(clause);
    if (!ispy_condition_holds(clause->logic.when, walk->question.context)) {
        return;
    }
    ispy_question question = walk->question;
    ispy_subject subject = walk->subject;
    ispy_span place = walk->place;
    ispy_lookup lookup;
    ispy_lookup_member(&lookup, hierarchy, clause->name, ISPY_ON_CLASS);
    walk->subject =
        (ispy_subject){.noun = ISPY_NOUN_CLASS, .name = nested_name(walk, owner, clause->name), .scope = lookup.scope};
    walk->question.noun = ISPY_NOUN_CLASS;
    walk->question.lookup = &lookup;
    ispy_fold(walk, &named);
    walk->question = question;
    walk->subject = subject;
    walk->place = place;
}

static void walk_body(ispy_walk *walk, const ispy_class_clause *clause, const ispy_definition *definition,
                      ispy_str owner) {
    ispy_hierarchy hierarchy;
    ispy_hierarchy_of(&hierarchy, walk->question.follower, walk->question.module, definition);
    walk->subject = (ispy_subject){.noun = ISPY_NOUN_CLASS, .name = owner};
    walk->place = walk->question.module == walk->question.root ? definition->at : walk->anchor;
    walk->question.definition = definition;
    walk->question.hierarchy = &hierarchy;
    ispy_walk_decorators(walk, clause->decorators, clause->decorator_count, ISPY_RULE_CLASS_DECORATOR_MISSING,
                         ISPY_RULE_CLASS_DECORATOR_FORBIDDEN);
    for (uint32_t i = 0; i < clause->superclass_count; i++) {
        walk_superclass(walk, &clause->superclasses[i], &hierarchy);
    }
    for (uint32_t i = 0; i < clause->attribute_count; i++) {
        walk_attribute(walk, &clause->attributes[i], &hierarchy, owner);
        walk->question.lookup = NULL;
    }
    for (uint32_t i = 0; i < clause->method_count; i++) {
        ispy_walk_method(walk, &clause->methods[i], &hierarchy, owner);
    }
    for (uint32_t i = 0; i < clause->class_count; i++) {
        walk_nested(walk, &clause->classes[i], &hierarchy, owner);
    }
    walk->question.hierarchy = NULL;
    walk_groups(walk, &clause->logic, definition, owner);
}

static void walk_candidate(ispy_walk *walk, const void *data, const ispy_definition *definition) {
    const ispy_class_clause *clause = data;
    ispy_subject subject = walk->subject;
    ispy_span place = walk->place;
    ispy_verdict verdict = ispy_ask(walk, ISPY_RULE_NOT_A_CLASS, clause, &clause->origin);
    bool is_read = definition->kind == ISPY_DEFINES_CLASS &&
                   (definition->as.klass->is_remade || definition->as.klass->may_be_no_class);
    if (verdict != ISPY_PASS && !(verdict == ISPY_UNPROVABLE && is_read)) {
        return; /* what a class says of its instances is worth asking, even where others have a say in the class */
    }
    if (definition->kind != ISPY_DEFINES_CLASS) {
        ispy_keep_open(walk, ISPY_REASON_ALIASED, true); /* another object took the place of the class */
    } else if (!is_empty(clause)) {
        walk_body(walk, clause, definition, subject.name);
    }
    walk->subject = subject;
    walk->place = place;
}

void ispy_walk_class(ispy_walk *walk, const ispy_class_clause *clause) {
    const ispy_named named = named_class(clause);
    ispy_lookup lookup;
    if (!ispy_condition_holds(clause->logic.when, walk->question.context)) {
        return;
    }
    if (clause->select.is_set) {
        ispy_walk_selected_classes(walk, clause, !is_empty(clause), walk_candidate);
        return;
    }
    ispy_lookup_name(&lookup, walk->question.module, clause->name);
    walk->question.lookup = &lookup;
    ispy_fold(walk, &named);
    walk->question.lookup = NULL;
}
