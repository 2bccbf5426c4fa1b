/* Members of an interface become clauses. See interface_clause.h.
 * Must not know: how the interface was found.
 *
 * An interface is a promise to callers, as a stub line is: calls have to fit, some default has to be where the
 * interface has one, and types have to fit where both sides state them (`compatible`; no annotation is Any). */
#include "load/interface_clause.h"

#include "model/type_expr.h"

#include <string.h>

static ispy_origin origin_of(const ispy_member *member, ispy_span at) {
    return (ispy_origin){member->from->source, at};
}

static bool has_part(ispy_str text, const char *part) {
    size_t length = strlen(part);
    for (size_t i = 0; text.data != NULL && i + length <= text.length; i++) {
        if (memcmp(text.data + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

/* NULL where nothing is asked: no annotation, Any, a bare Final. */
static int fill_annotation(const ispy_annotation_clause **out, const ispy_interface_maker *maker,
                           const ispy_member *member, ispy_str text, ispy_span at) {
    *out = NULL;
    if (text.data == NULL) {
        return ISPY_OK;
    }
    ispy_annotation_clause *annotation = ispy_arena_alloc(maker->loader->arena, sizeof *annotation);
    ispy_text shown = ISPY_TEXT_EMPTY;
    if (annotation == NULL || ispy_type_expr_parse_in(&annotation->type, maker->loader->arena, text,
                                                      member->from->module, maker->own_are_bare) != ISPY_OK) {
        return ispy_fault_nomem(maker->loader);
    }
    ispy_str name = ispy_type_expr_name(annotation->type);
    if (ispy_str_equal(name, ispy_str_literal("typing.Any")) ||
        ispy_type_expr_is_unspecific(annotation->type, member->from->module)) {
        return ISPY_OK;
    }
    /* results are kept by this text: it has to say which module's names are meant */
    int status = ispy_type_expr_show(&shown, annotation->type);
    if (status == ISPY_OK) {
        status = ispy_arena_str(&annotation->text, maker->loader->arena, shown.data, shown.length);
    }
    ispy_text_free(&shown);
    annotation->origin = origin_of(member, at);
    annotation->compatible = true;
    annotation->gradual = true;
    *out = annotation;
    return status == ISPY_OK ? ISPY_OK : ispy_fault_nomem(maker->loader);
}

/* ---- functions ---- */

/* Type checkers take "__x" for positional-only, as stubs wrote it before Python 3.8. */
static bool is_old_positional(const ispy_function *function, uint32_t index, uint32_t first) {
    ispy_str name = function->parameters[index].name;
    bool is_mangled = name.length > 2 && memcmp(name.data, "__", 2) == 0 && name.data[name.length - 1] != '_';
    return is_mangled && (index == first || is_old_positional(function, index - 1, first));
}

static int fill_parameter(ispy_parameter_clause *out, const ispy_interface_maker *maker, const ispy_member *member,
                          const ispy_function *function, uint32_t index, uint32_t first) {
    const ispy_parameter *parameter = &function->parameters[index];
    out->origin = origin_of(member, parameter->at);
    out->name = parameter->name;
    out->kind = parameter->kind;
    if (parameter->kind == ISPY_POSITIONAL_OR_KEYWORD && is_old_positional(function, index, first)) {
        out->kind = ISPY_POSITIONAL_ONLY;
    }
    out->default_demand = parameter->default_value != NULL ? ISPY_DEFAULT_PRESENT : ISPY_DEFAULT_ABSENT;
    return fill_annotation(&out->annotation, maker, member, parameter->annotation, parameter->at);
}

static int fill_parameters(ispy_function_clause *out, const ispy_interface_maker *maker, const ispy_member *member,
                           const ispy_function *function, bool binds) {
    ispy_parameter_clause *parameters =
        ispy_arena_array(maker->loader->arena, function->parameter_count, sizeof *parameters);
    if (parameters == NULL) {
        return ispy_fault_nomem(maker->loader);
    }
    bool has_self =
        binds && function->parameter_count > 0 && function->parameters[0].kind <= ISPY_POSITIONAL_OR_KEYWORD;
    uint32_t skipped = has_self && maker->members_only ? 1 : 0;
    for (uint32_t i = skipped; i < function->parameter_count; i++) {
        int status = fill_parameter(&parameters[i - skipped], maker, member, function, i, has_self ? 1 : 0);
        if (status != ISPY_OK) {
            return status;
        }
    }
    out->parameters_demand = ISPY_PARAMETERS_STUB;
    out->parameters = parameters;
    out->parameter_count = function->parameter_count - skipped;
    return ISPY_OK;
}

/* "def f() -> Awaitable[int]" is kept by "async def f() -> int" as well. */
static bool may_be_async(const ispy_annotation_clause *returns) {
    static const char *const names[] = {"collections.abc.Awaitable",      "collections.abc.Coroutine",
                                        "collections.abc.AsyncIterator",  "collections.abc.AsyncIterable",
                                        "collections.abc.AsyncGenerator", "builtins.object"};
    ispy_str name = ispy_type_expr_name(returns->type);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ispy_str_equal(name, ispy_str_literal(names[i]))) {
            return true;
        }
    }
    return false;
}

static int fill_returns(ispy_function_clause *out, const ispy_interface_maker *maker, const ispy_member *member,
                        const ispy_function *function, ispy_span at) {
    int status = fill_annotation(&out->returns, maker, member, function->returns, at);
    out->async = function->is_async ? ISPY_ASYNC_YES : ISPY_ASYNC_NO;
    if (!function->is_async && (out->returns == NULL ? function->returns.data != NULL : may_be_async(out->returns))) {
        out->async = ISPY_ASYNC_ANY;
        out->returns = NULL;
    }
    return status;
}

/* A decorator that is not understood may make anything of a function: then it only has to be there. */
static int add_function(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                        const ispy_function *function, ispy_span at, bool of_class) {
    ispy_function_clause *clause = &out->functions[out->function_count++];
    bool is_method = of_class && !maker->members_only;
    bool is_known = function->unknown == ISPY_REASON_NONE || function->is_overload;
    clause->origin = origin_of(member, at);
    clause->name = member->name;
    clause->is_concrete = member->is_abstract && is_method;
    if (!is_known) {
        return ISPY_OK;
    }
    clause->has_method_kind = is_method;
    clause->method_kind = function->method_kind;
    bool binds = of_class && function->method_kind != ISPY_METHOD_STATIC;
    if (!is_method) {
        clause->method_kind = ISPY_METHOD_NONE;
    }
    int status = fill_parameters(clause, maker, member, function, binds);
    return status != ISPY_OK ? status : fill_returns(clause, maker, member, function, at);
}

static int add_overloads(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                         const ispy_definition *definition, bool of_class) {
    int status = ISPY_OK;
    ispy_presence presence = ISPY_REQUIRED;
    for (const ispy_function *f = definition->as.function; f != NULL && status == ISPY_OK; f = f->overload_before) {
        status = add_function(out, maker, member, f, definition->at, of_class);
        out->functions[out->function_count - 1].presence = presence; /* that it is missing is said once */
        presence = ISPY_OPTIONAL;
    }
    return status;
}

/* ---- variables ---- */

static ispy_variable_clause *add_name(ispy_interface_clauses *out, const ispy_member *member) {
    ispy_variable_clause *clause = &out->variables[out->variable_count++];
    clause->origin = origin_of(member, member->at);
    clause->name = member->name;
    return clause;
}

static int add_variable(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                        const ispy_definition *definition) {
    ispy_variable_clause *clause = add_name(out, member);
    ispy_str annotation = definition->as.variable->annotation;
    if (!maker->members_only && has_part(annotation, "ClassVar")) {
        clause->side = ISPY_SIDE_CLASS;
    }
    if (has_part(annotation, "TypeAlias")) {
        return ISPY_OK;
    }
    return fill_annotation(&clause->annotation, maker, member, annotation, definition->at);
}

/* A property is asked of a module as a variable. */
static int add_property(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                        const ispy_definition *definition) {
    ispy_variable_clause *clause = add_name(out, member);
    return fill_annotation(&clause->annotation, maker, member, definition->as.function->returns, definition->at);
}

/* ---- classes ---- */

static int add_superclass(ispy_superclass_clause *out, const ispy_interface_maker *maker, const ispy_member *member,
                          const ispy_reference *base, uint32_t *count) {
    static const char *const unseen[] = {"typing.Protocol",  "typing.Generic", "typing.NamedTuple",
                                         "typing.TypedDict", "abc.ABC",        "builtins.object"};
    const ispy_type_expr *type = NULL;
    if (base->name.data == NULL) {
        return ISPY_OK;
    }
    if (ispy_type_expr_parse_in(&type, maker->loader->arena, base->name, member->from->module, maker->own_are_bare) !=
        ISPY_OK) {
        return ispy_fault_nomem(maker->loader);
    }
    ispy_str name = ispy_type_expr_name(type);
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        if (ispy_str_equal(name, ispy_str_literal(unseen[i]))) {
            return ISPY_OK;
        }
    }
    out[(*count)++] = (ispy_superclass_clause){origin_of(member, base->at), name.data != NULL ? name : base->name, NULL,
                                               ISPY_REQUIRED};
    return ISPY_OK;
}

/* Constructors count: a stub says how its classes are made. */
static bool is_member_of_stub(ispy_str name) {
    return !ispy_interface_is_private(name) && !ispy_str_equal(name, ispy_str_literal("__slots__")) &&
           !ispy_str_equal(name, ispy_str_literal("__match_args__")) &&
           !ispy_str_equal(name, ispy_str_literal("__hash__")) && !ispy_str_equal(name, ispy_str_literal("__doc__"));
}

static int fill_body(ispy_interface_clauses *body, const ispy_interface_maker *maker, const ispy_member *member,
                     const ispy_class *klass) {
    uint32_t room = 0;
    for (uint32_t i = 0; i < klass->members.count; i++) {
        const ispy_member one = {.name = klass->members.bindings[i].name, .binding = &klass->members.bindings[i]};
        room += ispy_interface_room(&one);
    }
    body->variables = ispy_arena_array(maker->loader->arena, room, sizeof *body->variables);
    body->functions = ispy_arena_array(maker->loader->arena, room, sizeof *body->functions);
    if (body->variables == NULL || body->functions == NULL) {
        return ispy_fault_nomem(maker->loader);
    }
    for (uint32_t i = 0; i < klass->members.count; i++) {
        const ispy_binding *binding = &klass->members.bindings[i];
        const ispy_member one = {
            .name = binding->name, .from = member->from, .binding = binding, .at = binding->candidates[0]->at};
        if (!is_member_of_stub(binding->name) || one.at.line == 0) {
            continue;
        }
        int status = ispy_interface_add(body, maker, &one, true);
        if (status != ISPY_OK) {
            return status;
        }
    }
    return ISPY_OK;
}

static int add_class(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                     const ispy_definition *definition) {
    const ispy_class *klass = definition->as.klass;
    ispy_class_clause *clause = &out->classes[out->class_count++];
    ispy_superclass_clause *bases = ispy_arena_array(maker->loader->arena, klass->base_count, sizeof *bases);
    ispy_interface_clauses body = {0};
    clause->origin = origin_of(member, definition->at);
    clause->name = member->name;
    if (bases == NULL) {
        return ispy_fault_nomem(maker->loader);
    }
    clause->superclasses = bases;
    for (uint32_t i = 0; i < klass->base_count; i++) {
        int status = add_superclass(bases, maker, member, &klass->bases[i], &clause->superclass_count);
        if (status != ISPY_OK) {
            return status;
        }
    }
    int status = fill_body(&body, maker, member, klass);
    clause->attributes = body.variables;
    clause->attribute_count = body.variable_count;
    clause->methods = body.functions;
    clause->method_count = body.function_count;
    return status;
}

/* ---- members ---- */

uint32_t ispy_interface_room(const ispy_member *member) {
    uint32_t room = 1;
    const ispy_binding *binding = member->binding;
    if (binding != NULL && binding->count == 1 && binding->candidates[0]->kind == ISPY_DEFINES_FUNCTION) {
        const ispy_function *function = binding->candidates[0]->as.function->overload_before;
        for (; function != NULL; function = function->overload_before) {
            room++;
        }
    }
    return room;
}

/* What may not be there in the interface's own module need not be there at all. */
static void loosen(ispy_interface_clauses *out, const ispy_interface_clauses *before) {
    for (uint32_t i = before->variable_count; i < out->variable_count; i++) {
        out->variables[i].presence = ISPY_OPTIONAL;
    }
    for (uint32_t i = before->function_count; i < out->function_count; i++) {
        out->functions[i].presence = ISPY_OPTIONAL;
    }
    for (uint32_t i = before->class_count; i < out->class_count; i++) {
        out->classes[i].presence = ISPY_OPTIONAL;
    }
}

static int add_definition(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                          const ispy_definition *definition, bool of_class) {
    switch (definition->kind) {
    case ISPY_DEFINES_FUNCTION:
        if (maker->members_only && definition->as.function->method_kind == ISPY_METHOD_PROPERTY) {
            return add_property(out, maker, member, definition);
        }
        return add_overloads(out, maker, member, definition, of_class);
    case ISPY_DEFINES_VARIABLE:
        return add_variable(out, maker, member, definition);
    case ISPY_DEFINES_CLASS:
        if (!of_class) {
            return add_class(out, maker, member, definition);
        }
        break; /* a nested class only has to be there */
    default:
        break;
    }
    add_name(out, member);
    return ISPY_OK;
}

/* Where nothing is known but the name: __len__ of collections.abc.Sized. */
static void add_bare(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                     bool of_class) {
    if (!of_class) {
        add_name(out, member);
        return;
    }
    ispy_function_clause *clause = &out->functions[out->function_count++];
    clause->origin = origin_of(member, member->at);
    clause->name = member->name;
    clause->is_concrete = !maker->members_only;
}

int ispy_interface_add(ispy_interface_clauses *out, const ispy_interface_maker *maker, const ispy_member *member,
                       bool of_class) {
    const ispy_binding *binding = member->binding;
    const ispy_interface_clauses before = *out;
    if (member->is_base) {
        out->superclasses[out->superclass_count++] =
            (ispy_superclass_clause){origin_of(member, member->at), member->name, NULL, ISPY_REQUIRED};
        return ISPY_OK;
    }
    if (binding == NULL) {
        add_bare(out, maker, member, of_class);
        return ISPY_OK;
    }
    if (binding->count > 1) {
        add_name(out, member); /* one of several: nobody knows which */
    } else {
        int status = add_definition(out, maker, member, binding->candidates[0], of_class);
        if (status != ISPY_OK) {
            return status;
        }
    }
    if (binding->may_be_absent) {
        loosen(out, &before);
    }
    return ISPY_OK;
}
