/* `when:`: whether a condition can hold where those around it do.
 * Must not know: what holds under it. */
#include "rules/lint_scope.h"

#include "rules/lint_versions.h"
#include "rules/place_facts.h"

#include <stddef.h>

/* The words of a condition. */
static const struct {
    const char *key;
    size_t words;
} lists[] = {
    {"os", offsetof(ispy_condition, os)},
    {"arch", offsetof(ispy_condition, arch)},
    {"implementation", offsetof(ispy_condition, implementation)},
    {"implementation", offsetof(ispy_condition, python_implementation)},
    {"gil", offsetof(ispy_condition, gil)},
    {"optimize", offsetof(ispy_condition, optimize)},
};

static ispy_words words_of(const ispy_condition *when, size_t list) {
    return *(const ispy_words *)(const void *)((const char *)when + lists[list].words);
}

static bool has_word(ispy_words list, ispy_str word) {
    bool found = list.count == 0; /* it was not stated */
    for (uint32_t i = 0; i < list.count && !found; i++) {
        found = ispy_same_platform(list.words[i], word) || ispy_same_platform(word, list.words[i]);
    }
    return found;
}

/* Whether one of the words stands in all lists around as well. */
static bool words_meet(const ispy_conditions *conditions, size_t list) {
    ispy_words own = words_of(conditions->when, list);
    bool meet = own.count == 0;
    for (uint32_t i = 0; i < own.count && !meet; i++) {
        meet = true;
        for (const ispy_conditions *c = conditions->outer; c != NULL && meet; c = c->outer) {
            meet = c->when == NULL || has_word(words_of(c->when, list), own.words[i]);
        }
    }
    return meet;
}

static bool versions_meet(const ispy_conditions *conditions) {
    if (conditions->when->python == NULL) {
        return true;
    }
    const ispy_version_spec *specs[ISPY_LINT_MOST_VERSIONS];
    size_t count = 0;
    for (const ispy_conditions *c = conditions; c != NULL && count < ISPY_LINT_MOST_VERSIONS; c = c->outer) {
        if (c->when != NULL && c->when->python != NULL) {
            specs[count++] = c->when->python;
        }
    }
    return ispy_versions_may_meet(specs, count);
}

/* ---- by name ---- */

static const struct {
    const char *key;
    size_t clauses;
    size_t count;
} named[] = {
    {"host", offsetof(ispy_condition, host), offsetof(ispy_condition, host_count)},
    {"distributions", offsetof(ispy_condition, distributions), offsetof(ispy_condition, distribution_count)},
};

typedef struct components {
    const ispy_component_clause *items;
    uint32_t count;
} components;

static components components_of(const ispy_condition *when, size_t list) {
    const char *base = (const char *)when;
    return (components){*(const ispy_component_clause *const *)(const void *)(base + named[list].clauses),
                        *(const uint32_t *)(const void *)(base + named[list].count)};
}

/* Whether there is a version that this clause and all of its name further out admit. */
static bool component_meets(const ispy_conditions *conditions, size_t list, const ispy_component_clause *own) {
    const ispy_version_spec *specs[ISPY_LINT_MOST_VERSIONS];
    size_t count = 0;
    if (own->version == NULL) {
        return true;
    }
    specs[count++] = own->version;
    for (const ispy_conditions *c = conditions->outer; c != NULL; c = c->outer) {
        components outer = c->when != NULL ? components_of(c->when, list) : (components){NULL, 0};
        for (uint32_t i = 0; i < outer.count && count < ISPY_LINT_MOST_VERSIONS; i++) {
            if (outer.items[i].version != NULL && ispy_str_equal(outer.items[i].name, own->name)) {
                specs[count++] = outer.items[i].version;
            }
        }
    }
    return ispy_versions_may_meet(specs, count);
}

/* ---- environment variables ---- */

static bool variables_exclude(const ispy_environment_clause *a, const ispy_environment_clause *b) {
    if (!ispy_str_equal(a->name, b->name)) {
        return false;
    }
    bool needed = a->presence == ISPY_REQUIRED || b->presence == ISPY_REQUIRED;
    bool forbidden = a->presence == ISPY_FORBIDDEN || b->presence == ISPY_FORBIDDEN;
    return needed && (forbidden || ispy_relate_environment(a, b) == ISPY_RELATION_EXCLUDED);
}

static bool variable_meets(const ispy_conditions *conditions, const ispy_environment_clause *own) {
    bool meets = true;
    for (const ispy_conditions *c = conditions->outer; c != NULL && meets; c = c->outer) {
        for (uint32_t i = 0; c->when != NULL && i < c->when->environment_count && meets; i++) {
            meets = !variables_exclude(own, &c->when->environment[i]);
        }
    }
    return meets;
}

/* ---- saying so ---- */

static void say(ispy_lint *lint, const ispy_conditions *conditions, const char *key, ispy_origin at) {
    bool inside = false;
    for (const ispy_conditions *c = conditions->outer; c != NULL; c = c->outer) {
        inside |= c->when != NULL;
    }
    if (conditions->is_required) {
        ispy_lint_say(lint, ISPY_LINT_CONTRADICTION, at, "widen what is required, or remove it",
                      "nothing can meet this: there is no such '%s'%s", key,
                      inside ? " where the conditions around it hold" : "");
        return;
    }
    ispy_lint_say(lint, ISPY_LINT_NOWHERE, at, "remove what stands under it, or change the condition",
                  "this condition holds nowhere: nothing has such a '%s'%s", key,
                  inside ? " where the conditions around it hold" : "");
}

void ispy_lint_condition(ispy_lint *lint, const ispy_conditions *conditions) {
    if (!versions_meet(conditions)) {
        say(lint, conditions, "python", conditions->when->python_origin);
        return;
    }
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++) {
        if (!words_meet(conditions, list)) {
            say(lint, conditions, lists[list].key, words_of(conditions->when, list).origin);
            return;
        }
    }
    for (size_t list = 0; list < sizeof named / sizeof *named; list++) {
        components own = components_of(conditions->when, list);
        for (uint32_t i = 0; i < own.count; i++) {
            if (!component_meets(conditions, list, &own.items[i])) {
                say(lint, conditions, named[list].key, own.items[i].version_origin);
                return;
            }
        }
    }
    for (uint32_t i = 0; i < conditions->when->environment_count; i++) {
        if (!variable_meets(conditions, &conditions->when->environment[i])) {
            say(lint, conditions, "environment", conditions->when->environment[i].origin);
            return;
        }
    }
}
