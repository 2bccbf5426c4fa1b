/* What has to be so once all keys of a record were read.
 * Must not know: YAML. */
#include "load/record_finish.h"

#include "base/error.h"
#include "base/name_map.h"
#include "load/clause_load.h"
#include "load/interface.h"
#include "load/needs.h"
#include "load/place_load.h"
#include "load/policy.h"
#include "load/value_demand_load.h"

#include <string.h>

/* ---- contradictions ---- */

static int forbidden_with(const ispy_loader *loader, ispy_origin origin, const char *what, ispy_str name,
                          const char *key) {
    ispy_fault(loader, ISPY_FAULT_CONTRADICTION, origin.at, "the %s '%s' is forbidden, so '%s' has no meaning for it",
               what, ispy_quote(name).text, key);
    ispy_error_hint(loader->error, "leave '%s' out, or say 'presence: optional'", key);
    return ISPY_EINVAL;
}

static int finish_variable(const ispy_loader *loader, const ispy_record *record, char *out) {
    ispy_variable_clause *variable = (ispy_variable_clause *)(void *)out;
    if (variable->presence == ISPY_FORBIDDEN && (variable->annotation != NULL || variable->value != NULL)) {
        const char *key = variable->value != NULL ? "value" : "annotation";
        return forbidden_with(loader, variable->origin, record->name, variable->name, key);
    }
    if (variable->value != NULL && variable->value->value.kind == ISPY_LITERAL_ELLIPSIS) {
        variable->value = NULL; /* "...": some value */
    }
    return ISPY_OK;
}

/* ---- what selects ---- */

static int selects_wrongly(const ispy_loader *loader, ispy_origin origin, const char *what, const char *hint) {
    ispy_fault(loader, ISPY_FAULT_CONTRADICTION, origin.at, "%s", what);
    ispy_error_hint(loader->error, "%s", hint);
    return ISPY_EINVAL;
}

/* `presence:` is a number for what selects: required is at least one, optional any, forbidden none. */
static int finish_selection(const ispy_loader *loader, ispy_origin origin, ispy_selection *select,
                            ispy_presence presence) {
    bool counts = select->has_at_least || select->has_at_most;
    select->is_set = select->by_pattern || select->subclass_of.data != NULL;
    if (counts && !select->is_set) {
        return selects_wrongly(loader, origin, "'at_least' and 'at_most' have no meaning for one name",
                               "write a pattern (\"*Plugin\") or, for a class, 'subclass_of'");
    }
    if (counts && presence != ISPY_REQUIRED) {
        return selects_wrongly(loader, origin, "'presence' and 'at_least' or 'at_most' say the same twice",
                               "leave one of them out: forbidden is 'at_most: 0', optional is 'at_least: 0'");
    }
    if (!select->has_at_most) {
        select->at_most = presence == ISPY_FORBIDDEN ? 0 : UINT32_MAX;
    }
    if (!select->has_at_least) {
        select->at_least = presence == ISPY_REQUIRED && !select->has_at_most ? 1 : 0;
    }
    if (select->at_least > select->at_most) {
        return selects_wrongly(loader, origin, "'at_least' is more than 'at_most'", "no module can meet both");
    }
    return ISPY_OK;
}

static const char *finer_key(const ispy_function_clause *function) {
    return function->generator != ISPY_WISH_ANY   ? "generator"
           : function->decorator_count > 0        ? "decorators"
           : function->abstract != ISPY_WISH_ANY  ? "abstract"
           : function->settable != ISPY_WISH_ANY  ? "settable"
           : function->deletable != ISPY_WISH_ANY ? "deletable"
                                                  : NULL;
}

/* `settable` and `deletable` ask for a property, unless something else is said; then they have no meaning. */
static int finish_kind(const ispy_loader *loader, ispy_function_clause *function) {
    const char *key = function->settable != ISPY_WISH_ANY    ? "settable"
                      : function->deletable != ISPY_WISH_ANY ? "deletable"
                                                             : NULL;
    if ((int)function->method_kind == ISPY_METHOD_CACHED) {
        function->method_kind = ISPY_METHOD_PROPERTY;
        function->is_cached = true;
    }
    if (key == NULL) {
        return ISPY_OK;
    }
    if (function->has_method_kind && function->method_kind != ISPY_METHOD_PROPERTY) {
        ispy_fault(loader, ISPY_FAULT_CONTRADICTION, function->origin.at,
                   "'%s' is about properties, and '%s' is to be of another kind", key, ispy_quote(function->name).text);
        ispy_error_hint(loader->error, "leave '%s' out, or write 'kind: property'", key);
        return ISPY_EINVAL;
    }
    function->has_method_kind = true;
    function->method_kind = ISPY_METHOD_PROPERTY;
    return ISPY_OK;
}

static int finish_function(const ispy_loader *loader, const ispy_record *record, char *out) {
    ispy_function_clause *function = (ispy_function_clause *)(void *)out;
    if (function->presence == ISPY_FORBIDDEN) {
        const char *key = function->parameter_count > 0       ? "arguments"
                          : function->returns != NULL         ? "return_annotation"
                          : function->call != NULL            ? "call"
                          : function->async != ISPY_ASYNC_ANY ? "async"
                          : function->has_method_kind         ? "kind"
                                                              : finer_key(function);
        if (key != NULL) {
            return forbidden_with(loader, function->origin, record->name, function->name, key);
        }
    }
    int status = finish_selection(loader, function->origin, &function->select, function->presence);
    if (status == ISPY_OK) {
        status = finish_kind(loader, function);
    }
    if (status != ISPY_OK) {
        return status;
    }
    if (function->parameters_demand == ISPY_PARAMETERS_ANY && function->parameter_count > 0) {
        function->parameters_demand = ISPY_PARAMETERS_LISTED;
        return ispy_parameters_check(loader, function->parameters, function->parameter_count);
    }
    return ISPY_OK;
}

static int finish_argument(const ispy_loader *loader, const ispy_record *record, char *out) {
    ispy_parameter_clause *parameter = (ispy_parameter_clause *)(void *)out;
    const char *key = parameter->value != NULL                        ? "value"
                      : parameter->annotation != NULL                 ? "annotation"
                      : parameter->default_demand != ISPY_DEFAULT_ANY ? "default"
                                                                      : NULL;
    if (parameter->presence == ISPY_FORBIDDEN && key != NULL) {
        return forbidden_with(loader, parameter->origin, record->name, parameter->name, key);
    }
    if (!parameter->has_kind) {
        parameter->kind = ISPY_POSITIONAL_OR_KEYWORD;
    }
    if (parameter->value == NULL) {
        return ISPY_OK;
    }
    if (parameter->default_demand == ISPY_DEFAULT_NONE) {
        ispy_fault(loader, ISPY_FAULT_CONTRADICTION, parameter->origin.at,
                   "the argument '%s' cannot be without a default and have the one under 'value'",
                   ispy_quote(parameter->name).text);
        ispy_error_hint(loader->error, "leave one of 'default' and 'value' out");
        return ISPY_EINVAL;
    }
    parameter->default_demand = ISPY_DEFAULT_EQUAL;
    if (parameter->value->value.kind == ISPY_LITERAL_ELLIPSIS) {
        parameter->default_demand = ISPY_DEFAULT_PRESENT;
        parameter->value = NULL;
    }
    return ISPY_OK;
}

/* Patterns and base classes select among the module's own classes. */
static int check_nested(const ispy_loader *loader, const ispy_class_clause *klass) {
    for (uint32_t i = 0; i < klass->class_count; i++) {
        if (klass->classes[i].select.is_set) {
            return selects_wrongly(loader, klass->classes[i].origin, "a nested class cannot be selected",
                                   "write the name of the nested class");
        }
    }
    return ISPY_OK;
}

static int finish_class(const ispy_loader *loader, const ispy_record *record, char *out) {
    ispy_class_clause *klass = (ispy_class_clause *)(void *)out;
    if (klass->name.data == NULL && klass->select.subclass_of.data == NULL) {
        ispy_fault(loader, ISPY_FAULT_TYPE, klass->origin.at, "this %s has no 'name'", record->name);
        ispy_error_hint(loader->error, "or select by 'subclass_of'");
        return ISPY_EINVAL;
    }
    int status = finish_selection(loader, klass->origin, &klass->select, klass->presence);
    if (status != ISPY_OK) {
        return status;
    }
    status = check_nested(loader, klass);
    if (status != ISPY_OK) {
        return status;
    }
    if (klass->presence != ISPY_FORBIDDEN) {
        return ispy_interfaces_into_class(loader, klass);
    }
    const char *key = klass->attribute_count > 0             ? "attributes"
                      : klass->method_count > 0              ? "methods"
                      : klass->superclass_count > 0          ? "superclasses"
                      : klass->interface_count > 0           ? "interface"
                      : klass->decorator_count > 0           ? "decorators"
                      : klass->class_count > 0               ? "classes"
                      : klass->logic.any_of.entries != NULL  ? "any_of"
                      : klass->logic.all_of.entries != NULL  ? "all_of"
                      : klass->logic.negated.entries != NULL ? "not"
                                                             : NULL;
    return key == NULL ? ISPY_OK : forbidden_with(loader, klass->origin, record->name, klass->name, key);
}

static int finish_superclass(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_class_clause *klass = (const ispy_class_clause *)(const void *)out;
    const char *key = klass->attribute_count > 0    ? "attributes"
                      : klass->method_count > 0     ? "methods"
                      : klass->superclass_count > 0 ? "superclasses"
                                                    : NULL;
    bool is_wrong = klass->presence == ISPY_FORBIDDEN && key != NULL;
    return is_wrong ? forbidden_with(loader, klass->origin, record->name, klass->name, key) : ISPY_OK;
}

static int finish_class_part(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    int status = check_nested(loader, (const ispy_class_clause *)(const void *)out);
    return status != ISPY_OK ? status : ispy_interfaces_into_class(loader, (ispy_class_clause *)(void *)out);
}

static int finish_block(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    return ispy_interfaces_into_block(loader, (ispy_block *)(void *)out);
}

static int finish_contract(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    return ispy_interfaces_into_block(loader, &((struct ispy_contract *)(void *)out)->body);
}

/* ---- entries that would fit anything ---- */

static int states_nothing(const ispy_loader *loader, const ispy_record *record, const char *out) {
    ispy_origin origin;
    memcpy(&origin, out, sizeof origin);
    ispy_fault(loader, ISPY_FAULT_EMPTY, origin.at, "this %s states nothing", record->name);
    ispy_error_hint(loader->error, "leave the entry out, or say what has to fit");
    return ISPY_EINVAL;
}

static int finish_deployment(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_deployment_clause *deployment = (const ispy_deployment_clause *)(const void *)out;
    bool stated = deployment->arch.data != NULL || deployment->system_count > 0;
    return stated ? ISPY_OK : states_nothing(loader, record, out);
}

static int finish_system(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_system_clause *system = (const ispy_system_clause *)(const void *)out;
    bool stated = system->os.data != NULL || system->environment_count > 0 || system->python_count > 0;
    if (!stated) {
        return states_nothing(loader, record, out);
    }
    return ispy_needs_of_system(loader->needs, system) == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

static int finish_python(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_python_clause *python = (const ispy_python_clause *)(const void *)out;
    bool stated = python->version != NULL || python->interpreter.data != NULL || python->module_count > 0;
    return stated ? ISPY_OK : states_nothing(loader, record, out);
}

static int finish_condition(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_condition *c = (const ispy_condition *)(const void *)out;
    bool stated = c->python != NULL || c->os.count > 0 || c->arch.count > 0 || c->implementation.count > 0 ||
                  c->python_implementation.count > 0 || c->gil.count > 0 || c->optimize.count > 0 ||
                  c->libc_count > 0 || c->memory != NULL || c->cpus != NULL || c->host_count > 0 ||
                  c->distribution_count > 0 || c->environment_count > 0 || c->command_count > 0;
    if (!stated) {
        return states_nothing(loader, record, out);
    }
    return ispy_needs_of_condition(loader->needs, c) == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

static int finish_host(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_component_clause *host = (const ispy_component_clause *)(const void *)out;
    bool stated = host->version != NULL || host->variable.data != NULL || host->declared.data != NULL;
    return stated ? ISPY_OK : states_nothing(loader, record, out);
}

static int finish_variable_demand(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    return ispy_variable_form_check(loader, (const ispy_variable_form *)(const void *)out);
}

static int finish_imports(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_policy_clause *policy = (const ispy_policy_clause *)(const void *)out;
    bool stated = policy->deny_count > 0 || policy->allow_origin.source != NULL;
    if (!stated) {
        return states_nothing(loader, record, out);
    }
    return ispy_needs_of_imports(loader->needs, policy) == ISPY_OK ? ISPY_OK : ispy_fault_nomem(loader);
}

static int finish_calls(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_policy_clause *policy = (const ispy_policy_clause *)(const void *)out;
    return policy->deny_count > 0 ? ISPY_OK : states_nothing(loader, record, out);
}

static int finish_waiver(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    return ispy_waiver_finish(loader, (ispy_waiver *)(void *)out);
}

static int finish_demand(const ispy_loader *loader, const ispy_record *record, char *out) {
    (void)record;
    return ispy_demand_check(loader, (const ispy_value_demand *)(const void *)out);
}

static int finish_length(const ispy_loader *loader, const ispy_record *record, char *out) {
    const ispy_length_demand *length = (const ispy_length_demand *)(const void *)out;
    if (!length->has_most && length->at_least == 0) {
        return states_nothing(loader, record, out);
    }
    return length->has_most && length->at_least > length->at_most
               ? ispy_fault(loader, ISPY_FAULT_CONTRADICTION, length->origin.at,
                            "nothing has a length of at least %u and at most %u", length->at_least, length->at_most)
               : ISPY_OK;
}

typedef int (*record_finisher)(const ispy_loader *loader, const ispy_record *record, char *out);

static const record_finisher finishers[ISPY_RECORD_COUNT] = {
    [ISPY_RECORD_VARIABLE] = finish_variable,
    [ISPY_RECORD_ATTRIBUTE] = finish_variable,
    [ISPY_RECORD_FUNCTION] = finish_function,
    [ISPY_RECORD_METHOD] = finish_function,
    [ISPY_RECORD_ARGUMENT] = finish_argument,
    [ISPY_RECORD_CLASS] = finish_class,
    [ISPY_RECORD_SUPERCLASS] = finish_superclass,
    [ISPY_RECORD_DEPLOYMENT] = finish_deployment,
    [ISPY_RECORD_SYSTEM] = finish_system,
    [ISPY_RECORD_CONDITION] = finish_condition,
    [ISPY_RECORD_WAIVER] = finish_waiver,
    [ISPY_RECORD_PYTHON] = finish_python,
    [ISPY_RECORD_CONTRACT] = finish_contract,
    [ISPY_RECORD_MODULE] = finish_block,
    [ISPY_RECORD_BLOCK] = finish_block,
    [ISPY_RECORD_CLASS_PART] = finish_class_part,
    [ISPY_RECORD_VALUE_DEMAND] = finish_demand,
    [ISPY_RECORD_TEXT_DEMAND] = finish_demand,
    [ISPY_RECORD_LENGTH] = finish_length,
    [ISPY_RECORD_REQUIRES] = finish_condition,
    [ISPY_RECORD_PYTHON_DEMAND] = finish_condition,
    [ISPY_RECORD_HOST] = finish_host,
    [ISPY_RECORD_VARIABLE_DEMAND] = finish_variable_demand,
    [ISPY_RECORD_IMPORTS] = finish_imports,
    [ISPY_RECORD_CALLS] = finish_calls,
};

int ispy_record_finish(const ispy_loader *loader, const ispy_record *record, char *out) {
    record_finisher finish = finishers[record->id];
    return finish == NULL ? ISPY_OK : finish(loader, record, out);
}

/* ---- entries of one list ---- */

typedef struct named_presence {
    ispy_origin origin;
    ispy_str name;
    ispy_presence presence;
} named_presence;

/* What the entry says of a name; an attribute may well be forbidden in the class and asked for in its instances. */
static bool get_presence(named_presence *out, const ispy_record *record, const char *entry) {
    switch (record->id) {
    case ISPY_RECORD_VARIABLE: {
        const ispy_variable_clause *variable = (const ispy_variable_clause *)(const void *)entry;
        *out = (named_presence){variable->origin, variable->name, variable->presence};
        return true;
    }
    case ISPY_RECORD_FUNCTION:
    case ISPY_RECORD_METHOD: {
        const ispy_function_clause *function = (const ispy_function_clause *)(const void *)entry;
        *out = (named_presence){function->origin, function->name, function->presence};
        return true;
    }
    case ISPY_RECORD_CLASS: {
        const ispy_class_clause *klass = (const ispy_class_clause *)(const void *)entry;
        *out = (named_presence){klass->origin, klass->name, klass->presence};
        if (klass->select.subclass_of.data != NULL) {
            out->name.data = NULL; /* it speaks of some that bear the name */
        }
        return true;
    }
    default:
        return false;
    }
}

int ispy_entries_check(const ispy_loader *loader, const ispy_record *record, const char *entries, uint32_t count) {
    named_presence said = {0};
    ispy_name_map forbidden;
    ispy_name_map_init(&forbidden, loader->arena);
    for (uint32_t i = 0; i < count && get_presence(&said, record, entries + i * record->size); i++) {
        if (said.presence == ISPY_FORBIDDEN && said.name.data != NULL &&
            ispy_name_map_put(&forbidden, said.name, i) != ISPY_OK) {
            return ispy_fault_nomem(loader);
        }
    }
    for (uint32_t i = 0; i < count && forbidden.count > 0; i++) {
        uint32_t index;
        get_presence(&said, record, entries + i * record->size);
        if (said.presence != ISPY_FORBIDDEN && said.name.data != NULL &&
            ispy_name_map_find(&forbidden, said.name, &index)) {
            return ispy_fault(loader, ISPY_FAULT_CONTRADICTION, said.origin.at,
                              "the %s '%s' is forbidden by another entry of this list", record->name,
                              ispy_quote(said.name).text);
        }
    }
    return ISPY_OK;
}
