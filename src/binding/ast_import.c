/* Imports: what they bind, and the list of all of them.
 *
 * Importing a submodule of a package also binds it in the package, so that "from .impl import Plugin" in an __init__.py
 * makes a name `impl` there. That it was imported before, by way of another module, cannot be told; then the name was
 * bound earlier and stays as it is. */
#include "binding/ast_walk.h"

#include <string.h>

static const ispy_import *keep_import(ispy_walk *walk, const ispy_import *import) {
    if (walk->import_count == walk->import_capacity) {
        uint32_t capacity = walk->import_capacity * 2 + 32;
        ispy_import *grown = PyMem_Realloc(walk->imports, capacity * sizeof *grown);
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return NULL;
        }
        walk->imports = grown;
        walk->import_capacity = capacity;
    }
    walk->imports[walk->import_count++] = *import;
    ispy_import *copy = ispy_walk_alloc(walk, 1, sizeof *copy);
    if (copy != NULL) {
        *copy = *import;
    }
    return copy;
}

static ispy_str up_to_dot(ispy_walk *walk, ispy_str dotted) {
    const char *dot = dotted.data != NULL ? memchr(dotted.data, '.', dotted.length) : NULL;
    if (dot != NULL && ispy_arena_str(&dotted, walk->arena, dotted.data, (size_t)(dot - dotted.data)) != ISPY_OK) {
        ispy_walk_nomem(walk);
    }
    return dotted;
}

/* One alias of a statement. */
typedef struct imported {
    ispy_import import;
    PyObject *identifier; /* borrowed: the name that is bound, where it stands in the source as such */
} imported;

static imported read_alias(ispy_walk *walk, PyObject *statement, PyObject *alias, node_kind kind, bool in_function) {
    imported result;
    memset(&result, 0, sizeof result);
    ispy_import *import = &result.import;
    PyObject *name = ispy_node_get(walk, alias, FIELD_name);
    PyObject *asname = ispy_node_get(walk, alias, FIELD_asname);
    ispy_str text = ispy_walk_text(walk, name);
    import->has_alias = asname != Py_None;
    import->type_checking = walk->type_checking;
    import->in_function = in_function;
    import->conditional = walk->forks > 0;
    import->at = ispy_node_span(walk, alias, ispy_str_columns(text));
    result.identifier = import->has_alias ? asname : name;
    if (kind == NODE_Import) {
        import->module = text;
        import->bound = import->has_alias ? ispy_walk_text(walk, asname) : up_to_dot(walk, text);
        return result;
    }
    PyObject *module = ispy_node_get(walk, statement, FIELD_module);
    import->module = module != Py_None ? ispy_walk_text(walk, module) : ispy_str_literal("");
    import->level = (uint32_t)ispy_node_number(walk, statement, FIELD_level);
    import->name = text;
    if (!(text.length == 1 && text.data[0] == '*')) {
        import->bound = ispy_walk_text(walk, result.identifier);
    }
    return result;
}

/* The bound name as an object of its own where the tree has only the whole dotted name. */
static PyObject *bound_identifier(ispy_walk *walk, const imported *one) {
    if (one->import.has_alias || one->import.name.data != NULL ||
        one->import.bound.length == one->import.module.length) {
        return one->identifier;
    }
    PyObject *identifier = one->import.bound.data != NULL ? PyUnicode_InternFromString(one->import.bound.data) : NULL;
    if (identifier == NULL || PyList_Append(walk->kept, identifier) < 0) {
        Py_XDECREF(identifier);
        ispy_walk_fail(walk);
        return one->identifier;
    }
    Py_DECREF(identifier);
    return identifier;
}

/* What the name stands for from now on, if it stood for nothing else before. */
static void note_known(ispy_walk *walk, const ispy_import *import, PyObject *identifier, const ispy_name *before) {
    ispy_name *name = ispy_walk_name(walk, identifier);
    if (name == NULL || import->level > 0 || import->module.data == NULL) {
        return;
    }
    ispy_name_state state = NAME_OTHER;
    const char *module = NULL;
    known_id known = KNOWN_NOTHING;
    if (import->name.data == NULL) {
        module = ispy_known_module(import->has_alias ? import->module.data : import->bound.data);
        state = module != NULL ? NAME_MODULE : NAME_OTHER;
    } else {
        module = ispy_known_module(import->module.data);
        known = module != NULL ? ispy_known_find(module, import->name.data) : KNOWN_NOTHING;
        state = known != KNOWN_NOTHING ? NAME_KNOWN : NAME_OTHER;
    }
    bool same = before->state == state && before->known == known && (state != NAME_MODULE || before->module == module);
    if (before->state == NAME_UNBOUND || same) {
        name->state = state;
        name->module = module;
        name->known = known;
    }
}

static void bind_import(ispy_walk *walk, const imported *one, const ispy_import *import) {
    PyObject *identifier = bound_identifier(walk, one);
    const ispy_name *name = ispy_walk_name(walk, identifier);
    if (name == NULL || import == NULL) {
        return;
    }
    ispy_name before = *name;
    ispy_definition *definition =
        ispy_define(walk, ISPY_DEFINES_IMPORT, ispy_walk_bound_text(walk, identifier), import->at);
    if (definition != NULL) {
        definition->as.import = import;
        ispy_bind(walk, definition, identifier);
    }
    if (walk->space == SPACE_MODULE && !walk->failed) {
        note_known(walk, import, identifier, &before);
    }
}

/* The submodule's name within this package, if the import names one: "impl" of ".impl.base" and of "pkg.impl". */
static ispy_str submodule_of(ispy_walk *walk, const ispy_import *import) {
    ispy_str none = {NULL, 0, 0};
    ispy_str module = import->module;
    if (import->level == 1 && module.length > 0) {
        return up_to_dot(walk, module);
    }
    Py_ssize_t length = 0;
    const char *own = walk->module_name != NULL ? PyUnicode_AsUTF8AndSize(walk->module_name, &length) : NULL;
    if (own == NULL || import->level > 0 || (Py_ssize_t)module.length <= length + 1 ||
        memcmp(module.data, own, (size_t)length) != 0 || module.data[length] != '.') {
        PyErr_Clear();
        return none;
    }
    return up_to_dot(walk, ispy_str_of(module.data + length + 1, module.length - (size_t)length - 1));
}

static void bind_submodule(ispy_walk *walk, const ispy_import *from) {
    ispy_str name = submodule_of(walk, from);
    ispy_binding binding;
    if (walk->failed || name.data == NULL || ispy_builder_find(walk->builder, name, &binding)) {
        return;
    }
    ispy_import *import = ispy_walk_alloc(walk, 1, sizeof *import);
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_IMPORT, name, from->at);
    PyObject *identifier = PyUnicode_InternFromString(name.data);
    if (identifier == NULL || PyList_Append(walk->kept, identifier) < 0) {
        ispy_walk_fail(walk);
    } else if (import != NULL && definition != NULL) {
        import->module = ispy_str_literal("");
        import->name = name;
        import->level = 1;
        import->bound = name;
        import->at = from->at;
        definition->as.import = import;
        ispy_bind(walk, definition, identifier);
    }
    Py_XDECREF(identifier);
}

/* Python 3.15: carried out when it is used, so that it binds no submodule when the package has run. */
static bool is_lazy(ispy_walk *walk, PyObject *node) {
    return walk->api->lazy_import != NULL && ispy_node_number(walk, node, FIELD_is_lazy) != 0;
}

void ispy_visit_import(ispy_walk *walk, PyObject *node, node_kind kind) {
    if (walk->space == SPACE_ATTRIBUTES) {
        return; /* local to the method; noted with its body */
    }
    PyObject *names = ispy_node_get(walk, node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names) && !walk->failed; i++) {
        imported one = read_alias(walk, node, ispy_list_item(names, i), kind, false);
        const ispy_import *import = keep_import(walk, &one.import);
        if (walk->is_package && walk->space == SPACE_MODULE && !is_lazy(walk, node)) {
            bind_submodule(walk, &one.import);
        }
        if (one.import.bound.data != NULL) {
            bind_import(walk, &one, import);
        } else if (!walk->failed) {
            ispy_open_scope(walk, ISPY_REASON_STAR_IMPORT, one.import.at);
        }
    }
}

void ispy_record_import(ispy_walk *walk, PyObject *node, node_kind kind, bool in_function) {
    PyObject *names = ispy_node_get(walk, node, FIELD_names);
    for (Py_ssize_t i = 0; i < ispy_list_count(names) && !walk->failed; i++) {
        imported one = read_alias(walk, node, ispy_list_item(names, i), kind, in_function);
        (void)keep_import(walk, &one.import);
    }
}
