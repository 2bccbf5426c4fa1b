/* Names with the versions that will do: distributions, C libraries, commands, hosts.
 * Must not know: which of them are there. */
#ifndef ISPY_LOAD_COMPONENT_LOAD_H
#define ISPY_LOAD_COMPONENT_LOAD_H

#include "load/fault.h"
#include "load/fields.h"

/* Readers of fields, as ispy_field_read has them. */
int ispy_read_libc(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_distribution(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_distributions(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_commands(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);

/* "acme" and ">=2,<3" of `host:`; "*" is any version. */
int ispy_host_load(ispy_component_clause *out, const ispy_loader *loader, const ispy_node *name,
                   const ispy_node *version);
/* Records in an array: the size of one, and where its name, an ispy_str, is. */
typedef struct ispy_named_layout {
    size_t size;
    size_t name;
} ispy_named_layout;

/* Puts the entries into the record; of those that a base has put there the ones of other names stay. */
int ispy_named_put(const ispy_loader *loader, const ispy_field *field, char *record, ispy_named_layout layout,
                   const void *entries, uint32_t count);
int ispy_components_put(const ispy_loader *loader, const ispy_field *field, char *record,
                        const ispy_component_clause *clauses, uint32_t count);
/* A name that is not empty and holds no blank or control character. */
int ispy_component_name_check(const ispy_loader *loader, const ispy_node *node, const char *noun);

#endif
