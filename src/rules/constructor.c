/* The constructor that a class has because of its fields: a dataclass, a NamedTuple, a class of attrs.
 * Must not know: clauses, how a call is judged. */
#include "rules/constructor.h"

#include <string.h>

/* Whether another class's say in how objects are made cannot be ruled out. */
static bool may_interfere(const ispy_ancestor *ancestor) {
    const ispy_class *klass = ancestor->definition->as.klass;
    static const char *const names[] = {"__init__", "__new__"};
    bool may =
        klass->has_metaclass || klass->members.open != ISPY_REASON_NONE || klass->is_remade || klass->may_be_no_class;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ispy_str name = ispy_str_literal(names[i]);
        may = may || ispy_scope_find(&klass->members, name) != NULL || ispy_module_patches(ancestor->home, name);
    }
    return may;
}

static bool is_from_builtins(const ispy_ancestor *ancestor) {
    return ancestor->name.count > 0 && !ancestor->name.partial &&
           ispy_str_equal(ancestor->name.parts[0], ispy_str_literal("builtins"));
}

static bool is_named_tuple(const ispy_ancestor *ancestor) {
    return ispy_qualified_is(&ancestor->name, ispy_str_literal("typing.NamedTuple")) == ISPY_PASS ||
           ispy_qualified_is(&ancestor->name, ispy_str_literal("typing_extensions.NamedTuple")) == ISPY_PASS;
}

/* The nearest class that makes a constructor; NULL: there is none, or something else may come before it. Whatever the
 * classes behind it are, all of them have to be known: their fields are its own, too. */
static const ispy_ancestor *find_maker(const ispy_hierarchy *hierarchy) {
    const ispy_ancestor *maker = NULL;
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i];
        if (ancestor->definition == NULL) {
            if (!ancestor->adds_nothing && !is_from_builtins(ancestor) && !is_named_tuple(ancestor)) {
                return NULL;
            }
            continue;
        }
        const ispy_class *klass = ancestor->definition->as.klass;
        bool makes = klass->makes >= ISPY_MAKES_INIT;
        if (klass->makes == ISPY_MAKES_OPEN || klass->has_metaclass || (maker == NULL && may_interfere(ancestor))) {
            return NULL;
        }
        maker = maker == NULL && makes ? ancestor : maker;
    }
    return hierarchy->is_cut ? NULL : maker;
}

typedef struct fields {
    ispy_parameter *items;
    uint32_t count;
} fields;

static void add_field(fields *all, const ispy_parameter *field) {
    uint32_t i = 0;
    while (i < all->count && !ispy_str_equal(all->items[i].name, field->name)) {
        i++;
    }
    all->items[i] = *field; /* a field of a base keeps its place */
    all->count += i == all->count ? 1 : 0;
}

static fields gather(const ispy_hierarchy *hierarchy, const ispy_ancestor *maker, ispy_arena *arena) {
    uint32_t most = 1;
    bool inherits = maker->definition->as.klass->makes == ISPY_MAKES_INIT;
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        const ispy_definition *definition = hierarchy->ancestors[i].definition;
        most += definition != NULL ? definition->as.klass->field_count : 0;
    }
    fields all = {ispy_arena_array(arena, most, sizeof *all.items), 0};
    for (uint32_t i = hierarchy->count; i > 0 && all.items != NULL; i--) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i - 1];
        const ispy_class *klass = ancestor->definition != NULL ? ancestor->definition->as.klass : NULL;
        bool counts =
            klass != NULL && ancestor >= maker &&
            (ancestor == maker || (inherits && (klass->makes == ISPY_MAKES_INIT || klass->makes == ISPY_MAKES_FIELDS)));
        for (uint32_t j = 0; counts && j < klass->field_count; j++) {
            add_field(&all, &klass->fields[j]);
        }
    }
    return all;
}

/* `self`, then what may be given by position, then the rest. */
static ispy_function *make_function(const fields *all, ispy_arena *arena) {
    ispy_function *function = ispy_arena_alloc(arena, sizeof *function);
    ispy_parameter *parameters = ispy_arena_array(arena, (size_t)all->count + 1, sizeof *parameters);
    if (function == NULL || parameters == NULL) {
        return NULL;
    }
    uint32_t count = 0;
    parameters[count++] = (ispy_parameter){.name = ispy_str_literal("self"), .kind = ISPY_POSITIONAL_OR_KEYWORD};
    for (int by_name = 0; by_name < 2; by_name++) {
        for (uint32_t i = 0; i < all->count; i++) {
            if ((all->items[i].kind == ISPY_KEYWORD_ONLY) == (by_name == 1)) {
                parameters[count++] = all->items[i];
            }
        }
    }
    function->parameters = parameters;
    function->parameter_count = count;
    function->returns = ispy_str_literal("None");
    return function;
}

int ispy_constructor_made(const ispy_function **out, ispy_hierarchy *hierarchy, ispy_arena *arena) {
    *out = NULL;
    if (hierarchy->is_live) {
        return ISPY_OK;
    }
    const ispy_ancestor *maker = find_maker(hierarchy);
    if (maker == NULL && ispy_hierarchy_follow(hierarchy)) {
        maker = find_maker(hierarchy);
    }
    if (maker == NULL) {
        return ISPY_OK;
    }
    fields all = gather(hierarchy, maker, arena);
    ispy_function *function = all.items != NULL ? make_function(&all, arena) : NULL;
    *out = function;
    return function != NULL ? ISPY_OK : ISPY_ENOMEM;
}
