/* `call:`: how the host calls a function. */
#include "suites.h"

#include "sample_contract.h"

#include <stdio.h>
#include <string.h>

static const ispy_call_shape *shape_of(const char *call) {
    char text[512];
    snprintf(text, sizeof text, "functions:\n- name: f\n  call: %s\n", call);
    return sample_contract(text)->body.functions[0].call;
}

START_TEST(shapes) {
    static const struct {
        const char *call;
        uint32_t positional;
        uint32_t keywords;
        bool any_positional;
        bool any_keyword;
    } cases[] = {
        {"()", 0, 0, false, false},
        {"( )", 0, 0, false, false},
        {"(app)", 1, 0, false, false},
        {"(app, config)", 2, 0, false, false},
        {"(app, config,)", 2, 0, false, false},
        {"( app , config )", 2, 0, false, false},
        {"\"(app, timeout=...)\"", 1, 1, false, false},
        {"\"(app, config, timeout=..., *args, **kwargs)\"", 2, 1, true, true},
        {"\"(*args)\"", 0, 0, true, false},
        {"\"(*)\"", 0, 0, true, false},
        {"\"(**)\"", 0, 0, false, true},
        {"\"(** kwargs, a=1)\"", 0, 1, false, true},
        {"\"(..., ...)\"", 2, 0, false, false},
        {"\"(3, -4.5, 'a, b)', self.app, None)\"", 5, 0, false, false},
        {"\"(a=b.c, d='x=y', e=-1)\"", 0, 3, false, false},
        {"|\n    (\n      app,\n      config,\n    )", 2, 0, false, false},
        {"(\xC3\xA4)", 1, 0, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const ispy_call_shape *shape = shape_of(cases[i].call);
        ck_assert_msg(shape->positional == cases[i].positional, "%s: %u", cases[i].call, shape->positional);
        ck_assert_msg(shape->keyword_count == cases[i].keywords, "%s: %u", cases[i].call, shape->keyword_count);
        ck_assert_msg(shape->any_positional == cases[i].any_positional, "%s", cases[i].call);
        ck_assert_msg(shape->any_keyword == cases[i].any_keyword, "%s", cases[i].call);
    }
}
END_TEST

START_TEST(keywords_and_places_are_kept) {
    const ispy_call_shape *shape = shape_of("\"(a, key=..., other = 3)\"");
    ck_assert_str_eq(shape->keywords[0].data, "key");
    ck_assert_str_eq(shape->keywords[1].data, "other");
    ck_assert_str_eq(shape->text.data, "(a, key=..., other = 3)");
    ck_assert_uint_eq(shape->origin.at.line, 3);
    ck_assert_uint_eq(shape->origin.at.column, 9);
    ck_assert_uint_eq(shape->origin.at.length, 25);
}
END_TEST

static void refuse(const char *call, const char *complaint) {
    char text[512];
    snprintf(text, sizeof text, "functions:\n- name: f\n  call: %s\n", call);
    refuse_contract(text, complaint);
}

START_TEST(what_is_on_offer) {
    const ispy_call_shape *shape = shape_of("\"(a, key=..., first?, second ? , *rest)\"");
    ck_assert_uint_eq(shape->positional, 1);
    ck_assert_uint_eq(shape->keyword_count, 3);
    ck_assert(!shape->offered[0] && shape->offered[1] && shape->offered[2]);
    ck_assert(ispy_str_equal(shape->keywords[2], ispy_str_literal("second")));
}
END_TEST

START_TEST(what_is_no_call) {
    refuse("app", "3:9: ISPY909: 'call': it begins with '('");
    refuse("'register(app)'", "3:10: ISPY909: 'call': it begins with '('");
    refuse("''", "3:10: ISPY909: 'call': it begins with '('");
    refuse("(app", "3:13: ISPY909: 'call': ',' or ')' was expected here");
    refuse("(", "3:10: ISPY909: 'call': a name or '...' was expected here");
    refuse("(app config)", "3:14: ISPY909: 'call': ',' or ')' was expected here");
    refuse("(app) x", "3:15: ISPY909: 'call': nothing can follow the last ')'");
    refuse("(app,, x)", "3:14: ISPY909: 'call': a name or '...' was expected here");
    refuse("(,)", "3:10: ISPY909: 'call': a name or '...' was expected here");
    refuse("(a=1, b)", "3:15: ISPY909: 'call': a value by position cannot follow one by name, '*' or '**'");
    refuse("'(*a, b)'", "3:15: ISPY909: 'call': a value by position cannot follow one by name, '*' or '**'");
    refuse("(a=1, a=2)", "3:15: ISPY909: 'call': a name is passed twice");
    refuse("'(*a, *b)'", "3:15: ISPY909: 'call': '*' stands twice");
    refuse("'(**a, **b)'", "3:16: ISPY909: 'call': '**' stands twice");
    refuse("'(**a, *b)'", "3:16: ISPY909: 'call': '*' cannot follow '**'");
    refuse("'(a?, a?)'", "3:15: ISPY909: 'call': a name is passed twice");
    refuse("'(a?, b)'", "3:15: ISPY909: 'call': a value by position cannot follow one by name, '*' or '**'");
    refuse("'(a?=1)'", "3:13: ISPY909: 'call': ',' or ')' was expected here");
    refuse("'(?)'", "3:11: ISPY909: 'call': a name or '...' was expected here");
    refuse("'(a.b?)'", "3:14: ISPY909: 'call': ',' or ')' was expected here");
    refuse("(a=)", "3:12: ISPY909: 'call': a name or '...' was expected here");
    refuse("(a==1)", "3:12: ISPY909: 'call': a name or '...' was expected here");
    refuse("(f(x))", "3:11: ISPY909: 'call': ',' or ')' was expected here");
    refuse("\"('abc)\"", "3:11: ISPY909: 'call': a name or '...' was expected here");
    refuse("\"(a\\0)\"", "3:9: ISPY909: the text of 'call' holds a NUL character");
    refuse("[app]", "3:9: ISPY907: 'call' must be text, not a list");
    refuse("(\xC3\xA4, %)", "3:13: ISPY909: 'call': a name or '...' was expected here");
    refuse("|\n    (app,\n     %)", "5:6: ISPY909: 'call': a name or '...' was expected here");
}
END_TEST

Suite *call_shape_suite(void) {
    Suite *suite = suite_create("call_shape");
    TCase *tests = tcase_create("call_shape");
    tcase_add_checked_fixture(tests, NULL, sample_contracts_free);
    tcase_add_test(tests, shapes);
    tcase_add_test(tests, keywords_and_places_are_kept);
    tcase_add_test(tests, what_is_on_offer);
    tcase_add_test(tests, what_is_no_call);
    suite_add_tcase(suite, tests);
    return suite;
}
