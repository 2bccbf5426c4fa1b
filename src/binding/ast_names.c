/* Identifiers: each copied once, with what the walk knows of it at module level; and the names of the standard library
 * that it can tell (ast_known.def).
 *
 * A name counts as known only as long as nothing else was ever bound to it in the text so far. A star import is not
 * taken to replace a decorator by one that bears the same name and does something else. */
#include "binding/ast_walk.h"

#include <string.h>

typedef struct known_row {
    const char *module;
    const char *attribute;
    known_role role;
} known_row;

static const known_row rows[KNOWN_COUNT] = {
#define KNOWN(id, module, attribute, role) [KNOWN_##id] = {module, attribute, ROLE_##role},
#include "binding/ast_known.def"
#undef KNOWN
};

known_role ispy_known_role(known_id id) {
    return id < KNOWN_COUNT ? rows[id].role : ROLE_NONE;
}

const char *ispy_known_module(const char *module) {
    if (strcmp(module, "typing_extensions") == 0) {
        module = "typing";
    }
    for (int id = 0; id < KNOWN_COUNT; id++) {
        if (rows[id].module[0] == module[0] && strcmp(rows[id].module, module) == 0) {
            return rows[id].module;
        }
    }
    return NULL;
}

/* `module` as ispy_known_module gave it; the compiler may or may not have made one text of equal ones. */
known_id ispy_known_find(const char *module, const char *attribute) {
    for (int id = 0; id < KNOWN_COUNT; id++) {
        if (strcmp(rows[id].attribute, attribute) == 0 && strcmp(rows[id].module, module) == 0) {
            return (known_id)id;
        }
    }
    return KNOWN_NOTHING;
}

static uint32_t slot_of(const ispy_names *names, PyObject *key) {
    uintptr_t bits = (uintptr_t)key >> 4;
    return (uint32_t)((bits ^ (bits >> 12)) & (names->slot_count - 1));
}

static bool grow_slots(ispy_names *names) {
    uint32_t count = names->slot_count == 0 ? 512 : names->slot_count * 2;
    uint32_t *slots = PyMem_Calloc(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    PyMem_Free(names->slots);
    names->slots = slots;
    names->slot_count = count;
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t slot = slot_of(names, names->items[i].key);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (count - 1);
        }
        slots[slot] = i + 1;
    }
    return true;
}

static ispy_name *add_name(ispy_walk *walk, PyObject *identifier) {
    ispy_names *names = &walk->names;
    if (names->count == names->capacity) {
        uint32_t capacity = names->capacity * 2 + 128;
        ispy_name *grown = PyMem_Realloc(names->items, capacity * sizeof *grown);
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return NULL;
        }
        names->items = grown;
        names->capacity = capacity;
    }
    ispy_name *name = &names->items[names->count];
    memset(name, 0, sizeof *name);
    name->key = identifier;
    name->known = KNOWN_NOTHING;
    Py_ssize_t length = 0;
    const char *utf8 = PyUnicode_AsUTF8AndSize(identifier, &length);
    if (utf8 == NULL) {
        ispy_walk_fail(walk);
        return NULL;
    }
    if (ispy_arena_str(&name->text, walk->arena, utf8, (size_t)length) != ISPY_OK) {
        ispy_walk_nomem(walk);
        return NULL;
    }
    names->count++;
    return name;
}

ispy_name *ispy_walk_name(ispy_walk *walk, PyObject *identifier) {
    if (walk->failed || !PyUnicode_Check(identifier)) {
        return NULL;
    }
    ispy_names *names = &walk->names;
    if (names->count * 2 >= names->slot_count && !grow_slots(names)) {
        ispy_walk_nomem(walk);
        return NULL;
    }
    uint32_t slot = slot_of(names, identifier);
    while (names->slots[slot] != 0) {
        ispy_name *name = &names->items[names->slots[slot] - 1];
        if (name->key == identifier) {
            return name;
        }
        slot = (slot + 1) & (names->slot_count - 1);
    }
    ispy_name *name = add_name(walk, identifier);
    if (name != NULL) {
        names->slots[slot] = names->count;
    }
    return name;
}

ispy_str ispy_walk_text(ispy_walk *walk, PyObject *identifier) {
    const ispy_name *name = ispy_walk_name(walk, identifier);
    ispy_str none = {NULL, 0, 0};
    return name != NULL ? name->text : none;
}

ispy_str ispy_walk_bound_text(ispy_walk *walk, PyObject *identifier) {
    ispy_str text = ispy_walk_text(walk, identifier);
    ispy_str class_name = walk->class_name;
    if (class_name.data == NULL || text.length < 3 || memcmp(text.data, "__", 2) != 0 ||
        memcmp(text.data + text.length - 2, "__", 2) == 0 || memchr(text.data, '.', text.length) != NULL) {
        return text;
    }
    uint32_t skip = 0;
    while (skip < class_name.length && class_name.data[skip] == '_') {
        skip++;
    }
    if (skip == class_name.length) {
        return text; /* a class whose name is all underscores leaves names alone */
    }
    size_t length = (size_t)(class_name.length - skip) + text.length + 1;
    char *mangled = PyMem_Malloc(length);
    if (mangled == NULL) {
        ispy_walk_nomem(walk);
        return text;
    }
    mangled[0] = '_';
    memcpy(mangled + 1, class_name.data + skip, class_name.length - skip);
    memcpy(mangled + 1 + class_name.length - skip, text.data, text.length);
    if (ispy_arena_str(&text, walk->arena, mangled, length) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    PyMem_Free(mangled);
    return text;
}

void ispy_walk_names_clear(ispy_walk *walk) {
    PyMem_Free(walk->names.items);
    PyMem_Free(walk->names.slots);
    memset(&walk->names, 0, sizeof walk->names);
}

static known_id known_builtin(const ispy_walk *walk, PyObject *identifier) {
    for (int id = 0; id < KNOWN_COUNT && strcmp(rows[id].module, "builtins") == 0; id++) {
        if (walk->api->known[id] == identifier) {
            return (known_id)id;
        }
    }
    return KNOWN_NOTHING;
}

static known_id known_attribute(const ispy_walk *walk, const char *module, PyObject *attribute) {
    for (int id = 0; id < KNOWN_COUNT; id++) {
        if (walk->api->known[id] == attribute && strcmp(rows[id].module, module) == 0) {
            return (known_id)id;
        }
    }
    return KNOWN_NOTHING;
}

known_id ispy_walk_known(ispy_walk *walk, PyObject *node) {
    node_kind kind = ispy_node_kind(walk, node);
    PyObject *attribute = NULL;
    if (kind == NODE_Attribute) {
        attribute = ispy_node_get(walk, node, FIELD_attr);
        node = ispy_node_get(walk, node, FIELD_value);
        kind = ispy_node_kind(walk, node);
    }
    if (kind != NODE_Name) {
        return KNOWN_NOTHING;
    }
    PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
    const ispy_name *name = ispy_walk_name(walk, identifier);
    ispy_binding binding;
    if (name == NULL || name->loops > 0 || (walk->space == SPACE_CLASS && ispy_find(walk, identifier, &binding))) {
        return KNOWN_NOTHING;
    }
    if (attribute != NULL) {
        return name->state == NAME_MODULE ? known_attribute(walk, name->module, attribute) : KNOWN_NOTHING;
    }
    switch (name->state) {
    case NAME_UNBOUND:
        return known_builtin(walk, identifier);
    case NAME_KNOWN:
        return name->known;
    default:
        return KNOWN_NOTHING;
    }
}
