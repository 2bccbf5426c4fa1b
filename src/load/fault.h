/* What every part of the loader carries along, and how it says that a contract is wrong. */
#ifndef ISPY_LOAD_FAULT_H
#define ISPY_LOAD_FAULT_H

#include "base/error.h"
#include "base/name_map.h"
#include "load/node.h"

/* Codes of contract errors; stable, never reused. */
#define ISPY_FAULT_UNREADABLE    "ISPY901"
#define ISPY_FAULT_SYNTAX        "ISPY902"
#define ISPY_FAULT_ENCODING      "ISPY903"
#define ISPY_FAULT_LIMIT         "ISPY904"
#define ISPY_FAULT_DUPLICATE     "ISPY905"
#define ISPY_FAULT_TAG           "ISPY906"
#define ISPY_FAULT_TYPE          "ISPY907"
#define ISPY_FAULT_KEY           "ISPY908"
#define ISPY_FAULT_VALUE         "ISPY909"
#define ISPY_FAULT_STUB          "ISPY910"
#define ISPY_FAULT_NO_SELECTOR   "ISPY911"
#define ISPY_FAULT_EMPTY         "ISPY912"
#define ISPY_FAULT_CONTRADICTION "ISPY913"
#define ISPY_FAULT_INTERFACE     "ISPY914"
#define ISPY_FAULT_EXTENDS       "ISPY915"
/* What is no error: its row is in rules/lint.def. */
#define ISPY_NOTE_OLD_FORM "ISPY950"

/* Bases that contracts extend, over a whole set. */
typedef struct ispy_bases {
    ispy_name_map known; /* resolved path -> its index in `sources` */
    const ispy_source **sources;
    uint32_t count;
    uint32_t capacity;
    uint32_t used; /* by the contract that is being loaded, repeats included */
} ispy_bases;

/* The files that are being read one for the other: each extends the one below it. */
typedef struct ispy_chain {
    const struct ispy_chain *below; /* NULL: this is the contract itself */
    ispy_str path;                  /* resolved */
} ispy_chain;

/* One file on its way from text to contracts. Everything is borrowed. */
typedef struct ispy_loader {
    const ispy_source *source;
    ispy_arena *arena;
    const ispy_load_options *options;
    ispy_error *error;             /* never NULL */
    ispy_bases *bases;             /* what `extends:` has led to so far */
    const ispy_chain *chain;       /* this file, and those that led to it */
    struct ispy_needs_list *needs; /* what the contract that is being loaded asks for */
} ispy_loader;

/* Fills the error in; gives ISPY_EINVAL. A hint may follow with ispy_error_hint(loader->error, ...). */
int ispy_fault(const ispy_loader *loader, const char *code, ispy_span at, const char *format, ...) ISPY_PRINTF(4, 5);
/* Whether loading goes on behind what `status` says: somebody wants to hear of all errors, and has now heard of this
 * one.
 */
bool ispy_fault_told(const ispy_loader *loader, int status);
/* Tells whoever wants to hear it of something that is no error. `hint` is what to do. */
void ispy_note(const ispy_loader *loader, const char *code, ispy_span at, const char *message, const char *hint);
static inline int ispy_fault_nomem(const ispy_loader *loader) {
    ispy_error_nomem(loader->error);
    return ISPY_ENOMEM;
}

/* A user's text made fit for a message: cut after about 60 bytes, control characters as "?". */
typedef struct ispy_quoted {
    char text[80];
} ispy_quoted;
ispy_quoted ispy_quote(ispy_str text);

ispy_origin ispy_loader_origin(const ispy_loader *loader, ispy_span at);

#endif
