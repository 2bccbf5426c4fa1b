/* UTF-8: validity against RFC 3629 for every code point and every short run of bytes; widths, lines. */
#include "suites.h"

#include "base/utf8.h"

#include <string.h>

/* Writes a code point by RFC 3629's table, which knows nothing of the reader under test. */
static size_t encode(char *out, uint32_t point) {
    unsigned char bytes[4];
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    const unsigned char marks[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1;) {
        bytes[i] = (unsigned char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    bytes[0] = (unsigned char)(marks[length] | point);
    memcpy(out, bytes, length);
    return length;
}

static bool is_read_as_written(uint32_t point) {
    char bytes[4];
    uint32_t read;
    size_t length = encode(bytes, point);
    if (point >= 0xD800 && point <= 0xDFFF) { /* surrogates are no characters */
        return !ispy_utf8_valid(bytes, length);
    }
    return ispy_utf8_valid(bytes, length) && ispy_utf8_step(bytes, length, &read) == length && read == point &&
           ispy_utf8_count(bytes, length) == 1 && (length == 1 || !ispy_utf8_valid(bytes, length - 1));
}

START_TEST(every_code_point_is_read_as_written) {
    uint32_t point = 0;
    while (point < 0x110000 && is_read_as_written(point)) {
        point++;
    }
    ck_assert_uint_eq(point, 0x110000);
}
END_TEST

/* Just as many runs of bytes are valid as there are texts of that length. */
START_TEST(no_other_runs_of_bytes_are_valid) {
    const size_t one = 0x80;
    const size_t two = 0x800 - 0x80;
    const size_t three = 0x10000 - 0x800 - 0x800; /* without the surrogates */
    const size_t four = 0x110000 - 0x10000;
    size_t valid[5] = {0};
    for (uint32_t run = 0; run < 1 << 16; run++) {
        char bytes[4] = {(char)(run >> 8), (char)run};
        valid[1] += run < 1 << 8 && ispy_utf8_valid(bytes + 1, 1);
        valid[2] += ispy_utf8_valid(bytes, 2);
    }
    for (uint32_t run = 0xC00000; run < 0xF00000; run++) { /* what begins lower is a shorter run and one byte */
        char bytes[3] = {(char)(run >> 16), (char)(run >> 8), (char)run};
        valid[3] += ispy_utf8_valid(bytes, 3);
    }
    for (uint32_t run = 0; run < 1 << 13; run++) { /* the last two bytes: the edges of what is right stand for all */
        const char edges[4] = {0x7F, (char)0x80, (char)0xBF, (char)0xC0};
        char bytes[4] = {(char)(0xF0 + (run >> 12) * 4), (char)(run >> 4), edges[run & 3], edges[run >> 2 & 3]};
        for (int lead = 0; lead < 4; lead++, bytes[0]++) {
            valid[4] += ispy_utf8_valid(bytes, 4);
        }
    }
    ck_assert_uint_eq(valid[1], one);
    ck_assert_uint_eq(valid[2], one * one + two);
    ck_assert_uint_eq(valid[3], two * one + three);
    ck_assert_uint_eq(valid[4], four / 64 / 64 * 4);
}
END_TEST

START_TEST(what_rfc_3629_rules_out_is_invalid) {
    const char *const wrong[] = {
        "\x80",         "\xBF",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x9F\xBF",     "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x8F\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "\xFE",         "a\xC3",        "\xE2\x82",         "\xE2\x82z",        "\xF0\x9F\x98",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!ispy_utf8_valid(wrong[i], strlen(wrong[i])), "number %zu", i);
    }
    ck_assert(ispy_utf8_valid("", 0));
    ck_assert(ispy_utf8_valid(NULL, 0));
    ck_assert(ispy_utf8_valid("a\0b", 3));
}
END_TEST

START_TEST(a_stray_byte_is_a_step_of_its_own) {
    uint32_t point;
    ck_assert_uint_eq(ispy_utf8_count("a\x80\xC3\xA9\xFF", 5), 4);
    ck_assert_uint_eq(ispy_utf8_count("\xE2\x82", 2), 2);
    ck_assert_uint_eq(ispy_utf8_count(NULL, 0), 0);
    ck_assert_uint_eq(ispy_utf8_step("\xFF", 1, &point), 1);
    ck_assert_uint_eq(point, 0xDCFF);
    ck_assert(ispy_utf8_is_stray(point));
    ck_assert(!ispy_utf8_is_stray(0xDC7F));
    ck_assert(!ispy_utf8_is_stray(0xDD00));
}
END_TEST

static size_t width(const char *text) {
    return ispy_utf8_width(text, strlen(text));
}

START_TEST(widths_are_those_of_a_terminal) {
    ck_assert_uint_eq(width(""), 0);
    ck_assert_uint_eq(width("abc"), 3);
    ck_assert_uint_eq(width("\xC3\xA9"), 1);                 /* e with acute, composed */
    ck_assert_uint_eq(width("e\xCC\x81"), 1);                /* and decomposed */
    ck_assert_uint_eq(width("\xE6\x97\xA5\xE6\x9C\xAC"), 4); /* Nihon */
    ck_assert_uint_eq(width("\xF0\x9F\x98\x80"), 2);         /* grinning face */
    ck_assert_uint_eq(width("\xEF\xBC\xA1"), 2);             /* full-width A */
    ck_assert_uint_eq(width("\xEF\xBD\xB1"), 1);             /* half-width katakana */
    ck_assert_uint_eq(width("\xEA\xB0\x80"), 2);             /* Hangul syllable */
    ck_assert_uint_eq(width("\xE1\x84\x80\xE1\x85\xA1"), 2); /* the same from its letters */
    ck_assert_uint_eq(width("\xE2\x80\x8B"), 0);             /* zero width space */
    ck_assert_uint_eq(width("\xC2\xAD"), 1);                 /* soft hyphen */
    ck_assert_uint_eq(width("\xF0\xA0\x80\x80"), 2);         /* U+20000 */
    ck_assert_uint_eq(width("\xFF"), 1);
}
END_TEST

static void assert_line(const char *text, uint32_t number, const char *wanted) {
    ispy_str line = ispy_line(ispy_str_literal(text), number);
    if (wanted == NULL) {
        ck_assert_ptr_null(line.data);
        return;
    }
    ck_assert(ispy_str_equal(line, ispy_str_literal(wanted)));
}

START_TEST(lines_are_found) {
    assert_line("one\ntwo\nthree", 1, "one");
    assert_line("one\ntwo\nthree", 2, "two");
    assert_line("one\ntwo\nthree", 3, "three");
    assert_line("one\ntwo\nthree", 4, NULL);
    assert_line("one\n", 1, "one");
    assert_line("one\n", 2, NULL);
    assert_line("one\r\ntwo\rthree\r", 1, "one");
    assert_line("one\r\ntwo\rthree\r", 2, "two");
    assert_line("one\r\ntwo\rthree\r", 3, "three");
    assert_line("one\r\ntwo\rthree\r", 4, NULL);
    assert_line("\n\r\n\nx", 1, "");
    assert_line("\n\r\n\nx", 2, "");
    assert_line("\n\r\n\nx", 3, "");
    assert_line("\n\r\n\nx", 4, "x");
    assert_line("", 1, NULL);
    assert_line("one", 0, NULL);
    assert_line("one", UINT32_MAX, NULL);
    ck_assert_ptr_null(ispy_line(ispy_str_of(NULL, 0), 1).data);
    ispy_str nul = ispy_line(ispy_str_of("a\0b\nc", 5), 1);
    ck_assert(ispy_str_equal(nul, ispy_str_of("a\0b", 3)));
}
END_TEST

Suite *utf8_suite(void) {
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_set_timeout(tests, 30); /* millions of runs of bytes, under sanitizers too */
    tcase_add_test(tests, every_code_point_is_read_as_written);
    tcase_add_test(tests, no_other_runs_of_bytes_are_valid);
    tcase_add_test(tests, what_rfc_3629_rules_out_is_invalid);
    tcase_add_test(tests, a_stray_byte_is_a_step_of_its_own);
    tcase_add_test(tests, widths_are_those_of_a_terminal);
    tcase_add_test(tests, lines_are_found);
    suite_add_tcase(suite, tests);
    return suite;
}
