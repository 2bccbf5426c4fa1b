/* Finds and reads the source of an interface. Imports nothing. */
#ifndef ISPY_BINDING_INTERFACE_FILE_H
#define ISPY_BINDING_INTERFACE_FILE_H

#include <importspy/contract.h>

/* An ispy_interface_reader; `user` is the ispy_state. */
int ispy_interface_file_read(const ispy_module **out, void *user, const ispy_interface_request *request,
                             ispy_arena *arena, ispy_error *error);

#endif
