/* The walk over a block, its variables, and the fold over candidates. See walk.h. */
#include "rules/walk.h"

#include <stddef.h>

#include "rules/condition.h"
#include "rules/waivers.h"

enum { GROUPS = 3 }; /* all_of, any_of, not: a unit each */

static ispy_severity severity_of(const ispy_walk *walk, ispy_rule_id rule) {
    const ispy_severity *stated = walk->question.contract->severities;
    if (walk->negations > 0) {
        return ISPY_SEVERITY_ERROR;
    }
    return stated != NULL ? stated[rule] : ispy_rule_at(rule)->info.severity;
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
    if (evidence.at.line == 0) {
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

static void keep_open(ispy_walk *walk, const ispy_pending *open, size_t count, ispy_reason reason, bool members) {
    for (size_t i = 0; i < count; i++) {
        ispy_pending pending = open[i];
        bool is_own = ispy_str_equal(pending.subject.name, walk->subject.name) &&
                      ispy_str_equal(pending.subject.owner, walk->subject.owner);
        bool is_member = members && ispy_str_equal(pending.subject.owner, walk->subject.name);
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
            count_alternative(walk, named, binding->candidates[j], &t);
        }
    }
    if (lookup->may_be_absent || lookup->open != ISPY_REASON_NONE) {
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
    walk_logic(walk, &block->logic, counts);
}

/* 0: the module can be read; what it requires; file name; version; one each for variables, functions and classes; the
 * groups; the deployments. */
uint32_t ispy_unit_count(const ispy_contract *contract) {
    const ispy_block *body = &contract->body;
    return 5 + GROUPS + body->variable_count + body->function_count + body->class_count;
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
