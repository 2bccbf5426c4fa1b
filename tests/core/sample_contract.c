/* See sample_contract.h. */
#include "sample_contract.h"

#include "sample_stub.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { MAX_SETS = 64 };

static ispy_contract_set *sets[MAX_SETS];
static size_t set_count;
static char last_hint[256];

void error_line(char *out, size_t size, const ispy_error *error) {
    snprintf(out, size, "%u:%u: %s: %s", error->at.line, error->at.column, error->code, error->message);
}

ispy_contract_set *sample_contract_set(const char *text, size_t length) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    ispy_error error = {0};
    ispy_contract_set *set = NULL;
    int status = ispy_contract_set_parse(&set, "sample.yml", text, length, &options, &error);
    ck_assert_msg(status == ISPY_OK, "%u:%u: %s: %s", error.at.line, error.at.column, error.code, error.message);
    ck_assert_uint_lt(set_count, MAX_SETS);
    sets[set_count++] = set;
    return set;
}

const ispy_contract *sample_contract(const char *text) {
    return ispy_contract_set_get(sample_contract_set(text, strlen(text)), 0);
}

void refuse_contract_bytes(const char *text, size_t length, const char *complaint) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    ispy_error error = {0};
    ispy_contract_set *set = NULL;
    int status = ispy_contract_set_parse(&set, "sample.yml", text, length, &options, &error);
    ck_assert_ptr_null(set);
    ck_assert_int_eq(status, ISPY_EINVAL);
    ck_assert_int_eq(error.status, ISPY_EINVAL);
    ck_assert_str_eq(error.path, "sample.yml");
    char line[1024];
    error_line(line, sizeof line, &error);
    ck_assert_str_eq(line, complaint);
    memcpy(last_hint, error.hint, sizeof last_hint);
}

void refuse_contract(const char *text, const char *complaint) {
    refuse_contract_bytes(text, strlen(text), complaint);
}

const char *refused_hint(void) {
    return last_hint;
}

void sample_contracts_free(void) {
    while (set_count > 0) {
        ispy_contract_set_free(sets[--set_count]);
    }
}
