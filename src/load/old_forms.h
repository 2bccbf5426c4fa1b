/* Ways of writing a contract that ImportSpy's documentation has shown and that this format writes otherwise. */
#ifndef ISPY_LOAD_OLD_FORMS_H
#define ISPY_LOAD_OLD_FORMS_H

#include "load/fault.h"
#include "load/fields.h"

/* `variables: {engine: docker}` stands for `variables: [{name: engine, value: docker}]`. `*node` becomes the list where
 * it is such a mapping, and the field has entries with a name and a value; else it stays as it is. */
int ispy_old_pairs(const ispy_node **node, const ispy_loader *loader, const ispy_field *field);

#endif
