/* What is done to module objects around a guarded execution. */
#ifndef ISPY_BINDING_MODULE_OBJECT_H
#define ISPY_BINDING_MODULE_OBJECT_H

#include "binding/state.h"

/* Its namespace, new reference. Does not run the module's own __getattribute__ (LazyLoader's would load it). */
PyObject *ispy_module_namespace(ispy_state *state, PyObject *module);
/* Replaces `from` by `to` as loader of the module and of its spec; what names another loader stays. */
int ispy_module_swap_loader(ispy_state *state, PyObject *namespace, PyObject *from, PyObject *to);

/* A new dict of those attributes that importlib sets anew at a reload. */
PyObject *ispy_module_attributes(ispy_state *state, PyObject *module);
/* Puts them back, and (where it is not NULL) all that the namespace held. Keeps an exception that is set. */
void ispy_module_restore(ispy_state *state, PyObject *module, PyObject *attributes, PyObject *contents);

/* Makes a module that was denied after it had run useless to threads that waited for it: its namespace is emptied, and
 * asking it for a name raises the violation. Keeps the exception that is set, which is the violation. */
void ispy_module_disable(ispy_state *state, PyObject *module);

/* sys.modules[name] is new, or NULL with or without an exception. */
PyObject *ispy_module_registered(PyObject *name);

#endif
