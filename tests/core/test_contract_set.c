/* Files, folders and what a set knows of its contracts. */
#define _XOPEN_SOURCE 700

#include "suites.h"

#include "failing_malloc.h"
#include "load/node.h"
#include "sample_contract.h"
#include "sample_stub.h"
#include "temporary_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ispy_contract_set *set;
static ispy_error error;

static void setup(void) {
    temporary_folder_make();
    set = NULL;
}

static void teardown(void) {
    ispy_contract_set_free(set);
    temporary_folder_remove();
}

static int load_with(bool needs_selector, const char *a, const char *b) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse, .needs_selector = needs_selector};
    const char *paths[] = {a, b};
    error = (ispy_error){0};
    ispy_contract_set_free(set);
    set = NULL;
    return ispy_contract_set_load(&set, paths, b == NULL ? 1 : 2, &options, &error);
}

static void load(const char *a, const char *b) {
    int status = load_with(false, a, b);
    ck_assert_msg(status == ISPY_OK, "%s: %s", error.path, error.message);
}

static void refuse(const char *path, int status, const char *complaint) {
    char line[1024];
    ck_assert_int_eq(load_with(false, path, NULL), status);
    ck_assert_ptr_null(set);
    error_line(line, sizeof line, &error);
    ck_assert_str_eq(line, complaint);
    ck_assert_str_eq(error.path, path);
}

/* The titles of all contracts, in order. */
static const char *titles(void) {
    static char text[1024];
    text[0] = '\0';
    for (size_t i = 0; i < ispy_contract_set_count(set); i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s", ispy_contract_title(ispy_contract_set_get(set, i)).data);
    }
    return text;
}

START_TEST(a_folder_in_the_order_of_names) {
    temporary_text("c/b.yml", "title: b");
    temporary_text("c/a.yaml", "title: a");
    temporary_text("c/z/deep/c.yml", "title: c\n---\ntitle: d");
    temporary_text("c/.hidden/x.yml", "title: x");
    temporary_text("c/.x.yml", "title: x");
    temporary_text("c/x.txt", "title: x");
    temporary_text("c/x.yml.bak", "title: x");
    temporary_text("c/yml", "title: x");
    load(temporary_path("c"), NULL);
    ck_assert_str_eq(titles(), "abcd");
    ck_assert_str_eq(ispy_contract_path(ispy_contract_set_get(set, 2)).data, temporary_path("c/z/deep/c.yml"));
    load(temporary_path("c/"), NULL);
    ck_assert_str_eq(titles(), "abcd");
}
END_TEST

START_TEST(files_in_the_order_given_each_once) {
    temporary_text("a.yml", "title: a");
    temporary_text("b.txt", "title: b");
    load(temporary_path("b.txt"), temporary_path("a.yml"));
    ck_assert_str_eq(titles(), "ba");
    ck_assert_int_eq(symlink("a.yml", temporary_path("z.yml")), 0);
    load(temporary_path("a.yml"), temporary_path(""));
    ck_assert_str_eq(titles(), "a");
    load(temporary_path("./a.yml"), temporary_path("a.yml"));
    ck_assert_str_eq(titles(), "a");
}
END_TEST

START_TEST(what_cannot_be_read) {
    refuse(temporary_path("none.yml"), ISPY_EIO,
           "0:0: ISPY901: the contract cannot be read: No such file or directory");
    refuse("", ISPY_EIO, "0:0: ISPY901: the contract cannot be read: No such file or directory");
    ck_assert_int_eq(mkfifo(temporary_path("pipe"), 0600), 0);
    refuse(temporary_path("pipe"), ISPY_EIO, "0:0: ISPY901: the contract is neither a file nor a folder");
    refuse("/dev/null", ISPY_EIO, "0:0: ISPY901: the contract is neither a file nor a folder");
    ck_assert_int_eq(symlink("circle.yml", temporary_path("circle.yml")), 0);
    refuse(temporary_path("circle.yml"), ISPY_EIO,
           "0:0: ISPY901: the contract cannot be read: Too many levels of symbolic links");
    temporary_subfolder("c");
    ck_assert_int_eq(symlink("nowhere", temporary_path("c/a.yml")), 0);
    ck_assert_int_eq(load_with(false, temporary_path("c"), NULL), ISPY_EIO);
    ck_assert_str_eq(error.path, temporary_path("c/a.yml"));
    if (geteuid() != 0) {
        temporary_text("secret.yml", "title: a");
        ck_assert_int_eq(chmod(temporary_path("secret.yml"), 0), 0);
        refuse(temporary_path("secret.yml"), ISPY_EIO, "0:0: ISPY901: the contract cannot be read: Permission denied");
    }
}
END_TEST

START_TEST(what_holds_nothing) {
    temporary_text("empty.yml", "");
    refuse(temporary_path("empty.yml"), ISPY_EINVAL, "1:1: ISPY912: the file is empty");
    temporary_text("comment.yml", "# a\n---\n");
    refuse(temporary_path("comment.yml"), ISPY_EINVAL, "1:1: ISPY912: the file holds no contract");
    temporary_text("mark.yml", "\xEF\xBB\xBF");
    refuse(temporary_path("mark.yml"), ISPY_EINVAL, "1:1: ISPY912: the file is empty");
    temporary_text("c/readme.txt", "title: a");
    refuse(temporary_path("c"), ISPY_EINVAL, "0:0: ISPY912: the folder holds no contract");
    ck_assert_str_eq(error.hint, "contracts are files called *.yml or *.yaml");
    ck_assert_int_eq(ispy_contract_set_load(&set, NULL, 0, NULL, &error), ISPY_EINVAL);
    ck_assert_str_eq(error.message, "no contract was named");
}
END_TEST

START_TEST(one_bad_file_spoils_the_set) {
    temporary_text("c/a.yml", "title: a");
    temporary_text("c/b.yml", "titel: b");
    ck_assert_int_eq(load_with(false, temporary_path("c"), NULL), ISPY_EINVAL);
    ck_assert_ptr_null(set);
    ck_assert_str_eq(error.path, temporary_path("c/b.yml"));
    ck_assert_str_eq(error.hint, "did you mean 'title'?");
    ck_assert_str_eq(error.excerpt, "titel: b");
}
END_TEST

START_TEST(too_large_is_refused_before_reading) {
    temporary_text("large.yml", "title: a\n");
    ck_assert_int_eq(truncate(temporary_path("large.yml"), 1L << 40), 0);
    refuse(temporary_path("large.yml"), ISPY_EINVAL,
           "1:1: ISPY904: the file has too many bytes for a contract; at most 4194304");
    static char text[ISPY_YAML_MAX_BYTES + 2];
    memset(text, '#', sizeof text);
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", text, sizeof text, NULL, &error), ISPY_EINVAL);
    ck_assert_str_eq(error.code, "ISPY904");
}
END_TEST

START_TEST(circles_of_links_end) {
    temporary_text("c/a.yml", "title: a");
    ck_assert_int_eq(symlink(".", temporary_path("c/loop")), 0);
    ck_assert_int_eq(load_with(false, temporary_path("c"), NULL), ISPY_EINVAL);
    ck_assert_str_eq(error.code, "ISPY904");
    ck_assert_str_eq(error.message, "folders are nested too deep, or a link leads in a circle; at most 32");
}
END_TEST

START_TEST(a_linked_folder_is_followed) {
    temporary_text("real/a.yml", "title: a");
    temporary_subfolder("c");
    ck_assert_int_eq(symlink("../real", temporary_path("c/linked")), 0);
    load(temporary_path("c"), NULL);
    ck_assert_str_eq(titles(), "a");
}
END_TEST

START_TEST(a_byte_order_mark_is_fine) {
    temporary_text("a.yml", "\xEF\xBB\xBFtitle: a\ntitle: b\n");
    refuse(temporary_path("a.yml"), ISPY_EINVAL,
           "2:1: ISPY905: the key 'title' stands twice in one mapping, on line 1 and on line 2");
    temporary_text("a.yml", "\xEF\xBB\xBFtitle: a\n");
    load(temporary_path("a.yml"), NULL);
    ispy_contract_set_free(set);
    set = NULL;
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", "\xEF\xBB\xBFtitle: b", 11, NULL, &error), ISPY_OK);
}
END_TEST

START_TEST(a_selector_may_be_needed) {
    temporary_text("a.yml", "title: a\n");
    ck_assert_int_eq(load_with(true, temporary_path("a.yml"), NULL), ISPY_EINVAL);
    ck_assert_str_eq(error.code, "ISPY911");
    ck_assert_str_eq(error.message,
                     "a contract that is installed must say which modules it is for: modules:, files: or filename:");
    static const char *const selectors[] = {"modules: a", "files: a.py", "filename: a.py"};
    for (size_t i = 0; i < 3; i++) {
        temporary_text("a.yml", selectors[i]);
        ck_assert_int_eq(load_with(true, temporary_path("a.yml"), NULL), ISPY_OK);
    }
}
END_TEST

/* ---- paths ---- */

static bool count_visit(const ispy_contract *contract, void *user) {
    (void)contract;
    ++*(int *)user;
    return true;
}

static bool selected(const char *name, const char *path) {
    int visits = 0;
    ispy_contract_set_select(set, ispy_str_literal(name), ispy_str_literal(path), count_visit, &visits);
    return visits > 0;
}

static void load_files_key(const char *files) {
    char text[512];
    snprintf(text, sizeof text, "files: %s\n", files);
    temporary_text("c/a.yml", text);
    load(temporary_path("c/a.yml"), NULL);
}

START_TEST(patterns_are_told_as_they_are_matched) {
    temporary_text("c/a.yml",
                   "title: first\nfunctions: [f]\nfilename: a.py\nmodules: [acme.*, '!acme._*']\nfiles: ['p/*.py']\n"
                   "---\nfilename: b.py\nfunctions: [f]\n");
    load(temporary_path("c/a.yml"), NULL);
    const ispy_contract *first = ispy_contract_set_get(set, 0);
    const ispy_contract *second = ispy_contract_set_get(set, 1);
    bool negated = true;
    ck_assert_uint_eq(ispy_contract_pattern_count(first, ISPY_SELECTS_NAME), 2);
    ck_assert_str_eq(ispy_contract_pattern(first, ISPY_SELECTS_NAME, 0, &negated).data, "acme.*");
    ck_assert(!negated);
    ck_assert_str_eq(ispy_contract_pattern(first, ISPY_SELECTS_NAME, 1, &negated).data, "acme._*");
    ck_assert(negated);
    ck_assert_uint_eq(ispy_contract_pattern_count(first, ISPY_SELECTS_PATH), 1);
    ck_assert(ispy_contract_pattern(first, ISPY_SELECTS_PATH, 0, &negated).data[0] == '/');
    ck_assert(!negated);
    ck_assert_uint_eq(ispy_contract_pattern_count(first, ISPY_SELECTS_FILENAME), 1);
    ck_assert_str_eq(ispy_contract_pattern(second, ISPY_SELECTS_FILENAME, 0, &negated).data, "b.py");
    ck_assert_uint_eq(ispy_contract_pattern_count(second, ISPY_SELECTS_NAME), 0);
    ck_assert_uint_eq(ispy_contract_place(first).line, 1);
    ck_assert_uint_eq(ispy_contract_place(second).line, 7);
}
END_TEST

START_TEST(files_are_relative_to_the_contract) {
    load_files_key("[\"plugins/**/*.py\", \"!plugins/_*.py\"]");
    ck_assert(selected("x", temporary_path("c/plugins/a.py")));
    ck_assert(selected("x", temporary_path("c/plugins/deep/a.py")));
    ck_assert(!selected("x", temporary_path("c/plugins/_a.py")));
    ck_assert(!selected("x", temporary_path("plugins/a.py")));
    ck_assert(ispy_contract_set_selects_by_path(set));
    load_files_key("../other/./a.py");
    ck_assert(selected("x", temporary_path("other/a.py")));
    load_files_key("./a.py");
    ck_assert(selected("x", temporary_path("c/a.py")));
    load_files_key("no/such/../folder/*.py");
    ck_assert(selected("x", temporary_path("c/no/folder/a.py")));
    load_files_key("/nowhere/../opt/*.py");
    ck_assert(selected("x", "/opt/a.py"));
    load_files_key("../../../../../../../../../../../../*.py");
    ck_assert(selected("x", "/a.py"));
}
END_TEST

START_TEST(links_lead_to_the_same_file) {
    temporary_text("real/plugins/a.py", "");
    temporary_text("real/c/a.yml", "files: [linked/*.py, one.py]\n");
    ck_assert_int_eq(symlink("../plugins", temporary_path("real/c/linked")), 0);
    ck_assert_int_eq(symlink("../plugins/a.py", temporary_path("real/c/one.py")), 0);
    ck_assert_int_eq(symlink("real", temporary_path("spelling")), 0);
    load(temporary_path("spelling/c/a.yml"), NULL);
    ck_assert(selected("x", temporary_path("real/plugins/a.py")));
    ck_assert_str_eq(ispy_contract_set_get(set, 0)->files[1].text.data, temporary_path("real/plugins/a.py"));
}
END_TEST

START_TEST(wildcards_in_the_folders_name_are_no_wildcards) {
    temporary_text("a[b]*?/a.yml", "files: '*.py'\n");
    load(temporary_path("a[b]*?/a.yml"), NULL);
    ck_assert(selected("x", temporary_path("a[b]*?/x.py")));
    ck_assert(!selected("x", temporary_path("ab_x/x.py")));
    ck_assert(!selected("x", temporary_path("abcd/x.py")));
}
END_TEST

START_TEST(relative_paths_of_contracts) {
    temporary_text("c/a.yml", "files: '*.py'\n");
    ck_assert_int_eq(chdir(temporary_path("c")), 0);
    load("a.yml", NULL);
    ck_assert(selected("x", temporary_path("c/x.py")));
    ck_assert_str_eq(ispy_contract_path(ispy_contract_set_get(set, 0)).data, "a.yml");
    load("../c/a.yml", NULL);
    ck_assert(selected("x", temporary_path("c/x.py")));
    load(".", NULL);
    ck_assert(selected("x", temporary_path("c/x.py")));
    ispy_contract_set_free(set);
    set = NULL;
    ck_assert_int_eq(ispy_contract_set_parse(&set, "<text>", "files: '*.py'", 13, NULL, &error), ISPY_OK);
    ck_assert(selected("x", temporary_path("c/x.py")));
    ispy_contract_set_free(set);
    set = NULL;
    ck_assert_int_eq(ispy_contract_set_parse(&set, "/no/such/x.yml", "files: '*.py'", 13, NULL, &error), ISPY_OK);
    ck_assert(selected("x", "/no/such/x.py"));
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(a_folder_is_no_file) {
    temporary_text("c/plugins/a.py", "");
    temporary_text("c/a.yml", "files: plugins\n");
    refuse(temporary_path("c/a.yml"), ISPY_EINVAL,
           "1:8: ISPY909: the pattern 'plugins' names a folder, but a contract is for files");
    ck_assert_str_eq(error.hint, "add '/**' for all that is in it");
    temporary_text("c/a.yml", "files: /\n");
    ck_assert_int_eq(load_with(false, temporary_path("c/a.yml"), NULL), ISPY_EINVAL);
    temporary_text("c/a.yml", "files: ..\n");
    ck_assert_int_eq(load_with(false, temporary_path("c/a.yml"), NULL), ISPY_EINVAL);
}
END_TEST

/* ---- what a set knows ---- */

START_TEST(names_of_environment_variables) {
    static const char text[] =
        "deployments: [{systems: [{environment: {variables: [{name: A}, B], secrets: [C]}}, "
        "{environment: {secrets: [A, D]}}]}]\n---\ndeployments: [{systems: [{environment: {secrets: [D, E]}}]}]\n";
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", text, sizeof text - 1, NULL, &error), ISPY_OK);
    size_t count = 0;
    const ispy_str *names = ispy_contract_set_environment(set, &count);
    ck_assert_uint_eq(count, 5);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(names[i].data[0], "ABCDE"[i]);
    }
    ispy_contract_set_free(set);
    set = NULL;
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", "title: a", 8, NULL, &error), ISPY_OK);
    ispy_contract_set_environment(set, &count);
    ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(out_of_memory_is_said) {
    temporary_text("c/a.yml", "files: 'x/*.py'\n");
    temporary_text("c/b/b.yml", "modules: [a, b.*]\n---\nfilename: a.py\n");
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", temporary_path("c"));
    const char *paths[] = {folder};
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        allocation_failures_begin(successes);
        int status = ispy_contract_set_load(&set, paths, 1, NULL, &error);
        failed = allocation_failures_end();
        ck_assert_msg(status == (failed ? ISPY_ENOMEM : ISPY_OK), "after %d: %d %s", (int)successes, status,
                      error.message);
        ck_assert((set == NULL) == failed);
        ispy_contract_set_free(set);
        set = NULL;
    }
}
END_TEST

START_TEST(errors_may_be_unwanted_and_nothing_freed_twice) {
    const char *paths[] = {"/no/such/contract.yml"};
    ck_assert_int_eq(ispy_contract_set_load(&set, paths, 1, NULL, NULL), ISPY_EIO);
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", "a: [", 4, NULL, NULL), ISPY_EINVAL);
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x", "", 0, NULL, NULL), ISPY_EINVAL);
    ispy_contract_set_free(NULL);
}
END_TEST

Suite *contract_set_suite(void) {
    Suite *suite = suite_create("contract_set");
    TCase *tests = tcase_create("contract_set");
    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_folder_in_the_order_of_names);
    tcase_add_test(tests, files_in_the_order_given_each_once);
    tcase_add_test(tests, what_cannot_be_read);
    tcase_add_test(tests, what_holds_nothing);
    tcase_add_test(tests, one_bad_file_spoils_the_set);
    tcase_add_test(tests, too_large_is_refused_before_reading);
    tcase_add_test(tests, circles_of_links_end);
    tcase_add_test(tests, a_linked_folder_is_followed);
    tcase_add_test(tests, a_byte_order_mark_is_fine);
    tcase_add_test(tests, a_selector_may_be_needed);
    tcase_add_test(tests, files_are_relative_to_the_contract);
    tcase_add_test(tests, patterns_are_told_as_they_are_matched);
    tcase_add_test(tests, links_lead_to_the_same_file);
    tcase_add_test(tests, wildcards_in_the_folders_name_are_no_wildcards);
    tcase_add_test(tests, relative_paths_of_contracts);
    tcase_add_test(tests, a_folder_is_no_file);
    tcase_add_test(tests, names_of_environment_variables);
    tcase_add_test(tests, out_of_memory_is_said);
    tcase_add_test(tests, errors_may_be_unwanted_and_nothing_freed_twice);
    suite_add_tcase(suite, tests);
    return suite;
}
