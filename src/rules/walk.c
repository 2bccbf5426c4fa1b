/* The walk over a block, its variables, and the fold over candidates. See walk.h. */
#include "rules/walk.h"

#include <stddef.h>
#include <string.h>

#include "rules/condition.h"
#include "rules/waivers.h"

enum { GROUPS = 3 };   /* all_of, any_of, not: a unit each */
enum { POLICIES = 3 }; /* imports, calls, top_level: likewise */

static ispy_severity severity_of(const ispy_walk *walk, ispy_rule_id rule) {
    const ispy_severity *stated = walk->question.contract->severities;
    if (walk->negations > 0) {
        return ISPY_SEVERITY_ERROR;
    }
    return stated != NULL ? stated[rule] : ispy_rule_at(rule)->info.severity;
}

ispy_stay ispy_walk_enter(ispy_walk *walk, const ispy_module *module, ispy_span at) {
    const ispy_stay stay = {walk->question.module, walk->anchor};
    if (module != walk->question.root && walk->question.module == walk->question.root) {
        walk->anchor = at;
    }
    walk->question.module = module;
    return stay;
}

void ispy_walk_leave(ispy_walk *walk, const ispy_stay *stay) {
    walk->question.module = stay->module;
    walk->anchor = stay->anchor;
}

static void write_down(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin,
                       ispy_evidence evidence) {
    const ispy_question *question = &walk->question;
    ispy_severity severity = severity_of(walk, rule);
    if (severity == ISPY_SEVERITY_OFF) {
        return;
    }
    bool may_be_waived = question->contract->waiver_count > 0 && walk->negations == 0;
    const ispy_waiver *waiver = may_be_waived ? ispy_waiver_find(question, rule, &walk->subject) : NULL;
    ispy_span there = evidence.at.line == 0 && question->definition != NULL ? question->definition->at : evidence.at;
    if (question->module != question->root) {
        evidence.at = walk->anchor;
    } else if (evidence.at.line == 0) {
        evidence.at = question->definition != NULL ? question->definition->at : walk->place;
    }
    ispy_pending pending = {
        .rule = rule,
        .unit = walk->unit,
        .clause = clause,
        .origin = origin,
        .subject = walk->subject,
        .selected = walk->selected,
        .function = question->function,
        .found = question->signature != NULL ? question->signature->function : NULL,
        .evidence = evidence,
        .severity = waiver != NULL ? ISPY_SEVERITY_OFF : severity,
        .waiver = waiver,
        .home = question->module != question->root ? question->module : NULL,
        .home_at = there,
    };
    ispy_ledger_add(&walk->ledger, &pending);
}

ispy_verdict ispy_ask(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin) {
    ispy_evidence evidence = ispy_rule_at(rule)->check(&walk->question);
    if (evidence.status != ISPY_OK) {
        walk->ledger.status = evidence.status;
        return ISPY_UNPROVABLE;
    }
    /* What the source proves stays proved: the live module shows less of some things (instance attributes, how an
     * annotation was written), and a clause must not get worse by being looked at again. */
    if (evidence.verdict != ISPY_PASS && walk->settled != NULL &&
        ispy_ledger_settled(walk->settled, rule, clause, &walk->selected) == ISPY_PASS) {
        return ISPY_PASS;
    }
    ispy_ledger_answer(&walk->ledger, rule, clause, &walk->selected, evidence.verdict);
    if (evidence.verdict != ISPY_PASS) {
        write_down(walk, rule, clause, origin, evidence);
    }
    return evidence.verdict;
}

ispy_pending *ispy_ask_whole(ispy_walk *walk, ispy_rule_id rule, const void *clause, const ispy_origin *origin,
                             ispy_mark start) {
    ispy_ledger *ledger = &walk->ledger;
    size_t before = ledger->count;
    ispy_verdict verdict = ispy_ask(walk, rule, clause, origin);
    if (ledger->count == before) {
        if (verdict != ISPY_PASS) { /* the rule is off */
            ispy_ledger_cut(ledger, start, (ispy_mark){before, start.answers});
        }
        return NULL;
    }
    ispy_severity severity = ledger->items[before].severity;
    const ispy_waiver *waiver = ledger->items[before].waiver;
    for (size_t i = start.items; i < before; i++) {
        ispy_pending *pending = &ledger->items[i];
        pending->severity = pending->severity > severity ? severity : pending->severity;
        pending->waiver = pending->waiver == NULL ? waiver : pending->waiver;
    }
    ispy_ledger_raise(ledger, start);
    return &ledger->items[start.items];
}

/* "Outer.Inner" is below "Outer". */
static bool is_below(ispy_str name, ispy_str outer) {
    return name.data != NULL && outer.data != NULL && name.length > outer.length && name.data[outer.length] == '.' &&
           memcmp(name.data, outer.data, outer.length) == 0;
}

static bool is_within(ispy_str owner, ispy_str name) {
    return ispy_str_equal(owner, name) || is_below(owner, name);
}

static void keep_open(ispy_walk *walk, const ispy_pending *open, size_t count, ispy_reason reason, bool members) {
    for (size_t i = 0; i < count; i++) {
        ispy_pending pending = open[i];
        bool is_own = ispy_str_equal(pending.subject.name, walk->subject.name) &&
                      ispy_str_equal(pending.subject.owner, walk->subject.owner);
        bool is_member = members && (is_within(pending.subject.owner, walk->subject.name) ||
                                     is_below(pending.subject.name, walk->subject.name));
        bool is_open = pending.evidence.verdict == ISPY_UNPROVABLE;
        if (pending.unit == walk->unit && is_open && (is_own || is_member)) {
            pending.evidence.reason = reason;
            ispy_ledger_add(&walk->ledger, &pending);
        }
    }
}

void ispy_keep_open(ispy_walk *walk, ispy_reason reason, bool members) {
    const ispy_ledger *settled = walk->settled;
    if (settled != NULL) {
        keep_open(walk, settled->items, settled->count, reason, members);
        keep_open(walk, settled->aside, settled->aside_count, reason, members);
    }
}

/* One of the things that may be the case: the name is bound to this definition, or (NULL) to none that can be seen. */
static void try_alternative(ispy_walk *walk, const ispy_named *named, const ispy_definition *definition) {
    if (definition != NULL && ispy_definition_is_bare(definition) && !named->takes_bare) {
        definition = NULL;
    }
    walk->question.definition = definition;
    walk->question.presence = named->presence;
    if (named->presence == ISPY_FORBIDDEN) {
        ispy_ask(walk, named->forbidden, named->clause, named->origin);
    } else if (definition == NULL) {
        ispy_ask(walk, named->missing, named->clause, named->origin);
    } else {
        named->candidate(walk, named->clause, definition);
    }
}

/* Whether a rule asks for more than that something bears the name. */
static bool needs_definition(const ispy_named *named, ispy_noun noun) {
    if (named->candidate != ispy_walk_variable_candidate || noun == ISPY_NOUN_FUNCTION || noun == ISPY_NOUN_CLASS) {
        return true;
    }
    const ispy_variable_clause *clause = named->clause;
    return named->presence != ISPY_FORBIDDEN && (clause->value != NULL || clause->annotation != NULL);
}

static bool is_from_star(const ispy_definition *definition) {
    return definition->kind == ISPY_DEFINES_UNKNOWN && definition->reason == ISPY_REASON_STAR_IMPORT;
}

typedef struct tally {
    uint32_t passed;
    uint32_t failed;
    uint32_t heavy; /* of those that failed: that deny the module */
    uint32_t light; /* ... that do not, and leave nothing open that does */
    uint32_t all;
    ispy_mark failure_from; /* of the first that failed */
    ispy_mark failure_to;
} tally;

static void count_alternative(ispy_walk *walk, const ispy_named *named, const ispy_definition *definition, tally *t) {
    ispy_question question = walk->question;
    ispy_mark from = ispy_ledger_mark(&walk->ledger);
    try_alternative(walk, named, definition);
    walk->question = question;
    ispy_verdict verdict = ispy_ledger_since(&walk->ledger, from);
    if (verdict == ISPY_FAIL && t->failed++ == 0) {
        t->failure_from = from;
        t->failure_to = ispy_ledger_mark(&walk->ledger);
    }
    ispy_verdict weight = ispy_ledger_weight(&walk->ledger, from);
    t->heavy += weight == ISPY_FAIL ? 1 : 0;
    t->light += verdict == ISPY_FAIL && weight == ISPY_PASS ? 1 : 0;
    t->passed += verdict == ISPY_PASS ? 1 : 0;
    t->all++;
}

/* A definition in another module, as the name that is looked at may stand for it. */
static void count_elsewhere(ispy_walk *walk, const ispy_named *named, const ispy_sighting *seen, ispy_span at,
                            tally *t) {
    ispy_span place = walk->place;
    ispy_stay stay = ispy_walk_enter(walk, seen->home, place.line != 0 ? place : at);
    count_alternative(walk, named, seen->definition, t);
    ispy_walk_leave(walk, &stay);
}

/* Something that cannot be seen, and why. */
static const ispy_definition *unseen(ispy_walk *walk, ispy_reason reason, ispy_str name, ispy_span at) {
    ispy_definition *definition = ispy_arena_alloc(walk->ledger.arena, sizeof *definition);
    if (definition == NULL) {
        walk->ledger.status = ISPY_ENOMEM;
        return NULL;
    }
    *definition = (ispy_definition){.kind = ISPY_DEFINES_UNKNOWN, .reason = reason, .name = name, .at = at};
    return definition;
}

/* All that a name from elsewhere may stand for. `is_sure`: it is bound, so that there being no such name means that the
 * import fails. */
static void count_seen(ispy_walk *walk, const ispy_named *named, const ispy_sightings *seen, ispy_str name,
                       ispy_span at, bool is_sure, tally *t) {
    for (uint32_t i = 0; i < seen->count; i++) {
        const ispy_sighting *one = &seen->items[i];
        if (one->definition != NULL) {
            count_elsewhere(walk, named, one, at, t);
        } else if (one->reason != ISPY_REASON_NONE || is_sure) {
            ispy_reason reason = one->reason != ISPY_REASON_NONE ? one->reason : ISPY_REASON_IMPORTED;
            const ispy_definition *definition = unseen(walk, reason, name, at);
            if (definition != NULL) {
                count_alternative(walk, named, definition, t);
            }
        }
    }
}

static void count_candidate(ispy_walk *walk, const ispy_named *named, uint32_t index, const ispy_definition *candidate,
                            tally *t) {
    const ispy_lookup *lookup = walk->question.lookup;
    const ispy_module *home = lookup->homes[index];
    ispy_follower *follower = walk->question.follower;
    const ispy_str itself = {NULL, 0, 0};
    ispy_sightings seen;
    bool follows = ispy_follower_is_on(follower) && !home->is_live && needs_definition(named, walk->question.noun);
    if (follows && candidate->kind == ISPY_DEFINES_IMPORT) {
        ispy_follow_import(&seen, follower, home, candidate->as.import, itself);
    } else if (follows && is_from_star(candidate)) {
        ispy_follow_stars(&seen, follower, home, lookup->name);
    } else {
        const ispy_sighting here = {candidate, home, ISPY_REASON_NONE};
        count_elsewhere(walk, named, &here, candidate->at, t);
        return;
    }
    ispy_span at = home == walk->question.root ? candidate->at : walk->anchor;
    count_seen(walk, named, &seen, lookup->name, at, candidate->kind == ISPY_DEFINES_IMPORT, t);
}

/* A name that only star imports can bring. */
static void count_stars(ispy_walk *walk, const ispy_named *named, tally *t) {
    const ispy_lookup *lookup = walk->question.lookup;
    ispy_lookup closed = *lookup;
    ispy_sightings seen;
    ispy_follow_stars(&seen, walk->question.follower, walk->question.module, lookup->name);
    bool answers = ispy_scope_find(lookup->scope, ispy_str_literal("__getattr__")) != NULL;
    closed.open = answers ? ISPY_REASON_MODULE_GETATTR : ISPY_REASON_NONE;
    walk->question.lookup = &closed;
    bool found = false;
    for (uint32_t i = 0; i < seen.count; i++) {
        const ispy_sighting *one = &seen.items[i];
        if (one->definition != NULL) {
            count_elsewhere(walk, named, one, lookup->scope->open_at, t);
            found = true;
        } else if (one->reason != ISPY_REASON_NONE) {
            closed.open = one->reason;
        }
    }
    if (!found || closed.open != ISPY_REASON_NONE) {
        count_alternative(walk, named, NULL, t);
    }
    walk->question.lookup = lookup;
}

static ispy_verdict conclude(ispy_walk *walk, ispy_mark mark, const tally *t, ispy_reason reason) {
    if (t->all == 1 || t->passed == t->all) {
        return ispy_ledger_since(&walk->ledger, mark);
    }
    /* the first stands for all, unless some of them matter more than others */
    if (t->failed == t->all && (t->heavy == t->all || t->light == t->all)) {
        ispy_ledger_cut(&walk->ledger, t->failure_to, ispy_ledger_mark(&walk->ledger));
        ispy_ledger_cut(&walk->ledger, mark, t->failure_from);
        return ISPY_FAIL;
    }
    ispy_ledger_doubt(&walk->ledger, mark, reason);
    return ISPY_UNPROVABLE;
}

/* Nothing in the module itself binds the name, but a star import may. */
static bool brings_stars(const ispy_walk *walk) {
    const ispy_lookup *lookup = walk->question.lookup;
    const ispy_module *module = walk->question.module;
    return lookup->count == 0 && lookup->open == ISPY_REASON_STAR_IMPORT && lookup->scope == &module->scope &&
           !module->is_live && ispy_follower_is_on(walk->question.follower);
}

/* Stands for a clause as a whole among the answers. Asked for in groups alone: there a clause is looked at again
 * because of others beside it. */
#define WHOLE_CLAUSE ISPY_RULE_COUNT

ispy_verdict ispy_fold(ispy_walk *walk, const ispy_named *named) {
    const ispy_lookup *lookup = walk->question.lookup;
    if (walk->groups > 0 && walk->settled != NULL &&
        ispy_ledger_settled(walk->settled, WHOLE_CLAUSE, named->clause, &walk->selected) == ISPY_PASS) {
        return ISPY_PASS;
    }
    ispy_mark mark = ispy_ledger_mark(&walk->ledger);
    tally t = {.failure_from = mark, .failure_to = mark};
    for (uint32_t i = 0; i < lookup->count; i++) {
        const ispy_binding *binding = lookup->bindings[i];
        for (uint32_t j = 0; j < binding->count; j++) {
            count_candidate(walk, named, i, binding->candidates[j], &t);
        }
    }
    if (brings_stars(walk)) {
        count_stars(walk, named, &t);
    } else if (lookup->may_be_absent || lookup->open != ISPY_REASON_NONE) {
        count_alternative(walk, named, NULL, &t);
    }
    ispy_verdict verdict = conclude(walk, mark, &t, lookup->reason);
    if (walk->groups > 0) {
        ispy_ledger_answer(&walk->ledger, WHOLE_CLAUSE, named->clause, &walk->selected,
                           ispy_ledger_since(&walk->ledger, mark));
    }
    return verdict;
}

void ispy_walk_variable_candidate(ispy_walk *walk, const void *clause, const ispy_definition *definition) {
    const ispy_variable_clause *variable = clause;
    walk->question.definition = definition;
    walk->question.variable = variable;
    if (variable->value != NULL) {
        ispy_ask(walk, ISPY_RULE_VALUE, variable, &variable->value->origin);
    }
    if (variable->annotation != NULL) {
        ispy_ask(walk, ISPY_RULE_VARIABLE_ANNOTATION, variable, &variable->annotation->origin);
    }
}

static void begin_subject(ispy_walk *walk, ispy_noun noun, ispy_str name) {
    walk->subject = (ispy_subject){.noun = noun, .name = name, .scope = &walk->question.module->scope};
    walk->question.noun = noun;
    walk->place = (ispy_span){0, 0, 0};
}

void ispy_walk_variable(ispy_walk *walk, const ispy_variable_clause *clause) {
    const ispy_named named = {
        .missing = ISPY_RULE_VARIABLE_MISSING,
        .forbidden = ISPY_RULE_VARIABLE_FORBIDDEN,
        .presence = clause->presence,
        .clause = clause,
        .origin = &clause->origin,
        .candidate = ispy_walk_variable_candidate,
    };
    ispy_lookup lookup;
    begin_subject(walk, ISPY_NOUN_VARIABLE, clause->name);
    ispy_lookup_name(&lookup, walk->question.module, clause->name);
    walk->question.lookup = &lookup;
    ispy_fold(walk, &named);
    walk->question.lookup = NULL;
}

static void walk_version_candidate(ispy_walk *walk, const void *clause, const ispy_definition *definition) {
    const ispy_block *block = clause;
    walk->question.definition = definition;
    ispy_ask(walk, ISPY_RULE_VERSION, block, &block->version_origin);
}

static void walk_version(ispy_walk *walk, const ispy_block *block) {
    const ispy_named named = {
        .missing = ISPY_RULE_VERSION,
        .forbidden = ISPY_RULE_VERSION,
        .presence = ISPY_REQUIRED,
        .clause = block,
        .origin = &block->version_origin,
        .candidate = walk_version_candidate,
    };
    ispy_lookup lookup;
    begin_subject(walk, ISPY_NOUN_MODULE, ispy_str_literal("__version__"));
    walk->subject.scope = NULL;
    ispy_lookup_name(&lookup, walk->question.module, walk->subject.name);
    walk->question.lookup = &lookup;
    ispy_fold(walk, &named);
    walk->question.lookup = NULL;
}

static void walk_filename(ispy_walk *walk, const ispy_block *block) {
    begin_subject(walk, ISPY_NOUN_MODULE, block->filename);
    walk->subject.scope = NULL;
    walk->question.definition = NULL;
    ispy_ask(walk, ISPY_RULE_FILENAME, block, &block->filename_origin);
}

/* Whether the clauses of the next unit are to be looked at. */
static bool next_unit(ispy_walk *walk, bool counts) {
    if (!counts) {
        return true;
    }
    walk->unit++;
    return walk->units == NULL || walk->units[walk->unit];
}

static void walk_entry(ispy_walk *walk, const void *entry, const void *user) {
    (void)user;
    ispy_walk_block(walk, entry, false);
}

static void walk_logic(ispy_walk *walk, const ispy_logic *logic, bool counts) {
    static const ispy_entry_kind kind = {walk_entry, NULL, sizeof(ispy_block), offsetof(ispy_block, logic)};
    static void (*const walkers[])(ispy_walk *, const ispy_group *,
                                   const ispy_entry_kind *) = {ispy_walk_all_of, ispy_walk_any_of, ispy_walk_not};
    const ispy_group *const groups[] = {&logic->all_of, &logic->any_of, &logic->negated};
    bool is_readable = walk->question.module->unreadable.data == NULL;
    for (size_t i = 0; i < GROUPS; i++) {
        if (next_unit(walk, counts) && is_readable && groups[i]->entries != NULL) {
            begin_subject(walk, ISPY_NOUN_MODULE, walk->question.module->name);
            walk->subject.scope = NULL;
            walkers[i](walk, groups[i], &kind);
        }
    }
}

static void walk_docstring(ispy_walk *walk, const void *clause, const ispy_definition *definition) {
    const ispy_block *block = clause;
    walk->question.definition = definition;
    ispy_ask(walk, ISPY_RULE_DOCSTRING, block, &block->docstring_origin);
}

/* The docstring, and what the module exports. */
static void walk_surface(ispy_walk *walk, const ispy_block *block) {
    const ispy_named named = {
        .missing = ISPY_RULE_DOCSTRING,
        .forbidden = ISPY_RULE_DOCSTRING,
        .presence = ISPY_REQUIRED,
        .clause = block,
        .origin = &block->docstring_origin,
        .candidate = walk_docstring,
    };
    ispy_lookup lookup;
    if (block->docstring != ISPY_WISH_ANY) {
        begin_subject(walk, ISPY_NOUN_MODULE, ispy_str_literal("__doc__"));
        walk->subject.scope = NULL;
        ispy_lookup_name(&lookup, walk->question.module, walk->subject.name);
        walk->question.lookup = &lookup;
        ispy_fold(walk, &named);
        walk->question.lookup = NULL;
    }
    walk->question.definition = NULL;
    for (uint32_t i = 0; i < block->export_count; i++) {
        const ispy_decorator_clause *clause = &block->exports[i];
        begin_subject(walk, ISPY_NOUN_MODULE, walk->question.module->name);
        walk->subject.scope = NULL;
        walk->question.decorator = clause;
        ispy_ask(walk, clause->presence == ISPY_FORBIDDEN ? ISPY_RULE_EXPORT_FORBIDDEN : ISPY_RULE_EXPORT_MISSING,
                 clause, &clause->origin);
    }
}

static void walk_policies(ispy_walk *walk, const ispy_block *block, bool counts) {
    const struct {
        bool is_stated;
        void (*walk)(ispy_walk *walk, const ispy_block *block);
    } policies[POLICIES] = {
        {block->imports != NULL, ispy_walk_imports},
        {block->calls != NULL, ispy_walk_calls},
        {block->top_level != NULL, ispy_walk_top_level},
    };
    bool is_readable = walk->question.module->unreadable.data == NULL;
    for (size_t i = 0; i < POLICIES; i++) {
        if (next_unit(walk, counts) && is_readable && policies[i].is_stated) {
            policies[i].walk(walk, block);
        }
    }
}

void ispy_walk_block(ispy_walk *walk, const ispy_block *block, bool counts) {
    bool is_readable = walk->question.module->unreadable.data == NULL;
    if (!ispy_condition_holds(block->logic.when, walk->question.context)) {
        return; /* not so for the contract itself: that is not walked at all */
    }
    walk->question.block = block;
    if (next_unit(walk, counts) && block->requires != NULL) {
        ispy_walk_requires(walk, block->requires);
    }
    if (next_unit(walk, counts) && block->filename.data != NULL) {
        walk_filename(walk, block);
    }
    if (next_unit(walk, counts) && block->version != NULL && is_readable) {
        walk_version(walk, block);
    }
    for (uint32_t i = 0; i < block->variable_count; i++) {
        if (next_unit(walk, counts) && is_readable) {
            ispy_walk_variable(walk, &block->variables[i]);
        }
    }
    for (uint32_t i = 0; i < block->function_count; i++) {
        if (next_unit(walk, counts) && is_readable) {
            begin_subject(walk, ISPY_NOUN_FUNCTION, block->functions[i].name);
            ispy_walk_function(walk, &block->functions[i]);
        }
    }
    for (uint32_t i = 0; i < block->class_count; i++) {
        if (next_unit(walk, counts) && is_readable) {
            begin_subject(walk, ISPY_NOUN_CLASS, block->classes[i].name);
            ispy_walk_class(walk, &block->classes[i]);
        }
    }
    if (next_unit(walk, counts) && is_readable) {
        walk_surface(walk, block);
    }
    walk_policies(walk, block, counts);
    walk_logic(walk, &block->logic, counts);
}

/* 0: the module can be read; what it requires; file name; version; one each for variables, functions and classes;
 * docstring and exports; the policies; the groups; the deployments. */
uint32_t ispy_unit_count(const ispy_contract *contract) {
    const ispy_block *body = &contract->body;
    return 6 + POLICIES + GROUPS + body->variable_count + body->function_count + body->class_count;
}

void ispy_walk_contract(ispy_walk *walk) {
    const ispy_contract *contract = walk->question.contract;
    if (!ispy_contract_applies(contract, walk->question.context)) {
        return;
    }
    begin_subject(walk, ISPY_NOUN_MODULE, walk->question.module->name);
    walk->subject.scope = NULL;
    walk->unit = 0;
    if (walk->units == NULL) {
        ispy_ask(walk, ISPY_RULE_UNREADABLE, contract, &contract->origin);
    }
    ispy_walk_block(walk, &contract->body, true);
    if (next_unit(walk, true)) {
        ispy_walk_deployments(walk);
    }
}
