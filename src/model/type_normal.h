/* Annotations in normal form: names resolved, unions flattened, wrappers off.
 * Must not know: who compares them, what the outcome means. */
#ifndef ISPY_MODEL_TYPE_NORMAL_H
#define ISPY_MODEL_TYPE_NORMAL_H

#include "model/type_names.h"
#include "model/type_syntax.h"

typedef enum ispy_form {
    ISPY_FORM_NAMED,    /* `names`; `items` where `subscripted` */
    ISPY_FORM_NONE,     /* None */
    ISPY_FORM_UNION,    /* items: two or more, none of them a union; None comes last */
    ISPY_FORM_LITERAL,  /* value: Literal["a", "b"] is a union of two of these */
    ISPY_FORM_LIST,     /* items: [int, str] of a Callable */
    ISPY_FORM_UNPACK,   /* one item */
    ISPY_FORM_ELLIPSIS, /* ... */
    ISPY_FORM_OPAQUE    /* text */
} ispy_form;

/* One thing that a name may stand for. */
typedef struct ispy_type_name {
    ispy_str written;    /* as in the annotation */
    ispy_str qualified;  /* canonical; data == NULL: not known */
    ispy_type_role role; /* of `qualified` */
    bool is_standard;    /* of builtins, typing, or a module that typing's aliases stand for */
    bool is_certain;     /* of the module's side: resolved, not assumed */
    bool is_partial;     /* the beginning of `qualified` is not known */
    bool is_local;       /* a class of the module itself */
} ispy_type_name;

typedef struct ispy_type {
    ispy_form form;
    bool subscripted;
    bool is_member; /* NAMED: an enum's member within Literal[...] */
    const ispy_type_name *names;
    uint32_t name_count; /* at least one */
    ispy_str text;
    ispy_literal value;
    const struct ispy_type *const *items;
    uint32_t count;
} ispy_type;

/* `module` may be NULL: then bare names that typing, collections.abc or builtins define mean theirs, and a dotted name
 * itself. An annotation beyond the limits gives ISPY_EINVAL. Otherwise ISPY_OK or ISPY_ENOMEM. */
int ispy_type_normalise(const ispy_type **out, ispy_arena *arena, const ispy_syntax *syntax, const ispy_module *module);
/* The same with type aliases of the module ("Rows = list[int]") replaced by what they stand for. `found` tells whether
 * there was one. */
int ispy_type_normalise_aliases(const ispy_type **out, bool *found, ispy_arena *arena, const ispy_syntax *syntax,
                                const ispy_module *module);

/* The role of what it names, where all that it may stand for agree; PLAIN for other forms. */
ispy_type_role ispy_type_role_get(const ispy_type *type);
/* Whether a part of it is opaque. */
bool ispy_type_has_opaque(const ispy_type *type);

#endif
