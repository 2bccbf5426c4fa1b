/* What is known of one module before it runs: its structure and, where we may execute it, its code. */
#ifndef ISPY_BINDING_READING_H
#define ISPY_BINDING_READING_H

#include "binding/file_stamp.h"
#include "binding/material.h"

/* What is to be read, and how. All borrowed. */
typedef struct ispy_reading_task {
    PyObject *loader; /* the one that the module's finder named */
    const ispy_identity *identity;
    PyObject *code;         /* what is about to run: held against what the source compiles to; NULL: what we compile */
    bool allows_sourceless; /* compiled code may stand without its source */
    bool wants_uses;        /* a contract asks what the module makes use of */
    bool looks_only;        /* nothing is compiled, and the cache not asked */
} ispy_reading_task;

typedef struct ispy_reading {
    ispy_arena *arena;         /* lent; the structure is in it */
    PyObject *name;            /* owned: str */
    PyObject *path;            /* owned: str or None; NULL: nothing has been read yet */
    PyObject *code;            /* owned, or NULL */
    PyObject *source;          /* owned: bytes that the structure may borrow its text from, or NULL */
    const ispy_module *module; /* in the arena */
    ispy_file_stamp unread;    /* the structure is from the cache, and the file in this state has not been opened */
    bool bound;                /* what is validated is what runs */
    bool untouched;            /* see ispy_material */
    bool from_stub;            /* what is known comes from the stub beside an extension module */
} ispy_reading;

/* `reading` has its arena and name, and nothing else. -1 with an exception. */
int ispy_reading_read(ispy_state *state, ispy_reading *reading, const ispy_reading_task *task);
/* Opens a source that has not been opened yet, so that reports have excerpts; where the file has changed meanwhile they
 * go without. -1 with an exception that ends the program. */
int ispy_reading_need_text(ispy_state *state, ispy_reading *reading);
void ispy_reading_clear(ispy_reading *reading);

#endif
