/* The namespace of a live module as a structure. See live.h for what looking may run. */
#include "binding/convert.h"
#include "binding/live.h"
#include "binding/object_literal.h"

#include <string.h>

/* ---- Shared by the live extractor ---- */

bool ispy_live_forgive(void) {
    if (PyErr_Occurred() == NULL) {
        return true;
    }
    if (PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception)) {
        return false;
    }
    PyErr_Clear();
    return true;
}

int ispy_live_nomem(void) {
    PyErr_NoMemory();
    return -1;
}

int ispy_live_text(const ispy_live *live, ispy_str *out, PyObject *text) {
    return ispy_str_from_unicode(out, text, live->arena);
}

PyObject *ispy_live_item(const ispy_live *live, PyObject *dict, live_name key) {
    PyObject *value = PyDict_GetItemWithError(dict, live->api->live[key]);
    if (value == NULL) {
        PyErr_Clear(); /* of another key's __eq__ */
    }
    return value;
}

PyObject *ispy_live_annotations(const ispy_live *live, PyObject *owner, PyObject *namespace) {
    PyObject *annotations = ispy_live_item(live, namespace, LIVE_ANNOTATIONS);
    if (annotations != NULL && PyDict_Check(annotations)) {
        return PyDict_Copy(annotations);
    }
    /* Python 3.14 evaluates them when they are read. */
    bool lazy = ispy_live_item(live, namespace, LIVE_ANNOTATE) != NULL ||
                ispy_live_item(live, namespace, LIVE_ANNOTATE_FUNC) != NULL;
    annotations = lazy ? PyObject_GetAttr(owner, live->api->live[LIVE_ANNOTATIONS]) : NULL;
    if (annotations == NULL) {
        (void)ispy_live_forgive();
        return NULL;
    }
    PyObject *copy = PyDict_Check(annotations) ? PyDict_Copy(annotations) : NULL;
    Py_DECREF(annotations);
    return copy;
}

/* ---- Binding ---- */

static ispy_span place_of(const ispy_scope *source, ispy_str name) {
    ispy_span nowhere = {0, 0, 0};
    const ispy_binding *binding = source != NULL ? ispy_scope_find(source, name) : NULL;
    return binding != NULL ? binding->candidates[binding->count - 1]->at : nowhere;
}

/* The class that the source defines under that name, if it defines one alone and the live class is that one. */
static int find_class_in_source(const ispy_live *live, const ispy_class **out, const ispy_scope *source, ispy_str name,
                                PyObject *type) {
    *out = NULL;
    const ispy_binding *binding = source != NULL ? ispy_scope_find(source, name) : NULL;
    if (binding == NULL || binding->count != 1 || binding->candidates[0]->kind != ISPY_DEFINES_CLASS ||
        live->name == NULL) {
        return 0;
    }
    PyObject *module = ispy_type_get(live, live->api->type_module, type);
    if (module == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    if (PyUnicode_Check(module) && PyUnicode_Compare(module, live->name) == 0) {
        *out = binding->candidates[0]->as.klass;
    }
    Py_DECREF(module);
    return 0;
}

static int set_annotation(const ispy_live *live, ispy_variable *variable, PyObject *annotations, PyObject *name) {
    PyObject *annotation = annotations != NULL ? PyDict_GetItemWithError(annotations, name) : NULL;
    if (annotation == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    Py_INCREF(annotation);
    int known = ispy_live_annotation(live, &variable->annotation, annotation, NULL);
    Py_DECREF(annotation);
    return known < 0 ? -1 : 0;
}

static int describe_variable(const ispy_live *live, ispy_definition *definition, PyObject *name, PyObject *value,
                             PyObject *annotations) {
    ispy_variable *variable = ispy_arena_alloc(live->arena, sizeof *variable);
    ispy_literal *literal = ispy_arena_alloc(live->arena, sizeof *literal);
    if (variable == NULL || literal == NULL) {
        return ispy_live_nomem();
    }
    uint32_t budget = LIVE_LITERAL_ITEMS;
    definition->kind = ISPY_DEFINES_VARIABLE;
    definition->as.variable = variable;
    if (value != NULL) {
        variable->value = literal;
        if (ispy_literal_from_object(literal, live->arena, value, LIVE_LITERAL_DEPTH, &budget) < 0) {
            return -1;
        }
    }
    return set_annotation(live, variable, annotations, name);
}

/* A class among the attributes of a class is looked into where it is nested there, and not just mentioned. */
static int describe_class(ispy_live *live, ispy_definition *definition, const ispy_scope *source, PyObject *type,
                          int depth) {
    const ispy_class *in_source = NULL;
    if (find_class_in_source(live, &in_source, source, definition->name, type) < 0) {
        return -1;
    }
    definition->kind = ISPY_DEFINES_CLASS;
    if (depth == 0 && ispy_live_find_class(live, type, &definition->as.klass)) {
        return 0; /* a second name of the same class */
    }
    if (depth == 0) {
        int result = ispy_live_class(live, &definition->as.klass, type, in_source, depth);
        return result == 0 ? ispy_live_keep_class(live, type, definition->as.klass) : result;
    }
    if (in_source != NULL && depth <= LIVE_MAX_NESTED_CLASSES) {
        return ispy_live_class(live, &definition->as.klass, type, in_source, depth);
    }
    ispy_class *klass = ispy_arena_alloc(live->arena, sizeof *klass);
    if (klass == NULL) {
        return ispy_live_nomem();
    }
    klass->members.open = ISPY_REASON_ALIASED;
    klass->instance.open = ISPY_REASON_INSTANCE_ONLY;
    definition->as.klass = klass;
    return 0;
}

/* What __module__ says; nothing where it says nothing. Of a class by the descriptor of `type`. */
static int judge_origin(const ispy_live *live, ispy_definition *definition, PyObject *object) {
    if (live->name == NULL || object == NULL) {
        return 0;
    }
    PyObject *module = PyType_Check(object) ? ispy_type_get(live, live->api->type_module, object)
                                            : PyObject_GetAttr(object, live->api->live[LIVE_MODULE]); /* owned */
    if (module == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    definition->is_foreign = PyUnicode_Check(module) && PyUnicode_Compare(module, live->name) != 0;
    Py_DECREF(module);
    return PyErr_Occurred() && !ispy_live_forgive() ? -1 : 0;
}

int ispy_live_bind(ispy_live *live, PyObject *name, PyObject *value, PyObject *annotations, const ispy_scope *source,
                   int depth) {
    ispy_definition *definition = ispy_arena_alloc(live->arena, sizeof *definition);
    if (definition == NULL) {
        return ispy_live_nomem();
    }
    if (ispy_live_text(live, &definition->name, name) < 0) {
        return -1;
    }
    definition->at = place_of(source, definition->name);
    Py_INCREF(value);
    ispy_callable callable;
    int kind = ispy_live_unwrap(live, &callable, name, value, depth);
    int result = kind < 0 ? -1 : 0;
    if (kind > 0) {
        definition->kind = ISPY_DEFINES_FUNCTION;
        result = ispy_live_function(live, &definition->as.function, &callable);
        if (result == 0) {
            result = judge_origin(live, definition, callable.function);
        }
        Py_XDECREF(callable.function);
    } else if (kind == 0 && PyType_Check(value)) {
        result = describe_class(live, definition, source, value, depth);
        if (result == 0) {
            result = judge_origin(live, definition, value);
        }
    } else if (kind == 0) {
        result = describe_variable(live, definition, name, value, annotations);
    }
    Py_DECREF(value);
    if (result == 0 && ispy_builder_bind(live->builder, definition) != ISPY_OK) {
        result = ispy_live_nomem();
    }
    return result;
}

int ispy_live_bind_annotated(ispy_live *live, PyObject *annotations, PyObject *namespace, const ispy_scope *source) {
    PyObject *name = NULL;
    PyObject *annotation = NULL;
    Py_ssize_t position = 0;
    while (PyDict_Next(annotations, &position, &name, &annotation)) {
        if (!PyUnicode_Check(name)) {
            continue;
        }
        int bound = PyDict_Contains(namespace, name);
        ispy_str text;
        ispy_binding before;
        if (bound < 0 || ispy_live_text(live, &text, name) < 0) {
            return -1;
        }
        if (bound > 0 || ispy_builder_find(live->builder, text, &before)) {
            continue; /* a base class has given it a value */
        }
        ispy_definition *definition = ispy_arena_alloc(live->arena, sizeof *definition);
        if (definition == NULL) {
            return ispy_live_nomem();
        }
        definition->name = text;
        definition->at = place_of(source, text);
        if (describe_variable(live, definition, name, NULL, annotations) < 0) {
            return -1;
        }
        if (ispy_builder_bind(live->builder, definition) != ISPY_OK) {
            return ispy_live_nomem();
        }
    }
    return 0;
}

/* ---- The namespace ---- */

/* What a lazy import stands for (Python 3.15): found out as whoever uses the module would, by asking the module. Where
 * that fails nobody can have the name, and it is not bound. */
static int bind_lazy(ispy_live *live, PyObject *object, PyObject *name, PyObject *annotations,
                     const ispy_scope *places) {
    PyObject *value = PyObject_GetAttr(object, name); /* owned */
    if (value == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    int result = ispy_live_bind(live, name, value, annotations, places, 0);
    Py_DECREF(value);
    return result;
}

static int bind_dict(ispy_live *live, PyObject *object, PyObject *namespace) {
    PyObject *copy = PyDict_Copy(namespace); /* a thread may go on changing it */
    if (copy == NULL) {
        return -1;
    }
    PyObject *annotations = ispy_live_annotations(live, object, copy);
    const ispy_scope *places = live->source != NULL ? &live->source->scope : NULL;
    int result = annotations == NULL && PyErr_Occurred() ? -1 : 0;
    PyObject *name = NULL;
    PyObject *value = NULL;
    Py_ssize_t position = 0;
    while (result == 0 && PyDict_Next(copy, &position, &name, &value)) {
        if (PyUnicode_Check(name) && (PyObject *)Py_TYPE(value) == live->api->lazy_import) {
            result = bind_lazy(live, object, name, annotations, places);
        } else if (PyUnicode_Check(name)) {
            result = ispy_live_bind(live, name, value, annotations, places, 0);
        }
    }
    if (result == 0 && annotations != NULL) {
        result = ispy_live_bind_annotated(live, annotations, copy, places);
    }
    Py_XDECREF(annotations);
    Py_DECREF(copy);
    return result;
}

/* Asks the object for each of the names that `namespace`, which may be NULL, does not hold. `names` may be anything. */
static int bind_asked(ispy_live *live, PyObject *object, PyObject *names, PyObject *namespace) {
    PyObject *all = PyList_CheckExact(names) ? PyList_AsTuple(names) : PySequence_Tuple(names);
    if (all == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    int result = 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(all) && i < LIVE_MAX_ASKED && result == 0; i++) {
        PyObject *name = PyTuple_GetItem(all, i);
        int held = !PyUnicode_CheckExact(name) ? 1 : namespace != NULL ? PyDict_Contains(namespace, name) : 0;
        if (held != 0) {
            result = held < 0 ? -1 : 0;
            continue;
        }
        PyObject *value = PyObject_GetAttr(object, name);
        if (value == NULL) {
            result = ispy_live_forgive() ? 0 : -1;
            continue;
        }
        const ispy_scope *places = live->source != NULL ? &live->source->scope : NULL;
        result = ispy_live_bind(live, name, value, NULL, places, 0);
        Py_DECREF(value);
    }
    Py_DECREF(all);
    return result;
}

/* A module-level __getattr__ provides names that no dictionary holds; __all__ and __dir__ say which. */
static int bind_provided(ispy_live *live, PyObject *object, PyObject *namespace) {
    if (ispy_live_item(live, namespace, LIVE_GETATTR) == NULL) {
        return 0;
    }
    PyObject *exported = ispy_live_item(live, namespace, LIVE_ALL);
    if (exported != NULL && (PyList_CheckExact(exported) || PyTuple_CheckExact(exported)) &&
        bind_asked(live, object, exported, namespace) < 0) {
        return -1;
    }
    PyObject *directory = ispy_live_item(live, namespace, LIVE_DIR);
    PyObject *names = directory != NULL ? PyObject_CallFunctionObjArgs(directory, NULL) : NULL;
    if (names == NULL) {
        return ispy_live_forgive() ? 0 : -1;
    }
    int result = bind_asked(live, object, names, namespace);
    Py_DECREF(names);
    return result;
}

/* Anything may stand in sys.modules, an object of a class with methods for one: its class gives names too. */
static int bind_class_of(ispy_live *live, PyObject *object) {
    if (PyModule_CheckExact(object)) {
        return 0;
    }
    PyObject *mro = ispy_type_get(live, live->api->type_mro, (PyObject *)Py_TYPE(object));
    int result = mro != NULL && PyTuple_Check(mro) ? 0 : -1;
    for (Py_ssize_t i = result == 0 ? PyTuple_Size(mro) : 0; i > 0 && result == 0; i--) {
        PyObject *type = PyTuple_GetItem(mro, i - 1);
        if (type == (PyObject *)&PyBaseObject_Type || type == (PyObject *)&PyModule_Type || !PyType_Check(type)) {
            continue;
        }
        PyObject *proxy = ispy_type_get(live, live->api->type_dict, type);
        PyObject *names = proxy != NULL ? PyMapping_Keys(proxy) : NULL;
        result = names != NULL ? bind_asked(live, object, names, NULL) : -1;
        Py_XDECREF(proxy);
        Py_XDECREF(names);
    }
    Py_XDECREF(mro);
    return result;
}

static int bind_all(ispy_live *live, PyObject *object) {
    if (bind_class_of(live, object) < 0) {
        return -1;
    }
    PyObject *namespace = NULL; /* owned */
    if (PyModule_Check(object)) {
        namespace = PyModule_GetDict(object);
        Py_XINCREF(namespace);
    } else {
        namespace = PyObject_GenericGetDict(object, NULL);
    }
    if (namespace == NULL || !PyDict_Check(namespace)) {
        Py_XDECREF(namespace);
        return ispy_live_forgive() ? 0 : -1;
    }
    int result = bind_dict(live, object, namespace);
    if (result == 0) {
        result = bind_provided(live, object, namespace);
    }
    Py_DECREF(namespace);
    return result;
}

/* ---- The way in ---- */

static const ispy_literal *find_dunder_all(const ispy_module *module) {
    const ispy_binding *binding = ispy_scope_find(&module->scope, ispy_str_literal("__all__"));
    bool known = binding != NULL && binding->count == 1 && binding->candidates[0]->kind == ISPY_DEFINES_VARIABLE;
    return known ? binding->candidates[0]->as.variable->value : NULL;
}

/* What only the source, or the loader, knows. */
static void take_from_source(ispy_module *module, const ispy_module *source) {
    if (source == NULL) {
        return;
    }
    module->name = source->name;
    module->path = source->path;
    module->source = source->source;
    module->is_package = source->is_package;
    module->imports = source->imports;
    module->import_count = source->import_count;
    module->uses = source->uses;
    module->distribution_version = source->distribution_version;
}

static PyObject *name_of(const ispy_live *live, PyObject *object) {
    PyObject *namespace = PyModule_Check(object) ? PyModule_GetDict(object) : NULL; /* borrowed */
    PyObject *name = namespace != NULL ? ispy_live_item(live, namespace, LIVE_MODULE_NAME) : NULL;
    return name != NULL && PyUnicode_Check(name) ? name : NULL;
}

int ispy_extract_from_live(ispy_ast_api *api, ispy_arena *arena, PyObject *object, const ispy_module *static_structure,
                           const ispy_module **out) {
    *out = NULL;
    ispy_module *module = ispy_arena_alloc(arena, sizeof *module);
    ispy_builder *builder = ispy_builder_new(arena);
    if (module == NULL || builder == NULL) {
        ispy_builder_free(builder);
        return ispy_live_nomem();
    }
    ispy_live live = {.api = api, .arena = arena, .builder = builder, .source = static_structure};
    live.name = name_of(&live, object);
    Py_XINCREF(live.name);
    take_from_source(module, static_structure);
    module->is_live = true;
    int result = 0;
    if (live.name != NULL && module->name.data == NULL) {
        result = ispy_live_text(&live, &module->name, live.name);
    }
    if (result == 0) {
        result = bind_all(&live, object);
    }
    if (result == 0 && ispy_builder_pop(builder, &module->scope) != ISPY_OK) {
        result = ispy_live_nomem();
    }
    if (result == 0) {
        module->dunder_all = find_dunder_all(module);
        *out = module;
    }
    ispy_builder_free(builder);
    Py_XDECREF(live.name);
    Py_XDECREF(live.signature);
    Py_XDECREF(live.empty);
    ispy_live_functions_clear(&live);
    ispy_live_classes_clear(&live);
    return result;
}
