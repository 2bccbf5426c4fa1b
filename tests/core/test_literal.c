/* Literal values: compared and shown as Python does. */
#include "suites.h"

#include "model/literal.h"

#include <locale.h>
#include <string.h>

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

/* ---- Values, written as Python writes them ----
 * Names: None, True, False, ... and `dyn` for a value that is not known; <1, 2> is a sequence of a contract, <> an
 * empty one; {} a dict, {,} an empty set. Strings have no escapes. */

static const char *skip_blank(const char *text) {
    return text + strspn(text, " ");
}

static const char *read(ispy_literal *out, const char *text);

static const char *read_items(ispy_literal *out, const char *text, char close, ispy_literal_kind kind) {
    ispy_literal items[64];
    uint32_t count = 0;
    out->kind = kind;
    for (text = skip_blank(text); *text != close; text = skip_blank(text)) {
        if (*text == ',' || *text == ':') {
            out->kind = *text == ':'                             ? ISPY_LITERAL_DICT
                        : kind == ISPY_LITERAL_DICT && count < 2 ? ISPY_LITERAL_SET
                                                                 : out->kind;
            text++;
            continue;
        }
        ck_assert_uint_lt(count, 64);
        text = read(&items[count++], text);
    }
    if (kind == ISPY_LITERAL_DICT && out->kind == kind && count == 1) {
        out->kind = ISPY_LITERAL_SET;
    }
    ispy_literal *copy = ispy_arena_array(arena, count, sizeof *copy);
    memcpy(copy, items, count * sizeof *copy);
    out->items = copy;
    out->count = count;
    return text + 1;
}

static const char *read_quoted(ispy_literal *out, const char *text, ispy_literal_kind kind) {
    const char *end = strchr(text + 1, text[0]);
    ck_assert_ptr_nonnull(end);
    out->kind = kind;
    ispy_arena_str(&out->text, arena, text + 1, (size_t)(end - text - 1));
    return end + 1;
}

static const char *read_word(ispy_literal *out, const char *text) {
    static const struct {
        const char *word;
        ispy_literal_kind kind;
    } words[] = {{"None", ISPY_LITERAL_NONE},  {"...", ISPY_LITERAL_ELLIPSIS}, {"True", ISPY_LITERAL_BOOL},
                 {"False", ISPY_LITERAL_BOOL}, {"dyn", ISPY_LITERAL_DYNAMIC},  {"nan", ISPY_LITERAL_FLOAT},
                 {"inf", ISPY_LITERAL_FLOAT}};
    size_t length = strcspn(text, " ,:]})>");
    ispy_arena_str(&out->text, arena, text, length);
    bool is_float =
        memchr(text, '.', length) != NULL || memchr(text, 'e', length) != NULL || strstr(out->text.data, "inf");
    out->kind = text[length - 1] == 'j' ? ISPY_LITERAL_COMPLEX : is_float ? ISPY_LITERAL_FLOAT : ISPY_LITERAL_INT;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(out->text.data, words[i].word) == 0) {
            out->kind = words[i].kind;
        }
    }
    return text + length;
}

static const char *read(ispy_literal *out, const char *text) {
    memset(out, 0, sizeof *out);
    switch (*text) {
    case '(': {
        const char *end = strchr(text, ')');
        if (end != NULL && end[-1] == 'j' && memchr(text, ',', (size_t)(end - text)) == NULL) {
            out->kind = ISPY_LITERAL_COMPLEX;
            ispy_arena_str(&out->text, arena, text, (size_t)(end + 1 - text));
            return end + 1;
        }
        return read_items(out, text + 1, ')', ISPY_LITERAL_TUPLE);
    }
    case '[':
        return read_items(out, text + 1, ']', ISPY_LITERAL_LIST);
    case '{':
        return read_items(out, text + 1, '}', ISPY_LITERAL_DICT);
    case '<':
        return read_items(out, text + 1, '>', ISPY_LITERAL_SEQUENCE);
    case '\'':
    case '"':
        return read_quoted(out, text, ISPY_LITERAL_STR);
    case 'b':
        return read_quoted(out, text + 1, ISPY_LITERAL_BYTES);
    default:
        return read_word(out, text);
    }
}

static ispy_literal literal(const char *text) {
    ispy_literal out;
    const char *end = read(&out, text);
    ck_assert_msg(*end == '\0', "%s", text);
    return out;
}

static ispy_verdict compare(const char *wanted, const char *got) {
    ispy_literal a = literal(wanted);
    ispy_literal b = literal(got);
    return ispy_literal_compare(&a, &b);
}

typedef struct pair {
    const char *wanted;
    const char *got;
    ispy_verdict verdict;
} pair;

static void check_both_ways(const pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const pair *p = &pairs[i];
        ck_assert_msg(compare(p->wanted, p->got) == p->verdict, "wanted %s, got %s", p->wanted, p->got);
        ck_assert_msg(compare(p->got, p->wanted) == p->verdict, "wanted %s, got %s", p->got, p->wanted);
    }
}

#define CHECK_BOTH_WAYS(pairs) check_both_ways(pairs, sizeof(pairs) / sizeof *(pairs))

static const pair numbers[] = {
    {"1", "1", ISPY_PASS},
    {"1", "2", ISPY_FAIL},
    {"1", "-1", ISPY_FAIL},
    {"0", "-0", ISPY_PASS},
    {"007", "7", ISPY_PASS},
    {"2", "2.0", ISPY_PASS},
    {"2", "2.5", ISPY_FAIL},
    {"-2", "-2.0", ISPY_PASS},
    {"-2", "2.0", ISPY_FAIL},
    {"0", "-0.0", ISPY_PASS},
    {"0.0", "-0.0", ISPY_PASS},
    {"0", "0.5", ISPY_FAIL},
    {"0", "5e-324", ISPY_FAIL},
    {"1.5", "1.50", ISPY_PASS},
    {"1.5", "15e-1", ISPY_PASS},
    {"0.1", "0.1000000000000000055511151231257827", ISPY_PASS}, /* the same double */
    {"0.1", "0.10000000000000002", ISPY_FAIL},
    {"1", "0.99999999999999999999", ISPY_PASS}, /* which is 1.0 in Python as well */
    {"nan", "nan", ISPY_FAIL},
    {"nan", "1", ISPY_FAIL},
    {"inf", "1e400", ISPY_PASS},
    {"inf", "-inf", ISPY_FAIL},
    /* where doubles are coarse */
    {"9007199254740992", "9007199254740992.0", ISPY_PASS},
    {"9007199254740993", "9007199254740992.0", ISPY_FAIL},
    {"9007199254740993", "9007199254740993.0", ISPY_FAIL}, /* that float is ...992 */
    {"-9007199254740992", "-9007199254740992.0", ISPY_PASS},
    {"100000000000000000000", "1e20", ISPY_PASS},
    {"100000000000000000000000", "1e23", ISPY_FAIL}, /* 1e23 is 99999999999999991611392 */
    {"99999999999999991611392", "1e23", ISPY_PASS},
    {"9223372036854775808", "9.223372036854775808e18", ISPY_PASS},
    /* complex */
    {"2j", "2j", ISPY_PASS},
    {"2j", "(0+2j)", ISPY_PASS},
    {"2j", "(-0-2j)", ISPY_FAIL},
    {"(1+2j)", "(1-2j)", ISPY_FAIL},
    {"(2+0j)", "2", ISPY_PASS},
    {"(2+1j)", "2", ISPY_FAIL},
    {"(1e-05+1e+20j)", "(1e-5+100000000000000000000j)", ISPY_PASS},
    {"(nan+1j)", "(nan+1j)", ISPY_FAIL},
    {"(1-infj)", "(1-infj)", ISPY_PASS},
    {"1", "'1'", ISPY_FAIL},
};

START_TEST(numbers_compare_by_their_exact_values) {
    CHECK_BOTH_WAYS(numbers);
}
END_TEST

static ispy_literal power_of_ten(size_t digits, const char *last) {
    char *text = ispy_arena_alloc(arena, digits + 1);
    memset(text, '0', digits);
    text[0] = '1';
    memcpy(text + digits - strlen(last), last, strlen(last));
    return (ispy_literal){.kind = ISPY_LITERAL_INT, .text = ispy_str_of(text, digits)};
}

START_TEST(large_ints_are_exact) {
    ispy_literal a = power_of_ten(400, "1");
    ispy_literal b = power_of_ten(400, "1");
    ispy_literal c = power_of_ten(400, "2");
    ispy_literal huge = literal("1e400");
    ispy_literal largest = literal("1.7976931348623157e308");
    ispy_literal longest = power_of_ten(100000, "7");
    ck_assert_int_eq(ispy_literal_compare(&a, &b), ISPY_PASS);
    ck_assert_int_eq(ispy_literal_compare(&a, &c), ISPY_FAIL);
    ck_assert_int_eq(ispy_literal_compare(&a, &huge), ISPY_FAIL); /* which is infinite */
    ck_assert_int_eq(ispy_literal_compare(&largest, &a), ISPY_FAIL);
    ck_assert_int_eq(ispy_literal_compare(&longest, &longest), ISPY_PASS);
    static const char digits[] =
        "179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558"
        "632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245"
        "490090389328944075868508455133942304583236903222948165808559332123348274797826204144723168"
        "738177180919299881250404026184124858368";
    ispy_literal exact = {.kind = ISPY_LITERAL_INT, .text = ispy_str_literal(digits)};
    ck_assert_int_eq(ispy_literal_compare(&largest, &exact), ISPY_PASS);
}
END_TEST

START_TEST(the_locale_does_not_matter) {
    static const char *const with_comma[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "ru_RU.UTF-8"};
    for (size_t i = 0; i < sizeof with_comma / sizeof *with_comma; i++) {
        if (setlocale(LC_NUMERIC, with_comma[i]) != NULL) {
            break;
        }
    }
    ck_assert_int_eq(compare("1.5", "1.50"), ISPY_PASS);
    ck_assert_int_eq(compare("1.5", "1.25"), ISPY_FAIL);
    setlocale(LC_NUMERIC, "C");
}
END_TEST

START_TEST(what_is_no_number_equals_only_its_own_text) {
    static const char *const malformed[] = {"",     "-",    "1_0", "0x1f",     "1e",    ".",
                                            "1..2", "1e5e", " 1",  "infinity", "nan(1)"};
    ispy_literal one = {.kind = ISPY_LITERAL_FLOAT, .text = ispy_str_literal("1.0")};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        ispy_literal a = {.kind = ISPY_LITERAL_FLOAT, .text = ispy_str_literal(malformed[i])};
        ck_assert_int_eq(ispy_literal_compare(&a, &a), ISPY_PASS);
        ck_assert_int_eq(ispy_literal_compare(&a, &one), ISPY_UNPROVABLE);
        ck_assert_int_eq(ispy_literal_compare(&one, &a), ISPY_UNPROVABLE);
        a.kind = ISPY_LITERAL_COMPLEX;
        ck_assert_int_eq(ispy_literal_compare(&a, &one), ISPY_UNPROVABLE);
    }
}
END_TEST

START_TEST(a_bool_is_met_by_a_bool_only) {
    ck_assert_int_eq(compare("True", "True"), ISPY_PASS);
    ck_assert_int_eq(compare("True", "False"), ISPY_FAIL);
    ck_assert_int_eq(compare("True", "1"), ISPY_FAIL);
    ck_assert_int_eq(compare("False", "0.0"), ISPY_FAIL);
    ck_assert_int_eq(compare("1", "True"), ISPY_PASS); /* as in Python */
    ck_assert_int_eq(compare("0.0", "False"), ISPY_PASS);
    ck_assert_int_eq(compare("[True]", "[1]"), ISPY_FAIL);
    ck_assert_int_eq(compare("{'a': True}", "{'a': 1}"), ISPY_FAIL);
    ck_assert_int_eq(compare("{'a': 1}", "{'a': True}"), ISPY_PASS);
    ck_assert_int_eq(compare("True", "dyn"), ISPY_UNPROVABLE);
}
END_TEST

static const pair values[] = {
    {"None", "None", ISPY_PASS},
    {"None", "False", ISPY_FAIL},
    {"...", "...", ISPY_PASS},
    {"'a'", "'a'", ISPY_PASS},
    {"'a'", "'b'", ISPY_FAIL},
    {"'a'", "b'a'", ISPY_FAIL},
    {"b'a'", "b'a'", ISPY_PASS},
    {"dyn", "dyn", ISPY_UNPROVABLE},
    {"dyn", "1", ISPY_UNPROVABLE},
    {"()", "()", ISPY_PASS},
    {"()", "[]", ISPY_FAIL},
    {"(1, 'a')", "(1, 'a')", ISPY_PASS},
    {"(1, 'a')", "('a', 1)", ISPY_FAIL},
    {"[1, 2]", "[1, 2]", ISPY_PASS},
    {"[1, 2]", "(1, 2)", ISPY_FAIL},
    {"[1, 2]", "[1, 2, 3]", ISPY_FAIL},
    {"[1, dyn]", "[1, 2]", ISPY_UNPROVABLE},
    {"[1, dyn]", "[2, 2]", ISPY_FAIL}, /* whatever it is */
    {"[dyn, 1]", "[2, 2]", ISPY_FAIL},
    {"[1, dyn]", "[1]", ISPY_FAIL},
    {"[[1], [2.0]]", "[[1.0], [2]]", ISPY_PASS},
    /* sequences */
    {"<1, 2>", "[1, 2]", ISPY_PASS},
    {"<1, 2>", "(1, 2)", ISPY_PASS},
    {"<1, 2>", "{1, 2}", ISPY_FAIL},
    {"<>", "()", ISPY_PASS},
    {"<>", "{}", ISPY_FAIL},
    {"<<1>, 2>", "[(1,), 2]", ISPY_PASS},
    /* sets */
    {"{,}", "{,}", ISPY_PASS},
    {"{,}", "{}", ISPY_FAIL},
    {"{1, 2}", "{2, 1}", ISPY_PASS},
    {"{1, 2}", "{2, 1, 2, 1, 1}", ISPY_PASS},
    {"{1, 2}", "{1}", ISPY_FAIL},
    {"{1, 2}", "{1, 3}", ISPY_FAIL},
    {"{(1, 2), 'a'}", "{'a', (1, 2)}", ISPY_PASS},
    {"{1, 2}", "{1, dyn}", ISPY_UNPROVABLE},
    {"{1, 2}", "{3, dyn}", ISPY_FAIL},
    {"{1}", "{1, dyn}", ISPY_UNPROVABLE},
    /* dicts */
    {"{'a': 1}", "{'a': 1}", ISPY_PASS},
    {"{'a': 1}", "{'a': 2}", ISPY_FAIL},
    {"{'a': 1}", "{'b': 1}", ISPY_FAIL},
    {"{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", ISPY_PASS},
    {"{'a': 1}", "{'a': 1, 'b': 2}", ISPY_FAIL},
    {"{'a': 2}", "{'a': 1, 'a': 2}", ISPY_PASS}, /* the last one counts */
    {"{'a': 1}", "{'a': 1, 'a': 2}", ISPY_FAIL},
    {"{1: 'x'}", "{1.0: 'x'}", ISPY_PASS},
    {"{'a': dyn}", "{'a': 1}", ISPY_UNPROVABLE},
    {"{'a': dyn}", "{'b': 1}", ISPY_FAIL},
    {"{'a': 1}", "{dyn: 1}", ISPY_UNPROVABLE},
    {"{'a': 1}", "{'a': 2, dyn: 1}", ISPY_UNPROVABLE},
    {"{'a': [1, {'b': (2,)}]}", "{'a': [1, {'b': (2,)}]}", ISPY_PASS},
    {"{'a': [1, {'b': (2,)}]}", "{'a': [1, {'b': (3,)}]}", ISPY_FAIL},
};

START_TEST(values_compare_by_kind_and_content) {
    CHECK_BOTH_WAYS(values);
}
END_TEST

START_TEST(bytes_after_a_nul_count) {
    ispy_literal a = {.kind = ISPY_LITERAL_STR, .text = ispy_str_of("a\0b", 3)};
    ispy_literal b = {.kind = ISPY_LITERAL_STR, .text = ispy_str_of("a\0c", 3)};
    ck_assert_int_eq(ispy_literal_compare(&a, &a), ISPY_PASS);
    ck_assert_int_eq(ispy_literal_compare(&a, &b), ISPY_FAIL);
}
END_TEST

/* ---- Limits ---- */

static ispy_literal nested_list(uint32_t depth) {
    ispy_literal inner = {.kind = ISPY_LITERAL_LIST};
    for (uint32_t i = 0; i < depth; i++) {
        ispy_literal *item = ispy_arena_alloc(arena, sizeof *item);
        *item = inner;
        inner = (ispy_literal){.kind = ISPY_LITERAL_LIST, .items = item, .count = 1};
    }
    return inner;
}

START_TEST(depth_has_a_limit) {
    ispy_literal shallow = nested_list(150);
    ck_assert_int_eq(ispy_literal_compare(&shallow, &shallow), ISPY_PASS);
    ispy_literal deep = nested_list(100000);
    ck_assert_int_eq(ispy_literal_compare(&deep, &deep), ISPY_UNPROVABLE);
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_literal_show(&text, &deep, 1000000);
    ck_assert(!text.failed && text.length < 1000);
    ispy_text_free(&text);
}
END_TEST

static ispy_literal many(ispy_literal_kind kind, uint32_t count, uint32_t first, bool backwards) {
    ispy_literal *items = ispy_arena_array(arena, count, sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        ispy_text text = ISPY_TEXT_EMPTY;
        ispy_text_printf(&text, "%u", first + (backwards ? count - i : i + 1));
        items[i].kind = ISPY_LITERAL_INT;
        ispy_text_take(&items[i].text, &text, arena);
    }
    return (ispy_literal){.kind = kind, .items = items, .count = count};
}

START_TEST(large_collections_take_bounded_time) {
    ispy_literal a = many(ISPY_LITERAL_SET, 100000, 0, false);
    ispy_literal b = many(ISPY_LITERAL_SET, 100000, 0, false);
    ck_assert_int_eq(ispy_literal_compare(&a, &b), ISPY_PASS); /* in the same order */
    ispy_literal backwards = many(ISPY_LITERAL_SET, 2000, 0, true);
    ispy_literal forwards = many(ISPY_LITERAL_SET, 2000, 0, false);
    ck_assert_int_eq(ispy_literal_compare(&forwards, &backwards), ISPY_PASS);
    ispy_literal others = many(ISPY_LITERAL_SET, 100000, 200000, false);
    ck_assert_int_ne(ispy_literal_compare(&a, &others), ISPY_PASS);
    ispy_literal scrambled = many(ISPY_LITERAL_SET, 100000, 0, true);
    ck_assert_int_eq(ispy_literal_compare(&a, &scrambled), ISPY_UNPROVABLE); /* gives up */
    ispy_literal dict = many(ISPY_LITERAL_DICT, 2000, 0, false);
    ck_assert_int_eq(ispy_literal_compare(&dict, &dict), ISPY_PASS);
}
END_TEST

/* ---- Showing ---- */

static void check_shown(const ispy_literal *value, size_t limit, const char *wanted) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_text_puts(&text, ": ");
    ispy_literal_show(&text, value, limit);
    ck_assert(!text.failed);
    ck_assert_str_eq(text.data, wanted);
    ispy_text_free(&text);
}

START_TEST(collections_are_shown_as_python_shows_them) {
    static const char *const shown[][2] = {
        {"None", ": None"},
        {"...", ": Ellipsis"},
        {"True", ": True"},
        {"-1", ": -1"},
        {"1e-05", ": 1e-05"},
        {"(1+2j)", ": (1+2j)"},
        {"dyn", ": ..."},
        {"()", ": ()"},
        {"(1,)", ": (1,)"},
        {"(1, 2)", ": (1, 2)"},
        {"[]", ": []"},
        {"[1, 'a']", ": [1, 'a']"},
        {"<1, (2,)>", ": [1, (2,)]"},
        {"{,}", ": set()"},
        {"{1, 2}", ": {1, 2}"},
        {"{}", ": {}"},
        {"{'a': [1], 2: dyn}", ": {'a': [1], 2: ...}"},
        {"b'a'", ": b'a'"},
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        ispy_literal value = literal(shown[i][0]);
        check_shown(&value, 1000, shown[i][1]);
    }
}
END_TEST

START_TEST(text_is_quoted_and_escaped_as_python_does_it) {
    static const struct {
        const char *text;
        size_t length;
        const char *str;
        const char *bytes;
    } rows[] = {
        {"", 0, ": ''", ": b''"},
        {"it's", 4, ": \"it's\"", ": b\"it's\""},
        {"\"", 1, ": '\"'", ": b'\"'"},
        {"'\"", 2, ": '\\'\"'", ": b'\\'\"'"},
        {"a\\b", 3, ": 'a\\\\b'", ": b'a\\\\b'"},
        {"\n\r\t", 3, ": '\\n\\r\\t'", ": b'\\n\\r\\t'"},
        {"\0\x1b\x7f", 3, ": '\\x00\\x1b\\x7f'", ": b'\\x00\\x1b\\x7f'"},
        {"\xc3\xa9", 2, ": '\xc3\xa9'", ": b'\\xc3\\xa9'"},
        {"\xc2\xa0", 2, ": '\\xa0'", ": b'\\xc2\\xa0'"},
        {"\xc2\xad", 2, ": '\\xad'", ": b'\\xc2\\xad'"},
        {"\xe2\x80\xae", 3, ": '\\u202e'", ": b'\\xe2\\x80\\xae'"}, /* turns the direction of text */
        {"\xe3\x80\x80", 3, ": '\\u3000'", ": b'\\xe3\\x80\\x80'"},
        {"\xf0\x9f\x90\x8d", 4, ": '\xf0\x9f\x90\x8d'", ": b'\\xf0\\x9f\\x90\\x8d'"},
        {"\xf3\xa0\x80\x81", 4, ": '\\U000e0001'", ": b'\\xf3\\xa0\\x80\\x81'"},
        {"\xff", 1, ": '\\udcff'", ": b'\\xff'"}, /* no UTF-8 */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ispy_literal value = {.kind = ISPY_LITERAL_STR, .text = ispy_str_of(rows[i].text, rows[i].length)};
        check_shown(&value, 1000, rows[i].str);
        value.kind = ISPY_LITERAL_BYTES;
        check_shown(&value, 1000, rows[i].bytes);
    }
}
END_TEST

START_TEST(long_values_are_cut) {
    ispy_literal text = literal("'\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9'");
    check_shown(&text, 10, ": '\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9'");
    check_shown(&text, 8, ": '\xc3\xa9\xc3\xa9\xc3\xa9..."); /* not within a character */
    check_shown(&text, 0, ": ...");
    ispy_literal list = literal("[1, 2, [3, 4]]");
    check_shown(&list, 7, ": [1, 2, ...");
    check_shown(&list, 14, ": [1, 2, [3, 4]]");
    ispy_literal number = power_of_ten(1000, "1");
    check_shown(&number, 5, ": 10000...");
}
END_TEST

START_TEST(types_have_pythons_names) {
    static const char *const rows[][2] = {
        {"None", "NoneType"}, {"...", "ellipsis"}, {"True", "bool"},  {"1", "int"},    {"1.0", "float"},
        {"1j", "complex"},    {"'a'", "str"},      {"b'a'", "bytes"}, {"()", "tuple"}, {"[]", "list"},
        {"{,}", "set"},       {"{}", "dict"},      {"<>", "list"},    {"dyn", "?"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ispy_literal value = literal(rows[i][0]);
        ck_assert_str_eq(ispy_literal_type(&value), rows[i][1]);
    }
}
END_TEST

Suite *literal_suite(void) {
    Suite *suite = suite_create("literal");
    TCase *all = tcase_create("literal");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 20);
    tcase_add_test(all, numbers_compare_by_their_exact_values);
    tcase_add_test(all, large_ints_are_exact);
    tcase_add_test(all, the_locale_does_not_matter);
    tcase_add_test(all, what_is_no_number_equals_only_its_own_text);
    tcase_add_test(all, a_bool_is_met_by_a_bool_only);
    tcase_add_test(all, values_compare_by_kind_and_content);
    tcase_add_test(all, bytes_after_a_nul_count);
    tcase_add_test(all, depth_has_a_limit);
    tcase_add_test(all, large_collections_take_bounded_time);
    tcase_add_test(all, collections_are_shown_as_python_shows_them);
    tcase_add_test(all, text_is_quoted_and_escaped_as_python_does_it);
    tcase_add_test(all, long_values_are_cut);
    tcase_add_test(all, types_have_pythons_names);
    suite_add_tcase(suite, all);
    return suite;
}
