/* Pieces that list entries and stub lines have in common. */
#ifndef ISPY_LOAD_CLAUSE_LOAD_H
#define ISPY_LOAD_CLAUSE_LOAD_H

#include "load/fault.h"

/* ISPY_OK, or an error with a place. */
int ispy_annotation_load(const ispy_annotation_clause **out, const ispy_loader *loader, ispy_str text, ispy_span at,
                         bool compatible);
/* Refuses parameters of the same name. */
int ispy_parameters_check(const ispy_loader *loader, const ispy_parameter_clause *parameters, uint32_t count);

#endif
