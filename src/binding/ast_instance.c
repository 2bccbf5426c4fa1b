/* The attributes that methods set: on instances (self.x = ... ), and by class methods on the class (cls.x = ...).
 *
 * __init__ runs for every instance, so that what it sets on all its ways is there; any other method may be called or
 * not. A return in the middle of __init__ ends it with what was set so far, as a handler of `try` would find it. */
#include "binding/ast_walk.h"

#include <string.h>

static bool is_named(const ispy_method *method, const char *name) {
    return method->name.length == strlen(name) && memcmp(method->name.data, name, method->name.length) == 0;
}

/* Whether a statement holds a return of the function that it belongs to. */
static bool has_return(ispy_walk *walk, PyObject *statement) {
    ispy_pointers stack = {NULL, 0, 0};
    bool found = false;
    (void)ispy_pointers_push(walk, &stack, statement);
    while (stack.count > 0 && !found && !walk->failed) {
        PyObject *node = stack.items[--stack.count];
        node_kind kind = ispy_node_kind(walk, node);
        found = kind == NODE_Return;
        if (kind != NODE_FunctionDef && kind != NODE_AsyncFunctionDef && kind != NODE_ClassDef) {
            ispy_push_children(walk, node, kind, true, &stack);
        }
    }
    PyMem_Free(stack.items);
    return found;
}

static void visit_constructor(ispy_walk *walk, PyObject *body) {
    Py_ssize_t count = ispy_list_count(body);
    bool forked = false;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *statement = ispy_list_item(body, i);
        if (!forked && i + 1 < count && has_return(walk, statement)) {
            ispy_fork(walk);
            forked = true;
        }
        if (ispy_visit_statement(walk, statement) == FLOW_LEAVE) {
            break;
        }
    }
    if (forked) {
        ispy_arm_begin(walk, ISPY_ARM_HANDLER);
        ispy_join(walk, true);
    }
}

/* `owner` NULL: any local name but the first parameter (__new__ makes the instance and gives it attributes). */
static void visit_method(ispy_walk *walk, const ispy_method *method, PyObject *owner, bool certain) {
    ispy_space space = walk->space;
    bool add_only = walk->add_only;
    uint32_t forks = walk->forks;
    walk->space = SPACE_ATTRIBUTES;
    walk->owner_name = owner;
    walk->not_owner = method->self;
    walk->add_only = !certain;
    walk->forks = 0;
    PyObject *body = ispy_node_get(walk, method->node, FIELD_body);
    if (certain) {
        visit_constructor(walk, body);
    } else {
        (void)ispy_visit_block(walk, body);
    }
    if (method->opens && owner != NULL) {
        ispy_open_scope(walk, ISPY_REASON_DYNAMIC_NAMESPACE, method->opens_at);
    }
    walk->space = space;
    walk->add_only = add_only;
    walk->forks = forks;
}

/* The class's own hooks count as class methods without a decorator. */
static bool is_class_method(const ispy_method *method) {
    return method->kind == ISPY_METHOD_CLASS || is_named(method, "__init_subclass__") ||
           is_named(method, "__class_getitem__") || is_named(method, "__new__");
}

void ispy_class_attributes(ispy_walk *walk, const ispy_methods *methods) {
    for (uint32_t i = 0; i < methods->count && !walk->failed; i++) {
        if (is_class_method(&methods->items[i])) {
            visit_method(walk, &methods->items[i], methods->items[i].self, false);
        }
    }
}

/* The one __init__ that certainly is the class's, or NULL. */
static const ispy_method *find_constructor(const ispy_methods *methods) {
    const ispy_method *found = NULL;
    for (uint32_t i = 0; i < methods->count; i++) {
        if (is_named(&methods->items[i], "__init__")) {
            found = methods->items[i].certain ? &methods->items[i] : NULL;
        }
    }
    return found;
}

static bool holds(const char *text, const char *end, const char *word) {
    size_t length = strlen(word);
    while ((size_t)(end - text) >= length && (text = memchr(text, word[0], (size_t)(end - text))) != NULL) {
        if ((size_t)(end - text) >= length && memcmp(text, word, length) == 0) {
            return true;
        }
        text++;
    }
    return false;
}

/* super().__init__() or Base.__init__(self), by the looks of it. */
static bool calls_bases(ispy_walk *walk, const ispy_method *constructor) {
    const ispy_source_text *source = &walk->source;
    long begin = ispy_source_text_offset(source, ispy_node_number(walk, constructor->node, FIELD_lineno), 0);
    long end = ispy_source_text_offset(source, ispy_node_number(walk, constructor->node, FIELD_end_lineno),
                                       ispy_node_number(walk, constructor->node, FIELD_end_col_offset));
    const char *text = source->text.data;
    return begin < 0 || end <= begin || holds(text + begin, text + end, "super") ||
           holds(text + begin, text + end, ".__init__");
}

/* __slots__ = ("x", "y"): names that an instance has a place for, as "x: int" says it. */
static void bind_slots(ispy_walk *walk, const ispy_scope *members) {
    const ispy_binding *binding = ispy_scope_find(members, ispy_str_literal("__slots__"));
    const ispy_definition *only = binding != NULL && binding->count == 1 ? binding->candidates[0] : NULL;
    const ispy_literal *value = only != NULL && only->kind == ISPY_DEFINES_VARIABLE ? only->as.variable->value : NULL;
    if (value == NULL) {
        return;
    }
    bool is_text = value->kind == ISPY_LITERAL_STR;
    uint32_t step = value->kind == ISPY_LITERAL_DICT ? 2 : 1;
    for (uint32_t i = 0; i < (is_text ? 1 : value->count) && !walk->failed; i += step) {
        const ispy_literal *item = is_text ? value : &value->items[i];
        bool special = item->text.length > 4 && memcmp(item->text.data, "__", 2) == 0; /* __dict__, __weakref__ */
        if (item->kind == ISPY_LITERAL_STR && !special) {
            ispy_bind_slot(walk, item->text, only->at);
        }
    }
}

static bool is_gathered(const ispy_methods *methods, const ispy_definition *definition) {
    for (uint32_t i = 0; i < methods->count && definition->kind == ISPY_DEFINES_FUNCTION; i++) {
        if (methods->items[i].function == definition->as.function && is_named(&methods->items[i], "__init__")) {
            return true;
        }
    }
    return false;
}

/* "__init__ = other" in the body of the class: a constructor that was not read. */
static const ispy_definition *find_stranger(const ispy_methods *methods, const ispy_scope *members) {
    const ispy_binding *binding = ispy_scope_find(members, ispy_str_literal("__init__"));
    for (uint32_t i = 0; binding != NULL && i < binding->count; i++) {
        if (!is_gathered(methods, binding->candidates[i])) {
            return binding->candidates[i];
        }
    }
    return NULL;
}

void ispy_forget_instance(ispy_walk *walk, ispy_scope *instance, ispy_span at) {
    ispy_binding *bindings = instance->count > 0 ? ispy_walk_alloc(walk, instance->count, sizeof *bindings) : NULL;
    if (bindings != NULL) {
        memcpy(bindings, instance->bindings, instance->count * sizeof *bindings);
        for (uint32_t i = 0; i < instance->count; i++) {
            bindings[i].may_be_absent = true;
            bindings[i].reason = ISPY_REASON_DYNAMIC_NAMESPACE;
        }
        instance->bindings = bindings;
    }
    instance->open = ISPY_REASON_DYNAMIC_NAMESPACE;
    instance->open_at = at;
}

void ispy_instance_attributes(ispy_walk *walk, const ispy_methods *methods, const ispy_scope *members,
                              ispy_class *out) {
    if (walk->failed) {
        return;
    }
    const ispy_definition *stranger = find_stranger(methods, members);
    if (ispy_builder_push(walk->builder) != ISPY_OK) {
        ispy_walk_nomem(walk);
        return;
    }
    bind_slots(walk, members);
    const ispy_method *constructor = stranger == NULL ? find_constructor(methods) : NULL;
    if (constructor != NULL) {
        visit_method(walk, constructor, constructor->self, true);
        out->shuts_bases_out = !calls_bases(walk, constructor);
    }
    for (uint32_t i = 0; i < methods->count && !walk->failed; i++) {
        const ispy_method *method = &methods->items[i];
        if (method == constructor) {
            continue;
        }
        if (is_named(method, "__new__")) {
            visit_method(walk, method, NULL, false);
        } else if (!is_class_method(method)) {
            visit_method(walk, method, method->self, false);
        }
    }
    if (!walk->failed && ispy_builder_pop(walk->builder, &out->instance) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    if (stranger != NULL && !walk->failed) {
        ispy_forget_instance(walk, &out->instance, stranger->at);
    }
}
