/* Source to structure: parse, walk, put the module together. */
#include "binding/ast_walk.h"
#include "binding/convert.h"
#include "binding/parse.h"

#include <stdlib.h>
#include <string.h>

/* ---- Names that every module has ---- */

static const ispy_literal *docstring(ispy_walk *walk, PyObject *body) {
    ispy_literal *literal = ispy_walk_alloc(walk, 1, sizeof *literal);
    if (literal == NULL) {
        return NULL;
    }
    literal->kind = ISPY_LITERAL_NONE;
    PyObject *first = ispy_list_count(body) > 0 ? ispy_list_item(body, 0) : Py_None;
    if (ispy_node_kind(walk, first) != NODE_Expr || walk->api->optimize > 1) {
        return literal;
    }
    PyObject *value = ispy_node_get(walk, first, FIELD_value);
    if (ispy_node_kind(walk, value) != NODE_Constant ||
        !PyUnicode_CheckExact(ispy_node_get(walk, value, FIELD_value))) {
        return literal;
    }
    const ispy_literal *text = ispy_literal_of(walk, value);
    bool is_line =
        text != NULL && text->kind == ISPY_LITERAL_STR && memchr(text->text.data, '\n', text->text.length) == NULL;
    /* Python 3.13 takes indentation out of longer ones. */
    return is_line ? text : ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
}

static void bind_implicit(ispy_walk *walk, const char *name, const ispy_literal *value) {
    PyObject *identifier = PyUnicode_InternFromString(name);
    if (identifier == NULL || PyList_Append(walk->kept, identifier) < 0) {
        Py_XDECREF(identifier);
        ispy_walk_fail(walk);
        return;
    }
    Py_DECREF(identifier);
    ispy_span nowhere = {0, 0, 0};
    ispy_str none = {NULL, 0, 0};
    ispy_bind_variable(walk, identifier, nowhere, none, value);
    ispy_name *entry = ispy_walk_name(walk, identifier);
    if (entry != NULL) {
        entry->state = NAME_UNBOUND; /* not the module's own doing */
    }
}

static void bind_implicit_names(ispy_walk *walk, PyObject *body) {
    static const char *const names[] = {"__file__", "__package__", "__spec__", "__loader__", "__builtins__"};
    const ispy_literal *dynamic = ispy_literal_dynamic(walk, ISPY_REASON_DYNAMIC_VALUE);
    bind_implicit(walk, "__doc__", docstring(walk, body));
    walk->add_only = true; /* the later Pythons do without it */
    bind_implicit(walk, "__cached__", dynamic);
    walk->add_only = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !walk->failed; i++) {
        bind_implicit(walk, names[i], dynamic);
    }
    if (walk->is_package) {
        bind_implicit(walk, "__path__", dynamic);
    }
    ispy_literal *name = ispy_walk_alloc(walk, 1, sizeof *name);
    if (name != NULL) {
        uint32_t budget = 0;
        *name = *dynamic;
        if (walk->module_name != NULL &&
            ispy_literal_from_object(name, walk->arena, walk->module_name, 0, &budget) < 0) {
            ispy_walk_fail(walk);
        }
        bind_implicit(walk, "__name__", name);
    }
}

/* ---- What functions did ---- */

/* Functions that write to the module's names count when the module mentions a function or class of its own while it
 * runs, because then they may be called, directly or by way of others. Otherwise nobody calls them before the import is
 * over. */
static void settle_functions(ispy_walk *walk) {
    if (!walk->own_code_runs) {
        return;
    }
    for (uint32_t i = 0; i < walk->names.count && !walk->failed; i++) {
        const ispy_name *name = &walk->names.items[i];
        if (!name->is_global) {
            continue;
        }
        ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_UNKNOWN, name->text, name->global_at);
        if (definition != NULL) {
            definition->reason = ISPY_REASON_DYNAMIC_NAMESPACE;
            if (ispy_builder_add(walk->builder, definition, ISPY_REASON_DYNAMIC_NAMESPACE) != ISPY_OK) {
                ispy_walk_nomem(walk);
            }
        }
    }
    ispy_visit_changes(walk);
    ispy_visit_patches(walk);
    if (walk->has_writer) {
        ispy_open_scope(walk, ISPY_REASON_DYNAMIC_NAMESPACE, walk->writer_at);
    }
}

/* ---- Putting it together ---- */

static int compare_imports(const void *a, const void *b) {
    ispy_span one = ((const ispy_import *)a)->at;
    ispy_span other = ((const ispy_import *)b)->at;
    if (one.line != other.line) {
        return one.line < other.line ? -1 : 1;
    }
    return one.column < other.column ? -1 : one.column > other.column;
}

static void give_imports(ispy_walk *walk, ispy_module *module) {
    if (walk->import_count == 0) {
        return;
    }
    qsort(walk->imports, walk->import_count, sizeof *walk->imports, compare_imports);
    ispy_import *imports = ispy_walk_alloc(walk, walk->import_count, sizeof *imports);
    if (imports != NULL) {
        memcpy(imports, walk->imports, walk->import_count * sizeof *imports);
        module->imports = imports;
        module->import_count = walk->import_count;
    }
}

static void give_dunder_all(ispy_walk *walk, ispy_module *module) {
    const ispy_binding *binding = ispy_scope_find(&module->scope, ispy_str_literal("__all__"));
    if (binding == NULL) {
        return;
    }
    const ispy_definition *only = binding->candidates[0];
    bool certain = binding->count == 1 && !binding->may_be_absent && only->kind == ISPY_DEFINES_VARIABLE &&
                   only->as.variable->value != NULL;
    module->dunder_all = certain ? only->as.variable->value : ispy_literal_dynamic(walk, ISPY_REASON_CONDITIONAL);
}

int ispy_walk_tree(ispy_walk *walk, PyObject *tree, bool is_stub, ispy_module *module) {
    walk->builder = ispy_builder_new(walk->arena);
    walk->kept = PyList_New(0);
    if (walk->builder == NULL) {
        ispy_walk_nomem(walk);
    } else if (walk->kept == NULL) {
        ispy_walk_fail(walk);
    }
    for (uint32_t i = 0; i < walk->source.mark_count; i++) {
        walk->words |= walk->source.marks[i].words;
    }
    PyObject *body = ispy_node_get(walk, tree, FIELD_body);
    if (!is_stub && !walk->failed) {
        bind_implicit_names(walk, body);
    }
    (void)ispy_visit_block(walk, body);
    if (!walk->failed) {
        settle_functions(walk);
    }
    if (!walk->failed && ispy_builder_pop(walk->builder, &module->scope) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    if (!walk->failed) {
        give_imports(walk, module);
        give_dunder_all(walk, module);
        ispy_give_patches(walk, module);
    }
    ispy_builder_free(walk->builder);
    ispy_walk_names_clear(walk);
    PyMem_Free(walk->imports);
    PyMem_Free(walk->functions.items);
    PyMem_Free(walk->plain_functions.items);
    PyMem_Free(walk->tainted.items);
    PyMem_Free(walk->class_globals.items);
    PyMem_Free(walk->patches.names);
    Py_CLEAR(walk->kept);
    return walk->failed ? -1 : 0;
}

/* ---- The way in ---- */

static int set_unreadable(ispy_module *module, ispy_arena *arena, const char *sentence, ispy_span at) {
    module->unreadable_at = at;
    if (ispy_arena_str(&module->unreadable, arena, sentence, strlen(sentence)) != ISPY_OK) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int name_module(ispy_module *module, ispy_arena *arena, PyObject *path, PyObject *name, bool is_package) {
    module->is_package = is_package;
    if (name != NULL && ispy_str_from_unicode(&module->name, name, arena) < 0) {
        return -1;
    }
    return path != NULL && PyUnicode_Check(path) ? ispy_str_from_unicode(&module->path, path, arena) : 0;
}

static int walk_source(ispy_ast_api *api, ispy_arena *arena, PyObject *source_bytes, PyObject *name, PyObject *tree,
                       ispy_module *module) {
    ispy_span nowhere = {0, 0, 0};
    ispy_walk walk;
    memset(&walk, 0, sizeof walk);
    walk.api = api;
    walk.arena = arena;
    walk.module_name = name;
    walk.is_package = module->is_package;
    int result = ispy_source_text_load(&walk.source, arena, source_bytes);
    module->source = walk.source.text;
    if (result > 0) {
        result = set_unreadable(module, arena, "its text cannot be decoded as Python decodes it", nowhere);
    } else if (result == 0) {
        result = ispy_source_text_index(&walk.source);
        if (result == 0) {
            result = ispy_walk_tree(&walk, tree, false, module);
        }
        if (result == 0 && walk.too_deep) {
            result = set_unreadable(module, arena, "its statements are nested too deeply", walk.too_deep_at);
        }
    }
    ispy_source_text_clear(&walk.source);
    return result;
}

/* Line `number` (from 1) of `text`; data == NULL: there is none. */
static ispy_str line_of(ispy_str text, uint32_t number) {
    const char *begin = text.data;
    const char *end = text.data + text.length;
    while (number > 1 && begin != NULL) {
        begin = memchr(begin, '\n', (size_t)(end - begin));
        begin = begin != NULL ? begin + 1 : NULL;
        number--;
    }
    ispy_str line = {begin, 0, 0};
    if (begin != NULL) {
        const char *stop = memchr(begin, '\n', (size_t)(end - begin));
        line.length = (uint32_t)((stop != NULL ? stop : end) - begin);
    }
    return line;
}

static uint32_t column_of_byte(ispy_str line, uint32_t byte) {
    ispy_str before = {line.data, byte < line.length ? byte : line.length, 0};
    return ispy_str_columns(before) + 1;
}

/* Before Python 3.13 the offset of a syntax error counts bytes where it should count characters, but not always. What
 * lies behind the end of the line can only be such a one. */
static ispy_span fit_place(ispy_str text, ispy_span at) {
    ispy_str line = text.data != NULL && at.line > 0 ? line_of(text, at.line) : text;
    if (line.data == NULL || at.line == 0) {
        return at;
    }
    uint32_t end = ispy_str_columns(line) + 1;
    if (at.column > end) {
        uint32_t stop = column_of_byte(line, at.column + at.length - 1);
        at.column = column_of_byte(line, at.column - 1);
        at.length = at.length > 0 ? stop - at.column : 0;
    }
    if (at.length > end - at.column) {
        at.length = end - at.column;
    }
    return at;
}

static int extract(ispy_ast_api *api, ispy_arena *arena, PyObject *source_bytes, PyObject *path, PyObject *module_name,
                   bool is_package, const ispy_module **out, PyObject **tree_out) {
    ispy_span nowhere = {0, 0, 0};
    PyObject *tree = NULL; /* owned */
    *out = NULL;
    if (tree_out != NULL) {
        *tree_out = NULL;
    }
    Py_ssize_t size = PyBytes_Size(source_bytes);
    ispy_module *module = size >= 0 ? ispy_arena_alloc(arena, sizeof *module) : NULL;
    if (size >= 0 && module == NULL) {
        PyErr_NoMemory();
    }
    if (module == NULL || name_module(module, arena, path, module_name, is_package) < 0) {
        return -1;
    }
    int result = 0;
    if (size > ISPY_EXTRACT_MAX_SOURCE) {
        char sentence[128];
        PyOS_snprintf(sentence, sizeof sentence, "it has %zd bytes; sources over %d bytes are not validated", size,
                      (int)ISPY_EXTRACT_MAX_SOURCE);
        result = set_unreadable(module, arena, sentence, nowhere);
    } else {
        ispy_parse_failure failure;
        result = ispy_parse(api, source_bytes, path, arena, &tree, &failure);
        if (result > 0) {
            module->unreadable = failure.sentence;
            module->unreadable_at = failure.at;
            result = ispy_source_text_decode(&module->source, arena, source_bytes) < 0 ? -1 : 0;
            module->unreadable_at = fit_place(module->source, failure.at);
        } else if (result == 0) {
            result = walk_source(api, arena, source_bytes, module_name, tree, module);
        }
    }
    if (result == 0) {
        *out = module;
        if (tree_out != NULL && module->unreadable.data == NULL) {
            *tree_out = tree;
            tree = NULL;
        }
    }
    Py_XDECREF(tree);
    return result;
}

/* A syntax tree is tens of thousands of objects without a cycle, all of which go at once: the collector would look
 * through them again and again, and find nothing. So it has a rest; no code of the module runs meanwhile. */
int ispy_extract_from_source(ispy_ast_api *api, ispy_arena *arena, PyObject *source_bytes, PyObject *path,
                             PyObject *module_name, bool is_package, const ispy_module **out, PyObject **tree_out) {
    int collects = PyGC_Disable();
    int status = extract(api, arena, source_bytes, path, module_name, is_package, out, tree_out);
    if (collects) {
        PyGC_Enable();
    }
    return status;
}
