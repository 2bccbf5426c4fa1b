/* `call:`: how the host calls a function. */
#ifndef ISPY_LOAD_CALL_SHAPE_H
#define ISPY_LOAD_CALL_SHAPE_H

#include "load/fault.h"

/* Parses "(app, config, timeout=..., *args, **kwargs)". ISPY_OK, or an error with a place. */
int ispy_call_shape_load(const ispy_call_shape **out, const ispy_loader *loader, const ispy_node *node);

#endif
