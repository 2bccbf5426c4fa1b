/* Finds what a name may be bound to. See lookup.h.
 *
 * Two things leave a class open. A base from elsewhere, or a body that changes its own namespace, may hold the name
 * before what is found further on: then even a find is not sure. A metaclass, a decorator or the class's own
 * __getattr__ is taken to add names only, for those that replace what a class body says are rare: then only absence is
 * not sure. Where the decorator or metaclass is code of the module itself, or its code sets attributes on classes, a
 * find on the class is not sure either.
 */
#include "rules/lookup.h"

#include <string.h>

bool ispy_definition_is_bare(const ispy_definition *definition) {
    return definition->kind == ISPY_DEFINES_VARIABLE && definition->as.variable->value == NULL;
}

ispy_reason ispy_definition_doubt(const ispy_definition *definition) {
    const ispy_literal *value = definition->kind == ISPY_DEFINES_VARIABLE ? definition->as.variable->value : NULL;
    if (value != NULL && value->kind == ISPY_LITERAL_DYNAMIC) {
        return value->reason != ISPY_REASON_NONE ? value->reason : ISPY_REASON_DYNAMIC_VALUE;
    }
    if (definition->kind == ISPY_DEFINES_UNKNOWN) {
        return definition->reason != ISPY_REASON_NONE ? definition->reason : ISPY_REASON_DYNAMIC_VALUE;
    }
    if (definition->kind == ISPY_DEFINES_CLASS &&
        (definition->as.klass->is_remade || definition->as.klass->may_be_no_class)) {
        return ISPY_REASON_DECORATED;
    }
    return definition->kind == ISPY_DEFINES_IMPORT ? ISPY_REASON_IMPORTED : ISPY_REASON_NONE;
}

/* "@property" outside of a class: an object that nobody can call. */
static bool needs_class(ispy_method_kind kind) {
    return kind == ISPY_METHOD_PROPERTY || kind == ISPY_METHOD_CLASS;
}

ispy_verdict ispy_definition_is(const ispy_definition *definition, ispy_noun noun, bool is_live, ispy_reason *reason) {
    bool is_function = definition->kind == ISPY_DEFINES_FUNCTION;
    bool wants_function = noun == ISPY_NOUN_FUNCTION || noun == ISPY_NOUN_METHOD;
    *reason = ispy_definition_doubt(definition);
    if (!wants_function && noun != ISPY_NOUN_CLASS) {
        return ISPY_PASS;
    }
    if (is_live && definition->kind == ISPY_DEFINES_VARIABLE) {
        return ISPY_FAIL; /* what can be called, the live extractor calls a function or a class */
    }
    if (is_function && !is_live) {
        *reason = definition->as.function->unknown;
    }
    if (*reason != ISPY_REASON_NONE) {
        return ISPY_UNPROVABLE;
    }
    bool is_bound = noun == ISPY_NOUN_FUNCTION && is_function && needs_class(definition->as.function->method_kind);
    bool fits = wants_function ? is_function && !is_bound : definition->kind == ISPY_DEFINES_CLASS;
    return fits ? ISPY_PASS : ISPY_FAIL;
}

static bool all_bare(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        if (!ispy_definition_is_bare(binding->candidates[i])) {
            return false;
        }
    }
    return true;
}

static bool all_properties(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        if (candidate->kind != ISPY_DEFINES_FUNCTION || candidate->as.function->method_kind != ISPY_METHOD_PROPERTY) {
            return false;
        }
    }
    return true;
}

static void begin(ispy_lookup *out, ispy_str name, const ispy_scope *scope) {
    out->name = name;
    out->count = 0;
    out->may_be_absent = true;
    out->reason = ISPY_REASON_NONE;
    out->open = ISPY_REASON_NONE;
    out->scope = scope;
    out->other = NULL;
}

static void open_up(ispy_lookup *out, ispy_reason reason) {
    if (out->open == ISPY_REASON_NONE) {
        out->open = reason;
    }
}

static void take(ispy_lookup *out, const ispy_binding *binding, const ispy_module *home) {
    if (out->count == ISPY_LOOKUP_MAX) {
        open_up(out, ISPY_REASON_CONDITIONAL);
        return;
    }
    if (out->reason == ISPY_REASON_NONE) {
        out->reason = binding->reason;
    }
    out->homes[out->count] = home;
    out->bindings[out->count++] = binding;
    out->may_be_absent = binding->may_be_absent;
}

void ispy_lookup_name(ispy_lookup *out, const ispy_module *module, ispy_str name) {
    begin(out, name, &module->scope);
    const ispy_binding *binding = ispy_scope_find(&module->scope, name);
    if (binding != NULL && all_bare(binding)) {
        out->other = binding->candidates[0];
    } else if (binding != NULL) {
        take(out, binding, module);
    }
    if (out->may_be_absent && !module->is_live) {
        open_up(out, module->scope.open);
    }
}

static bool ends_with_underscores(ispy_str name) {
    return name.length > 4 && memcmp(name.data, "__", 2) == 0 && memcmp(name.data + name.length - 2, "__", 2) == 0;
}

/* Decorators that leave the class as it is, but for names like __eq__ which they may add. */
static bool adds_only_underscored(ispy_str decorator) {
    static const char *const known[] = {"dataclass", "final", "total_ordering", "runtime_checkable"};
    const char *last = decorator.data;
    size_t length = decorator.length;
    for (size_t i = 0; i < decorator.length; i++) {
        if (decorator.data[i] == '.') {
            last = decorator.data + i + 1;
            length = decorator.length - i - 1;
        }
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i]) == length && memcmp(known[i], last, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Why a name that the class does not define may be there all the same. */
ispy_reason ispy_class_adds(const ispy_class *klass, ispy_str name) {
    if (klass->has_metaclass) {
        return ISPY_REASON_METACLASS;
    }
    for (uint32_t i = 0; i < klass->decorator_count; i++) {
        ispy_str decorator = klass->decorators[i].name;
        if (decorator.data == NULL || !adds_only_underscored(decorator) || ends_with_underscores(name)) {
            return ISPY_REASON_METACLASS;
        }
    }
    if (!ends_with_underscores(name) &&
        (ispy_scope_find(&klass->members, ispy_str_literal("__getattr__")) != NULL ||
         ispy_scope_find(&klass->members, ispy_str_literal("__getattribute__")) != NULL)) {
        return ISPY_REASON_CLASS_GETATTR;
    }
    return ISPY_REASON_NONE;
}

static bool has_part(ispy_str text, const char *part) {
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.data + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_dataclass(const ispy_class *klass) {
    for (uint32_t i = 0; i < klass->decorator_count; i++) {
        ispy_str name = klass->decorators[i].name;
        static const char word[] = "dataclass";
        if (name.length >= sizeof word - 1 &&
            memcmp(name.data + name.length - (sizeof word - 1), word, sizeof word - 1) == 0) {
            return true;
        }
    }
    return false;
}

/* "x: int = 1" in a dataclass: its __init__ gives each instance one. */
static bool is_field(const ispy_class *klass, const ispy_binding *member) {
    const ispy_definition *only = member->candidates[0];
    if (member->count != 1 || only->kind != ISPY_DEFINES_VARIABLE || only->as.variable->annotation.data == NULL) {
        return false;
    }
    ispy_str annotation = only->as.variable->annotation;
    return is_dataclass(klass) && !has_part(annotation, "ClassVar") && !has_part(annotation, "InitVar");
}

/* `is_shut_out`: the constructor of the class is not called. */
static void take_from_class(ispy_lookup *out, const ispy_ancestor *ancestor, ispy_side side, bool is_shut_out) {
    const ispy_class *klass = ancestor->definition->as.klass;
    const ispy_binding *member = ispy_scope_find(&klass->members, out->name);
    bool field = member != NULL && is_field(klass, member);
    const ispy_binding *own = ispy_scope_find(&klass->instance, out->name);
    if (side == ISPY_ON_INSTANCE && own != NULL) {
        take(out, own, ancestor->home);
        if (is_shut_out && !all_bare(own)) {
            out->may_be_absent = true;
            out->reason = ISPY_REASON_CONDITIONAL;
        }
    }
    if (member != NULL && out->may_be_absent) {
        bool bare = all_bare(member);
        if (side == ISPY_ON_CLASS && field && ispy_definition_doubt(member->candidates[0]) != ISPY_REASON_NONE) {
            open_up(out, ISPY_REASON_DYNAMIC_VALUE); /* "= field(...)" leaves a default in the class, or nothing */
        }
        if (side == ISPY_ON_CLASS ? !bare : bare || field || all_properties(member)) {
            take(out, member, ancestor->home);
        }
    }
    if (out->other == NULL) {
        const ispy_binding *other = side == ISPY_ON_CLASS && own != NULL ? own : member;
        out->other = other != NULL ? other->candidates[0] : NULL;
    }
    if (out->may_be_absent) {
        open_up(out, klass->members.open);
    }
    if (out->may_be_absent && side == ISPY_ON_INSTANCE) {
        open_up(out, klass->instance.open);
    }
}

/* Code of one of the modules may have set the attribute on one of the classes after it was made. */
static bool is_patched(const ispy_hierarchy *hierarchy, ispy_str name) {
    const ispy_module *last = hierarchy->module;
    bool found =
        ispy_module_patches(last, name) || (hierarchy->root != NULL && ispy_module_patches(hierarchy->root, name));
    for (uint32_t i = 1; i < hierarchy->count && !found; i++) {
        const ispy_module *home = hierarchy->ancestors[i].home;
        found = home != NULL && home != last && ispy_module_patches(home, name);
        last = home != NULL ? home : last;
    }
    return found;
}

/* "__module__ = ..." in the body, or later, or a module that gives itself another name. */
bool ispy_class_is_renamed(const ispy_module *module, const ispy_definition *definition) {
    const ispy_str module_word = ispy_str_literal("__module__");
    if (module->is_live) {
        return false;
    }
    const ispy_binding *name = ispy_scope_find(&module->scope, ispy_str_literal("__name__"));
    for (uint32_t i = 0; name != NULL && i < name->count; i++) {
        if (name->candidates[i]->at.line != 0) {
            return true;
        }
    }
    return definition->kind == ISPY_DEFINES_CLASS &&
           (ispy_scope_find(&definition->as.klass->members, module_word) != NULL ||
            definition->as.klass->members.open != ISPY_REASON_NONE || ispy_module_patches(module, module_word));
}

bool ispy_class_is_requalified(const ispy_module *module, const ispy_definition *definition) {
    const ispy_str word = ispy_str_literal("__qualname__");
    return !module->is_live && definition->kind == ISPY_DEFINES_CLASS &&
           (ispy_scope_find(&definition->as.klass->members, word) != NULL ||
            definition->as.klass->members.open != ISPY_REASON_NONE || ispy_module_patches(module, word));
}

static void look_up(ispy_lookup *out, const ispy_hierarchy *hierarchy, ispy_str name, ispy_side side) {
    const ispy_class *self = hierarchy->ancestors[0].definition->as.klass;
    begin(out, name, side == ISPY_ON_INSTANCE && self->instance.count > 0 ? &self->instance : &self->members);
    if (side == ISPY_ON_CLASS && !hierarchy->is_live && is_patched(hierarchy, name)) {
        open_up(out, ISPY_REASON_DYNAMIC_NAMESPACE);
    }
    for (uint32_t i = 0; side == ISPY_ON_CLASS && i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        if (definition != NULL && definition->as.klass->is_remade) {
            open_up(out, ISPY_REASON_DECORATED);
        }
    }
    /* a live class has all that its bases bring; what bears a base's name by now may be another class */
    bool is_shut_out = false;
    uint32_t count = hierarchy->is_live && self->bases_are_mro ? 1 : hierarchy->count;
    for (uint32_t i = 0; i < count && out->may_be_absent; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        if (definition != NULL) {
            take_from_class(out, &hierarchy->ancestors[i], side, is_shut_out);
            is_shut_out = is_shut_out || definition->as.klass->shuts_bases_out;
        } else if (!hierarchy->is_live && !hierarchy->ancestors[i].adds_nothing) {
            open_up(out, ispy_ancestor_doubt(&hierarchy->ancestors[i]));
        }
    }
    if (!out->may_be_absent) {
        return;
    }
    if (hierarchy->is_live) {
        if (side == ISPY_ON_INSTANCE) {
            open_up(out, ISPY_REASON_INSTANCE_ONLY);
        }
        return;
    }
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        if (definition != NULL) {
            open_up(out, ispy_class_adds(definition->as.klass, name));
        }
    }
    if (hierarchy->is_cut) {
        open_up(out, ISPY_REASON_UNRESOLVED_BASE);
    }
}

void ispy_lookup_here(ispy_lookup *out, const ispy_hierarchy *hierarchy, ispy_str name, ispy_side side) {
    look_up(out, hierarchy, name, side);
}

void ispy_lookup_member(ispy_lookup *out, ispy_hierarchy *hierarchy, ispy_str name, ispy_side side) {
    look_up(out, hierarchy, name, side);
    if ((out->may_be_absent || out->open != ISPY_REASON_NONE) && ispy_hierarchy_follow(hierarchy)) {
        look_up(out, hierarchy, name, side);
    }
}
