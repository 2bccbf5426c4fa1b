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
/* Puts the clauses into the record; of those that a base has put there the ones of other names stay. */
int ispy_components_put(const ispy_loader *loader, const ispy_field *field, char *record,
                        const ispy_component_clause *clauses, uint32_t count);
/* A name that is not empty and holds no blank or control character. */
int ispy_component_name_check(const ispy_loader *loader, const ispy_node *node, const char *noun);

#endif
