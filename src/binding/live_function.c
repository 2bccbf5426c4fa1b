/* Live functions and other callables: what parameters they take.
 * Plain functions are read from their code object; the rest is asked of inspect.signature. */
#include "binding/live.h"
#include "binding/object_literal.h"

#include <string.h>

enum {
    CO_VAR_POSITIONAL = 0x04,
    CO_VAR_KEYWORD = 0x08,
    CO_IS_GENERATOR = 0x20,
    CO_IS_COROUTINE = 0x80,
    CO_IS_ASYNC_GENERATOR = 0x200
};

static bool is_function(const ispy_live *live, PyObject *object) {
    return (PyObject *)Py_TYPE(object) == live->api->function_type;
}

static bool is_a(PyObject *object, PyObject *type) {
    return PyType_IsSubtype(Py_TYPE(object), (PyTypeObject *)type) != 0;
}

static bool is_named(PyObject *name, const char *text) {
    return PyUnicode_CompareWithASCIIString(name, text) == 0;
}

/* ---- What is a callable ---- */

/* functools.NAME, owned; NULL without an exception while nobody has imported functools. */
static PyObject *from_functools(const char *name) {
    PyObject *text = PyUnicode_FromString("functools");
    PyObject *module = text != NULL ? PyImport_GetModule(text) : NULL;
    Py_XDECREF(text);
    PyObject *value = module != NULL ? PyObject_GetAttrString(module, name) : NULL;
    Py_XDECREF(module);
    if (value == NULL) {
        PyErr_Clear();
    }
    return value;
}

static bool is_cached_property(PyObject *value) {
    PyObject *type = from_functools("cached_property");
    bool is = type != NULL && PyType_Check(type) && is_a(value, type);
    Py_XDECREF(type);
    return is;
}

static int take(ispy_callable *out, PyObject *wrapper, const char *attribute, ispy_method_kind kind) {
    out->kind = kind;
    out->function = PyObject_GetAttrString(wrapper, attribute);
    if (out->function == NULL && !ispy_live_forgive()) {
        return -1;
    }
    if (out->function == Py_None) {
        Py_CLEAR(out->function);
    }
    return 1;
}

int ispy_live_unwrap(const ispy_live *live, ispy_callable *out, PyObject *name, PyObject *value, int depth) {
    out->function = NULL;
    out->kind = ISPY_METHOD_NONE;
    if (is_function(live, value)) {
        Py_INCREF(value);
        out->function = value;
        return 1;
    }
    if (is_a(value, live->api->static_method)) {
        /* __new__ becomes a static method, and the two below class methods, without anybody writing so. */
        return take(out, value, "__func__", is_named(name, "__new__") ? ISPY_METHOD_NONE : ISPY_METHOD_STATIC);
    }
    if (is_a(value, live->api->class_method)) {
        bool hook = is_named(name, "__init_subclass__") || is_named(name, "__class_getitem__");
        return take(out, value, "__func__", hook ? ISPY_METHOD_NONE : ISPY_METHOD_CLASS);
    }
    if (is_a(value, (PyObject *)&PyProperty_Type)) {
        return take(out, value, "fget", ISPY_METHOD_PROPERTY);
    }
    if (depth > 0 && is_cached_property(value)) {
        return take(out, value, "func", ISPY_METHOD_PROPERTY);
    }
    if (PyType_Check(value) || !PyCallable_Check(value)) {
        return 0;
    }
    Py_INCREF(value);
    out->function = value;
    return 1;
}

/* ---- From a code object ---- */

static long number(PyObject *object, const char *name) {
    PyObject *value = PyObject_GetAttrString(object, name);
    long result = value != NULL ? PyLong_AsLong(value) : 0;
    Py_XDECREF(value);
    if (PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    return result;
}

/* What a plain function is made of. All owned, all but `names` may be NULL. */
typedef struct anatomy {
    PyObject *names;
    PyObject *defaults;
    PyObject *keyword_defaults;
    PyObject *annotations;
    PyObject *globals;
    long positional_only;
    long positional; /* with those */
    long keyword_only;
    long flags;
    bool annotations_unknown;
} anatomy;

static void release(anatomy *a) {
    Py_XDECREF(a->names);
    Py_XDECREF(a->defaults);
    Py_XDECREF(a->keyword_defaults);
    Py_XDECREF(a->annotations);
    Py_XDECREF(a->globals);
}

/* An attribute, if it is of that kind; NULL without an exception. */
static PyObject *part(PyObject *function, const char *name, unsigned long flag) {
    PyObject *value = PyObject_GetAttrString(function, name);
    if (value == NULL) {
        PyErr_Clear();
        return NULL;
    }
    if ((PyType_GetFlags(Py_TYPE(value)) & flag) == 0) {
        Py_CLEAR(value);
    }
    return value;
}

static int dissect(anatomy *a, PyObject *function) {
    memset(a, 0, sizeof *a);
    PyObject *code = PyObject_GetAttrString(function, "__code__");
    if (code == NULL) {
        return -1;
    }
    a->names = PyObject_GetAttrString(code, "co_varnames");
    a->positional_only = number(code, "co_posonlyargcount");
    a->positional = number(code, "co_argcount");
    a->keyword_only = number(code, "co_kwonlyargcount");
    a->flags = number(code, "co_flags");
    Py_DECREF(code);
    if (a->names == NULL || !PyTuple_Check(a->names)) {
        return -1;
    }
    a->defaults = part(function, "__defaults__", Py_TPFLAGS_TUPLE_SUBCLASS);
    a->keyword_defaults = part(function, "__kwdefaults__", Py_TPFLAGS_DICT_SUBCLASS);
    a->globals = part(function, "__globals__", Py_TPFLAGS_DICT_SUBCLASS);
    PyObject *annotations = PyObject_GetAttrString(function, "__annotations__"); /* evaluates them, from 3.14 on */
    if (annotations == NULL) {
        if (!ispy_live_forgive()) {
            return -1;
        }
        a->annotations_unknown = true;
    } else if (PyDict_Check(annotations)) {
        a->annotations = annotations;
    } else {
        Py_DECREF(annotations);
    }
    return 0;
}

static int fill_annotation(const ispy_live *live, ispy_function *function, ispy_str *out, const anatomy *a,
                           PyObject *name) {
    PyObject *annotation = a->annotations != NULL ? PyDict_GetItemWithError(a->annotations, name) : NULL;
    if (annotation == NULL) {
        PyErr_Clear();
        return 0;
    }
    Py_INCREF(annotation);
    int known = ispy_live_annotation(live, out, annotation, a->globals);
    Py_DECREF(annotation);
    if (known == 0) {
        function->unknown = ISPY_REASON_ANNOTATION_UNKNOWN;
    }
    return known < 0 ? -1 : 0;
}

static int fill_default(const ispy_live *live, ispy_parameter *parameter, PyObject *value) {
    ispy_literal *literal = ispy_arena_alloc(live->arena, sizeof *literal);
    uint32_t budget = LIVE_LITERAL_ITEMS;
    if (literal == NULL) {
        return ispy_live_nomem();
    }
    parameter->default_value = literal;
    return ispy_literal_from_object(literal, live->arena, value, LIVE_LITERAL_DEPTH, &budget);
}

static int fill_parameter(const ispy_live *live, ispy_function *function, ispy_parameter *parameter, const anatomy *a,
                          long index, ispy_parameter_kind kind) {
    PyObject *name = PyTuple_GetItem(a->names, index); /* borrowed */
    if (name == NULL || ispy_live_text(live, &parameter->name, name) < 0) {
        return -1;
    }
    parameter->kind = kind;
    PyObject *value = NULL; /* borrowed */
    if (kind == ISPY_KEYWORD_ONLY && a->keyword_defaults != NULL) {
        value = PyDict_GetItemWithError(a->keyword_defaults, name);
    } else if (kind <= ISPY_POSITIONAL_OR_KEYWORD && a->defaults != NULL) {
        Py_ssize_t at = index - (a->positional - PyTuple_Size(a->defaults));
        value = at >= 0 ? PyTuple_GetItem(a->defaults, at) : NULL;
    }
    if (value == NULL && PyErr_Occurred()) {
        return -1;
    }
    if (value != NULL && fill_default(live, parameter, value) < 0) {
        return -1;
    }
    return fill_annotation(live, function, &parameter->annotation, a, name);
}

static int fill_returns(const ispy_live *live, ispy_function *function, const anatomy *a) {
    PyObject *key = PyUnicode_FromString("return");
    int result = key != NULL ? fill_annotation(live, function, &function->returns, a, key) : -1;
    Py_XDECREF(key);
    return result;
}

/* In the order of a signature; co_varnames has *args and **kwargs behind the keyword-only ones. */
static int fill_parameters(const ispy_live *live, ispy_function *function, const anatomy *a) {
    bool rest = (a->flags & CO_VAR_POSITIONAL) != 0;
    bool keywords = (a->flags & CO_VAR_KEYWORD) != 0;
    long named = a->positional + a->keyword_only;
    ispy_parameter *parameters = ispy_arena_array(live->arena, (size_t)named + 2, sizeof *parameters);
    if (parameters == NULL) {
        return ispy_live_nomem();
    }
    uint32_t count = 0;
    int result = 0;
    for (long i = 0; i < a->positional && result == 0; i++) {
        ispy_parameter_kind kind = i < a->positional_only ? ISPY_POSITIONAL_ONLY : ISPY_POSITIONAL_OR_KEYWORD;
        result = fill_parameter(live, function, &parameters[count++], a, i, kind);
    }
    if (rest && result == 0) {
        result = fill_parameter(live, function, &parameters[count++], a, named, ISPY_VAR_POSITIONAL);
    }
    for (long i = a->positional; i < named && result == 0; i++) {
        result = fill_parameter(live, function, &parameters[count++], a, i, ISPY_KEYWORD_ONLY);
    }
    if (keywords && result == 0) {
        result = fill_parameter(live, function, &parameters[count++], a, named + (rest ? 1 : 0), ISPY_VAR_KEYWORD);
    }
    function->parameters = parameters;
    function->parameter_count = count;
    return result == 0 ? fill_returns(live, function, a) : -1;
}

static int from_code(const ispy_live *live, ispy_function *function, PyObject *object) {
    anatomy a;
    int result = dissect(&a, object);
    if (result == 0) {
        if (a.annotations_unknown) {
            function->unknown = ISPY_REASON_ANNOTATION_UNKNOWN;
        }
        result = fill_parameters(live, function, &a);
    }
    release(&a);
    return result;
}

static void take_flags(ispy_function *function, PyObject *object) {
    PyObject *code = PyObject_GetAttrString(object, "__code__");
    long flags = code != NULL ? number(code, "co_flags") : 0;
    Py_XDECREF(code);
    PyErr_Clear();
    function->is_async = (flags & (CO_IS_COROUTINE | CO_IS_ASYNC_GENERATOR)) != 0;
    function->is_generator = (flags & (CO_IS_GENERATOR | CO_IS_ASYNC_GENERATOR)) != 0;
}

/* ---- From inspect.signature ---- */

static int load_inspect(ispy_live *live) {
    if (live->signature != NULL || live->no_signature) {
        return 0;
    }
    PyObject *inspect = PyImport_ImportModule("inspect");
    PyObject *parameter = inspect != NULL ? PyObject_GetAttrString(inspect, "Parameter") : NULL;
    live->signature = parameter != NULL ? PyObject_GetAttrString(inspect, "signature") : NULL;
    live->empty = live->signature != NULL ? PyObject_GetAttrString(parameter, "empty") : NULL;
    Py_XDECREF(inspect);
    Py_XDECREF(parameter);
    if (live->empty == NULL) {
        Py_CLEAR(live->signature);
        live->no_signature = true;
        return ispy_live_forgive() ? 0 : -1;
    }
    return 0;
}

/* Fills `out` and consumes `annotation`. */
static int take_annotation(const ispy_live *live, ispy_function *function, ispy_str *out, PyObject *annotation) {
    int known = 1;
    if (annotation == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    if (annotation != live->empty) {
        known = ispy_live_annotation(live, out, annotation, NULL);
    }
    if (known == 0) {
        function->unknown = ISPY_REASON_ANNOTATION_UNKNOWN;
    }
    Py_DECREF(annotation);
    return known < 0 ? -1 : 0;
}

static int take_parameter(const ispy_live *live, ispy_function *function, ispy_parameter *parameter, PyObject *given) {
    PyObject *name = PyObject_GetAttrString(given, "name");
    PyObject *value = PyObject_GetAttrString(given, "default");
    long kind = number(given, "kind");
    int result =
        name != NULL && value != NULL && PyUnicode_Check(name) && kind >= 0 && kind <= ISPY_VAR_KEYWORD ? 0 : -1;
    if (result == 0) {
        parameter->kind = (ispy_parameter_kind)kind;
        result = ispy_live_text(live, &parameter->name, name);
    }
    if (result == 0 && value != live->empty) {
        result = fill_default(live, parameter, value);
    }
    if (result == 0) {
        result = take_annotation(live, function, &parameter->annotation, PyObject_GetAttrString(given, "annotation"));
    }
    Py_XDECREF(name);
    Py_XDECREF(value);
    return result;
}

static int from_signature(const ispy_live *live, ispy_function *function, PyObject *signature) {
    PyObject *mapping = PyObject_GetAttrString(signature, "parameters");
    PyObject *values = mapping != NULL ? PyMapping_Values(mapping) : NULL;
    PyObject *items = values != NULL ? PySequence_Tuple(values) : NULL;
    Py_ssize_t count = items != NULL ? PyTuple_Size(items) : -1;
    ispy_parameter *parameters = count >= 0 ? ispy_arena_array(live->arena, (size_t)count, sizeof *parameters) : NULL;
    int result = parameters != NULL ? 0 : -1;
    if (count >= 0 && parameters == NULL) {
        (void)ispy_live_nomem();
    }
    for (Py_ssize_t i = 0; i < count && result == 0; i++) {
        result = take_parameter(live, function, &parameters[i], PyTuple_GetItem(items, i));
    }
    Py_XDECREF(mapping);
    Py_XDECREF(values);
    Py_XDECREF(items);
    if (result == 0) {
        function->parameters = parameters;
        function->parameter_count = (uint32_t)count;
        result =
            take_annotation(live, function, &function->returns, PyObject_GetAttrString(signature, "return_annotation"));
    }
    return result;
}

/* Objects of typing can be called, which says nothing about them. */
static bool is_typing(const ispy_live *live, PyObject *object) {
    ispy_str name;
    if (ispy_live_type_name(live, &name, (PyObject *)Py_TYPE(object)) < 0) {
        (void)ispy_live_forgive();
        return false;
    }
    return name.length > 7 && memcmp(name.data, "typing.", 7) == 0;
}

static int ask_inspect(ispy_live *live, ispy_function *function, PyObject *object) {
    if (is_typing(live, object)) {
        function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
        return 0;
    }
    if (load_inspect(live) < 0) {
        return -1;
    }
    PyObject *signature = NULL;
    if (live->signature != NULL) {
        signature = PyObject_CallFunctionObjArgs(live->signature, object, NULL);
    }
    int result = signature != NULL ? from_signature(live, function, signature) : -1;
    Py_XDECREF(signature);
    if (result < 0) {
        if (PyErr_Occurred() && !ispy_live_forgive()) {
            return -1;
        }
        function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
        function->parameters = NULL;
        function->parameter_count = 0;
    }
    return 0;
}

/* ---- Functions ---- */

/* A function's own __dict__, where decorators leave what inspect looks for. Owned, or NULL. */
static PyObject *attributes_of(PyObject *function) {
    return part(function, "__dict__", Py_TPFLAGS_DICT_SUBCLASS);
}

/* Follows __wrapped__ as inspect does. Gives an owned plain function, or NULL where inspect has to be asked. */
static PyObject *innermost(const ispy_live *live, PyObject *function) {
    Py_INCREF(function);
    for (int steps = 0; steps < LIVE_MAX_WRAPPED && is_function(live, function); steps++) {
        PyObject *attributes = attributes_of(function);
        PyObject *wrapped = attributes != NULL ? ispy_live_item(attributes, "__wrapped__") : NULL;
        bool stated = attributes != NULL && ispy_live_item(attributes, "__signature__") != NULL;
        Py_XINCREF(wrapped);
        Py_XDECREF(attributes);
        if (stated) {
            Py_XDECREF(wrapped);
            break;
        }
        if (wrapped == NULL) {
            return function;
        }
        Py_DECREF(function);
        function = wrapped;
    }
    Py_DECREF(function);
    return NULL;
}

/* functools.lru_cache leaves the function it wraps in the wrapper, which is no function itself. */
static void take_wrapped_flags(const ispy_live *live, ispy_function *function, PyObject *object) {
    PyObject *type = from_functools("_lru_cache_wrapper");
    if (type != NULL && (PyObject *)Py_TYPE(object) == type) {
        PyObject *wrapped = PyObject_GetAttrString(object, "__wrapped__");
        if (wrapped != NULL && is_function(live, wrapped)) {
            take_flags(function, wrapped);
        }
        Py_XDECREF(wrapped);
        PyErr_Clear();
    }
    Py_XDECREF(type);
}

int ispy_live_function(ispy_live *live, const ispy_function **out, const ispy_callable *callable) {
    ispy_function *function = ispy_arena_alloc(live->arena, sizeof *function);
    *out = function;
    if (function == NULL) {
        return ispy_live_nomem();
    }
    function->method_kind = callable->kind;
    if (callable->function == NULL) {
        function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
        return 0;
    }
    PyObject *plain = NULL;
    if (is_function(live, callable->function)) {
        take_flags(function, callable->function);
        plain = innermost(live, callable->function);
    } else {
        take_wrapped_flags(live, function, callable->function);
    }
    int result = plain != NULL ? from_code(live, function, plain) : ask_inspect(live, function, callable->function);
    Py_XDECREF(plain);
    return result;
}
