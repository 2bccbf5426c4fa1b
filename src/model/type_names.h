/* Names of types under which one and the same type goes: typing.List and list, typing_extensions.Literal and
 * typing.Literal. Must not know: modules, trees of annotations. */
#ifndef ISPY_MODEL_TYPE_NAMES_H
#define ISPY_MODEL_TYPE_NAMES_H

#include <importspy/base.h>

/* What a subscript of the name means. */
typedef enum ispy_type_role {
    ISPY_ROLE_PLAIN,
    ISPY_ROLE_ANY,
    ISPY_ROLE_NONE, /* types.NoneType */
    ISPY_ROLE_UNION,
    ISPY_ROLE_OPTIONAL,
    ISPY_ROLE_LITERAL,
    ISPY_ROLE_ANNOTATED, /* the first argument counts */
    ISPY_ROLE_QUALIFIER, /* Final, ClassVar, Required, ...: says something about the variable, not about its type */
    ISPY_ROLE_UNPACK,
    ISPY_ROLE_TUPLE,
    ISPY_ROLE_GENERATOR,      /* [X] is [X, None, None] */
    ISPY_ROLE_ASYNC_GENERATOR /* [X] is [X, None] */
} ispy_type_role;

/* What a bare name means where typing, collections.abc or builtins define it: "List" -> "builtins.list". data == NULL:
 * none of them does. ISPY_OK or ISPY_ENOMEM. */
int ispy_type_standard(ispy_str *out, ispy_arena *arena, ispy_str bare);
/* The one name for a qualified name: "typing.List" -> "builtins.list", "typing_extensions.Self" -> "typing.Self"; the
 * name itself where it is the only one. Takes no memory unless the name has to be built. ISPY_OK or ISPY_ENOMEM. */
int ispy_type_canonical(ispy_str *out, ispy_arena *arena, ispy_str qualified);
/* Of a canonical name. */
ispy_type_role ispy_type_role_of(ispy_str canonical);
/* Whether it belongs to builtins, typing or the modules that typing's aliases stand for. */
bool ispy_type_is_standard(ispy_str canonical);

#endif
