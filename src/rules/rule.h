/* What a rule is: one clause and its subject in, a verdict and the evidence out.
 *
 * A check is pure. It formats nothing and calls no other check; which clauses are checked, in what order, and what a
 * failure makes superfluous is the walk's business (walk.h), what people read is explain.h's.
 *
 * A new rule is a row in rules.def, its check in the file of its family, and the place in the walk that asks for it.
 */
#ifndef ISPY_RULES_RULE_H
#define ISPY_RULES_RULE_H

#include <importspy/check.h>

#include "model/contract.h"
#include "model/type_compatible.h"
#include "model/value_demand.h"
#include "rules/lookup.h"
#include "rules/signature.h"

typedef enum ispy_rule_id {
#define RULE(id, number, clause, severity, check, title, message, doubt) ISPY_RULE_##id,
#include "rules/rules.def"
#undef RULE
    ISPY_RULE_COUNT
} ispy_rule_id;

/* Something to be shown under "wanted" or "found": a reference to it, not its text. */
typedef enum ispy_shown_kind {
    ISPY_SHOW_NOTHING,
    ISPY_SHOW_TEXT,
    ISPY_SHOW_LITERAL,
    ISPY_SHOW_DEMAND, /* what is demanded of a value, or one part of that */
    ISPY_SHOW_TYPE,
    ISPY_SHOW_SIGNATURE,  /* of a function in the module */
    ISPY_SHOW_STUB,       /* of a stub line */
    ISPY_SHOW_AFTER,      /* the place of a listed parameter: after which other one */
    ISPY_SHOW_DEFINITION, /* what bears the name: "a class", "the int 3" */
    ISPY_SHOW_BASES,      /* of a class in the module */
    ISPY_SHOW_CONTEXT     /* machine, system, Python */
} ispy_shown_kind;

typedef struct ispy_shown {
    ispy_shown_kind kind;
    union {
        ispy_str text;
        const ispy_literal *literal;
        struct {
            const ispy_value_demand *demand;
            ispy_demand_part part;
        } demanded;
        const ispy_type_expr *type;
        const ispy_function *function;
        const ispy_function_clause *stub;
        const ispy_parameter *parameter; /* of AFTER: NULL for the first one */
        const ispy_definition *definition;
        const ispy_class *klass;
        const ispy_context *context;
    } as;
} ispy_shown;

typedef struct ispy_evidence {
    int status; /* ISPY_OK, or ISPY_ENOMEM: then the rest says nothing */
    ispy_verdict verdict;
    ispy_reason reason; /* of UNPROVABLE */
    ispy_span at;       /* line == 0: where the definition stands */
    ispy_shown wanted;
    ispy_shown found;
    ispy_str part;       /* data == NULL: the one in question */
    const char *message; /* a template that says more than the rule's own; NULL: that one. Static */
    const char *hint;    /* a template; NULL: none from the check. Static */
    bool is_final;       /* see ispy_finding */
} ispy_evidence;

/* Annotations that were compared already: the same few stand in a module again and again. Each slot holds the last pair
 * of texts that fell into it; what they come to depends on nothing but them and the module. */
enum { ISPY_COMPARED_SLOTS = 32 };

typedef struct ispy_compared {
    ispy_str wanted; /* data == NULL: the slot is free */
    ispy_str found;
    const ispy_module *module; /* that `found` stands in */
    ispy_fit fit;
    const ispy_type_expr *type; /* `found`, parsed */
    ispy_verdict verdict;
} ispy_compared;

/* What a clause has selected. */
typedef struct ispy_counted {
    uint32_t sure;
    uint32_t possible;  /* may belong to it */
    ispy_reason reason; /* of the first of those */
    ispy_reason open;   /* not NONE: there may be others, which nobody can see */
    ispy_span open_at;
    ispy_span beyond; /* the first one too many */
    bool demands;     /* the clause asks more of each than to be there */
} ispy_counted;
/* What is to be said of one use of another module. */
typedef struct ispy_ruling {
    ispy_verdict verdict;
    ispy_reason reason;
    ispy_span at;
    ispy_str found;
    const char *message; /* as in ispy_evidence */
    const char *hint;
    bool is_final; /* see ispy_finding */
} ispy_ruling;

/* What is looked at. A rule reads those members that its family speaks of; the walk sets them. */
typedef struct ispy_question {
    const ispy_contract *contract;
    const ispy_module *module; /* that defines what is looked at: `root`, or another where a name was followed there */
    const ispy_module *root;   /* that is checked */
    ispy_follower *follower;   /* or NULL */
    const ispy_context *context;
    ispy_arena *arena;       /* for what has to be parsed first */
    ispy_compared *compared; /* ISPY_COMPARED_SLOTS of them, for this module */

    /* the clause */
    ispy_presence presence;
    const ispy_variable_clause *variable;
    const ispy_function_clause *function;
    const ispy_parameter_clause *parameter;
    const ispy_superclass_clause *superclass;
    const ispy_decorator_clause *decorator;
    const ispy_block *block;
    const ispy_deployment_clause *deployment;
    const ispy_system_clause *system;
    const ispy_python_clause *python;
    const ispy_environment_clause *environment;
    const ispy_condition *condition;
    const ispy_component_clause *component;

    /* what the module has */
    const ispy_lookup *lookup;         /* where the name was sought */
    const ispy_definition *definition; /* one that may be bound to it; NULL: none is */
    ispy_noun noun;                    /* what that should be */
    ispy_hierarchy *hierarchy;         /* of a class */
    bool base_is_elsewhere;            /* the base class itself is to be looked at, and is not in the module */
    const ispy_signature *signature;   /* of a function, without the parameter that a method binds */
    const ispy_stub *stub;             /* the same of a stub line */
    const ispy_parameter *taken;       /* what takes the value of the clause's parameter; NULL: nothing does */
    const ispy_parameter *previous;    /* what took that of the one before it */
    uint32_t position;                 /* of the clause's parameter among the positional ones */
    bool judge_order;                  /* nothing is missing, so that places can be compared */
    ispy_verdict folded;               /* what came of the deployments, or of the entries of `group` */
    const ispy_waiver *waiver;         /* one that is for this module */
    bool waiver_is_used;               /* there was a finding for it */
    const ispy_group *group;           /* any_of or not */
    const ispy_ruling *ruling;         /* of imports, calls and top_level */
    uint32_t applying;                 /* entries of it that apply here */
    ispy_reason folded_reason;         /* of UNPROVABLE: the first */
    const ispy_selection *select;      /* of a clause that selects */
    const ispy_counted *counted;
} ispy_question;

typedef ispy_evidence (*ispy_rule_check)(const ispy_question *question);

typedef struct ispy_rule {
    ispy_rule_info info;
    ispy_rule_check check;
    const char *message;
    const char *doubt;
} ispy_rule;

const ispy_rule *ispy_rule_at(ispy_rule_id id);

/* Every check; a name that stands in several rows is declared as often. */
#define RULE(id, number, clause, severity, check, title, message, doubt)                                               \
    ispy_evidence ispy_rule_##check(const ispy_question *question);
#include "rules/rules.def"
#undef RULE

/* Whether the class derives from `wanted`, a qualified name or the last part of one; itself does not count.
 * `question`: hierarchy, definition, module. `reason`: of UNPROVABLE. */
ispy_verdict ispy_class_derives(const ispy_question *question, ispy_str wanted, ispy_reason *reason);

/* The three answers; the rest of the evidence is filled in by the check. */
static inline ispy_evidence ispy_evidence_pass(void) {
    ispy_evidence evidence = {.verdict = ISPY_PASS};
    return evidence;
}

static inline ispy_evidence ispy_evidence_fail(ispy_shown wanted, ispy_shown found) {
    ispy_evidence evidence = {.verdict = ISPY_FAIL, .wanted = wanted, .found = found};
    return evidence;
}

static inline ispy_evidence ispy_evidence_open(ispy_reason reason, ispy_shown wanted, ispy_shown found) {
    ispy_evidence evidence = {.verdict = ISPY_UNPROVABLE, .reason = reason, .wanted = wanted, .found = found};
    return evidence;
}

static inline ispy_evidence ispy_evidence_broken(int status) {
    ispy_evidence evidence = {.status = status, .verdict = ISPY_UNPROVABLE};
    return evidence;
}

static inline ispy_shown ispy_show_nothing(void) {
    ispy_shown shown = {.kind = ISPY_SHOW_NOTHING};
    return shown;
}

static inline ispy_shown ispy_show_text(ispy_str text) {
    ispy_shown shown = {.kind = text.data != NULL ? ISPY_SHOW_TEXT : ISPY_SHOW_NOTHING, .as = {.text = text}};
    return shown;
}

static inline ispy_shown ispy_show_literal(const ispy_literal *literal) {
    ispy_shown shown = {.kind = ISPY_SHOW_LITERAL, .as = {.literal = literal}};
    return shown;
}

static inline ispy_shown ispy_show_definition(const ispy_definition *definition) {
    ispy_shown shown = {.kind = ISPY_SHOW_DEFINITION, .as = {.definition = definition}};
    return shown;
}

static inline ispy_shown ispy_show_signature(const ispy_function *function) {
    ispy_shown shown = {.kind = ISPY_SHOW_SIGNATURE, .as = {.function = function}};
    return shown;
}

#endif
