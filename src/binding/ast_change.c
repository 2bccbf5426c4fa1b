/* Lists, sets and dictionaries at module level that functions of the module change in place: "REGISTRY.append(f)" in a
 * decorator that the module itself uses. Where the module runs none of its own code, nobody has called them yet.
 *
 * Only functions that hold such a name as a word are walked; what else a function is about is left alone. A list that
 * belongs to a class, or that another module changes, is not looked for. */
#include "binding/ast_walk.h"

#include <string.h>

/* The watched names by hash: open addressing, index + 1 into walk->names. */
typedef struct watch {
    uint32_t *slots; /* owned */
    uint32_t size;   /* a power of two */
    uint32_t count;
} watch;

static bool is_changeable(const ispy_binding *binding) {
    for (uint32_t i = 0; i < binding->count; i++) {
        const ispy_definition *candidate = binding->candidates[i];
        if (candidate->kind == ISPY_DEFINES_VARIABLE && candidate->as.variable->value != NULL &&
            candidate->as.variable->value->kind >= ISPY_LITERAL_LIST) {
            return true;
        }
    }
    return false;
}

static void find_watched(ispy_walk *walk, watch *w) {
    for (uint32_t i = 0; i < walk->names.count; i++) {
        ispy_name *name = &walk->names.items[i];
        ispy_binding binding;
        if (name->state == NAME_OTHER && ispy_builder_find(walk->builder, name->text, &binding)) {
            name->is_watched = is_changeable(&binding);
            w->count += name->is_watched;
        }
    }
}

static void fill_slots(ispy_walk *walk, watch *w) {
    w->size = 64;
    while (w->size < w->count * 4) {
        w->size *= 2;
    }
    w->slots = PyMem_Calloc(w->size, sizeof *w->slots);
    if (w->slots == NULL) {
        ispy_walk_nomem(walk);
        return;
    }
    for (uint32_t i = 0; i < walk->names.count; i++) {
        if (walk->names.items[i].is_watched) {
            uint32_t slot = walk->names.items[i].text.hash & (w->size - 1);
            while (w->slots[slot] != 0) {
                slot = (slot + 1) & (w->size - 1);
            }
            w->slots[slot] = i + 1;
        }
    }
}

static bool is_watched(const ispy_walk *walk, const watch *w, ispy_str word) {
    for (uint32_t slot = word.hash & (w->size - 1); w->slots[slot] != 0; slot = (slot + 1) & (w->size - 1)) {
        if (ispy_str_equal(walk->names.items[w->slots[slot] - 1].text, word)) {
            return true;
        }
    }
    return false;
}

static bool is_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

/* A word beyond ASCII may be another spelling of a name that is watched. */
static bool holds_watched(ispy_walk *walk, const watch *w, PyObject *function) {
    const ispy_source_text *source = &walk->source;
    long begin = ispy_source_text_offset(source, ispy_node_number(walk, function, FIELD_lineno), 0);
    long end = ispy_source_text_offset(source, ispy_node_number(walk, function, FIELD_end_lineno),
                                       ispy_node_number(walk, function, FIELD_end_col_offset));
    const char *data = source->text.data;
    for (long i = begin < 0 ? end : begin; i < end;) {
        long start = i;
        bool wide = false;
        while (i < end && is_part(data[i])) {
            wide = wide || (data[i] & 0x80) != 0;
            i++;
        }
        if (wide || (i > start && is_watched(walk, w, ispy_str_of(data + start, (size_t)(i - start))))) {
            return true;
        }
        i += i == start;
    }
    return false;
}

static void visit_function(ispy_walk *walk, PyObject *function) {
    ispy_pointers stack = {NULL, 0, 0};
    ispy_pointers_push_all(walk, &stack, ispy_node_get(walk, function, FIELD_body));
    while (stack.count > 0 && !walk->failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(walk, node);
        if (ispy_reads_namespace(walk, node, kind, &stack)) {
            continue;
        }
        if (ispy_namespace_reach(walk, node, kind) == REACH_VALUE) {
            PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
            ispy_taint(walk, identifier);
            ispy_name *name = ispy_walk_name(walk, identifier);
            if (name != NULL) {
                name->is_watched = false;
            }
        } else {
            ispy_push_children(walk, node, kind, false, &stack);
        }
    }
    PyMem_Free(stack.items);
}

void ispy_visit_changes(ispy_walk *walk) {
    watch w = {NULL, 0, 0};
    if (walk->failed || walk->functions.count == 0) {
        return;
    }
    find_watched(walk, &w);
    if (w.count == 0) {
        return;
    }
    fill_slots(walk, &w);
    for (uint32_t i = 0; i < walk->functions.count && !walk->failed; i++) {
        if (holds_watched(walk, &w, walk->functions.items[i])) {
            visit_function(walk, walk->functions.items[i]);
        }
    }
    PyMem_Free(w.slots);
}
