/* Attributes that are set on classes from outside: "setattr(cls, name, value)", "for cls in (A, B): cls.x = 1", a
 * decorator that gives a class more than its body says. Which class is meant is not followed: what is set on anything
 * that may be a class of the module may be on all of them. What functions do counts where the module runs code of its
 * own.
 *
 * Only functions whose text looks like it are walked. What code elsewhere does to a class that it is given is not
 * looked for: hardly any takes away what a class says. */
#include "binding/ast_walk.h"

#include <string.h>

static bool is_noted(const ispy_patches *patches, ispy_str name) {
    for (uint32_t i = 0; i < patches->count; i++) {
        if (ispy_str_equal(patches->names[i], name)) {
            return true;
        }
    }
    return false;
}

void ispy_note_patch(ispy_walk *walk, PyObject *attribute) {
    enum { MANY = 256 }; /* names; beyond them it may as well be any */
    ispy_patches *patches = &walk->patches;
    ispy_str name = attribute != NULL ? ispy_walk_bound_text(walk, attribute) : (ispy_str){NULL, 0, 0};
    if (walk->failed || patches->at_will) {
        return;
    }
    if (name.data == NULL || patches->count == MANY) {
        patches->at_will = true;
        return;
    }
    if (is_noted(patches, name)) {
        return;
    }
    if (patches->count == patches->capacity) {
        uint32_t capacity = patches->capacity * 2 + 8;
        ispy_str *grown = PyMem_Realloc(patches->names, capacity * sizeof *grown);
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return;
        }
        patches->names = grown;
        patches->capacity = capacity;
    }
    patches->names[patches->count++] = name;
}

/* ---- Functions ---- */

static bool is_part(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

static bool is_word(const char *begin, const char *end, const char *word) {
    return (size_t)(end - begin) == strlen(word) && memcmp(begin, word, strlen(word)) == 0;
}

/* Whether the text holds ".name" of anything but self. Cheap, and right about most functions. */
static bool looks_like_it(const char *at, const char *end) {
    for (const char *dot = at; (dot = memchr(dot, '.', (size_t)(end - dot))) != NULL; dot++) {
        const char *begin = dot;
        while (begin > at && is_part(begin[-1])) {
            begin--;
        }
        const char *next = dot + 1;
        while (next < end && is_part(*next)) {
            next++;
        }
        while (next < end && *next != '=' && (*next == ' ' || *next == '\t' || strchr("+-*/|&^%@<>", *next) != NULL)) {
            next++;
        }
        bool sets = next < end && (*next == '=' || *next == ',' || *next == ':' || *next == ')' || *next == ']');
        bool compares = next + 1 < end && next[0] == '=' && next[1] == '=';
        if (sets && !compares && !is_word(begin, dot, "self")) {
            return true;
        }
    }
    return false;
}

static bool holds(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    for (; (at = memchr(at, word[0], (size_t)(end - at))) != NULL && (size_t)(end - at) >= length; at++) {
        if (memcmp(at, word, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool may_patch(ispy_walk *walk, PyObject *function) {
    const ispy_source_text *source = &walk->source;
    long begin = ispy_source_text_offset(source, ispy_node_number(walk, function, FIELD_lineno), 0);
    long end = ispy_source_text_offset(source, ispy_node_number(walk, function, FIELD_end_lineno),
                                       ispy_node_number(walk, function, FIELD_end_col_offset));
    if (begin < 0 || end <= begin) {
        return false;
    }
    const char *text = source->text.data;
    return looks_like_it(text + begin, text + end) || holds(text + begin, text + end, "setattr") ||
           holds(text + begin, text + end, "delattr") || holds(text + begin, text + end, "del ");
}

/* self is an instance, cls the class that the method belongs to, and both are looked at where the class is read; a hook
 * is called with classes that derive from it, and a metaclass with those that it makes. */
static bool is_owner(ispy_walk *walk, PyObject *node, bool is_hook) {
    if (ispy_node_kind(walk, node) != NODE_Name) {
        return false;
    }
    PyObject *identifier = ispy_node_get(walk, node, FIELD_id);
    return ispy_is_text(identifier, "self") || (!is_hook && ispy_is_text(identifier, "cls"));
}

static void look_at_call(ispy_walk *walk, PyObject *call, bool is_hook) {
    PyObject *function = ispy_node_get(walk, call, FIELD_func);
    PyObject *arguments = ispy_node_get(walk, call, FIELD_args);
    node_kind kind = ispy_node_kind(walk, function);
    PyObject *name = kind == NODE_Name        ? ispy_node_get(walk, function, FIELD_id)
                     : kind == NODE_Attribute ? ispy_node_get(walk, function, FIELD_attr)
                                              : Py_None;
    bool sets = ispy_is_text(name, "setattr") || ispy_is_text(name, "delattr") || ispy_is_text(name, "__setattr__") ||
                ispy_is_text(name, "__delattr__");
    if (!sets || ispy_list_count(arguments) < 2 || is_owner(walk, ispy_list_item(arguments, 0), is_hook)) {
        return;
    }
    PyObject *key = ispy_list_item(arguments, 1);
    PyObject *text = ispy_node_kind(walk, key) == NODE_Constant ? ispy_node_get(walk, key, FIELD_value) : Py_None;
    ispy_note_patch(walk, PyUnicode_CheckExact(text) ? text : NULL);
}

static void visit_function(ispy_walk *walk, PyObject *function, bool is_plain) {
    ispy_pointers stack = {NULL, 0, 0};
    PyObject *name = ispy_node_get(walk, function, FIELD_name);
    bool is_hook = is_plain || ispy_is_text(name, "__init_subclass__") || ispy_is_text(name, "__init__") ||
                   ispy_is_text(name, "__new__");
    ispy_pointers_push_all(walk, &stack, ispy_node_get(walk, function, FIELD_body));
    while (stack.count > 0 && !walk->failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(walk, node);
        if (kind == NODE_Call) {
            look_at_call(walk, node, is_hook);
        } else if (kind == NODE_Attribute && ispy_node_kind(walk, ispy_node_get(walk, node, FIELD_ctx)) != NODE_Load &&
                   !is_owner(walk, ispy_node_get(walk, node, FIELD_value), is_hook)) {
            ispy_note_patch(walk, ispy_node_get(walk, node, FIELD_attr));
        }
        ispy_push_children(walk, node, kind, false, &stack);
    }
    PyMem_Free(stack.items);
}

void ispy_visit_patches(ispy_walk *walk) {
    uint32_t plain = 0;
    for (uint32_t i = 0; i < walk->functions.count && walk->any_class && !walk->failed; i++) {
        PyObject *function = walk->functions.items[i];
        bool is_plain = plain < walk->plain_functions.count && walk->plain_functions.items[plain] == function;
        plain += is_plain;
        if (may_patch(walk, function)) {
            visit_function(walk, function, is_plain);
        }
    }
}

void ispy_give_patches(ispy_walk *walk, ispy_module *module) {
    const ispy_patches *patches = &walk->patches;
    module->is_patched_at_will = patches->at_will;
    ispy_str *names = patches->count > 0 ? ispy_walk_alloc(walk, patches->count, sizeof *names) : NULL;
    if (names != NULL) {
        memcpy(names, patches->names, patches->count * sizeof *names);
        module->patched = names;
        module->patched_count = patches->count;
    }
}
