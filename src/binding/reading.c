/* Reading a module before it runs. Must not know: contracts, reports. */
#include "binding/reading.h"

#include "binding/code_cache.h"
#include "binding/extract.h"
#include "binding/same_code.h"
#include "binding/source_text.h"
#include "binding/structure.h"
#include "binding/stub_file.h"
#include "binding/uses.h"

#include <string.h>

static const char *const OTHER_CODE =
    "the code that was about to run is not what this source compiles to (a stale or forged .pyc file?)";

/* Compiles the tree. What cannot be compiled cannot be validated either: the structure becomes unreadable. */
static int compile_tree(ispy_state *state, ispy_reading *reading, const ispy_subject *subject, PyObject *tree) {
    PyObject *args = Py_BuildValue("(OOs)", tree, subject->path, "exec"); /* owned */
    PyObject *kwargs = Py_BuildValue("{s:O}", "dont_inherit", Py_True);   /* owned */
    PyObject *type = NULL, *value = NULL, *traceback = NULL;              /* owned */
    PyObject *sentence = NULL;                                            /* owned */
    int status = -1;
    if (args == NULL || kwargs == NULL) {
        goto done;
    }
    reading->code = PyObject_Call(state->ast.compile, args, kwargs);
    if (reading->code != NULL || !PyErr_ExceptionMatches(PyExc_Exception)) {
        status = reading->code != NULL ? 0 : -1;
        goto done;
    }
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    sentence = PyUnicode_FromFormat("it cannot be compiled: %S", value);
    if (sentence != NULL) {
        status = ispy_structure_unreadable(&reading->module, reading->arena, subject, sentence);
    }
done:
    Py_XDECREF(args);
    Py_XDECREF(kwargs);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    Py_XDECREF(sentence);
    return status;
}

/* What the stub says, or nothing where it cannot be read: then the running module shows. */
static int extract_stub(ispy_state *state, ispy_reading *reading, const ispy_subject *subject,
                        const ispy_material *material) {
    const ispy_module *stub = NULL; /* in the arena */
    if (ispy_extract_from_source(&state->ast, reading->arena, material->bytes, material->stub_path, reading->name,
                                 subject->is_package, &stub, NULL) < 0) {
        return -1;
    }
    if (stub->unreadable.data != NULL) {
        return ispy_structure_opaque(&reading->module, reading->arena, subject);
    }
    reading->from_stub = true;
    reading->module = stub;
    return ispy_stub_file_interpret(stub, reading->arena);
}

/* Holds the code that somebody else is about to execute against the source that was validated. */
static int hold_code_against(ispy_state *state, ispy_reading *reading, const ispy_subject *subject, PyObject *source,
                             PyObject *code) {
    int same = ispy_code_same(state, reading->code, code);
    if (same == 0) {
        same = ispy_code_is_of_source(state, code, source, subject->path);
    }
    if (same != 0) {
        return same < 0 ? -1 : 0;
    }
    PyObject *sentence = PyUnicode_FromString(OTHER_CODE); /* owned */
    int status = sentence == NULL ? -1 : ispy_structure_unreadable(&reading->module, reading->arena, subject, sentence);
    Py_XDECREF(sentence);
    return status;
}

/* Parses, extracts and, for a loader in whose place we may execute, compiles. The collector has a rest until the tree
 * is gone (see ispy_extract_from_source): with it on, a cold import takes up to twice as long. */
static int read_anew(ispy_state *state, ispy_reading *reading, const ispy_subject *subject, PyObject *label,
                     const ispy_material *material, bool wants_uses) {
    PyObject *tree = NULL; /* owned */
    int collects = PyGC_Disable();
    int status =
        ispy_extract_from_source(&state->ast, reading->arena, material->bytes, label, reading->name,
                                 subject->is_package, &reading->module, material->bound || wants_uses ? &tree : NULL);
    if (status == 0 && tree != NULL && wants_uses) { /* the structure lies in our arena, and nobody has seen it yet */
        status = ispy_uses_extract(&state->ast, reading->arena, tree, (ispy_module *)reading->module);
    }
    if (status == 0 && tree != NULL && material->bound) {
        status = compile_tree(state, reading, subject, tree);
    }
    Py_XDECREF(tree);
    if (collects) {
        PyGC_Enable();
    }
    return status;
}

/* What the cache knows of a file that nobody has opened. */
static int find_unread(ispy_state *state, ispy_reading *reading, const ispy_reading_task *task,
                       const ispy_material *material) {
    const ispy_cache_question question = {
        .stamp = material->stamp,
        .path = material->path,
        .name = reading->name,
        .is_package = task->identity->is_package,
        .has_uses = task->wants_uses,
    };
    int known = ispy_code_cache_find(state, &question, reading->arena, &reading->module, &reading->code);
    if (known > 0) {
        reading->unread = material->stamp;
    }
    return known;
}

/* What the cache knows, or what the source says; the cache is only for code that we are going to execute. */
static int read_source(ispy_state *state, ispy_reading *reading, const ispy_subject *subject, PyObject *label,
                       const ispy_material *material, bool wants_uses) {
    const ispy_cache_question question = {material->bytes, material->stamp,     label,
                                          reading->name,   subject->is_package, wants_uses};
    reading->source = Py_NewRef(material->bytes);
    int known = 0;
    if (material->bound) {
        known = ispy_code_cache_find(state, &question, reading->arena, &reading->module, &reading->code);
    }
    if (known != 0) {
        return known < 0 ? -1 : 0;
    }
    int status = read_anew(state, reading, subject, label, material, wants_uses);
    if (status == 0 && reading->code != NULL) {
        status = ispy_code_cache_store(state, &question, reading->module, reading->code);
    }
    return status;
}

/* Structure and, for a loader in whose place we may execute, code. */
static int extract(ispy_state *state, ispy_reading *reading, const ispy_reading_task *task,
                   const ispy_material *material) {
    const ispy_subject subject = {reading->name, reading->path, task->identity->is_package};
    if (material->kind == ISPY_MATERIAL_MISSING ||
        (material->kind == ISPY_MATERIAL_SOURCELESS && !task->allows_sourceless)) {
        return ispy_structure_unreadable(&reading->module, reading->arena, &subject, material->sentence);
    }
    if (material->kind == ISPY_MATERIAL_STUB) {
        return extract_stub(state, reading, &subject, material);
    }
    if (material->kind != ISPY_MATERIAL_SOURCE) {
        return ispy_structure_opaque(&reading->module, reading->arena, &subject);
    }
    PyObject *label = NULL; /* owned: what compile() calls the file */
    label = reading->path != Py_None ? Py_NewRef(reading->path) : PyUnicode_FromFormat("<%U>", reading->name);
    int status = label == NULL ? -1 : read_source(state, reading, &subject, label, material, task->wants_uses);
    Py_XDECREF(label);
    if (status == 0 && reading->code != NULL && task->code != NULL) {
        status = hold_code_against(state, reading, &subject, material->bytes, task->code);
    }
    return status;
}

/* A loader that does not know the module shows nothing: the module stands in sys.modules under another name. */
static int forgive(ispy_material *material, const ispy_identity *identity) {
    if (!PyErr_ExceptionMatches(PyExc_Exception) || PyErr_ExceptionMatches(PyExc_MemoryError)) {
        return -1;
    }
    PyErr_Clear();
    ispy_material_clear(material);
    material->kind = ISPY_MATERIAL_OPAQUE;
    material->bound = false;
    material->path = Py_NewRef(identity->origin);
    return 0;
}

static int read_material(ispy_state *state, ispy_reading *reading, const ispy_reading_task *task) {
    ispy_material material;
    int status = ispy_material_read(state, &material, task->loader, task->identity);
    if (status < 0 && task->looks_only) {
        status = forgive(&material, task->identity);
    }
    if (status == 0) {
        reading->path = Py_NewRef(material.path);
        reading->bound = material.bound;
        reading->untouched = material.untouched;
        material.bound = material.bound && !task->looks_only;
        status = extract(state, reading, task, &material);
    }
    ispy_material_clear(&material);
    return status;
}

int ispy_reading_read(ispy_state *state, ispy_reading *reading, const ispy_reading_task *task) {
    ispy_material material;
    int known = 0;
    if (task->code == NULL && !task->looks_only && ispy_material_look(state, &material, task->loader)) {
        known = find_unread(state, reading, task, &material);
        if (known > 0) {
            reading->path = Py_NewRef(material.path);
            reading->bound = true;
            reading->untouched = true;
        }
        ispy_material_clear(&material);
    }
    return known != 0 ? (known < 0 ? -1 : 0) : read_material(state, reading, task);
}

int ispy_reading_need_text(ispy_state *state, ispy_reading *reading) {
    ispy_file_stamp now;
    int status = 0;
    if (!ispy_file_stamp_is_known(&reading->unread)) {
        return 0;
    }
    PyObject *bytes = ispy_source_file_read(state, reading->path, &now); /* owned */
    if (bytes != NULL && ispy_file_stamp_equal(&now, &reading->unread)) {
        /* It lies in our arena, and nobody has looked for the text yet. */
        status = ispy_source_text_decode(&((ispy_module *)reading->module)->source, reading->arena, bytes) < 0 ? -1 : 0;
        reading->source = Py_NewRef(bytes);
    }
    Py_XDECREF(bytes);
    memset(&reading->unread, 0, sizeof reading->unread);
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        status = 0;
    }
    return status;
}

void ispy_reading_clear(ispy_reading *reading) {
    Py_CLEAR(reading->name);
    Py_CLEAR(reading->path);
    Py_CLEAR(reading->code);
    Py_CLEAR(reading->source);
}
