/* Scopes, and what is bound in them. Must not know: what is mentioned where. */
#include "binding/uses_walk.h"

#include <string.h>

bool ispy_uses_grow(uses_walk *u, void *array, uint32_t count, uint32_t *capacity, size_t size) {
    void *items;
    if (count < *capacity) {
        return !u->walk.failed;
    }
    memcpy(&items, array, sizeof items);
    uint32_t wanted = *capacity * 2 + 64;
    items = PyMem_Realloc(items, wanted * size);
    if (items == NULL) {
        ispy_walk_nomem(&u->walk);
        return false;
    }
    memcpy(array, &items, sizeof items);
    *capacity = wanted;
    return !u->walk.failed;
}

uint32_t ispy_uses_scope(uses_walk *u, uses_scope_kind kind, uint32_t parent) {
    if (!ispy_uses_grow(u, &u->scopes, u->scope_count, &u->scope_capacity, sizeof *u->scopes)) {
        return parent;
    }
    u->scopes[u->scope_count] = (uses_scope){kind, parent, NULL};
    return u->scope_count++;
}

PyObject *ispy_uses_intern(uses_walk *u, const char *name) {
    PyObject *object = u->walk.failed ? NULL : PyUnicode_InternFromString(name); /* owned */
    if (object == NULL || PyList_Append(u->walk.kept, object) < 0) {
        Py_XDECREF(object);
        ispy_walk_fail(&u->walk);
        return NULL;
    }
    Py_DECREF(object);
    return object;
}

/* ---- the table ---- */

static uint32_t place_of(const uses_walk *u, uint32_t scope, PyObject *name) {
    uintptr_t bits = ((uintptr_t)name >> 4) + (uintptr_t)scope * 2654435761u;
    return (uint32_t)((bits ^ (bits >> 13)) & (u->slot_count - 1));
}

static uses_slot *slot_for(uses_walk *u, uint32_t scope, PyObject *name) {
    uint32_t at = place_of(u, scope, name);
    while (u->slots[at].first != USES_NOTHING && (u->slots[at].name != name || u->slots[at].scope != scope)) {
        at = (at + 1) & (u->slot_count - 1);
    }
    return &u->slots[at];
}

static bool make_room(uses_walk *u) {
    if (u->slots_used * 2 < u->slot_count) {
        return true;
    }
    uint32_t count = u->slot_count;
    uses_slot *old = u->slots; /* owned */
    u->slot_count = count == 0 ? 512 : count * 2;
    u->slots = PyMem_Calloc(u->slot_count, sizeof *u->slots);
    if (u->slots == NULL) {
        u->slots = old;
        u->slot_count = count;
        ispy_walk_nomem(&u->walk);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (old[i].first != USES_NOTHING) {
            *slot_for(u, old[i].scope, old[i].name) = old[i];
        }
    }
    PyMem_Free(old);
    return true;
}

uses_slot *ispy_uses_find(uses_walk *u, uint32_t scope, PyObject *name) {
    if (u->slot_count == 0 || name == NULL) {
        return NULL;
    }
    uses_slot *slot = slot_for(u, scope, name);
    return slot->first != USES_NOTHING ? slot : NULL;
}

/* A name that is declared global or nonlocal is bound there, and not here. */
static uint32_t scope_of(uses_walk *u, uint32_t scope, PyObject *name) {
    const uses_slot *slot = ispy_uses_find(u, scope, name);
    while (slot != NULL && u->bindings[slot->first].kind == USES_BOUND_NONLOCAL) {
        scope = u->scopes[scope].parent;
        slot = ispy_uses_find(u, scope, name);
    }
    return slot != NULL && u->bindings[slot->first].kind == USES_BOUND_GLOBAL ? USES_NOTHING : scope;
}

void ispy_uses_bind(uses_walk *u, uint32_t scope, PyObject *name, uses_binding binding) {
    if (u->walk.failed || name == NULL || !PyUnicode_Check(name) || !make_room(u) ||
        !ispy_uses_grow(u, &u->bindings, u->binding_count, &u->binding_capacity, sizeof *u->bindings)) {
        return;
    }
    if (binding.kind != USES_BOUND_GLOBAL && binding.kind != USES_BOUND_NONLOCAL) {
        scope = scope_of(u, scope, name);
    }
    uses_slot *slot = slot_for(u, scope, name);
    if (slot->first == USES_NOTHING) {
        u->slots_used++;
        slot->name = name;
        slot->scope = scope;
    }
    binding.next = slot->first;
    u->bindings[u->binding_count] = binding;
    slot->first = u->binding_count++;
    slot->known = NULL;
}

void ispy_uses_bind_other(uses_walk *u, uint32_t scope, PyObject *name) {
    ispy_uses_bind(u, scope, name, (uses_binding){.kind = USES_BOUND_OTHER});
}

uses_slot *ispy_uses_lookup(uses_walk *u, uint32_t scope, PyObject *name) {
    uint32_t from = scope;
    for (;;) {
        uses_scope_kind kind = u->scopes[scope].kind;
        bool seen = kind != USES_CLASS || scope == from;
        uses_slot *slot = seen ? ispy_uses_find(u, scope, name) : NULL;
        uses_bound bound = slot != NULL ? u->bindings[slot->first].kind : USES_BOUND_NONLOCAL;
        if (bound == USES_BOUND_GLOBAL) {
            return ispy_uses_find(u, USES_NOTHING, name);
        }
        if (slot != NULL && bound != USES_BOUND_NONLOCAL) {
            return slot;
        }
        if (scope == USES_NOTHING) {
            return NULL;
        }
        scope = u->scopes[scope].parent;
    }
}

/* ---- targets ---- */

/* self.NAME in a method, seen from whatever is nested in it. */
static void bind_attribute(uses_walk *u, uint32_t scope, PyObject *target, PyObject *value) {
    PyObject *object = ispy_node_get(&u->walk, target, FIELD_value);
    if (ispy_node_kind(&u->walk, object) != NODE_Name) {
        return;
    }
    PyObject *name = ispy_node_get(&u->walk, object, FIELD_id);
    uint32_t outer = scope;
    while (scope != USES_NOTHING && u->scopes[scope].self != name) {
        scope = u->scopes[scope].parent;
    }
    if (scope != USES_NOTHING) { /* its parent is the class, which its attributes follow */
        uses_binding binding = {
            .kind = value != NULL ? USES_BOUND_ALIAS : USES_BOUND_OTHER, .scope = outer, .node = value};
        ispy_uses_bind(u, u->scopes[scope].parent + 1, ispy_node_get(&u->walk, target, FIELD_attr), binding);
    }
}

static bool is_sequence(node_kind kind) {
    return kind == NODE_Tuple || kind == NODE_List;
}

/* The items of `value` one by one, where both sides have as many. */
static PyObject *item_of(uses_walk *u, PyObject *targets, PyObject *value, Py_ssize_t index) {
    if (value == NULL || !is_sequence(ispy_node_kind(&u->walk, value))) {
        return NULL;
    }
    PyObject *items = ispy_node_get(&u->walk, value, FIELD_elts);
    if (ispy_list_count(items) != ispy_list_count(targets)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i <= index; i++) {
        if (ispy_node_kind(&u->walk, ispy_list_item(items, i)) == NODE_Starred ||
            ispy_node_kind(&u->walk, ispy_list_item(targets, i)) == NODE_Starred) {
            return NULL;
        }
    }
    return ispy_list_item(items, index);
}

static void bind_target(uses_walk *u, uint32_t scope, PyObject *target, PyObject *value, int depth) {
    node_kind kind = ispy_node_kind(&u->walk, target);
    if (u->walk.failed || depth > USES_MAX_DEPTH) {
        return;
    }
    if (kind == NODE_Name) {
        uses_binding binding = {
            .kind = value != NULL ? USES_BOUND_ALIAS : USES_BOUND_OTHER, .scope = scope, .node = value};
        ispy_uses_bind(u, scope, ispy_node_get(&u->walk, target, FIELD_id), binding);
    } else if (kind == NODE_Attribute) {
        bind_attribute(u, scope, target, value);
    } else if (kind == NODE_Starred) {
        bind_target(u, scope, ispy_node_get(&u->walk, target, FIELD_value), NULL, depth + 1);
    } else if (is_sequence(kind)) {
        PyObject *targets = ispy_node_get(&u->walk, target, FIELD_elts);
        for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
            bind_target(u, scope, ispy_list_item(targets, i), item_of(u, targets, value, i), depth + 1);
        }
    }
}

void ispy_uses_bind_target(uses_walk *u, uint32_t scope, PyObject *target, PyObject *value) {
    bind_target(u, scope, target, value, 0);
}

void ispy_uses_bind_loop(uses_walk *u, uint32_t scope, PyObject *target, PyObject *iterated, uint32_t outer) {
    if (ispy_node_kind(&u->walk, target) == NODE_Name) {
        uses_binding binding = {.kind = USES_BOUND_ELEMENT, .scope = outer, .node = iterated};
        ispy_uses_bind(u, scope, ispy_node_get(&u->walk, target, FIELD_id), binding);
    } else {
        ispy_uses_bind_target(u, scope, target, NULL);
    }
}

/* ---- patterns of match ---- */

void ispy_uses_bind_pattern(uses_walk *u, uint32_t scope, PyObject *pattern, PyObject *subject) {
    ispy_pointers stack = {NULL, 0, 0};
    (void)ispy_pointers_push(&u->walk, &stack, pattern);
    while (stack.count > 0 && !u->walk.failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(&u->walk, node);
        PyObject *name = Py_None;
        if (kind == NODE_MatchAs || kind == NODE_MatchStar) {
            name = ispy_node_get(&u->walk, node, FIELD_name);
        } else if (kind == NODE_MatchMapping) {
            name = ispy_node_get(&u->walk, node, FIELD_rest);
        }
        if (name != Py_None) {
            bool whole = kind == NODE_MatchAs && node == pattern;
            uses_binding binding = {
                .kind = whole ? USES_BOUND_ALIAS : USES_BOUND_OTHER, .scope = scope, .node = subject};
            ispy_uses_bind(u, scope, name, binding);
        }
        if (kind == NODE_MatchAs && ispy_node_get(&u->walk, node, FIELD_pattern) != Py_None) {
            (void)ispy_pointers_push(&u->walk, &stack, ispy_node_get(&u->walk, node, FIELD_pattern));
        } else if (kind == NODE_MatchSequence || kind == NODE_MatchMapping || kind == NODE_MatchOr ||
                   kind == NODE_MatchClass) {
            ispy_pointers_push_all(&u->walk, &stack, ispy_node_get(&u->walk, node, FIELD_patterns));
        }
        if (kind == NODE_MatchClass) {
            ispy_pointers_push_all(&u->walk, &stack, ispy_node_get(&u->walk, node, FIELD_kwd_patterns));
        }
    }
    PyMem_Free(stack.items);
}
