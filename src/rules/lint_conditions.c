/* `when:`: whether a condition can hold where those around it do.
 * Must not know: what holds under it. */
#include "rules/lint_scope.h"

#include "rules/condition.h"
#include "rules/lint_versions.h"

#include <stddef.h>

/* The lists of words in a condition. */
static const struct {
    const char *key;
    size_t words;
    size_t count;
} lists[] = {
    {"os", offsetof(ispy_condition, os), offsetof(ispy_condition, os_count)},
    {"arch", offsetof(ispy_condition, arch), offsetof(ispy_condition, arch_count)},
    {"implementation", offsetof(ispy_condition, implementation), offsetof(ispy_condition, implementation_count)},
};

typedef struct word_list {
    const ispy_str *words;
    uint32_t count;
} word_list;

static word_list words_of(const ispy_condition *when, size_t list) {
    const char *base = (const char *)when;
    return (word_list){*(const ispy_str *const *)(const void *)(base + lists[list].words),
                       *(const uint32_t *)(const void *)(base + lists[list].count)};
}

static bool has_word(word_list list, ispy_str word) {
    bool found = list.count == 0; /* it was not stated */
    for (uint32_t i = 0; i < list.count && !found; i++) {
        found = ispy_same_platform(list.words[i], word) || ispy_same_platform(word, list.words[i]);
    }
    return found;
}

/* Whether one of the words stands in all lists around as well. */
static bool words_meet(const ispy_conditions *conditions, size_t list) {
    word_list own = words_of(conditions->when, list);
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

static void say(ispy_lint *lint, const ispy_conditions *conditions, const char *key, ispy_origin at) {
    bool inside = false;
    for (const ispy_conditions *c = conditions->outer; c != NULL; c = c->outer) {
        inside |= c->when != NULL;
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
            say(lint, conditions, lists[list].key, conditions->when->origin);
            return;
        }
    }
}
