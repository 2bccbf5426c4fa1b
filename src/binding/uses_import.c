/* Imports: as statements, and as calls of what imports. Must not know: how names are looked up. */
#include "binding/uses_walk.h"

#include <string.h>

/* How a function takes the name of what it imports. */
typedef enum importer_kind {
    IMPORTS_NOTHING,
    IMPORTS_TOP,    /* __import__("a.b"): gives a */
    IMPORTS_MODULE, /* import_module("a.b"): gives a.b */
    IMPORTS_NAMED,  /* the same, with a name that is never relative */
    IMPORTS_FILE    /* by a path: which module that is, nobody knows */
} importer_kind;

static const struct {
    const char *name;
    importer_kind kind;
} importers[] = {
    {"builtins.__import__", IMPORTS_TOP},
    {"importlib.__import__", IMPORTS_TOP},
    {"importlib.import_module", IMPORTS_MODULE},
    {"importlib._bootstrap._gcd_import", IMPORTS_MODULE},
    {"runpy.run_module", IMPORTS_NAMED},
    {"pkgutil.resolve_name", IMPORTS_NAMED},
    {"runpy.run_path", IMPORTS_FILE},
    {"importlib.util.spec_from_file_location", IMPORTS_FILE},
    {"importlib.util.spec_from_loader", IMPORTS_FILE},
    {"importlib.machinery.SourceFileLoader", IMPORTS_FILE},
    {"importlib.machinery.SourcelessFileLoader", IMPORTS_FILE},
    {"importlib.machinery.ExtensionFileLoader", IMPORTS_FILE},
    {"imp.load_source", IMPORTS_FILE},
    {"imp.load_module", IMPORTS_FILE},
};

static importer_kind importer(ispy_str function) {
    for (size_t i = 0; i < sizeof importers / sizeof importers[0]; i++) {
        if (strcmp(function.data, importers[i].name) == 0) {
            return importers[i].kind;
        }
    }
    return IMPORTS_NOTHING;
}

bool ispy_uses_is_importer(ispy_str function) {
    return importer(function) != IMPORTS_NOTHING;
}

bool ispy_uses_runs_text(ispy_str function) {
    return strcmp(function.data, "builtins.exec") == 0 || strcmp(function.data, "builtins.eval") == 0;
}

/* ---- names ---- */

ispy_str ispy_uses_join(uses_walk *u, ispy_str before, ispy_str after) {
    uses_buffer text = {NULL, 0, 0, false}; /* owned */
    ispy_uses_append_str(&text, before);
    if (before.length > 0 && after.length > 0 && before.data[before.length - 1] != '.') {
        ispy_uses_append(&text, ".", 1);
    }
    ispy_uses_append_str(&text, after);
    return ispy_uses_take(u, &text);
}

static ispy_str relative_to(uses_walk *u, ispy_str package, long level, ispy_str module) {
    uint32_t length = package.length;
    for (long i = 1; i < level && package.data != NULL; i++) {
        while (length > 0 && package.data[length - 1] != '.') {
            length--;
        }
        length -= length > 0 ? 1 : 0;
    }
    if (package.data != NULL && length > 0) {
        uses_buffer text = {NULL, 0, 0, false}; /* owned */
        ispy_uses_append(&text, package.data, length);
        return ispy_uses_join(u, ispy_uses_take(u, &text), module);
    }
    uses_buffer dots = {NULL, 0, 0, false}; /* owned */
    for (long i = 0; i < level && i < USES_MAX_DEPTH; i++) {
        ispy_uses_append(&dots, ".", 1);
    }
    ispy_uses_append_str(&dots, module);
    return ispy_uses_take(u, &dots);
}

ispy_str ispy_uses_absolute(uses_walk *u, long level, ispy_str module) {
    return level <= 0 ? module : relative_to(u, u->package, level, module);
}

static ispy_str up_to(uses_walk *u, ispy_str name, char end) {
    const char *stop = name.data != NULL ? memchr(name.data, end, name.length) : NULL;
    if (stop != NULL && ispy_arena_str(&name, u->walk.arena, name.data, (size_t)(stop - name.data)) != ISPY_OK) {
        ispy_walk_nomem(&u->walk);
    }
    return name;
}

/* ---- statements ---- */

static ispy_str module_of(uses_walk *u, PyObject *statement) {
    PyObject *module = ispy_node_get(&u->walk, statement, FIELD_module);
    ispy_str text = module != Py_None ? ispy_walk_text(&u->walk, module) : ispy_str_literal("");
    return ispy_uses_absolute(u, ispy_node_number(&u->walk, statement, FIELD_level), text);
}

static void add_star(uses_walk *u, ispy_str module) {
    if (ispy_uses_grow(u, &u->stars, u->star_count, &u->star_capacity, sizeof *u->stars)) {
        u->stars[u->star_count++] = module;
    }
}

static void bind_alias(uses_walk *u, const uses_item *item, PyObject *alias, node_kind kind) {
    ispy_walk *w = &u->walk;
    PyObject *name = ispy_node_get(w, alias, FIELD_name);
    PyObject *asname = ispy_node_get(w, alias, FIELD_asname);
    ispy_str text = ispy_walk_text(w, name);
    uses_binding binding = {.kind = USES_BOUND_ORIGIN, .origin = text};
    PyObject *bound = asname != Py_None ? asname : name;
    if (kind == NODE_ImportFrom) {
        ispy_str module = module_of(u, item->node);
        if (ispy_is_text(name, "*")) {
            add_star(u, module);
            return;
        }
        binding.origin = ispy_uses_join(u, module, text);
    } else if (asname == Py_None && text.data != NULL && memchr(text.data, '.', text.length) != NULL) {
        binding.origin = up_to(u, text, '.');
        bound = ispy_uses_intern(u, binding.origin.data);
    }
    ispy_uses_bind(u, item->scope, bound, binding);
}

void ispy_uses_bind_imports(uses_walk *u, const uses_item *item, node_kind kind) {
    PyObject *names = ispy_node_get(&u->walk, item->node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names) && !u->walk.failed; i++) {
        bind_alias(u, item, ispy_list_item(names, i), kind);
    }
}

/* Several names of one statement: each is shown by itself, and all but the first follow it. */
void ispy_uses_emit_import(uses_walk *u, const uses_item *item, node_kind kind) {
    ispy_walk *w = &u->walk;
    PyObject *names = ispy_node_get(w, item->node, FIELD_names);
    Py_ssize_t count = ispy_list_count(names);
    ispy_str none = {NULL, 0, 0};
    for (Py_ssize_t i = 0; i < count && !w->failed; i++) {
        PyObject *alias = ispy_list_item(names, i);
        PyObject *name = ispy_node_get(w, alias, FIELD_name);
        ispy_str text = ispy_walk_text(w, name);
        if (kind == NODE_Import) {
            ispy_use *use = ispy_uses_emit(u, ISPY_USE_IMPORT, item, alias, text, none, 0);
            if (use != NULL && item->place == NULL) {
                use->at.length = ispy_str_columns(text);
            }
            continue;
        }
        PyObject *place = count == 1 ? item->node : alias;
        uint32_t flags = i > 0 ? ISPY_USE_FOLLOWS : 0;
        if (ispy_is_text(name, "*")) {
            (void)ispy_uses_emit(u, ISPY_USE_IMPORT_STAR, item, place, module_of(u, item->node), none, flags);
        } else {
            (void)ispy_uses_emit(u, ISPY_USE_IMPORT_FROM, item, place, module_of(u, item->node), text, flags);
        }
    }
}

/* ---- calls ---- */

typedef struct imported {
    importer_kind kind;
    uses_fold fold;
    ispy_str name;       /* absolute; its beginning, for PREFIX */
    PyObject *from_list; /* of __import__, borrowed; NULL: none */
} imported;

/* import_module(".x", package="pkg"). */
static void make_absolute(uses_walk *u, PyObject *call, uint32_t scope, imported *out) {
    bool unknown;
    long level = 0;
    while ((uint32_t)level < out->name.length && out->name.data[level] == '.') {
        level++;
    }
    if (level == 0 || out->kind != IMPORTS_MODULE) {
        return;
    }
    ispy_str package = {NULL, 0, 0};
    PyObject *argument = ispy_uses_argument(u, call, 1, "package", &unknown);
    if (argument == NULL || ispy_uses_text(u, argument, scope, &package) != USES_FOLD_ALL || package.length == 0) {
        out->fold = USES_FOLD_NONE;
        return;
    }
    ispy_str rest = ispy_str_of(out->name.data + level, out->name.length - (size_t)level);
    out->name = relative_to(u, package, level, rest);
}

/* __import__(name, globals, locals, fromlist, level). */
static void read_old_call(uses_walk *u, PyObject *call, imported *out) {
    bool unknown;
    PyObject *level = ispy_uses_argument(u, call, 4, "level", &unknown);
    if (level != NULL) {
        bool constant = ispy_node_kind(&u->walk, level) == NODE_Constant;
        long number = constant ? ispy_node_number(&u->walk, level, FIELD_value) : -1;
        out->fold = number < 0 || (number > 0 && u->package.data == NULL) ? USES_FOLD_NONE : out->fold;
        out->name = number > 0 ? ispy_uses_absolute(u, number, out->name) : out->name;
    } else if (unknown) {
        out->fold = USES_FOLD_NONE;
    }
    out->from_list = ispy_uses_argument(u, call, 3, "fromlist", &unknown);
}

static imported read_call(uses_walk *u, PyObject *call, uint32_t scope, ispy_str function) {
    imported result = {.kind = importer(function), .fold = USES_FOLD_NONE, .name = ispy_str_literal("")};
    bool unknown;
    if (result.kind == IMPORTS_NOTHING || result.kind == IMPORTS_FILE) {
        return result;
    }
    const char *keyword = strcmp(function.data, "runpy.run_module") == 0 ? "mod_name" : "name";
    result.fold = ispy_uses_text(u, ispy_uses_argument(u, call, 0, keyword, &unknown), scope, &result.name);
    if (result.kind == IMPORTS_NAMED) {
        result.name = up_to(u, result.name, ':');
    }
    if (result.fold != USES_FOLD_NONE) {
        make_absolute(u, call, scope, &result);
    }
    if (result.kind == IMPORTS_TOP) {
        read_old_call(u, call, &result);
    }
    return result;
}

bool ispy_uses_resolve_import_call(uses_walk *u, PyObject *call, uint32_t scope, ispy_str function, uses_set *out) {
    imported read = read_call(u, call, scope, function);
    if (read.kind == IMPORTS_NOTHING || read.fold != USES_FOLD_ALL || read.name.length == 0) {
        return false;
    }
    bool whole = read.kind != IMPORTS_TOP;
    if (read.from_list != NULL) { /* an empty one, or None, is as none */
        node_kind kind = ispy_node_kind(&u->walk, read.from_list);
        whole = (kind == NODE_List || kind == NODE_Tuple) &&
                ispy_list_count(ispy_node_get(&u->walk, read.from_list, FIELD_elts)) > 0;
    }
    if (out->count < USES_MAX_ORIGINS) {
        out->items[out->count++] = (uses_origin){whole ? read.name : up_to(u, read.name, '.'), false, false};
    }
    return true;
}

static void emit_from_list(uses_walk *u, const uses_item *item, const imported *read, PyObject *place, uint32_t flags) {
    PyObject *items = read->from_list;
    node_kind kind = ispy_node_kind(&u->walk, items);
    bool listed = kind == NODE_List || kind == NODE_Tuple;
    PyObject *names = listed ? ispy_node_get(&u->walk, items, FIELD_elts) : Py_None;
    for (Py_ssize_t i = 0; i < ispy_list_count(names); i++) {
        ispy_str part;
        if (ispy_uses_text(u, ispy_list_item(names, i), item->scope, &part) == USES_FOLD_ALL) {
            (void)ispy_uses_emit(u, ISPY_USE_IMPORT_FROM, item, place, read->name, part, flags | ISPY_USE_FOLLOWS);
        }
    }
}

/* "acme.plugins" of "acme.plugins.pre"; not stated where not even the first part is whole. */
static ispy_str whole_parts(uses_walk *u, ispy_str beginning) {
    ispy_str result = {NULL, 0, 0};
    uint32_t length = beginning.length;
    while (length > 0 && beginning.data[length - 1] != '.') {
        length--;
    }
    if (length > 1 && ispy_arena_str(&result, u->walk.arena, beginning.data, length - 1) != ISPY_OK) {
        ispy_walk_nomem(&u->walk);
    }
    return result;
}

void ispy_uses_emit_import_call(uses_walk *u, const uses_item *item, const uses_origin *function, uint32_t flags) {
    PyObject *place = item->node;
    ispy_str none = {NULL, 0, 0};
    if (importer(function->name) == IMPORTS_NOTHING || function->below) {
        return;
    }
    imported read = read_call(u, item->node, item->scope, function->name);
    if (read.fold == USES_FOLD_ALL && read.name.length > 0) {
        (void)ispy_uses_emit(u, ISPY_USE_IMPORT_CALL, item, place, read.name, none, flags);
        if (read.from_list != NULL) {
            emit_from_list(u, item, &read, place, flags);
        }
    } else {
        ispy_str known = read.fold == USES_FOLD_PREFIX ? whole_parts(u, read.name) : none;
        (void)ispy_uses_emit(u, ISPY_USE_IMPORT_CALL, item, place, known, none, flags | ISPY_USE_BELOW);
    }
}
