/* The structure of a module as Python objects, for tests and for people who want to see what the extractor understands.
 * Reachable as importspy._core._structure and _live_structure; no part of the public interface. */
#include "binding/convert.h"
#include "binding/extract.h"
#include "binding/uses.h"

#include <importspy/pack.h>

#include <string.h>

static PyObject *literal_object(const ispy_literal *literal);
static PyObject *scope_object(const ispy_scope *scope);

static PyObject *span_object(ispy_span span) {
    return Py_BuildValue("(III)", span.line, span.column, span.length);
}

static PyObject *reason_object(ispy_reason reason) {
    return PyUnicode_FromString(ispy_reason_name(reason));
}

/* A list of what `make` gives for each of `count` items of `size` bytes. */
typedef PyObject *(*maker)(const void *item);

static PyObject *list_object(const void *items, size_t count, size_t size, maker make) {
    PyObject *list = PyList_New(0);
    for (size_t i = 0; i < count && list != NULL; i++) {
        PyObject *item = make((const char *)items + i * size);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *literal_maker(const void *item) {
    return literal_object(item);
}

/* None, or (kind, text or items). */
static PyObject *literal_object(const ispy_literal *literal) {
    static const char *const kinds[] = {"dynamic", "None",  "Ellipsis", "bool", "int", "float", "complex",
                                        "str",     "bytes", "tuple",    "list", "set", "dict",  "sequence"};
    if (literal == NULL) {
        return Py_BuildValue("");
    }
    const char *kind = kinds[literal->kind];
    switch (literal->kind) {
    case ISPY_LITERAL_DYNAMIC:
        return Py_BuildValue("(sN)", kind, reason_object(literal->reason));
    case ISPY_LITERAL_NONE:
    case ISPY_LITERAL_ELLIPSIS:
        return Py_BuildValue("(s)", kind);
    case ISPY_LITERAL_BYTES:
        return Py_BuildValue("(sy#)", kind, literal->text.data, (Py_ssize_t)literal->text.length);
    case ISPY_LITERAL_TUPLE:
    case ISPY_LITERAL_LIST:
    case ISPY_LITERAL_SET:
    case ISPY_LITERAL_DICT:
    case ISPY_LITERAL_SEQUENCE:
        return Py_BuildValue("(sN)", kind, list_object(literal->items, literal->count, sizeof *literal, literal_maker));
    default:
        return Py_BuildValue("(sN)", kind, ispy_unicode_from_str(literal->text));
    }
}

static PyObject *parameter_object(const void *item) {
    static const char *const kinds[] = {"POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY",
                                        "VAR_KEYWORD"};
    const ispy_parameter *parameter = item;
    return Py_BuildValue("{sNsssNsNsN}", "name", ispy_unicode_from_str(parameter->name), "kind", kinds[parameter->kind],
                         "annotation", ispy_unicode_from_str(parameter->annotation), "default",
                         literal_object(parameter->default_value), "at", span_object(parameter->at));
}

static PyObject *reference_object(const void *item) {
    const ispy_reference *reference = item;
    const ispy_definition *head = reference->head;
    PyObject *shown = head == NULL ? Py_BuildValue("")
                                   : Py_BuildValue("(iNN)", (int)head->kind, ispy_unicode_from_str(head->name),
                                                   span_object(head->at));
    return Py_BuildValue("{sNsNsNsNsN}", "name", ispy_unicode_from_str(reference->name), "text",
                         ispy_unicode_from_str(reference->text), "at", span_object(reference->at), "head", shown,
                         "head_varies", PyBool_FromLong(reference->head_varies));
}

static PyObject *function_object(const ispy_function *function) {
    static const char *const kinds[] = {"", "static", "class", "property"};
    return Py_BuildValue(
        "{sNsNsNsNsNsNsNsNsNsssNsN}", "made_at", span_object(function->made_at), "parameters",
        list_object(function->parameters, function->parameter_count, sizeof(ispy_parameter), parameter_object),
        "returns", ispy_unicode_from_str(function->returns), "is_async", PyBool_FromLong(function->is_async),
        "is_generator", PyBool_FromLong(function->is_generator), "is_abstract", PyBool_FromLong(function->is_abstract),
        "is_cached", PyBool_FromLong(function->is_cached), "has_setter", PyBool_FromLong(function->has_setter),
        "has_deleter", PyBool_FromLong(function->has_deleter), "method_kind", kinds[function->method_kind],
        "decorators",
        list_object(function->decorators, function->decorator_count, sizeof(ispy_reference), reference_object),
        "unknown", reason_object(function->unknown));
}

static PyObject *import_object(const void *item) {
    const ispy_import *import = item;
    return Py_BuildValue("{sNsNsNsIsNsNsNsNsN}", "conditional", PyBool_FromLong(import->conditional), "module",
                         ispy_unicode_from_str(import->module), "name", ispy_unicode_from_str(import->name), "level",
                         import->level, "bound", ispy_unicode_from_str(import->bound), "has_alias",
                         PyBool_FromLong(import->has_alias), "type_checking", PyBool_FromLong(import->type_checking),
                         "in_function", PyBool_FromLong(import->in_function), "at", span_object(import->at));
}

static PyObject *class_object(const ispy_class *klass) {
    return Py_BuildValue(
        "{sNsisNsNsNsNsNsNsNsNsNsNsNsN}", "made_at", span_object(klass->made_at), "makes", (int)klass->makes, "fields",
        list_object(klass->fields, klass->field_count, sizeof(ispy_parameter), parameter_object), "has_type_parameters",
        PyBool_FromLong(klass->has_type_parameters), "name", ispy_unicode_from_str(klass->name), "shuts_bases_out",
        PyBool_FromLong(klass->shuts_bases_out), "is_remade", PyBool_FromLong(klass->is_remade), "may_be_no_class",
        PyBool_FromLong(klass->may_be_no_class), "bases",
        list_object(klass->bases, klass->base_count, sizeof(ispy_reference), reference_object), "bases_are_mro",
        PyBool_FromLong(klass->bases_are_mro), "decorators",
        list_object(klass->decorators, klass->decorator_count, sizeof(ispy_reference), reference_object),
        "has_metaclass", PyBool_FromLong(klass->has_metaclass), "members", scope_object(&klass->members), "instance",
        scope_object(&klass->instance));
}

/* (kind, place, what it is). */
static PyObject *definition_object(const void *item) {
    const ispy_definition *definition = *(const ispy_definition *const *)item;
    PyObject *at = span_object(definition->at);
    switch (definition->kind) {
    case ISPY_DEFINES_VARIABLE:
        return definition->as.variable->alias.data != NULL
                   ? Py_BuildValue("(sN{sNsNsNsN})", "variable", at, "is_object",
                                   PyBool_FromLong(definition->as.variable->is_object), "annotation",
                                   ispy_unicode_from_str(definition->as.variable->annotation), "value",
                                   literal_object(definition->as.variable->value), "alias",
                                   ispy_unicode_from_str(definition->as.variable->alias))
                   : Py_BuildValue("(sN{sNsNsN})", "variable", at, "is_object",
                                   PyBool_FromLong(definition->as.variable->is_object), "annotation",
                                   ispy_unicode_from_str(definition->as.variable->annotation), "value",
                                   literal_object(definition->as.variable->value));
    case ISPY_DEFINES_FUNCTION:
        return Py_BuildValue("(sNN)", "function", at, function_object(definition->as.function));
    case ISPY_DEFINES_CLASS:
        return Py_BuildValue("(sNN)", "class", at, class_object(definition->as.klass));
    case ISPY_DEFINES_IMPORT:
        return Py_BuildValue("(sNN)", "import", at, import_object(definition->as.import));
    default:
        return Py_BuildValue("(sNN)", "unknown", at, reason_object(definition->reason));
    }
}

static PyObject *binding_object(const ispy_binding *binding) {
    return Py_BuildValue(
        "{sNsNsN}", "candidates",
        list_object(binding->candidates, binding->count, sizeof *binding->candidates, definition_object),
        "may_be_absent", PyBool_FromLong(binding->may_be_absent), "reason", reason_object(binding->reason));
}

static PyObject *scope_object(const ispy_scope *scope) {
    PyObject *names = PyDict_New();
    for (uint32_t i = 0; i < scope->count && names != NULL; i++) {
        PyObject *name = ispy_unicode_from_str(scope->bindings[i].name);
        PyObject *binding = name != NULL ? binding_object(&scope->bindings[i]) : NULL;
        if (binding == NULL || PyDict_SetItem(names, name, binding) < 0) {
            Py_CLEAR(names);
        }
        Py_XDECREF(name);
        Py_XDECREF(binding);
    }
    return names == NULL ? NULL
                         : Py_BuildValue("{sNsNsN}", "names", names, "open", reason_object(scope->open), "open_at",
                                         span_object(scope->open_at));
}

static PyObject *text_maker(const void *item) {
    return ispy_unicode_from_str(*(const ispy_str *)item);
}

static PyObject *name_object(const ispy_uses *uses, uint32_t index) {
    return index == ISPY_USE_NO_NAME ? Py_NewRef(Py_None) : ispy_unicode_from_str(uses->names[index]);
}

/* [(kind, name, part, [flag, ...], place), ...], or None. */
static PyObject *uses_object(const ispy_uses *uses) {
    static const char *const kinds[ISPY_USE_KIND_COUNT] = {"import", "import-from", "import-star", "import-call",
                                                           "call",   "reference",   "call-other",  "text"};
    static const char *const flags[] = {"function", "class", "type-checking", "conditional", "handled",
                                        "main",     "maybe", "below",         "star",        "follows"};
    PyObject *list = uses != NULL ? PyList_New(0) : Py_NewRef(Py_None);
    for (uint32_t i = 0; uses != NULL && list != NULL && i < uses->count; i++) {
        const ispy_use *use = &uses->items[i];
        PyObject *said = PyList_New(0); /* owned, then part of the item */
        for (size_t j = 0; said != NULL && j < sizeof flags / sizeof flags[0]; j++) {
            PyObject *flag = (use->flags >> j & 1) != 0 ? PyUnicode_FromString(flags[j]) : NULL; /* owned */
            if (flag != NULL && PyList_Append(said, flag) < 0) {
                Py_CLEAR(said);
            }
            Py_XDECREF(flag);
        }
        PyObject *item = said == NULL || PyErr_Occurred()
                             ? NULL
                             : Py_BuildValue("(sNNNN)", kinds[use->kind], name_object(uses, use->name),
                                             name_object(uses, use->part), said, span_object(use->at)); /* owned */
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *module_object(const ispy_module *module) {
    return Py_BuildValue("{sNsNsNsNsNsNsNsNsNsNsNsNsN}", "uses", uses_object(module->uses), "patched",
                         list_object(module->patched, module->patched_count, sizeof(ispy_str), text_maker),
                         "is_patched_at_will", PyBool_FromLong(module->is_patched_at_will), "name",
                         ispy_unicode_from_str(module->name), "path", ispy_unicode_from_str(module->path), "source",
                         ispy_unicode_from_str(module->source), "is_package", PyBool_FromLong(module->is_package),
                         "is_live", PyBool_FromLong(module->is_live), "scope", scope_object(&module->scope), "imports",
                         list_object(module->imports, module->import_count, sizeof(ispy_import), import_object),
                         "dunder_all", literal_object(module->dunder_all), "unreadable",
                         ispy_unicode_from_str(module->unreadable), "unreadable_at",
                         span_object(module->unreadable_at));
}

static PyObject *pack_object(const ispy_module *module, ispy_arena *arena) {
    const void *data = NULL;
    size_t length = 0;
    int status = ispy_module_pack(&data, &length, module, arena);
    if (status == ISPY_EINVAL) {
        return Py_NewRef(Py_None);
    }
    if (status != ISPY_OK) {
        ispy_status_raise(status);
        return NULL;
    }
    return PyBytes_FromStringAndSize(data, (Py_ssize_t)length);
}

static PyObject *describe_source(ispy_ast_api *api, PyObject *args, PyObject *kwargs, bool packed) {
    static char *keywords[] = {"source", "name", "path", "is_package", "uses", NULL};
    PyObject *source = NULL; /* borrowed */
    PyObject *name = Py_None;
    PyObject *path = NULL;
    int is_package = 0;
    int uses = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "S|OUpp:_structure", keywords, &source, &name, &path, &is_package,
                                     &uses)) {
        return NULL;
    }
    PyObject *shown = path != NULL ? Py_NewRef(path) : PyUnicode_FromString("<test>"); /* owned */
    ispy_arena *arena = ispy_arena_new();                                              /* owned */
    PyObject *result = NULL;
    if (arena == NULL) {
        PyErr_NoMemory();
    } else if (shown != NULL) {
        const ispy_module *module = NULL;
        PyObject *given = name != Py_None ? name : NULL;
        PyObject *tree = NULL; /* owned */
        int status = ispy_extract_from_source(api, arena, source, shown, given, is_package != 0, &module, &tree);
        if (status == 0 && tree != NULL && uses != 0) {
            status = ispy_uses_extract(api, arena, tree, (ispy_module *)module); /* it lies in our arena */
        }
        Py_XDECREF(tree);
        if (status == 0) {
            result = packed ? pack_object(module, arena) : module_object(module);
        }
    }
    Py_XDECREF(shown);
    ispy_arena_free(arena);
    return result;
}

PyObject *ispy_extract_debug_source(ispy_ast_api *api, PyObject *args, PyObject *kwargs) {
    return describe_source(api, args, kwargs, false);
}

PyObject *ispy_extract_debug_pack(ispy_ast_api *api, PyObject *args, PyObject *kwargs) {
    return describe_source(api, args, kwargs, true);
}

PyObject *ispy_extract_debug_unpack(PyObject *args) {
    const char *data = NULL; /* borrowed */
    Py_ssize_t length = 0;
    PyObject *text = Py_None; /* borrowed */
    ispy_str source = {NULL, 0, 0};
    if (!PyArg_ParseTuple(args, "y#|O:_unpack", &data, &length, &text)) {
        return NULL;
    }
    if (text != Py_None && !ispy_str_borrow(&source, text)) {
        PyErr_SetString(PyExc_TypeError, "a str is wanted");
        return NULL;
    }
    ispy_arena *arena = ispy_arena_new(); /* owned */
    void *aligned = arena == NULL ? NULL : ispy_arena_reserve(arena, (size_t)length);
    PyObject *result = NULL;
    if (aligned == NULL) {
        PyErr_NoMemory();
    } else {
        const ispy_module *module = NULL;
        memcpy(aligned, data, (size_t)length);
        int status = ispy_module_unpack(&module, aligned, (size_t)length, source, arena);
        result = status == ISPY_OK ? module_object(module) : status == ISPY_EINVAL ? Py_NewRef(Py_None) : NULL;
        if (result == NULL && !PyErr_Occurred()) {
            ispy_status_raise(status);
        }
    }
    ispy_arena_free(arena);
    return result;
}

PyObject *ispy_extract_debug_live(ispy_ast_api *api, PyObject *object) {
    ispy_arena *arena = ispy_arena_new(); /* owned */
    if (arena == NULL) {
        return PyErr_NoMemory();
    }
    const ispy_module *module = NULL;
    PyObject *result = ispy_extract_from_live(api, arena, object, NULL, &module) == 0 ? module_object(module) : NULL;
    ispy_arena_free(arena);
    return result;
}

PyObject *ispy_extract_debug_stub(ispy_ast_api *api, PyObject *text) {
    ispy_str stub;
    if (!ispy_str_borrow(&stub, text)) {
        PyErr_SetString(PyExc_TypeError, "a str is wanted");
        return NULL;
    }
    ispy_arena *arena = ispy_arena_new(); /* owned */
    if (arena == NULL) {
        return PyErr_NoMemory();
    }
    ispy_error error;
    const ispy_module *module = NULL;
    PyObject *result = NULL;
    int status = ispy_extract_parse_stub(&module, api, stub, arena, &error);
    if (status == ISPY_OK) {
        result = module_object(module);
    } else if (status == ISPY_EINVAL) {
        PyObject *at = span_object(error.at);
        PyErr_Format(PyExc_ValueError, "%s at %R", error.message, at);
        Py_XDECREF(at);
    } else {
        ispy_status_raise(status);
    }
    ispy_arena_free(arena);
    return result;
}
