/* Contracts for tests, from texts. */
#ifndef ISPY_TESTS_SAMPLE_CONTRACT_H
#define ISPY_TESTS_SAMPLE_CONTRACT_H

#include <importspy/importspy.h>

#include "model/contract.h"

/* Loads a text with sample_stub_parse; fails the test when it is refused. Freed by sample_contracts_free. */
const ispy_contract *sample_contract(const char *text);
ispy_contract_set *sample_contract_set(const char *text, size_t length);
/* Fails the test unless the text is refused with "line:column: code: message". */
void refuse_contract(const char *text, const char *complaint);
void refuse_contract_bytes(const char *text, size_t length, const char *complaint);
/* The hint of the contract that was refused last. */
const char *refused_hint(void);
/* As a text that a test can compare: "line:column: code: message". */
void error_line(char *out, size_t size, const ispy_error *error);
void sample_contracts_free(void);

#endif
