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

void ispy_instance_attributes(ispy_walk *walk, const ispy_methods *methods, ispy_scope *out) {
    if (walk->failed) {
        return;
    }
    if (ispy_builder_push(walk->builder) != ISPY_OK) {
        ispy_walk_nomem(walk);
        return;
    }
    const ispy_method *constructor = find_constructor(methods);
    if (constructor != NULL) {
        visit_method(walk, constructor, constructor->self, true);
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
    if (!walk->failed && ispy_builder_pop(walk->builder, out) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
}
