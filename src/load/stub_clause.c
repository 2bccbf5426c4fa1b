/* Stub lines -> clauses.
 * Must not know: how Python parses (options->parse_stub does), where in the contract the clause belongs. */
#include "load/stub_clause.h"

#include "base/error.h"
#include "load/clause_load.h"
#include "load/stub_place.h"

#include <stdlib.h>
#include <string.h>

typedef struct stub_reader {
    const ispy_loader *loader;
    const ispy_node *node;
    ispy_place_map places;
} stub_reader;

static const char stub_hint[] =
    "write a plain name, or Python: 'def run(job) -> None', 'LIMIT: int = 3', 'class Plugin: ...'";

static ispy_span place_of(stub_reader *stub, ispy_span in_text) {
    return ispy_place_map_find(&stub->places, in_text);
}

/* "'<name>' <what>". */
static int wrong(stub_reader *stub, ispy_span in_text, ispy_str name, const char *what, const char *hint) {
    ispy_fault(stub->loader, ISPY_FAULT_STUB, place_of(stub, in_text), "'%s' %s", ispy_quote(name).text, what);
    ispy_error_hint(stub->loader->error, "%s", hint);
    return ISPY_EINVAL;
}

/* ---- parsing ---- */

/* What Python's parser said, with the place moved into the file. */
static int parser_refused(stub_reader *stub) {
    ispy_error said = *stub->loader->error;
    ispy_span at = place_of(stub, said.at);
    ispy_fault(stub->loader, ISPY_FAULT_STUB, at, "%s", said.message);
    ispy_error_hint(stub->loader->error, "%s", said.hint[0] != '\0' ? said.hint : stub_hint);
    return ISPY_EINVAL;
}

/* The one definition bound to a name. */
static int single_candidate(const ispy_definition **out, stub_reader *stub, const ispy_binding *binding) {
    if (binding->count != 1 || binding->may_be_absent) {
        return wrong(stub, binding->candidates[0]->at, binding->name, "is defined under a condition",
                     "a stub says one thing: leave 'if', 'try' and loops out");
    }
    *out = binding->candidates[0];
    return ISPY_OK;
}

static int parse(const ispy_definition **out, stub_reader *stub) {
    const ispy_loader *loader = stub->loader;
    const ispy_node *node = stub->node;
    if (loader->options == NULL || loader->options->parse_stub == NULL) {
        ispy_fault(loader, ISPY_FAULT_STUB, node->at, "'%s' is a stub line, and there is no Python at hand to parse it",
                   ispy_quote(node->text).text);
        ispy_error_hint(loader->error, "write a mapping: {name: ...}");
        return ISPY_EINVAL;
    }
    const ispy_module *module = NULL;
    *loader->error = (ispy_error){.status = ISPY_OK};
    int status = loader->options->parse_stub(&module, loader->options->user, node->text, loader->arena, loader->error);
    if (status == ISPY_EINVAL) {
        return parser_refused(stub);
    }
    if (status != ISPY_OK) {
        return status == ISPY_ENOMEM ? ispy_fault_nomem(loader) : status;
    }
    if (module->scope.open != ISPY_REASON_NONE) {
        return wrong(stub, module->scope.open_at, node->text, "holds more than a definition", stub_hint);
    }
    if (module->scope.count == 0) {
        return wrong(stub, (ispy_span){0, 0, 0}, node->text, "is neither a name nor a stub line", stub_hint);
    }
    if (module->scope.count > 1) {
        return wrong(stub, (ispy_span){0, 0, 0}, node->text, "defines several names",
                     "write each definition as an entry of its own");
    }
    return single_candidate(out, stub, &module->scope.bindings[0]);
}

/* Parses the stub, and refuses it when it defines something else than `wanted`. */
static int open_stub(const ispy_definition **out, stub_reader *stub, ispy_definition_kind wanted) {
    static const struct {
        const char *what;
        const char *key;
    } kinds[] = {
        [ISPY_DEFINES_VARIABLE] = {"a variable", "put it under 'variables' or 'attributes'"},
        [ISPY_DEFINES_FUNCTION] = {"a function", "put it under 'functions' or 'methods'"},
        [ISPY_DEFINES_CLASS] = {"a class", "put it under 'classes'"},
        [ISPY_DEFINES_IMPORT] = {"an import", "a contract cannot ask for imports yet"},
        [ISPY_DEFINES_UNKNOWN] = {"something that cannot be told", ""},
    };
    int status = parse(out, stub);
    if (status != ISPY_OK || (*out)->kind == wanted) {
        return status;
    }
    ispy_fault(stub->loader, ISPY_FAULT_STUB, place_of(stub, (*out)->at), "%s was expected here, but '%s' is %s",
               kinds[wanted].what, ispy_quote((*out)->name).text, kinds[(*out)->kind].what);
    ispy_error_hint(stub->loader->error, "%s", kinds[(*out)->kind].key);
    return ISPY_EINVAL;
}

/* A stub on one line is pointed at as a whole; in a block scalar, the name is. */
static ispy_origin origin_of(stub_reader *stub, const ispy_definition *definition) {
    bool whole = stub->node->style != ISPY_STYLE_BLOCK;
    return ispy_loader_origin(stub->loader, whole ? stub->node->at : place_of(stub, definition->at));
}

/* ---- values and annotations ---- */

enum { MAX_LITERAL_DEPTH = 64 };

static bool is_dynamic(const ispy_literal *literal, int depth) {
    bool dynamic = literal->kind == ISPY_LITERAL_DYNAMIC || depth == 0;
    for (uint32_t i = 0; i < literal->count && !dynamic; i++) {
        dynamic = is_dynamic(&literal->items[i], depth - 1);
    }
    return dynamic;
}

/* NULL for "...": any value. */
static int fill_value(const ispy_value_clause **out, stub_reader *stub, const ispy_literal *literal, ispy_str name,
                      ispy_span in_text, ispy_origin origin) {
    if (is_dynamic(literal, MAX_LITERAL_DEPTH)) {
        return wrong(stub, in_text, name, "has a value that is not a literal",
                     "write a literal (5, 'text', None, [1, 2]), or ... for any value");
    }
    *out = NULL;
    if (literal->kind == ISPY_LITERAL_ELLIPSIS) {
        return ISPY_OK;
    }
    ispy_value_clause *value = ispy_arena_alloc(stub->loader->arena, sizeof *value);
    if (value == NULL) {
        return ispy_fault_nomem(stub->loader);
    }
    *value = (ispy_value_clause){origin, *literal, literal->text, NULL};
    *out = value;
    return ISPY_OK;
}

static int fill_annotation(const ispy_annotation_clause **out, stub_reader *stub, ispy_str text, ispy_span at) {
    return text.data == NULL ? ISPY_OK : ispy_annotation_load(out, stub->loader, text, at, false);
}

static int fill_variable(ispy_variable_clause *out, stub_reader *stub, const ispy_definition *definition,
                         ispy_origin origin) {
    const ispy_variable *variable = definition->as.variable;
    out->origin = origin;
    out->name = definition->name;
    int status = fill_annotation(&out->annotation, stub, variable->annotation, origin.at);
    if (status == ISPY_OK && variable->value != NULL) {
        status = fill_value(&out->value, stub, variable->value, definition->name, definition->at, origin);
    }
    return status;
}

/* ---- functions ---- */

static int fill_parameter(ispy_parameter_clause *out, stub_reader *stub, const ispy_parameter *parameter) {
    out->origin = ispy_loader_origin(stub->loader, place_of(stub, parameter->at));
    out->name = parameter->name;
    out->kind = parameter->kind;
    int status = fill_annotation(&out->annotation, stub, parameter->annotation, out->origin.at);
    if (status != ISPY_OK || parameter->default_value == NULL) {
        out->default_demand = ISPY_DEFAULT_ABSENT;
        return status;
    }
    status = fill_value(&out->value, stub, parameter->default_value, parameter->name, parameter->at, out->origin);
    out->default_demand = out->value == NULL ? ISPY_DEFAULT_PRESENT : ISPY_DEFAULT_EQUAL;
    return status;
}

static int fill_parameters(ispy_function_clause *out, stub_reader *stub, const ispy_function *function) {
    ispy_parameter_clause *parameters =
        ispy_arena_array(stub->loader->arena, function->parameter_count, sizeof *parameters);
    if (parameters == NULL) {
        return ispy_fault_nomem(stub->loader);
    }
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        int status = fill_parameter(&parameters[i], stub, &function->parameters[i]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    out->parameters_demand = ISPY_PARAMETERS_STUB;
    out->parameters = parameters;
    out->parameter_count = function->parameter_count;
    return ISPY_OK;
}

/* What a decorator makes of a method. Others would need to be understood first. */
static const struct {
    const char *name;
    ispy_method_kind kind;
} decorators[] = {
    {"staticmethod", ISPY_METHOD_STATIC},
    {"classmethod", ISPY_METHOD_CLASS},
    {"property", ISPY_METHOD_PROPERTY},
    {"cached_property", ISPY_METHOD_PROPERTY},
    {"functools.cached_property", ISPY_METHOD_PROPERTY},
    {"abstractmethod", ISPY_METHOD_NONE},
    {"abc.abstractmethod", ISPY_METHOD_NONE},
};

static int fill_decorators(ispy_function_clause *out, stub_reader *stub, const ispy_function *function) {
    for (uint32_t i = 0; i < function->decorator_count; i++) {
        const ispy_reference *decorator = &function->decorators[i];
        size_t known = 0;
        while (known < sizeof decorators / sizeof *decorators &&
               !ispy_str_equal(decorator->text, ispy_str_literal(decorators[known].name))) {
            known++;
        }
        if (known == sizeof decorators / sizeof *decorators) {
            return wrong(stub, decorator->at, decorator->text, "is a decorator that stub lines do not know",
                         "staticmethod, classmethod, property, cached_property and abstractmethod are");
        }
        if (decorators[known].kind != ISPY_METHOD_NONE) {
            out->method_kind = decorators[known].kind;
        }
    }
    return ISPY_OK;
}

static int fill_function(ispy_function_clause *out, stub_reader *stub, const ispy_definition *definition,
                         ispy_origin origin, bool is_method) {
    const ispy_function *function = definition->as.function;
    out->origin = origin;
    out->name = definition->name;
    out->async = function->is_async ? ISPY_ASYNC_YES : ISPY_ASYNC_NO;
    out->has_method_kind = is_method;
    if (!is_method && function->decorator_count > 0) {
        return wrong(stub, function->decorators[0].at, function->decorators[0].text,
                     "is a decorator, which a function's stub line cannot have",
                     "leave it out: a stub says what callers see");
    }
    int status = fill_decorators(out, stub, function);
    if (status == ISPY_OK) {
        status = fill_parameters(out, stub, function);
    }
    if (status == ISPY_OK) {
        status = fill_annotation(&out->returns, stub, function->returns, origin.at);
    }
    return status;
}

/* ---- classes ---- */

static int fill_superclasses(ispy_class_clause *out, stub_reader *stub, const ispy_class *klass) {
    ispy_superclass_clause *superclasses =
        ispy_arena_array(stub->loader->arena, klass->base_count, sizeof *superclasses);
    if (superclasses == NULL) {
        return ispy_fault_nomem(stub->loader);
    }
    for (uint32_t i = 0; i < klass->base_count; i++) {
        const ispy_reference *base = &klass->bases[i];
        if (base->name.data == NULL) {
            return wrong(stub, base->at, base->text, "is not a dotted name, which a base class must be", "");
        }
        ispy_origin origin = ispy_loader_origin(stub->loader, place_of(stub, base->at));
        superclasses[i] = (ispy_superclass_clause){origin, base->name, NULL, ISPY_REQUIRED};
    }
    out->superclasses = superclasses;
    out->superclass_count = klass->base_count;
    return ISPY_OK;
}

static int by_place(const void *a, const void *b) {
    ispy_span left = (*(const ispy_definition *const *)a)->at;
    ispy_span right = (*(const ispy_definition *const *)b)->at;
    if (left.line != right.line) {
        return left.line < right.line ? -1 : 1;
    }
    return (left.column > right.column) - (left.column < right.column);
}

/* The definitions in the class, as they were written. */
static int list_members(const ispy_definition ***out, stub_reader *stub, const ispy_scope *scope) {
    const ispy_definition **members = ispy_arena_array(stub->loader->arena, scope->count, sizeof *members);
    if (members == NULL) {
        return ispy_fault_nomem(stub->loader);
    }
    for (uint32_t i = 0; i < scope->count; i++) {
        int status = single_candidate(&members[i], stub, &scope->bindings[i]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    if (scope->count > 1) {
        qsort(members, scope->count, sizeof *members, by_place);
    }
    *out = members;
    return ISPY_OK;
}

static int fill_members(ispy_class_clause *out, stub_reader *stub, const ispy_scope *scope) {
    const ispy_definition **members = NULL;
    int status = list_members(&members, stub, scope);
    if (status != ISPY_OK) {
        return status;
    }
    ispy_variable_clause *attributes = ispy_arena_array(stub->loader->arena, scope->count, sizeof *attributes);
    ispy_function_clause *methods = ispy_arena_array(stub->loader->arena, scope->count, sizeof *methods);
    if (attributes == NULL || methods == NULL) {
        return ispy_fault_nomem(stub->loader);
    }
    out->attributes = attributes;
    out->methods = methods;
    for (uint32_t i = 0; i < scope->count && status == ISPY_OK; i++) {
        const ispy_definition *member = members[i];
        ispy_origin origin = ispy_loader_origin(stub->loader, place_of(stub, member->at));
        if (member->kind == ISPY_DEFINES_VARIABLE) {
            status = fill_variable(&attributes[out->attribute_count++], stub, member, origin);
        } else if (member->kind == ISPY_DEFINES_FUNCTION) {
            status = fill_function(&methods[out->method_count++], stub, member, origin, true);
        } else {
            status = wrong(stub, member->at, member->name, "is neither an attribute nor a method",
                           "a class's stub holds attributes and methods only");
        }
    }
    return status;
}

static int check_class(stub_reader *stub, const ispy_definition *definition) {
    const ispy_class *klass = definition->as.klass;
    const char *hint = "leave it out: a stub says what users of the class see";
    if (klass->decorator_count > 0) {
        return wrong(stub, klass->decorators[0].at, klass->decorators[0].text,
                     "is a decorator, which a class's stub cannot have", hint);
    }
    if (klass->has_metaclass) {
        return wrong(stub, definition->at, definition->name, "names a metaclass, which a stub cannot ask for", hint);
    }
    if (klass->members.open != ISPY_REASON_NONE || klass->instance.open != ISPY_REASON_NONE) {
        return wrong(stub, definition->at, definition->name, "holds more than definitions", hint);
    }
    if (klass->instance.count > 0) {
        return wrong(stub, klass->instance.bindings[0].candidates[0]->at, klass->instance.bindings[0].name,
                     "is assigned in a method's body", "declare attributes in the class: 'name: type'");
    }
    return ISPY_OK;
}

/* ---- what the loader calls ---- */

static stub_reader stub_of(const ispy_loader *loader, const ispy_node *node) {
    stub_reader made = {.loader = loader, .node = node};
    ispy_place_map_init(&made.places, loader->source, node);
    return made;
}

int ispy_stub_variable(ispy_variable_clause *out, const ispy_loader *loader, const ispy_node *node) {
    stub_reader made = stub_of(loader, node);
    const ispy_definition *definition;
    int status = open_stub(&definition, &made, ISPY_DEFINES_VARIABLE);
    return status != ISPY_OK ? status : fill_variable(out, &made, definition, origin_of(&made, definition));
}

int ispy_stub_attribute(ispy_variable_clause *out, const ispy_loader *loader, const ispy_node *node) {
    return ispy_stub_variable(out, loader, node); /* without `type:`, an attribute may be of class or instance */
}

static int load_function(ispy_function_clause *out, const ispy_loader *loader, const ispy_node *node, bool is_method) {
    stub_reader made = stub_of(loader, node);
    const ispy_definition *definition;
    int status = open_stub(&definition, &made, ISPY_DEFINES_FUNCTION);
    return status != ISPY_OK ? status : fill_function(out, &made, definition, origin_of(&made, definition), is_method);
}

int ispy_stub_function(ispy_function_clause *out, const ispy_loader *loader, const ispy_node *node) {
    return load_function(out, loader, node, false);
}

int ispy_stub_method(ispy_function_clause *out, const ispy_loader *loader, const ispy_node *node) {
    return load_function(out, loader, node, true);
}

int ispy_stub_class(ispy_class_clause *out, const ispy_loader *loader, const ispy_node *node) {
    stub_reader made = stub_of(loader, node);
    const ispy_definition *definition;
    int status = open_stub(&definition, &made, ISPY_DEFINES_CLASS);
    if (status == ISPY_OK) {
        status = check_class(&made, definition);
    }
    if (status == ISPY_OK) {
        out->origin = origin_of(&made, definition);
        out->name = definition->name;
        status = fill_superclasses(out, &made, definition->as.klass);
    }
    return status != ISPY_OK ? status : fill_members(out, &made, &definition->as.klass->members);
}
