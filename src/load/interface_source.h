/* The modules that one interface leads to, and the members that it asks for. Must not know: clauses. */
#ifndef ISPY_LOAD_INTERFACE_SOURCE_H
#define ISPY_LOAD_INTERFACE_SOURCE_H

#include "base/name_map.h"
#include "load/fault.h"
#include "model/resolve.h"

enum {
    ISPY_INTERFACE_MAX_MODULES = 64, /* read for one interface */
    ISPY_INTERFACE_MAX_DEPTH = 32    /* bases of bases, star imports of star imports */
};

/* One module that was read. */
typedef struct ispy_interface_module {
    const ispy_module *module;
    const ispy_source *source;
    bool is_open; /* its star imports are being followed just now */
} ispy_interface_module;

typedef struct ispy_interface_reading {
    const ispy_loader *loader;
    ispy_origin at;  /* where the contract names it */
    ispy_str folder; /* of the contract */
    ispy_str path;   /* of the file that it names; data == NULL: it names a module */
    ispy_str shown;  /* the same, relative as the contract's own path is */
    ispy_str name;   /* of the module that it names; data == NULL: it names a file */
    ispy_str member; /* behind the colon; data == NULL: the whole module */
    ispy_interface_module modules[ISPY_INTERFACE_MAX_MODULES];
    uint32_t count;
} ispy_interface_reading;

/* Splits "acme/api.pyi:Plugin" or "acme.api:Plugin". */
int ispy_interface_begin(ispy_interface_reading *out, const ispy_loader *loader, const ispy_interface_clause *clause);
/* The module that it names; then one that this leads to, by its qualified name. */
int ispy_interface_open(const ispy_interface_module **out, ispy_interface_reading *reading);
int ispy_interface_follow(const ispy_interface_module **out, ispy_interface_reading *reading, ispy_str name);
/* Says what is wrong, at the contract's place. */
int ispy_interface_fault(const ispy_interface_reading *reading, const char *hint, const char *format, ...)
    ISPY_PRINTF(3, 4);

/* A name that the interface asks for. */
typedef struct ispy_member {
    ispy_str name;
    const ispy_interface_module *from;
    const ispy_binding *binding; /* NULL: nothing is known but the name */
    bool is_instance;            /* assigned to self by a method */
    bool is_base;                /* no member: a base class of builtins, `name` is its qualified name */
    bool is_abstract;
    ispy_span at;
    struct ispy_member *next;
} ispy_member;

typedef enum ispy_interface_kind {
    ISPY_INTERFACE_CLASS,
    ISPY_INTERFACE_ABC,
    ISPY_INTERFACE_PROTOCOL
} ispy_interface_kind;

typedef struct ispy_members {
    ispy_member *first;
    ispy_member **end;
    uint32_t count;
    ispy_interface_kind kind;
} ispy_members;

/* Adds a name, and marks it as seen. NULL: out of memory. */
ispy_member *ispy_members_add(ispy_members *out, const ispy_interface_reading *reading, ispy_name_map *seen,
                              ispy_str name, const ispy_interface_module *from);
/* The bindings of a scope as they were written, without those that Python makes. In the loader's arena. */
int ispy_interface_written(const ispy_binding ***out, uint32_t *count, const ispy_interface_reading *reading,
                           const ispy_scope *scope);
/* "a.b.C", in the loader's arena. */
int ispy_interface_join(ispy_str *out, const ispy_interface_reading *reading, const ispy_qualified *name);

/* The public names of a module, those of its star imports included. */
int ispy_interface_names(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from);
/* The class of that (dotted) name. */
int ispy_interface_class(const ispy_class **out, const ispy_interface_module **where, ispy_interface_reading *reading,
                         const ispy_interface_module *from, ispy_str name);
/* What such a class has to have, what its bases ask for included. */
int ispy_interface_members(ispy_members *out, ispy_interface_reading *reading, const ispy_interface_module *from,
                           const ispy_class *klass);
/* "abstractmethod" and its like among the decorators. */
bool ispy_interface_is_abstract(const ispy_binding *binding);
/* A private name; "__name__" is none. */
bool ispy_interface_is_private(ispy_str name);

#endif
