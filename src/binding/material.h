/* What a loader has to show of a module before it loads it. */
#ifndef ISPY_BINDING_MATERIAL_H
#define ISPY_BINDING_MATERIAL_H

#include "binding/identity.h"
#include "binding/source_file.h"

typedef enum ispy_material_kind {
    ISPY_MATERIAL_SOURCE,     /* `bytes` */
    ISPY_MATERIAL_STUB,       /* an extension module with a stub beside it: `bytes` is the stub, `stub_path` its file */
    ISPY_MATERIAL_SOURCELESS, /* compiled code and nothing else; `sentence` says so. Opaque, where the contracts allow
                                 it */
    ISPY_MATERIAL_OPAQUE,     /* an extension module, or a loader that has no source: the running module shows */
    ISPY_MATERIAL_MISSING     /* nothing can be validated; `sentence` says why */
} ispy_material_kind;

typedef struct ispy_material {
    ispy_material_kind kind;
    bool bound;      /* what this loader executes is what its source compiles to: we may execute it in its place */
    bool untouched;  /* ... and it is importlib's own, as importlib made it: its create_module does nothing */
    PyObject *bytes; /* owned */
    ispy_file_stamp stamp; /* of the file that the bytes are from, or nothing known */
    PyObject *stub_path;   /* owned: str, or NULL */
    PyObject *path;        /* owned: str or None; what tracebacks and reports show */
    PyObject *sentence;    /* owned: str */
} ispy_material;

/* Whether the loader is importlib's own, as importlib made it, and names an ordinary file of source: then `path` and
 * `stamp` of that file, which has not been opened. ispy_material_clear is right after both. */
bool ispy_material_look(ispy_state *state, ispy_material *out, PyObject *loader);
/* Reads the source through the loader, once. -1 with an exception; ispy_material_clear is right after both. */
int ispy_material_read(ispy_state *state, ispy_material *out, PyObject *loader, const ispy_identity *identity);
void ispy_material_clear(ispy_material *material);

#endif
