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
static int from_functools(const ispy_live *live, PyObject **out, live_name name) {
    PyObject *module = PyImport_GetModule(live->api->live[LIVE_FUNCTOOLS]);
    *out = module != NULL ? PyObject_GetAttr(module, live->api->live[name]) : NULL;
    Py_XDECREF(module);
    return *out != NULL || ispy_live_forgive() ? 0 : -1;
}

/* 1, 0, or -1. */
static int is_cached_property(const ispy_live *live, PyObject *value) {
    PyObject *type = NULL;
    if (from_functools(live, &type, LIVE_CACHED_PROPERTY) < 0) {
        return -1;
    }
    bool is = type != NULL && PyType_Check(type) && is_a(value, type);
    Py_XDECREF(type);
    return is ? 1 : 0;
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

static int take_part(ispy_callable *out, PyObject *property, const char *attribute, unsigned part) {
    PyObject *function = PyObject_GetAttrString(property, attribute); /* owned */
    if (function == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    out->parts |= function != Py_None ? part : 0;
    Py_DECREF(function);
    return 0;
}

static int take_property(ispy_callable *out, PyObject *property) {
    if (take_part(out, property, "fset", LIVE_HAS_SETTER) < 0 ||
        take_part(out, property, "fdel", LIVE_HAS_DELETER) < 0) {
        return -1;
    }
    return take(out, property, "fget", ISPY_METHOD_PROPERTY);
}

int ispy_live_unwrap(const ispy_live *live, ispy_callable *out, PyObject *name, PyObject *value, int depth) {
    out->function = NULL;
    out->kind = ISPY_METHOD_NONE;
    out->parts = 0;
    if (is_function(live, value)) {
        Py_INCREF(value);
        out->function = value;
        return 1;
    }
    if (is_a(value, live->api->static_method)) {
        /* __new__ becomes a static method, and the two below class methods, without anybody writing so. */
        return take(out, value, "__func__", is_named(name, "__new__") ? ISPY_METHOD_NONE : ISPY_METHOD_STATIC);
    }
    if (depth == 0 && (is_a(value, live->api->class_method) || is_a(value, (PyObject *)&PyProperty_Type))) {
        return 0; /* outside of a class nothing binds them, and nobody can call them */
    }
    if (is_a(value, live->api->class_method)) {
        bool hook = is_named(name, "__init_subclass__") || is_named(name, "__class_getitem__");
        return take(out, value, "__func__", hook ? ISPY_METHOD_NONE : ISPY_METHOD_CLASS);
    }
    if (is_a(value, (PyObject *)&PyProperty_Type)) {
        return take_property(out, value);
    }
    int cached = depth > 0 ? is_cached_property(live, value) : 0;
    if (cached != 0) {
        out->parts = LIVE_IS_CACHED;
        return cached > 0 ? take(out, value, "func", ISPY_METHOD_PROPERTY) : -1;
    }
    if (PyType_Check(value) || !PyCallable_Check(value)) {
        return 0;
    }
    Py_INCREF(value);
    out->function = value;
    return 1;
}

/* ---- From a code object ---- */

static int number(long *out, PyObject *object, const char *name) {
    PyObject *value = PyObject_GetAttrString(object, name);
    *out = value != NULL ? PyLong_AsLong(value) : 0;
    Py_XDECREF(value);
    return PyErr_Occurred() ? -1 : 0;
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

/* An attribute of a plain function, owned; NULL where it is not of that kind. */
static int part(const ispy_live *live, PyObject **out, PyObject *function, live_name name, unsigned long flag) {
    *out = PyObject_GetAttr(function, live->api->live[name]);
    if (*out == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    if ((PyType_GetFlags(Py_TYPE(*out)) & flag) == 0) {
        Py_CLEAR(*out);
    }
    return 0;
}

static int dissect_code(anatomy *a, PyObject *code) {
    a->names = PyObject_GetAttrString(code, "co_varnames");
    bool fine = a->names != NULL && PyTuple_Check(a->names) &&
                number(&a->positional_only, code, "co_posonlyargcount") == 0 &&
                number(&a->positional, code, "co_argcount") == 0 &&
                number(&a->keyword_only, code, "co_kwonlyargcount") == 0 && number(&a->flags, code, "co_flags") == 0;
    return fine ? 0 : -1;
}

static int dissect(const ispy_live *live, anatomy *a, PyObject *function) {
    memset(a, 0, sizeof *a);
    PyObject *code = PyObject_GetAttr(function, live->api->live[LIVE_CODE]);
    int result = code != NULL ? dissect_code(a, code) : -1;
    Py_XDECREF(code);
    if (result < 0 || part(live, &a->defaults, function, LIVE_DEFAULTS, Py_TPFLAGS_TUPLE_SUBCLASS) < 0 ||
        part(live, &a->keyword_defaults, function, LIVE_KEYWORD_DEFAULTS, Py_TPFLAGS_DICT_SUBCLASS) < 0 ||
        part(live, &a->globals, function, LIVE_GLOBALS, Py_TPFLAGS_DICT_SUBCLASS) < 0) {
        return -1;
    }
    PyObject *annotations = PyObject_GetAttr(function, live->api->live[LIVE_ANNOTATIONS]); /* runs them from 3.14 on */
    if (annotations == NULL) {
        a->annotations_unknown = true;
        return ispy_live_forgive() ? 0 : -1;
    }
    if (PyDict_Check(annotations)) {
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
        return ispy_live_forgive() ? 0 : -1;
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
    return fill_annotation(live, function, &function->returns, a, live->api->live[LIVE_RETURN]);
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
    int result = dissect(live, &a, object);
    if (result == 0) {
        if (a.annotations_unknown) {
            function->unknown = ISPY_REASON_ANNOTATION_UNKNOWN;
        }
        result = fill_parameters(live, function, &a);
    }
    release(&a);
    return result;
}

static int take_flags(const ispy_live *live, ispy_function *function, PyObject *object) {
    long flags = 0;
    PyObject *code = PyObject_GetAttr(object, live->api->live[LIVE_CODE]);
    int result = code != NULL ? number(&flags, code, "co_flags") : -1;
    Py_XDECREF(code);
    function->is_async = (flags & (CO_IS_COROUTINE | CO_IS_ASYNC_GENERATOR)) != 0;
    function->is_generator = (flags & (CO_IS_GENERATOR | CO_IS_ASYNC_GENERATOR)) != 0;
    return result;
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
    long kind = -1;
    int result = number(&kind, given, "kind");
    if (name == NULL || value == NULL || !PyUnicode_Check(name) || kind < 0 || kind > ISPY_VAR_KEYWORD) {
        result = -1; /* no parameter of inspect's; without an exception, perhaps, which says that nobody can tell */
    }
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

/* Objects of typing can be called, which says nothing about them. 1, 0, or -1. */
static int is_typing(const ispy_live *live, PyObject *object) {
    ispy_str name;
    if (ispy_live_type_name(live, &name, (PyObject *)Py_TYPE(object)) < 0) {
        return ispy_live_forgive() ? 0 : -1;
    }
    return name.length > 7 && memcmp(name.data, "typing.", 7) == 0;
}

static int ask_inspect(ispy_live *live, ispy_function *function, PyObject *object) {
    int typing = is_typing(live, object);
    if (typing != 0) {
        function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
        return typing < 0 ? -1 : 0;
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

/* Follows __wrapped__ as inspect does. `*out`: an owned plain function, or NULL where inspect has to be asked. */
static int find_innermost(const ispy_live *live, PyObject **out, PyObject *function) {
    int result = 0;
    *out = NULL;
    Py_INCREF(function);
    for (int steps = 0; steps < LIVE_MAX_WRAPPED && is_function(live, function); steps++) {
        PyObject *attributes = NULL;
        result = part(live, &attributes, function, LIVE_DICT, Py_TPFLAGS_DICT_SUBCLASS);
        PyObject *wrapped = attributes != NULL ? ispy_live_item(live, attributes, LIVE_WRAPPED) : NULL;
        bool stated = attributes != NULL && ispy_live_item(live, attributes, LIVE_SIGNATURE) != NULL;
        Py_XINCREF(wrapped);
        Py_XDECREF(attributes);
        if (result < 0 || stated) {
            Py_XDECREF(wrapped);
            break;
        }
        if (wrapped == NULL) {
            *out = function;
            return 0;
        }
        Py_DECREF(function);
        function = wrapped;
    }
    Py_DECREF(function);
    return result;
}

/* functools.lru_cache leaves the function it wraps in the wrapper, which is no function itself. */
static int take_wrapped_flags(const ispy_live *live, ispy_function *function, PyObject *object) {
    PyObject *type = NULL;
    PyObject *wrapped = NULL;
    int result = from_functools(live, &type, LIVE_LRU_CACHE_WRAPPER);
    if (type != NULL && (PyObject *)Py_TYPE(object) == type) {
        wrapped = PyObject_GetAttr(object, live->api->live[LIVE_WRAPPED]);
        result = wrapped != NULL || ispy_live_forgive() ? 0 : -1;
    }
    if (wrapped != NULL && is_function(live, wrapped)) {
        result = take_flags(live, function, wrapped);
    }
    Py_XDECREF(type);
    Py_XDECREF(wrapped);
    return result;
}

/* A running class does not say how its methods were decorated, but abc marks those that are abstract. */
static int take_abstract(const ispy_live *live, ispy_function *function, PyObject *object) {
    PyObject *mark = PyObject_GetAttrString(object, "__isabstractmethod__"); /* owned */
    if (mark == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    bool is_abstract = mark == Py_True;
    function->is_abstract = is_abstract;
    Py_DECREF(mark);
    ispy_reference *decorator = is_abstract ? ispy_arena_alloc(live->arena, sizeof *decorator) : NULL;
    if (is_abstract && decorator == NULL) {
        return ispy_live_nomem();
    }
    if (is_abstract) {
        decorator->name = ispy_str_literal("abc.abstractmethod");
        decorator->text = decorator->name;
        function->decorators = decorator;
        function->decorator_count = 1;
    }
    return 0;
}

static int describe(ispy_live *live, ispy_function *function, PyObject *callable) {
    PyObject *plain = NULL;
    int result = 0;
    if (is_function(live, callable)) {
        result = take_flags(live, function, callable);
        if (result == 0) {
            result = find_innermost(live, &plain, callable);
        }
    } else {
        result = take_wrapped_flags(live, function, callable);
    }
    if (result == 0) {
        result = take_abstract(live, function, callable);
    }
    if (result == 0) {
        result = plain != NULL ? from_code(live, function, plain) : ask_inspect(live, function, callable);
    }
    Py_XDECREF(plain);
    return result;
}

/* ---- What was described already ---- */

/* The place of a callable, or a free one. There always is one. */
static ispy_described *find_described(const ispy_live *live, const ispy_callable *callable) {
    uintptr_t hash = ((uintptr_t)callable->function >> 4) ^ ((uintptr_t)callable->function >> 14);
    uint32_t slot = (uint32_t)hash & (live->described_size - 1);
    while (live->described[slot].callable != NULL &&
           (live->described[slot].callable != callable->function || live->described[slot].kind != callable->kind ||
            live->described[slot].parts != callable->parts)) {
        slot = (slot + 1) & (live->described_size - 1);
    }
    return &live->described[slot];
}

static int grow_described(ispy_live *live) {
    ispy_live before = *live;
    live->described_size = before.described_size == 0 ? 256 : before.described_size * 2;
    live->described = PyMem_Calloc(live->described_size, sizeof *live->described);
    if (live->described == NULL) {
        *live = before;
        return ispy_live_nomem();
    }
    for (uint32_t i = 0; i < before.described_size; i++) {
        if (before.described[i].callable != NULL) {
            ispy_callable callable = {before.described[i].callable, before.described[i].kind,
                                      before.described[i].parts};
            *find_described(live, &callable) = before.described[i];
        }
    }
    PyMem_Free(before.described);
    return 0;
}

void ispy_live_functions_clear(ispy_live *live) {
    for (uint32_t i = 0; i < live->described_size; i++) {
        Py_XDECREF(live->described[i].callable);
    }
    PyMem_Free(live->described);
    live->described = NULL;
    live->described_size = 0;
}

int ispy_live_function(ispy_live *live, const ispy_function **out, const ispy_callable *callable) {
    if (live->described_count * 2 >= live->described_size && grow_described(live) < 0) {
        return -1;
    }
    if (callable->function != NULL && find_described(live, callable)->callable != NULL) {
        *out = find_described(live, callable)->function;
        return 0;
    }
    ispy_function *function = ispy_arena_alloc(live->arena, sizeof *function);
    *out = function;
    if (function == NULL) {
        return ispy_live_nomem();
    }
    function->method_kind = callable->kind;
    function->is_cached = (callable->parts & LIVE_IS_CACHED) != 0;
    function->has_setter = (callable->parts & LIVE_HAS_SETTER) != 0;
    function->has_deleter = (callable->parts & LIVE_HAS_DELETER) != 0;
    if (callable->function == NULL) {
        function->unknown = ISPY_REASON_SIGNATURE_UNKNOWN;
        return 0;
    }
    if (describe(live, function, callable->function) < 0) {
        return -1;
    }
    ispy_described described = {callable->function, callable->kind, callable->parts, function};
    Py_INCREF(callable->function);
    *find_described(live, callable) = described;
    live->described_count++;
    return 0;
}
