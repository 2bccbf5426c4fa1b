/* One entry of a search path: what stands there under a module's name. No Python code runs. */
#ifndef ISPY_BINDING_SEARCH_FOLDER_H
#define ISPY_BINDING_SEARCH_FOLDER_H

#include "binding/module_search.h"

typedef enum ispy_entry_kind {
    ISPY_ENTRY_NOTHING, /* there is nothing of that name */
    ISPY_ENTRY_FOLDER,  /* a folder that importlib's own finder looks into */
    ISPY_ENTRY_FOREIGN  /* an archive, or a place that somebody else's finder looks into */
} ispy_entry_kind;

ispy_entry_kind ispy_search_entry_kind(ispy_state *state, PyObject *folder);
/* Sets kind, file and folders where the folder has the module; a folder of that name without a file of its own is added
 * to `portions`, a list. -1 with an exception. */
int ispy_search_folder(ispy_module_place *out, PyObject *folder, PyObject *tail, PyObject *portions);
/* As above for "/src/acme", which may be a package's folder or, with an ending, a file. */
int ispy_search_stem(ispy_module_place *out, PyObject *stem);
bool ispy_search_is_file(PyObject *path);
/* The stub beside machine code, if there is one. */
void ispy_search_take_stub(ispy_module_place *out, PyObject *origin);
/* Whether the source of a package speaks of __path__, but for pkgutil's way to extend it. */
bool ispy_search_mentions_path(ispy_state *state, PyObject *file);

#endif
