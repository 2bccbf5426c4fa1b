/* Functions: parameters, defaults, annotations, and what decorators make of them.
 * Must not know: branches, whose attributes a method sets. */
#include "binding/ast_walk.h"

#include <string.h>

/* ---- Parameters ---- */

typedef struct parameter_list {
    ispy_parameter *items;
    uint32_t count;
} parameter_list;

static void add_parameter(ispy_walk *walk, parameter_list *list, PyObject *node, ispy_parameter_kind kind,
                          PyObject *default_value) {
    if (walk->failed) {
        return;
    }
    ispy_parameter *parameter = &list->items[list->count++];
    PyObject *identifier = ispy_node_get(walk, node, FIELD_arg);
    PyObject *annotation = ispy_node_get(walk, node, FIELD_annotation);
    parameter->name = ispy_walk_bound_text(walk, identifier);
    parameter->kind = kind;
    parameter->at = ispy_node_span(walk, node, ispy_str_columns(ispy_walk_text(walk, identifier)));
    if (annotation != Py_None) {
        parameter->annotation = ispy_node_text(walk, annotation);
        ispy_visit_annotation(walk, annotation, parameter->annotation);
    }
    if (default_value != Py_None) {
        parameter->default_value = ispy_literal_of(walk, default_value);
    }
}

/* `defaults` belong to the last ones of those parameters that may be given by position. */
static void add_positional(ispy_walk *walk, parameter_list *list, PyObject *nodes, ispy_parameter_kind kind,
                           PyObject *defaults, Py_ssize_t first_default) {
    for (Py_ssize_t i = 0; i < ispy_list_count(nodes); i++) {
        Py_ssize_t index = (Py_ssize_t)list->count - first_default;
        PyObject *value = index >= 0 ? ispy_list_item(defaults, index) : Py_None;
        add_parameter(walk, list, ispy_list_item(nodes, i), kind, value);
    }
}

static void fill_parameters(ispy_walk *walk, ispy_function *function, PyObject *arguments) {
    PyObject *positional_only = ispy_node_get(walk, arguments, FIELD_posonlyargs);
    PyObject *positional = ispy_node_get(walk, arguments, FIELD_args);
    PyObject *defaults = ispy_node_get(walk, arguments, FIELD_defaults);
    PyObject *rest = ispy_node_get(walk, arguments, FIELD_vararg);
    PyObject *keyword_only = ispy_node_get(walk, arguments, FIELD_kwonlyargs);
    PyObject *keyword_defaults = ispy_node_get(walk, arguments, FIELD_kw_defaults);
    PyObject *keywords = ispy_node_get(walk, arguments, FIELD_kwarg);
    Py_ssize_t by_position = ispy_list_count(positional_only) + ispy_list_count(positional);
    Py_ssize_t all = by_position + ispy_list_count(keyword_only) + 2;
    parameter_list list = {ispy_walk_alloc(walk, (size_t)all, sizeof(ispy_parameter)), 0};
    if (list.items == NULL) {
        return;
    }
    Py_ssize_t first_default = by_position - ispy_list_count(defaults);
    add_positional(walk, &list, positional_only, ISPY_POSITIONAL_ONLY, defaults, first_default);
    add_positional(walk, &list, positional, ISPY_POSITIONAL_OR_KEYWORD, defaults, first_default);
    if (rest != Py_None) {
        add_parameter(walk, &list, rest, ISPY_VAR_POSITIONAL, Py_None);
    }
    for (Py_ssize_t i = 0; i < ispy_list_count(keyword_only); i++) {
        add_parameter(walk, &list, ispy_list_item(keyword_only, i), ISPY_KEYWORD_ONLY,
                      ispy_list_item(keyword_defaults, i));
    }
    if (keywords != Py_None) {
        add_parameter(walk, &list, keywords, ISPY_VAR_KEYWORD, Py_None);
    }
    function->parameters = list.items;
    function->parameter_count = list.count;
}

static PyObject *first_parameter(ispy_walk *walk, PyObject *arguments) {
    PyObject *lists[2] = {ispy_node_get(walk, arguments, FIELD_posonlyargs),
                          ispy_node_get(walk, arguments, FIELD_args)};
    for (int i = 0; i < 2; i++) {
        if (ispy_list_count(lists[i]) > 0) {
            return ispy_node_get(walk, ispy_list_item(lists[i], 0), FIELD_arg);
        }
    }
    return NULL;
}

const ispy_function *ispy_function_of_lambda(ispy_walk *walk, PyObject *node) {
    ispy_function *function = ispy_walk_alloc(walk, 1, sizeof *function);
    if (function != NULL) {
        ispy_body_facts facts;
        fill_parameters(walk, function, ispy_node_get(walk, node, FIELD_args));
        ispy_visit_body(walk, node, NULL, false, &facts);
        function->is_generator = facts.is_generator;
        function->made_at = ispy_node_span(walk, node, 0);
    }
    return function;
}

/* ---- Decorators ---- */

ispy_reference *ispy_references_of(ispy_walk *walk, PyObject *expressions, uint32_t *count) {
    Py_ssize_t all = ispy_list_count(expressions);
    *count = 0;
    ispy_reference *references = all > 0 ? ispy_walk_alloc(walk, (size_t)all, sizeof *references) : NULL;
    for (Py_ssize_t i = 0; i < all && references != NULL && !walk->failed; i++) {
        references[i] = ispy_node_reference(walk, ispy_list_item(expressions, i));
        *count = (uint32_t)i + 1;
    }
    return references;
}

static known_id decorator_id(ispy_walk *walk, PyObject *decorator) {
    if (ispy_node_kind(walk, decorator) == NODE_Call) {
        decorator = ispy_node_get(walk, decorator, FIELD_func);
    }
    return ispy_walk_known(walk, decorator);
}

static bool makes_abstract(known_id id) {
    return id == KNOWN_ABC_ABSTRACTMETHOD || id == KNOWN_ABC_ABSTRACTPROPERTY || id == KNOWN_ABC_ABSTRACTCLASSMETHOD ||
           id == KNOWN_ABC_ABSTRACTSTATICMETHOD;
}

static void apply_role(ispy_function *function, known_role role) {
    switch (role) {
    case ROLE_KEEP:
    case ROLE_WRAP:
        break;
    case ROLE_STATIC:
        function->method_kind = ISPY_METHOD_STATIC;
        break;
    case ROLE_CLASS:
        function->method_kind = ISPY_METHOD_CLASS;
        break;
    case ROLE_PROPERTY:
        function->method_kind = ISPY_METHOD_PROPERTY;
        break;
    case ROLE_ASYNC_MANAGER: /* an ordinary function that returns a context manager, as inspect tells it */
        function->is_async = false;
        function->is_generator = false;
        break;
    case ROLE_MANAGER:
        function->is_generator = false;
        break;
    case ROLE_OVERLOAD:
        function->is_overload = true;
        function->unknown = ISPY_REASON_DECORATED; /* what comes last without an implementation takes anything */
        break;
    default:
        function->unknown = ISPY_REASON_DECORATED;
        break;
    }
}

/* @x.setter and @x.deleter give back the property x: its getter says what it is. NULL: something else, or @x.getter. */
static const ispy_definition *property_before(ispy_walk *walk, PyObject *decorator) {
    if (ispy_node_kind(walk, decorator) != NODE_Attribute) {
        return NULL;
    }
    PyObject *object = ispy_node_get(walk, decorator, FIELD_value);
    PyObject *attribute = ispy_node_get(walk, decorator, FIELD_attr);
    if (ispy_node_kind(walk, object) != NODE_Name ||
        (!ispy_is_text(attribute, "setter") && !ispy_is_text(attribute, "deleter"))) {
        return NULL;
    }
    const ispy_definition *before = ispy_find_certain(walk, ispy_node_get(walk, object, FIELD_id));
    bool is_property = before != NULL && before->kind == ISPY_DEFINES_FUNCTION && before->as.function != NULL &&
                       before->as.function->method_kind == ISPY_METHOD_PROPERTY;
    return is_property ? before : NULL;
}

/* @x.getter: the property whose other parts stay; NULL: something else. */
static const ispy_definition *property_of_getter(ispy_walk *walk, PyObject *decorator) {
    if (ispy_node_kind(walk, decorator) != NODE_Attribute ||
        !ispy_is_text(ispy_node_get(walk, decorator, FIELD_attr), "getter")) {
        return NULL;
    }
    PyObject *object = ispy_node_get(walk, decorator, FIELD_value);
    const ispy_definition *before = ispy_node_kind(walk, object) == NODE_Name
                                        ? ispy_find_certain(walk, ispy_node_get(walk, object, FIELD_id))
                                        : NULL;
    bool is_property = before != NULL && before->kind == ISPY_DEFINES_FUNCTION && before->as.function != NULL &&
                       before->as.function->method_kind == ISPY_METHOD_PROPERTY;
    return is_property ? before : NULL;
}

/* The property as it was, with a part more. `part` is what was decorated. */
static const ispy_function *extend_property(ispy_walk *walk, const ispy_function *before, const ispy_function *part,
                                            PyObject *decorator) {
    ispy_function *extended = ispy_walk_alloc(walk, 1, sizeof *extended);
    if (extended == NULL) {
        return before;
    }
    bool sets = ispy_is_text(ispy_node_get(walk, decorator, FIELD_attr), "setter");
    *extended = *before;
    extended->has_setter = extended->has_setter || sets;
    extended->has_deleter = extended->has_deleter || !sets;
    extended->is_abstract = extended->is_abstract || part->is_abstract;
    return extended;
}

static void apply_known(ispy_walk *walk, ispy_function *function, PyObject *decorator) {
    known_id id = decorator_id(walk, decorator);
    apply_role(function, ispy_known_role(id));
    function->is_abstract = function->is_abstract || makes_abstract(id);
    function->is_cached = function->is_cached || id == KNOWN_FUNCTOOLS_CACHED_PROPERTY;
}

/* From the inside out. What is bound in the end goes into `definition`, with the place where it stands. */
static void apply_decorators(ispy_walk *walk, ispy_definition *definition, ispy_function *function,
                             PyObject *decorators) {
    definition->as.function = function;
    for (Py_ssize_t i = ispy_list_count(decorators); i > 0 && !walk->failed; i--) {
        PyObject *decorator = ispy_list_item(decorators, i - 1);
        const ispy_definition *before = property_before(walk, decorator);
        if (before != NULL) {
            definition->as.function = extend_property(walk, before->as.function, function, decorator);
            definition->at = before->at;
            continue;
        }
        before = property_of_getter(walk, decorator);
        if (before != NULL) {
            apply_role(function, ROLE_PROPERTY);
            function->has_setter = before->as.function->has_setter;
            function->has_deleter = before->as.function->has_deleter;
        } else {
            apply_known(walk, function, decorator);
        }
    }
}

/* The overload that bears the name so far, or NULL. */
static const ispy_function *overload_before(ispy_walk *walk, PyObject *identifier) {
    const ispy_definition *before = ispy_find_certain(walk, identifier);
    bool is_overload = before != NULL && before->kind == ISPY_DEFINES_FUNCTION && before->as.function != NULL &&
                       before->as.function->is_overload;
    return is_overload ? before->as.function : NULL;
}

/* ---- The statement ---- */

static void gather_method(ispy_walk *walk, const ispy_function *function, PyObject *node, PyObject *self, ispy_str name,
                          const ispy_body_facts *facts) {
    ispy_methods *methods = walk->methods;
    if (walk->space != SPACE_CLASS || methods == NULL || function->method_kind == ISPY_METHOD_STATIC || self == NULL ||
        walk->failed) {
        return;
    }
    if (methods->count == methods->capacity) {
        uint32_t capacity = methods->capacity * 2 + 16;
        ispy_method *grown = PyMem_Realloc(methods->items, capacity * sizeof *grown);
        if (grown == NULL) {
            ispy_walk_nomem(walk);
            return;
        }
        methods->items = grown;
        methods->capacity = capacity;
    }
    ispy_method *method = &methods->items[methods->count++];
    method->node = node;
    method->self = self;
    method->name = name;
    method->function = function;
    method->kind = function->method_kind;
    method->certain = walk->forks == 0 && function->unknown == ISPY_REASON_NONE;
    method->opens = facts->opens_attributes;
    method->opens_at = facts->opens_at;
}

static bool is_module_getattr(const ispy_walk *walk, ispy_str name) {
    return walk->space == SPACE_MODULE && name.length == 11 && memcmp(name.data, "__getattr__", 11) == 0;
}

/* Python calls these while it makes classes. */
static bool runs_by_itself(PyObject *identifier) {
    return ispy_is_text(identifier, "__init_subclass__") || ispy_is_text(identifier, "__set_name__");
}

void ispy_visit_function(ispy_walk *walk, PyObject *node, node_kind kind) {
    PyObject *identifier = ispy_node_get(walk, node, FIELD_name);
    PyObject *arguments = ispy_node_get(walk, node, FIELD_args);
    PyObject *decorators = ispy_node_get(walk, node, FIELD_decorator_list);
    PyObject *returns = ispy_node_get(walk, node, FIELD_returns);
    ispy_visit_expression(walk, decorators);
    ispy_visit_expression(walk, ispy_node_get(walk, arguments, FIELD_defaults));
    ispy_visit_expression(walk, ispy_node_get(walk, arguments, FIELD_kw_defaults));
    ispy_str plain = ispy_walk_text(walk, identifier);
    ispy_definition *definition = ispy_define(walk, ISPY_DEFINES_FUNCTION, ispy_walk_bound_text(walk, identifier),
                                              ispy_node_name_span(walk, node, plain));
    ispy_function *function = ispy_walk_alloc(walk, 1, sizeof *function);
    if (definition == NULL || function == NULL || walk->failed) {
        return;
    }
    function->made_at = definition->at;
    fill_parameters(walk, function, arguments);
    if (returns != Py_None) {
        function->returns = ispy_node_text(walk, returns);
        ispy_visit_annotation(walk, returns, function->returns);
    }
    PyObject *self = walk->space == SPACE_CLASS ? first_parameter(walk, arguments) : NULL;
    ispy_body_facts facts;
    ispy_visit_body(walk, node, self, !is_module_getattr(walk, plain), &facts);
    function->is_async = kind == NODE_AsyncFunctionDef;
    function->is_generator = facts.is_generator;
    function->decorators = ispy_references_of(walk, decorators, &function->decorator_count);
    apply_decorators(walk, definition, function, decorators);
    if (function->is_overload) {
        function->overload_before = overload_before(walk, identifier);
    }
    gather_method(walk, function, node, self, plain, &facts);
    if (walk->space == SPACE_CLASS && runs_by_itself(identifier)) {
        walk->own_code_runs = true;
    }
    (void)ispy_pointers_push(walk, &walk->functions, node);
    if (walk->space == SPACE_MODULE) {
        (void)ispy_pointers_push(walk, &walk->plain_functions, node);
    }
    ispy_bind(walk, definition, identifier);
}
