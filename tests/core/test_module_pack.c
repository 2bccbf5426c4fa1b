/* Structures as bytes: the same comes back, and other bytes do no harm. The extractor's structures, all of the standard
 * library among them, are held against their packs in tests/python/test_cache_pack.py. */
#include "suites.h"

#include "check_helper.h"
#include "failing_malloc.h"
#include "sample_contract.h"
#include "sample_source.h"

#include <string.h>

static const char SOURCE[] = "#import Base from api.base\n"
                             "VERSION: int = 3\n"
                             "NAMES = ['a', ('b', 1), {'c': None}]\n"
                             "#if\n"
                             "def register(app, config=None): ...\n"
                             "#else\n"
                             "def register(app): ...\n"
                             "#end\n"
                             "@known\n"
                             "async def fetch(url: str, /, *args: int, timeout: float = 1.5, **more) -> bytes: ...\n"
                             "class Plugin(Base):\n"
                             "    limit: int = 4\n"
                             "    def run(self, job: 'Job') -> None: ...\n"
                             "    @property\n"
                             "    def name(self) -> str: ...\n"
                             "#self Plugin.seen = 1\n";

static const char CONTRACT[] = "variables: ['VERSION: int = 2']\n"
                               "functions: [{name: register, call: '(app, config)'}, 'def fetch(url: str) -> str']\n"
                               "classes: [{name: Plugin, superclasses: [Base], attributes: [limit, seen],\n"
                               "  methods: ['def run(self, job: str) -> None', stop]}]\n";

typedef struct packed {
    const void *data;
    size_t length;
} packed;

static const ispy_contract *contract;

static void setup(void) {
    check_setup();
    contract = sample_contract(CONTRACT);
}

static packed pack(const ispy_module *module) {
    packed p = {NULL, 0};
    ck_assert_int_eq(ispy_module_pack(&p.data, &p.length, module, check_arena()), ISPY_OK);
    return p;
}

static const ispy_module *unpack(packed p, ispy_str source) {
    const ispy_module *module = NULL;
    ck_assert_int_eq(ispy_module_unpack(&module, p.data, p.length, source, check_arena()), ISPY_OK);
    return module;
}

START_TEST(what_comes_back_packs_to_the_same_bytes) {
    const ispy_module *module = sample_source(check_arena(), SOURCE);
    packed once = pack(module);
    packed twice = pack(unpack(once, module->source));
    ck_assert_uint_eq(once.length, twice.length);
    ck_assert_int_eq(memcmp(once.data, twice.data, once.length), 0);
}
END_TEST

START_TEST(what_comes_back_is_judged_alike) {
    const ispy_module *module = sample_source(check_arena(), SOURCE);
    ispy_report *before = check_module(CONTRACT, module);
    ispy_report *after = check_module(CONTRACT, unpack(pack(module), module->source));
    ck_assert_uint_gt(ispy_report_count(before), 3);
    ck_assert_str_eq(text_of_report(before), text_of_report(after));
}
END_TEST

START_TEST(what_no_pack_holds) {
    const void *data = NULL;
    size_t length = 0;
    ispy_module *live = sample_source(check_arena(), "x = 1\n");
    live->is_live = true;
    ck_assert_int_eq(ispy_module_pack(&data, &length, live, check_arena()), ISPY_EINVAL);
    enum { DEEP = 300 };
    static ispy_literal tuples[DEEP];
    for (int i = 0; i < DEEP; i++) {
        tuples[i] = (ispy_literal){.kind = ISPY_LITERAL_TUPLE, .items = &tuples[i + 1], .count = i < DEEP - 1};
    }
    ispy_module *deep = sample_source(check_arena(), "x = 1\n");
    deep->dunder_all = tuples;
    ck_assert_int_eq(ispy_module_pack(&data, &length, deep, check_arena()), ISPY_EINVAL);
    deep->dunder_all = &tuples[DEEP - 100];
    ck_assert_int_eq(ispy_module_pack(&data, &length, deep, check_arena()), ISPY_OK);
}
END_TEST

/* Reads a copy that ends where its memory ends, and has what comes out judged. */
static bool survives(const void *data, size_t length) {
    ispy_arena *arena = ispy_arena_new();
    const ispy_module *module = NULL;
    void *copy = ispy_arena_alloc(arena, length);
    memcpy(copy, data, length);
    int status = ispy_module_unpack(&module, copy, length, (ispy_str){NULL, 0, 0}, arena);
    ck_assert(status == ISPY_OK || status == ISPY_EINVAL);
    ck_assert_uint_le(ispy_arena_size(arena), 64 * length + 16384);
    bool read = status == ISPY_OK;
    if (read) {
        ispy_report *report = NULL;
        ck_assert_int_eq(ispy_check(&report, contract, module, check_context()), ISPY_OK);
        text_of_report(report);
        ispy_report_free(report);
    }
    ispy_arena_free(arena);
    return read;
}

START_TEST(no_part_is_a_pack) {
    packed whole = pack(sample_source(check_arena(), SOURCE));
    ck_assert(survives(whole.data, whole.length));
    for (size_t length = 0; length < whole.length; length++) {
        ck_assert(!survives(whole.data, length));
    }
}
END_TEST

START_TEST(any_word_may_be_any_other) {
    static const uint32_t values[] = {0, 1, 2, 3, 0x100, 0x10000, 0x7fffffff, 0x80000000u, 0xfffffffeu, 0xffffffffu};
    packed whole = pack(sample_source(check_arena(), SOURCE));
    uint32_t *changed = ispy_arena_alloc(check_arena(), whole.length);
    size_t refused = 0;
    for (size_t at = 0; at < whole.length / sizeof *changed; at++) {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            memcpy(changed, whole.data, whole.length);
            changed[at] = values[i];
            refused += !survives(changed, whole.length);
        }
    }
    ck_assert_uint_gt(refused, 1000);
}
END_TEST

START_TEST(any_bytes_may_be_any_others) {
    packed whole = pack(sample_source(check_arena(), SOURCE));
    unsigned char *changed = ispy_arena_alloc(check_arena(), whole.length);
    uint32_t chance = 4711;
    for (int round = 0; round < 20000; round++) {
        memcpy(changed, whole.data, whole.length);
        for (int i = 0; i <= round % 4; i++) {
            chance = chance * 1664525u + 1013904223u;
            changed[(chance >> 8) % whole.length] = (unsigned char)(round % 3 == 0 ? chance >> 28 : chance);
        }
        survives(changed, whole.length);
    }
}
END_TEST

START_TEST(memory_that_runs_out) {
    const ispy_module *module = sample_source(check_arena(), SOURCE);
    packed whole = pack(module);
    size_t tries = 0;
    for (bool failed = true; failed; tries++) {
        const void *data = NULL;
        size_t length = 0;
        const ispy_module *again = NULL;
        ispy_arena *arena = ispy_arena_new();
        allocation_failures_begin(tries);
        int packs = ispy_module_pack(&data, &length, module, arena);
        int unpacks = ispy_module_unpack(&again, whole.data, whole.length, module->source, arena);
        failed = allocation_failures_end();
        ck_assert(packs == ISPY_OK || (failed && packs == ISPY_ENOMEM));
        ck_assert(unpacks == ISPY_OK || (failed && unpacks == ISPY_ENOMEM && again == NULL));
        ispy_arena_free(arena);
    }
    ck_assert_uint_gt(tries, allocation_failures_work() ? 5 : 0);
}
END_TEST

Suite *module_pack_suite(void) {
    Suite *suite = suite_create("module_pack");
    TCase *tests = tcase_create("pack");
    tcase_add_checked_fixture(tests, setup, check_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_comes_back_packs_to_the_same_bytes);
    tcase_add_test(tests, what_comes_back_is_judged_alike);
    tcase_add_test(tests, what_no_pack_holds);
    tcase_add_test(tests, no_part_is_a_pack);
    tcase_add_test(tests, any_word_may_be_any_other);
    tcase_add_test(tests, any_bytes_may_be_any_others);
    tcase_add_test(tests, memory_that_runs_out);
    suite_add_tcase(suite, tests);
    return suite;
}
