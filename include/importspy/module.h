/* The structure of one Python module: plain values, immutable once built, all of them in one arena.
 *
 * An extractor fills it (from an AST, from a live module, by hand in a test); the engine reads it and asks nobody
 * where it came from. A name has as many candidates as there are definitions that may be bound to it when the module
 * has run: one for straight-line code, several after branches that nothing decides beforehand.
 */
#ifndef IMPORTSPY_MODULE_H
#define IMPORTSPY_MODULE_H

#include <importspy/base.h>
#include <importspy/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ispy_literal_kind {
    ISPY_LITERAL_DYNAMIC, /* not a literal; `reason` says why it cannot be known */
    ISPY_LITERAL_NONE,
    ISPY_LITERAL_ELLIPSIS,
    ISPY_LITERAL_BOOL,    /* text: "True" or "False" */
    ISPY_LITERAL_INT,     /* text: decimal digits, as Python's str() */
    ISPY_LITERAL_FLOAT,   /* text: as Python's repr() */
    ISPY_LITERAL_COMPLEX, /* text: as Python's repr() */
    ISPY_LITERAL_STR,     /* text: the value in UTF-8 (lone surrogates make a literal DYNAMIC) */
    ISPY_LITERAL_BYTES,   /* text: the value */
    ISPY_LITERAL_TUPLE,   /* items */
    ISPY_LITERAL_LIST,
    ISPY_LITERAL_SET,
    ISPY_LITERAL_DICT,    /* items: key, value, key, value, ...; a `**x` inside makes the whole DYNAMIC */
    ISPY_LITERAL_SEQUENCE /* in contracts only: a YAML list, which a list or a tuple meets */
} ispy_literal_kind;

typedef struct ispy_literal {
    ispy_literal_kind kind;
    ispy_reason reason; /* of DYNAMIC */
    ispy_str text;
    const struct ispy_literal *items;
    uint32_t count; /* of items: twice the number of entries for a dict */
} ispy_literal;

/* Kinds in the order in which a signature holds them (inspect.Parameter's names). */
typedef enum ispy_parameter_kind {
    ISPY_POSITIONAL_ONLY,
    ISPY_POSITIONAL_OR_KEYWORD,
    ISPY_VAR_POSITIONAL,
    ISPY_KEYWORD_ONLY,
    ISPY_VAR_KEYWORD
} ispy_parameter_kind;

typedef struct ispy_parameter {
    ispy_str name;
    ispy_parameter_kind kind;
    ispy_str annotation;               /* its source text; data == NULL: none */
    const ispy_literal *default_value; /* NULL: none */
    ispy_span at;                      /* of the name */
} ispy_parameter;

/* A dotted name as it is written: "List", "typing.List". data == NULL where the expression is no dotted name. */
typedef struct ispy_reference {
    ispy_str name; /* without calls and subscripts: "app.task" for @app.task(retries=3), "Generic" for Generic[T] */
    ispy_str text; /* the source text of the whole expression */
    ispy_span at;
    /* Of a base: what the first part of its name stood for when the class was made. NULL: not known, or one of several
     * things, and then `head_varies`. */
    const struct ispy_definition *head;
    bool head_varies;
} ispy_reference;

typedef enum ispy_method_kind {
    ISPY_METHOD_NONE, /* a function at module level, or an ordinary instance method */
    ISPY_METHOD_STATIC,
    ISPY_METHOD_CLASS,
    ISPY_METHOD_PROPERTY /* property and cached_property */
} ispy_method_kind;

typedef struct ispy_function {
    const ispy_parameter *parameters; /* in order of the signature, `self` included */
    uint32_t parameter_count;
    ispy_str returns; /* source text of the annotation; data == NULL: none */
    bool is_async;
    bool is_generator;
    ispy_method_kind method_kind;
    bool is_abstract; /* abc.abstractmethod and its like */
    bool is_cached;   /* a property that is functools.cached_property */
    bool has_setter;  /* a property that can be assigned to by @x.setter */
    bool has_deleter;
    const ispy_reference *decorators;
    uint32_t decorator_count;
    ispy_span made_at;   /* of the def or lambda: two names for one function have it alike; line == 0: not known */
    ispy_reason unknown; /* not NONE: what is callable under the name need not have this signature (DECORATED, ...) */
    /* Of an interface; not kept in packs: */
    bool is_overload;
    const struct ispy_function
        *overload_before; /* the overload of the same name that stands before this one; or NULL */
} ispy_function;

typedef struct ispy_variable {
    ispy_str annotation;       /* source text; data == NULL: none */
    const ispy_literal *value; /* NULL: only annotated, nothing is bound ("x: int") */
    ispy_str alias;            /* source text of what may be a type: "list[int]" of "Rows = list[int]" */
    bool is_object;            /* computed, but no class or function that code of the module makes */
} ispy_variable;

typedef struct ispy_import {
    ispy_str module; /* "a.b" of "from a.b import c" and of "import a.b"; "" for "from . import c" */
    ispy_str name;   /* "c"; data == NULL for "import a.b"; "*" for a star import */
    uint32_t level;  /* leading dots */
    ispy_str bound;  /* the name that it binds: "c", the alias, or "a"; data == NULL for a star import */
    bool has_alias;
    bool type_checking; /* under "if TYPE_CHECKING": binds nothing when the module runs */
    bool in_function;
    bool conditional; /* in a branch, a loop or a try that nothing decides beforehand */
    ispy_span at;
} ispy_import;

typedef enum ispy_definition_kind {
    ISPY_DEFINES_VARIABLE,
    ISPY_DEFINES_FUNCTION,
    ISPY_DEFINES_CLASS,
    ISPY_DEFINES_IMPORT,
    ISPY_DEFINES_UNKNOWN /* something is bound, nobody can say what; `reason` */
} ispy_definition_kind;

typedef struct ispy_definition {
    ispy_definition_kind kind;
    ispy_reason reason; /* of UNKNOWN */
    ispy_str name;
    ispy_span at;    /* of the name where it is defined */
    bool is_foreign; /* live: a class or function of another module, as its __module__ says */
    union {
        const ispy_variable *variable;
        const ispy_function *function;
        const struct ispy_class *klass;
        const ispy_import *import;
    } as;
} ispy_definition;

/* A name and all that may be bound to it. */
typedef struct ispy_binding {
    ispy_str name;
    const ispy_definition *const *candidates; /* at least one, in source order */
    uint32_t count;
    bool may_be_absent; /* there is a way through the module after which the name is not bound */
    ispy_reason reason; /* why it may be absent, or why there are several candidates */
} ispy_binding;

/* A namespace. It is closed when `open` is NONE: a name that is not in it does not exist. */
typedef struct ispy_scope {
    const ispy_binding *bindings; /* sorted by (hash, bytes) of the name: find with ispy_scope_find */
    uint32_t count;
    ispy_reason open; /* why further names may exist */
    ispy_span open_at;
} ispy_scope;

/* What a class gets besides what its body says, because of its fields: a dataclass, a NamedTuple, a class of attrs. */
typedef enum ispy_maker {
    ISPY_MAKES_NOTHING,
    ISPY_MAKES_OPEN,   /* nobody can say */
    ISPY_MAKES_FIELDS, /* fields for classes that derive from it, and no constructor */
    ISPY_MAKES_INIT,   /* a dataclass: __init__ from its fields and those of its bases */
    ISPY_MAKES_ATTRS_INIT,
    ISPY_MAKES_NEW /* a NamedTuple: __new__ from its own fields */
} ispy_maker;

typedef struct ispy_class {
    ispy_str name;     /* as the class statement has it, whatever name the class is bound to; data == NULL: not known */
    ispy_span made_at; /* of the class statement, as for functions */
    const ispy_reference *bases;
    uint32_t base_count;
    bool
        bases_are_mro; /* live: `bases` holds every class of the MRO by qualified name, and `members` what they bring */
    const ispy_reference *decorators;
    uint32_t decorator_count;
    bool has_metaclass;       /* "metaclass=" with anything but ABCMeta or type */
    bool has_type_parameters; /* "class C[T]": derives from typing.Generic */
    bool shuts_bases_out;     /* its own __init__ does not call that of its bases */
    bool is_remade; /* a decorator or metaclass is code of the module itself: what comes of the class may be anything */
    bool may_be_no_class; /* a decorator that is not known may have put anything in its place */
    ispy_maker makes;
    const ispy_parameter *fields; /* arguments of the constructor that follow from this class, in order */
    uint32_t field_count;
    ispy_scope members;  /* class attributes, methods, nested classes; "x: int" without a value is a member as well */
    ispy_scope instance; /* what its own methods assign to self.NAME */
} ispy_class;

/* Something that the module makes use of: an import, a call, a name that is read and handed on. */
typedef enum ispy_use_kind {
    ISPY_USE_IMPORT,      /* "import a.b": name */
    ISPY_USE_IMPORT_FROM, /* "from a import b": name and part; whether b is a submodule cannot be told */
    ISPY_USE_IMPORT_STAR, /* "from a import *" */
    ISPY_USE_IMPORT_CALL, /* import_module("a.b"); BELOW: the name is computed, and begins so; no name: any */
    ISPY_USE_CALL,        /* of something that is not the module's own, by its qualified name: "os.system" */
    ISPY_USE_REFERENCE,   /* the same, handed on as a value */
    ISPY_USE_CALL_OTHER,  /* of anything else, while the module is being imported: as the source writes it */
    ISPY_USE_TEXT,        /* exec or eval of a text that is computed: by the name of the function */
    ISPY_USE_KIND_COUNT
} ispy_use_kind;

enum {
    ISPY_USE_IN_FUNCTION = 1,   /* not while the module is being imported, unless somebody calls it */
    ISPY_USE_IN_CLASS = 2,      /* in the body of a class */
    ISPY_USE_TYPE_CHECKING = 4, /* under "if TYPE_CHECKING", or where nothing runs ever */
    ISPY_USE_CONDITIONAL = 8,   /* in a branch, a loop, a try */
    ISPY_USE_HANDLED = 16,      /* in a try that does without what cannot be imported */
    ISPY_USE_MAIN = 32,         /* under "if __name__ == '__main__'" */
    ISPY_USE_MAYBE = 64,        /* the name may stand for something else, too */
    ISPY_USE_BELOW = 128,       /* something below the name; what, is computed */
    ISPY_USE_STAR = 256,        /* what a star import may have brought in */
    ISPY_USE_FOLLOWS = 512,     /* belongs to the place of the one before: another thing that it may be, ... */
    ISPY_USE_FLAGS = 1023
};

#define ISPY_USE_NO_NAME UINT32_MAX

typedef struct ispy_use {
    ispy_use_kind kind;
    uint32_t flags;
    uint32_t name; /* index, or ISPY_USE_NO_NAME */
    uint32_t part; /* index of IMPORT_FROM, or ISPY_USE_NO_NAME */
    ispy_span at;
} ispy_use;

/* What policies ask for. A name that begins with a dot is a relative import in a module whose name is not known. */
typedef struct ispy_uses {
    const ispy_str *names; /* each once */
    uint32_t name_count;
    const ispy_use *items; /* in source order, as far as the tree has it */
    uint32_t count;
} ispy_uses;

typedef struct ispy_module {
    ispy_str name;   /* dotted, or data == NULL */
    ispy_str path;   /* as it is to be shown; or data == NULL */
    ispy_str source; /* UTF-8 with '\n' line ends, for excerpts; data == NULL: none at hand */
    bool is_package;
    bool is_live; /* taken from the running module: what is absent here is absent */
    ispy_scope scope;
    const ispy_import *imports; /* all, in source order, also those in functions and under TYPE_CHECKING */
    uint32_t import_count;
    const ispy_str
        *patched; /* names of attributes that its code may have set on any class of it after the class was made */
    uint32_t patched_count;
    bool is_patched_at_will;        /* ... and others that nobody knows */
    const ispy_literal *dunder_all; /* NULL: none */
    const ispy_uses *uses;          /* NULL: nobody has looked for them, or there is no source to look at */
    ispy_str
        distribution_version; /* of the distribution that brought the module; data == NULL: not looked up, or none */
    ispy_str unreadable;      /* not NULL: the module could not be read or parsed; this sentence says why */
    ispy_span unreadable_at;
} ispy_module;

/* Lends the binding, or NULL. */
const ispy_binding *ispy_scope_find(const ispy_scope *scope, ispy_str name);

#ifdef __cplusplus
}
#endif
#endif
