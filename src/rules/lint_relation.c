/* See lint_relation.h. A demand that is not understood in full is never said to be implied or excluded. */
#include "rules/lint_relation.h"

#include "model/literal.h"
#include "rules/signature.h"

/* ---- pieces ---- */

static bool same_value(const ispy_value_clause *a, const ispy_value_clause *b) {
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return ispy_literal_compare(&a->value, &b->value) == ISPY_PASS &&
           ispy_literal_compare(&b->value, &a->value) == ISPY_PASS;
}

static bool other_value(const ispy_value_clause *a, const ispy_value_clause *b) {
    return a != NULL && b != NULL && ispy_literal_compare(&a->value, &b->value) == ISPY_FAIL &&
           ispy_literal_compare(&b->value, &a->value) == ISPY_FAIL;
}

static bool same_annotation(const ispy_annotation_clause *a, const ispy_annotation_clause *b) {
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return a->compatible == b->compatible && a->gradual == b->gradual && ispy_str_equal(a->text, b->text);
}

static bool is_plain_type(ispy_str text) {
    static const char *const types[] = {"int",     "str",  "bytes", "bool", "float",
                                        "complex", "list", "dict",  "set",  "tuple"};
    bool found = false;
    for (size_t i = 0; i < sizeof types / sizeof *types && !found; i++) {
        found = ispy_str_equal(text, ispy_str_literal(types[i]));
    }
    return found;
}

/* Only of builtins it is certain that two names are not one type. */
static bool other_annotation(const ispy_annotation_clause *a, const ispy_annotation_clause *b) {
    return a != NULL && b != NULL && !a->compatible && !b->compatible && is_plain_type(a->text) &&
           is_plain_type(b->text) && !ispy_str_equal(a->text, b->text);
}

static bool presence_implies(ispy_presence first, ispy_presence second) {
    return first == second || second == ISPY_OPTIONAL;
}

static bool is_required(ispy_presence first, ispy_presence second) {
    return first == ISPY_REQUIRED || second == ISPY_REQUIRED;
}

static bool is_forbidden(ispy_presence first, ispy_presence second) {
    return first == ISPY_FORBIDDEN || second == ISPY_FORBIDDEN;
}

static ispy_relation relation_of(bool forward, bool backward, bool excluded) {
    if (excluded) {
        return ISPY_RELATION_EXCLUDED;
    }
    return forward && backward ? ISPY_RELATION_SAME : forward ? ISPY_RELATION_IMPLIED : ISPY_RELATION_NONE;
}

/* ---- variables and attributes ---- */

static bool variable_implies(const ispy_variable_clause *a, const ispy_variable_clause *b) {
    bool side = b->side == a->side || (b->side == ISPY_SIDE_ANY && a->presence == ISPY_REQUIRED) ||
                (a->side == ISPY_SIDE_ANY && a->presence == ISPY_FORBIDDEN);
    if (!side || !presence_implies(a->presence, b->presence)) {
        return false;
    }
    if (a->presence == ISPY_FORBIDDEN) {
        return true;
    }
    return (b->value == NULL || (a->value != NULL && same_value(a->value, b->value))) &&
           (b->annotation == NULL || (a->annotation != NULL && same_annotation(a->annotation, b->annotation)));
}

ispy_relation ispy_relate_variables(const void *first, const void *second) {
    const ispy_variable_clause *a = first;
    const ispy_variable_clause *b = second;
    bool excluded = false;
    if (is_forbidden(a->presence, b->presence)) {
        const ispy_variable_clause *forbidden = a->presence == ISPY_FORBIDDEN ? a : b;
        excluded = is_required(a->presence, b->presence) && (a->side == b->side || forbidden->side == ISPY_SIDE_ANY);
    } else if (is_required(a->presence, b->presence) && a->side == b->side) {
        excluded = other_value(a->value, b->value) || other_annotation(a->annotation, b->annotation);
    }
    return relation_of(variable_implies(a, b), variable_implies(b, a), excluded);
}

/* ---- presence and number ---- */

/* One that selects speaks of other things than one that only has its name: of the two nothing is said. */
static bool same_selection(const ispy_selection *a, const ispy_selection *b) {
    return a->is_set == b->is_set && ispy_str_equal(a->subclass_of, b->subclass_of);
}

/* How many things a clause leaves room for; one that is not about several: none or one. */
typedef struct number {
    uint32_t least;
    uint32_t most;
} number;

static number number_of(const ispy_selection *select, ispy_presence presence) {
    if (select->is_set) {
        return (number){select->at_least, select->at_most};
    }
    return (number){presence == ISPY_REQUIRED ? 1 : 0, presence == ISPY_FORBIDDEN ? 0 : 1};
}

static bool number_implies(number a, number b) {
    return a.least >= b.least && a.most <= b.most;
}

static bool other_number(number a, number b) {
    return a.least > b.most || b.least > a.most;
}

/* Whether something has to meet both clauses. */
static bool some_meet_both(number a, number b) {
    return a.least > 0 || b.least > 0;
}

/* ---- functions and methods ---- */

static bool same_parameter(const ispy_parameter_clause *a, const ispy_parameter_clause *b) {
    return ispy_str_equal(a->name, b->name) && a->kind == b->kind && a->has_kind == b->has_kind &&
           a->presence == b->presence && a->default_demand == b->default_demand && same_value(a->value, b->value) &&
           same_annotation(a->annotation, b->annotation);
}

static bool same_parameters(const ispy_function_clause *a, const ispy_function_clause *b) {
    bool same = a->parameters_demand == b->parameters_demand && a->parameter_count == b->parameter_count;
    for (uint32_t i = 0; i < a->parameter_count && same; i++) {
        same = same_parameter(&a->parameters[i], &b->parameters[i]);
    }
    return same;
}

static bool wish_implies(ispy_wish a, ispy_wish b) {
    return b == ISPY_WISH_ANY || a == b;
}

static bool other_wish(ispy_wish a, ispy_wish b) {
    return a != ISPY_WISH_ANY && b != ISPY_WISH_ANY && a != b;
}

/* Whether each decorator that the second list speaks of stands in the first one, with the same presence. */
static bool decorators_imply(const ispy_decorator_clause *a, uint32_t a_count, const ispy_decorator_clause *b,
                             uint32_t b_count) {
    bool implied = true;
    for (uint32_t i = 0; i < b_count && implied; i++) {
        implied = false;
        for (uint32_t j = 0; j < a_count && !implied; j++) {
            implied = ispy_str_equal(a[j].name, b[i].name) && a[j].presence == b[i].presence;
        }
    }
    return implied;
}

static bool other_decorators(const ispy_decorator_clause *a, uint32_t a_count, const ispy_decorator_clause *b,
                             uint32_t b_count) {
    bool other = false;
    for (uint32_t i = 0; i < a_count * b_count && !other; i++) {
        const ispy_decorator_clause *first = &a[i % a_count];
        const ispy_decorator_clause *second = &b[i / a_count];
        other = ispy_str_equal(first->name, second->name) && first->presence != second->presence;
    }
    return other;
}

/* An attribute passes for a property that is asked for its parts, so these are no more than wishes. */
static bool nature_implies(const ispy_function_clause *a, const ispy_function_clause *b) {
    return wish_implies(a->generator, b->generator) && wish_implies(a->abstract, b->abstract) &&
           wish_implies(a->settable, b->settable) && wish_implies(a->deletable, b->deletable) &&
           (a->is_cached || !b->is_cached) &&
           decorators_imply(a->decorators, a->decorator_count, b->decorators, b->decorator_count);
}

static bool other_nature(const ispy_function_clause *a, const ispy_function_clause *b) {
    return other_wish(a->generator, b->generator) || other_wish(a->abstract, b->abstract) ||
           other_wish(a->settable, b->settable) || other_wish(a->deletable, b->deletable) ||
           other_decorators(a->decorators, a->decorator_count, b->decorators, b->decorator_count);
}

static bool function_implies(const ispy_function_clause *a, const ispy_function_clause *b) {
    number most = number_of(&a->select, a->presence);
    if (!same_selection(&a->select, &b->select) || !number_implies(most, number_of(&b->select, b->presence))) {
        return false;
    }
    if (most.most == 0) {
        return true;
    }
    bool call = b->call == NULL || (a->call != NULL && ispy_str_equal(a->call->text, b->call->text));
    /* an attribute passes for a property, so a property is less than a plain name */
    bool kind = b->has_method_kind ? a->has_method_kind && a->method_kind == b->method_kind
                                   : !a->has_method_kind || a->method_kind != ISPY_METHOD_PROPERTY;
    return call && kind && (b->async == ISPY_ASYNC_ANY || a->async == b->async) &&
           (b->parameters_demand == ISPY_PARAMETERS_ANY || same_parameters(a, b)) &&
           (b->returns == NULL || (a->returns != NULL && same_annotation(a->returns, b->returns))) &&
           (a->is_concrete || !b->is_concrete) && nature_implies(a, b) &&
           /* a class passes for a function that has only `call:`, so that is less than a plain name */
           (a->call == NULL || b->call != NULL || a->parameters_demand != ISPY_PARAMETERS_ANY);
}

/* Index of the parameter of that name, or `count`. */
static uint32_t find_parameter(const ispy_function_clause *function, ispy_str name) {
    uint32_t i = 0;
    while (i < function->parameter_count && !ispy_str_equal(function->parameters[i].name, name)) {
        i++;
    }
    return i;
}

static bool other_default(const ispy_parameter_clause *a, const ispy_parameter_clause *b) {
    bool variadic = (a->has_kind && ispy_parameter_is_variadic(a->kind)) ||
                    (b->has_kind && ispy_parameter_is_variadic(b->kind)); /* found by kind, whatever its name is */
    bool none = a->default_demand == ISPY_DEFAULT_NONE || b->default_demand == ISPY_DEFAULT_NONE;
    bool some = a->default_demand == ISPY_DEFAULT_PRESENT || a->default_demand == ISPY_DEFAULT_EQUAL ||
                b->default_demand == ISPY_DEFAULT_PRESENT || b->default_demand == ISPY_DEFAULT_EQUAL;
    return !variadic && ((none && some) || (a->has_kind && b->has_kind && a->kind != b->kind));
}

/* Two lists of parameters that no signature has: another order, another default, another type. */
static bool other_parameters(const ispy_function_clause *a, const ispy_function_clause *b) {
    enum { MOST = 256 };
    if (a->parameters_demand != ISPY_PARAMETERS_LISTED || b->parameters_demand != ISPY_PARAMETERS_LISTED ||
        a->parameter_count > MOST || b->parameter_count > MOST) {
        return false;
    }
    bool other = false;
    bool has_last = false;
    uint32_t last = 0; /* place in b of the latest of a's that b has, too */
    for (uint32_t i = 0; i < a->parameter_count && !other; i++) {
        const ispy_parameter_clause *p = &a->parameters[i];
        uint32_t found = find_parameter(b, p->name);
        if (found == b->parameter_count) {
            continue;
        }
        const ispy_parameter_clause *q = &b->parameters[found];
        if (p->presence != ISPY_REQUIRED || q->presence != ISPY_REQUIRED) {
            other = is_forbidden(p->presence, q->presence) && is_required(p->presence, q->presence) && !p->has_kind &&
                    !q->has_kind;
            continue;
        }
        other = (has_last && found < last) || other_value(p->value, q->value) || other_default(p, q) ||
                other_annotation(p->annotation, q->annotation);
        last = found;
        has_last = true;
    }
    return other;
}

ispy_relation ispy_relate_functions(const void *first, const void *second) {
    const ispy_function_clause *a = first;
    const ispy_function_clause *b = second;
    number first_number = number_of(&a->select, a->presence);
    number second_number = number_of(&b->select, b->presence);
    bool excluded = other_number(first_number, second_number);
    if (!excluded && some_meet_both(first_number, second_number)) {
        bool async = (a->async == ISPY_ASYNC_YES && b->async == ISPY_ASYNC_NO) ||
                     (a->async == ISPY_ASYNC_NO && b->async == ISPY_ASYNC_YES);
        bool kind = a->has_method_kind && b->has_method_kind && a->method_kind != b->method_kind;
        excluded =
            async || kind || other_nature(a, b) || other_parameters(a, b) || other_annotation(a->returns, b->returns);
    }
    excluded = excluded && same_selection(&a->select, &b->select);
    return relation_of(function_implies(a, b), function_implies(b, a), excluded);
}

/* ---- classes ---- */

static bool has_logic(const ispy_class_clause *c) {
    return c->logic.when != NULL || c->logic.any_of.entries != NULL || c->logic.all_of.entries != NULL ||
           c->logic.negated.entries != NULL;
}

static bool is_implied(ispy_relation relation) {
    return relation == ISPY_RELATION_SAME || relation == ISPY_RELATION_IMPLIED;
}

static bool has_attribute(const ispy_class_clause *c, const ispy_variable_clause *wanted) {
    bool found = false;
    for (uint32_t i = 0; i < c->attribute_count && !found; i++) {
        found = ispy_str_equal(c->attributes[i].name, wanted->name) &&
                is_implied(ispy_relate_variables(&c->attributes[i], wanted));
    }
    return found;
}

static bool has_method(const ispy_class_clause *c, const ispy_function_clause *wanted) {
    bool found = false;
    for (uint32_t i = 0; i < c->method_count && !found; i++) {
        found = ispy_str_equal(c->methods[i].name, wanted->name) &&
                is_implied(ispy_relate_functions(&c->methods[i], wanted));
    }
    return found;
}

static bool has_base(const ispy_class_clause *c, const ispy_superclass_clause *wanted) {
    bool found = false;
    for (uint32_t i = 0; i < c->superclass_count && !found; i++) {
        found = ispy_str_equal(c->superclasses[i].name, wanted->name) &&
                presence_implies(c->superclasses[i].presence, wanted->presence);
    }
    return found && wanted->body == NULL;
}

static bool class_implies(const ispy_class_clause *a, const ispy_class_clause *b) {
    number most = number_of(&a->select, a->presence);
    bool implied = same_selection(&a->select, &b->select) && number_implies(most, number_of(&b->select, b->presence)) &&
                   a->logic.when == NULL && !has_logic(b);
    if (most.most == 0) {
        return implied;
    }
    implied = implied && decorators_imply(a->decorators, a->decorator_count, b->decorators, b->decorator_count) &&
              b->class_count == 0;
    for (uint32_t i = 0; i < b->attribute_count && implied; i++) {
        implied = has_attribute(a, &b->attributes[i]);
    }
    for (uint32_t i = 0; i < b->method_count && implied; i++) {
        implied = has_method(a, &b->methods[i]);
    }
    for (uint32_t i = 0; i < b->superclass_count && implied; i++) {
        implied = has_base(a, &b->superclasses[i]);
    }
    return implied;
}

ispy_relation ispy_relate_classes(const void *first, const void *second) {
    const ispy_class_clause *a = first;
    const ispy_class_clause *b = second;
    bool excluded = same_selection(&a->select, &b->select) &&
                    other_number(number_of(&a->select, a->presence), number_of(&b->select, b->presence)) &&
                    a->logic.when == NULL && b->logic.when == NULL;
    return relation_of(class_implies(a, b), class_implies(b, a), excluded);
}

ispy_relation ispy_relate_bases(const void *first, const void *second) {
    const ispy_superclass_clause *a = first;
    const ispy_superclass_clause *b = second;
    bool excluded = is_forbidden(a->presence, b->presence) && is_required(a->presence, b->presence);
    return relation_of(b->body == NULL && presence_implies(a->presence, b->presence),
                       a->body == NULL && presence_implies(b->presence, a->presence), excluded);
}

/* ---- the environment ---- */

/* A variable that stands among the secrets as well is one whose value is never shown: both are needed. */
ispy_relation ispy_relate_environment(const void *first, const void *second) {
    const ispy_environment_clause *a = first;
    const ispy_environment_clause *b = second;
    bool same = a->value != NULL && same_value(a->value, b->value);
    if (other_value(a->value, b->value)) {
        return ISPY_RELATION_EXCLUDED;
    }
    bool alike = !a->secret && !b->secret;
    return relation_of(alike && (b->value == NULL || same), alike && (a->value == NULL || same), false);
}
