/* See lint_groups.h. Only entries that their lists describe in full are said to imply others.
 * Must not know: how two clauses relate. */
#include "rules/lint_groups.h"

enum { MOST_ENTRIES = 64 }; /* more alternatives than these are not compared with each other */

static const ispy_block *block_at(const ispy_group *group, uint32_t index) {
    return &((const ispy_block *)group->entries)[index];
}

static const ispy_class_clause *part_at(const ispy_group *group, uint32_t index) {
    return &((const ispy_class_clause *)group->entries)[index];
}

static ispy_origin origin_at(const ispy_group *group, ispy_group_kind kind, uint32_t index) {
    return kind == ISPY_GROUPS_OF_BLOCK ? block_at(group, index)->origin : part_at(group, index)->origin;
}

static void scope_of(ispy_holding *out, ispy_lint *lint, const ispy_group *group, ispy_group_kind kind, uint32_t index,
                     const ispy_holding *outer) {
    if (kind == ISPY_GROUPS_OF_BLOCK) {
        ispy_holding_of_block(out, lint, block_at(group, index), outer);
    } else {
        ispy_holding_of_class(out, lint, part_at(group, index), outer);
    }
}

static void walk(ispy_lint *lint, const ispy_group *group, ispy_group_kind kind, uint32_t index,
                 const ispy_holding *outer, const ispy_conditions *conditions) {
    if (kind == ISPY_GROUPS_OF_BLOCK) {
        ispy_lint_block(lint, block_at(group, index), outer, conditions);
    } else {
        ispy_lint_class_body(lint, part_at(group, index), outer, conditions);
    }
}

static bool has_groups(const ispy_logic *logic) {
    return logic->any_of.entries != NULL || logic->all_of.entries != NULL || logic->negated.entries != NULL;
}

/* Its lists are all that it demands, and everywhere. */
static bool is_plain(const ispy_holding *scope) {
    return scope->is_whole && scope->logic->when == NULL && !has_groups(scope->logic);
}

/* Whether what holds in `holds` and further out implies each clause of `scope`. */
static bool is_implied(const ispy_holding *scope, const ispy_holding *holds) {
    bool implied = is_plain(scope);
    uint32_t clauses = 0;
    for (size_t list = 0; list < ISPY_HOLDING_LISTS; list++) {
        clauses += scope->lists[list].count;
        for (uint32_t i = 0; i < scope->lists[list].count && implied; i++) {
            const ispy_clause_head *found = NULL;
            ispy_relation relation =
                ispy_holding_relation(holds, list, ispy_clause_head_at(&scope->lists[list], i), &found);
            implied = relation == ISPY_RELATION_SAME || relation == ISPY_RELATION_IMPLIED;
        }
    }
    return implied && clauses > 0;
}

/* Whether a clause of `scope` cannot hold beside what holds in `holds` and further out. */
static bool is_excluded(const ispy_holding *scope, const ispy_holding *holds) {
    bool excluded = false;
    for (size_t list = 0; list < ISPY_HOLDING_LISTS; list++) {
        for (uint32_t i = 0; i < scope->lists[list].count && !excluded; i++) {
            const ispy_clause_head *found = NULL;
            excluded = ispy_holding_relation(holds, list, ispy_clause_head_at(&scope->lists[list], i), &found) ==
                       ISPY_RELATION_EXCLUDED;
        }
    }
    return excluded;
}

/* ---- any_of ---- */

/* An alternative that says at least what another one says: whatever meets it meets that one. */
static void compare_alternatives(ispy_lint *lint, const ispy_group *group, ispy_group_kind kind,
                                 const ispy_holding *scopes) {
    for (uint32_t i = 0; i < group->count; i++) {
        for (uint32_t k = 0; k < group->count; k++) {
            bool implied = i != k && is_plain(&scopes[i]) && is_implied(&scopes[k], &scopes[i]);
            bool alike = implied && is_plain(&scopes[k]) && is_implied(&scopes[i], &scopes[k]);
            if (!implied || (alike && i < k)) {
                continue;
            }
            ispy_origin here = origin_at(group, kind, i);
            ispy_origin there = origin_at(group, kind, k);
            ispy_lint_say(lint, alike ? ISPY_LINT_DUPLICATE : ISPY_LINT_GROUP_USELESS, here, "remove it",
                          alike ? "this alternative says what the one on %s says"
                                : "whatever meets this alternative meets the one on %s, which says less",
                          ispy_lint_place(here, there).text);
            break;
        }
    }
}

/* The entries as they are, without what holds around them. */
static ispy_holding *scopes_of(ispy_lint *lint, const ispy_group *group, ispy_group_kind kind) {
    ispy_holding *scopes = ispy_arena_array(lint->arena, group->count, sizeof *scopes);
    if (scopes == NULL) {
        lint->status = ISPY_ENOMEM;
    }
    for (uint32_t i = 0; scopes != NULL && i < group->count; i++) {
        scope_of(&scopes[i], lint, group, kind, i, NULL);
    }
    return scopes;
}

static void lint_any_of(ispy_lint *lint, const ispy_holding *holds, ispy_group_kind kind) {
    const ispy_group *group = &holds->logic->any_of;
    const ispy_holding *scopes = group->count <= MOST_ENTRIES ? scopes_of(lint, group, kind) : NULL;
    if (scopes == NULL) {
        return;
    }
    if (group->count == 1 && scopes[0].logic->when == NULL) {
        ispy_lint_say(lint, ISPY_LINT_GROUP_USELESS, group->origin, "write its clauses beside the others",
                      "'any_of' with one alternative leaves no choice");
    }
    compare_alternatives(lint, group, kind, scopes);
    for (uint32_t i = 0; i < group->count; i++) {
        if (is_implied(&scopes[i], holds)) {
            ispy_lint_say(lint, ISPY_LINT_GROUP_USELESS, origin_at(group, kind, i), "remove 'any_of'",
                          "this alternative holds whenever the clauses beside 'any_of' do, so it decides nothing");
            return;
        }
    }
}

/* ---- not ---- */

static void lint_negation(ispy_lint *lint, const ispy_holding *holds, ispy_group_kind kind) {
    const ispy_group *group = &holds->logic->negated;
    ispy_holding scope;
    scope_of(&scope, lint, group, kind, 0, NULL);
    if (is_implied(&scope, holds)) {
        ispy_lint_say(lint, ISPY_LINT_CONTRADICTION, group->origin, "remove 'not', or what it contradicts",
                      "what must not hold here is demanded by the clauses beside it");
    } else if (scope.logic->when == NULL && is_excluded(&scope, holds)) {
        ispy_lint_say(lint, ISPY_LINT_GROUP_USELESS, group->origin, "remove it",
                      "the clauses beside this 'not' rule out already what must not hold");
    }
}

/* ---- all of them ---- */

static const ispy_holding *top_of(ispy_lint *lint, const ispy_group *all_of, ispy_group_kind kind,
                                  const ispy_holding *scope, const ispy_conditions *conditions) {
    const ispy_holding *top = scope;
    for (uint32_t i = 0; all_of->entries != NULL && i < all_of->count && lint->status == ISPY_OK; i++) {
        walk(lint, all_of, kind, i, top, conditions);
        ispy_holding *added = ispy_arena_alloc(lint->arena, sizeof *added);
        if (added == NULL) {
            lint->status = ISPY_ENOMEM;
            return top;
        }
        scope_of(added, lint, all_of, kind, i, top);
        top = added->logic->when == NULL ? added : top;
    }
    return top;
}

void ispy_lint_groups(ispy_lint *lint, const ispy_holding *scope, const ispy_conditions *conditions,
                      ispy_group_kind kind) {
    const ispy_logic *logic = scope->logic;
    const ispy_holding *top = top_of(lint, &logic->all_of, kind, scope, conditions);
    if (logic->any_of.entries != NULL) {
        lint_any_of(lint, scope, kind);
        for (uint32_t i = 0; i < logic->any_of.count && lint->status == ISPY_OK; i++) {
            walk(lint, &logic->any_of, kind, i, top, conditions);
        }
    }
    if (logic->negated.entries != NULL) {
        lint_negation(lint, scope, kind);
        walk(lint, &logic->negated, kind, 0, NULL, conditions);
    }
}
