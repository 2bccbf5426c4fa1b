/* One YAML document -> one contract. */
#ifndef ISPY_LOAD_CONTRACT_LOAD_H
#define ISPY_LOAD_CONTRACT_LOAD_H

#include "load/fault.h"

/* Everything lives in the loader's arena. ISPY_OK, ISPY_EFOREIGN from the stub parser, or an error with a place. */
int ispy_contract_check_selector(const ispy_loader *loader, const ispy_contract *contract);
int ispy_contract_load(const ispy_contract **out, const ispy_loader *loader, const ispy_node *document);

#endif
