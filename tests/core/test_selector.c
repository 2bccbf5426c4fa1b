/* Which contracts select a module, in what order, at what cost. */
#include "suites.h"

#include "model/selector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_CONTRACTS = 20000 };

static ispy_arena *arena;
static struct ispy_contract *contracts;
static const ispy_contract **pointers;
static uint32_t count;

static void setup(void) {
    arena = ispy_arena_new();
    contracts = ispy_arena_array(arena, MAX_CONTRACTS, sizeof *contracts);
    pointers = ispy_arena_array(arena, MAX_CONTRACTS, sizeof *pointers);
    count = 0;
}

static void teardown(void) {
    ispy_arena_free(arena);
}

/* Patterns separated by blanks, "!" takes away. */
static void put_patterns(const ispy_pattern **out, uint32_t *pattern_count, const char *text) {
    ispy_pattern *patterns = ispy_arena_array(arena, strlen(text) + 1, sizeof *patterns);
    *pattern_count = 0;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        ispy_pattern *pattern = &patterns[(*pattern_count)++];
        pattern->negated = *text == '!';
        ck_assert_int_eq(ispy_arena_str(&pattern->text, arena, text + pattern->negated, length - pattern->negated),
                         ISPY_OK);
        text += length + strspn(text + length, " ");
    }
    *out = patterns;
}

static void add(const char *modules, const char *files, const char *filename) {
    struct ispy_contract *contract = &contracts[count];
    pointers[count++] = contract;
    put_patterns(&contract->modules, &contract->module_pattern_count, modules);
    put_patterns(&contract->files, &contract->file_pattern_count, files);
    if (filename != NULL) {
        contract->body.filename = ispy_str_literal(filename);
    }
}

static const ispy_selector *build(void) {
    const ispy_selector *selector = NULL;
    ck_assert_int_eq(ispy_selector_new(&selector, arena, pointers, count), ISPY_OK);
    return selector;
}

typedef struct visits {
    char text[256];
    int left; /* visits before it says stop; negative: never */
} visits;

static bool note(const ispy_contract *contract, void *user) {
    visits *seen = user;
    size_t used = strlen(seen->text);
    snprintf(seen->text + used, sizeof seen->text - used, "%s%d", used == 0 ? "" : " ", (int)(contract - contracts));
    return --seen->left != 0;
}

static ispy_str str(const char *text) {
    return ispy_str_literal(text);
}

static void selects(const ispy_selector *selector, const char *name, const char *path, const char *wanted) {
    visits seen = {"", -1};
    ispy_selector_visit(selector, str(name), str(path), note, &seen);
    ck_assert_msg(strcmp(seen.text, wanted) == 0, "%s %s: wanted '%s', found '%s'", name == NULL ? "-" : name,
                  path == NULL ? "-" : path, wanted, seen.text);
    /* the index finds just what looking at each contract finds */
    char all[256] = "";
    for (uint32_t i = 0; i < count && count < 64; i++) {
        if (ispy_contract_selects(&contracts[i], str(name), str(path))) {
            snprintf(all + strlen(all), sizeof all - strlen(all), "%s%u", all[0] == '\0' ? "" : " ", i);
        }
    }
    ck_assert(count >= 64 || strcmp(all, wanted) == 0);
}

START_TEST(patterns_of_names) {
    add("acme.plugins.*", "", NULL);                  /* 0 */
    add("acme.**", "", NULL);                         /* 1 */
    add("acme.plugins.mail", "", NULL);               /* 2 */
    add("*", "", NULL);                               /* 3 */
    add("**.tests", "", NULL);                        /* 4 */
    add("acme_*", "", NULL);                          /* 5 */
    add("acme.plug*.mail other.thing", "", NULL);     /* 6 */
    add("acme.plugins.* !acme.plugins._*", "", NULL); /* 7 */
    const ispy_selector *selector = build();
    selects(selector, "acme.plugins.mail", NULL, "0 1 2 6 7");
    selects(selector, "acme.plugins", NULL, "1");
    selects(selector, "acme.plugins.mail.smtp", NULL, "1");
    selects(selector, "acme.plugins._old", NULL, "0 1");
    selects(selector, "acme", NULL, "3");
    selects(selector, "acme_mail", NULL, "3 5");
    selects(selector, "acme.tests", NULL, "1 4");
    selects(selector, "other.thing", NULL, "6");
    selects(selector, "other.things", NULL, "");
    selects(selector, "acmeplugins.mail", NULL, "");
    selects(selector, "", NULL, "3");
    selects(selector, NULL, NULL, "");
    selects(selector, "a.b", "/srv/a/b.py", "");
    ck_assert(!ispy_selector_by_path(selector));
}
END_TEST

START_TEST(what_is_taken_away_is_so_in_any_order) {
    add("!a.b a.*", "", NULL);
    add("a.* !a.b", "", NULL);
    add("a.** !a.b.** a.b.c", "", NULL);
    const ispy_selector *selector = build();
    selects(selector, "a.b", NULL, "2");
    selects(selector, "a.c", NULL, "0 1 2");
    selects(selector, "a.b.c", NULL, "");
}
END_TEST

START_TEST(patterns_of_paths) {
    add("", "/srv/app/plugins/**/*.py", NULL);                    /* 0 */
    add("", "/srv/app/plugins/mail.py", NULL);                    /* 1 */
    add("", "/**/mail.py", NULL);                                 /* 2 */
    add("", "/srv/app/plug*/*.py !/srv/app/plugins/_*.py", NULL); /* 3 */
    add("", "", "mail.py");                                       /* 4 */
    add("acme.mail", "/srv/app/plugins/*.py", NULL);              /* 5: either way in */
    const ispy_selector *selector = build();
    selects(selector, "x", "/srv/app/plugins/mail.py", "0 1 2 3 4 5");
    selects(selector, "x", "/srv/app/plugins/deep/er/mail.py", "0 2 4");
    selects(selector, "x", "/srv/app/plugins/_old.py", "0 5");
    selects(selector, "x", "/mail.py", "2 4");
    selects(selector, "x", "/srv/app/mail.pyc", "");
    selects(selector, "acme.mail", "/elsewhere.py", "5");
    selects(selector, "acme.mail", NULL, "5");
    selects(selector, "x", NULL, "");
    selects(selector, NULL, "/srv/app/plugins/mail.py", "0 1 2 3 4 5");
    selects(selector, "x", "mail.py", "4");
    selects(selector, "x", "/", "");
    selects(selector, "x", "", "");
    ck_assert(ispy_selector_by_path(selector));
    ck_assert(ispy_selector_may_select(selector, str("anything"))); /* its path decides */
}
END_TEST

START_TEST(a_filename_narrows) {
    add("acme.*", "", "mail.py");
    add("", "/srv/**", "mail.py");
    const ispy_selector *selector = build();
    selects(selector, "acme.mail", "/srv/mail.py", "0 1");
    selects(selector, "acme.mail", "/srv/post.py", "");
    selects(selector, "other", "/opt/mail.py", "");
    selects(selector, "acme.mail", NULL, "0"); /* not known: better one too many */
}
END_TEST

START_TEST(contracts_without_selectors_select_nothing) {
    add("", "", NULL);
    const ispy_selector *selector = build();
    selects(selector, "acme", "/acme.py", "");
    ck_assert(!ispy_selector_may_select(selector, str("acme")));
    count = 0;
    selector = build();
    selects(selector, "acme", "/acme.py", "");
    ck_assert(!ispy_selector_may_select(selector, str("acme")));
    ck_assert(!ispy_selector_may_select(selector, str("")));
}
END_TEST

START_TEST(each_contract_once_in_order_until_told_to_stop) {
    add("a.b a.* a.** *.b", "/x/a.py /x/** /**", NULL);
    add("a.b", "", NULL);
    add("**", "", NULL);
    const ispy_selector *selector = build();
    selects(selector, "a.b", "/x/a.py", "0 1 2");
    visits seen = {"", 2};
    ispy_selector_visit(selector, str("a.b"), str("/x/a.py"), note, &seen);
    ck_assert_str_eq(seen.text, "0 1");
}
END_TEST

START_TEST(may_select_is_right) {
    add("acme.plugins.* !acme.plugins._*", "", NULL);
    add("tools.**", "", NULL);
    const ispy_selector *selector = build();
    static const struct {
        const char *name;
        bool may;
    } cases[] = {{"acme", false},  {"acme.plugins", false}, {"acme.plugins.a", true}, {"acme.plugins._a", false},
                 {"tools", false}, {"tools.x.y", true},     {"json", false},          {"", false},
                 {".", false},     {"acme.plugins.", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(ispy_selector_may_select(selector, str(cases[i].name)) == cases[i].may, "%s", cases[i].name);
    }
    ck_assert(!ispy_selector_may_select(selector, str(NULL)));
}
END_TEST

START_TEST(long_names_and_deep_patterns) {
    char deep[512] = "p0";
    for (int i = 1; i < 60; i++) {
        snprintf(deep + strlen(deep), sizeof deep - strlen(deep), ".p%d", i);
    }
    char child[600];
    char pattern[600];
    snprintf(child, sizeof child, "%s.x", deep);
    snprintf(pattern, sizeof pattern, "%s.*", deep);
    add(pattern, "", NULL);
    add(deep, "", NULL);
    const ispy_selector *selector = build();
    selects(selector, child, NULL, "0");
    selects(selector, deep, NULL, "1");
    char *dots = malloc(100001);
    memset(dots, '.', 100000);
    dots[100000] = '\0';
    selects(selector, dots, dots, "");
    free(dots);
}
END_TEST

static bool ignore(const ispy_contract *contract, void *user) {
    (void)contract;
    (void)user;
    return true;
}

/* Seconds for many questions about names that no contract is for. */
static double ask_often(const ispy_selector *selector) {
    clock_t begin = clock();
    for (int i = 0; i < 50000; i++) {
        ck_assert(!ispy_selector_may_select(selector, str("importlib.metadata._adapters")));
        ispy_selector_visit(selector, str("importlib.metadata"), str("/usr/lib/python3/importlib.py"), ignore, NULL);
    }
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

static void add_packages(uint32_t packages) {
    char modules[64];
    count = 0;
    for (uint32_t i = 0; i < packages; i++) {
        snprintf(modules, sizeof modules, "package%u.plugins.* !package%u.plugins._*", i, i);
        add(modules, "", NULL);
    }
}

START_TEST(ten_thousand_contracts_cost_what_ten_cost) {
    add_packages(10);
    double few = ask_often(build());
    memset(contracts, 0, sizeof *contracts * MAX_CONTRACTS);
    add_packages(10000);
    const ispy_selector *selector = build();
    double many = ask_often(selector);
    ck_assert_msg(many < few * 4 + 0.05, "%f s against %f s", many, few); /* wide: machines under load */
    selects(selector, "package9999.plugins.x", NULL, "9999");
    selects(selector, "package17.plugins._x", NULL, "");
}
END_TEST

Suite *selector_suite(void) {
    Suite *suite = suite_create("selector");
    TCase *tests = tcase_create("selector");
    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, patterns_of_names);
    tcase_add_test(tests, what_is_taken_away_is_so_in_any_order);
    tcase_add_test(tests, patterns_of_paths);
    tcase_add_test(tests, a_filename_narrows);
    tcase_add_test(tests, contracts_without_selectors_select_nothing);
    tcase_add_test(tests, each_contract_once_in_order_until_told_to_stop);
    tcase_add_test(tests, may_select_is_right);
    tcase_add_test(tests, long_names_and_deep_patterns);
    tcase_add_test(tests, ten_thousand_contracts_cost_what_ten_cost);
    suite_add_tcase(suite, tests);
    return suite;
}
