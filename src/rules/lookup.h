/* Where a name leads: in the module, and in a class through its bases.
 *
 * Must not know: clauses, rules, reports. Allocates nothing, cannot fail: what exceeds a limit is open.
 */
#ifndef ISPY_RULES_LOOKUP_H
#define ISPY_RULES_LOOKUP_H

#include <importspy/module.h>

#include "model/resolve.h"
#include "rules/follow.h"

/* What people call a thing of that sort. */
typedef enum ispy_noun {
    ISPY_NOUN_MODULE,
    ISPY_NOUN_FUNCTION,
    ISPY_NOUN_METHOD,
    ISPY_NOUN_CLASS,
    ISPY_NOUN_VARIABLE,
    ISPY_NOUN_ATTRIBUTE
} ispy_noun;

enum {
    ISPY_HIERARCHY_MAX = 48, /* classes that one class derives from, itself included */
    ISPY_BASES_MAX = 16,     /* of one class */
    ISPY_LOOKUP_MAX = 8      /* bindings of one name that may each be absent */
};

/* A class in the order in which Python looks names up. */
typedef struct ispy_ancestor {
    const ispy_definition *definition; /* of kind CLASS; NULL: the class comes from elsewhere, and was not found */
    const ispy_module *home;           /* that defines it; NULL with the definition */
    const ispy_module *from;           /* that the reference stands in */
    const ispy_reference *reference;   /* how it is written as a base; NULL for the class itself */
    ispy_qualified name;               /* count == 0: not known */
    ispy_qualified written;            /* by which name it was imported, if that is another; count == 0: it is not */
    ispy_reason reason;                /* why it was not found; NONE: nobody looked */
    bool adds_nothing;                 /* object, ABC, Generic, Protocol: no names that a contract could mean */
} ispy_ancestor;

/* Why nobody can see what a base without a definition holds. */
static inline ispy_reason ispy_ancestor_doubt(const ispy_ancestor *ancestor) {
    return ancestor->reason != ISPY_REASON_NONE ? ancestor->reason : ISPY_REASON_UNRESOLVED_BASE;
}

typedef struct ispy_hierarchy {
    ispy_ancestor ancestors[ISPY_HIERARCHY_MAX]; /* the class itself comes first */
    uint32_t count;
    const ispy_module *module; /* that defines the class */
    const ispy_module *root;   /* that is checked, where that is another; or NULL */
    ispy_follower *follower;   /* NULL: there is nothing to follow, or it has been done */
    bool is_live;
    bool is_cut; /* there are more than fit, or they form a circle: what is here is not all */
} ispy_hierarchy;

/* The C3 order, as far as it can be read off the module alone. */
void ispy_hierarchy_of(ispy_hierarchy *out, ispy_follower *follower, const ispy_module *module,
                       const ispy_definition *definition);
/* ... and off those that its bases come from. Asked for where the module alone does not settle something. false: there
 * is nothing new. */
bool ispy_hierarchy_follow(ispy_hierarchy *hierarchy);
/* Whether the base's name still stands for what it stood for when the class was made. */
bool ispy_base_is_stable(const ispy_module *module, const ispy_reference *base);
/* Why the class may have bases that `ancestors` does not name; ISPY_REASON_NONE: it has none. Bases that builtins
 * defines count only if `builtins_too`: what they derive from is known to be a builtin. */
ispy_reason ispy_hierarchy_open(const ispy_hierarchy *hierarchy, bool builtins_too);

typedef enum ispy_side { ISPY_ON_CLASS, ISPY_ON_INSTANCE } ispy_side;

/* What a name may be bound to: the candidates of all `bindings`, and, if `may_be_absent` or `open`, none of them. */
typedef struct ispy_lookup {
    ispy_str name;
    const ispy_binding *bindings[ISPY_LOOKUP_MAX]; /* nearest first; only the last one may be certain */
    const ispy_module *homes[ISPY_LOOKUP_MAX];     /* of the bindings */
    uint32_t count;
    bool may_be_absent;
    ispy_reason reason;           /* why it may be absent, or why there are several candidates */
    ispy_reason open;             /* not NONE: it may be something else that cannot be seen */
    const ispy_scope *scope;      /* for near names */
    const ispy_definition *other; /* a definition that binds nothing here: "x: int", an attribute of the other side */
} ispy_lookup;

void ispy_lookup_name(ispy_lookup *out, const ispy_module *module, ispy_str name);
/* On the instance there are the attributes that methods assign to self, annotated fields, and properties. Follows bases
 * into other modules where that may tell something. */
void ispy_lookup_member(ispy_lookup *out, ispy_hierarchy *hierarchy, ispy_str name, ispy_side side);

/* As far as the hierarchy is known already. */
void ispy_lookup_here(ispy_lookup *out, const ispy_hierarchy *hierarchy, ispy_str name, ispy_side side);

/* Whether something but its statement may say which module a class (or function) belongs to, as __module__ tells. */
bool ispy_class_is_renamed(const ispy_module *module, const ispy_definition *definition);
/* The same of its __qualname__. */
bool ispy_class_is_requalified(const ispy_module *module, const ispy_definition *definition);

/* Why a name that the class does not define may be on it all the same: a metaclass, a decorator, __getattr__. */
ispy_reason ispy_class_adds(const ispy_class *klass, ispy_str name);

/* "x: int" without a value. */
bool ispy_definition_is_bare(const ispy_definition *definition);
/* Why nobody can say before the module runs what the definition stands for; ISPY_REASON_NONE: it is plain. */
ispy_reason ispy_definition_doubt(const ispy_definition *definition);
/* Whether it is what the noun says. Any definition that binds its name is a variable or an attribute. `reason`, of
 * UNPROVABLE, is always set. */
ispy_verdict ispy_definition_is(const ispy_definition *definition, ispy_noun noun, bool is_live, ispy_reason *reason);

#endif
