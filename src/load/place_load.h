/* The keys of `requires:` and `when:` that hold records.
 * Must not know: how the place where a module runs is looked at. */
#ifndef ISPY_LOAD_PLACE_LOAD_H
#define ISPY_LOAD_PLACE_LOAD_H

#include "load/fault.h"
#include "load/fields.h"

/* Reads a mapping into what the record fills. */
typedef int (*ispy_record_reader)(const ispy_loader *loader, const ispy_record *record, char *out,
                                  const ispy_node *node);

/* For REQUIRES, PYTHON, HOSTS and VARIABLES. */
int ispy_place_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                    ispy_record_reader read);
/* Refuses what demands nothing, or what nothing could meet. */
int ispy_variable_form_check(const ispy_loader *loader, const ispy_variable_form *form);

#endif
