/* What the extractors need of one interpreter: the node types of its syntax tree, names of fields, what a branch at
 * module level may ask about the place where it runs. Built once, never changed after; the module's state embeds it.
 * Must not know: what is extracted.
 */
#ifndef ISPY_BINDING_AST_API_H
#define ISPY_BINDING_AST_API_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>

typedef enum node_kind {
    NODE_NONE, /* None, or anything else that is no node */
#define NODE(name) NODE_##name,
#include "binding/ast_kinds.def"
#undef NODE
    NODE_KIND_COUNT
} node_kind;

typedef enum node_field {
#define FIELD(name) FIELD_##name,
#include "binding/ast_fields.def"
#undef FIELD
    FIELD_COUNT
} node_field;

typedef enum known_id {
#define KNOWN(id, module, attribute, role) KNOWN_##id,
#include "binding/ast_known.def"
#undef KNOWN
    KNOWN_COUNT,
    KNOWN_NOTHING = KNOWN_COUNT
} known_id;

typedef enum live_name {
#define NAME(id, text) LIVE_##id,
#include "binding/live_names.def"
#undef NAME
    LIVE_NAME_COUNT
} live_name;

enum { NODE_TABLE_SIZE = 256 }; /* a power of two, more than twice NODE_KIND_COUNT */

typedef struct node_slot {
    PyObject *type; /* borrowed from ispy_ast_api.types */
    node_kind kind;
} node_slot;

typedef struct ispy_ast_api {
    PyObject *types[NODE_KIND_COUNT]; /* owned; NULL where this Python has no such node */
    PyObject *fields[FIELD_COUNT];    /* owned, interned */
    PyObject *known[KNOWN_COUNT];     /* owned, interned: the attribute's name */
    PyObject *live[LIVE_NAME_COUNT];  /* owned, interned: for live objects */
    node_slot table[NODE_TABLE_SIZE]; /* type -> kind, open addressing */
    PyObject *compile;                /* owned: builtins.compile as it was at init */
    PyObject *kwnames;                /* owned: keyword arguments of `compile` that never change */
    PyObject *version_info;           /* owned: a plain tuple */
    PyObject *hexversion;             /* owned */
    PyObject *platform;               /* owned: sys.platform */
    PyObject *byteorder;              /* owned */
    PyObject *maxsize;                /* owned */
    PyObject *implementation;         /* owned: sys.implementation.name */
    PyObject *os_name;                /* owned: os.name */
    PyObject *function_type;          /* owned: of def and lambda */
    PyObject *static_method;          /* owned: builtins.staticmethod */
    PyObject *class_method;           /* owned: builtins.classmethod */
    PyObject *generic_alias;          /* owned: of list[int] */
    PyObject *union_type;             /* owned: of int | None */
    PyObject *lazy_import;            /* owned: of what a lazy import leaves in a namespace; NULL before 3.15 */
    PyObject *type_dict;              /* owned: descriptors of `type`, which no metaclass comes between */
    PyObject *type_mro;
    PyObject *type_qualname;
    PyObject *type_module;
    long optimize; /* sys.flags.optimize */
} ispy_ast_api;

/* 0, or -1 with an exception; ispy_ast_api_clear is right after both. `module` is not kept. Imports `_ast` (built in)
 * only. */
int ispy_ast_api_init(ispy_ast_api *api, PyObject *module);
int ispy_ast_api_traverse(ispy_ast_api *api, visitproc visit, void *arg);
void ispy_ast_api_clear(ispy_ast_api *api);

#endif
