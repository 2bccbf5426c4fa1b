/* Which entry of a policy speaks of a name. See use_policy.h. */
#include "rules/use_policy.h"

#include "base/glob.h"

#include <string.h>

static bool covers(ispy_str above, ispy_str name) {
    return name.length >= above.length && memcmp(name.data, above.data, above.length) == 0 &&
           (name.length == above.length || name.data[above.length] == '.');
}

/* The name itself, or one that it is below. */
static bool glob_covers(ispy_str pattern, ispy_str name) {
    for (uint32_t i = 0; i <= name.length; i++) {
        if ((i == name.length || name.data[i] == '.') && ispy_glob_match(pattern, (ispy_str){name.data, i, 0}, '.')) {
            return true;
        }
    }
    return false;
}

static const ispy_provider *provider_of(const ispy_context *context, ispy_str distribution) {
    for (uint32_t i = 0; i < context->provider_count; i++) {
        if (ispy_str_equal(context->providers[i].name, distribution)) {
            return &context->providers[i];
        }
    }
    return NULL;
}

/* One that is not installed stands for the module of its name: nothing says what else it would bring. */
static bool distribution_covers(ispy_str distribution, ispy_str name, const ispy_context *context) {
    const ispy_provider *provider = provider_of(context, distribution);
    bool found = false;
    for (uint32_t i = 0; provider != NULL && i < provider->module_count && !found; i++) {
        found = covers(provider->modules[i], name);
    }
    if (provider == NULL || provider->module_count == 0) {
        const char *dot = memchr(name.data, '.', name.length);
        size_t length = dot != NULL ? (size_t)(dot - name.data) : name.length;
        found = ispy_distribution_name_is(distribution, name.data, length);
    }
    return found;
}

bool ispy_policy_entry_matches(const ispy_policy_entry *entry, ispy_str name, const ispy_context *context) {
    if (entry->distribution.data != NULL) {
        return distribution_covers(entry->distribution, name, context);
    }
    return entry->is_literal ? covers(entry->pattern, name) : glob_covers(entry->pattern, name);
}

/* The part that begins at `*at`; moves behind its dot. */
static ispy_str next_part(ispy_str text, uint32_t *at) {
    uint32_t start = *at;
    while (*at < text.length && text.data[*at] != '.') {
        (*at)++;
    }
    ispy_str part = {text.data + start, *at - start, 0};
    *at += 1;
    return part;
}

bool ispy_policy_entry_reaches(const ispy_policy_entry *entry, ispy_str name, const ispy_context *context) {
    if (name.data == NULL || ispy_policy_entry_matches(entry, name, context)) {
        return true;
    }
    if (entry->distribution.data != NULL) {
        const ispy_provider *provider = provider_of(context, entry->distribution);
        bool found = false;
        for (uint32_t i = 0; provider != NULL && i < provider->module_count && !found; i++) {
            found = covers(name, provider->modules[i]);
        }
        return found;
    }
    uint32_t in_pattern = 0;
    uint32_t in_name = 0;
    while (in_name < name.length && in_pattern < entry->pattern.length) {
        ispy_str wanted = next_part(entry->pattern, &in_pattern);
        if (wanted.length == 2 && wanted.data[0] == '*' && wanted.data[1] == '*') {
            return true;
        }
        if (!ispy_glob_match(wanted, next_part(name, &in_name), '.')) {
            return false;
        }
    }
    return in_name >= name.length;
}

static void consider(ispy_decision *best, const ispy_policy_entry *entries, uint32_t count, bool denied, ispy_str name,
                     const ispy_context *context) {
    for (uint32_t i = 0; i < count; i++) {
        if ((best->entry == NULL || entries[i].rank > best->entry->rank) &&
            ispy_policy_entry_matches(&entries[i], name, context)) {
            *best = (ispy_decision){&entries[i], denied};
        }
    }
}

ispy_decision ispy_policy_decide(const ispy_policy_clause *clause, ispy_str name, const ispy_context *context) {
    ispy_decision best = {NULL, false};
    consider(&best, clause->deny, clause->deny_count, true, name, context); /* first: it goes before its equal */
    consider(&best, clause->allow, clause->allow_count, false, name, context);
    return best;
}

ispy_decision ispy_policy_decide_use(ispy_policy_memo *memo, uint32_t name) {
    if (!memo->known[name]) {
        memo->decisions[name] = ispy_policy_decide(memo->clause, memo->uses->names[name], memo->context);
        memo->known[name] = true;
    }
    return memo->decisions[name];
}
