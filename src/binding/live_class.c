/* Live classes: all that the classes of their MRO hold, read from the dictionaries of the types themselves. */
#include "binding/live.h"

#include <string.h>

typedef PyObject *(*ispy_descriptor_getter)(PyObject *, PyObject *, PyObject *);

PyObject *ispy_type_get(const ispy_live *live, PyObject *descriptor, PyObject *type) {
    (void)live;
    void *slot = PyType_GetSlot(Py_TYPE(descriptor), Py_tp_descr_get);
    ispy_descriptor_getter get = NULL;
    memcpy(&get, &slot, sizeof get);
    return get != NULL ? get(descriptor, type, (PyObject *)Py_TYPE(type)) : NULL;
}

int ispy_live_type_name(const ispy_live *live, ispy_str *out, PyObject *type) {
    PyObject *module = ispy_type_get(live, live->api->type_module, type);
    if (module == NULL && !ispy_live_forgive()) {
        return -1;
    }
    PyObject *qualname = ispy_type_get(live, live->api->type_qualname, type);
    PyObject *text = NULL;
    if (qualname != NULL && module != NULL && PyUnicode_Check(module)) {
        text = PyUnicode_FromFormat("%U.%U", module, qualname);
    } else if (qualname != NULL) {
        Py_INCREF(qualname);
        text = qualname;
    }
    Py_XDECREF(module);
    Py_XDECREF(qualname);
    int result = text != NULL ? ispy_live_text(live, out, text) : -1;
    Py_XDECREF(text);
    return result;
}

/* The namespace of a class, as a new plain dict that nobody changes meanwhile. */
static PyObject *namespace_of(const ispy_live *live, PyObject *type) {
    PyObject *proxy = ispy_type_get(live, live->api->type_dict, type);
    PyObject *copy = proxy != NULL ? PyDict_New() : NULL;
    if (copy != NULL && PyDict_Update(copy, proxy) < 0) {
        Py_CLEAR(copy);
    }
    Py_XDECREF(proxy);
    return copy;
}

static bool is_bookkeeping(PyObject *name) {
    static const char *const names[] = {"__dict__",
                                        "__weakref__",
                                        "__module__",
                                        "__annotations__",
                                        "__annotate__",
                                        "__annotate_func__",
                                        "__annotations_cache__",
                                        "__firstlineno__",
                                        "__static_attributes__",
                                        "__abstractmethods__",
                                        "_abc_impl",
                                        NULL};
    for (const char *const *one = names; *one != NULL; one++) {
        if (PyUnicode_CompareWithASCIIString(name, *one) == 0) {
            return true;
        }
    }
    return false;
}

static int bind_namespace(ispy_live *live, PyObject *type, const ispy_class *source, int depth) {
    PyObject *namespace = namespace_of(live, type);
    if (namespace == NULL) {
        return -1;
    }
    PyObject *annotations = ispy_live_annotations(live, type, namespace);
    const ispy_scope *places = source != NULL ? &source->members : NULL;
    int result = annotations == NULL && PyErr_Occurred() ? -1 : 0;
    PyObject *name = NULL;
    PyObject *value = NULL;
    Py_ssize_t position = 0;
    while (result == 0 && PyDict_Next(namespace, &position, &name, &value)) {
        if (PyUnicode_Check(name) && !is_bookkeeping(name)) {
            result = ispy_live_bind(live, name, value, annotations, places, depth);
        }
    }
    if (result == 0 && annotations != NULL) {
        result = ispy_live_bind_annotated(live, annotations, namespace, places);
    }
    Py_XDECREF(annotations);
    Py_DECREF(namespace);
    return result;
}

/* From the far end, so that nearer classes replace what they override. `object` itself is left out: every class has
 * that. */
static int bind_mro(ispy_live *live, PyObject *mro, const ispy_class *source, int depth) {
    for (Py_ssize_t i = PyTuple_Size(mro); i > 0; i--) {
        PyObject *type = PyTuple_GetItem(mro, i - 1); /* borrowed */
        if (type == (PyObject *)&PyBaseObject_Type || !PyType_Check(type)) {
            continue;
        }
        if (bind_namespace(live, type, i == 1 ? source : NULL, depth) < 0) {
            return -1;
        }
    }
    return 0;
}

static int list_bases(const ispy_live *live, ispy_class *klass, PyObject *mro) {
    Py_ssize_t count = PyTuple_Size(mro);
    ispy_reference *bases = ispy_arena_array(live->arena, (size_t)count, sizeof *bases);
    if (bases == NULL) {
        return ispy_live_nomem();
    }
    for (Py_ssize_t i = 1; i < count; i++) {
        ispy_reference *base = &bases[klass->base_count];
        PyObject *type = PyTuple_GetItem(mro, i);
        if (!PyType_Check(type)) {
            continue;
        }
        if (ispy_live_type_name(live, &base->name, type) < 0) {
            return -1;
        }
        base->text = base->name;
        klass->base_count++;
    }
    klass->bases = bases;
    klass->bases_are_mro = true;
    return 0;
}

static int judge_metaclass(const ispy_live *live, ispy_class *klass, PyObject *type) {
    ispy_str name;
    PyObject *metaclass = (PyObject *)Py_TYPE(type);
    if (metaclass == (PyObject *)&PyType_Type) {
        return 0;
    }
    if (ispy_live_type_name(live, &name, metaclass) < 0) {
        return -1;
    }
    klass->has_metaclass = !(name.length == 11 && memcmp(name.data, "abc.ABCMeta", 11) == 0);
    return 0;
}

/* Only the source knows what attributes instances have. */
static void take_instance(ispy_class *klass, const ispy_class *source) {
    if (source != NULL) {
        klass->instance = source->instance;
    } else {
        klass->instance.open = ISPY_REASON_INSTANCE_ONLY;
    }
}

int ispy_live_class(ispy_live *live, const ispy_class **out, PyObject *type, const ispy_class *source, int depth) {
    ispy_class *klass = ispy_arena_alloc(live->arena, sizeof *klass);
    *out = klass;
    if (klass == NULL) {
        return ispy_live_nomem();
    }
    PyObject *mro = ispy_type_get(live, live->api->type_mro, type);
    if (mro == NULL || !PyTuple_Check(mro)) {
        Py_XDECREF(mro);
        klass->members.open = ISPY_REASON_METACLASS;
        return PyErr_Occurred() && !ispy_live_forgive() ? -1 : 0;
    }
    take_instance(klass, source);
    int result = list_bases(live, klass, mro);
    if (result == 0) {
        result = judge_metaclass(live, klass, type);
    }
    if (result == 0) {
        result = ispy_builder_push(live->builder) == ISPY_OK ? 0 : ispy_live_nomem();
    }
    if (result == 0) {
        result = bind_mro(live, mro, source, depth + 1);
        if (ispy_builder_pop(live->builder, &klass->members) != ISPY_OK && result == 0) {
            result = ispy_live_nomem();
        }
    }
    Py_DECREF(mro);
    return result;
}

/* ---- What was described already ---- */

bool ispy_live_find_class(const ispy_live *live, PyObject *type, const ispy_class **out) {
    for (uint32_t i = 0; i < live->class_count; i++) {
        if (live->classes[i].type == type) {
            *out = live->classes[i].klass;
            return true;
        }
    }
    return false;
}

int ispy_live_keep_class(ispy_live *live, PyObject *type, const ispy_class *klass) {
    if (live->class_count == live->class_capacity) {
        uint32_t capacity = live->class_capacity * 2 + 16;
        ispy_known_class *grown = PyMem_Realloc(live->classes, capacity * sizeof *grown);
        if (grown == NULL) {
            return ispy_live_nomem();
        }
        live->classes = grown;
        live->class_capacity = capacity;
    }
    Py_INCREF(type);
    live->classes[live->class_count++] = (ispy_known_class){type, klass};
    return 0;
}

void ispy_live_classes_clear(ispy_live *live) {
    for (uint32_t i = 0; i < live->class_count; i++) {
        Py_DECREF(live->classes[i].type);
    }
    PyMem_Free(live->classes);
    live->classes = NULL;
    live->class_count = 0;
}
