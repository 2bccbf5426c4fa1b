/* The contract tree: what a host demands, clause by clause. Values, immutable once loaded, all in the set's arena.
 *
 * Must not know: YAML, how a clause is checked, how it is reported. A clause that was not stated is absent: a count of
 * 0, data == NULL, a NULL pointer. Every clause knows where it was written.
 */
#ifndef ISPY_MODEL_CONTRACT_H
#define ISPY_MODEL_CONTRACT_H

#include <importspy/contract.h>

#include "model/type_expr.h"
#include "model/version_spec.h"

/* One file that contracts came from, kept for excerpts. */
typedef struct ispy_source {
    ispy_str path; /* as it was given, for people */
    ispy_str text; /* UTF-8, whole */
} ispy_source;

/* Where a clause was written. */
typedef struct ispy_origin {
    const ispy_source *source;
    ispy_span at;
} ispy_origin;

typedef enum ispy_presence { ISPY_REQUIRED, ISPY_OPTIONAL, ISPY_FORBIDDEN } ispy_presence;

/* A stub, Protocol, ABC or class that stands for clauses: "acme/api.pyi", "acme.api:Plugin". What it asks for has been
 * added to the clauses beside it by the time a contract is loaded. */
typedef struct ispy_interface_clause {
    ispy_origin origin;
    ispy_str text;
} ispy_interface_clause;

/* A value that was asked for. */
typedef struct ispy_value_clause {
    ispy_origin origin;
    ispy_literal value;
    ispy_str text;                          /* as it was written: what an environment variable is compared with */
    const struct ispy_value_demand *demand; /* not NULL: it stands for `value`, which is DYNAMIC then */
} ispy_value_clause;

/* An annotation that was asked for. */
typedef struct ispy_annotation_clause {
    ispy_origin origin;
    ispy_str text;              /* as it was written */
    const ispy_type_expr *type; /* its normal form */
    bool compatible;            /* one that fits will do: as wide for a parameter, as narrow for anything else */
    bool gradual;               /* what has no annotation fits: an interface's */
} ispy_annotation_clause;

typedef enum ispy_attribute_side { ISPY_SIDE_ANY, ISPY_SIDE_CLASS, ISPY_SIDE_INSTANCE } ispy_attribute_side;

/* A variable of the module, or an attribute of a class. */
typedef struct ispy_variable_clause {
    ispy_origin origin;
    ispy_str name;
    ispy_presence presence;
    ispy_attribute_side side; /* of attributes */
    const ispy_annotation_clause *annotation;
    const ispy_value_clause *value;
} ispy_variable_clause;

typedef enum ispy_default_demand {
    ISPY_DEFAULT_ANY,     /* nothing was said */
    ISPY_DEFAULT_ABSENT,  /* a stub's parameter without a default: nothing follows for the plugin (it may add one) */
    ISPY_DEFAULT_PRESENT, /* "= ..." */
    ISPY_DEFAULT_EQUAL,   /* "= 5": `value` */
    ISPY_DEFAULT_NONE     /* `default: absent`: the plugin's parameter must not have one */
} ispy_default_demand;

typedef struct ispy_parameter_clause {
    ispy_origin origin;
    ispy_str name;
    ispy_parameter_kind kind; /* of a stub; a list entry has POSITIONAL_OR_KEYWORD unless it states one */
    bool has_kind;            /* a list entry states it, and it is compared */
    ispy_presence presence;   /* of a list entry; a stub's are required */
    const ispy_annotation_clause *annotation;
    ispy_default_demand default_demand;
    const ispy_value_clause *value;
} ispy_parameter_clause;

typedef enum ispy_parameters_demand {
    ISPY_PARAMETERS_ANY,    /* nothing was said */
    ISPY_PARAMETERS_LISTED, /* `arguments:`: these by name, in this order, others may stand between */
    ISPY_PARAMETERS_STUB    /* a stub line: every call that the stub accepts must be accepted */
} ispy_parameters_demand;

/* How the host calls a function: "(app, config, timeout=..., request?, *args, **kwargs)". */
typedef struct ispy_call_shape {
    ispy_origin origin;
    ispy_str text;
    uint32_t positional;      /* values passed by position; names are for people only */
    const ispy_str *keywords; /* passed by name */
    const bool *offered;      /* of each of them: only where the function has a parameter of that name ("request?") */
    uint32_t keyword_count;
    bool any_positional; /* "*args": further ones, nobody knows how many */
    bool any_keyword;    /* "**kwargs" */
} ispy_call_shape;

typedef enum ispy_async_demand {
    ISPY_ASYNC_ANY,
    ISPY_ASYNC_NO,
    ISPY_ASYNC_YES,
    ISPY_ASYNC_AWAITABLE /* `async def`, or it says that it returns something to wait for */
} ispy_async_demand;

/* Something that is true, false, or not asked for. */
typedef enum ispy_wish { ISPY_WISH_ANY, ISPY_WISH_NO, ISPY_WISH_YES } ispy_wish;

/* `kind: cached_property`, which is a property and more. */
enum { ISPY_METHOD_CACHED = ISPY_METHOD_PROPERTY + 1 };

/* What stands above a definition with "@", by the last part of its name or by its whole qualified name. */
typedef struct ispy_decorator_clause {
    ispy_origin origin;
    ispy_str name;
    ispy_presence presence; /* never optional */
} ispy_decorator_clause;

/* Which things of the module a clause is about, and how many there must be. A clause with a plain name selects nothing:
 * it is about the one thing of that name. */
typedef struct ispy_selection {
    bool by_pattern;      /* the name holds *, ? or [ */
    ispy_str subclass_of; /* of classes; data == NULL: not stated */
    uint32_t at_least;
    uint32_t at_most; /* UINT32_MAX: any number */
    bool has_at_least;
    bool has_at_most;
    bool is_set; /* it selects, one way or the other */
} ispy_selection;

/* A function of the module, or a method of a class. */
typedef struct ispy_function_clause {
    ispy_origin origin;
    ispy_str name;
    ispy_selection select;
    ispy_presence presence;
    ispy_async_demand async;
    ispy_wish generator;
    ispy_wish abstract;  /* of methods */
    ispy_wish settable;  /* of properties */
    ispy_wish deletable; /* of properties */
    bool is_cached;      /* of properties: `kind: cached_property` */
    const ispy_decorator_clause *decorators;
    uint32_t decorator_count;
    bool has_method_kind; /* a stub in a class says which; a list entry only where it states `kind:` */
    ispy_method_kind method_kind;
    ispy_parameters_demand parameters_demand;
    const ispy_parameter_clause *parameters;
    uint32_t parameter_count;
    const ispy_annotation_clause *returns;
    const ispy_call_shape *call;
    bool is_concrete; /* an abstract method does not meet it: an interface's */
} ispy_function_clause;

typedef enum ispy_variable_type {
    ISPY_VARIABLE_TEXT,
    ISPY_VARIABLE_INTEGER,
    ISPY_VARIABLE_BOOLEAN,
    ISPY_VARIABLE_URL
} ispy_variable_type;

/* A variable of the environment. */
typedef struct ispy_environment_clause {
    ispy_origin origin;
    ispy_str name;
    ispy_presence presence;
    const ispy_value_clause *value; /* NULL: any */
    ispy_variable_type type;
    ispy_origin type_origin;
    bool secret; /* its value is never shown */
} ispy_environment_clause;

/* A host, distribution, C library or command, and the versions of it that will do. */
typedef struct ispy_component_clause {
    ispy_origin origin;
    ispy_str name;                    /* of a distribution: normalised */
    ispy_str text;                    /* as it was written */
    const ispy_version_spec *version; /* NULL: any */
    ispy_origin version_origin;
    const ispy_str *extras; /* of a distribution, normalised */
    uint32_t extra_count;
    ispy_str variable; /* of a host: what in the module says which versions of the host it is for */
    ispy_origin variable_origin;
    ispy_str declared; /* of a host: what the module's distribution calls it among its requirements, normalised */
    ispy_origin declared_origin;
} ispy_component_clause;

/* An amount, as a number of the smallest unit. */
typedef struct ispy_amount {
    ispy_origin origin;
    ispy_str text; /* as it was written */
    uint64_t value;
} ispy_amount;

/* One of these words. */
typedef struct ispy_words {
    ispy_origin origin;
    const ispy_str *words; /* canonical spellings, as in deployments */
    uint32_t count;        /* 0: it was not stated */
} ispy_words;

/* Where something applies (`when:`), or must run (`requires:`). All that is stated has to hold. */
typedef struct ispy_condition {
    ispy_origin origin;
    const ispy_version_spec *python;
    ispy_origin python_origin;
    ispy_words os;
    ispy_words arch;
    ispy_words implementation;        /* `implementation:` of `when:` */
    ispy_words python_implementation; /* that of `python:` */
    ispy_words gil;
    ispy_words optimize;
    const ispy_component_clause *libc; /* one of these */
    uint32_t libc_count;
    const ispy_amount *memory; /* bytes */
    const ispy_amount *cpus;   /* thousandths */
    const ispy_component_clause *host;
    uint32_t host_count;
    const ispy_component_clause *distributions;
    uint32_t distribution_count;
    const ispy_environment_clause *environment;
    uint32_t environment_count;
    const ispy_component_clause *commands;
    uint32_t command_count;
} ispy_condition;

/* The entries of `any_of` or `all_of`, or the one under `not`. Beside a module's clauses they are ispy_block, beside a
 * class's ispy_class_clause without a name. */
typedef struct ispy_group {
    ispy_origin origin;
    const void *entries; /* NULL: it was not stated */
    uint32_t count;
} ispy_group;

/* How clauses are put together, beside those that simply have to hold. */
typedef struct ispy_logic {
    const ispy_condition *when; /* NULL: everywhere */
    ispy_group any_of;
    ispy_group all_of;
    ispy_group negated;
    bool has_clauses; /* of an entry of a group: it states more than groups */
} ispy_logic;

struct ispy_class_clause;

/* A base class, by the last part of its name or by its whole qualified name. */
typedef struct ispy_superclass_clause {
    ispy_origin origin;
    ispy_str name;
    const struct ispy_class_clause *body; /* ImportSpy's form: what the base itself must have; NULL: nothing */
    ispy_presence presence;               /* forbidden: the class must not derive from it */
} ispy_superclass_clause;

typedef struct ispy_class_clause {
    ispy_origin origin;
    ispy_str name; /* data == NULL: any, where `select` says by what else */
    ispy_selection select;
    ispy_presence presence;
    const ispy_superclass_clause *superclasses;
    uint32_t superclass_count;
    const ispy_variable_clause *attributes;
    uint32_t attribute_count;
    const ispy_function_clause *methods;
    uint32_t method_count;
    const ispy_decorator_clause *decorators;
    uint32_t decorator_count;
    const struct ispy_class_clause *classes; /* nested ones; none of them selects */
    uint32_t class_count;
    const ispy_interface_clause *interfaces;
    uint32_t interface_count;
    ispy_logic logic;
} ispy_class_clause;

/* One entry of `imports:` or `calls:`. */
typedef struct ispy_policy_entry {
    ispy_origin origin;
    ispy_str pattern;      /* dotted, with * and **; of a distribution: data == NULL */
    ispy_str distribution; /* whose top-level modules are meant; data == NULL: it is a pattern */
    bool is_literal;       /* no wildcard */
    uint64_t rank;         /* how much it says: of several that match, the highest decides */
} ispy_policy_entry;

typedef enum ispy_type_checking { ISPY_TYPE_CHECKING_IGNORE, ISPY_TYPE_CHECKING_CHECK } ispy_type_checking;
typedef enum ispy_import_scope { ISPY_IMPORTS_ALL, ISPY_IMPORTS_MODULE } ispy_import_scope;

/* What may be imported, or called: see rules/policy.h for which entry decides. */
typedef struct ispy_policy_clause {
    ispy_origin origin;
    const ispy_policy_entry *allow;
    uint32_t allow_count;
    ispy_origin allow_origin; /* line == 0: it was not stated, and what no entry speaks of is allowed */
    const ispy_policy_entry *deny;
    uint32_t deny_count;
    ispy_type_checking type_checking; /* of imports */
    ispy_import_scope scope;
} ispy_policy_clause;

/* What may run while the module is being imported. */
typedef struct ispy_top_level_clause {
    ispy_origin origin;
    ispy_origin calls_origin;
    const ispy_policy_entry *calls; /* those that may be called; none: "deny" */
    uint32_t call_count;
} ispy_top_level_clause;

/* What is demanded of a module: the body of a contract, and of each entry under a deployment's `modules:`. */
typedef struct ispy_block {
    ispy_origin origin;
    ispy_str filename; /* in a contract it selects; in a deployment it is demanded */
    ispy_origin filename_origin;
    const ispy_version_spec *version;
    ispy_origin version_origin;
    const ispy_condition *requires; /* NULL: it may run anywhere */
    const ispy_variable_clause *variables;
    uint32_t variable_count;
    const ispy_function_clause *functions;
    uint32_t function_count;
    const ispy_class_clause *classes;
    uint32_t class_count;
    ispy_wish docstring;
    ispy_origin docstring_origin;
    const ispy_decorator_clause *exports; /* names that `from module import *` gives, or must not give */
    uint32_t export_count;
    const ispy_interface_clause *interfaces;
    uint32_t interface_count;
    const ispy_policy_clause *imports; /* NULL: it was not stated; so are the next ones */
    const ispy_policy_clause *calls;
    const ispy_top_level_clause *top_level;
    ispy_logic logic;
} ispy_block;

/* ImportSpy's deployments: of each list, one entry has to fit. */
typedef struct ispy_python_clause {
    ispy_origin origin;
    const ispy_version_spec *version;
    ispy_origin version_origin;
    ispy_str interpreter;
    const ispy_block *modules; /* all of them have to hold */
    uint32_t module_count;
} ispy_python_clause;

typedef struct ispy_system_clause {
    ispy_origin origin;
    ispy_str os;
    const ispy_environment_clause *environment; /* all of them have to hold; variables and secrets */
    uint32_t environment_count;
    const ispy_python_clause *pythons;
    uint32_t python_count;
} ispy_system_clause;

typedef struct ispy_deployment_clause {
    ispy_origin origin;
    ispy_str arch;
    const ispy_system_clause *systems;
    uint32_t system_count;
} ispy_deployment_clause;

/* One pattern of `modules:` or `files:`. */
typedef struct ispy_pattern {
    ispy_origin origin;
    ispy_str text; /* without the "!"; a file pattern is absolute */
    bool negated;
} ispy_pattern;

/* An exception that somebody answers for, until a day. */
typedef struct ispy_waiver {
    ispy_origin origin; /* of the rule's code */
    uint32_t rule;      /* its index: see rule_code.h */
    ispy_str module;    /* a glob of module names */
    ispy_str subject;   /* a glob of what a finding is about; data == NULL: whatever it is about */
    int32_t until;      /* the last day that it holds on, as ispy_context.day */
    ispy_origin until_origin;
    ispy_waived shown;
} ispy_waiver;

typedef enum ispy_sourceless { ISPY_SOURCELESS_DENY, ISPY_SOURCELESS_ALLOW } ispy_sourceless;

struct ispy_contract {
    ispy_origin origin;
    ispy_str title;
    ispy_str help;
    ispy_mode mode;
    ispy_unprovable unprovable;
    ispy_sourceless sourceless;
    const ispy_severity *severities; /* one for each rule, by its index; NULL: as the rules say */
    const ispy_waiver *waivers;
    uint32_t waiver_count;
    const ispy_pattern *modules;
    uint32_t module_pattern_count;
    const ispy_pattern *files;
    uint32_t file_pattern_count;
    ispy_block body;
    const ispy_deployment_clause *deployments;
    uint32_t deployment_count;
    ispy_origin deployments_origin;
    const ispy_needs *needs; /* what has to be known to judge it */
};

#endif
