/* Follows names from module to module. See follow.h.
 *
 * A name may lead in circles ("from a import N" in b, "from b import N" in a), and each module may hand it on in
 * several ways: depth and number of steps are bounded, and so is the number of modules. Whatever exceeds a bound, or
 * cannot be seen, is a sighting without a definition that says why; nothing that might be there is taken for absent.
 */
#include "rules/follow.h"

#include <string.h>

#include "base/text.h"
#include "model/resolve.h"

/* One name on its way. */
typedef struct search {
    ispy_follower *follower;
    ispy_sightings *out;
    uint32_t depth;
} search;

static const ispy_str NOTHING = {NULL, 0, 0};

/* ---- what is seen ---- */

static void add(search *s, ispy_sighting sighting) {
    ispy_sightings *out = s->out;
    for (uint32_t i = 0; i < out->count; i++) {
        const ispy_sighting *known = &out->items[i];
        if (known->definition == sighting.definition && known->home == sighting.home &&
            known->reason == sighting.reason) {
            return;
        }
    }
    if (out->count < ISPY_FOLLOW_TARGETS) {
        out->items[out->count++] = sighting;
    } else {
        out->items[ISPY_FOLLOW_TARGETS - 1] = (ispy_sighting){.reason = ISPY_REASON_CONDITIONAL};
    }
}

static void add_unknown(search *s, ispy_reason reason) {
    add(s, (ispy_sighting){.reason = reason != ISPY_REASON_NONE ? reason : ISPY_REASON_IMPORTED});
}

static void add_absent(search *s) {
    add(s, (ispy_sighting){.reason = ISPY_REASON_NONE});
}

const ispy_sighting *ispy_sightings_only(const ispy_sightings *sightings) {
    return sightings->count == 1 && sightings->items[0].definition != NULL ? &sightings->items[0] : NULL;
}

ispy_reason ispy_sightings_doubt(const ispy_sightings *sightings) {
    for (uint32_t i = 0; i < sightings->count; i++) {
        if (sightings->items[i].definition == NULL && sightings->items[i].reason != ISPY_REASON_NONE) {
            return sightings->items[i].reason;
        }
    }
    return sightings->count > 1 ? ISPY_REASON_CONDITIONAL : ISPY_REASON_IMPORTED;
}

/* ---- dotted names ---- */

static void split_head(ispy_str dotted, ispy_str *head, ispy_str *rest) {
    const char *dot = dotted.length > 0 ? memchr(dotted.data, '.', dotted.length) : NULL;
    size_t end = dot == NULL ? dotted.length : (size_t)(dot - dotted.data);
    *head = dotted.length > 0 ? ispy_str_of(dotted.data, end) : NOTHING;
    *rest = dot == NULL ? NOTHING : ispy_str_of(dot + 1, dotted.length - end - 1);
}

/* "a.b" of "a" and "b"; either may be empty. data == NULL: out of memory. */
static ispy_str join(ispy_follower *follower, ispy_str a, ispy_str b) {
    if (a.length == 0 || b.length == 0) {
        return a.length == 0 ? b : a;
    }
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str out = NOTHING;
    ispy_text_str(&text, a);
    ispy_text_char(&text, '.');
    ispy_text_str(&text, b);
    int status = ispy_text_take(&out, &text, follower->arena);
    ispy_text_free(&text);
    if (status != ISPY_OK) {
        follower->status = status;
        return NOTHING;
    }
    return out;
}

static ispy_str name_of(const ispy_follower *follower, const ispy_module *module) {
    bool is_nameless = module == follower->root && module->name.data == NULL;
    return is_nameless ? follower->sources->name : module->name;
}

/* The package that `level` leading dots lead to; empty: there is none, or it is not known. */
static ispy_str package_of(const ispy_follower *follower, const ispy_module *module, uint32_t level) {
    ispy_str name = name_of(follower, module);
    uint32_t strip = module->is_package ? level - 1 : level;
    size_t end = name.length;
    for (; strip > 0 && end > 0; strip--) {
        do {
            end--;
        } while (end > 0 && name.data[end] != '.');
    }
    return end > 0 ? ispy_str_of(name.data, end) : NOTHING;
}

/* ---- modules ---- */

void ispy_follower_begin(ispy_follower *out, const ispy_sources *sources, const ispy_module *root, ispy_arena *arena) {
    out->sources = sources;
    out->root = root;
    out->arena = arena;
    out->count = 0;
    out->steps = 0;
    out->status = ISPY_OK;
}

/* NULL: `reason` says why; NONE: there is certainly no such module. */
static const ispy_module *find_module(ispy_follower *follower, ispy_str name, ispy_reason *reason) {
    *reason = ISPY_REASON_NONE;
    if (name.length > 0 && ispy_str_equal(name, name_of(follower, follower->root))) {
        return follower->root;
    }
    for (uint32_t i = 0; i < follower->count; i++) {
        if (ispy_str_equal(follower->known[i].name, name)) {
            *reason = follower->known[i].reason;
            return follower->known[i].module;
        }
    }
    if (follower->count == ISPY_FOLLOW_MAX_MODULES || follower->status != ISPY_OK || name.length == 0) {
        *reason = name.length == 0 ? ISPY_REASON_SOURCE_NOT_FOUND : ISPY_REASON_FOLLOW_LIMIT;
        return NULL;
    }
    ispy_followed *entry = &follower->known[follower->count];
    *entry = (ispy_followed){name, NULL, ISPY_REASON_NONE};
    int status = follower->sources->find(&entry->module, &entry->reason, follower->sources->user, name);
    if (status != ISPY_OK) {
        follower->status = status;
        *reason = ISPY_REASON_IMPORTED;
        return NULL;
    }
    if (entry->module != NULL && entry->module->unreadable.data != NULL) {
        entry->module = NULL;
        entry->reason = ISPY_REASON_SOURCE_UNREADABLE;
    }
    follower->count++;
    *reason = entry->reason;
    return entry->module;
}

bool ispy_module_patches(const ispy_module *module, ispy_str name) {
    for (uint32_t i = 0; i < module->patched_count; i++) {
        if (ispy_str_equal(module->patched[i], name)) {
            return true;
        }
    }
    return module->is_patched_at_will;
}

/* Why names may be bound that neither the scope nor a star import has; NONE: there are no others. */
static ispy_reason openness(const ispy_module *module) {
    if (module->scope.open != ISPY_REASON_NONE && module->scope.open != ISPY_REASON_STAR_IMPORT) {
        return module->scope.open;
    }
    bool answers = ispy_scope_find(&module->scope, ispy_str_literal("__getattr__")) != NULL;
    return answers ? ISPY_REASON_MODULE_GETATTR : ISPY_REASON_NONE;
}

/* ---- the way of a name ---- */

static void seek_in(search *s, const ispy_module *module, ispy_str dotted);
static void seek_module(search *s, ispy_str name, ispy_str rest);

/* The module itself is what the name stands for: an object whose kind no rule asks about. */
static void add_module(search *s) {
    add_unknown(s, ISPY_REASON_IMPORTED);
}

static void seek_import(search *s, const ispy_module *module, const ispy_import *import, ispy_str rest) {
    ispy_follower *follower = s->follower;
    ispy_str from = import->module;
    if (import->level > 0) {
        ispy_str package = package_of(follower, module, import->level);
        if (package.length == 0) {
            add_unknown(s, ISPY_REASON_SOURCE_NOT_FOUND);
            return;
        }
        from = join(follower, package, import->module);
    }
    if (import->name.data == NULL) {
        seek_module(s, import->has_alias ? from : import->bound, rest);
        return;
    }
    bool is_own = ispy_str_equal(from, name_of(follower, module)) && module->is_package;
    if (is_own) {
        /* "from . import impl" in the package itself: what it binds is the submodule */
        seek_module(s, join(follower, from, import->name), rest);
        return;
    }
    seek_module(s, from, join(follower, import->name, rest));
}

/* An attribute of a class: one that its own body binds, and that nothing puts into doubt. */
static void seek_member(search *s, const ispy_module *module, const ispy_class *klass, ispy_str dotted) {
    ispy_str head;
    ispy_str rest;
    split_head(dotted, &head, &rest);
    const ispy_binding *member = ispy_scope_find(&klass->members, head);
    const ispy_definition *only = member != NULL && member->count == 1 ? member->candidates[0] : NULL;
    bool is_sure = only != NULL && !member->may_be_absent && !klass->is_remade && !ispy_module_patches(module, head);
    if (!is_sure || only->kind == ISPY_DEFINES_IMPORT || only->kind == ISPY_DEFINES_UNKNOWN) {
        add_unknown(s, ISPY_REASON_ALIASED);
    } else if (rest.length == 0) {
        add(s, (ispy_sighting){only, module, ISPY_REASON_NONE});
    } else if (only->kind == ISPY_DEFINES_CLASS && s->follower->steps > 0) {
        s->follower->steps--;
        seek_member(s, module, only->as.klass, rest);
    } else {
        add_unknown(s, ISPY_REASON_ALIASED);
    }
}

static bool is_dotted_name(ispy_str text) {
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                    c == '.' || (c & 0x80) != 0;
        if (!fits) {
            return false;
        }
    }
    return text.length > 0;
}

/* "Base = api.Plugin": the name of something else. Whatever is bound to that in the end. */
static bool is_alias(const ispy_definition *definition, ispy_str name) {
    if (definition->kind != ISPY_DEFINES_VARIABLE || definition->as.variable->value == NULL ||
        definition->as.variable->value->kind != ISPY_LITERAL_DYNAMIC) {
        return false;
    }
    ispy_str alias = definition->as.variable->alias;
    return is_dotted_name(alias) && !ispy_str_equal(alias, name);
}

static void seek_stars(search *s, const ispy_module *module, ispy_str name, ispy_str rest);

/* A list that others have imported may have been changed by any of them. */
static bool is_changeable(const ispy_definition *definition) {
    const ispy_literal *value = definition->kind == ISPY_DEFINES_VARIABLE ? definition->as.variable->value : NULL;
    return value != NULL &&
           (value->kind == ISPY_LITERAL_LIST || value->kind == ISPY_LITERAL_SET || value->kind == ISPY_LITERAL_DICT);
}

static void seek_candidate(search *s, const ispy_module *module, const ispy_definition *definition, ispy_str name,
                           ispy_str rest) {
    switch (definition->kind) {
    case ISPY_DEFINES_IMPORT:
        seek_import(s, module, definition->as.import, rest);
        return;
    case ISPY_DEFINES_UNKNOWN:
        if (definition->reason == ISPY_REASON_STAR_IMPORT) {
            seek_stars(s, module, name, rest);
        } else {
            add_unknown(s, definition->reason);
        }
        return;
    case ISPY_DEFINES_CLASS:
        if (rest.length > 0) {
            seek_member(s, module, definition->as.klass, rest);
            return;
        }
        break;
    case ISPY_DEFINES_VARIABLE:
        if (definition->as.variable->value == NULL) {
            return; /* "x: int" binds nothing */
        }
        if (is_alias(definition, name)) {
            seek_in(s, module, join(s->follower, definition->as.variable->alias, rest));
            return;
        }
        break;
    case ISPY_DEFINES_FUNCTION:
        break;
    }
    if (rest.length > 0) {
        add_unknown(s, ISPY_REASON_ALIASED); /* an attribute of an object that is no class */
    } else if (is_changeable(definition)) {
        add_unknown(s, ISPY_REASON_DYNAMIC_VALUE);
    } else {
        add(s, (ispy_sighting){definition, module, ISPY_REASON_NONE});
    }
}

/* Whether nothing but a star import may have replaced what is bound. */
static bool has_star_doubt(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        if (candidate->kind == ISPY_DEFINES_UNKNOWN && candidate->reason == ISPY_REASON_STAR_IMPORT) {
            return true;
        }
    }
    return false;
}

static void seek_binding(search *s, const ispy_module *module, const ispy_binding *binding, ispy_str rest) {
    uint32_t bound = 0;
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        bool is_star = candidate->kind == ISPY_DEFINES_UNKNOWN && candidate->reason == ISPY_REASON_STAR_IMPORT;
        bool is_bare = candidate->kind == ISPY_DEFINES_VARIABLE && candidate->as.variable->value == NULL;
        bound += is_star || is_bare ? 0 : 1;
        if (!is_star) {
            seek_candidate(s, module, candidate, binding->name, rest);
        }
    }
    if (has_star_doubt(binding)) {
        ispy_sightings stars = {.count = 0};
        search again = {s->follower, &stars, s->depth};
        seek_stars(&again, module, binding->name, rest);
        for (uint32_t i = 0; i < stars.count; i++) {
            bool is_absent = stars.items[i].definition == NULL && stars.items[i].reason == ISPY_REASON_NONE;
            if (!is_absent) {
                add(s, stars.items[i]);
            }
        }
    }
    if (binding->may_be_absent || bound == 0) {
        add_unknown(s, binding->reason != ISPY_REASON_NONE ? binding->reason : ISPY_REASON_CONDITIONAL);
    }
}

/* A name that the module does not bind itself: a submodule, or what a star import brings. */
static void seek_unbound(search *s, const ispy_module *module, ispy_str head, ispy_str rest) {
    ispy_reason open = openness(module);
    ispy_reason reason = ISPY_REASON_NONE;
    if (module->scope.open == ISPY_REASON_STAR_IMPORT) {
        ispy_sightings stars = {.count = 0};
        search again = {s->follower, &stars, s->depth};
        seek_stars(&again, module, head, rest);
        bool is_absent =
            stars.count == 1 && stars.items[0].definition == NULL && stars.items[0].reason == ISPY_REASON_NONE;
        for (uint32_t i = 0; i < stars.count && !is_absent; i++) {
            add(s, stars.items[i]);
        }
        if (!is_absent) {
            return;
        }
    }
    if (open != ISPY_REASON_NONE) {
        add_unknown(s, open);
        return;
    }
    if (!module->is_package) {
        add_absent(s);
        return;
    }
    ispy_str name = join(s->follower, name_of(s->follower, module), head);
    if (find_module(s->follower, name, &reason) == NULL && reason == ISPY_REASON_NONE) {
        add_absent(s);
    } else {
        seek_module(s, name, rest);
    }
}

static void seek_in(search *s, const ispy_module *module, ispy_str dotted) {
    ispy_str head;
    ispy_str rest;
    split_head(dotted, &head, &rest);
    if (head.length == 0) {
        add_unknown(s, ISPY_REASON_IMPORTED);
        return;
    }
    if (s->follower->steps == 0 || s->depth >= ISPY_FOLLOW_MAX_DEPTH) {
        add_unknown(s, ISPY_REASON_FOLLOW_LIMIT);
        return;
    }
    s->follower->steps--;
    if (ispy_module_patches(s->follower->root, head)) {
        add_unknown(s, ISPY_REASON_DYNAMIC_NAMESPACE); /* "impl.Plugin = Other" */
        return;
    }
    s->depth++;
    const ispy_binding *binding = ispy_scope_find(&module->scope, head);
    if (binding != NULL) {
        seek_binding(s, module, binding, rest);
    } else {
        seek_unbound(s, module, head, rest);
    }
    s->depth--;
}

static void seek_module(search *s, ispy_str name, ispy_str rest) {
    ispy_reason reason;
    const ispy_module *module = find_module(s->follower, name, &reason);
    if (module == NULL) {
        add_unknown(s, reason != ISPY_REASON_NONE ? reason : ISPY_REASON_SOURCE_NOT_FOUND);
    } else if (rest.length == 0) {
        add_module(s);
    } else {
        seek_in(s, module, rest);
    }
}

/* ---- star imports ---- */

/* Whether "from that import *" binds the name. */
static ispy_verdict exports(const ispy_module *module, ispy_str name, ispy_reason *reason) {
    static const char word[] = "__all__";
    const ispy_binding *all = ispy_scope_find(&module->scope, ispy_str_literal(word));
    *reason = ISPY_REASON_NONE;
    if (all == NULL && openness(module) != ISPY_REASON_NONE && openness(module) != ISPY_REASON_MODULE_GETATTR) {
        *reason = openness(module);
        return ISPY_UNPROVABLE;
    }
    if (all == NULL) {
        return name.data[0] == '_' ? ISPY_FAIL : ISPY_PASS; /* if it is there */
    }
    const ispy_literal *names = module->dunder_all;
    bool is_list = names != NULL && (names->kind == ISPY_LITERAL_LIST || names->kind == ISPY_LITERAL_TUPLE);
    if (!is_list || all->count != 1 || all->may_be_absent) {
        *reason = ISPY_REASON_STAR_IMPORT;
        return ISPY_UNPROVABLE;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->items[i].kind == ISPY_LITERAL_STR && ispy_str_equal(names->items[i].text, name)) {
            return ISPY_PASS;
        }
    }
    return ISPY_FAIL;
}

/* The module that a star import reads; NULL: `reason`. */
static const ispy_module *star_source(search *s, const ispy_module *module, const ispy_import *import,
                                      ispy_reason *reason) {
    ispy_str from = import->module;
    *reason = ISPY_REASON_SOURCE_NOT_FOUND;
    if (import->level > 0) {
        ispy_str package = package_of(s->follower, module, import->level);
        if (package.length == 0) {
            return NULL;
        }
        from = join(s->follower, package, import->module);
    }
    const ispy_module *found = find_module(s->follower, from, reason);
    *reason = found == NULL && *reason == ISPY_REASON_NONE ? ISPY_REASON_SOURCE_NOT_FOUND : *reason;
    return found;
}

/* What one star import binds to the name: added to the search. Gives whether it certainly binds it. */
static bool seek_star(search *s, const ispy_module *module, const ispy_import *import, ispy_str name, ispy_str rest,
                      bool *maybe) {
    ispy_reason reason;
    const ispy_module *source = star_source(s, module, import, &reason);
    ispy_verdict verdict = source != NULL ? exports(source, name, &reason) : ISPY_UNPROVABLE;
    if (verdict == ISPY_UNPROVABLE) {
        add_unknown(s, reason);
        *maybe = true;
        return false;
    }
    if (verdict == ISPY_FAIL) {
        return false;
    }
    ispy_sightings seen = {.count = 0};
    search inner = {s->follower, &seen, s->depth};
    seek_in(&inner, source, join(s->follower, name, rest));
    bool is_sure = !import->conditional;
    for (uint32_t i = 0; i < seen.count; i++) {
        bool is_absent = seen.items[i].definition == NULL && seen.items[i].reason == ISPY_REASON_NONE;
        is_sure = is_sure && !is_absent;
        if (!is_absent) {
            add(s, seen.items[i]);
            *maybe = true;
        }
    }
    return is_sure;
}

/* From the last to the first: what comes later replaces what was there. */
static void seek_stars(search *s, const ispy_module *module, ispy_str name, ispy_str rest) {
    bool maybe = false;
    bool is_sure = false;
    uint32_t steps = s->follower->steps;
    if (steps == 0 || s->depth >= ISPY_FOLLOW_MAX_DEPTH) {
        add_unknown(s, ISPY_REASON_FOLLOW_LIMIT);
        return;
    }
    s->depth++;
    for (uint32_t i = module->import_count; i > 0 && !is_sure; i--) {
        const ispy_import *import = &module->imports[i - 1];
        if (import->bound.data == NULL && !import->in_function && !import->type_checking) {
            is_sure = seek_star(s, module, import, name, rest, &maybe);
        }
    }
    s->depth--;
    if (!maybe) {
        add_absent(s);
    } else if (!is_sure) {
        add_unknown(s, ISPY_REASON_STAR_IMPORT);
    }
}

/* ---- the ways in ---- */

static search begin(ispy_sightings *out, ispy_follower *follower) {
    out->count = 0;
    follower->steps = ISPY_FOLLOW_MAX_STEPS;
    return (search){follower, out, 0};
}

void ispy_follow_import(ispy_sightings *out, ispy_follower *follower, const ispy_module *module,
                        const ispy_import *import, ispy_str rest) {
    search s = begin(out, follower);
    seek_import(&s, module, import, rest);
}

void ispy_follow_local(ispy_sightings *out, ispy_follower *follower, const ispy_module *module, ispy_str dotted) {
    search s = begin(out, follower);
    seek_in(&s, module, dotted);
}

void ispy_follow_stars(ispy_sightings *out, ispy_follower *follower, const ispy_module *module, ispy_str name) {
    search s = begin(out, follower);
    seek_stars(&s, module, name, NOTHING);
}

void ispy_follow_name(ispy_sightings *out, ispy_follower *follower, ispy_str dotted) {
    search s = begin(out, follower);
    for (size_t end = dotted.length; end > 0; end--) {
        if (dotted.data[end - 1] != '.') {
            continue;
        }
        ispy_reason reason;
        ispy_str name = ispy_str_of(dotted.data, end - 1);
        const ispy_module *module = find_module(follower, name, &reason);
        if (module != NULL) {
            seek_in(&s, module, ispy_str_of(dotted.data + end, dotted.length - end));
            return;
        }
        if (reason != ISPY_REASON_NONE && reason != ISPY_REASON_SOURCE_NOT_FOUND) {
            add_unknown(&s, reason);
            return;
        }
    }
    add_unknown(&s, ISPY_REASON_SOURCE_NOT_FOUND);
}
