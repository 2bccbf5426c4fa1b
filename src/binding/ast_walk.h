/* The walk over one syntax tree: what its files share.
 *
 *     ast_extract.c     the way in: parse, walk, put the module together
 *     ast_nodes.c       kinds and fields of nodes, places, pieces of source text
 *     ast_names.c       identifiers, and what the standard library's names stand for here
 *     ast_bind.c        definitions: making them, binding them
 *     ast_statements.c  blocks and the statements in them
 *     ast_branch.c      if, for, while, try, with, match
 *     ast_loop.c        names that a loop binds over and over
 *     ast_decide.c      conditions that the place of running decides
 *     ast_assign.c      assignments and their targets
 *     ast_made.c        whether a computed value may be a class or function of the module's
 *     ast_import.c      imports
 *     ast_literal.c     literal values
 *     ast_expression.c  what expressions do on the side: walrus, values that may be changed
 *     ast_namespace.c   ways to the module's namespace: globals(), sys.modules[__name__], exec
 *     ast_body.c        what the body of a function does on the side
 *     ast_change.c      lists and dictionaries that functions change
 *     ast_patch.c       attributes that code sets on classes from outside
 *     ast_function.c    functions and decorators
 *     ast_record.c      constructors that follow from fields: dataclasses and their like
 *     ast_class.c       classes; ast_instance.c: attributes of instances
 *
 * The tree belongs to the walk alone and nobody changes it, so that what a node holds is lent (borrowed references),
 * and dropped with the tree. Failure is sticky, as in ispy_text: after `failed` nothing is added and every function may
 * still be called; the way in asks once at the end. A Python exception is set from then on.
 */
#ifndef ISPY_BINDING_AST_WALK_H
#define ISPY_BINDING_AST_WALK_H

#include "binding/extract.h"
#include "binding/object_literal.h"
#include "binding/source_text.h"

#include <importspy/builder.h>

/* Whose names are bound. */
typedef enum ispy_space {
    SPACE_MODULE,
    SPACE_CLASS,
    SPACE_ATTRIBUTES /* in a method: self.NAME, or cls.NAME; local names are passed over */
} ispy_space;

typedef enum ispy_flow {
    FLOW_NEXT, /* goes on to the next statement, or nobody knows */
    FLOW_LEAVE /* does not reach its end */
} ispy_flow;

enum {
    MAX_STATEMENT_DEPTH = 128, /* Python's own limit is 100 levels of indentation */
    MAX_EXPRESSION_DEPTH = 64, /* deeper values are dynamic, deeper conditions undecided */
    MAX_FOLDED_ITEMS = 100000  /* copied in all while lists are added up */
};

/* What the walk knows of a name at module level, besides what the builder knows. Does not follow branches: all that was
 * ever bound to the name so far. */
typedef enum ispy_name_state {
    NAME_UNBOUND, /* so it is a builtin, if anything */
    NAME_MODULE,  /* a module of the standard library that ast_known.def speaks of */
    NAME_KNOWN,   /* something that ast_known.def speaks of */
    NAME_OTHER
} ispy_name_state;

typedef struct ispy_name {
    PyObject *key; /* borrowed from the tree; interned, so that its address stands for it */
    ispy_str text;
    ispy_name_state state;
    const char *module; /* of NAME_MODULE; static */
    known_id known;     /* of NAME_KNOWN */
    bool is_own_code;   /* a function or class of this module was bound to it */
    bool is_watched;    /* a list, set or dictionary was bound to it: see ast_change.c */
    bool is_nested;     /* ... that holds such things itself */
    bool is_global;     /* some function says `global` */
    uint32_t loops;     /* open loops that bind it, or change its value, over and over */
    ispy_span global_at;
} ispy_name;

typedef struct ispy_names {
    ispy_name *items; /* owned */
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots; /* owned; index + 1, 0: free */
    uint32_t slot_count;
} ispy_names;

typedef struct ispy_pointers {
    PyObject **items; /* owned; the objects are borrowed */
    uint32_t count;
    uint32_t capacity;
} ispy_pointers;

/* A method of the class that is being visited. */
typedef struct ispy_method {
    PyObject *node; /* borrowed */
    PyObject *self; /* borrowed: the name of its first parameter */
    ispy_str name;
    const ispy_function *function; /* what was made of it */
    ispy_method_kind kind;
    bool certain; /* under no condition, and as it stands there */
    bool opens;   /* sets attributes whose names nobody knows */
    ispy_span opens_at;
} ispy_method;

typedef struct ispy_methods {
    ispy_method *items; /* owned */
    uint32_t count;
    uint32_t capacity;
} ispy_methods;

/* Attributes that are set on what may be a class of the module. */
typedef struct ispy_patches {
    ispy_str *names; /* owned; the texts are in the arena */
    uint32_t count;
    uint32_t capacity;
    bool at_will; /* with a name that nobody knows */
} ispy_patches;

typedef struct ispy_walk {
    ispy_ast_api *api;
    ispy_arena *arena;
    ispy_builder *builder;
    ispy_source_text source;
    uint32_t words;        /* all that the source holds */
    PyObject *module_name; /* borrowed, or NULL */
    bool is_package;
    bool failed;
    bool too_deep;
    ispy_span too_deep_at;

    ispy_space space;
    ispy_str class_name;  /* of the class around, for private names; data == NULL: none */
    PyObject *owner_name; /* SPACE_ATTRIBUTES: "self"; NULL: any local name but `not_owner` */
    PyObject *not_owner;
    bool add_only;         /* what is bound adds to what is there: a method that may be called, or not */
    uint32_t forks;        /* open ones in this space */
    uint32_t depth;        /* of statements */
    bool loop_exits;       /* a break or continue was met in the loop around */
    bool binds_object;     /* what is bound next is no class and no function: ispy_makes_object() */
    bool returns;          /* SPACE_ATTRIBUTES: a return was met */
    ispy_methods *methods; /* SPACE_CLASS: where methods are gathered for ast_instance.c */

    ispy_names names;
    PyObject *kept;       /* owned: a list of objects that the tree does not hold */
    ispy_import *imports; /* owned; in the order in which they were met */
    uint32_t import_count;
    uint32_t import_capacity;
    ispy_pointers functions;       /* all that were visited: of the module, and methods */
    ispy_pointers plain_functions; /* those of the module, in the same order */
    ispy_pointers tainted;         /* names that the body of a class hands out */
    ispy_pointers class_globals;   /* SPACE_CLASS: names that are `global` in the body at hand */
    ispy_patches patches;          /* ast_patch.c */
    uint32_t folded_items;
    bool type_checking; /* inside "if TYPE_CHECKING" */
    bool any_watched;   /* of the names */
    bool any_alias;     /* a function or class has a second name */
    bool any_class;     /* the module defines one */
    bool own_code_runs; /* the module mentions its own functions or classes while it runs: they may be called */
    bool has_writer;    /* some function may write to the module's namespace */
    ispy_span writer_at;
    ispy_reason open_later; /* a class body changed the module's namespace */
    ispy_span open_later_at;
} ispy_walk;

/* ---- ast_nodes.c ---- */

node_kind ispy_node_kind(const ispy_walk *walk, PyObject *node);
/* Lent; Py_None where the field is missing (the walk has failed then). */
PyObject *ispy_node_get(ispy_walk *walk, PyObject *node, node_field field);
/* 0 for what is no list. */
Py_ssize_t ispy_list_count(PyObject *list);
PyObject *ispy_list_item(PyObject *list, Py_ssize_t index);               /* lent */
long ispy_node_number(ispy_walk *walk, PyObject *node, node_field field); /* 0 where it is no number */
/* From the node's beginning; `length` in code points. */
ispy_span ispy_node_span(ispy_walk *walk, PyObject *node, uint32_t length);
/* From the node's beginning to its end, or to the end of its first line. */
ispy_span ispy_node_extent(ispy_walk *walk, PyObject *node);
/* Of an identifier that the node ends with ("b" in "a.b"). */
ispy_span ispy_node_tail(ispy_walk *walk, PyObject *node, ispy_str identifier);
/* Of the name after "def" and "class". */
ispy_span ispy_node_name_span(ispy_walk *walk, PyObject *node, ispy_str name);
/* The source text of an expression, in the arena. */
ispy_str ispy_node_text(ispy_walk *walk, PyObject *node);
/* "a.b.c"; data == NULL for anything but a dotted name. Calls and subscripts are looked through. */
ispy_str ispy_node_dotted(ispy_walk *walk, PyObject *node);
ispy_reference ispy_node_reference(ispy_walk *walk, PyObject *node);
bool ispy_is_text(PyObject *object, const char *ascii); /* a str with that value */

void *ispy_walk_alloc(ispy_walk *walk, size_t count, size_t size); /* NULL: the walk has failed */
void ispy_walk_nomem(ispy_walk *walk);
void ispy_walk_fail(ispy_walk *walk);     /* a Python exception is set */
uint32_t ispy_str_columns(ispy_str text); /* code points */

bool ispy_pointers_push(ispy_walk *walk, ispy_pointers *pointers, PyObject *object);
void ispy_pointers_push_all(ispy_walk *walk, ispy_pointers *pointers, PyObject *list);

/* ---- ast_names.c ---- */

/* Valid until the next call; NULL: the walk has failed. */
ispy_name *ispy_walk_name(ispy_walk *walk, PyObject *identifier);
ispy_str ispy_walk_text(ispy_walk *walk, PyObject *identifier);
/* As it is bound: private names of a class get the class's name. */
ispy_str ispy_walk_bound_text(ispy_walk *walk, PyObject *identifier);
void ispy_walk_names_clear(ispy_walk *walk);
/* What an expression stands for, by the imports seen so far; KNOWN_NOTHING: anything. */
known_id ispy_walk_known(ispy_walk *walk, PyObject *node);
known_id ispy_known_find(const char *module, const char *attribute);
const char *ispy_known_module(const char *module); /* the static name of a module in ast_known.def, or NULL */

typedef enum known_role {
    ROLE_NONE,
    ROLE_KEEP,
    ROLE_WRAP,
    ROLE_STATIC,
    ROLE_CLASS,
    ROLE_PROPERTY,
    ROLE_OVERLOAD,
    ROLE_MANAGER,
    ROLE_ASYNC_MANAGER,
    ROLE_CLASS_KEEP,
    ROLE_FILL,
    ROLE_CONTEXT,
    ROLE_SUPPRESS,
    ROLE_PLAIN_MANAGER,
    ROLE_EXIT,
    ROLE_NAMESPACE,
    ROLE_RUN,
    ROLE_TYPE
} known_role;

known_role ispy_known_role(known_id id); /* ROLE_NONE for KNOWN_NOTHING */

/* ---- ast_bind.c ---- */

ispy_definition *ispy_define(ispy_walk *walk, ispy_definition_kind kind, ispy_str name,
                             ispy_span at); /* NULL: failed */
/* Binds in the space at hand. `identifier` is the name as the tree has it. */
void ispy_bind(ispy_walk *walk, const ispy_definition *definition, PyObject *identifier);
/* Whether the name is bound to nothing yet: only then may what it is bound to be a type alias for annotations before
 * and after. */
bool ispy_is_fresh(ispy_walk *walk, PyObject *identifier);
/* Notes on the variable that was just bound that `value` may be a type. */
void ispy_note_alias(ispy_walk *walk, PyObject *identifier, PyObject *value);
void ispy_bind_variable(ispy_walk *walk, PyObject *identifier, ispy_span at, ispy_str annotation,
                        const ispy_literal *value);
/* An attribute of instances that has no value yet. */
void ispy_bind_slot(ispy_walk *walk, ispy_str name, ispy_span at);
void ispy_unbind(ispy_walk *walk, PyObject *identifier);
/* The same for a name that is written as a text; false: `node` is no text. */
bool ispy_unbind_text(ispy_walk *walk, PyObject *node, bool certain);
/* "import pkg.mod as me" in pkg/mod.py. */
bool ispy_is_this_module(ispy_walk *walk, PyObject *identifier);
/* What is bound to the name here; true also fills `out`. Never in SPACE_ATTRIBUTES, whose names are others. */
bool ispy_find(ispy_walk *walk, PyObject *identifier, ispy_binding *out);
/* The one definition that is certainly bound to the name, or NULL. */
const ispy_definition *ispy_find_certain(ispy_walk *walk, PyObject *identifier);
/* Opens the module's scope, from within a class as well. */
void ispy_open_module(ispy_walk *walk, ispy_reason reason, ispy_span at);
/* Opens the scope at hand. */
void ispy_open_scope(ispy_walk *walk, ispy_reason reason, ispy_span at);
/* Whether an item can be changed in place. */
bool ispy_holds_changeable(const ispy_literal *literal);
/* The value that is bound to the name may have been changed in place. */
void ispy_taint(ispy_walk *walk, PyObject *identifier);
void ispy_fork(ispy_walk *walk);
void ispy_arm_begin(ispy_walk *walk, ispy_arm kind);
void ispy_join(ispy_walk *walk, bool exhaustive);
void ispy_leave(ispy_walk *walk);

/* ---- ast_statements.c, ast_branch.c, ast_assign.c, ast_import.c ---- */

ispy_flow ispy_visit_block(ispy_walk *walk, PyObject *statements);
ispy_flow ispy_visit_statement(ispy_walk *walk, PyObject *node);
ispy_flow ispy_visit_if(ispy_walk *walk, PyObject *node);
ispy_flow ispy_visit_loop(ispy_walk *walk, PyObject *node, node_kind kind);
ispy_flow ispy_visit_try(ispy_walk *walk, PyObject *node);
ispy_flow ispy_visit_with(ispy_walk *walk, PyObject *node);
ispy_flow ispy_visit_match(ispy_walk *walk, PyObject *node);
/* ast_made.c: whether what the expression gives is certainly no class and no function that code of the module makes. */
bool ispy_makes_object(ispy_walk *walk, PyObject *value);
void ispy_visit_assign(ispy_walk *walk, PyObject *node);
void ispy_visit_augmented(ispy_walk *walk, PyObject *node);
void ispy_visit_annotated(ispy_walk *walk, PyObject *node);
void ispy_visit_delete(ispy_walk *walk, PyObject *node);
/* A call as a statement of its own: X.append(...), X.extend(...) on a list that is known. false: nothing of the kind.
 */
bool ispy_visit_list_call(ispy_walk *walk, PyObject *call);
/* setattr(self, "x", ...) in a method, as a statement of its own. */
void ispy_visit_setattr(ispy_walk *walk, PyObject *call);
/* Binds a target whose value nobody knows: of for, with, import. */
void ispy_bind_target(ispy_walk *walk, PyObject *target);
void ispy_visit_import(ispy_walk *walk, PyObject *node, node_kind kind);
/* Notes what a statement imports without binding anything. */
void ispy_record_import(ispy_walk *walk, PyObject *node, node_kind kind, bool in_function);

/* ---- ast_loop.c ---- */

/* While a loop is visited, nothing is known of what it binds itself: a second turn may find another value there. */
void ispy_loop_enter(ispy_walk *walk, PyObject *node);
void ispy_loop_leave(ispy_walk *walk, PyObject *node);

/* ---- ast_decide.c ---- */

typedef enum ispy_decision { DECIDED_FALSE, DECIDED_TRUE, UNDECIDED } ispy_decision;

/* `type_checking` is set to true where TYPE_CHECKING had a say; it may be NULL. */
ispy_decision ispy_decide(ispy_walk *walk, PyObject *test, bool *type_checking);
/* The value of an expression of constants and facts of the place, as an owned object; NULL, without an exception, where
 * it has none. Always of an exact builtin type. */
PyObject *ispy_evaluate(ispy_walk *walk, PyObject *node, int depth);
/* The same for `left operation right`. */
PyObject *ispy_evaluate_binary(ispy_walk *walk, PyObject *left, node_kind operation, PyObject *right);

/* ---- ast_literal.c ---- */

/* Never NULL unless the walk has failed. */
const ispy_literal *ispy_literal_of(ispy_walk *walk, PyObject *node);
/* The same for a list that is copied from: a name stands for its items. */
const ispy_literal *ispy_literal_of_items(ispy_walk *walk, PyObject *node);
const ispy_literal *ispy_literal_dynamic(ispy_walk *walk, ispy_reason reason);
/* a + b for two lists or two tuples; NULL where that is too much. */
const ispy_literal *ispy_literal_concatenate(ispy_walk *walk, const ispy_literal *a, const ispy_literal *b);

/* ---- ast_expression.c ---- */

/* What evaluating the expression does on the side. `node` may be None or a list of expressions. */
void ispy_visit_expression(ispy_walk *walk, PyObject *node);
/* The same for an annotation, whose source text is given. Nearly all are names and subscripts, which do nothing. */
void ispy_visit_annotation(ispy_walk *walk, PyObject *node, ispy_str text);
/* Pushes what a node holds: statements and expressions, or statements only. */
void ispy_push_children(ispy_walk *walk, PyObject *node, node_kind kind, bool statements_only, ispy_pointers *stack);

/* ---- ast_namespace.c ---- */

/* How an expression reaches the module's namespace. */
typedef enum ispy_reach {
    REACH_NONE,
    REACH_GLOBALS, /* globals(): the namespace itself */
    REACH_LOCALS,  /* locals(), vars() */
    REACH_MODULE,  /* sys.modules[__name__]: the module */
    REACH_MODULES, /* sys.modules */
    REACH_VALUE    /* a name that is watched, which is read in the same ways */
} ispy_reach;

ispy_reach ispy_namespace_reach(ispy_walk *walk, PyObject *node, node_kind kind);
/* exec(text) and eval(text) without a namespace of their own. */
bool ispy_runs_text(ispy_walk *walk, PyObject *node, node_kind kind);
/* True where the node reads the namespace, and does not give it away; what else it holds is pushed. */
bool ispy_reads_namespace(ispy_walk *walk, PyObject *node, node_kind kind, ispy_pointers *stack);
/* A builtin that neither keeps nor changes what it is given: len, sorted, ...; a method of a constant: ", ".join. */
bool ispy_is_pure_builtin(ispy_walk *walk, PyObject *function);
/* A method that only reads: X.items(). */
bool ispy_is_reading_method(PyObject *name);

/* ---- ast_change.c ---- */

/* Taints the lists, sets and dictionaries that functions of the module may have changed while it ran. */
void ispy_visit_changes(ispy_walk *walk);

/* ---- ast_patch.c ---- */

/* Something that may be a class of the module was given an attribute. NULL: nobody knows which. */
void ispy_note_patch(ispy_walk *walk, PyObject *attribute);
/* What the module's functions may have set on classes while it ran. */
void ispy_visit_patches(ispy_walk *walk);
void ispy_give_patches(ispy_walk *walk, ispy_module *module);

/* ---- ast_body.c ---- */

typedef struct ispy_body_facts {
    bool is_generator;
    bool opens_attributes; /* sets attributes of `self` whose names nobody knows */
    ispy_span opens_at;
} ispy_body_facts;

/* `self`, the name of the first parameter, may be NULL. `may_write`: that it writes to the module's namespace matters.
 */
void ispy_visit_body(ispy_walk *walk, PyObject *function, PyObject *self, bool may_write, ispy_body_facts *out);
/* Notes the imports in statements that do not run. */
void ispy_record_imports(ispy_walk *walk, PyObject *statements);

/* ---- ast_function.c ---- */

void ispy_visit_function(ispy_walk *walk, PyObject *node, node_kind kind);
const ispy_function *ispy_function_of_lambda(ispy_walk *walk, PyObject *node);
ispy_reference *ispy_references_of(ispy_walk *walk, PyObject *expressions, uint32_t *count);

/* ---- ast_record.c ---- */

/* What constructor the class gets because of its fields. Asked for outside of its body. */
void ispy_class_fields(ispy_walk *walk, PyObject *node, ispy_class *klass);

/* ---- ast_class.c, ast_instance.c ---- */

ispy_flow ispy_visit_class(ispy_walk *walk, PyObject *node);
/* NAME.attribute = value, where NAME may be a class: a copy of the class takes its place. `attribute` NULL: nobody
 * knows which; `value` NULL: it is deleted. */
void ispy_class_assign(ispy_walk *walk, PyObject *class_identifier, PyObject *attribute, const ispy_literal *value,
                       ispy_span at);
/* What the methods set on the class (before its members are complete), and on its instances. */
void ispy_class_attributes(ispy_walk *walk, const ispy_methods *methods);
void ispy_instance_attributes(ispy_walk *walk, const ispy_methods *methods, const ispy_scope *members, ispy_class *out);
/* Another constructor takes the place of the one that was read: each attribute may be there or not. */
void ispy_forget_instance(ispy_walk *walk, ispy_scope *instance, ispy_span at);

/* ---- ast_extract.c ---- */

/* Walks the tree of a module (or of stub lines: without the names that every module has) and fills in scope and
 * imports. 0, or -1 with an exception; `walk->too_deep` says that the module is not to be relied upon. */
int ispy_walk_tree(ispy_walk *walk, PyObject *tree, bool is_stub, ispy_module *module);

#endif
