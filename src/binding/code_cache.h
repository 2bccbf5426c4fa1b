/* The code cache: what was read of a source once, kept for the processes to come.
 *
 * An entry holds facts, never verdicts: structure and code of one source, under one path and name, for one build of the
 * extractor and one interpreter. All that could make them other facts is part of the key, so nothing ever has to be
 * invalidated. The cache cannot fail: where anything is wrong with it, it knows nothing, and the source is read anew.
 * Must not know: contracts. */
#ifndef ISPY_BINDING_CODE_CACHE_H
#define ISPY_BINDING_CODE_CACHE_H

#include "binding/file_stamp.h"
#include "binding/state.h"

/* What an entry is found by. All borrowed. */
typedef struct ispy_cache_question {
    PyObject *source;      /* bytes; NULL: they have not been read, and the stamp has to tell */
    ispy_file_stamp stamp; /* of the file; nothing known where there is none */
    PyObject *path;        /* str: what compile() calls the file */
    PyObject *name;        /* str */
    bool is_package;
    bool has_uses; /* with what policies ask for: an entry of its own */
} ispy_cache_question;

/* Sets the cache of a state up, with what it takes from the interpreter; -1 with an exception. */
int ispy_code_cache_init(ispy_state *state);
void ispy_code_cache_free(ispy_code_cache *cache); /* NULL is welcome */

/* 1: `*module` lives in `arena` and borrows from `source` where that is plain UTF-8; `*code` is owned. Without a source
 * in the question the module has no text for excerpts. 0: nothing is known. -1: an exception that ends the program
 * (KeyboardInterrupt, say).
 * An entry that was found by its source is written anew where its file has another stamp now. */
int ispy_code_cache_find(ispy_state *state, const ispy_cache_question *question, ispy_arena *arena,
                         const ispy_module **module, PyObject **code);
/* Keeps what was found out, unless sys.dont_write_bytecode. 0, or -1 as above. */
int ispy_code_cache_store(ispy_state *state, const ispy_cache_question *question, const ispy_module *module,
                          PyObject *code);

/* _core._cache_usage() -> (folder or None, why there is none or "", entries, bytes, bytes at most)
 * _core._cache_trim(bytes) -> (entries removed, bytes removed)
 * _core._cache_build() -> bytes: the part of the key that depends on the interpreter alone. All private. */
PyObject *ispy_code_cache_usage(ispy_state *state);
PyObject *ispy_code_cache_trim(ispy_state *state, PyObject *bytes);
PyObject *ispy_code_cache_build(ispy_state *state);

#endif
