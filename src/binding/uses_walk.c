/* Through the tree once: which scopes there are, what is bound in them, and where something is mentioned.
 * Must not know: what a name stands for. */
#include "binding/uses_walk.h"

#include <string.h>

static bool push(uses_walk *u, uses_items *list, const uses_item *item) {
    if (!ispy_uses_grow(u, &list->items, list->count, &list->capacity, sizeof *list->items)) {
        return false;
    }
    list->items[list->count++] = *item;
    return true;
}

bool ispy_uses_mention(uses_walk *u, const uses_item *item) {
    return push(u, &u->mentions, item);
}

void ispy_uses_push(uses_walk *u, const uses_item *like, PyObject *node, uses_role role) {
    if (node == NULL || node == Py_None) {
        return;
    }
    uses_item item = *like;
    item.node = node;
    item.role = role;
    (void)push(u, &u->stack, &item);
}

/* What is pushed last comes first: the first statement. */
void ispy_uses_push_block(uses_walk *u, const uses_item *like, PyObject *statements) {
    for (Py_ssize_t i = ispy_list_count(statements); i > 0; i--) {
        ispy_uses_push(u, like, ispy_list_item(statements, i - 1), USES_STATEMENT);
    }
}

static void push_list(uses_walk *u, const uses_item *like, PyObject *list, uses_role role) {
    for (Py_ssize_t i = ispy_list_count(list); i > 0; i--) {
        ispy_uses_push(u, like, ispy_list_item(list, i - 1), role);
    }
}

/* All that the node holds. */
static void push_children(uses_walk *u, const uses_item *item, node_kind kind) {
    bool looks_through =
        kind == NODE_Tuple || kind == NODE_List || kind == NODE_BinOp || kind == NODE_Subscript || kind == NODE_Starred;
    uses_role role = item->role == USES_NOTED && looks_through ? USES_NOTED : USES_VALUE;
    u->children.count = 0;
    ispy_push_children(&u->walk, item->node, kind, false, &u->children);
    for (uint32_t i = u->children.count; i > 0; i--) {
        ispy_uses_push(u, item, u->children.items[i - 1], role);
    }
}

static PyObject *get(uses_walk *u, const uses_item *item, node_field field) {
    return ispy_node_get(&u->walk, item->node, field);
}

/* ---- functions and classes ---- */

static void push_decorators(uses_walk *u, const uses_item *item) {
    PyObject *decorators = get(u, item, FIELD_decorator_list);
    for (Py_ssize_t i = ispy_list_count(decorators); i > 0; i--) {
        PyObject *node = ispy_list_item(decorators, i - 1);
        node_kind kind = ispy_node_kind(&u->walk, node);
        bool is_named = kind == NODE_Name || kind == NODE_Attribute || kind == NODE_Subscript;
        uses_item called = *item;
        called.node = node;
        called.role = USES_CALLED;
        if (is_named) {
            (void)ispy_uses_mention(u, &called);
        }
        ispy_uses_push(u, item, node, is_named ? USES_CALLED : USES_VALUE);
    }
}

static void push_annotation(uses_walk *u, const uses_item *item, PyObject *annotation) {
    uses_item like = *item;
    like.postponed = true;
    like.flags |= u->annotations_run ? 0 : ISPY_USE_IN_FUNCTION;
    ispy_uses_push(u, &like, annotation, USES_NOTED);
}

static void bind_parameter(uses_walk *u, const uses_item *item, uint32_t scope, PyObject *parameter) {
    if (parameter != Py_None) {
        ispy_uses_bind_other(u, scope, ispy_node_get(&u->walk, parameter, FIELD_arg));
        push_annotation(u, item, ispy_node_get(&u->walk, parameter, FIELD_annotation));
    }
}

static void bind_default(uses_walk *u, const uses_item *item, uint32_t scope, PyObject *parameter, PyObject *value) {
    if (value != Py_None) {
        uses_binding binding = {.kind = USES_BOUND_ALIAS, .scope = item->scope, .node = value};
        ispy_uses_bind(u, scope, ispy_node_get(&u->walk, parameter, FIELD_arg), binding);
        ispy_uses_push(u, item, value, USES_VALUE);
    }
}

/* Parameters are bound in `scope`; defaults and annotations belong to what is around. */
static void visit_arguments(uses_walk *u, const uses_item *item, uint32_t scope, PyObject *arguments) {
    ispy_walk *w = &u->walk;
    PyObject *first = ispy_node_get(w, arguments, FIELD_posonlyargs);
    PyObject *middle = ispy_node_get(w, arguments, FIELD_args);
    PyObject *last = ispy_node_get(w, arguments, FIELD_kwonlyargs);
    PyObject *defaults = ispy_node_get(w, arguments, FIELD_defaults);
    PyObject *kw_defaults = ispy_node_get(w, arguments, FIELD_kw_defaults);
    Py_ssize_t only = ispy_list_count(first);
    Py_ssize_t positional = only + ispy_list_count(middle);
    Py_ssize_t without = positional - ispy_list_count(defaults);
    for (Py_ssize_t i = 0; i < positional; i++) {
        PyObject *parameter = i < only ? ispy_list_item(first, i) : ispy_list_item(middle, i - only);
        bind_parameter(u, item, scope, parameter);
        if (i >= without) {
            bind_default(u, item, scope, parameter, ispy_list_item(defaults, i - without));
        }
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(last); i++) {
        bind_parameter(u, item, scope, ispy_list_item(last, i));
        if (i < ispy_list_count(kw_defaults)) {
            bind_default(u, item, scope, ispy_list_item(last, i), ispy_list_item(kw_defaults, i));
        }
    }
    bind_parameter(u, item, scope, ispy_node_get(w, arguments, FIELD_vararg));
    bind_parameter(u, item, scope, ispy_node_get(w, arguments, FIELD_kwarg));
}

/* The name of a method's first parameter. */
static PyObject *self_of(uses_walk *u, PyObject *arguments) {
    PyObject *first = ispy_node_get(&u->walk, arguments, FIELD_posonlyargs);
    PyObject *list = ispy_list_count(first) > 0 ? first : ispy_node_get(&u->walk, arguments, FIELD_args);
    return ispy_list_count(list) > 0 ? ispy_node_get(&u->walk, ispy_list_item(list, 0), FIELD_arg) : NULL;
}

static uses_item inside(const uses_item *item, uint32_t scope) {
    uses_item result = *item;
    result.scope = scope;
    result.flags = (item->flags & ~(uint32_t)ISPY_USE_IN_CLASS) | ISPY_USE_IN_FUNCTION;
    return result;
}

static void visit_function(uses_walk *u, const uses_item *item) {
    PyObject *arguments = get(u, item, FIELD_args);
    ispy_uses_bind_other(u, item->scope, get(u, item, FIELD_name));
    uint32_t scope = ispy_uses_scope(u, USES_FUNCTION, item->scope);
    if (u->scopes[item->scope].kind == USES_CLASS && !u->walk.failed) {
        u->scopes[scope].self = self_of(u, arguments);
    }
    const uses_item body = inside(item, scope);
    ispy_uses_push_block(u, &body, get(u, item, FIELD_body));
    visit_arguments(u, item, scope, arguments);
    push_annotation(u, item, get(u, item, FIELD_returns));
    push_decorators(u, item);
}

static void visit_lambda(uses_walk *u, const uses_item *item) {
    uint32_t scope = ispy_uses_scope(u, USES_FUNCTION, item->scope);
    const uses_item body = inside(item, scope);
    ispy_uses_push(u, &body, get(u, item, FIELD_body), USES_VALUE);
    visit_arguments(u, item, scope, get(u, item, FIELD_args));
}

static void visit_class(uses_walk *u, const uses_item *item) {
    uint32_t scope = ispy_uses_scope(u, USES_CLASS, item->scope);
    (void)ispy_uses_scope(u, USES_ATTRIBUTES, item->scope); /* follows it: bind_attribute relies on that */
    uses_binding binding = {.kind = USES_BOUND_CLASS, .scope = scope};
    ispy_uses_bind(u, item->scope, get(u, item, FIELD_name), binding);
    uses_item body = *item;
    body.scope = scope;
    body.flags |= ISPY_USE_IN_CLASS;
    ispy_uses_push_block(u, &body, get(u, item, FIELD_body));
    PyObject *keywords = get(u, item, FIELD_keywords);
    for (Py_ssize_t i = 0; i < ispy_list_count(keywords); i++) {
        PyObject *keyword = ispy_list_item(keywords, i);
        uses_item value = *item;
        value.node = ispy_node_get(&u->walk, keyword, FIELD_value);
        value.role = USES_CALLED;
        PyObject *name = ispy_node_get(&u->walk, keyword, FIELD_arg);
        node_kind kind = ispy_node_kind(&u->walk, value.node);
        bool is_metaclass =
            name != Py_None && ispy_is_text(name, "metaclass") && (kind == NODE_Name || kind == NODE_Attribute);
        if (is_metaclass) {
            (void)ispy_uses_mention(u, &value);
        }
        ispy_uses_push(u, item, value.node, is_metaclass ? USES_CALLED : USES_VALUE);
    }
    push_list(u, item, get(u, item, FIELD_bases), USES_VALUE);
    push_decorators(u, item);
}

static void visit_comprehension(uses_walk *u, const uses_item *item, node_kind kind) {
    ispy_walk *w = &u->walk;
    uint32_t scope = ispy_uses_scope(u, USES_COMPREHENSION, item->scope);
    uses_item within = *item;
    within.scope = scope;
    if (kind == NODE_DictComp) {
        ispy_uses_push(u, &within, get(u, item, FIELD_value), USES_VALUE);
        ispy_uses_push(u, &within, get(u, item, FIELD_key), USES_VALUE);
    } else {
        ispy_uses_push(u, &within, get(u, item, FIELD_elt), USES_VALUE);
    }
    PyObject *generators = get(u, item, FIELD_generators);
    for (Py_ssize_t i = 0; i < ispy_list_count(generators); i++) {
        PyObject *generator = ispy_list_item(generators, i);
        PyObject *iterated = ispy_node_get(w, generator, FIELD_iter);
        const uses_item *where = i == 0 ? item : &within;
        ispy_uses_bind_loop(u, scope, ispy_node_get(w, generator, FIELD_target), iterated, where->scope);
        push_list(u, &within, ispy_node_get(w, generator, FIELD_ifs), USES_VALUE);
        ispy_uses_push(u, where, iterated, USES_VALUE);
    }
}

/* ---- assignments ---- */

static uint32_t walrus_scope(const uses_walk *u, uint32_t scope) {
    while (u->scopes[scope].kind == USES_COMPREHENSION) {
        scope = u->scopes[scope].parent;
    }
    return scope;
}

/* What targets evaluate: x[f()] = ..., f().x = ... */
static void push_target(uses_walk *u, const uses_item *item, PyObject *target) {
    node_kind kind = ispy_node_kind(&u->walk, target);
    if (kind != NODE_Name) {
        bool stores = kind == NODE_Attribute || kind == NODE_Subscript;
        ispy_uses_push(u, item, target, stores ? USES_STORED : USES_NOTED);
    }
}

static bool is_dotted(uses_walk *u, PyObject *node) {
    node_kind kind = ispy_node_kind(&u->walk, node);
    return kind == NODE_Name || kind == NODE_Attribute || kind == NODE_Subscript || kind == NODE_Call;
}

static void visit_assign(uses_walk *u, const uses_item *item) {
    PyObject *targets = get(u, item, FIELD_targets);
    PyObject *value = get(u, item, FIELD_value);
    bool aliased = is_dotted(u, value);
    for (Py_ssize_t i = 0; i < ispy_list_count(targets); i++) {
        PyObject *target = ispy_list_item(targets, i);
        ispy_uses_bind_target(u, item->scope, target, value);
        aliased = aliased && ispy_node_kind(&u->walk, target) == NODE_Name;
        push_target(u, item, target);
    }
    ispy_uses_push(u, item, value, aliased ? USES_ALIASED : USES_VALUE);
}

static void visit_annotated(uses_walk *u, const uses_item *item) {
    PyObject *target = get(u, item, FIELD_target);
    PyObject *value = get(u, item, FIELD_value);
    bool is_name = ispy_node_kind(&u->walk, target) == NODE_Name;
    if (value != Py_None) {
        ispy_uses_bind_target(u, item->scope, target, value);
        ispy_uses_push(u, item, value, is_name && is_dotted(u, value) ? USES_ALIASED : USES_VALUE);
    }
    push_target(u, item, target);
    push_annotation(u, item, get(u, item, FIELD_annotation));
}

static void visit_augmented(uses_walk *u, const uses_item *item) {
    PyObject *target = get(u, item, FIELD_target);
    ispy_uses_bind_target(u, item->scope, target, NULL);
    push_target(u, item, target);
    ispy_uses_push(u, item, get(u, item, FIELD_value), USES_VALUE);
}

static void visit_walrus(uses_walk *u, const uses_item *item) {
    PyObject *value = get(u, item, FIELD_value);
    uses_binding binding = {.kind = USES_BOUND_ALIAS, .scope = item->scope, .node = value};
    ispy_uses_bind(u, walrus_scope(u, item->scope), ispy_node_get(&u->walk, get(u, item, FIELD_target), FIELD_id),
                   binding);
    bool hands_on = item->role == USES_VALUE || !is_dotted(u, value);
    ispy_uses_push(u, item, value, hands_on ? USES_VALUE : USES_ALIASED);
}

static void declare(uses_walk *u, const uses_item *item, uses_bound kind) {
    PyObject *names = get(u, item, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names); i++) {
        if (item->scope != USES_NOTHING) {
            ispy_uses_bind(u, item->scope, ispy_list_item(names, i), (uses_binding){.kind = kind});
        }
    }
}

/* ---- branches ---- */

static uint32_t add_guard(uses_walk *u, const uses_item *item, PyObject *node, uint32_t flag) {
    if (!ispy_uses_grow(u, &u->guards, u->guard_count, &u->guard_capacity, sizeof *u->guards)) {
        return item->guard;
    }
    u->guards[u->guard_count] = (uses_guard){node, item->scope, item->guard, flag, -1};
    return u->guard_count++;
}

static bool is_main(uses_walk *u, PyObject *test) {
    ispy_walk *w = &u->walk;
    if (ispy_node_kind(w, test) != NODE_Compare) {
        return false;
    }
    PyObject *operations = ispy_node_get(w, test, FIELD_ops);
    PyObject *others = ispy_node_get(w, test, FIELD_comparators);
    if (ispy_list_count(others) != 1 || ispy_node_kind(w, ispy_list_item(operations, 0)) != NODE_Eq) {
        return false;
    }
    PyObject *sides[] = {ispy_node_get(w, test, FIELD_left), ispy_list_item(others, 0)};
    bool name = false;
    bool text = false;
    for (size_t i = 0; i < 2; i++) {
        node_kind kind = ispy_node_kind(w, sides[i]);
        name = name || (kind == NODE_Name && ispy_is_text(ispy_node_get(w, sides[i], FIELD_id), "__name__"));
        text = text || (kind == NODE_Constant && ispy_is_text(ispy_node_get(w, sides[i], FIELD_value), "__main__"));
    }
    return name && text;
}

static bool is_false(uses_walk *u, PyObject *test) {
    PyObject *value =
        ispy_node_kind(&u->walk, test) == NODE_Constant ? ispy_node_get(&u->walk, test, FIELD_value) : NULL;
    return value == Py_False || value == Py_None ||
           (value != NULL && PyLong_CheckExact(value) && PyObject_Not(value) > 0);
}

/* The guards of what runs when `test` holds. */
static uint32_t guard_of(uses_walk *u, const uses_item *item, PyObject *test) {
    node_kind kind = ispy_node_kind(&u->walk, test);
    uses_item within = *item;
    if (kind == NODE_Name || kind == NODE_Attribute) {
        return add_guard(u, item, test, ISPY_USE_TYPE_CHECKING);
    }
    if (is_false(u, test)) {
        return add_guard(u, item, NULL, ISPY_USE_TYPE_CHECKING);
    }
    if (is_main(u, test)) {
        return add_guard(u, item, NULL, ISPY_USE_MAIN);
    }
    if (kind == NODE_BoolOp && ispy_node_kind(&u->walk, ispy_node_get(&u->walk, test, FIELD_op)) == NODE_And) {
        PyObject *values = ispy_node_get(&u->walk, test, FIELD_values);
        for (Py_ssize_t i = 0; i < ispy_list_count(values) && i < USES_MAX_DEPTH; i++) {
            PyObject *value = ispy_list_item(values, i);
            if (ispy_node_kind(&u->walk, value) != NODE_BoolOp) {
                within.guard = guard_of(u, &within, value);
            }
        }
    }
    return within.guard;
}

/* ... and of what runs when it does not. */
static uint32_t guard_of_else(uses_walk *u, const uses_item *item, PyObject *test) {
    if (ispy_node_kind(&u->walk, test) != NODE_UnaryOp ||
        ispy_node_kind(&u->walk, ispy_node_get(&u->walk, test, FIELD_op)) != NODE_Not) {
        return item->guard;
    }
    PyObject *operand = ispy_node_get(&u->walk, test, FIELD_operand);
    return ispy_node_kind(&u->walk, operand) == NODE_UnaryOp ? item->guard : guard_of(u, item, operand);
}

static void visit_if(uses_walk *u, const uses_item *item) {
    PyObject *test = get(u, item, FIELD_test);
    uses_item arm = *item;
    arm.flags |= ISPY_USE_CONDITIONAL;
    arm.guard = guard_of_else(u, item, test);
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_orelse));
    arm.guard = guard_of(u, item, test);
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_body));
    ispy_uses_push(u, item, test, USES_NOTED);
}

static void visit_for(uses_walk *u, const uses_item *item) {
    PyObject *target = get(u, item, FIELD_target);
    uses_item arm = *item;
    arm.flags |= ISPY_USE_CONDITIONAL;
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_orelse));
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_body));
    ispy_uses_bind_loop(u, item->scope, target, get(u, item, FIELD_iter), item->scope);
    push_target(u, item, target);
    ispy_uses_push(u, item, get(u, item, FIELD_iter), USES_VALUE);
}

static void visit_with(uses_walk *u, const uses_item *item) {
    PyObject *items = get(u, item, FIELD_items);
    ispy_uses_push_block(u, item, get(u, item, FIELD_body));
    for (Py_ssize_t i = ispy_list_count(items); i > 0; i--) {
        PyObject *one = ispy_list_item(items, i - 1);
        PyObject *target = ispy_node_get(&u->walk, one, FIELD_optional_vars);
        if (target != Py_None) {
            ispy_uses_bind_target(u, item->scope, target, NULL);
            push_target(u, item, target);
        }
        ispy_uses_push(u, item, ispy_node_get(&u->walk, one, FIELD_context_expr), USES_VALUE);
    }
}

/* Whether a handler does without a module that cannot be imported. */
static bool handles_imports(uses_walk *u, PyObject *handlers) {
    static const char *const names[] = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"};
    for (Py_ssize_t i = 0; i < ispy_list_count(handlers); i++) {
        PyObject *type = ispy_node_get(&u->walk, ispy_list_item(handlers, i), FIELD_type);
        PyObject *types =
            ispy_node_kind(&u->walk, type) == NODE_Tuple ? ispy_node_get(&u->walk, type, FIELD_elts) : NULL;
        Py_ssize_t count = types != NULL ? ispy_list_count(types) : 1;
        for (Py_ssize_t j = 0; j < count; j++) {
            PyObject *one = types != NULL ? ispy_list_item(types, j) : type;
            if (one == Py_None) {
                return true;
            }
            for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
                if (ispy_node_kind(&u->walk, one) == NODE_Name &&
                    ispy_is_text(ispy_node_get(&u->walk, one, FIELD_id), names[k])) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void visit_try(uses_walk *u, const uses_item *item) {
    PyObject *handlers = get(u, item, FIELD_handlers);
    uses_item arm = *item;
    ispy_uses_push_block(u, item, get(u, item, FIELD_finalbody));
    arm.flags |= ISPY_USE_CONDITIONAL;
    for (Py_ssize_t i = ispy_list_count(handlers); i > 0; i--) {
        PyObject *handler = ispy_list_item(handlers, i - 1);
        PyObject *name = ispy_node_get(&u->walk, handler, FIELD_name);
        if (name != Py_None) {
            ispy_uses_bind_other(u, item->scope, name);
        }
        ispy_uses_push_block(u, &arm, ispy_node_get(&u->walk, handler, FIELD_body));
        ispy_uses_push(u, item, ispy_node_get(&u->walk, handler, FIELD_type), USES_NOTED);
    }
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_orelse));
    arm.flags |= handles_imports(u, handlers) ? ISPY_USE_HANDLED : 0;
    ispy_uses_push_block(u, &arm, get(u, item, FIELD_body));
}

static void visit_match(uses_walk *u, const uses_item *item) {
    PyObject *subject = get(u, item, FIELD_subject);
    PyObject *cases = get(u, item, FIELD_cases);
    uses_item arm = *item;
    arm.flags |= ISPY_USE_CONDITIONAL;
    for (Py_ssize_t i = ispy_list_count(cases); i > 0; i--) {
        PyObject *one = ispy_list_item(cases, i - 1);
        PyObject *pattern = ispy_node_get(&u->walk, one, FIELD_pattern);
        ispy_uses_push_block(u, &arm, ispy_node_get(&u->walk, one, FIELD_body));
        ispy_uses_push(u, &arm, ispy_node_get(&u->walk, one, FIELD_guard), USES_VALUE);
        ispy_uses_bind_pattern(u, item->scope, pattern, subject);
    }
    ispy_uses_push(u, item, subject, USES_NOTED);
}

/* ---- expressions ---- */

/* isinstance(x, T): T is looked at, and not called. */
static bool asks_for_type(uses_walk *u, PyObject *function) {
    PyObject *name =
        ispy_node_kind(&u->walk, function) == NODE_Name ? ispy_node_get(&u->walk, function, FIELD_id) : NULL;
    return name != NULL && (ispy_is_text(name, "isinstance") || ispy_is_text(name, "issubclass"));
}

static void visit_call(uses_walk *u, const uses_item *item) {
    PyObject *function = get(u, item, FIELD_func);
    PyObject *arguments = get(u, item, FIELD_args);
    (void)ispy_uses_mention(u, item);
    PyObject *keywords = get(u, item, FIELD_keywords);
    for (Py_ssize_t i = ispy_list_count(keywords); i > 0; i--) {
        ispy_uses_push(u, item, ispy_node_get(&u->walk, ispy_list_item(keywords, i - 1), FIELD_value), USES_VALUE);
    }
    bool asks = asks_for_type(u, function);
    for (Py_ssize_t i = ispy_list_count(arguments); i > 0; i--) {
        ispy_uses_push(u, item, ispy_list_item(arguments, i - 1), asks && i == 2 ? USES_NOTED : USES_VALUE);
    }
    ispy_uses_push(u, item, function, USES_CALLED);
}

static bool is_loaded(uses_walk *u, const uses_item *item) {
    return ispy_node_kind(&u->walk, get(u, item, FIELD_ctx)) == NODE_Load;
}

/* A name, an attribute, a subscript: mentioned as a whole where it is handed on, called or assigned to. */
static void visit_chain(uses_walk *u, const uses_item *item, node_kind kind) {
    bool hands_on = (item->role == USES_VALUE || item->role == USES_ALIASED) && !item->postponed && is_loaded(u, item);
    if (hands_on || item->role == USES_STORED) {
        (void)ispy_uses_mention(u, item);
    }
    if (kind == NODE_Subscript) {
        ispy_uses_push(u, item, get(u, item, FIELD_slice), item->postponed ? USES_NOTED : USES_VALUE);
    }
    if (kind != NODE_Name) {
        ispy_uses_push(u, item, get(u, item, FIELD_value), USES_NOTED);
    }
}

/* false: it is no such statement. */
static bool visit_statement(uses_walk *u, const uses_item *item, node_kind kind) {
    switch (kind) {
    case NODE_Assign:
        visit_assign(u, item);
        break;
    case NODE_AnnAssign:
        visit_annotated(u, item);
        break;
    case NODE_AugAssign:
        visit_augmented(u, item);
        break;
    case NODE_Global:
        declare(u, item, USES_BOUND_GLOBAL);
        break;
    case NODE_Nonlocal:
        declare(u, item, USES_BOUND_NONLOCAL);
        break;
    case NODE_If:
    case NODE_While:
        visit_if(u, item);
        break;
    case NODE_For:
    case NODE_AsyncFor:
        visit_for(u, item);
        break;
    case NODE_With:
    case NODE_AsyncWith:
        visit_with(u, item);
        break;
    case NODE_Try:
    case NODE_TryStar:
        visit_try(u, item);
        break;
    case NODE_Match:
        visit_match(u, item);
        break;
    case NODE_Import:
    case NODE_ImportFrom:
        ispy_uses_bind_imports(u, item, kind);
        (void)ispy_uses_mention(u, item);
        break;
    case NODE_Expr:
        ispy_uses_push(u, item, get(u, item, FIELD_value), USES_NOTED);
        break;
    case NODE_Delete:
        push_list(u, item, get(u, item, FIELD_targets), USES_NOTED);
        break;
    case NODE_TypeAlias:
        ispy_uses_bind_other(u, item->scope, ispy_node_get(&u->walk, get(u, item, FIELD_name), FIELD_id));
        break;
    default:
        return false;
    }
    return true;
}

static void visit(uses_walk *u, const uses_item *item) {
    node_kind kind = ispy_node_kind(&u->walk, item->node);
    if (visit_statement(u, item, kind)) {
        return;
    }
    switch (kind) {
    case NODE_FunctionDef:
    case NODE_AsyncFunctionDef:
        visit_function(u, item);
        break;
    case NODE_Lambda:
        visit_lambda(u, item);
        break;
    case NODE_ClassDef:
        visit_class(u, item);
        break;
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp:
    case NODE_GeneratorExp:
        visit_comprehension(u, item, kind);
        break;
    case NODE_NamedExpr:
        visit_walrus(u, item);
        break;
    case NODE_Call:
        visit_call(u, item);
        break;
    case NODE_Name:
    case NODE_Attribute:
    case NODE_Subscript:
        visit_chain(u, item, kind);
        break;
    default:
        push_children(u, item, kind);
    }
}

void ispy_uses_visit(uses_walk *u) {
    while (u->stack.count > 0 && !u->walk.failed) {
        const uses_item item = u->stack.items[--u->stack.count];
        visit(u, &item);
    }
}
