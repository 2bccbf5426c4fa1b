/* The pieces of `value: {...}`: read, put in place, held against each other. */
#ifndef ISPY_LOAD_VALUE_DEMAND_LOAD_H
#define ISPY_LOAD_VALUE_DEMAND_LOAD_H

#include "load/fault.h"
#include "load/fields.h"
#include "model/value_demand.h"

/* Readers of one field, as field_read.c calls them. */
int ispy_read_literals(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_number(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_regex(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
int ispy_read_count(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);
/* `length: 3`. */
int ispy_read_length(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node);

/* Makes the demand the value that the field asks for. */
int ispy_demand_put(const ispy_loader *loader, const ispy_field *field, char *record, const ispy_node *node,
                    const ispy_value_demand *demand);
/* Adds to an error in a demand how a dict with such a key is written. Gives `status`. */
int ispy_demand_fault(const ispy_loader *loader, const ispy_field *field, const ispy_node *node, int status);
bool ispy_demand_says_nothing(const ispy_value_demand *demand);
/* Refuses a demand that says nothing, or that nothing could meet. */
int ispy_demand_check(const ispy_loader *loader, const ispy_value_demand *demand);

#endif
