/* A libFuzzer target: any bytes are a contract or an error, never a crash.
 *
 *     clang -fsanitize=fuzzer,address,undefined ... tests/fuzz/fuzz_contract.c tests/core/sample_stub.c; seeds:
 * tests/cases/contracts */
#include "sample_stub.h"

#include <importspy/contract.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ignore(const ispy_contract *contract, void *user) {
    (void)contract;
    (void)user;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    ispy_contract_set *set = NULL;
    ispy_error error = {0};
    int status = ispy_contract_set_parse(&set, "fuzz.yml", (const char *)data, size, &options, &error);
    if ((status == ISPY_OK) != (set != NULL)) {
        abort();
    }
    if (status != ISPY_OK) {
        if (status != ISPY_EINVAL || strncmp(error.code, "ISPY9", 5) != 0 || error.message[0] == '\0') {
            abort();
        }
        return 0;
    }
    ispy_contract_set_select(set, ispy_str_literal("acme.plugins.mail"), ispy_str_literal("/srv/acme/mail.py"), ignore,
                             NULL);
    ispy_contract_set_may_select(set, ispy_str_literal("acme"));
    ispy_contract_set_free(set);
    return 0;
}
