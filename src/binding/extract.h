/* From Python to ispy_module: out of source text, out of a live module, out of a stub line.
 *
 * Both extractors fill in the same structure, so that whoever reads it need not ask where it came from. The caller
 * holds the GIL (an attached thread state) throughout.
 */
#ifndef ISPY_BINDING_EXTRACT_H
#define ISPY_BINDING_EXTRACT_H

#include "binding/ast_api.h"

#include <importspy/contract.h>
#include <importspy/module.h>

/* Source texts over this are not parsed: the module is `unreadable`. */
enum { ISPY_EXTRACT_MAX_SOURCE = 2 * 1024 * 1024 };

/* Parses `source_bytes` (bytes, as read from the file) and describes what the module will be. Executes nothing of it.
 *
 * 0: `*out` lives in `arena`. Where the text cannot be read or parsed (syntax, encoding, NUL bytes, size, nesting),
 * `(*out)->unreadable` says so and there is no tree.
 * -1: a Python exception is set (KeyboardInterrupt, or MemoryError of our own); nothing is given out.
 * `tree_out` may be NULL; else it gets the owned syntax tree, or NULL for an unreadable module. The tree is unchanged:
 * compile(tree, path, "exec") gives the code that the bytes compile to. */
int ispy_extract_from_source(ispy_ast_api *api, ispy_arena *arena, PyObject *source_bytes, PyObject *path,
                             PyObject *module_name, bool is_package, const ispy_module **out, PyObject **tree_out);

/* Describes a module that has run. `static_structure` (what ispy_extract_from_source said; may be NULL) lends what only
 * the source knows: imports, instance attributes, places, the text. It must live as long as `*out`. Returns as above.
 */
int ispy_extract_from_live(ispy_ast_api *api, ispy_arena *arena, PyObject *object, const ispy_module *static_structure,
                           const ispy_module **out);

/* An ispy_stub_parser; `user` is the ispy_ast_api. A def or class line may lack its colon and body. */
int ispy_extract_parse_stub(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena, ispy_error *error);

/* _core._structure(source, name=None, path="<test>", is_package=False) -> dict: the structure as Python objects.
 * Private; for tests and for looking at what the extractor understands. `_live_structure(module)` likewise. */
PyObject *ispy_extract_debug_source(ispy_ast_api *api, PyObject *args, PyObject *kwargs);
PyObject *ispy_extract_debug_live(ispy_ast_api *api, PyObject *object);
/* _core._pack(source, name, path, is_package) -> bytes, or None for what no pack holds.
 * _core._unpack(pack, source) -> dict as _structure gives it, or None for what is no pack. */
PyObject *ispy_extract_debug_pack(ispy_ast_api *api, PyObject *args, PyObject *kwargs);
PyObject *ispy_extract_debug_unpack(PyObject *args);
/* _core._stub_structure(text): ValueError where it is no stub. */
PyObject *ispy_extract_debug_stub(ispy_ast_api *api, PyObject *text);

#endif
