/* The order in which Python looks a class's names up (C3), as far as the module's own source tells it, and those of the
 * modules that its bases come from.
 *
 * Must not know: names, clauses. Each class is linearised once, so that the work is bounded by the number of classes,
 * however often they meet in diamonds.
 */
#include "rules/lookup.h"

#include <string.h>

enum { MAX_DEPTH = 24, NO_NODE = UINT8_MAX };

typedef enum state { FRESH, ACTIVE, DONE } state;

/* The classes met so far, by number, and the order below each. */
typedef struct graph {
    ispy_follower *follower; /* or NULL */
    ispy_ancestor nodes[ISPY_HIERARCHY_MAX];
    uint8_t states[ISPY_HIERARCHY_MAX];
    uint8_t order[ISPY_HIERARCHY_MAX][ISPY_HIERARCHY_MAX];
    uint8_t length[ISPY_HIERARCHY_MAX];
    uint32_t count;
    bool is_cut;
} graph;

/* Bases that bring no names which a contract could mean. Kept short on purpose: every other base opens the class. */
static bool adds_nothing(const ispy_qualified *name) {
    static const char *const bases[] = {
        "builtins.object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Generic",
        "typing_extensions.Protocol",
    };
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (ispy_qualified_is(name, ispy_str_literal(bases[i])) == ISPY_PASS) {
            return true;
        }
    }
    return false;
}

/* "class A(namedtuple(...))": the base is what the call gives. */
static bool is_call(const ispy_reference *base) {
    if (base->text.data == NULL || base->name.data == NULL || base->text.length <= base->name.length) {
        return false;
    }
    const char *rest = base->text.data + base->name.length;
    while (*rest == ' ' || *rest == '\t' || *rest == '\\' || *rest == '\n') {
        rest++;
    }
    return *rest == '(';
}

/* Bases from elsewhere are the same when they are written alike: two classes may both derive from acme.Plugin. */
static bool is_same(const ispy_ancestor *a, const ispy_ancestor *b) {
    if (a->definition != NULL || b->definition != NULL) {
        return a->definition == b->definition;
    }
    return a->from == b->from && a->reference->name.data != NULL &&
           ispy_str_equal(a->reference->name, b->reference->name) &&
           ispy_str_equal(a->reference->text, b->reference->text);
}

static uint8_t add_node(graph *g, const ispy_ancestor *ancestor) {
    for (uint32_t i = 0; i < g->count; i++) {
        if (is_same(&g->nodes[i], ancestor)) {
            return (uint8_t)i;
        }
    }
    if (g->count == ISPY_HIERARCHY_MAX) {
        g->is_cut = true;
        return NO_NODE;
    }
    uint8_t node = (uint8_t)g->count++;
    g->nodes[node] = *ancestor;
    g->states[node] = ancestor->definition == NULL ? DONE : FRESH;
    g->order[node][0] = node;
    g->length[node] = 1;
    return node;
}

/* The class of that name that the module itself certainly defines; NULL: none. */
static const ispy_definition *own_class(const ispy_module *module, ispy_str name) {
    const ispy_binding *binding = ispy_scope_find(&module->scope, name);
    bool is_class = binding != NULL && binding->count == 1 && binding->candidates[0]->kind == ISPY_DEFINES_CLASS;
    return is_class ? binding->candidates[0] : NULL;
}

/* A live class names its bases in full, whatever the module binds: "acme.mail.Base" in acme.mail is its own. */
static void resolve_live(const ispy_module *module, const ispy_reference *base, ispy_ancestor *out) {
    ispy_str name = base->name;
    uint32_t prefix = module->name.length;
    if (module->name.data != NULL && name.length > prefix + 1 && name.data[prefix] == '.' &&
        memcmp(name.data, module->name.data, prefix) == 0) {
        name = ispy_str_of(name.data + prefix + 1, name.length - prefix - 1);
    }
    out->definition = own_class(module, name);
    out->home = module;
    out->name = (ispy_qualified){.parts = {base->name}, .count = 1};
}

/* What the module binds in the end to the first part of the base's name. */
static const ispy_binding *head_now(const ispy_module *module, const ispy_reference *base) {
    size_t length = 0;
    while (length < base->name.length && base->name.data[length] != '.') {
        length++;
    }
    return base->name.data != NULL ? ispy_scope_find(&module->scope, ispy_str_of(base->name.data, length)) : NULL;
}

/* A class that is given further attributes is another definition at the same place. */
static bool may_still_be(const ispy_binding *binding, const ispy_definition *head) {
    for (uint32_t i = 0; i < binding->count; i++) {
        ispy_span now = binding->candidates[i]->at;
        if (now.line == head->at.line && now.column == head->at.column) {
            return true;
        }
    }
    return false;
}

bool ispy_base_is_stable(const ispy_module *module, const ispy_reference *base) {
    if (base->head == NULL && !base->head_varies) {
        return true;
    }
    const ispy_binding *binding = head_now(module, base);
    if (binding == NULL || base->head_varies) {
        return binding != NULL && binding->count > 1;
    }
    return binding->count == 1 && may_still_be(binding, base->head);
}

/* "Base = Plugin", "class K(Base)": the class is called Plugin. */
static void name_as_defined(ispy_ancestor *out) {
    ispy_str name = out->definition->as.klass->name;
    if (name.data != NULL && out->name.count > 0 && !ispy_qualified_ends_in(&out->name, name)) {
        out->name.parts[out->name.count - 1] = name;
    }
}

/* The name stands for something else by now: what it stood for then is known where it was a class of the module. */
static void resolve_earlier(const ispy_module *module, const ispy_reference *base, ispy_ancestor *out) {
    const ispy_definition *head = base->head;
    const ispy_binding *binding = head_now(module, base);
    if (head == NULL || (binding != NULL && may_still_be(binding, head)) || head->kind != ISPY_DEFINES_CLASS ||
        !ispy_str_equal(head->name, base->name)) {
        return;
    }
    out->definition = head;
    out->home = module;
    out->name = (ispy_qualified){.parts = {module->name, head->name}, .count = 2};
    if (module->name.data == NULL ||
        binding == NULL) { /* a class in a class: what its whole name is, is not known here */
        out->name = (ispy_qualified){.parts = {head->name}, .count = 1, .partial = true};
    }
    name_as_defined(out);
}

static ispy_qualified name_in_home(const ispy_sighting *seen) {
    ispy_str name = seen->definition->as.klass->name;
    ispy_qualified out = {.count = 0, .partial = seen->home->name.data == NULL};
    if (!out.partial) {
        out.parts[out.count++] = seen->home->name;
    }
    out.parts[out.count++] = name.data != NULL ? name : seen->definition->name;
    return out;
}

/* The class that the base is, in this module or another, if the follower finds the one that it must be. */
static void follow_base(const graph *g, const ispy_module *module, ispy_ancestor *out) {
    ispy_sightings seen;
    if (!ispy_follower_is_on(g->follower) || out->adds_nothing) {
        return;
    }
    ispy_follow_local(&seen, g->follower, module, out->reference->name);
    const ispy_sighting *only = ispy_sightings_only(&seen);
    if (only == NULL) {
        out->reason = ispy_sightings_doubt(&seen);
    } else if (only->definition->kind == ISPY_DEFINES_CLASS) {
        out->definition = only->definition;
        out->home = only->home;
        out->written = out->name;
        out->name = name_in_home(only);
    } else {
        out->reason = ispy_definition_doubt(only->definition);
    }
}

static void resolve_static(const graph *g, const ispy_module *module, const ispy_reference *base, ispy_ancestor *out) {
    ispy_resolution found;
    if (!ispy_base_is_stable(module, base)) {
        resolve_earlier(module, base, out);
        return;
    }
    ispy_resolve(&found, module, base->name, ISPY_VIEW_RUNTIME);
    const ispy_target *target = &found.targets[0];
    bool is_one = found.count == 1 && found.reason == ISPY_REASON_NONE;
    if (is_one && target->kind == ISPY_TARGET_DEFINITION && target->definition->kind == ISPY_DEFINES_CLASS) {
        out->definition = target->definition;
        out->home = module;
        out->name = target->name;
        name_as_defined(out);
        return;
    }
    if (is_one && target->kind == ISPY_TARGET_QUALIFIED) {
        out->name = target->name;
        out->adds_nothing = adds_nothing(&out->name);
        if (target->import == NULL) {
            return; /* a builtin */
        }
    }
    follow_base(g, module, out);
}

static void resolve_base(const graph *g, const ispy_module *module, const ispy_reference *base, ispy_ancestor *out) {
    *out = (ispy_ancestor){.from = module, .reference = base};
    if (base->name.data == NULL || is_call(base)) {
        return;
    }
    if (module->is_live) {
        resolve_live(module, base, out);
    } else {
        resolve_static(g, module, base, out);
    }
    out->adds_nothing = out->definition == NULL && out->name.count > 0 && adds_nothing(&out->name);
}

typedef struct list {
    const uint8_t *items;
    uint32_t count;
    uint32_t next;
} list;

static bool stands_in_a_tail(const list *lists, uint32_t count, uint8_t node) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = lists[i].next + 1; j < lists[i].count; j++) {
            if (lists[i].items[j] == node) {
                return true;
            }
        }
    }
    return false;
}

/* The head that no list holds further down. NO_NODE: there is none. `done` tells the lists are used up. */
static uint8_t next_head(const list *lists, uint32_t count, bool *done) {
    *done = true;
    for (uint32_t i = 0; i < count; i++) {
        if (lists[i].next == lists[i].count) {
            continue;
        }
        *done = false;
        uint8_t head = lists[i].items[lists[i].next];
        if (!stands_in_a_tail(lists, count, head)) {
            return head;
        }
    }
    return NO_NODE;
}

static void merge(graph *g, uint8_t node, list *lists, uint32_t count) {
    bool done = false;
    for (;;) {
        uint8_t head = next_head(lists, count, &done);
        if (done) {
            return;
        }
        if (head == NO_NODE || g->length[node] == ISPY_HIERARCHY_MAX) {
            g->is_cut = true; /* Python would refuse the class, or it is larger than what is looked at */
            return;
        }
        g->order[node][g->length[node]++] = head;
        for (uint32_t i = 0; i < count; i++) {
            if (lists[i].next < lists[i].count && lists[i].items[lists[i].next] == head) {
                lists[i].next++;
            }
        }
    }
}

static void linearise(graph *g, uint8_t node, uint32_t depth) {
    const ispy_class *klass = g->nodes[node].definition->as.klass;
    uint8_t bases[ISPY_BASES_MAX];
    list lists[ISPY_BASES_MAX + 1];
    uint32_t count = 0;
    g->states[node] = ACTIVE;
    for (uint32_t i = 0; i < klass->base_count; i++) {
        ispy_ancestor ancestor;
        resolve_base(g, g->nodes[node].home, &klass->bases[i], &ancestor);
        uint8_t base = count < ISPY_BASES_MAX ? add_node(g, &ancestor) : NO_NODE;
        if (base == NO_NODE || depth >= MAX_DEPTH) {
            g->is_cut = true;
            break;
        }
        if (g->states[base] == ACTIVE) {
            /* "class A(A)": another class bore the name when this one was made */
            ancestor = (ispy_ancestor){.from = g->nodes[node].home, .reference = &klass->bases[i]};
            base = add_node(g, &ancestor);
            if (base == NO_NODE) {
                g->is_cut = true;
                break;
            }
        }
        if (g->states[base] == FRESH) {
            linearise(g, base, depth + 1);
        }
        lists[count] = (list){g->order[base], g->length[base], 0};
        bases[count++] = base;
    }
    lists[count] = (list){bases, count, 0};
    merge(g, node, lists, count + 1);
    g->states[node] = DONE;
}

/* A live class says itself in what order Python looks names up. */
static void take_mro(ispy_hierarchy *out, const ispy_module *module, const ispy_definition *definition) {
    const ispy_class *klass = definition->as.klass;
    for (uint32_t i = 0; i < klass->base_count; i++) {
        ispy_ancestor ancestor = {.reference = &klass->bases[i]};
        if (ancestor.reference->name.data == NULL) {
            out->is_cut = true;
            continue;
        }
        resolve_live(module, ancestor.reference, &ancestor);
        ancestor.adds_nothing = ancestor.definition == NULL && adds_nothing(&ancestor.name);
        if (ancestor.definition == definition) {
            ancestor.definition = NULL; /* "class A(A)": another class that bore the same name */
        }
        if (out->count == ISPY_HIERARCHY_MAX) {
            out->is_cut = true;
            return;
        }
        out->ancestors[out->count++] = ancestor;
    }
}

static void draw_up(ispy_hierarchy *out, ispy_follower *follower) {
    graph g;
    g.follower = follower;
    g.count = 0;
    g.is_cut = false;
    const ispy_ancestor self = out->ancestors[0];
    uint8_t root = add_node(&g, &self);
    linearise(&g, root, 0);
    out->is_cut = g.is_cut;
    out->count = g.length[root];
    for (uint32_t i = 0; i < out->count; i++) {
        out->ancestors[i] = g.nodes[g.order[root][i]];
    }
}

void ispy_hierarchy_of(ispy_hierarchy *out, ispy_follower *follower, const ispy_module *module,
                       const ispy_definition *definition) {
    const ispy_ancestor self = {
        .definition = definition, .home = module, .name = {.parts = {definition->name}, .count = 1}};
    out->module = module;
    out->root = NULL;
    out->follower = NULL;
    out->is_live = module->is_live;
    out->is_cut = false;
    out->count = 1;
    out->ancestors[0] = self;
    if (ispy_follower_is_on(follower) && !module->is_live) {
        out->root = follower->root != module ? follower->root : NULL;
        out->follower = follower;
    }
    if (definition->as.klass->base_count == 0) {
        return;
    }
    if (definition->as.klass->bases_are_mro) {
        take_mro(out, module, definition);
    } else {
        draw_up(out, NULL);
    }
}

bool ispy_hierarchy_follow(ispy_hierarchy *hierarchy) {
    ispy_follower *follower = hierarchy->follower;
    bool is_open = false;
    hierarchy->follower = NULL;
    for (uint32_t i = 1; i < hierarchy->count && follower != NULL; i++) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i];
        is_open = is_open || (ancestor->definition == NULL && !ancestor->adds_nothing);
    }
    if (is_open) {
        draw_up(hierarchy, follower);
    }
    return is_open;
}

static bool is_from_builtins(const ispy_ancestor *ancestor) {
    return ancestor->name.count > 0 && !ancestor->name.partial &&
           ispy_str_equal(ancestor->name.parts[0], ispy_str_literal("builtins"));
}

ispy_reason ispy_hierarchy_open(const ispy_hierarchy *hierarchy, bool builtins_too) {
    if (hierarchy->is_live && hierarchy->ancestors[0].definition->as.klass->bases_are_mro) {
        return hierarchy->is_cut ? ISPY_REASON_UNRESOLVED_BASE : ISPY_REASON_NONE;
    }
    for (uint32_t i = 0; i < hierarchy->count; i++) {
        const ispy_ancestor *ancestor = &hierarchy->ancestors[i];
        if (ancestor->definition != NULL && ancestor->definition->as.klass->has_metaclass) {
            return ISPY_REASON_METACLASS;
        }
        if (ancestor->definition == NULL && !ancestor->adds_nothing && (builtins_too || !is_from_builtins(ancestor))) {
            return ispy_ancestor_doubt(ancestor);
        }
    }
    return hierarchy->is_cut ? ISPY_REASON_UNRESOLVED_BASE : ISPY_REASON_NONE;
}
