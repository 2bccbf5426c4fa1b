/* Reads the value of one key, as its field's type says. */
#ifndef ISPY_LOAD_FIELD_READ_H
#define ISPY_LOAD_FIELD_READ_H

#include "load/fault.h"
#include "load/fields.h"

/* `record` is what the field's record fills; `node` is stated (not null). Not for LIST, SUPERCLASSES and ENVIRONMENT,
 * which hold records. ISPY_OK, or an error with a place. */
int ispy_field_read(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
/* Where a member of what a record fills goes: pointers, counts, places. An offset of 0 is nowhere. */
void ispy_field_put_pointer(char *record, size_t offset, const void *value);
void ispy_field_put_count(char *record, size_t offset, uint32_t value);
void ispy_field_put_origin(char *record, size_t offset, ispy_origin value);
/* The value of one of the words, in any case; `key` is what it stands behind. */
int ispy_word_load(int *value, const ispy_loader *loader, const ispy_word *words, const char *key,
                   const ispy_node *node);
/* "'functions' must be a list, not text" */
int ispy_field_wrong_type(const ispy_loader *loader, const char *key, const ispy_node *node, const char *wanted);

#endif
