/* What a module makes of others: the way in, and what becomes of each mention. Must not know: contracts. */
#include "binding/uses.h"

#include "binding/parse.h"
#include "binding/uses_walk.h"

#include <stdlib.h>
#include <string.h>

/* ---- giving out ---- */

static ispy_str name_at(const uses_walk *u, uint32_t index) {
    ispy_str name;
    memcpy(&name, u->out_names.data + index * sizeof name, sizeof name);
    return name;
}

/* The slot of the name, or a free one. */
static uint32_t *slot_of(uses_walk *u, ispy_str name) {
    uint32_t at = name.hash & (u->name_slot_count - 1);
    while (u->name_slots[at] != 0 && !ispy_str_equal(name_at(u, u->name_slots[at] - 1), name)) {
        at = (at + 1) & (u->name_slot_count - 1);
    }
    return &u->name_slots[at];
}

static bool make_room(uses_walk *u) {
    if (u->out_name_count * 2 < u->name_slot_count) {
        return true;
    }
    u->name_slot_count = u->name_slot_count * 2 + (u->name_slot_count == 0 ? 128 : 0);
    PyMem_Free(u->name_slots);
    u->name_slots = PyMem_Calloc(u->name_slot_count, sizeof *u->name_slots);
    if (u->name_slots == NULL) {
        u->name_slot_count = 0;
        ispy_walk_nomem(&u->walk);
        return false;
    }
    for (uint32_t i = 0; i < u->out_name_count; i++) {
        *slot_of(u, name_at(u, i)) = i + 1;
    }
    return true;
}

static uint32_t number_of(uses_walk *u, ispy_str name) {
    if (name.data == NULL || u->walk.failed || !make_room(u)) {
        return ISPY_USE_NO_NAME;
    }
    uint32_t *slot = slot_of(u, name);
    if (*slot == 0) {
        ispy_uses_append(&u->out_names, &name, sizeof name);
        if (u->out_names.failed) {
            ispy_walk_nomem(&u->walk);
            return ISPY_USE_NO_NAME;
        }
        *slot = ++u->out_name_count;
    }
    return *slot - 1;
}

static uint32_t guarded(uses_walk *u, uint32_t guard) {
    uint32_t flags = 0;
    for (; guard != USES_NOTHING; guard = u->guards[guard].parent) {
        flags |= ispy_uses_guard_holds(u, guard) ? u->guards[guard].flag : 0;
    }
    return flags;
}

ispy_use *ispy_uses_emit(uses_walk *u, ispy_use_kind kind, const uses_item *item, PyObject *place, ispy_str name,
                         ispy_str part, uint32_t flags) {
    ispy_use use = {
        .kind = kind,
        .flags = flags | item->flags | guarded(u, item->guard),
        .name = number_of(u, name),
        .part = number_of(u, part),
        .at = ispy_node_extent(&u->walk, item->place != NULL ? item->place : place),
    };
    ispy_uses_append(&u->out, &use, sizeof use);
    if (u->out.failed) {
        ispy_walk_nomem(&u->walk);
    }
    if (u->walk.failed) {
        return NULL;
    }
    u->out_count++;
    return (ispy_use *)(void *)(u->out.data + u->out.length - sizeof use);
}

static void give(uses_walk *u) {
    ispy_uses *uses = ispy_walk_alloc(&u->walk, 1, sizeof *uses);
    ispy_str *names = ispy_walk_alloc(&u->walk, u->out_name_count, sizeof *names);
    ispy_use *items = ispy_walk_alloc(&u->walk, u->out_count, sizeof *items);
    if (uses == NULL || names == NULL || items == NULL || u->walk.failed) {
        return;
    }
    if (u->out_name_count > 0) {
        memcpy(names, u->out_names.data, u->out_names.length);
    }
    if (u->out_count > 0) {
        memcpy(items, u->out.data, u->out.length);
    }
    *uses = (ispy_uses){names, u->out_name_count, items, u->out_count};
    u->module->uses = uses;
}

/* ---- calls and references ---- */

static bool is_below_globals(const uses_origin *origin) {
    return strcmp(origin->name.data, USES_GLOBALS) == 0;
}

/* As the source writes it; inside a text that is executed, only names are known. */
static ispy_str written(uses_walk *u, const uses_item *item, PyObject *function) {
    node_kind kind = ispy_node_kind(&u->walk, function);
    if (item->place != NULL) {
        return kind == NODE_Name ? ispy_node_text(&u->walk, function) : ispy_str_literal("?");
    }
    enum { MOST = 200 };
    ispy_str text = ispy_node_text(&u->walk, function);
    return text.length <= MOST ? text : ispy_str_literal("?");
}

/* All that it may be, one after the other. */
static void emit_set(uses_walk *u, ispy_use_kind kind, const uses_item *item, PyObject *place, const uses_set *set) {
    ispy_str none = {NULL, 0, 0};
    uint32_t flags = set->other || set->maybe ? ISPY_USE_MAYBE : 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const uses_origin *origin = &set->items[i];
        if (!is_below_globals(origin)) {
            uint32_t own = flags | (origin->below ? ISPY_USE_BELOW : 0) | (origin->star ? ISPY_USE_STAR : 0);
            (void)ispy_uses_emit(u, kind, item, place, origin->name, none, own);
            flags |= ISPY_USE_FOLLOWS;
        }
    }
}

static PyObject *function_of(uses_walk *u, const uses_item *item) {
    bool is_call = ispy_node_kind(&u->walk, item->node) == NODE_Call;
    return is_call ? ispy_node_get(&u->walk, item->node, FIELD_func) : item->node;
}

static void emit_call(uses_walk *u, const uses_item *item) {
    PyObject *function = function_of(u, item);
    ispy_str none = {NULL, 0, 0};
    uses_set set;
    ispy_uses_resolve(u, function, item->scope, 0, &set);
    uint32_t before = u->out_count;
    emit_set(u, ISPY_USE_CALL, item, function, &set);
    if (u->out_count == before && (item->flags & ISPY_USE_IN_FUNCTION) == 0) {
        (void)ispy_uses_emit(u, ISPY_USE_CALL_OTHER, item, function, written(u, item, function), none, 0);
    }
    uint32_t flags = set.count > 1 || set.other || set.maybe ? ISPY_USE_MAYBE : 0;
    bool is_call = function != item->node;
    for (uint32_t i = 0; i < set.count && is_call; i++) {
        ispy_uses_emit_import_call(u, item, &set.items[i], flags);
        if (!set.items[i].below && ispy_uses_runs_text(set.items[i].name) && !item->expanded) {
            (void)ispy_uses_emit(u, ISPY_USE_TEXT, item, item->node, set.items[i].name, none, flags);
        }
    }
}

/* Whoever is given import_module or exec can do what they can. */
static void emit_reference(uses_walk *u, const uses_item *item) {
    ispy_str none = {NULL, 0, 0};
    uses_set set;
    ispy_uses_resolve(u, item->node, item->scope, 0, &set);
    emit_set(u, ISPY_USE_REFERENCE, item, item->node, &set);
    for (uint32_t i = 0; i < set.count && item->role == USES_VALUE && !set.items[i].below; i++) {
        ispy_str name = set.items[i].name;
        if (ispy_uses_is_importer(name)) {
            (void)ispy_uses_emit(u, ISPY_USE_IMPORT_CALL, item, item->node, none, none,
                                 ISPY_USE_BELOW | ISPY_USE_MAYBE);
        } else if (ispy_uses_runs_text(name)) {
            (void)ispy_uses_emit(u, ISPY_USE_TEXT, item, item->node, name, none, ISPY_USE_MAYBE);
        }
    }
}

static void emit(uses_walk *u, const uses_item *item) {
    u->steps = 0;
    node_kind kind = ispy_node_kind(&u->walk, item->node);
    if (kind == NODE_Import || kind == NODE_ImportFrom) {
        ispy_uses_emit_import(u, item, kind);
    } else if (item->role == USES_CALLED || kind == NODE_Call) {
        emit_call(u, item);
    } else if (item->role != USES_STORED) {
        emit_reference(u, item);
    }
}

/* ---- texts that are executed ---- */

/* exec(compile("...", ...)) */
static PyObject *text_argument(uses_walk *u, const uses_item *item) {
    bool unknown;
    PyObject *text = ispy_uses_argument(u, item->node, 0, "source", &unknown);
    if (text != NULL && ispy_node_kind(&u->walk, text) == NODE_Call) {
        uses_set set;
        ispy_uses_resolve(u, ispy_node_get(&u->walk, text, FIELD_func), item->scope, 0, &set);
        if (set.count == 1 && ispy_uses_set_has(&set, "builtins.compile")) {
            return ispy_uses_argument(u, text, 0, "source", &unknown);
        }
    }
    return text;
}

/* The tree of the text, kept by the walk; NULL: there is none. A text that is no Python cannot run either. */
static PyObject *parse_text(uses_walk *u, ispy_str text, bool *harmless) {
    PyObject *tree = NULL; /* owned, then kept */
    ispy_parse_failure failure;
    *harmless = false;
    while (text.length > 0 && (*text.data == ' ' || *text.data == '\t')) { /* eval does so */
        text = ispy_str_of(text.data + 1, text.length - 1);
    }
    PyObject *source = PyUnicode_FromStringAndSize(text.data, (Py_ssize_t)text.length); /* owned */
    PyObject *path = source != NULL ? PyUnicode_FromString("<string>") : NULL;          /* owned */
    int status = path != NULL ? ispy_parse(u->walk.api, source, path, u->walk.arena, &tree, &failure) : -1;
    if (status < 0 || (status == 0 && PyList_Append(u->walk.kept, tree) < 0)) {
        ispy_walk_fail(&u->walk);
    }
    *harmless = status > 0 && failure.is_syntax;
    Py_XDECREF(tree);
    Py_XDECREF(source);
    Py_XDECREF(path);
    return status == 0 && !u->walk.failed ? tree : NULL;
}

/* Walks through a text that is known, as if it stood in place of the call. */
static bool expand(uses_walk *u, uint32_t index) {
    uses_item item = u->mentions.items[index];
    ispy_str text;
    bool harmless;
    if (item.text_depth == USES_MAX_TEXT_DEPTH ||
        ispy_uses_text(u, text_argument(u, &item), item.scope, &text) != USES_FOLD_ALL) {
        return false;
    }
    PyObject *tree = parse_text(u, text, &harmless);
    u->mentions.items[index].expanded = harmless || tree != NULL;
    if (tree == NULL) {
        return false;
    }
    item.place = item.place != NULL ? item.place : item.node;
    item.text_depth++;
    ispy_uses_push_block(u, &item, ispy_node_get(&u->walk, tree, FIELD_body));
    ispy_uses_visit(u);
    return true;
}

/* globals()["x"] = ..., typing.TYPE_CHECKING = True */
static void note_store(uses_walk *u, const uses_item *item) {
    uses_set set;
    bool is_item = ispy_node_kind(&u->walk, item->node) == NODE_Subscript;
    PyObject *node = is_item ? ispy_node_get(&u->walk, item->node, FIELD_value) : item->node;
    ispy_uses_resolve(u, node, item->scope, 0, &set);
    u->patches_typing = u->patches_typing || ispy_uses_set_has(&set, "typing.TYPE_CHECKING");
    u->reaches_namespace = u->reaches_namespace || (is_item && ispy_uses_set_has(&set, USES_GLOBALS));
}

/* globals().update(...), setattr(module, name, ...) */
static void note_call(uses_walk *u, const uses_item *item, const uses_set *set) {
    bool unknown;
    PyObject *function = function_of(u, item);
    bool is_method = ispy_node_kind(&u->walk, function) == NODE_Attribute;
    if (is_method && ispy_uses_set_has(set, USES_GLOBALS)) {
        ispy_str name = ispy_walk_text(&u->walk, ispy_node_get(&u->walk, function, FIELD_attr));
        u->reaches_namespace = u->reaches_namespace || name.data == NULL || strcmp(name.data, "get") != 0;
    }
    if (!ispy_uses_set_has(set, "builtins.setattr") || function == item->node) {
        return;
    }
    uses_set object;
    ispy_str name;
    PyObject *first = ispy_uses_argument(u, item->node, 0, NULL, &unknown);
    ispy_uses_resolve(u, first != NULL ? first : Py_None, item->scope, 0, &object);
    uses_fold fold = ispy_uses_text(u, ispy_uses_argument(u, item->node, 1, NULL, &unknown), item->scope, &name);
    bool may_be =
        fold != USES_FOLD_ALL || strcmp(name.data, "TYPE_CHECKING") == 0 || strcmp(name.data, "__name__") == 0;
    u->reaches_namespace = u->reaches_namespace || (object.count > 0 && may_be);
    u->patches_typing = u->patches_typing || (object.count > 0 && may_be);
}

static void forget(uses_walk *u) {
    for (uint32_t i = 0; i < u->slot_count; i++) {
        u->slots[i].known = NULL;
    }
}

/* Everything that has a bearing on what names stand for. true: something new has come up. */
static bool prepare(uses_walk *u) {
    bool news = false;
    for (uint32_t i = 0; i < u->mentions.count && !u->walk.failed; i++) {
        const uses_item item = u->mentions.items[i];
        uses_set set;
        u->steps = 0;
        if (item.role == USES_STORED && ispy_node_kind(&u->walk, item.node) != NODE_Call) {
            note_store(u, &item);
        }
        if (item.expanded || ispy_node_kind(&u->walk, item.node) != NODE_Call) {
            continue;
        }
        ispy_uses_resolve(u, ispy_node_get(&u->walk, item.node, FIELD_func), item.scope, 0, &set);
        note_call(u, &item, &set);
        if (ispy_uses_set_has(&set, "builtins.exec") || ispy_uses_set_has(&set, "builtins.eval")) {
            bool expanded = expand(u, i);
            news = news || expanded;
            u->reaches_namespace = u->reaches_namespace || !u->mentions.items[i].expanded;
        }
    }
    forget(u);
    return news;
}

/* ---- order ---- */

typedef struct placed {
    uint32_t index;
    long line, column;
} placed;

static int compare_placed(const void *a, const void *b) {
    const placed *one = a;
    const placed *other = b;
    if (one->line != other->line) {
        return one->line < other->line ? -1 : 1;
    }
    if (one->column != other->column) {
        return one->column < other->column ? -1 : 1;
    }
    return one->index < other->index ? -1 : one->index > other->index;
}

static void emit_all(uses_walk *u) {
    placed *order = PyMem_Calloc(u->mentions.count + 1, sizeof *order); /* owned */
    if (order == NULL) {
        ispy_walk_nomem(&u->walk);
        return;
    }
    for (uint32_t i = 0; i < u->mentions.count; i++) {
        const uses_item *item = &u->mentions.items[i];
        PyObject *node = item->place != NULL ? item->place : item->node;
        order[i] = (placed){i, ispy_node_number(&u->walk, node, FIELD_lineno),
                            ispy_node_number(&u->walk, node, FIELD_col_offset)};
    }
    qsort(order, u->mentions.count, sizeof *order, compare_placed);
    for (uint32_t i = 0; i < u->mentions.count && !u->walk.failed; i++) {
        const uses_item item = u->mentions.items[order[i].index];
        emit(u, &item);
    }
    PyMem_Free(order);
}

/* ---- the way in ---- */

static bool postpones_annotations(uses_walk *u, PyObject *body) {
    static const unsigned long LAZY_ANNOTATIONS = 0x030E0000; /* Python 3.14 */
    bool postpones = PyLong_AsUnsignedLong(u->walk.api->hexversion) >= LAZY_ANNOTATIONS;
    for (Py_ssize_t i = 0; i < ispy_list_count(body) && !postpones; i++) {
        PyObject *node = ispy_list_item(body, i);
        if (ispy_node_kind(&u->walk, node) != NODE_ImportFrom ||
            !ispy_is_text(ispy_node_get(&u->walk, node, FIELD_module), "__future__")) {
            continue;
        }
        PyObject *names = ispy_node_get(&u->walk, node, FIELD_names);
        for (Py_ssize_t j = 0; j < ispy_list_count(names); j++) {
            PyObject *name = ispy_node_get(&u->walk, ispy_list_item(names, j), FIELD_name);
            postpones = postpones || ispy_is_text(name, "annotations");
        }
    }
    return postpones;
}

/* What relative imports are relative to. */
static ispy_str package_of(uses_walk *u) {
    ispy_str name = u->module->name;
    uint32_t length = name.length;
    if (name.data == NULL || u->module->is_package) {
        return name;
    }
    while (length > 0 && name.data[length - 1] != '.') {
        length--;
    }
    ispy_str package = ispy_str_literal("");
    if (length > 1 && ispy_arena_str(&package, u->walk.arena, name.data, length - 1) != ISPY_OK) {
        ispy_walk_nomem(&u->walk);
    }
    return package;
}

static void walk_module(uses_walk *u, PyObject *tree) {
    enum { MOST_ROUNDS = 4 }; /* of texts that execute texts */
    PyObject *body = ispy_node_get(&u->walk, tree, FIELD_body);
    u->package = package_of(u);
    u->annotations_run = !postpones_annotations(u, body);
    (void)ispy_uses_scope(u, USES_MODULE, USES_NOTHING);
    u->guard_count = u->binding_count = 1; /* 0 is nothing */
    uses_binding nothing = {.kind = USES_BOUND_OTHER};
    if (!ispy_uses_grow(u, &u->bindings, 0, &u->binding_capacity, sizeof nothing) ||
        !ispy_uses_grow(u, &u->guards, 0, &u->guard_capacity, sizeof *u->guards)) {
        return;
    }
    u->bindings[0] = nothing;
    const uses_item whole = {.node = tree, .role = USES_STATEMENT};
    ispy_uses_push_block(u, &whole, body);
    ispy_uses_visit(u);
    for (int i = 0; i < MOST_ROUNDS && prepare(u) && !u->walk.failed; i++) {
    }
    emit_all(u);
    if (!u->walk.failed) {
        give(u);
    }
}

static void release(uses_walk *u) {
    ispy_walk_names_clear(&u->walk);
    ispy_source_text_clear(&u->walk.source);
    Py_CLEAR(u->walk.kept);
    PyMem_Free(u->stack.items);
    PyMem_Free(u->mentions.items);
    PyMem_Free(u->children.items);
    PyMem_Free(u->scopes);
    PyMem_Free(u->bindings);
    PyMem_Free(u->slots);
    PyMem_Free(u->guards);
    PyMem_Free(u->stars);
    PyMem_Free(u->name_slots);
    ispy_uses_buffer_free(&u->out_names);
    ispy_uses_buffer_free(&u->out);
}

int ispy_uses_extract(ispy_ast_api *api, ispy_arena *arena, PyObject *tree, ispy_module *module) {
    uses_walk *u = PyMem_Calloc(1, sizeof *u); /* owned: too much for the stack of a small thread */
    if (u == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    u->walk.api = api;
    u->walk.arena = arena;
    u->walk.source.text = module->source;
    u->module = module;
    u->walk.kept = PyList_New(0);
    if (u->walk.kept == NULL || ispy_source_text_index(&u->walk.source) < 0) {
        ispy_walk_fail(&u->walk);
    } else {
        walk_module(u, tree);
    }
    int status = u->walk.failed ? -1 : 0;
    release(u);
    PyMem_Free(u);
    return status;
}
