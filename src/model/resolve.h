/* What a dotted name in a module's source stands for: something that the module defines itself, or something that it
 * takes from elsewhere. Reads only the structure, allocates nothing, cannot fail, follows no other module.
 *
 *     ispy_resolution found;
 *     ispy_resolve(&found, module, base->name, ISPY_VIEW_RUNTIME);
 *     for (uint32_t i = 0; i < found.count; i++) ... found.targets[i] ...
 *
 *     from acme.api import Plugin as P        "P"        -> QUALIFIED acme.api.Plugin
 *     import acme.api                         "acme.api.Plugin" -> QUALIFIED acme.api.Plugin
 *     from .api import Plugin                 "Plugin"   -> QUALIFIED pkg.api.Plugin in module pkg.mail, or partial
 *     class Base: ...                         "Base"     -> DEFINITION (a class), named pkg.mail.Base
 *     class Outer: class Inner: ...           "Outer.Inner" -> DEFINITION
 *     (nothing)                               "Exception" -> QUALIFIED builtins.Exception
 *     Base = make_base()                      "Base"     -> DEFINITION (a variable: what it holds is not known)
 *
 * Names are resolved against what is bound once the module has run. So "class A(A)" finds itself: whoever follows
 * definitions has to bound the number of steps.
 */
#ifndef ISPY_MODEL_RESOLVE_H
#define ISPY_MODEL_RESOLVE_H

#include <importspy/module.h>

#include "base/text.h"

/* A qualified dotted name in pieces, to be read as joined by dots. The pieces are lent by the module and by the dotted
 * name that was resolved. */
typedef struct ispy_qualified {
    ispy_str parts[4];
    uint32_t count;
    bool partial; /* its beginning is not known: a relative import in a module whose name is not known */
} ispy_qualified;

typedef enum ispy_target_kind {
    ISPY_TARGET_DEFINITION, /* `definition`, in this module (never one of kind IMPORT or UNKNOWN); `name` */
    ISPY_TARGET_QUALIFIED,  /* from elsewhere: `name`; `import` brought it, NULL for a builtin */
    ISPY_TARGET_ABSENT,     /* there is no such name */
    ISPY_TARGET_UNKNOWN     /* `reason` */
} ispy_target_kind;

typedef struct ispy_target {
    ispy_target_kind kind;
    const ispy_definition *definition; /* lent by the module */
    const ispy_import *import;         /* lent by the module */
    ispy_qualified name;
    ispy_reason reason;
} ispy_target;

/* More targets than this become one UNKNOWN (CONDITIONAL) at the end. */
enum { ISPY_RESOLVE_MAX = 8 };

typedef struct ispy_resolution {
    ispy_target targets[ISPY_RESOLVE_MAX];
    uint32_t count;     /* at least one */
    ispy_reason reason; /* not NONE: it may stand for something else, or for nothing, when the module runs (bound on
                         * some ways only; a builtin in a module with a star import) */
} ispy_resolution;

typedef enum ispy_view {
    ISPY_VIEW_RUNTIME,   /* as the running module sees it: bases, decorators, calls */
    ISPY_VIEW_ANNOTATION /* as a type checker does: what is imported under TYPE_CHECKING comes first */
} ispy_view;

/* `dotted` without white space: "List", "typing.List". An empty text or module == NULL: UNKNOWN (ANNOTATION_UNKNOWN).
 */
void ispy_resolve(ispy_resolution *out, const ispy_module *module, ispy_str dotted, ispy_view view);

/* The qualified name of what an import binds ("acme.api.Plugin"; "a" for "import a.b"; "a.b" for "import a.b as x"),
 * relative ones resolved against the module's name. Not for star imports. */
void ispy_import_target(ispy_qualified *out, const ispy_module *module, const ispy_import *import);

/* PASS: the same name. FAIL: another. UNPROVABLE: `name` is partial and the end that is known fits. */
ispy_verdict ispy_qualified_is(const ispy_qualified *name, ispy_str dotted);
/* Whether the last parts of `name` are those of `suffix`: acme.api.Plugin ends in Plugin and in api.Plugin. */
bool ispy_qualified_ends_in(const ispy_qualified *name, ispy_str suffix);
/* Appends it, joined by dots; a partial one begins with "...". */
void ispy_qualified_show(ispy_text *out, const ispy_qualified *name);

/* Whether builtins defines the name, in any CPython from 3.10 on. */
bool ispy_is_builtin(ispy_str name);

#endif
