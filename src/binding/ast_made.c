/* Whether a computed value may be a class or function that the module makes: Plugin = make_plugin(). What code from
 * elsewhere makes bears that code's __module__, but for the few things below that make classes in the caller's name.
 * Must not know: what asks. */
#include "binding/ast_walk.h"

#include <string.h>

/* Modules of the standard library whose functions give neither classes nor functions of their caller's. */
static bool is_harmless_module(ispy_str module) {
    static const char *const names[] = {
        "logging", "re",      "os",     "os.path", "pathlib",  "datetime", "time",     "struct",  "json",
        "string",  "decimal", "uuid",   "random",  "locale",   "gettext",  "socket",   "weakref", "argparse",
        "shutil",  "hashlib", "base64", "math",    "platform", "tempfile", "textwrap", "sys",     "fractions",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(module, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

/* NamedTuple("P", ...) and its like. */
static bool makes_classes(ispy_str name) {
    static const char *const names[] = {"NamedTuple", "TypedDict", "NewType", "Enum",     "IntEnum",
                                        "StrEnum",    "Flag",      "IntFlag", "ReprEnum", "Protocol"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(name, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

/* Imported: the name of a class, by custom, or a function of a module that is known. */
static bool is_harmless_import(const ispy_import *import, ispy_str dotted) {
    size_t start = dotted.length;
    while (start > 0 && dotted.data[start - 1] != '.') {
        start--;
    }
    bool is_attribute = start > 0;
    if (is_attribute && import->name.data == NULL && import->level == 0 && is_harmless_module(import->module)) {
        return true;
    }
    if (!is_attribute && import->level == 0 && is_harmless_module(import->module)) {
        return true;
    }
    ispy_str last = is_attribute ? ispy_str_of(dotted.data + start, dotted.length - start) : import->name;
    return last.data != NULL && last.data[0] >= 'A' && last.data[0] <= 'Z' && !makes_classes(last);
}

static bool is_harmless_builtin(PyObject *head) {
    static const char *const names[] = {"int",   "str",  "float", "bool", "bytes",  "list",      "dict", "tuple",
                                        "set",   "len",  "open",  "sum",  "range",  "repr",      "abs",  "frozenset",
                                        "round", "hash", "id",    "ord",  "object", "isinstance"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_is_text(head, names[i])) {
            return true;
        }
    }
    return false;
}

/* The name that "a.b.c" begins with; NULL: something else. */
static PyObject *head_of(ispy_walk *walk, PyObject *node) {
    for (int depth = 0; depth < MAX_EXPRESSION_DEPTH && ispy_node_kind(walk, node) == NODE_Attribute; depth++) {
        node = ispy_node_get(walk, node, FIELD_value);
    }
    return ispy_node_kind(walk, node) == NODE_Name ? node : NULL;
}

/* What hangs on an import was made where the import leads. */
static bool is_foreign_attribute(ispy_walk *walk, PyObject *node) {
    PyObject *head = head_of(walk, node);
    const ispy_definition *definition =
        head != NULL ? ispy_find_certain(walk, ispy_node_get(walk, head, FIELD_id)) : NULL;
    return definition != NULL && definition->kind == ISPY_DEFINES_IMPORT;
}

static bool is_harmless_call(ispy_walk *walk, PyObject *callee) {
    PyObject *head = head_of(walk, callee);
    ispy_binding binding;
    if (head == NULL) {
        return false;
    }
    if (!ispy_find(walk, ispy_node_get(walk, head, FIELD_id), &binding)) {
        const ispy_name *name = ispy_walk_name(walk, ispy_node_get(walk, head, FIELD_id));
        return head == callee && name != NULL && name->state == NAME_UNBOUND && walk->space == SPACE_MODULE &&
               is_harmless_builtin(ispy_node_get(walk, head, FIELD_id));
    }
    const ispy_definition *definition = binding.candidates[0];
    if (binding.count != 1 || definition->kind != ISPY_DEFINES_IMPORT) {
        return false;
    }
    return is_harmless_import(definition->as.import, ispy_node_dotted(walk, callee));
}

bool ispy_makes_object(ispy_walk *walk, PyObject *value) {
    switch (ispy_node_kind(walk, value)) {
    case NODE_Call:
        return is_harmless_call(walk, ispy_node_get(walk, value, FIELD_func));
    case NODE_Attribute:
        return is_foreign_attribute(walk, value);
    case NODE_BinOp:
    case NODE_UnaryOp:
    case NODE_Compare:
    case NODE_JoinedStr:
    case NODE_List:
    case NODE_Tuple:
    case NODE_Set:
    case NODE_Dict:
    case NODE_ListComp:
    case NODE_SetComp:
    case NODE_DictComp:
    case NODE_GeneratorExp:
    case NODE_Constant:
        return true;
    default:
        return false;
    }
}
