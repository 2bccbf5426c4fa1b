/* Interfaces: a stub, Protocol, ABC or class becomes clauses beside those that the contract writes out. */
#ifndef ISPY_LOAD_INTERFACE_H
#define ISPY_LOAD_INTERFACE_H

#include "load/fault.h"

/* Adds what the interfaces of a block or class ask for to its clauses. ISPY_OK, ISPY_EFOREIGN, or an error with a
 * place. */
int ispy_interfaces_into_block(const ispy_loader *loader, ispy_block *block);
int ispy_interfaces_into_class(const ispy_loader *loader, ispy_class_clause *klass);

#endif
