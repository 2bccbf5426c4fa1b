/* Looking at a live module: what the files of the live extractor share.
 *
 *     live_extract.c    the way in: the namespace of a module
 *     live_class.c      classes: everything along the MRO
 *     live_function.c   functions and other callables
 *     live_type.c       annotations as text
 *
 * Looking runs as little of the module's code as can be: namespaces are read as dictionaries, types by the descriptors
 * of `type` itself, values by their exact type. What is left: a module-level __getattr__ is asked for the names in
 * __all__, inspect.signature is asked about callables that are no plain functions, Python 3.14 evaluates
 * annotations when they are read, and 3.15 carries out lazy imports. What raises there is unknown, no error. Reports as
 * everywhere: 0, or -1 with an exception.
 */
#ifndef ISPY_BINDING_LIVE_H
#define ISPY_BINDING_LIVE_H

#include "binding/extract.h"

#include <importspy/builder.h>

enum {
    LIVE_MAX_WRAPPED = 32, /* __wrapped__ within __wrapped__ */
    LIVE_MAX_NESTED_CLASSES = 8,
    LIVE_MAX_ASKED = 4096, /* names that __getattr__ is asked for */
    LIVE_LITERAL_DEPTH = 16,
    LIVE_LITERAL_ITEMS = 10000
};

/* A callable that was described already: classes share what they inherit. */
typedef struct ispy_described {
    PyObject *callable; /* owned, so that its address stays its own */
    ispy_method_kind kind;
    unsigned parts; /* of a property */
    const ispy_function *function;
} ispy_described;

/* A class that was described already: two names may stand for one. */
typedef struct ispy_known_class {
    PyObject *type; /* owned */
    const ispy_class *klass;
} ispy_known_class;

typedef struct ispy_live {
    ispy_ast_api *api;
    ispy_arena *arena;
    ispy_builder *builder;
    const ispy_module *source; /* what the source says, or NULL */
    PyObject *name;            /* borrowed, or NULL: the module's */
    PyObject *signature;       /* owned: inspect.signature, or NULL: not looked for yet */
    PyObject *empty;           /* owned: inspect.Parameter.empty */
    bool no_signature;         /* inspect cannot be had */
    ispy_described *described; /* owned; open addressing */
    uint32_t described_count;
    uint32_t described_size;   /* a power of two, or 0 */
    ispy_known_class *classes; /* owned; those of the module's own namespace */
    uint32_t class_count;
    uint32_t class_capacity;
} ispy_live;

/* After an exception that the looked-at object can be the cause of: cleared, true. Others stay set. */
bool ispy_live_forgive(void);
int ispy_live_nomem(void);
/* A str as a text in the arena. */
int ispy_live_text(const ispy_live *live, ispy_str *out, PyObject *text);
/* Lent value of a dictionary, or NULL without an exception. Reads subclasses of dict as plain ones. */
PyObject *ispy_live_item(const ispy_live *live, PyObject *dict, live_name key);
/* An annotation dictionary that belongs to a namespace (of a module or a class), owned; NULL without an exception where
 * there is none, or where it cannot be had. */
PyObject *ispy_live_annotations(const ispy_live *live, PyObject *owner, PyObject *namespace);

/* ---- live_extract.c ---- */

/* Binds `name` to what describes `value` in the builder's current scope. `annotations` may be NULL. `source` says where
 * the source defines these names, or NULL. `depth`: 0 at module level, else how many classes are around. */
int ispy_live_bind(ispy_live *live, PyObject *name, PyObject *value, PyObject *annotations, const ispy_scope *source,
                   int depth);
/* Binds the names that are annotated, and have no value in `namespace`. */
int ispy_live_bind_annotated(ispy_live *live, PyObject *annotations, PyObject *namespace, const ispy_scope *source);

/* ---- live_class.c ---- */

int ispy_live_class(ispy_live *live, const ispy_class **out, PyObject *type, const ispy_class *source, int depth);
bool ispy_live_find_class(const ispy_live *live, PyObject *type, const ispy_class **out);
int ispy_live_keep_class(ispy_live *live, PyObject *type, const ispy_class *klass);
void ispy_live_classes_clear(ispy_live *live);
/* module.qualname of a type, whatever its metaclass says. */
int ispy_live_type_name(const ispy_live *live, ispy_str *out, PyObject *type);
PyObject *ispy_type_get(const ispy_live *live, PyObject *descriptor,
                        PyObject *type); /* owned; NULL, maybe an exception */

/* ---- live_function.c ---- */

/* Whether the value is a plain function, or one of the wrappers that classes hold; what it wraps and as which kind. */
typedef struct ispy_callable {
    PyObject *function; /* owned, or NULL: a property without a getter */
    ispy_method_kind kind;
    unsigned parts; /* of a property: LIVE_HAS_SETTER, ... */
} ispy_callable;

enum { LIVE_HAS_SETTER = 1, LIVE_HAS_DELETER = 2, LIVE_IS_CACHED = 4 };

/* 1: a callable; 0: something else; -1. `name` matters for methods like __new__. */
int ispy_live_unwrap(const ispy_live *live, ispy_callable *out, PyObject *name, PyObject *value, int depth);
int ispy_live_function(ispy_live *live, const ispy_function **out, const ispy_callable *callable);
void ispy_live_functions_clear(ispy_live *live);

/* ---- live_type.c ---- */

/* An annotation as text, names of types qualified. `globals` resolves names in texts; it may be NULL. 1: done; 0:
 * nobody can say; -1. */
int ispy_live_annotation(const ispy_live *live, ispy_str *out, PyObject *annotation, PyObject *globals);

#endif
