/* Amounts: memory, CPUs. Must not know: how much there is. */
#ifndef ISPY_LOAD_AMOUNT_LOAD_H
#define ISPY_LOAD_AMOUNT_LOAD_H

#include "load/fault.h"
#include "load/fields.h"

/* Readers of fields, as ispy_field_read has them. */
int ispy_read_memory(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_cpus(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);

#endif
