/* The walk over one function or method: what it is, then its parameters, what it gives back, how the host calls it. */
#include "rules/constructor.h"
#include "rules/walk.h"

static void ask_parameter(ispy_walk *walk, ispy_rule_id rule, const ispy_parameter_clause *clause,
                          const ispy_parameter *taken) {
    walk->question.parameter = clause;
    walk->question.taken = taken;
    ispy_ask(walk, rule, clause, &clause->origin);
}

/* Default and annotation of a parameter that is there. */
static void ask_details(ispy_walk *walk, const ispy_parameter_clause *clause, const ispy_parameter *taken) {
    walk->question.parameter = clause;
    walk->question.taken = taken;
    const ispy_origin *origin = clause->value != NULL ? &clause->value->origin : &clause->origin;
    ispy_ask(walk, ISPY_RULE_PARAMETER_DEFAULT, clause, origin);
    if (clause->annotation != NULL) {
        ispy_ask(walk, ISPY_RULE_PARAMETER_ANNOTATION, clause, &clause->annotation->origin);
    }
}

/* `self` of a list entry is the first parameter of a method, whatever the module calls it. */
static const ispy_parameter *find_listed(const ispy_signature *whole, const ispy_parameter_clause *clause,
                                         uint32_t index, bool binds) {
    bool is_self =
        ispy_str_equal(clause->name, ispy_str_literal("self")) || ispy_str_equal(clause->name, ispy_str_literal("cls"));
    if (index == 0 && is_self && binds && whole->positional > 0) {
        return &whole->parameters[0];
    }
    if (clause->has_kind && ispy_parameter_is_variadic(clause->kind)) {
        return clause->kind == ISPY_VAR_POSITIONAL ? whole->any_positional : whole->any_keyword;
    }
    for (uint32_t i = 0; i < whole->count; i++) {
        if (ispy_str_equal(whole->parameters[i].name, clause->name)) {
            return &whole->parameters[i];
        }
    }
    return NULL;
}

static void walk_listed(ispy_walk *walk, const ispy_function_clause *clause, bool binds) {
    const ispy_signature *bound = walk->question.signature;
    ispy_signature whole;
    ispy_signature_of(&whole, bound->function, false);
    walk->question.signature = &whole;
    const ispy_parameter *previous = NULL;
    for (uint32_t i = 0; i < clause->parameter_count; i++) {
        const ispy_parameter_clause *wanted = &clause->parameters[i];
        const ispy_parameter *taken = find_listed(&whole, wanted, i, binds);
        walk->question.previous = previous;
        if (wanted->presence == ISPY_FORBIDDEN) {
            ask_parameter(walk, ISPY_RULE_PARAMETER_FORBIDDEN, wanted, taken);
            continue;
        }
        ask_parameter(walk, ISPY_RULE_PARAMETER_MISSING, wanted, taken);
        if (taken == NULL || whole.function->unknown != ISPY_REASON_NONE) {
            continue;
        }
        ask_parameter(walk, ISPY_RULE_PARAMETER_KIND, wanted, taken);
        ask_parameter(walk, ISPY_RULE_PARAMETER_ORDER, wanted, taken);
        ask_details(walk, wanted, taken);
        previous = previous == NULL || taken > previous ? taken : previous;
    }
    walk->question.signature = bound;
}

/* Each parameter of the stub has to be taken by something. Gives whether all are. */
static bool ask_takers(ispy_walk *walk, const ispy_stub *stub) {
    bool all = true;
    for (uint32_t i = 0; i < stub->count; i++) {
        const ispy_parameter_clause *wanted = &stub->parameters[i];
        const ispy_parameter *taken = ispy_signature_taker(walk->question.signature, wanted, i);
        bool is_variadic = ispy_parameter_is_variadic(wanted->kind);
        ask_parameter(walk, is_variadic ? ISPY_RULE_STUB_CALLS : ISPY_RULE_PARAMETER_MISSING, wanted, taken);
        all = all && (taken != NULL || is_variadic);
    }
    return all;
}

/* No parameter of the module's may be required that the stub does not have. Gives whether none is. */
static bool ask_further(ispy_walk *walk, const ispy_function_clause *clause, const ispy_stub *stub) {
    const ispy_signature *signature = walk->question.signature;
    bool none = true;
    walk->question.parameter = NULL;
    for (uint32_t i = 0; i < signature->count; i++) {
        const ispy_parameter *parameter = &signature->parameters[i];
        if (ispy_parameter_is_required(parameter) && !ispy_stub_covers(stub, signature, parameter)) {
            walk->question.taken = parameter;
            ispy_ask(walk, ISPY_RULE_STUB_CALLS, clause, &clause->origin);
            none = false;
        }
    }
    return none;
}

/* One complaint about places is enough: a shifted parameter shifts all that follow it. */
static void ask_places(ispy_walk *walk, const ispy_stub *stub, bool judge_order) {
    walk->question.judge_order = judge_order;
    for (uint32_t i = 0; i < stub->count; i++) {
        const ispy_parameter_clause *wanted = &stub->parameters[i];
        walk->question.position = i;
        walk->question.parameter = wanted;
        walk->question.taken = ispy_signature_taker(walk->question.signature, wanted, i);
        if (walk->question.taken != NULL &&
            ispy_ask(walk, ISPY_RULE_PARAMETER_ORDER, wanted, &wanted->origin) == ISPY_FAIL) {
            return;
        }
    }
}

static void walk_stub(ispy_walk *walk, const ispy_function_clause *clause, bool is_method) {
    const ispy_signature *signature = walk->question.signature;
    ispy_stub stub;
    ispy_stub_of(&stub, clause, is_method && ispy_method_binds(clause->method_kind));
    walk->question.stub = &stub;
    walk->question.previous = NULL;
    if (signature->cannot_bind || signature->function->unknown != ISPY_REASON_NONE) {
        walk->question.parameter = NULL;
        walk->question.taken = NULL;
        ispy_ask(walk, ISPY_RULE_STUB_CALLS, clause, &clause->origin);
        walk->question.stub = NULL;
        return;
    }
    bool all = ask_takers(walk, &stub);
    bool none = ask_further(walk, clause, &stub);
    ask_places(walk, &stub, all && none);
    for (uint32_t i = 0; i < stub.count; i++) {
        const ispy_parameter *taken = ispy_signature_taker(signature, &stub.parameters[i], i);
        if (taken != NULL) {
            ask_details(walk, &stub.parameters[i], taken);
        }
    }
    walk->question.stub = NULL;
}

/* What calls a class meets is its __init__, or its __new__. */
static void walk_constructor(ispy_walk *walk, const ispy_function_clause *clause, const ispy_definition *definition) {
    static const char *const names[] = {"__init__", "__new__"};
    ispy_hierarchy hierarchy;
    ispy_lookup lookup;
    ispy_signature signature;
    ispy_hierarchy_of(&hierarchy, walk->question.follower, walk->question.module, definition);
    walk->question.lookup = &lookup;
    walk->question.signature = NULL;
    const ispy_function *made = NULL;
    if (ispy_constructor_made(&made, &hierarchy, walk->question.arena) != ISPY_OK) {
        walk->ledger.status = ISPY_ENOMEM;
    }
    if (made != NULL) {
        ispy_lookup_here(&lookup, &hierarchy, ispy_str_literal(names[0]), ISPY_ON_CLASS);
        ispy_signature_of(&signature, made, true);
        walk->question.signature = &signature;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && walk->question.signature == NULL; i++) {
        ispy_lookup_member(&lookup, &hierarchy, ispy_str_literal(names[i]), ISPY_ON_CLASS);
        if (lookup.count == 0 && lookup.open != ISPY_REASON_NONE) {
            break;
        }
        if (lookup.count == 0) {
            continue;
        }
        const ispy_definition *found = lookup.bindings[0]->candidates[0];
        bool is_sure = lookup.open == ISPY_REASON_NONE && !lookup.may_be_absent && lookup.count == 1 &&
                       lookup.bindings[0]->count == 1 && found->kind == ISPY_DEFINES_FUNCTION;
        if (!is_sure) {
            lookup.open = lookup.open != ISPY_REASON_NONE ? lookup.open : ISPY_REASON_CONDITIONAL;
            break;
        }
        ispy_signature_of(&signature, found->as.function, true);
        walk->question.signature = &signature;
    }
    if (definition->as.klass->may_be_no_class) {
        lookup.open = ISPY_REASON_DECORATED;
        walk->question.signature = NULL;
    }
    if (walk->question.signature == NULL && lookup.open == ISPY_REASON_NONE && walk->question.module->is_live) {
        lookup.open = ISPY_REASON_SIGNATURE_UNKNOWN;
    }
    ispy_ask(walk, ISPY_RULE_CALL, clause, &clause->call->origin);
    walk->question.lookup = NULL;
    walk->question.signature = NULL;
}

static void walk_signature(ispy_walk *walk, const ispy_function_clause *clause, const ispy_function *function,
                           bool is_method) {
    ispy_signature signature;
    bool binds = is_method && ispy_method_binds(function->method_kind);
    ispy_signature_of(&signature, function, binds);
    walk->question.signature = &signature;
    ispy_ask(walk, ISPY_RULE_ASYNC, clause, &clause->origin);
    if (clause->parameters_demand == ISPY_PARAMETERS_LISTED) {
        walk_listed(walk, clause, binds);
    } else if (clause->parameters_demand == ISPY_PARAMETERS_STUB) {
        walk_stub(walk, clause, is_method);
    }
    if (clause->returns != NULL && function->unknown == ISPY_REASON_NONE) {
        ispy_ask(walk, ISPY_RULE_RETURN_ANNOTATION, clause, &clause->returns->origin);
    }
    if (clause->call != NULL) {
        ispy_ask(walk, ISPY_RULE_CALL, clause, &clause->call->origin);
    }
    walk->question.signature = NULL;
}

void ispy_walk_decorators(ispy_walk *walk, const ispy_decorator_clause *clauses, uint32_t count, ispy_rule_id missing,
                          ispy_rule_id forbidden) {
    for (uint32_t i = 0; i < count; i++) {
        walk->question.decorator = &clauses[i];
        ispy_ask(walk, clauses[i].presence == ISPY_FORBIDDEN ? forbidden : missing, &clauses[i], &clauses[i].origin);
    }
}

/* What a property, or an attribute in its place, lets its callers do. */
static void walk_parts(ispy_walk *walk, const ispy_function_clause *clause) {
    if (clause->settable != ISPY_WISH_ANY) {
        ispy_ask(walk, ISPY_RULE_SETTABLE, clause, &clause->origin);
    }
    if (clause->deletable != ISPY_WISH_ANY) {
        ispy_ask(walk, ISPY_RULE_DELETABLE, clause, &clause->origin);
    }
}

static void walk_candidate(ispy_walk *walk, const void *data, const ispy_definition *definition) {
    const ispy_function_clause *clause = data;
    bool is_method = walk->question.noun == ISPY_NOUN_METHOD;
    walk->question.function = clause;
    walk->question.signature = NULL;
    if (definition->kind == ISPY_DEFINES_FUNCTION) { /* whatever the decorators made of it */
        ispy_walk_decorators(walk, clause->decorators, clause->decorator_count, ISPY_RULE_DECORATOR_MISSING,
                             ISPY_RULE_DECORATOR_FORBIDDEN);
    }
    if (ispy_ask(walk, ISPY_RULE_NOT_A_FUNCTION, clause, &clause->origin) != ISPY_PASS) {
        return;
    }
    if (definition->kind == ISPY_DEFINES_CLASS && clause->call != NULL) {
        walk_constructor(walk, clause, definition);
    }
    if (definition->kind == ISPY_DEFINES_VARIABLE) {
        walk_parts(walk, clause);
    }
    if (definition->kind != ISPY_DEFINES_FUNCTION) {
        if (definition->kind != ISPY_DEFINES_CLASS || clause->call == NULL) {
            ispy_keep_open(walk, ISPY_REASON_ALIASED, false); /* another object took the place of the function */
        }
        return;
    }
    if (is_method && ispy_ask(walk, ISPY_RULE_METHOD_KIND, clause, &clause->origin) != ISPY_PASS) {
        return;
    }
    if (clause->is_concrete && ispy_ask(walk, ISPY_RULE_METHOD_ABSTRACT, clause, &clause->origin) != ISPY_PASS) {
        return;
    }
    if (clause->abstract != ISPY_WISH_ANY) {
        ispy_ask(walk, ISPY_RULE_ABSTRACT, clause, &clause->origin);
    }
    if (clause->generator != ISPY_WISH_ANY) {
        ispy_ask(walk, ISPY_RULE_GENERATOR, clause, &clause->origin);
    }
    walk_parts(walk, clause);
    walk_signature(walk, clause, definition->as.function, is_method);
}

static void fold_function(ispy_walk *walk, const ispy_function_clause *clause, const ispy_lookup *lookup,
                          bool is_method) {
    const ispy_named named = {
        .missing = is_method ? ISPY_RULE_METHOD_MISSING : ISPY_RULE_FUNCTION_MISSING,
        .forbidden = is_method ? ISPY_RULE_METHOD_FORBIDDEN : ISPY_RULE_FUNCTION_FORBIDDEN,
        .presence = clause->presence,
        .clause = clause,
        .origin = &clause->origin,
        .takes_bare = clause->has_method_kind && clause->method_kind == ISPY_METHOD_PROPERTY,
        .candidate = walk_candidate,
    };
    walk->question.lookup = lookup;
    ispy_fold(walk, &named);
    walk->question.function = NULL;
    walk->question.lookup = NULL;
}

bool ispy_function_clause_demands(const ispy_function_clause *clause) {
    return clause->parameters_demand != ISPY_PARAMETERS_ANY || clause->returns != NULL || clause->call != NULL ||
           clause->async != ISPY_ASYNC_ANY || clause->has_method_kind || clause->generator != ISPY_WISH_ANY ||
           clause->abstract != ISPY_WISH_ANY || clause->decorator_count > 0;
}

void ispy_walk_function(ispy_walk *walk, const ispy_function_clause *clause) {
    ispy_lookup lookup;
    if (clause->select.is_set) {
        const ispy_str nobody = {NULL, 0, 0};
        ispy_walk_selected_functions(walk, clause, NULL, nobody, walk_candidate);
        return;
    }
    ispy_lookup_name(&lookup, walk->question.module, clause->name);
    fold_function(walk, clause, &lookup, false);
}

/* A binding of something that no source binds. In the arena, since findings point to it. */
typedef struct made_binding {
    ispy_definition definition;
    const ispy_definition *candidates[1];
    ispy_binding binding;
} made_binding;

/* The __init__ that a class has because of its fields; NULL where it has none. */
static const ispy_binding *take_made(ispy_walk *walk, ispy_hierarchy *hierarchy, ispy_str name) {
    const ispy_function *function = NULL;
    const ispy_definition *owner = hierarchy->ancestors[0].definition;
    int status = ispy_constructor_made(&function, hierarchy, walk->question.arena);
    if (status == ISPY_OK && (function == NULL || owner->as.klass->makes == ISPY_MAKES_NEW)) {
        return NULL;
    }
    made_binding *made = status == ISPY_OK ? ispy_arena_alloc(walk->question.arena, sizeof *made) : NULL;
    if (made == NULL) {
        walk->ledger.status = ISPY_ENOMEM;
        return NULL;
    }
    made->definition = (ispy_definition){.kind = ISPY_DEFINES_FUNCTION, .name = name, .at = owner->at};
    made->definition.as.function = function;
    made->candidates[0] = &made->definition;
    made->binding = (ispy_binding){.name = name, .candidates = made->candidates, .count = 1};
    return &made->binding;
}

void ispy_walk_method(ispy_walk *walk, const ispy_function_clause *clause, ispy_hierarchy *hierarchy, ispy_str owner) {
    ispy_lookup lookup;
    if (clause->select.is_set) {
        ispy_walk_selected_functions(walk, clause, hierarchy, owner, walk_candidate);
        walk->question.hierarchy = hierarchy;
        return;
    }
    ispy_lookup_member(&lookup, hierarchy, clause->name, ISPY_ON_CLASS);
    bool wants_property = clause->has_method_kind && clause->method_kind == ISPY_METHOD_PROPERTY;
    if (wants_property && lookup.count == 0) {
        ispy_lookup_member(&lookup, hierarchy, clause->name, ISPY_ON_INSTANCE);
    }
    walk->subject = (ispy_subject){ISPY_NOUN_METHOD, owner, clause->name, lookup.scope};
    walk->question.noun = ISPY_NOUN_METHOD;
    bool may_be_made = lookup.count == 0 && ispy_str_equal(clause->name, ispy_str_literal("__init__"));
    const ispy_binding *made = may_be_made ? take_made(walk, hierarchy, clause->name) : NULL;
    if (made != NULL) {
        lookup.bindings[0] = made;
        lookup.homes[0] = walk->question.module;
        lookup.count = 1;
        lookup.may_be_absent = false;
        lookup.open = ISPY_REASON_NONE;
    }
    fold_function(walk, clause, &lookup, true);
}
