/* Stub lines: structures become clauses, and places in the stub become places in the file. */
#include "suites.h"

#include "sample_contract.h"
#include "sample_stub.h"

#include <stdio.h>
#include <string.h>

static void at(ispy_origin origin, uint32_t line, uint32_t column, uint32_t length) {
    ck_assert_uint_eq(origin.at.line, line);
    ck_assert_uint_eq(origin.at.column, column);
    ck_assert_uint_eq(origin.at.length, length);
    ck_assert_str_eq(origin.source->path.data, "sample.yml");
}

START_TEST(a_function) {
    const ispy_contract *contract = sample_contract(
        "functions:\n  - \"def run(job: Job, /, limit: int = 3, *rest, deep=..., **more) -> str | None\"\n");
    const ispy_function_clause *function = &contract->body.functions[0];
    ck_assert_uint_eq(contract->body.function_count, 1);
    ck_assert_str_eq(function->name.data, "run");
    at(function->origin, 2, 5, 77);
    ck_assert_int_eq(function->presence, ISPY_REQUIRED);
    ck_assert_int_eq(function->async, ISPY_ASYNC_NO);
    ck_assert(!function->has_method_kind);
    ck_assert_int_eq(function->parameters_demand, ISPY_PARAMETERS_STUB);
    ck_assert_str_eq(function->returns->text.data, "str | None");
    ck_assert_ptr_nonnull(function->returns->type);
    ck_assert_uint_eq(function->parameter_count, 5);
    const ispy_parameter_clause *parameters = function->parameters;
    static const struct {
        const char *name;
        ispy_parameter_kind kind;
        ispy_default_demand demand;
        uint32_t column;
    } wanted[] = {
        {"job", ISPY_POSITIONAL_ONLY, ISPY_DEFAULT_ABSENT, 14},
        {"limit", ISPY_POSITIONAL_OR_KEYWORD, ISPY_DEFAULT_EQUAL, 27},
        {"rest", ISPY_VAR_POSITIONAL, ISPY_DEFAULT_ABSENT, 44},
        {"deep", ISPY_KEYWORD_ONLY, ISPY_DEFAULT_PRESENT, 50},
        {"more", ISPY_VAR_KEYWORD, ISPY_DEFAULT_ABSENT, 62},
    };
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(parameters[i].name.data, wanted[i].name);
        ck_assert_int_eq(parameters[i].kind, wanted[i].kind);
        ck_assert_int_eq(parameters[i].default_demand, wanted[i].demand);
        at(parameters[i].origin, 2, wanted[i].column, (uint32_t)strlen(wanted[i].name));
    }
    ck_assert_str_eq(parameters[0].annotation->text.data, "Job");
    ck_assert_int_eq(parameters[1].value->value.kind, ISPY_LITERAL_INT);
    ck_assert_str_eq(parameters[1].value->value.text.data, "3");
    ck_assert_ptr_null(parameters[3].value);
}
END_TEST

START_TEST(no_parameters_are_a_demand_too) {
    const ispy_contract *contract = sample_contract("functions: ['def f()', f, 'async def g()']\n");
    const ispy_function_clause *functions = contract->body.functions;
    ck_assert_int_eq(functions[0].parameters_demand, ISPY_PARAMETERS_STUB);
    ck_assert_int_eq(functions[1].parameters_demand, ISPY_PARAMETERS_ANY);
    ck_assert_int_eq(functions[0].async, ISPY_ASYNC_NO);
    ck_assert_int_eq(functions[1].async, ISPY_ASYNC_ANY);
    ck_assert_int_eq(functions[2].async, ISPY_ASYNC_YES);
}
END_TEST

START_TEST(variable_lines) {
    const ispy_contract *contract =
        sample_contract("variables: ['API: int = 2', 'NAME: str', 'LIMIT = ...', \"MODE = 'x y'\"]\n");
    const ispy_variable_clause *variables = contract->body.variables;
    ck_assert_uint_eq(contract->body.variable_count, 4);
    ck_assert_str_eq(variables[0].name.data, "API");
    ck_assert_str_eq(variables[0].annotation->text.data, "int");
    ck_assert_str_eq(variables[0].value->value.text.data, "2");
    ck_assert_ptr_null(variables[1].value);
    ck_assert_ptr_null(variables[2].value);
    ck_assert_ptr_null(variables[2].annotation);
    ck_assert_int_eq(variables[3].value->value.kind, ISPY_LITERAL_STR);
    ck_assert_str_eq(variables[3].value->value.text.data, "x y");
    at(variables[1].origin, 1, 29, 11);
}
END_TEST

START_TEST(methods_with_decorators) {
    const ispy_contract *contract = sample_contract("classes:\n"
                                                    "- name: Plugin\n"
                                                    "  methods:\n"
                                                    "  - |  # a block\n"
                                                    "    @property\n"
                                                    "    def name(self) -> str: ...\n"
                                                    "  - |\n"
                                                    "    @abc.abstractmethod\n"
                                                    "    @classmethod\n"
                                                    "    def make(cls, job)\n"
                                                    "  - 'def run(self)'\n"
                                                    "  - |\n"
                                                    "\n"
                                                    "      @staticmethod\n"
                                                    "      async def go()\n"
                                                    "  - |\n"
                                                    "    @functools.cached_property\n"
                                                    "    def size(self)\n"
                                                    "  - plain\n");
    const ispy_function_clause *methods = contract->body.classes[0].methods;
    static const ispy_method_kind kinds[] = {ISPY_METHOD_PROPERTY, ISPY_METHOD_CLASS, ISPY_METHOD_NONE,
                                             ISPY_METHOD_STATIC, ISPY_METHOD_PROPERTY};
    for (size_t i = 0; i < 5; i++) {
        ck_assert(methods[i].has_method_kind);
        ck_assert_int_eq(methods[i].method_kind, kinds[i]);
    }
    ck_assert(!methods[5].has_method_kind);
    at(methods[0].origin, 6, 9, 4);
    at(methods[0].parameters[0].origin, 6, 14, 4);
    at(methods[1].origin, 10, 9, 4);
    at(methods[1].parameters[1].origin, 10, 19, 3);
    at(methods[2].origin, 11, 5, 15);
    at(methods[3].origin, 15, 17, 2);
    ck_assert_int_eq(methods[3].async, ISPY_ASYNC_YES);
}
END_TEST

START_TEST(a_class) {
    const ispy_contract *contract = sample_contract("classes:\n"
                                                    "- |\n"
                                                    "  class Plugin(Base, acme.api.Other):\n"
                                                    "      zeta: int\n"
                                                    "      alpha = 3\n"
                                                    "      def run(self, job: Job) -> None: ...\n"
                                                    "      @staticmethod\n"
                                                    "      def make() -> Plugin: ...\n"
                                                    "- 'class Empty: ...'\n");
    const ispy_class_clause *klass = &contract->body.classes[0];
    ck_assert_str_eq(klass->name.data, "Plugin");
    at(klass->origin, 3, 9, 6);
    ck_assert_uint_eq(klass->superclass_count, 2);
    ck_assert_str_eq(klass->superclasses[1].name.data, "acme.api.Other");
    at(klass->superclasses[1].origin, 3, 22, 14);
    ck_assert_ptr_null(klass->superclasses[1].body);
    ck_assert_uint_eq(klass->attribute_count, 2); /* as they were written */
    ck_assert_str_eq(klass->attributes[0].name.data, "zeta");
    at(klass->attributes[0].origin, 4, 7, 4);
    ck_assert_int_eq(klass->attributes[0].side, ISPY_SIDE_ANY);
    ck_assert_str_eq(klass->attributes[1].name.data, "alpha");
    ck_assert_str_eq(klass->attributes[1].value->value.text.data, "3");
    ck_assert_uint_eq(klass->method_count, 2);
    ck_assert_str_eq(klass->methods[0].name.data, "run");
    at(klass->methods[0].origin, 6, 11, 3);
    ck_assert_int_eq(klass->methods[1].method_kind, ISPY_METHOD_STATIC);
    at(klass->methods[1].origin, 8, 11, 4);
    at(contract->body.classes[1].origin, 9, 3, 18);
    ck_assert_uint_eq(contract->body.classes[1].method_count, 0);
}
END_TEST

static void parameter_at(const char *text, size_t index, uint32_t line, uint32_t column) {
    const ispy_contract *contract = sample_contract(text);
    ispy_span found = contract->body.functions[0].parameters[index].origin.at;
    ck_assert_msg(found.line == line && found.column == column, "%s: %u:%u", text, found.line, found.column);
}

START_TEST(places_in_every_style) {
    parameter_at("functions:\n- def f(aa, bb)\n", 1, 2, 13);
    parameter_at("functions:\n- 'def f(aa, bb)'\n", 1, 2, 14);
    parameter_at("functions:\n- \"def f(aa, bb)\"\n", 1, 2, 14);
    parameter_at("functions:\n- 'def f(aa = ''x'', bb)'\n", 1, 2, 22);
    parameter_at("functions:\n- \"def f(\\x61a, \\u0062b)\"\n", 1, 2, 17);
    parameter_at("functions:\n- \"def \\U00000066(aa, bb)\"\n", 0, 2, 19);
    parameter_at("functions:\n- 'def f(\xC3\xA4\xE2\x82\xAC, bb)'\n", 1, 2, 14);
    parameter_at("functions:\n- def f(aa,\n    bb)\n", 1, 3, 5);
    parameter_at("functions:\n- 'def f(aa,\n    bb,\n    cc)'\n", 2, 4, 5);
    parameter_at("functions:\n- \"def f(aa, \\\n    bb)\"\n", 1, 3, 5);
    parameter_at("functions:\n- >\n  def f(aa,\n  bb)\n", 1, 4, 3);
    parameter_at("functions:\n- |\n  def f(aa, bb)\n", 1, 3, 13);
    parameter_at("functions:\n- |-2\n    def f(aa, bb)\n", 1, 3, 15);
    parameter_at("functions:\r\n- |\r\n  def f(aa, bb)\r\n", 1, 3, 13);
    parameter_at("functions:\n- |\n\n\n  def f(aa, bb)\n", 1, 5, 13);
    /* where the way back is not known: the scalar */
    parameter_at("functions:\n- &x 'def f(aa, bb)'\n", 1, 2, 3);
    parameter_at("functions:\n- !!str 'def f(aa, bb)'\n", 1, 2, 3);
    sample_contracts_free();
}
END_TEST

START_TEST(a_place_at_the_very_beginning) {
    const ispy_contract *contract = sample_contract("variables:\n- |\n    LIMIT: int = 3\n- |\n\n  MODE: str\n");
    at(contract->body.variables[0].origin, 3, 5, 5);
    at(contract->body.variables[1].origin, 6, 3, 4);
}
END_TEST

START_TEST(an_alias_points_to_its_anchor) {
    const ispy_contract *contract = sample_contract("functions:\n- &f 'def f(a)'\n- *f\n");
    ck_assert_uint_eq(contract->body.function_count, 2);
    at(contract->body.functions[1].origin, 2, 3, 13);
}
END_TEST

START_TEST(what_is_refused) {
    static const struct {
        const char *text;
        const char *complaint;
    } cases[] = {
        {"functions: ['def f(']\n", "1:20: ISPY910: the stub line is not valid Python: invalid syntax"},
        {"functions: [my-func]\n", "1:15: ISPY910: the stub line is not valid Python: invalid syntax"},
        {"functions: ['']\n", "1:13: ISPY910: '' is neither a name nor a stub line"},
        {"functions: [\"pass\\n\"]\n", "1:13: ISPY910: 'pass?' is neither a name nor a stub line"},
        {"functions:\n- |\n  def f()\n  def g()\n", "2:3: ISPY910: 'def f()?def g()?' defines several names"},
        {"functions: ['X = 1']\n", "1:14: ISPY910: a function was expected here, but 'X' is a variable"},
        {"variables: ['def f()']\n", "1:18: ISPY910: a variable was expected here, but 'f' is a function"},
        {"classes: ['def f()']\n", "1:16: ISPY910: a class was expected here, but 'f' is a function"},
        {"functions: ['class A: ...']\n", "1:20: ISPY910: a function was expected here, but 'A' is a class"},
        {"functions: ['def f(a=g())']\n", "1:20: ISPY910: 'a' has a value that is not a literal"},
        {"variables: ['X = f()']\n", "1:14: ISPY910: 'X' has a value that is not a literal"},
        {"functions:\n- |\n  @wraps\n  def f()\n",
         "3:4: ISPY910: 'wraps' is a decorator, which a function's stub line cannot have"},
        {"classes:\n- name: A\n  methods:\n  - |\n    @app.task\n    def f()\n",
         "5:6: ISPY910: 'app.task' is a decorator that stub lines do not know"},
        {"classes: ['class A(metaclass=M): ...']\n",
         "1:18: ISPY910: 'A' names a metaclass, which a stub cannot ask for"},
        {"classes:\n- |\n  class A:\n    class B: ...\n", "4:11: ISPY910: 'B' is neither an attribute nor a method"},
        {"functions: ['def f(a: 1 +)']\n", "1:20: ISPY909: '1 +' is not an annotation"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refuse_contract(cases[i].text, cases[i].complaint);
    }
}
END_TEST

static int foreign(const ispy_module **out, void *user, ispy_str text, ispy_arena *arena, ispy_error *error) {
    (void)out;
    (void)text;
    (void)arena;
    (void)error;
    return *(int *)user;
}

START_TEST(the_parser_may_fail) {
    const char text[] = "functions: ['def f()']\n";
    static const int codes[] = {ISPY_EFOREIGN, ISPY_ENOMEM};
    for (size_t i = 0; i < 2; i++) {
        int code = codes[i];
        ispy_load_options options = {.parse_stub = foreign, .user = &code};
        ispy_contract_set *set = NULL;
        ispy_error error;
        ck_assert_int_eq(ispy_contract_set_parse(&set, "x.yml", text, sizeof text - 1, &options, &error), code);
        ck_assert_ptr_null(set);
    }
    ispy_contract_set *set = NULL;
    ispy_error error;
    ck_assert_int_eq(ispy_contract_set_parse(&set, "x.yml", text, sizeof text - 1, NULL, &error), ISPY_EINVAL);
    ck_assert_str_eq(error.message, "'def f()' is a stub line, and there is no Python at hand to parse it");
    ck_assert_str_eq(error.code, "ISPY910");
}
END_TEST

Suite *stub_clause_suite(void) {
    Suite *suite = suite_create("stub_clause");
    TCase *tests = tcase_create("stub_clause");
    tcase_add_checked_fixture(tests, NULL, sample_contracts_free);
    tcase_add_test(tests, a_function);
    tcase_add_test(tests, no_parameters_are_a_demand_too);
    tcase_add_test(tests, variable_lines);
    tcase_add_test(tests, methods_with_decorators);
    tcase_add_test(tests, a_class);
    tcase_add_test(tests, places_in_every_style);
    tcase_add_test(tests, a_place_at_the_very_beginning);
    tcase_add_test(tests, an_alias_points_to_its_anchor);
    tcase_add_test(tests, what_is_refused);
    tcase_add_test(tests, the_parser_may_fail);
    suite_add_tcase(suite, tests);
    return suite;
}
