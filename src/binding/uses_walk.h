/* What the files behind uses.h share.
 *
 *     uses.c          the way in; what is made of each mention
 *     uses_walk.c     through the tree once: scopes, what is bound in them, what is mentioned
 *     uses_import.c   imports as statements and as calls
 *     uses_bind.c     scopes and bindings
 *     uses_buffer.c   bytes that grow
 *     uses_resolve.c  what an expression stands for
 *     uses_text.c     texts that are put together of constants
 *
 * Everything is bound before anything is looked up, so that the order of the text does not count. The tree is the
 * walk's alone: what a node holds is lent. Failure is sticky, as in ast_walk.h. */
#ifndef ISPY_BINDING_USES_WALK_H
#define ISPY_BINDING_USES_WALK_H

#include "binding/ast_walk.h"

enum {
    USES_NOTHING = 0,        /* the end of a list; index 0 of each table is taken by nobody */
    USES_MAX_ORIGINS = 16,   /* that one name may stand for */
    USES_MAX_DEPTH = 40,     /* of expressions and aliases that are looked through */
    USES_MAX_TEXT_DEPTH = 3, /* of exec("exec('...')") */
    USES_MAX_FOLDED = 1000,  /* bytes of a text that is put together */
    USES_MAX_STEPS = 10000   /* for one mention: expressions that are looked at */
};

typedef enum uses_scope_kind {
    USES_MODULE,
    USES_CLASS,
    USES_ATTRIBUTES, /* self.NAME, of the class before it */
    USES_FUNCTION,
    USES_COMPREHENSION
} uses_scope_kind;

typedef struct uses_scope {
    uses_scope_kind kind;
    uint32_t parent;
    PyObject *self; /* borrowed: the first parameter of a method, or NULL */
} uses_scope;

typedef enum uses_bound {
    USES_BOUND_ORIGIN,   /* an import: `origin` */
    USES_BOUND_ALIAS,    /* what the expression `node` stands for in `scope` */
    USES_BOUND_CLASS,    /* a class whose body is `scope` */
    USES_BOUND_OTHER,    /* something of the module's own, or nobody knows */
    USES_BOUND_GLOBAL,   /* "global x" */
    USES_BOUND_NONLOCAL, /* "nonlocal x" */
    USES_BOUND_ELEMENT   /* an item of the literal `node` */
} uses_bound;

typedef struct uses_binding {
    uint32_t next;
    uses_bound kind;
    uint32_t scope;
    PyObject *node; /* borrowed */
    ispy_str origin;
} uses_binding;

/* What an expression may stand for. */
typedef struct uses_origin {
    ispy_str name; /* qualified: "os.system", "builtins.eval" */
    bool below;    /* something below it */
    bool star;     /* if a star import has brought it in */
} uses_origin;

typedef struct uses_set {
    uses_origin items[USES_MAX_ORIGINS];
    uint32_t count;
    bool other; /* or something else */
    bool maybe; /* by way of what may have been changed elsewhere */
    bool busy;  /* being found out */
} uses_set;

typedef struct uses_slot {
    PyObject *name; /* borrowed, interned */
    uint32_t scope;
    uint32_t first;  /* binding; 0: the slot is free */
    uses_set *known; /* in the arena; NULL: not asked for yet */
} uses_slot;

/* A condition under which code does not run when the module is imported. */
typedef struct uses_guard {
    PyObject
        *node; /* borrowed: what may be TYPE_CHECKING; NULL: a constant that is false, or a comparison of __name__ */
    uint32_t scope;
    uint32_t parent;
    uint32_t flag; /* ISPY_USE_TYPE_CHECKING or ISPY_USE_MAIN */
    int holds;     /* -1: not asked for yet */
} uses_guard;

typedef enum uses_role {
    USES_VALUE,   /* handed on */
    USES_ALIASED, /* bound to a name that is looked through */
    USES_CALLED,
    USES_NOTED,  /* neither: a type in "except", an annotation, the object of an attribute */
    USES_STORED, /* an attribute that is assigned to */
    USES_STATEMENT
} uses_role;

typedef struct uses_item {
    PyObject *node;  /* borrowed */
    PyObject *place; /* borrowed: the call whose text this comes from; NULL: the node has its own place */
    uint32_t scope;
    uint32_t guard;
    uint32_t flags; /* ISPY_USE_... */
    uses_role role;
    uint32_t text_depth;
    bool postponed; /* an annotation */
    bool expanded;  /* a call of exec whose text has been walked through */
} uses_item;

typedef struct uses_items {
    uses_item *items; /* owned */
    uint32_t count;
    uint32_t capacity;
} uses_items;

/* Bytes that grow; failure is sticky. */
typedef struct uses_buffer {
    char *data; /* owned */
    size_t length;
    size_t capacity;
    bool failed;
} uses_buffer;

typedef struct uses_walk {
    ispy_walk walk; /* nodes, places, identifiers; its builder is not used */
    ispy_module *module;
    ispy_str package; /* data == NULL: not known */
    bool annotations_run;
    uint32_t steps; /* since the mention at hand was begun */
    uses_items stack;
    uses_items mentions;
    ispy_pointers children; /* scratch */
    uses_scope *scopes;     /* owned */
    uint32_t scope_count, scope_capacity;
    uses_binding *bindings; /* owned */
    uint32_t binding_count, binding_capacity;
    uses_slot *slots; /* owned */
    uint32_t slot_count, slots_used;
    uses_guard *guards; /* owned */
    uint32_t guard_count, guard_capacity;
    ispy_str *stars; /* owned; modules of star imports at module level */
    uint32_t star_count, star_capacity;
    bool reaches_namespace; /* something sets names of the module behind our back */
    bool patches_typing;    /* typing.TYPE_CHECKING is assigned to */
    uint32_t *name_slots;   /* owned: index + 1 of a name in `out_names`, 0: free */
    uint32_t name_slot_count;
    uses_buffer out_names; /* ispy_str, one after the other */
    uses_buffer out;       /* ispy_use, likewise */
    uint32_t out_name_count, out_count;
} uses_walk;

/* ---- uses_buffer.c ---- */

void ispy_uses_append(uses_buffer *buffer, const void *data, size_t length);
void ispy_uses_append_str(uses_buffer *buffer, ispy_str text);
void ispy_uses_buffer_free(uses_buffer *buffer);
/* As a text in the arena; the buffer is empty then. */
ispy_str ispy_uses_take(uses_walk *u, uses_buffer *buffer);

/* ---- uses_bind.c ---- */

/* Grows an array by one; false: the walk has failed. `array` is the address of the pointer. */
bool ispy_uses_grow(uses_walk *u, void *array, uint32_t count, uint32_t *capacity, size_t size);
uint32_t ispy_uses_scope(uses_walk *u, uses_scope_kind kind, uint32_t parent);
PyObject *ispy_uses_intern(uses_walk *u, const char *name); /* kept by the walk; NULL: failed */
void ispy_uses_bind(uses_walk *u, uint32_t scope, PyObject *name, uses_binding binding);
void ispy_uses_bind_other(uses_walk *u, uint32_t scope, PyObject *name);
/* `value` NULL: nobody knows. */
void ispy_uses_bind_target(uses_walk *u, uint32_t scope, PyObject *target, PyObject *value);
/* for TARGET in `iterated`. */
void ispy_uses_bind_loop(uses_walk *u, uint32_t scope, PyObject *target, PyObject *iterated, uint32_t outer);
void ispy_uses_bind_pattern(uses_walk *u, uint32_t scope, PyObject *pattern, PyObject *subject);
uses_slot *ispy_uses_find(uses_walk *u, uint32_t scope, PyObject *name); /* NULL: not bound there */
/* Where the name is bound, seen from `scope`; NULL: nowhere in the module. */
uses_slot *ispy_uses_lookup(uses_walk *u, uint32_t scope, PyObject *name);

/* ---- uses_walk.c ---- */

/* Goes through what is on the stack. */
void ispy_uses_visit(uses_walk *u);
void ispy_uses_push(uses_walk *u, const uses_item *like, PyObject *node, uses_role role);
void ispy_uses_push_block(uses_walk *u, const uses_item *like, PyObject *statements);
bool ispy_uses_mention(uses_walk *u, const uses_item *item);

/* ---- uses_import.c ---- */

/* "pkg.mod" of level 1 and "mod"; begins with dots where the package is not known. */
ispy_str ispy_uses_absolute(uses_walk *u, long level, ispy_str module);
ispy_str ispy_uses_join(uses_walk *u, ispy_str before, ispy_str after); /* "a.b" */
void ispy_uses_bind_imports(uses_walk *u, const uses_item *item, node_kind kind);
void ispy_uses_emit_import(uses_walk *u, const uses_item *item, node_kind kind);
/* What a call of `function` imports, if it is a function that imports. */
void ispy_uses_emit_import_call(uses_walk *u, const uses_item *item, const uses_origin *function, uint32_t flags);
/* Whether whoever has the function can import, or execute, what he likes. */
bool ispy_uses_is_importer(ispy_str function);
bool ispy_uses_runs_text(ispy_str function);
/* What such a call gives: true where it is one. */
bool ispy_uses_resolve_import_call(uses_walk *u, PyObject *call, uint32_t scope, ispy_str function, uses_set *out);

/* ---- uses_resolve.c ---- */

#define USES_GLOBALS "<globals>" /* stands for the namespace of the module itself */

void ispy_uses_resolve(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_set *out);
bool ispy_uses_set_has(const uses_set *set, const char *name);
bool ispy_uses_guard_holds(uses_walk *u, uint32_t guard);

/* ---- uses_text.c ---- */

typedef enum uses_fold { USES_FOLD_NONE, USES_FOLD_PREFIX, USES_FOLD_ALL } uses_fold;

/* Appends what is known of the text's beginning. */
uses_fold ispy_uses_fold(uses_walk *u, PyObject *node, uint32_t scope, int depth, uses_buffer *out);
/* As an ispy_str in the arena. */
uses_fold ispy_uses_text(uses_walk *u, PyObject *node, uint32_t scope, ispy_str *out);
/* The argument at `position`, or by keyword; NULL: there is none. `*unknown` where * or ** may bring it. */
PyObject *ispy_uses_argument(uses_walk *u, PyObject *call, Py_ssize_t position, const char *keyword, bool *unknown);

/* ---- uses.c ---- */

ispy_use *ispy_uses_emit(uses_walk *u, ispy_use_kind kind, const uses_item *item, PyObject *place, ispy_str name,
                         ispy_str part, uint32_t flags);

#endif
