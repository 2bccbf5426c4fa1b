/* What is odd about `imports`, `calls` and `top_level`: an entry that is there twice, one that another decides for, a
 * file's name where a module's is wanted. Must not know: modules, which entry decides (use_policy.h does). */
#include "rules/lint.h"
#include "rules/use_policy.h"

#include <string.h>

enum { MOST_ENTRIES = 256 }; /* of longer lists, the rest is not compared */

/* One list of entries. */
typedef struct entries {
    const ispy_policy_entry *items;
    uint32_t count;
} entries;

static const ispy_context nowhere;

static ispy_str text_of(const ispy_policy_entry *entry) {
    return entry->distribution.data != NULL ? entry->distribution : entry->pattern;
}

static bool is_same(const ispy_policy_entry *a, const ispy_policy_entry *b) {
    return ispy_str_equal(a->pattern, b->pattern) && ispy_str_equal(a->distribution, b->distribution);
}

static bool is_covered(const ispy_policy_entry *by, const ispy_policy_entry *entry) {
    return by->distribution.data == NULL && entry->pattern.data != NULL && entry->is_literal &&
           ispy_policy_entry_matches(by, entry->pattern, &nowhere);
}

static void say(ispy_lint *lint, ispy_lint_id id, const ispy_policy_entry *entry, const ispy_policy_entry *other,
                const char *what) {
    ispy_str text = text_of(entry);
    int length = text.length > 80 ? 80 : (int)text.length;
    ispy_place_name place = ispy_lint_place(entry->origin, other->origin);
    ispy_lint_say(lint, id, entry->origin, "remove it", "'%.*s' %s on %s", length, text.data, what, place.text);
}

/* An entry of a list against those before it: said again, or said already by one that says less. */
static void lint_list(ispy_lint *lint, entries list, bool has_exceptions) {
    for (uint32_t i = 0; i < list.count && i < MOST_ENTRIES; i++) {
        for (uint32_t j = 0; j < list.count && j < MOST_ENTRIES; j++) {
            if (i != j && is_same(&list.items[i], &list.items[j])) {
                if (j < i) {
                    say(lint, ISPY_LINT_DUPLICATE, &list.items[i], &list.items[j], "has been said");
                }
                break;
            }
            if (i != j && !has_exceptions && is_covered(&list.items[j], &list.items[i])) {
                say(lint, ISPY_LINT_PATTERN_USELESS, &list.items[i], &list.items[j],
                    "changes nothing: it is covered by the entry");
                break;
            }
        }
    }
}

/* Of two that are the same, `deny` wins. */
static void lint_sides(ispy_lint *lint, entries allow, entries deny) {
    for (uint32_t i = 0; i < allow.count && i < MOST_ENTRIES; i++) {
        for (uint32_t j = 0; j < deny.count && j < MOST_ENTRIES; j++) {
            if (is_same(&allow.items[i], &deny.items[j])) {
                say(lint, ISPY_LINT_PATTERN_USELESS, &allow.items[i], &deny.items[j],
                    "changes nothing: the same is denied");
                break;
            }
        }
    }
}

/* "acme/mail.py" is refused by the loader; "mail.py" is a module `py` in a package `mail`. */
static void lint_names(ispy_lint *lint, entries list) {
    for (uint32_t i = 0; i < list.count && i < MOST_ENTRIES; i++) {
        ispy_str text = list.items[i].pattern;
        bool is_file = text.data != NULL && text.length > 3 && memcmp(text.data + text.length - 3, ".py", 3) == 0;
        if (is_file) {
            int length = text.length > 80 ? 80 : (int)text.length;
            ispy_lint_say(lint, ISPY_LINT_PATTERN_NEVER, list.items[i].origin, "leave '.py' out",
                          "'%.*s' is the name of a module 'py', and not that of a file", length, text.data);
        }
    }
}

/* An exception from nothing: of `calls`, where `allow` does nothing else. */
static void lint_exceptions(ispy_lint *lint, entries allow, entries deny) {
    for (uint32_t i = 0; i < allow.count && i < MOST_ENTRIES; i++) {
        const ispy_policy_entry *entry = &allow.items[i];
        bool is_denied = !entry->is_literal;
        for (uint32_t j = 0; j < deny.count && !is_denied; j++) {
            is_denied = ispy_policy_entry_reaches(&deny.items[j], entry->pattern, &nowhere);
        }
        if (!is_denied) {
            int length = entry->pattern.length > 80 ? 80 : (int)entry->pattern.length;
            ispy_lint_say(lint, ISPY_LINT_PATTERN_USELESS, entry->origin, "remove it",
                          "'%.*s' changes nothing: no entry of 'deny' matches it", length, entry->pattern.data);
        }
    }
}

void ispy_lint_policies(ispy_lint *lint, const ispy_block *block) {
    const ispy_policy_clause *const policies[] = {block->imports, block->calls};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        if (policies[i] == NULL) {
            continue;
        }
        const entries allow = {policies[i]->allow, policies[i]->allow_count};
        const entries deny = {policies[i]->deny, policies[i]->deny_count};
        lint_list(lint, allow, deny.count > 0);
        lint_list(lint, deny, allow.count > 0);
        lint_sides(lint, allow, deny);
        lint_names(lint, allow);
        lint_names(lint, deny);
        if (policies[i] == block->calls) {
            lint_exceptions(lint, allow, deny);
        }
    }
    if (block->top_level != NULL) {
        lint_list(lint, (entries){block->top_level->calls, block->top_level->call_count}, false);
    }
}
