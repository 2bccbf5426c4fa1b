/* What ImportSpy's contracts looked like up to 0.3, turned into what they look like now before it is read.
 * Must not know: what a clause means, where it is stored. */
#include "load/old_forms.h"

static ispy_node *pair_as_entry(const ispy_loader *loader, const ispy_node *name_key, const ispy_node *value_key,
                                const ispy_node *pair[2]) {
    ispy_node *entry = ispy_arena_alloc(loader->arena, sizeof *entry);
    const ispy_node **items = ispy_arena_array(loader->arena, 4, sizeof *items);
    if (entry == NULL || items == NULL) {
        return NULL;
    }
    items[0] = name_key;
    items[1] = pair[0];
    items[2] = value_key;
    items[3] = pair[1];
    *entry = (ispy_node){.kind = ISPY_NODE_MAPPING, .at = pair[0]->at, .offset = pair[0]->offset, .count = 4};
    entry->items = items;
    return entry;
}

static ispy_node *key_node(const ispy_loader *loader, const char *text, const ispy_node *at) {
    ispy_node *key = ispy_arena_alloc(loader->arena, sizeof *key);
    if (key != NULL) {
        *key = (ispy_node){.kind = ISPY_NODE_SCALAR, .at = at->at, .offset = at->offset};
        key->text = ispy_str_literal(text);
    }
    return key;
}

/* `{name: X, value: 2}` is an entry whose dash was forgotten, and what is no text is no value of that time. */
static bool are_pairs(const ispy_node *mapping) {
    for (uint32_t i = 0; i < mapping->count; i += 2) {
        if (ispy_str_equal(mapping->items[i]->text, ispy_str_literal("name")) ||
            mapping->items[i + 1]->kind != ISPY_NODE_SCALAR) {
            return false;
        }
    }
    return mapping->count > 0;
}

int ispy_old_pairs(const ispy_node **node, const ispy_loader *loader, const ispy_field *field) {
    const ispy_node *mapping = *node;
    if (mapping->kind != ISPY_NODE_MAPPING || !ispy_record_takes_pairs(field->element) || !are_pairs(mapping)) {
        return ISPY_OK;
    }
    const uint32_t count = mapping->count / 2;
    ispy_node *list = ispy_arena_alloc(loader->arena, sizeof *list);
    const ispy_node **entries = ispy_arena_array(loader->arena, count, sizeof *entries);
    const ispy_node *name_key = key_node(loader, "name", mapping);
    const ispy_node *value_key = key_node(loader, "value", mapping);
    if (list == NULL || entries == NULL || name_key == NULL || value_key == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (uint32_t i = 0; i < count; i++) {
        const ispy_node *pair[2] = {mapping->items[2 * i], mapping->items[2 * i + 1]};
        entries[i] = pair_as_entry(loader, name_key, value_key, pair);
        if (entries[i] == NULL) {
            return ispy_fault_nomem(loader);
        }
    }
    if (field->replaced_by == NULL) { /* else the key has been noted */
        ispy_note(loader, ISPY_NOTE_OLD_FORM, mapping->at, "names and values in place of a list are an old spelling",
                  "write a list: [{name: ..., value: ...}]");
    }
    *list = (ispy_node){.kind = ISPY_NODE_SEQUENCE, .at = mapping->at, .offset = mapping->offset, .count = count};
    list->items = entries;
    *node = list;
    return ISPY_OK;
}
