/* The class that an interface names, and what it and its bases ask for. See interface_source.h.
 * Must not know: clauses. */
#include "load/interface_source.h"

#include <string.h>

typedef struct class_walk {
    ispy_interface_reading *reading;
    ispy_members *out;
    ispy_name_map seen;
    const ispy_class *open[ISPY_INTERFACE_MAX_DEPTH];
    uint32_t depth;
} class_walk;

/* ---- finding a class ---- */

static int no_class(const ispy_interface_reading *reading, const ispy_interface_module *from, ispy_str name,
                    const char *what) {
    return ispy_interface_fault(reading, "an interface is a class that its module defines or imports", "%.200s %s '%s'",
                                from->module->path.data, what, ispy_quote(name).text);
}

/* "a.b" and "C" of "a.b.C". */
static bool split_last(ispy_str dotted, ispy_str *head, ispy_str *last) {
    uint32_t start = dotted.length;
    while (start > 0 && dotted.data[start - 1] != '.') {
        start--;
    }
    if (start < 2) {
        return false;
    }
    *head = ispy_str_of(dotted.data, start - 1);
    *last = ispy_str_of(dotted.data + start, dotted.length - start);
    return true;
}

static int find_class(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                      const ispy_interface_module *from, ispy_str name, uint32_t depth);

/* A name from another module: that module is read. */
static int follow_name(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                       const ispy_interface_module *from, const ispy_qualified *name, uint32_t depth) {
    ispy_str whole;
    ispy_str head;
    ispy_str last;
    const ispy_interface_module *next = NULL;
    int status = ispy_interface_join(&whole, reading, name);
    if (status != ISPY_OK) {
        return status;
    }
    if (name->partial || !split_last(whole, &head, &last)) {
        return no_class(reading, from, whole, "leads out of what is known for");
    }
    ispy_str owned;
    if (ispy_arena_str(&owned, reading->loader->arena, head.data, head.length) != ISPY_OK) {
        return ispy_fault_nomem(reading->loader);
    }
    status = ispy_interface_follow(&next, reading, owned);
    return status != ISPY_OK ? status : find_class(out, where, reading, next, last, depth + 1);
}

/* The star imports of a module, for a class that it does not define. */
static int find_in_stars(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                         const ispy_interface_module *from, ispy_str name) {
    ispy_members names;
    int status = ispy_interface_names(&names, reading, from);
    for (const ispy_member *m = names.first; m != NULL && status == ISPY_OK; m = m->next) {
        bool is_class = ispy_str_equal(m->name, name) && m->binding != NULL && m->binding->count == 1 &&
                        m->binding->candidates[0]->kind == ISPY_DEFINES_CLASS;
        if (is_class) {
            *out = m->binding->candidates[0]->as.klass;
            *where = m->from;
            return ISPY_OK;
        }
    }
    return status != ISPY_OK ? status : no_class(reading, from, name, "defines no class");
}

static int find_class(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                      const ispy_interface_module *from, ispy_str name, uint32_t depth) {
    ispy_resolution found;
    if (depth > ISPY_INTERFACE_MAX_DEPTH) {
        return no_class(reading, from, name, "leads in a circle for");
    }
    ispy_resolve(&found, from->module, name, ISPY_VIEW_ANNOTATION);
    const ispy_target *target = &found.targets[0];
    if (found.count != 1) {
        return no_class(reading, from, name, "defines under a condition");
    }
    if (target->kind == ISPY_TARGET_QUALIFIED && target->import != NULL) {
        return follow_name(out, where, reading, from, &target->name, depth);
    }
    if (target->kind == ISPY_TARGET_DEFINITION && target->definition->kind == ISPY_DEFINES_CLASS) {
        *out = target->definition->as.klass;
        *where = from;
        return ISPY_OK;
    }
    if (target->kind == ISPY_TARGET_UNKNOWN && target->reason == ISPY_REASON_STAR_IMPORT) {
        return find_in_stars(out, where, reading, from, name);
    }
    return no_class(reading, from, name, "defines no class");
}

int ispy_interface_class(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                         const ispy_interface_module *from, ispy_str name) {
    return find_class(out, where, reading, from, name, 0);
}

/* ---- bases that have no source of their own ---- */

/* They add no members that one could ask for. */
static bool adds_nothing(ispy_str name) {
    static const char *const names[] = {"builtins.object",
                                        "abc.ABC",
                                        "typing.Protocol",
                                        "typing.Generic",
                                        "typing.NamedTuple",
                                        "typing.TypedDict",
                                        "typing_extensions.Protocol",
                                        "typing_extensions.NamedTuple",
                                        "typing_extensions.TypedDict"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(name, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

/* What the abstract classes of collections.abc ask for. */
static const struct {
    const char *name;
    const char *methods[5];
} abstract[] = {
    {"Hashable", {"__hash__"}},
    {"Sized", {"__len__"}},
    {"Iterable", {"__iter__"}},
    {"Iterator", {"__next__", "__iter__"}},
    {"Reversible", {"__reversed__", "__iter__"}},
    {"Container", {"__contains__"}},
    {"Collection", {"__len__", "__iter__", "__contains__"}},
    {"Callable", {"__call__"}},
    {"Awaitable", {"__await__"}},
    {"AsyncIterable", {"__aiter__"}},
    {"AsyncIterator", {"__anext__", "__aiter__"}},
    {"Sequence", {"__getitem__", "__len__"}},
    {"MutableSequence", {"__getitem__", "__setitem__", "__delitem__", "__len__", "insert"}},
    {"Set", {"__contains__", "__iter__", "__len__"}},
    {"Mapping", {"__getitem__", "__iter__", "__len__"}},
    {"MutableMapping", {"__getitem__", "__setitem__", "__delitem__", "__iter__", "__len__"}},
    {"SupportsInt", {"__int__"}},
    {"SupportsFloat", {"__float__"}},
    {"SupportsIndex", {"__index__"}},
    {"SupportsAbs", {"__abs__"}},
};

static ispy_member *add_member(class_walk *w, ispy_str name, const ispy_interface_module *from, ispy_span at) {
    ispy_member *member = ispy_members_add(w->out, w->reading, &w->seen, name, from);
    if (member != NULL) {
        member->at = at;
    }
    return member;
}

static bool is_seen(const class_walk *w, ispy_str name) {
    uint32_t index;
    return ispy_name_map_find(&w->seen, name, &index);
}

/* What follows the module's name of an abstract class of the standard library, or data == NULL. */
static ispy_str abstract_name(ispy_str name) {
    static const char *const modules[] = {"collections.abc.", "typing.", "typing_extensions."};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        size_t length = strlen(modules[i]);
        if (name.length > length && memcmp(name.data, modules[i], length) == 0) {
            return ispy_str_of(name.data + length, name.length - length);
        }
    }
    return (ispy_str){NULL, 0, 0};
}

/* false: it is none of these. */
static bool take_abstract(class_walk *w, ispy_str name, const ispy_interface_module *from, ispy_span at, int *status) {
    ispy_str last = abstract_name(name);
    *status = ISPY_OK;
    for (size_t i = 0; last.data != NULL && i < sizeof abstract / sizeof *abstract; i++) {
        if (!ispy_str_equal(last, ispy_str_literal(abstract[i].name))) {
            continue;
        }
        for (size_t k = 0; k < 5 && abstract[i].methods[k] != NULL; k++) {
            ispy_str method = ispy_str_literal(abstract[i].methods[k]);
            ispy_member *member = is_seen(w, method) ? NULL : add_member(w, method, from, at);
            if (member == NULL && !is_seen(w, method)) {
                *status = ispy_fault_nomem(w->reading->loader);
                return true;
            }
            if (member != NULL) {
                member->is_abstract = true;
            }
        }
        return true;
    }
    return false;
}

/* A class of builtins: what has it as a base has all that it brings. */
static int take_builtin(class_walk *w, ispy_str name, const ispy_interface_module *from, ispy_span at) {
    if (is_seen(w, name)) {
        return ISPY_OK;
    }
    ispy_member *member = add_member(w, name, from, at);
    if (member == NULL) {
        return ispy_fault_nomem(w->reading->loader);
    }
    member->is_base = true;
    return ISPY_OK;
}

/* ---- members ---- */

bool ispy_interface_is_abstract(const ispy_binding *binding) {
    static const char word[] = "abstract";
    const ispy_definition *definition = binding->candidates[0];
    if (binding->count != 1 || definition->kind != ISPY_DEFINES_FUNCTION) {
        return false;
    }
    const ispy_function *function = definition->as.function;
    for (uint32_t i = 0; i < function->decorator_count; i++) {
        ispy_str name = function->decorators[i].name;
        for (uint32_t k = 0; name.data != NULL && k + sizeof word - 1 <= name.length; k++) {
            if ((k == 0 || name.data[k - 1] == '.') && memcmp(name.data + k, word, sizeof word - 1) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Names that make the class what it is, and that typing's own Protocol does not count either. */
static bool is_about_class(ispy_str name) {
    static const char *const names[] = {
        "__init__",
        "__new__",
        "__slots__",
        "__doc__",
        "__module__",
        "__dict__",
        "__weakref__",
        "__init_subclass__",
        "__class_getitem__",
        "__subclasshook__",
        "__match_args__",
        "__annotations__",
        "__abstractmethods__",
        "__orig_bases__",
        "__parameters__",
        "__qualname__",
        "__hash__",
        "__del__",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(name, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

static int take_scope(class_walk *w, const ispy_scope *scope, const ispy_interface_module *from, bool is_instance) {
    const ispy_binding **bindings = NULL;
    uint32_t count = 0;
    int status = ispy_interface_written(&bindings, &count, w->reading, scope);
    for (uint32_t i = 0; i < count && status == ISPY_OK; i++) {
        const ispy_binding *binding = bindings[i];
        if (is_seen(w, binding->name)) {
            continue;
        }
        ispy_member *member = add_member(w, binding->name, from, binding->candidates[0]->at);
        if (member == NULL) {
            return ispy_fault_nomem(w->reading->loader);
        }
        member->binding = binding;
        member->is_instance = is_instance;
        member->is_abstract = ispy_interface_is_abstract(binding);
    }
    return status;
}

static int walk_class(class_walk *w, const ispy_interface_module *from, const ispy_class *klass);

static int walk_base(class_walk *w, const ispy_interface_module *from, const ispy_class *klass,
                     const ispy_reference *base) {
    ispy_resolution found;
    const ispy_class *next = NULL;
    const ispy_interface_module *where = NULL;
    if (base->name.data == NULL || memchr(base->text.data, '(', base->text.length) != NULL) {
        return no_class(w->reading, from, base->text, "has a base that is computed:");
    }
    ispy_resolve(&found, from->module, base->name, ISPY_VIEW_RUNTIME);
    const ispy_target *target = &found.targets[0];
    if (found.count == 1 && target->kind == ISPY_TARGET_QUALIFIED && !target->name.partial) {
        ispy_str whole;
        int status = ispy_interface_join(&whole, w->reading, &target->name);
        if (status != ISPY_OK || adds_nothing(whole) || take_abstract(w, whole, from, base->at, &status)) {
            bool is_protocol = w->depth == 1 && (ispy_str_equal(whole, ispy_str_literal("typing.Protocol")) ||
                                                 ispy_str_equal(whole, ispy_str_literal("typing_extensions.Protocol")));
            w->out->kind = status == ISPY_OK && is_protocol ? ISPY_INTERFACE_PROTOCOL : w->out->kind;
            return status;
        }
        if (target->import == NULL) {
            return take_builtin(w, whole, from, base->at);
        }
    }
    if (found.count == 1 && target->kind == ISPY_TARGET_DEFINITION && target->definition->as.klass == klass) {
        return no_class(w->reading, from, base->name, "has a class that is its own base:");
    }
    int status = find_class(&next, &where, w->reading, from, base->name, 0);
    return status != ISPY_OK ? status : walk_class(w, where, next);
}

static int walk_class(class_walk *w, const ispy_interface_module *from, const ispy_class *klass) {
    bool is_open = w->depth == ISPY_INTERFACE_MAX_DEPTH;
    for (uint32_t i = 0; i < w->depth && !is_open; i++) {
        is_open = w->open[i] == klass;
    }
    if (is_open) {
        return no_class(w->reading, from, klass->name,
                        "has classes that derive from each other in a circle, or too deep:");
    }
    w->open[w->depth++] = klass;
    int status = take_scope(w, &klass->members, from, false);
    if (status == ISPY_OK) {
        status = take_scope(w, &klass->instance, from, true);
    }
    for (uint32_t i = 0; i < klass->base_count && status == ISPY_OK; i++) {
        status = walk_base(w, from, klass, &klass->bases[i]);
    }
    w->depth--;
    return status;
}

/* Whether the interface asks for it. */
static bool counts(const ispy_members *members, const ispy_member *member) {
    if (member->is_base) {
        return members->kind != ISPY_INTERFACE_PROTOCOL;
    }
    if (members->kind == ISPY_INTERFACE_ABC) {
        return member->is_abstract;
    }
    if (is_about_class(member->name) && !member->is_abstract) {
        return false;
    }
    if (members->kind == ISPY_INTERFACE_PROTOCOL) {
        return !member->is_instance;
    }
    return !ispy_interface_is_private(member->name);
}

int ispy_interface_members(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                           const ispy_class *klass) {
    class_walk w = {.reading = reading, .out = out};
    *out = (ispy_members){.end = &out->first};
    ispy_name_map_init(&w.seen, reading->loader->arena);
    int status = walk_class(&w, from, klass);
    if (status != ISPY_OK) {
        return status;
    }
    for (const ispy_member *m = out->first; m != NULL; m = m->next) {
        if (m->is_abstract && out->kind == ISPY_INTERFACE_CLASS) {
            out->kind = ISPY_INTERFACE_ABC;
        }
    }
    ispy_member **link = &out->first;
    while (*link != NULL) {
        if (counts(out, *link)) {
            link = &(*link)->next;
        } else {
            *link = (*link)->next;
            out->count--;
        }
    }
    out->end = link;
    return ISPY_OK;
}
