/* YAML -> nodes: values, places, limits, and everything that is no YAML. */
#include "suites.h"

#include "base/error.h"
#include "failing_malloc.h"
#include "load/node.h"
#include "sample_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ispy_arena *arena;
static ispy_source source;
static ispy_error error;
static const ispy_node *const *documents;
static size_t count;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

static int read_bytes(const char *text, size_t length) {
    error = (ispy_error){0};
    documents = NULL;
    count = 99;
    source.path = ispy_str_literal("file.yml");
    ck_assert_int_eq(ispy_arena_str(&source.text, arena, text, length), ISPY_OK);
    return ispy_yaml_read(&documents, &count, &source, arena, arena, &error);
}

static const ispy_node *read_one(const char *text) {
    int status = read_bytes(text, strlen(text));
    ck_assert_msg(status == ISPY_OK, "%u:%u %s", error.at.line, error.at.column, error.message);
    ck_assert_uint_eq(count, 1);
    return documents[0];
}

static void refuse_bytes(const char *text, size_t length, const char *complaint) {
    char line[1024];
    ck_assert_int_eq(read_bytes(text, length), ISPY_EINVAL);
    error_line(line, sizeof line, &error);
    ck_assert_str_eq(line, complaint);
    ck_assert_str_eq(error.path, "file.yml");
}

static void refuse(const char *text, const char *complaint) {
    refuse_bytes(text, strlen(text), complaint);
}

static const ispy_node *value_of(const ispy_node *mapping, const char *key) {
    ck_assert_int_eq(mapping->kind, ISPY_NODE_MAPPING);
    for (uint32_t i = 0; i < mapping->count; i += 2) {
        if (strcmp(mapping->items[i]->text.data, key) == 0) {
            return mapping->items[i + 1];
        }
    }
    ck_abort_msg("no key %s", key);
    return NULL;
}

static void at(const ispy_node *node, uint32_t line, uint32_t column, uint32_t length) {
    ck_assert_uint_eq(node->at.line, line);
    ck_assert_uint_eq(node->at.column, column);
    ck_assert_uint_eq(node->at.length, length);
}

START_TEST(reads_values_with_styles) {
    const ispy_node *root =
        read_one("plain: abc\nsingle: 'it''s'\ndouble: \"a\\tb\"\nblock: |\n  one\n  two\nfolded: >\n  one\n  two\n"
                 "list: [a, [b]]\nempty:\nmapping: {a: 1}\n");
    ck_assert_uint_eq(root->count, 16);
    ck_assert_str_eq(value_of(root, "plain")->text.data, "abc");
    ck_assert_int_eq(value_of(root, "plain")->style, ISPY_STYLE_PLAIN);
    ck_assert_str_eq(value_of(root, "single")->text.data, "it's");
    ck_assert_int_eq(value_of(root, "single")->style, ISPY_STYLE_QUOTED);
    ck_assert_str_eq(value_of(root, "double")->text.data, "a\tb");
    ck_assert_int_eq(value_of(root, "double")->style, ISPY_STYLE_QUOTED);
    ck_assert_str_eq(value_of(root, "block")->text.data, "one\ntwo\n");
    ck_assert_int_eq(value_of(root, "block")->style, ISPY_STYLE_BLOCK);
    ck_assert_str_eq(value_of(root, "folded")->text.data, "one two\n");
    const ispy_node *list = value_of(root, "list");
    ck_assert_int_eq(list->kind, ISPY_NODE_SEQUENCE);
    ck_assert_uint_eq(list->count, 2);
    ck_assert_str_eq(list->items[1]->items[0]->text.data, "b");
    ck_assert(ispy_node_is_empty(value_of(root, "empty")));
    ck_assert(ispy_node_is_null(value_of(root, "empty")));
}
END_TEST

START_TEST(places_count_code_points_from_1) {
    const ispy_node *root = read_one("# \xC3\xA4\n\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80: [\xE2\x82\xAC, "
                                     "x]\n'q\xC3\xA4': \"a\nb\"\nb: |  # why\n   text\n");
    at(root, 2, 1, 0);
    at(root->items[0], 2, 1, 3);
    at(root->items[1], 2, 6, 0);
    at(root->items[1]->items[0], 2, 7, 1);
    at(root->items[1]->items[1], 2, 10, 1);
    at(root->items[2], 3, 1, 4);
    at(root->items[3], 3, 7, 2); /* its first line */
    at(root->items[5], 5, 4, 1);
    ck_assert_int_eq(memcmp(source.text.data + root->items[3]->offset, "\"a", 2), 0);
    ck_assert_int_eq(memcmp(source.text.data + root->items[5]->offset, "|  #", 4), 0);
}
END_TEST

START_TEST(lines_end_as_editors_say) {
    const ispy_node *root = read_one("a: 1\r\nb: 2\rc: 3\nd: 'x\xC2\x85y'\ne: 5\xE2\x80\xA8"
                                     "f: 6\n");
    at(root->items[2], 2, 1, 1);
    at(root->items[4], 3, 1, 1);
    at(root->items[6], 4, 1, 1);
    at(root->items[8], 5, 1, 1);
    at(root->items[10], 5, 6, 1); /* U+2028 ends a line for YAML 1.1 only */
}
END_TEST

START_TEST(a_byte_order_mark_is_no_column) {
    const ispy_node *root = read_one("\xEF\xBB\xBF"
                                     "a: 1\n");
    at(root->items[0], 1, 1, 1);
    ck_assert_uint_eq(root->items[0]->offset, 3);
}
END_TEST

START_TEST(reads_all_documents_and_leaves_empty_ones_out) {
    const char text[] = "---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n---\n- 1\n---\n";
    ck_assert_int_eq(read_bytes(text, sizeof text - 1), ISPY_OK);
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(documents[1]->items[0]->text.data, "b");
    ck_assert_int_eq(documents[2]->kind, ISPY_NODE_SEQUENCE);
    static const char *const empty[] = {"", "\n", "# comment", "---", "--- \n...\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        ck_assert_int_eq(read_bytes(empty[i], strlen(empty[i])), ISPY_OK);
        ck_assert_uint_eq(count, 0);
    }
}
END_TEST

START_TEST(aliases_share_nodes) {
    const ispy_node *root = read_one("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n");
    ck_assert_ptr_eq(root->items[1], root->items[3]);
    ck_assert_str_eq(root->items[7]->text.data, "3"); /* the later anchor of that name */
    refuse("a: *x\n", "1:4: ISPY902: the alias '*x' has no anchor '&x' before it");
    refuse("--- &x a\n--- *x\n", "2:5: ISPY902: the alias '*x' has no anchor '&x' before it");
    refuse("a: &x [1, *x]\n", "1:11: ISPY902: the alias '*x' stands inside the value that it stands for");
    refuse("a: &x {b: {c: *x}}\n", "1:15: ISPY902: the alias '*x' stands inside the value that it stands for");
}
END_TEST

START_TEST(nothing_stated) {
    static const struct {
        const char *text;
        bool null;
    } cases[] = {{"~", true},   {"null", true},   {"Null", true}, {"NULL", true},      {"nULL", false}, {"None", false},
                 {"''", false}, {"\"~\"", false}, {"[]", false},  {"!!null ''", true}, {"!!str", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        snprintf(text, sizeof text, "a: %s\n", cases[i].text);
        ck_assert_msg(ispy_node_is_null(read_one(text)->items[1]) == cases[i].null, "%s", text);
    }
}
END_TEST

START_TEST(duplicate_keys_name_both_lines) {
    refuse("a: 1\nb: 2\n'a': 3\n", "3:1: ISPY905: the key 'a' stands twice in one mapping, on line 1 and on line 3");
    char text[2048];
    size_t length = 0;
    for (int i = 0; i < 40; i++) { /* many enough for the other way of looking */
        length += (size_t)snprintf(text + length, sizeof text - length, "key%d: %d\n", i, i);
    }
    snprintf(text + length, sizeof text - length, "key7: again\n");
    refuse(text, "41:1: ISPY905: the key 'key7' stands twice in one mapping, on line 8 and on line 41");
    read_one("a: {x: 1}\nb: {x: 1}\n");
}
END_TEST

START_TEST(keys_are_text) {
    refuse("[a]: 1\n", "1:1: ISPY907: a key must be text; this one is a list");
    refuse("? {a: 1}\n: 2\n", "1:3: ISPY907: a key must be text; this one is a mapping");
    refuse("{x: 1, ? : 2}\n", "1:10: ISPY902: a key is missing before the ':'");
    refuse("a: &x {b: 1}\n<<: *x\n", "2:1: ISPY902: the merge key '<<' is not supported: YAML 1.2 has none");
    read_one("'<<': 1\n");
}
END_TEST

START_TEST(tags_beyond_the_core_schema) {
    refuse("a: !!python/object/apply:os.system [id]\n",
           "1:4: ISPY906: the tag '!!python/object/apply:os.system' is not allowed in a contract");
    refuse("!foo\na: 1\n", "1:1: ISPY906: the tag '!foo' is not allowed in a contract");
    refuse("a: !!set {b}\n", "1:4: ISPY906: the tag '!!set' is not allowed in a contract");
    refuse("a: !!timestamp 2020-01-01\n", "1:4: ISPY906: the tag '!!timestamp' is not allowed in a contract");
    refuse("a: !!binary aGVsbG8=\n", "1:4: ISPY906: the tag '!!binary' is not allowed in a contract");
    refuse("!!python/name:os.system a: 1\n",
           "1:1: ISPY906: the tag '!!python/name:os.system' is not allowed in a contract");
    refuse("a: !!str [b]\n", "1:4: ISPY906: the tag '!!str' does not fit a list");
    refuse("a: !!seq b\n", "1:4: ISPY906: the tag '!!seq' does not fit text");
    refuse("a: !!int abc\n", "1:4: ISPY906: 'abc' has the tag '!!int', but is not an integer");
    refuse("a: !!null abc\n", "1:4: ISPY906: 'abc' has the tag '!!null', but is not null");
    refuse("a: !x!y z\n", "1:4: ISPY902: a tag that is not defined");
    const ispy_node *root =
        read_one("!!map\na: !!str 3\nb: !!int '3'\nc: !!seq [1]\nd: ! 4\ne: !!float 3\nf: !!bool 'true'\n");
    ck_assert_int_eq(root->items[1]->style, ISPY_STYLE_QUOTED);
    ck_assert_int_eq(root->items[3]->style, ISPY_STYLE_PLAIN);
    ck_assert_int_eq(root->items[7]->style, ISPY_STYLE_QUOTED);
}
END_TEST

START_TEST(only_utf8) {
    refuse_bytes("\xFF\xFE"
                 "a\0:\0",
                 6, "1:1: ISPY903: the file is encoded as UTF-16, but a contract is UTF-8");
    ck_assert_str_eq(error.hint, "save the file as UTF-8");
    refuse_bytes("\xFE\xFF\0a\0:", 6, "1:1: ISPY903: the file is encoded as UTF-16, but a contract is UTF-8");
    refuse_bytes("a\0:\0 \0b\0", 8, "1:1: ISPY903: the file is encoded as UTF-16, but a contract is UTF-8");
    refuse_bytes("\0a\0:\0 \0b", 8, "1:1: ISPY903: the file is encoded as UTF-16, but a contract is UTF-8");
    refuse_bytes("\xFF\xFE\0\0a\0\0\0", 8, "1:1: ISPY903: the file is encoded as UTF-32, but a contract is UTF-8");
    refuse_bytes("a\0\0\0:\0\0\0", 8, "1:1: ISPY903: the file is encoded as UTF-32, but a contract is UTF-8");
    refuse("a: 1\nb: \xFF\n", "2:4: ISPY903: the byte 0xFF is not valid UTF-8");
    refuse("a: \xC3", "1:4: ISPY903: the byte 0xC3 is not valid UTF-8");
    refuse("a: \xED\xA0\x80\n", "1:4: ISPY903: the byte 0xED is not valid UTF-8");
    refuse("a: \xC0\x80\n", "1:4: ISPY903: the byte 0xC0 is not valid UTF-8");
    refuse_bytes("ab: 1\nc: \0\n", 11, "2:4: ISPY903: a NUL byte stands here: this is not a text file");
    refuse("a: \x1b[0m\n", "1:4: ISPY903: the control character U+001B is not allowed in YAML");
    refuse("a: \x7f\n", "1:4: ISPY903: the control character U+007F is not allowed in YAML");
    refuse("a: \xEF\xBF\xBF\n", "1:4: ISPY903: the control character U+FFFF is not allowed in YAML");
}
END_TEST

/* Text is looked at eight bytes at a time. */
START_TEST(each_byte_at_each_place) {
    for (int byte = 0; byte < 0x80; byte++) {
        bool is_fine = (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r';
        for (int place = 0; place < 20 && !is_fine; place++) {
            char text[] = "# ~~~~~~~~~~~~~~~~~~~~\n";
            char wanted[120];
            text[2 + place] = (char)byte;
            snprintf(wanted, sizeof wanted,
                     byte == 0 ? "1:%d: ISPY903: a NUL byte stands here: this is not a text file"
                               : "1:%d: ISPY903: the control character U+%04X is not allowed in YAML",
                     3 + place, (unsigned int)byte);
            refuse_bytes(text, sizeof text - 1, wanted);
        }
    }
}
END_TEST

START_TEST(what_is_no_yaml) {
    static const struct {
        const char *text;
        const char *complaint;
    } cases[] = {
        {"a: b: c\n", "1:5: ISPY902: a ':' cannot stand here: what is before it is a value already"},
        {"a: 1\nb\nc: 2\n", "2:1: ISPY902: a key without a ':' after it"},
        {"a: 1\n b: 2\n", "2:3: ISPY902: a ':' cannot stand here: what is before it is a value already"},
        {"a:\n  b: 1\n c: 2\n", "3:2: ISPY902: a key was expected here: the indentation does not fit"},
        {"a:\n  - 1\n - 2\n", "3:2: ISPY902: a key was expected here: the indentation does not fit"},
        {"a: 'x' y\n", "1:8: ISPY902: a key was expected here: the indentation does not fit"},
        {"a: [1, 2\nb: 3\n",
         "2:2: ISPY902: a list in brackets is not closed: ',' or ']' was expected; it begins on line 1"},
        {"a: {b: 1\n", "2:1: ISPY902: a mapping in braces is not closed: ',' or '}' was expected; it begins on line 1"},
        {"a: \"abc\nb: 1\n", "1:4: ISPY902: a quotation mark is opened here and never closed"},
        {"a: 'abc\n---\nb: 1\n", "1:4: ISPY902: a quotation mark is opened here and not closed in this document"},
        {"a: \"\\d\"\n", "1:5: ISPY902: an unknown escape in double-quoted text"},
        {"\ta: 1\n", "1:1: ISPY902: a tab cannot indent YAML"},
        {"a:\n\tb: 1\n", "2:1: ISPY902: a tab cannot indent YAML"},
        {"a: @b\n", "1:4: ISPY902: a value cannot begin with '@'"},
        {"a: `b`\n", "1:4: ISPY902: a value cannot begin with '`'"},
        {"a: *\n", "1:5: ISPY902: '*' begins an alias here, and no name follows"},
        {"a: - b\n", "1:4: ISPY902: a list entry ('- ') cannot stand here"},
        {"a: |x\n  b\n", "1:5: ISPY902: nothing but a comment can follow '|' or '>' on its line"},
        {"%YAML 2.0\n---\na: 1\n", "1:1: ISPY902: a version of YAML that is not supported"},
        {"a: 1\n...\nb: 1\n", "3:1: ISPY902: the document ended before this line"},
        {"]", "1:1: ISPY902: a value was expected here"},
        {"a: \"\\uD800\"\n", "1:7: ISPY902: an escape that stands for no character"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuse(cases[i].text, cases[i].complaint);
    }
}
END_TEST

START_TEST(the_excerpt_is_the_line) {
    refuse("a: 1\nb: [\xE2\x82\xAC, *x]\n", "2:8: ISPY902: the alias '*x' has no anchor '&x' before it");
    ck_assert_str_eq(error.excerpt, "b: [\xE2\x82\xAC, *x]");
}
END_TEST

/* ---- limits ---- */

static char *repeat(const char *before, const char *piece, size_t times, const char *after) {
    size_t size = strlen(before) + strlen(piece) * times + strlen(after) + 1;
    char *text = malloc(size);
    char *end = text + sprintf(text, "%s", before);
    for (size_t i = 0; i < times; i++) {
        end += sprintf(end, "%s", piece);
    }
    sprintf(end, "%s", after);
    return text;
}

static void refuse_repeated(const char *before, const char *piece, size_t times, const char *after,
                            const char *complaint) {
    char *text = repeat(before, piece, times, after);
    refuse(text, complaint);
    free(text);
}

static void accept_repeated(const char *before, const char *piece, size_t times, const char *after) {
    char *text = repeat(before, piece, times, after);
    ck_assert_msg(read_bytes(text, strlen(text)) == ISPY_OK, "%s", error.message);
    free(text);
}

START_TEST(limit_of_depth) {
    accept_repeated("", "- ", ISPY_YAML_MAX_DEPTH, "x\n");
    refuse_repeated("", "- ", ISPY_YAML_MAX_DEPTH + 1, "x\n",
                    "1:129: ISPY904: lists and mappings are nested more than 64 deep");
    refuse_repeated("", "[", 1000000, "", "1:65: ISPY904: lists and mappings are nested more than 64 deep");
    refuse_repeated("", "{a: ", 100000, "", "1:257: ISPY904: lists and mappings are nested more than 64 deep");
    refuse_repeated("", "- ", 500000, "", "1:129: ISPY904: lists and mappings are nested more than 64 deep");
    refuse_repeated("", "? ", 500000, "", "1:3: ISPY907: a key must be text; this one is a mapping");
    /* 40 deep, and 40 more by way of an alias */
    char *text = repeat("a: &x ", "[", 40, "");
    char *closed = repeat(text, "]", 40, "\nb: ");
    char *opened = repeat(closed, "[", 40, "*x");
    refuse_repeated(opened, "]", 40, "\n", "2:44: ISPY904: lists and mappings are nested more than 64 deep");
    free(text);
    free(closed);
    free(opened);
}
END_TEST

START_TEST(limit_of_nodes) {
    accept_repeated("[", "a,", ISPY_YAML_MAX_NODES - 1, "]");
    refuse_repeated("[", "a,", ISPY_YAML_MAX_NODES, "]",
                    "1:400000: ISPY904: the file has more than 200000 values, aliases written out");
    /* in several documents, too */
    refuse_repeated("", "---\n[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v]\n", 9000, "",
                    "17392:44: ISPY904: the file has more than 200000 values, aliases written out");
}
END_TEST

START_TEST(billion_laughs) {
    char text[4096];
    size_t length = (size_t)snprintf(text, sizeof text, "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 20; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1,
                                   i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    }
    refuse(text, "6:15: ISPY904: the file has more than 200000 values, aliases written out");
}
END_TEST

START_TEST(limit_of_text_aliases_written_out) {
    char *text = repeat("- &x '", "0123456789", 6000, "'\n");
    refuse_repeated(text, "- *x\n", 300, "",
                    "280:3: ISPY904: the file has more than 16777216 bytes of text, aliases written out");
    free(text);
}
END_TEST

START_TEST(limit_of_keys) {
    char *text = malloc(ISPY_YAML_MAX_KEYS * 16);
    size_t length = 0;
    for (int i = 0; i < ISPY_YAML_MAX_KEYS; i++) {
        length += (size_t)sprintf(text + length, "k%d: 1\n", i);
    }
    ck_assert_int_eq(read_bytes(text, length), ISPY_OK);
    length += (size_t)sprintf(text + length, "more: 1\n");
    refuse_bytes(text, length, "10001:1: ISPY904: a mapping has more than 10000 keys");
    free(text);
}
END_TEST

START_TEST(limit_of_one_text) {
    accept_repeated("a: ", "x", ISPY_YAML_MAX_SCALAR, "\n");
    refuse_repeated("a: ", "x", ISPY_YAML_MAX_SCALAR + 1, "\n", "1:4: ISPY904: one text has more than 65536 bytes");
}
END_TEST

START_TEST(limit_of_documents) {
    accept_repeated("", "---\n", ISPY_YAML_MAX_DOCUMENTS, "");
    refuse_repeated("", "---\n", ISPY_YAML_MAX_DOCUMENTS + 1, "",
                    "10001:1: ISPY904: the file has more than 10000 documents");
}
END_TEST

START_TEST(limit_of_bytes) {
    accept_repeated("", "# comment ......\n", ISPY_YAML_MAX_BYTES / 17, "");
    refuse_repeated("", "#\n", ISPY_YAML_MAX_BYTES / 2 + 1, "",
                    "0:0: ISPY904: the file has more than 4194304 bytes, which is the most for a contract");
}
END_TEST

START_TEST(time_grows_with_the_file) {
    /* each of these took quadratic time in some reader; the test's time limit is the assertion */
    accept_repeated("[", "'\xE2\x82\xAC',", 190000, "]");
    accept_repeated("a: '", "\n", 60000, "'");
    accept_repeated("", "\n", 4000000, "a: 1");
    accept_repeated("", "&a b: c\n---\n", 9999, "");
    accept_repeated("[", "&a b,", 190000, "]");
    refuse_repeated("", "a: ", 1000000, "",
                    "1:5: ISPY902: a ':' cannot stand here: what is before it is a value already");
}
END_TEST

START_TEST(out_of_memory_is_said) {
    const char text[] = "a: &x [1, {b: 2}]\nc: *x\n---\nd: 'e'\n";
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        ispy_error said = {0};
        ispy_arena *own = ispy_arena_new();
        ispy_source here = {ispy_str_literal("file.yml"), ispy_str_literal(text)};
        allocation_failures_begin(successes);
        int status = ispy_yaml_read(&documents, &count, &here, own, own, &said);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ispy_arena_free(own);
    }
}
END_TEST

START_TEST(an_error_may_be_unwanted) {
    source = (ispy_source){ispy_str_literal("x"), ispy_str_literal("a: [")};
    ck_assert_int_eq(ispy_yaml_read(&documents, &count, &source, arena, arena, NULL), ISPY_EINVAL);
}
END_TEST

Suite *yaml_reader_suite(void) {
    Suite *suite = suite_create("yaml_reader");
    TCase *tests = tcase_create("reading");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, reads_values_with_styles);
    tcase_add_test(tests, places_count_code_points_from_1);
    tcase_add_test(tests, lines_end_as_editors_say);
    tcase_add_test(tests, a_byte_order_mark_is_no_column);
    tcase_add_test(tests, reads_all_documents_and_leaves_empty_ones_out);
    tcase_add_test(tests, aliases_share_nodes);
    tcase_add_test(tests, nothing_stated);
    tcase_add_test(tests, duplicate_keys_name_both_lines);
    tcase_add_test(tests, keys_are_text);
    tcase_add_test(tests, tags_beyond_the_core_schema);
    tcase_add_test(tests, only_utf8);
    tcase_add_test(tests, each_byte_at_each_place);
    tcase_add_test(tests, what_is_no_yaml);
    tcase_add_test(tests, the_excerpt_is_the_line);
    tcase_add_test(tests, out_of_memory_is_said);
    tcase_add_test(tests, an_error_may_be_unwanted);
    suite_add_tcase(suite, tests);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 30);
    tcase_add_checked_fixture(limits, setup, teardown);
    tcase_add_test(limits, limit_of_depth);
    tcase_add_test(limits, limit_of_nodes);
    tcase_add_test(limits, billion_laughs);
    tcase_add_test(limits, limit_of_text_aliases_written_out);
    tcase_add_test(limits, limit_of_keys);
    tcase_add_test(limits, limit_of_one_text);
    tcase_add_test(limits, limit_of_documents);
    tcase_add_test(limits, limit_of_bytes);
    tcase_add_test(limits, time_grows_with_the_file);
    suite_add_tcase(suite, limits);
    return suite;
}
