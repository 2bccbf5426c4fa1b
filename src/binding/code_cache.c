/* Finding and keeping entries. The bytes of an entry: cache_entry.c; the folder and its files: cache_folder.c. */
#include "binding/code_cache.h"

#include "binding/cache_entry.h"
#include "binding/cache_folder.h"
#include "binding/convert.h"
#include "binding/source_text.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_SPARE = 1024 * 1024 };

struct ispy_code_cache {
    ispy_cache_buffer spare;   /* owned: between two reads; a thread that reads has taken it */
    ispy_cache_folder *folder; /* owned, or NULL: the one that was used last */
    PyObject *build;           /* owned: bytes */
    PyObject *dumps;           /* owned: marshal.dumps and marshal.loads as they were at init */
    PyObject *loads;           /* owned */
    PyObject *magic;           /* owned: importlib's MAGIC_NUMBER, bytes */
};

/* One write in so many looks whether the cache has grown too large. Which one the name of the entry decides, so that
 * many short processes do it as often as a long one. */
enum { WRITES_BETWEEN_TRIMS = 64 };

enum { BUFFER_READ = 0x100 }; /* PyBUF_READ, which 3.10's headers do not show to users of the stable ABI */

/* ---- setting up ---- */

/* module.name, new. */
static PyObject *fetch(const char *module, const char *name) {
    PyObject *from = PyImport_ImportModule(module); /* owned */
    PyObject *value = from == NULL ? NULL : PyObject_GetAttrString(from, name);
    Py_XDECREF(from);
    return value;
}

/* All of the interpreter that structure or code may depend on, and our own build. */
static PyObject *describe_build(const ispy_state *state, PyObject *magic) {
    const ispy_ast_api *api = &state->ast;
    PyObject *implementation = PySys_GetObject("implementation");                                        /* borrowed */
    PyObject *tag = implementation == NULL ? NULL : PyObject_GetAttrString(implementation, "cache_tag"); /* owned */
    PyObject *text = NULL;                                                                               /* owned */
    PyObject *bytes = NULL;
    if (tag != NULL) {
        text = PyUnicode_FromFormat("%s %s %d|%S %S %R|%S %S|%S %S %S|%ld", ISPY_VERSION, ISPY_BUILD_ID,
                                    (int)ISPY_PACK_VERSION, api->hexversion, tag, magic, api->implementation,
                                    api->platform, api->os_name, api->byteorder, api->maxsize, api->optimize);
    }
    if (text != NULL) {
        bytes = PyUnicode_AsUTF8String(text);
    }
    Py_XDECREF(tag);
    Py_XDECREF(text);
    return bytes;
}

int ispy_code_cache_init(ispy_state *state) {
    ispy_code_cache *cache = PyMem_Calloc(1, sizeof *cache);
    if (cache == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    state->cache = cache;
    cache->dumps = fetch("marshal", "dumps");
    cache->loads = cache->dumps == NULL ? NULL : fetch("marshal", "loads");
    cache->magic = cache->loads == NULL ? NULL : fetch("_frozen_importlib_external", "MAGIC_NUMBER");
    cache->build = cache->magic == NULL ? NULL : describe_build(state, cache->magic);
    return cache->build == NULL ? -1 : 0;
}

void ispy_code_cache_free(ispy_code_cache *cache) {
    if (cache == NULL) {
        return;
    }
    ispy_cache_folder_free(cache->folder);
    free(cache->spare.data);
    Py_XDECREF(cache->build);
    Py_XDECREF(cache->dumps);
    Py_XDECREF(cache->loads);
    Py_XDECREF(cache->magic);
    PyMem_Free(cache);
}

/* ---- the key ---- */

/* The text as bytes: its own, or for lone surrogates those of `*spare`, owned. -1 with an exception. */
static int piece_of_text(ispy_piece *out, PyObject *text, PyObject **spare) {
    Py_ssize_t length = 0;
    const char *data = PyUnicode_AsUTF8AndSize(text, &length);
    char *bytes = NULL;
    if (data == NULL) {
        PyErr_Clear();
        *spare = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
        if (*spare == NULL || PyBytes_AsStringAndSize(*spare, &bytes, &length) < 0) {
            return -1;
        }
        data = bytes;
    }
    *out = (ispy_piece){data, (size_t)length};
    return 0;
}

static int piece_of_bytes(ispy_piece *out, PyObject *object) {
    char *data = NULL;
    Py_ssize_t length = 0;
    if (PyBytes_AsStringAndSize(object, &data, &length) < 0) {
        return -1;
    }
    *out = (ispy_piece){data, (size_t)length};
    return 0;
}

/* A key, and what keeps its texts alive. */
typedef struct key_holder {
    ispy_cache_key key;
    PyObject *path; /* owned, or NULL */
    PyObject *name; /* owned, or NULL */
} key_holder;

static void release_key(key_holder *holder) {
    Py_XDECREF(holder->path);
    Py_XDECREF(holder->name);
}

/* Clears an exception, unless it ends the program. */
static int swallow(void) {
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_Exception)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

/* 1: there is a folder and a key; 0: there is none; -1: exception. Both are to be given back after 1. */
static int prepare(ispy_state *state, const ispy_cache_question *question, ispy_cache_care care,
                   ispy_cache_folder **folder, key_holder *holder) {
    ispy_cache_state why = ISPY_CACHE_READY;
    memset(holder, 0, sizeof *holder);
    if (state->cache == NULL) { /* Python is shutting down */
        return 0;
    }
    *folder = ispy_cache_folder_open(&state->cache->folder, care, &why);
    if (*folder == NULL) {
        return 0;
    }
    holder->key.is_package = question->is_package;
    holder->key.has_uses = question->has_uses;
    holder->key.stamp = question->stamp;
    if (piece_of_bytes(&holder->key.build, state->cache->build) == 0 &&
        (question->source == NULL || piece_of_bytes(&holder->key.source, question->source) == 0) &&
        piece_of_text(&holder->key.path, question->path, &holder->path) == 0 &&
        piece_of_text(&holder->key.name, question->name, &holder->name) == 0) {
        return 1;
    }
    release_key(holder);
    ispy_cache_folder_free(*folder);
    return swallow();
}

/* ---- writing ---- */

static bool may_write(void) {
    PyObject *flag = PySys_GetObject("dont_write_bytecode"); /* borrowed */
    int set = flag == NULL ? 0 : PyObject_IsTrue(flag);
    if (set < 0) {
        PyErr_Clear();
    }
    return set == 0;
}

/* With the GIL released. */
static void write_entry(const ispy_cache_folder *folder, const ispy_cache_key *key, const ispy_cache_entry *entry) {
    char name[ISPY_CACHE_NAME_SIZE];
    size_t length = 0;
    char *data = ispy_cache_entry_write(key, entry, &length); /* owned */
    ispy_cache_entry_name(name, key);
    if (data != NULL && ispy_cache_file_write(folder, name, data, length) &&
        strtoul(name + 8, NULL, 16) % WRITES_BETWEEN_TRIMS == 0) {
        ispy_cache_usage left, removed;
        (void)ispy_cache_folder_trim(folder, ISPY_CACHE_MAX_SIZE, ISPY_CACHE_KEPT_SIZE, &left, &removed);
    }
    free(data);
}

/* ---- finding ---- */

/* The text of the source for excerpts: what the entry says is its bytes need not be decoded. */
static int text_of_source(ispy_str *out, const ispy_cache_question *question, bool plain, ispy_arena *arena) {
    ispy_piece bytes;
    if (question->source == NULL) {
        *out = (ispy_str){NULL, 0, 0};
        return 0;
    }
    if (!plain) {
        return ispy_source_text_decode(out, arena, question->source) < 0 ? -1 : 0;
    }
    if (piece_of_bytes(&bytes, question->source) < 0) {
        return -1;
    }
    *out = (ispy_str){bytes.data, (uint32_t)bytes.length, 0}; /* nobody looks it up: no hash */
    return 0;
}

/* The code object, owned; NULL with an exception where there is none in it. */
static PyObject *load_code(const ispy_state *state, ispy_piece code) {
    PyObject *view = PyMemoryView_FromMemory((char *)code.data, (Py_ssize_t)code.length, BUFFER_READ); /* owned */
    PyObject *loaded = view == NULL ? NULL : PyObject_CallFunctionObjArgs(state->cache->loads, view, NULL);
    Py_XDECREF(view);
    if (loaded != NULL && (PyObject *)Py_TYPE(loaded) != state->code_type) {
        Py_CLEAR(loaded);
        PyErr_SetString(PyExc_ValueError, "no code");
    }
    return loaded;
}

static int use(const ispy_state *state, const ispy_cache_question *question, const ispy_cache_entry *entry,
               ispy_arena *arena, const ispy_module **module, PyObject **code) {
    ispy_str text;
    *module = NULL;
    if (text_of_source(&text, question, entry->plain, arena) < 0 ||
        ispy_module_unpack(module, entry->structure.data, entry->structure.length, text, arena) != ISPY_OK) {
        return swallow();
    }
    *code = load_code(state, entry->code);
    return *code != NULL ? 1 : swallow();
}

static ispy_cache_buffer take_spare(ispy_code_cache *cache) {
    ispy_cache_buffer taken = cache->spare;
    cache->spare = (ispy_cache_buffer){NULL, 0};
    return taken;
}

static void give_spare(ispy_code_cache *cache, ispy_cache_buffer *buffer) {
    if (cache->spare.data == NULL && buffer->capacity <= LARGEST_SPARE) {
        cache->spare = *buffer;
    } else {
        free(buffer->data);
    }
}

/* So much is read at once, in the hope that it is all that is needed. */
enum { FIRST_READ = 16 * 1024 };

/* Reads as much of an open file as the key needs. */
static bool read_parts(ispy_cache_entry *entry, ispy_cache_file *file, const ispy_cache_key *key,
                       ispy_cache_buffer *buffer) {
    size_t first = file->size < FIRST_READ ? file->size : FIRST_READ;
    if (!ispy_cache_file_read(file, buffer, first)) {
        return false;
    }
    size_t body = ispy_cache_entry_body(buffer->data, first);
    size_t wanted = key->source.data == NULL ? body : file->size;
    return body != 0 && ispy_cache_file_read(file, buffer, wanted) &&
           ispy_cache_entry_read(entry, key, buffer->data, wanted);
}

static bool read_entry(ispy_cache_entry *entry, const ispy_cache_folder *folder, const ispy_cache_key *key,
                       ispy_cache_buffer *buffer) {
    char name[ISPY_CACHE_NAME_SIZE];
    ispy_cache_file file;
    bool whole = false;
    ispy_cache_entry_name(name, key);
    Py_BEGIN_ALLOW_THREADS if (ispy_cache_file_open(&file, folder, name)) {
        whole = read_parts(entry, &file, key, buffer);
        ispy_cache_file_close(&file);
    }
    Py_END_ALLOW_THREADS return whole;
}

/* Whether the descriptor is no longer that of the folder; then `*folder` becomes the one that is. */
static bool has_moved(ispy_code_cache *cache, ispy_cache_folder **folder) {
    ispy_cache_state why = ISPY_CACHE_READY;
    ispy_cache_folder *now = ispy_cache_folder_open(&cache->folder, ISPY_CACHE_TO_LOOK, &why); /* owned */
    bool moved = now != NULL && now != *folder;
    if (moved) {
        ispy_cache_folder_free(*folder);
        *folder = now;
    } else {
        ispy_cache_folder_free(now);
    }
    return moved;
}

/* Writes what was found once more, with the stamp that the file has now, if the folder can be trusted still. */
static void refresh(ispy_code_cache *cache, const ispy_cache_key *key, const ispy_cache_entry *entry) {
    ispy_cache_state why = ISPY_CACHE_READY;
    ispy_cache_folder *folder = ispy_cache_folder_open(&cache->folder, ISPY_CACHE_TO_WRITE, &why); /* owned */
    if (folder != NULL) {
        Py_BEGIN_ALLOW_THREADS write_entry(folder, key, entry);
        Py_END_ALLOW_THREADS
    }
    ispy_cache_folder_free(folder);
}

/* Whether the next one could do without reading the source, if the entry had today's stamp. */
static bool is_out_of_date(const ispy_cache_entry *entry, const ispy_cache_key *key) {
    return ispy_file_stamp_is_known(&key->stamp) && !ispy_file_stamp_equal(&key->stamp, &entry->stamp) && may_write();
}

int ispy_code_cache_find(ispy_state *state, const ispy_cache_question *question, ispy_arena *arena,
                         const ispy_module **module, PyObject **code) {
    ispy_cache_folder *folder = NULL; /* owned */
    key_holder holder;
    int found = prepare(state, question, ISPY_CACHE_TO_READ, &folder, &holder);
    if (found <= 0) {
        return found;
    }
    ispy_cache_entry entry;
    ispy_cache_buffer buffer = take_spare(state->cache); /* owned */
    bool whole = read_entry(&entry, folder, &holder.key, &buffer);
    if (!whole && has_moved(state->cache, &folder)) {
        whole = read_entry(&entry, folder, &holder.key, &buffer);
    }
    found = whole ? use(state, question, &entry, arena, module, code) : 0;
    if (found > 0 && question->source != NULL && is_out_of_date(&entry, &holder.key)) {
        refresh(state->cache, &holder.key, &entry);
    }
    give_spare(state->cache, &buffer);
    release_key(&holder);
    ispy_cache_folder_free(folder);
    return found;
}

/* ---- keeping ---- */

/* The structure, and whether the source's bytes are its text. False: this is not to be kept. */
static bool pack(ispy_cache_entry *entry, const ispy_module *module, const ispy_cache_key *key, ispy_arena *arena) {
    const void *data = NULL;
    if (module->unreadable.data != NULL || module->source.data == NULL ||
        ispy_module_pack(&data, &entry->structure.length, module, arena) != ISPY_OK) {
        return false;
    }
    entry->structure.data = data;
    entry->plain = key->source.length == module->source.length &&
                   memcmp(key->source.data, module->source.data, key->source.length) == 0;
    return true;
}

int ispy_code_cache_store(ispy_state *state, const ispy_cache_question *question, const ispy_module *module,
                          PyObject *code) {
    ispy_cache_folder *folder = NULL; /* owned */
    key_holder holder;
    int ready = may_write() ? prepare(state, question, ISPY_CACHE_TO_WRITE, &folder, &holder) : 0;
    if (ready <= 0) {
        return ready;
    }
    ispy_cache_entry entry;
    ispy_arena *arena = ispy_arena_new();                                            /* owned */
    PyObject *bytes = PyObject_CallFunctionObjArgs(state->cache->dumps, code, NULL); /* owned */
    if (arena != NULL && bytes != NULL && piece_of_bytes(&entry.code, bytes) == 0 &&
        pack(&entry, module, &holder.key, arena)) {
        Py_BEGIN_ALLOW_THREADS write_entry(folder, &holder.key, &entry);
        Py_END_ALLOW_THREADS
    }
    Py_XDECREF(bytes);
    ispy_arena_free(arena);
    release_key(&holder);
    ispy_cache_folder_free(folder);
    return swallow();
}

/* ---- for the command line and for tests ---- */

PyObject *ispy_code_cache_usage(ispy_state *state) {
    ispy_cache_state why = ISPY_CACHE_READY;
    ispy_cache_usage left = {0, 0}, removed;
    char *path = ispy_cache_folder_path(&why);                                                           /* owned */
    ispy_cache_folder *folder = ispy_cache_folder_open(&state->cache->folder, ISPY_CACHE_TO_LOOK, &why); /* owned */
    if (folder != NULL) {
        (void)ispy_cache_folder_trim(folder, UINT64_MAX, UINT64_MAX, &left, &removed);
    }
    PyObject *shown = path == NULL ? Py_NewRef(Py_None) : PyUnicode_DecodeFSDefault(path);
    PyObject *result =
        shown == NULL ? NULL
                      : Py_BuildValue("(NsKKK)", shown, ispy_cache_state_text(why), (unsigned long long)left.entries,
                                      (unsigned long long)left.bytes, (unsigned long long)ISPY_CACHE_MAX_SIZE);
    ispy_cache_folder_free(folder);
    free(path);
    return result;
}

PyObject *ispy_code_cache_trim(ispy_state *state, PyObject *bytes) {
    ispy_cache_state why = ISPY_CACHE_READY;
    ispy_cache_usage left, removed = {0, 0};
    unsigned long long most = PyLong_AsUnsignedLongLong(bytes);
    if (PyErr_Occurred()) {
        return NULL;
    }
    ispy_cache_folder *folder = ispy_cache_folder_open(&state->cache->folder, ISPY_CACHE_TO_LOOK, &why); /* owned */
    if (folder != NULL) {
        (void)ispy_cache_folder_trim(folder, most, most, &left, &removed);
    }
    ispy_cache_folder_free(folder);
    return Py_BuildValue("(KK)", (unsigned long long)removed.entries, (unsigned long long)removed.bytes);
}

PyObject *ispy_code_cache_build(ispy_state *state) {
    return Py_NewRef(state->cache->build);
}
