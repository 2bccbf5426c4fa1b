/* Stub lines: what Python's parser made of "def run(self, job: Job) -> None" becomes clauses. */
#ifndef ISPY_LOAD_STUB_CLAUSE_H
#define ISPY_LOAD_STUB_CLAUSE_H

#include "load/fault.h"

/* `node` is a scalar that is no plain name. ISPY_OK, ISPY_EFOREIGN, or an error with a place. */
int ispy_stub_variable(ispy_variable_clause *out, const ispy_loader *loader, const ispy_node *node);
int ispy_stub_attribute(ispy_variable_clause *out, const ispy_loader *loader, const ispy_node *node);
int ispy_stub_function(ispy_function_clause *out, const ispy_loader *loader, const ispy_node *node);
int ispy_stub_method(ispy_function_clause *out, const ispy_loader *loader, const ispy_node *node);
int ispy_stub_class(ispy_class_clause *out, const ispy_loader *loader, const ispy_node *node);

#endif
