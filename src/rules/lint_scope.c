/* Walks the clauses of a contract, block by block, with what holds beside them: see lint_scope.h.
 * Recursion follows the nesting of the contract, which the loader bounds.
 * Must not know: how two clauses relate, selectors. */
#include "rules/lint_scope.h"

#include "rules/lint_groups.h"
#include "rules/lint_versions.h"

/* ---- scopes ---- */

void ispy_holding_of_block(ispy_holding *out, ispy_lint *lint, const ispy_block *block, const ispy_holding *outer) {
    *out = (ispy_holding){.outer = outer,
                          .logic = &block->logic,
                          .version = block->version,
                          .version_origin = block->version_origin,
                          .filename = block->filename,
                          .filename_origin = block->filename_origin};
    ispy_clauses_init(&out->lists[0], lint, "variable", block->variables, block->variable_count,
                      sizeof *block->variables, ispy_relate_variables);
    ispy_clauses_init(&out->lists[1], lint, "function", block->functions, block->function_count,
                      sizeof *block->functions, ispy_relate_functions);
    ispy_clauses_init(&out->lists[2], lint, "class", block->classes, block->class_count, sizeof *block->classes,
                      ispy_relate_classes);
    out->is_whole = block->version == NULL && block->filename.data == NULL && block->requires == NULL &&
                    block->docstring == ISPY_WISH_ANY && block->export_count == 0;
}

void ispy_holding_of_class(ispy_holding *out, ispy_lint *lint, const ispy_class_clause *klass,
                           const ispy_holding *outer) {
    *out = (ispy_holding){.outer = outer, .logic = &klass->logic, .is_whole = true};
    ispy_clauses_init(&out->lists[0], lint, "attribute", klass->attributes, klass->attribute_count,
                      sizeof *klass->attributes, ispy_relate_variables);
    ispy_clauses_init(&out->lists[1], lint, "method", klass->methods, klass->method_count, sizeof *klass->methods,
                      ispy_relate_functions);
    ispy_clauses_init(&out->lists[2], lint, "base class", klass->superclasses, klass->superclass_count,
                      sizeof *klass->superclasses, ispy_relate_bases);
}

/* ---- versions and file names ---- */

static void lint_version(ispy_lint *lint, const ispy_holding *scope) {
    if (scope->version == NULL) {
        return;
    }
    const ispy_version_spec *specs[ISPY_LINT_MOST_VERSIONS];
    size_t count = 0;
    for (const ispy_holding *s = scope; s != NULL && count < ISPY_LINT_MOST_VERSIONS; s = s->outer) {
        if (s->version != NULL) {
            specs[count++] = s->version;
        }
    }
    if (!ispy_versions_may_meet(specs, count)) {
        ispy_lint_say(lint, ISPY_LINT_CONTRADICTION, scope->version_origin, "widen the demand",
                      "there is no version that meets this%s", count > 1 ? " and what is said further out" : "");
    }
}

static void lint_filename(ispy_lint *lint, const ispy_holding *scope) {
    for (const ispy_holding *s = scope->outer; s != NULL && scope->filename.data != NULL; s = s->outer) {
        if (s->filename.data != NULL && !ispy_str_equal(s->filename, scope->filename)) {
            ispy_lint_say(lint, ISPY_LINT_CONTRADICTION, scope->filename_origin, "remove one of the two",
                          "no file has this name and the one on %s",
                          ispy_lint_place(scope->filename_origin, s->filename_origin).text);
            return;
        }
    }
}

/* ---- classes ---- */

static void lint_own_base(ispy_lint *lint, const ispy_class_clause *klass) {
    for (uint32_t i = 0; i < klass->superclass_count; i++) {
        const ispy_superclass_clause *base = &klass->superclasses[i];
        if (ispy_str_equal(base->name, klass->name) && !ispy_is_of_interface(base->origin)) {
            ispy_lint_say(lint, ISPY_LINT_OWN_BASE, base->origin,
                          "write its qualified name: acme.api.Plugin, or remove it",
                          "class '%.80s' is to derive from a class of its own name", klass->name.data);
        }
    }
}

static void walk_class(ispy_lint *lint, const ispy_class_clause *klass, const ispy_holding *outer,
                       const ispy_conditions *conditions) {
    const ispy_conditions here = {conditions, klass->logic.when, false};
    if (klass->logic.when != NULL) {
        ispy_lint_condition(lint, &here);
    }
    if (klass->name.data != NULL) {
        lint_own_base(lint, klass);
    }
    ispy_holding scope;
    ispy_holding_of_class(&scope, lint, klass, outer);
    for (size_t i = 0; i < ISPY_HOLDING_LISTS; i++) {
        ispy_lint_list(lint, &scope.lists[i]);
    }
    ispy_lint_outwards(lint, &scope);
    ispy_lint_groups(lint, &scope, &here, ISPY_GROUPS_OF_CLASS);
    for (uint32_t i = 0; i < klass->class_count; i++) {
        walk_class(lint, &klass->classes[i], NULL, &here);
    }
    for (uint32_t i = 0; i < klass->superclass_count; i++) {
        if (klass->superclasses[i].body != NULL) {
            walk_class(lint, klass->superclasses[i].body, NULL, &here);
        }
    }
}

/* What is said of the class of that name elsewhere, where it holds as well: one scope inside the other. */
static const ispy_holding *said_elsewhere(ispy_lint *lint, const ispy_holding *scope, uint32_t index) {
    enum { MOST = 16 };
    const ispy_clause_head *klass = ispy_clause_head_at(&scope->lists[2], index);
    const ispy_holding *found = NULL;
    int count = 0;
    for (const ispy_holding *s = klass->name.data != NULL ? scope : NULL; s != NULL; s = s->outer) {
        const ispy_clauses *classes = &s->lists[2];
        uint32_t at = index;
        bool here = s == scope || (classes->count > 0 && ispy_name_map_find(&classes->latest, klass->name, &at));
        while (here && count < MOST) {
            const ispy_class_clause *other = (const ispy_class_clause *)(const void *)ispy_clause_head_at(classes, at);
            bool counts =
                &other->origin != &klass->origin && other->logic.when == NULL && other->presence == ISPY_REQUIRED;
            ispy_holding *made = counts ? ispy_arena_alloc(lint->arena, sizeof *made) : NULL;
            if (made != NULL) {
                ispy_holding_of_class(made, lint, other, found);
                found = made;
                count++;
            }
            here = classes->earlier[at] != at;
            at = classes->earlier[at];
        }
    }
    return found;
}

/* ---- blocks ---- */

static void walk_block_body(ispy_lint *lint, const ispy_holding *scope, const ispy_conditions *conditions) {
    for (size_t i = 0; i < ISPY_HOLDING_LISTS; i++) {
        ispy_lint_list(lint, &scope->lists[i]);
    }
    ispy_lint_outwards(lint, scope);
    lint_version(lint, scope);
    lint_filename(lint, scope);
    const ispy_clauses *classes = &scope->lists[2];
    for (uint32_t i = 0; i < classes->count && lint->status == ISPY_OK; i++) {
        const ispy_class_clause *klass = (const ispy_class_clause *)(const void *)ispy_clause_head_at(classes, i);
        const ispy_clause_head *found = NULL;
        bool is_told = ispy_holding_relation(scope, 2, klass, &found) != ISPY_RELATION_NONE;
        walk_class(lint, klass, is_told ? NULL : said_elsewhere(lint, scope, i), conditions);
    }
    ispy_lint_groups(lint, scope, conditions, ISPY_GROUPS_OF_BLOCK);
}

void ispy_lint_class_body(ispy_lint *lint, const ispy_class_clause *part, const ispy_holding *outer,
                          const ispy_conditions *conditions) {
    walk_class(lint, part, outer, conditions);
}

void ispy_lint_block(ispy_lint *lint, const ispy_block *block, const ispy_holding *outer,
                     const ispy_conditions *conditions) {
    const ispy_conditions here = {conditions, block->logic.when, false};
    if (block->logic.when != NULL) {
        ispy_lint_condition(lint, &here);
    }
    const ispy_conditions required = {&here, block->requires, true}; /* what follows matters only where it holds */
    if (block->requires != NULL) {
        ispy_lint_condition(lint, &required);
    }
    ispy_holding scope;
    ispy_holding_of_block(&scope, lint, block, outer);
    walk_block_body(lint, &scope, &required);
    ispy_lint_policies(lint, block);
}

void ispy_lint_clauses(ispy_lint *lint) {
    ispy_lint_block(lint, &lint->contract->body, NULL, NULL);
}
