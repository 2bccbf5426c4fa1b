/* What an expression stands for, by its qualified names: "os.system", "builtins.eval". Must not know: where it stands.
 *
 * What is reached through attributes of the module's own classes, parameters and containers may have been changed
 * elsewhere: there the answer is "maybe". */
#include "binding/uses_walk.h"

#include <string.h>

static void add(uses_set *out, ispy_str name, bool below, bool star) {
    for (uint32_t i = 0; i < out->count; i++) {
        if (ispy_str_equal(out->items[i].name, name) && out->items[i].below == below) {
            return;
        }
    }
    if (out->count == USES_MAX_ORIGINS || name.data == NULL) {
        out->other = true;
    } else {
        out->items[out->count++] = (uses_origin){name, below, star};
    }
}

static void add_set(uses_set *out, const uses_set *more) {
    for (uint32_t i = 0; i < more->count; i++) {
        add(out, more->items[i].name, more->items[i].below, more->items[i].star);
    }
    out->other = out->other || more->other;
    out->maybe = out->maybe || more->maybe;
}

bool ispy_uses_set_has(const uses_set *set, const char *name) {
    for (uint32_t i = 0; i < set->count; i++) {
        if (!set->items[i].below && strcmp(set->items[i].name.data, name) == 0) {
            return true;
        }
    }
    return false;
}

static void resolve(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out);

/* ---- names ---- */

/* The literal that the expression is, directly or by way of a name with one value; NULL: none. */
static PyObject *literal_of(uses_walk *u, PyObject *node, uint32_t *scope, int depth) {
    node_kind kind = ispy_node_kind(&u->walk, node);
    if (kind == NODE_Name && depth < USES_MAX_DEPTH) {
        const uses_slot *slot = ispy_uses_lookup(u, *scope, ispy_node_get(&u->walk, node, FIELD_id));
        const uses_binding *only = slot != NULL ? &u->bindings[slot->first] : NULL;
        if (only == NULL || only->kind != USES_BOUND_ALIAS || only->next != USES_NOTHING) {
            return NULL;
        }
        *scope = only->scope;
        return literal_of(u, only->node, scope, depth + 1);
    }
    bool is_literal = kind == NODE_List || kind == NODE_Tuple || kind == NODE_Set || kind == NODE_Dict;
    return is_literal ? node : NULL;
}

/* All items of a literal, or the values of a dict. */
static void resolve_items(uses_walk *u, PyObject *literal, uint32_t scope, int depth, uses_set *out) {
    bool is_dict = ispy_node_kind(&u->walk, literal) == NODE_Dict;
    PyObject *items = ispy_node_get(&u->walk, literal, is_dict ? FIELD_values : FIELD_elts);
    Py_ssize_t count = ispy_list_count(items);
    out->other = out->other || count > USES_MAX_ORIGINS;
    for (Py_ssize_t i = 0; i < count && i < USES_MAX_ORIGINS; i++) {
        resolve(u, ispy_list_item(items, i), scope, depth + 1, out);
    }
}

static void resolve_binding(uses_walk *u, const uses_binding *binding, int depth, uses_set *out) {
    switch (binding->kind) {
    case USES_BOUND_ORIGIN:
        add(out, binding->origin, false, false);
        break;
    case USES_BOUND_ALIAS:
        resolve(u, binding->node, binding->scope, depth + 1, out);
        break;
    case USES_BOUND_ELEMENT: {
        uint32_t scope = binding->scope;
        PyObject *literal = literal_of(u, binding->node, &scope, 0);
        if (literal != NULL && ispy_node_kind(&u->walk, literal) != NODE_Dict) {
            resolve_items(u, literal, scope, depth, out);
        } else {
            out->other = true;
        }
        break;
    }
    default:
        out->other = true;
    }
}

/* What is bound to the name there: found out once. A name that is bound to itself brings nothing new. */
static void resolve_slot(uses_walk *u, uses_slot *slot, int depth, uses_set *out) {
    if (slot->known == NULL) {
        uses_set *known = ispy_walk_alloc(&u->walk, 1, sizeof *known);
        if (known == NULL) {
            return;
        }
        slot->known = known;
        known->busy = true;
        for (uint32_t i = slot->first; i != USES_NOTHING && !u->walk.failed; i = u->bindings[i].next) {
            const uses_binding binding = u->bindings[i];
            resolve_binding(u, &binding, depth, known);
        }
        known->busy = false;
    }
    if (!slot->known->busy) {
        add_set(out, slot->known);
    }
}

/* By this interpreter's builtins. */
static bool is_builtin(PyObject *name) {
    PyObject *module = PyImport_AddModule("builtins"); /* borrowed */
    bool found = module != NULL && PyDict_Contains(PyModule_GetDict(module), name) > 0;
    PyErr_Clear();
    return found;
}

/* A name that the module does not bind: a builtin, or what a star import brings. */
static void resolve_free(uses_walk *u, PyObject *name, uses_set *out) {
    ispy_str text = ispy_walk_text(&u->walk, name);
    if (ispy_is_text(name, "__builtins__")) {
        add(out, ispy_str_literal("builtins"), false, false);
        return;
    }
    if (is_builtin(name)) {
        add(out, ispy_uses_join(u, ispy_str_literal("builtins"), text), false, false);
    }
    for (uint32_t i = 0; i < u->star_count; i++) {
        add(out, ispy_uses_join(u, u->stars[i], text), false, true);
    }
    out->other = out->other || out->count == 0;
}

static void resolve_name(uses_walk *u, PyObject *name, uint32_t scope, int depth, uses_set *out) {
    uses_slot *slot = ispy_uses_lookup(u, scope, name);
    if (slot != NULL) {
        resolve_slot(u, slot, depth, out);
    } else {
        resolve_free(u, name, out);
    }
}

/* ---- attributes ---- */

/* NAME.attr where NAME is a class of the module, or the first parameter of a method of it. false: it is neither. */
static bool resolve_own(uses_walk *u, PyObject *object, PyObject *attribute, uint32_t scope, int depth, uses_set *out) {
    if (ispy_node_kind(&u->walk, object) != NODE_Name) {
        return false;
    }
    PyObject *name = ispy_node_get(&u->walk, object, FIELD_id);
    uint32_t klass = USES_NOTHING;
    for (uint32_t at = scope; at != USES_NOTHING && klass == USES_NOTHING; at = u->scopes[at].parent) {
        klass = u->scopes[at].self == name ? u->scopes[at].parent : USES_NOTHING;
    }
    const uses_slot *slot = klass == USES_NOTHING ? ispy_uses_lookup(u, scope, name) : NULL;
    for (uint32_t i = slot != NULL ? slot->first : USES_NOTHING; i != USES_NOTHING; i = u->bindings[i].next) {
        klass = u->bindings[i].kind == USES_BOUND_CLASS ? u->bindings[i].scope : klass;
    }
    if (klass == USES_NOTHING) {
        return false;
    }
    uses_slot *own = ispy_uses_find(u, klass, attribute);
    if (own != NULL) {
        resolve_slot(u, own, depth, out);
    }
    own = ispy_uses_find(u, klass + 1, attribute);
    if (own != NULL) {
        resolve_slot(u, own, depth, out);
    }
    out->maybe = true;
    out->other = out->other || out->count == 0;
    return true;
}

static void below(uses_walk *u, const uses_set *of, ispy_str attribute, uses_set *out) {
    for (uint32_t i = 0; i < of->count; i++) {
        const uses_origin *origin = &of->items[i];
        bool opaque = origin->below || strcmp(origin->name.data, USES_GLOBALS) == 0;
        add(out, opaque ? origin->name : ispy_uses_join(u, origin->name, attribute), origin->below, origin->star);
    }
    out->other = out->other || of->other || of->count == 0;
    out->maybe = out->maybe || of->maybe;
}

static void resolve_attribute(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out) {
    PyObject *object = ispy_node_get(&u->walk, node, FIELD_value);
    PyObject *attribute = ispy_node_get(&u->walk, node, FIELD_attr);
    if (resolve_own(u, object, attribute, scope, depth, out)) {
        return;
    }
    uses_set of = {.count = 0};
    resolve(u, object, scope, depth + 1, &of);
    below(u, &of, ispy_walk_text(&u->walk, attribute), out);
}

/* ---- getattr, subscripts, calls ---- */

/* Something of `of` whose name is the text `key`: getattr(os, "system"), os.__dict__["system"]. */
static void member(uses_walk *u, const uses_set *of, PyObject *key, uint32_t scope, uses_set *out) {
    ispy_str name;
    if (ispy_uses_text(u, key, scope, &name) == USES_FOLD_ALL) {
        below(u, of, name, out);
        return;
    }
    for (uint32_t i = 0; i < of->count; i++) {
        add(out, of->items[i].name, true, of->items[i].star);
    }
    out->other = out->other || of->other || of->count == 0;
    out->maybe = out->maybe || of->maybe;
}

static bool ends_with(ispy_str text, const char *tail) {
    size_t length = strlen(tail);
    return text.length >= length && memcmp(text.data + text.length - length, tail, length) == 0;
}

/* X["key"] where X is one of the namespaces that Python keeps as dicts. */
static void item_of_origin(uses_walk *u, const uses_origin *origin, PyObject *key, uint32_t scope, int depth,
                           uses_set *out) {
    ispy_str name = origin->name;
    ispy_str text;
    bool known = ispy_uses_text(u, key, scope, &text) == USES_FOLD_ALL;
    uses_set of = {.count = 0};
    if (origin->below) {
        add(out, name, true, origin->star);
    } else if (strcmp(name.data, USES_GLOBALS) == 0) {
        if (known && text.length > 0) {
            PyObject *object = ispy_uses_intern(u, text.data);
            if (object != NULL) {
                resolve_name(u, object, USES_NOTHING, depth + 1, out);
            }
        }
        out->other = out->other || !known;
    } else if (strcmp(name.data, "sys.modules") == 0) {
        add(out, known ? text : (ispy_str){NULL, 0, 0}, false, false);
    } else if (strcmp(name.data, "builtins") == 0 || ends_with(name, ".__builtins__")) {
        add(&of, ispy_str_literal("builtins"), false, false);
        member(u, &of, key, scope, out);
    } else if (ends_with(name, ".__dict__")) {
        ispy_str object = name;
        if (ispy_arena_str(&object, u->walk.arena, name.data, name.length - strlen(".__dict__")) != ISPY_OK) {
            ispy_walk_nomem(&u->walk);
        }
        add(&of, object, false, origin->star);
        member(u, &of, key, scope, out);
    } else {
        out->other = true;
    }
}

/* [os, sys][0], {"a": os}["a"] */
static bool resolve_literal_item(uses_walk *u, PyObject *object, PyObject *key, uint32_t scope, int depth,
                                 uses_set *out) {
    uint32_t where = scope;
    PyObject *literal = literal_of(u, object, &where, 0);
    if (literal == NULL) {
        return false;
    }
    PyObject *value =
        ispy_node_kind(&u->walk, key) == NODE_Constant ? ispy_node_get(&u->walk, key, FIELD_value) : Py_None;
    bool is_dict = ispy_node_kind(&u->walk, literal) == NODE_Dict;
    PyObject *items = ispy_node_get(&u->walk, literal, is_dict ? FIELD_values : FIELD_elts);
    long index = !is_dict && PyLong_CheckExact(value) ? PyLong_AsLong(value) : -1;
    PyErr_Clear();
    if (index >= 0 && index < ispy_list_count(items)) {
        resolve(u, ispy_list_item(items, index), where, depth + 1, out);
    } else {
        resolve_items(u, literal, where, depth, out);
    }
    out->maybe = true;
    out->other = out->other || out->count == 0;
    return true;
}

static void resolve_subscript(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out) {
    PyObject *object = ispy_node_get(&u->walk, node, FIELD_value);
    PyObject *key = ispy_node_get(&u->walk, node, FIELD_slice);
    if (resolve_literal_item(u, object, key, scope, depth, out)) {
        return;
    }
    uses_set of = {.count = 0};
    resolve(u, object, scope, depth + 1, &of);
    for (uint32_t i = 0; i < of.count; i++) {
        item_of_origin(u, &of.items[i], key, scope, depth, out);
    }
    out->other = out->other || of.other || of.count == 0;
    out->maybe = out->maybe || of.maybe;
}

/* What the call gives, of a function that `function` stands for. Each part is looked at once, however calls nest. */
static void resolve_result(uses_walk *u, PyObject *node, uint32_t scope, int depth, const uses_set *function,
                           uses_set *out) {
    bool unknown;
    PyObject *first = ispy_uses_argument(u, node, 0, NULL, &unknown);
    uses_set of = {.count = 0};
    if (first != NULL &&
        (ispy_uses_set_has(function, "builtins.getattr") || ispy_uses_set_has(function, "builtins.vars"))) {
        resolve(u, first, scope, depth + 1, &of);
    }
    out->maybe = out->maybe || function->count > 1 || function->maybe;
    out->other = out->other || function->other || function->count == 0;
    for (uint32_t i = 0; i < function->count; i++) {
        ispy_str name = function->items[i].name;
        bool is_vars = strcmp(name.data, "builtins.vars") == 0;
        if (strcmp(name.data, "builtins.globals") == 0 ||
            ((is_vars || strcmp(name.data, "builtins.locals") == 0) && first == NULL)) {
            add(out, ispy_str_literal(USES_GLOBALS), false, false);
        } else if (strcmp(name.data, "builtins.getattr") == 0 && first != NULL) {
            member(u, &of, ispy_uses_argument(u, node, 1, NULL, &unknown), scope, out);
        } else if (is_vars) {
            below(u, &of, ispy_str_literal("__dict__"), out);
        } else if (!ispy_uses_resolve_import_call(u, node, scope, name, out)) {
            out->other = true;
        }
    }
}

/* operator.attrgetter("system")(os): `inner` is what makes the getter. */
static bool resolve_getter(uses_walk *u, PyObject *node, uint32_t scope, int depth, const uses_set *inner,
                           uses_set *out) {
    bool unknown;
    PyObject *object = ispy_uses_argument(u, node, 0, NULL, &unknown);
    if (!ispy_uses_set_has(inner, "operator.attrgetter") || object == NULL) {
        return false;
    }
    uses_set of = {.count = 0};
    resolve(u, object, scope, depth + 1, &of);
    member(u, &of, ispy_uses_argument(u, ispy_node_get(&u->walk, node, FIELD_func), 0, NULL, &unknown), scope, out);
    return true;
}

static void resolve_call(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out) {
    PyObject *function = ispy_node_get(&u->walk, node, FIELD_func);
    uses_set of = {.count = 0};
    if (ispy_node_kind(&u->walk, function) == NODE_Call) {
        uses_set inner = {.count = 0};
        resolve(u, ispy_node_get(&u->walk, function, FIELD_func), scope, depth + 1, &inner);
        if (resolve_getter(u, node, scope, depth, &inner, out)) {
            return;
        }
        resolve_result(u, function, scope, depth + 1, &inner, &of);
    } else {
        resolve(u, function, scope, depth + 1, &of);
    }
    resolve_result(u, node, scope, depth, &of, out);
}

/* ---- expressions ---- */

static void resolve(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out) {
    ispy_walk *w = &u->walk;
    if (depth > USES_MAX_DEPTH || w->failed || u->steps++ > USES_MAX_STEPS) {
        out->other = true;
        return;
    }
    switch (ispy_node_kind(w, node)) {
    case NODE_Name:
        resolve_name(u, ispy_node_get(w, node, FIELD_id), scope, depth, out);
        break;
    case NODE_Attribute:
        resolve_attribute(u, node, scope, depth, out);
        break;
    case NODE_Subscript:
        resolve_subscript(u, node, scope, depth, out);
        break;
    case NODE_Call:
        resolve_call(u, node, scope, depth, out);
        break;
    case NODE_NamedExpr:
        resolve(u, ispy_node_get(w, node, FIELD_value), scope, depth + 1, out);
        break;
    case NODE_IfExp:
        resolve(u, ispy_node_get(w, node, FIELD_body), scope, depth + 1, out);
        resolve(u, ispy_node_get(w, node, FIELD_orelse), scope, depth + 1, out);
        break;
    case NODE_BoolOp: {
        PyObject *values = ispy_node_get(w, node, FIELD_values);
        for (Py_ssize_t i = 0; i < ispy_list_count(values) && i < USES_MAX_ORIGINS; i++) {
            resolve(u, ispy_list_item(values, i), scope, depth + 1, out);
        }
        break;
    }
    case NODE_Constant: /* None has no attributes: whoever uses what may be None means the other thing */
        out->other = out->other || ispy_node_get(w, node, FIELD_value) != Py_None;
        break;
    default:
        out->other = true;
    }
}

void ispy_uses_resolve(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out) {
    memset(out, 0, sizeof *out);
    resolve(u, node, scope, depth, out);
}

/* ---- TYPE_CHECKING ---- */

/* A name that is typing's, or that is bound to nothing but False and called so. */
static bool is_type_checking(uses_walk *u, const uses_guard *guard) {
    ispy_walk *w = &u->walk;
    uses_set set;
    ispy_uses_resolve(u, guard->node, guard->scope, 0, &set);
    if (!set.other && set.count == 1 && !set.maybe) {
        return !u->patches_typing && (ispy_uses_set_has(&set, "typing.TYPE_CHECKING") ||
                                      ispy_uses_set_has(&set, "typing_extensions.TYPE_CHECKING"));
    }
    if (ispy_node_kind(w, guard->node) != NODE_Name || u->reaches_namespace) {
        return false;
    }
    PyObject *name = ispy_node_get(w, guard->node, FIELD_id);
    const uses_slot *slot = ispy_is_text(name, "TYPE_CHECKING") ? ispy_uses_lookup(u, guard->scope, name) : NULL;
    bool holds = slot != NULL;
    for (uint32_t i = holds ? slot->first : USES_NOTHING; i != USES_NOTHING && holds; i = u->bindings[i].next) {
        const uses_binding *binding = &u->bindings[i];
        holds = (binding->kind == USES_BOUND_ALIAS && ispy_node_kind(w, binding->node) == NODE_Constant &&
                 ispy_node_get(w, binding->node, FIELD_value) == Py_False) ||
                (binding->kind == USES_BOUND_ORIGIN && strcmp(binding->origin.data, "typing.TYPE_CHECKING") == 0);
    }
    return holds;
}

bool ispy_uses_guard_holds(uses_walk *u, uint32_t index) {
    uses_guard *guard = &u->guards[index];
    if (guard->holds >= 0) {
        return guard->holds > 0;
    }
    if (guard->flag == ISPY_USE_MAIN) {
        PyObject *name = ispy_uses_intern(u, "__name__");
        guard->holds = !u->reaches_namespace && ispy_uses_find(u, USES_NOTHING, name) == NULL;
    } else {
        guard->holds = guard->node == NULL || is_type_checking(u, guard);
    }
    return guard->holds > 0;
}
