/* YAML documents -> contracts: every key, every form of it, and the corpus of contracts that are wrong. */
#include "suites.h"

#include "failing_malloc.h"
#include "load/fields.h"
#include "load/number.h"
#include "sample_contract.h"
#include "sample_stub.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the contract ---- */

START_TEST(every_key_of_a_contract) {
    const ispy_contract *contract = sample_contract("contract: 1\n"
                                                    "title: Acme plugins\n"
                                                    "help: See docs\n"
                                                    "modules: [\"acme.*\", \"!acme._*\"]\n"
                                                    "filename: mail.py\n"
                                                    "mode: audit\n"
                                                    "unprovable: deny\n"
                                                    "sourceless: allow\n"
                                                    "version: 3.10\n"
                                                    "variables: [A]\n"
                                                    "functions: [b, c]\n"
                                                    "classes: [D]\n"
                                                    "deployments: [{arch: arm}]\n");
    ck_assert_str_eq(ispy_contract_title(contract).data, "Acme plugins");
    ck_assert_str_eq(ispy_contract_help(contract).data, "See docs");
    ck_assert_str_eq(ispy_contract_path(contract).data, "sample.yml");
    ck_assert_int_eq(ispy_contract_mode(contract), ISPY_MODE_AUDIT);
    ck_assert_int_eq(ispy_contract_unprovable(contract), ISPY_DENY);
    ck_assert(ispy_contract_allows_sourceless(contract));
    ck_assert(ispy_contract_has_selector(contract));
    ck_assert(ispy_contract_wants_version(contract));
    ck_assert_uint_eq(contract->module_pattern_count, 2);
    ck_assert_str_eq(contract->modules[1].text.data, "acme._*");
    ck_assert(contract->modules[1].negated);
    ck_assert_uint_eq(contract->modules[1].origin.at.line, 4);
    ck_assert_str_eq(contract->body.filename.data, "mail.py");
    ck_assert_uint_eq(contract->body.filename_origin.at.line, 5);
    ck_assert_str_eq(ispy_version_spec_text(contract->body.version).data, "3.10");
    ck_assert_uint_eq(contract->body.version_origin.at.column, 10);
    ck_assert_uint_eq(contract->body.variable_count, 1);
    ck_assert_uint_eq(contract->body.function_count, 2);
    ck_assert_uint_eq(contract->body.class_count, 1);
    ck_assert_uint_eq(contract->deployment_count, 1);
    ck_assert_uint_eq(contract->deployments_origin.at.line, 13);
    ck_assert_uint_eq(contract->body.functions[1].origin.at.column, 16);
}
END_TEST

START_TEST(what_is_not_stated) {
    const ispy_contract *contract = sample_contract("title:\nmodules: ~\nmode: null\nversion:\nfunctions:\nclasses:\n"
                                                    "variables:\n- {name: A, value: , annotation: }\ndeployments:\n");
    ck_assert_ptr_null(ispy_contract_title(contract).data);
    ck_assert_int_eq(ispy_contract_mode(contract), ISPY_MODE_ENFORCE);
    ck_assert_int_eq(ispy_contract_unprovable(contract), ISPY_CONFIRM);
    ck_assert(!ispy_contract_allows_sourceless(contract));
    ck_assert(!ispy_contract_has_selector(contract));
    ck_assert(!ispy_contract_wants_version(contract));
    ck_assert_uint_eq(contract->body.function_count, 0);
    ck_assert_ptr_null(contract->body.variables[0].value);
    ck_assert_ptr_null(contract->body.variables[0].annotation);
    ck_assert_ptr_null(
        sample_contract("deployments: [{arch: arm, systems: [{os: linux, pythons: [{version: 3.11}]}]}]\n")
            ->body.version);
}
END_TEST

START_TEST(one_pattern_needs_no_list) {
    const ispy_contract *contract = sample_contract("modules: acme.plugins.*\n");
    ck_assert_uint_eq(contract->module_pattern_count, 1);
    ck_assert_str_eq(contract->modules[0].text.data, "acme.plugins.*");
}
END_TEST

START_TEST(several_contracts_in_one_file) {
    static const char text[] = "title: one\n---\n---\ntitle: two\n";
    const ispy_contract_set *set = sample_contract_set(text, sizeof text - 1);
    ck_assert_uint_eq(ispy_contract_set_count(set), 2);
    ck_assert_str_eq(ispy_contract_title(ispy_contract_set_get(set, 1)).data, "two");
    ck_assert_ptr_null(ispy_contract_set_get(set, 2));
}
END_TEST

/* ---- values ---- */

typedef struct literal_case {
    const char *yaml;
    ispy_literal_kind kind;
    const char *text;
} literal_case;

static ispy_literal value_of(const char *yaml) {
    char text[6000];
    snprintf(text, sizeof text, "variables:\n- name: X\n  value: %s\n", yaml);
    const ispy_value_clause *value = sample_contract(text)->body.variables[0].value;
    ck_assert_msg(value != NULL, "%s", yaml);
    ispy_literal literal = value->value;
    if (literal.count == 0) {
        static char kept[6000];
        if (literal.text.data != NULL) {
            snprintf(kept, sizeof kept, "%s", literal.text.data);
            literal.text.data = kept;
        }
        sample_contracts_free();
    }
    return literal;
}

START_TEST(scalars_are_typed) {
    static const literal_case cases[] = {
        {"true", ISPY_LITERAL_BOOL, "True"},
        {"True", ISPY_LITERAL_BOOL, "True"},
        {"FALSE", ISPY_LITERAL_BOOL, "False"},
        {"tRUE", ISPY_LITERAL_STR, "tRUE"},
        {"yes", ISPY_LITERAL_STR, "yes"},
        {"on", ISPY_LITERAL_STR, "on"},
        {"null", ISPY_LITERAL_NONE, NULL},
        {"~", ISPY_LITERAL_NONE, NULL},
        {"None", ISPY_LITERAL_NONE, NULL},
        {"none", ISPY_LITERAL_STR, "none"},
        {"'None'", ISPY_LITERAL_STR, "None"},
        {"'true'", ISPY_LITERAL_STR, "true"},
        {"0", ISPY_LITERAL_INT, "0"},
        {"-0", ISPY_LITERAL_INT, "0"},
        {"+3", ISPY_LITERAL_INT, "3"},
        {"-3", ISPY_LITERAL_INT, "-3"},
        {"1_000", ISPY_LITERAL_INT, "1000"},
        {"1__0", ISPY_LITERAL_STR, "1__0"},
        {"_1", ISPY_LITERAL_STR, "_1"},
        {"1_", ISPY_LITERAL_STR, "1_"},
        {"0x1F", ISPY_LITERAL_INT, "31"},
        {"0X_1f", ISPY_LITERAL_INT, "31"},
        {"-0b101", ISPY_LITERAL_INT, "-5"},
        {"0o17", ISPY_LITERAL_INT, "15"},
        {"0x", ISPY_LITERAL_STR, "0x"},
        {"0b2", ISPY_LITERAL_STR, "0b2"},
        {"00", ISPY_LITERAL_INT, "0"},
        {"012", ISPY_LITERAL_STR, "012"},
        {"18446744073709551616", ISPY_LITERAL_INT, "18446744073709551616"},
        {"0xFFFFFFFFFFFFFFFFFFFFFFFF", ISPY_LITERAL_INT, "79228162514264337593543950335"},
        {"1000000000000000000", ISPY_LITERAL_INT, "1000000000000000000"},
        {"3.10", ISPY_LITERAL_FLOAT, "3.1"},
        {"1e5", ISPY_LITERAL_FLOAT, "100000.0"},
        {".5", ISPY_LITERAL_FLOAT, "0.5"},
        {"5.", ISPY_LITERAL_FLOAT, "5.0"},
        {"-1_0.2_5", ISPY_LITERAL_FLOAT, "-10.25"},
        {"1e16", ISPY_LITERAL_FLOAT, "1e+16"},
        {"1e15", ISPY_LITERAL_FLOAT, "1000000000000000.0"},
        {"0.0001", ISPY_LITERAL_FLOAT, "0.0001"},
        {"0.00001", ISPY_LITERAL_FLOAT, "1e-05"},
        {"1.5E-7", ISPY_LITERAL_FLOAT, "1.5e-07"},
        {"5e-324", ISPY_LITERAL_FLOAT, "5e-324"},
        {"1.7976931348623157e308", ISPY_LITERAL_FLOAT, "1.7976931348623157e+308"},
        {"0.1", ISPY_LITERAL_FLOAT, "0.1"},
        {"0.30000000000000004", ISPY_LITERAL_FLOAT, "0.30000000000000004"},
        {"123456789012345678.0", ISPY_LITERAL_FLOAT, "1.2345678901234568e+17"},
        {"7.120236347223045e-307", ISPY_LITERAL_FLOAT, "7.120236347223045e-307"}, /* 2 ** -1017 */
        {"-0.0", ISPY_LITERAL_FLOAT, "-0.0"},
        {"1e999", ISPY_LITERAL_FLOAT, "inf"},
        {".inf", ISPY_LITERAL_FLOAT, "inf"},
        {"-.INF", ISPY_LITERAL_FLOAT, "-inf"},
        {".NaN", ISPY_LITERAL_FLOAT, "nan"},
        {"inf", ISPY_LITERAL_STR, "inf"},
        {"nan", ISPY_LITERAL_STR, "nan"},
        {"-.nan", ISPY_LITERAL_STR, "-.nan"},
        {"1e", ISPY_LITERAL_STR, "1e"},
        {"e5", ISPY_LITERAL_STR, "e5"},
        {".", ISPY_LITERAL_STR, "."},
        {"1.2.3", ISPY_LITERAL_STR, "1.2.3"},
        {"0x1.8p3", ISPY_LITERAL_STR, "0x1.8p3"},
        {"3j", ISPY_LITERAL_STR, "3j"},
        {"2026-01-31", ISPY_LITERAL_STR, "2026-01-31"},
        {"12:30", ISPY_LITERAL_STR, "12:30"},
        {"'3'", ISPY_LITERAL_STR, "3"},
        {"!!str 3", ISPY_LITERAL_STR, "3"},
        {"!!int '3'", ISPY_LITERAL_INT, "3"},
        {"plugin name", ISPY_LITERAL_STR, "plugin name"},
        {"''", ISPY_LITERAL_STR, ""},
        {"'...'", ISPY_LITERAL_STR, "..."},
        {"|\n    3", ISPY_LITERAL_STR, "3\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ispy_literal found = value_of(cases[i].yaml);
        ck_assert_msg(found.kind == cases[i].kind, "%s is of kind %d", cases[i].yaml, (int)found.kind);
        if (cases[i].text != NULL) {
            ck_assert_msg(strcmp(found.text.data, cases[i].text) == 0, "%s became %s", cases[i].yaml, found.text.data);
        }
    }
}
END_TEST

START_TEST(numbers_do_not_depend_on_the_locale) {
    static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (setlocale(LC_ALL, locales[i]) != NULL) {
            break;
        }
    }
    ck_assert_str_eq(value_of("1234.5678").text.data, "1234.5678");
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(long_integers) {
    char digits[5000];
    memset(digits, '9', ISPY_INTEGER_MAX_DIGITS);
    digits[ISPY_INTEGER_MAX_DIGITS] = '\0';
    ck_assert_str_eq(value_of(digits).text.data, digits);
    char text[6000];
    snprintf(text, sizeof text, "variables: [{name: X, value: 1%s}]\n", digits);
    refuse_contract(text, "1:30: ISPY904: an integer has more than 4300 digits");
    memset(digits, 'F', 4500);
    digits[4500] = '\0';
    snprintf(text, sizeof text, "variables: [{name: X, value: 0x%s}]\n", digits);
    refuse_contract(text, "1:30: ISPY904: an integer has more than 4300 digits");
}
END_TEST

START_TEST(lists_and_mappings_are_values) {
    ispy_literal list = value_of("[1, a, [true]]");
    ck_assert_int_eq(list.kind, ISPY_LITERAL_SEQUENCE);
    ck_assert_uint_eq(list.count, 3);
    ck_assert_int_eq(list.items[0].kind, ISPY_LITERAL_INT);
    ck_assert_int_eq(list.items[1].kind, ISPY_LITERAL_STR);
    ck_assert_int_eq(list.items[2].items[0].kind, ISPY_LITERAL_BOOL);
    ispy_literal dict = value_of("{1: a, b: null, 'c': }");
    ck_assert_int_eq(dict.kind, ISPY_LITERAL_DICT);
    ck_assert_uint_eq(dict.count, 6);
    ck_assert_int_eq(dict.items[0].kind, ISPY_LITERAL_INT);
    ck_assert_int_eq(dict.items[3].kind, ISPY_LITERAL_NONE);
    ck_assert_int_eq(dict.items[5].kind, ISPY_LITERAL_NONE);
    ck_assert_int_eq(value_of("{}").kind, ISPY_LITERAL_DICT);
    ck_assert_int_eq(value_of("[]").kind, ISPY_LITERAL_SEQUENCE);
}
END_TEST

START_TEST(texts_stay_as_they_were_written) {
    const ispy_contract *contract =
        sample_contract("variables: [{name: X, value: 0x10}]\nfunctions: [{name: f, return_annotation: None}]\n"
                        "deployments: [{systems: [{environment: {variables: [{name: A, value: true, annotation: bool}, "
                        "{name: B, value: 010}, C]}}]}]\n");
    ck_assert_str_eq(contract->body.variables[0].value->text.data, "0x10");
    ck_assert_str_eq(contract->body.functions[0].returns->text.data, "None");
    const ispy_environment_clause *environment = contract->deployments[0].systems[0].environment;
    ck_assert_str_eq(environment[0].value->text.data, "true");
    ck_assert_int_eq(environment[0].value->value.kind, ISPY_LITERAL_STR);
    ck_assert_str_eq(environment[1].value->text.data, "010");
    ck_assert_ptr_null(environment[2].value);
}
END_TEST

/* ---- entries ---- */

START_TEST(variables_and_attributes) {
    const ispy_contract *contract = sample_contract(
        "variables: [A, {name: B, annotation: int, value: 3, presence: optional}, {name: C, presence: forbidden},\n"
        "  {name: D, value: ...}]\n"
        "classes: [{name: K, attributes: [a, {name: b, type: class}, {name: c, type: instance, value: 1},\n"
        "  {name: d, type: class, presence: forbidden}, {name: d, type: instance}]}]\n");
    const ispy_variable_clause *variables = contract->body.variables;
    ck_assert_int_eq(variables[0].presence, ISPY_REQUIRED);
    ck_assert_int_eq(variables[1].presence, ISPY_OPTIONAL);
    ck_assert_str_eq(variables[1].annotation->text.data, "int");
    ck_assert_uint_eq(variables[1].value->origin.at.column, 50);
    ck_assert_int_eq(variables[2].presence, ISPY_FORBIDDEN);
    ck_assert_ptr_null(variables[3].value); /* any */
    const ispy_variable_clause *attributes = contract->body.classes[0].attributes;
    ck_assert_int_eq(attributes[0].side, ISPY_SIDE_ANY);
    ck_assert_int_eq(attributes[1].side, ISPY_SIDE_CLASS);
    ck_assert_int_eq(attributes[2].side, ISPY_SIDE_INSTANCE);
}
END_TEST

START_TEST(functions_and_methods) {
    const ispy_contract *contract = sample_contract(
        "functions:\n"
        "- name: f\n"
        "  arguments: [a, {name: b, annotation: int}, {name: c, value: 3}, {name: d, value: ...}, {name: e, value: "
        "null}]\n"
        "  return_annotation: list[str]\n"
        "  async: true\n"
        "  call: (a, b)\n"
        "- {name: g, async: False, arguments: []}\n"
        "classes:\n"
        "- name: K\n"
        "  methods: [{name: m, kind: static}, {name: n, kind: instance}, o, {name: p, arguments: [self, x]}]\n");
    const ispy_function_clause *f = &contract->body.functions[0];
    ck_assert_int_eq(f->parameters_demand, ISPY_PARAMETERS_LISTED);
    ck_assert_uint_eq(f->parameter_count, 5);
    static const ispy_default_demand demands[] = {ISPY_DEFAULT_ANY, ISPY_DEFAULT_ANY, ISPY_DEFAULT_EQUAL,
                                                  ISPY_DEFAULT_PRESENT, ISPY_DEFAULT_EQUAL};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(f->parameters[i].default_demand, demands[i]);
        ck_assert_int_eq(f->parameters[i].kind, ISPY_POSITIONAL_OR_KEYWORD);
    }
    ck_assert_int_eq(f->parameters[4].value->value.kind, ISPY_LITERAL_NONE);
    ck_assert_uint_eq(f->parameters[1].origin.at.column, 25);
    ck_assert_int_eq(f->async, ISPY_ASYNC_YES);
    ck_assert_uint_eq(f->call->positional, 2);
    ck_assert_str_eq(f->returns->text.data, "list[str]");
    ck_assert_int_eq(contract->body.functions[1].async, ISPY_ASYNC_NO);
    ck_assert_int_eq(contract->body.functions[1].parameters_demand, ISPY_PARAMETERS_ANY);
    const ispy_function_clause *methods = contract->body.classes[0].methods;
    ck_assert(methods[0].has_method_kind);
    ck_assert_int_eq(methods[0].method_kind, ISPY_METHOD_STATIC);
    ck_assert(methods[1].has_method_kind);
    ck_assert_int_eq(methods[1].method_kind, ISPY_METHOD_NONE);
    ck_assert(!methods[2].has_method_kind);
    ck_assert_str_eq(methods[3].parameters[0].name.data, "self");
}
END_TEST

START_TEST(superclasses_in_both_forms) {
    const ispy_contract *contract = sample_contract("classes:\n"
                                                    "- name: K\n"
                                                    "  superclasses:\n"
                                                    "  - acme.api.Plugin\n"
                                                    "  - {name: Base}\n"
                                                    "  - name: Other\n"
                                                    "    methods: [run]\n"
                                                    "    superclasses: [{name: Root, attributes: [x]}]\n");
    const ispy_superclass_clause *superclasses = contract->body.classes[0].superclasses;
    ck_assert_uint_eq(contract->body.classes[0].superclass_count, 3);
    ck_assert_str_eq(superclasses[0].name.data, "acme.api.Plugin");
    ck_assert_uint_eq(superclasses[0].origin.at.line, 4);
    ck_assert_ptr_null(superclasses[0].body);
    ck_assert_ptr_null(superclasses[1].body);
    ck_assert_ptr_nonnull(superclasses[2].body);
    ck_assert_str_eq(superclasses[2].body->methods[0].name.data, "run");
    ck_assert_str_eq(superclasses[2].body->superclasses[0].body->attributes[0].name.data, "x");
}
END_TEST

START_TEST(deployments_in_full) {
    const ispy_contract *contract =
        sample_contract("deployments:\n"
                        "- arch: X86_64\n"
                        "  systems:\n"
                        "  - os: macOS\n"
                        "    environment:\n"
                        "      variables: [{name: MODE, value: prod}, {name: KEY, value: x}]\n"
                        "      secrets: [TOKEN, KEY]\n"
                        "    pythons:\n"
                        "    - {version: 3.11, interpreter: cpython}\n"
                        "    - {interpreter: IronPython, modules: [{filename: a.py, version: 1.2, functions: [f]}]}\n");
    const ispy_deployment_clause *deployment = &contract->deployments[0];
    ck_assert_str_eq(deployment->arch.data, "x86_64");
    const ispy_system_clause *system = &deployment->systems[0];
    ck_assert_str_eq(system->os.data, "darwin");
    ck_assert_uint_eq(system->environment_count, 4);
    ck_assert(!system->environment[0].secret);
    ck_assert(system->environment[1].secret); /* it is listed as one, too */
    ck_assert(system->environment[2].secret);
    ck_assert_str_eq(system->environment[2].name.data, "TOKEN");
    ck_assert_uint_eq(system->environment[2].origin.at.line, 7);
    ck_assert_uint_eq(system->python_count, 2);
    ck_assert_str_eq(system->pythons[0].interpreter.data, "CPython");
    ck_assert_int_eq(ispy_version_spec_admits(system->pythons[0].version, ispy_str_literal("3.11.9")), ISPY_PASS);
    ck_assert_int_eq(ispy_version_spec_admits(system->pythons[0].version, ispy_str_literal("3.12.0")), ISPY_FAIL);
    const ispy_block *module = &system->pythons[1].modules[0];
    ck_assert_str_eq(module->filename.data, "a.py");
    ck_assert_int_eq(ispy_version_spec_admits(module->version, ispy_str_literal("1.2.1")), ISPY_FAIL);
    ck_assert_str_eq(module->functions[0].name.data, "f");
    ck_assert(ispy_contract_wants_version(contract));
}
END_TEST

/* As the documentation of ImportSpy 0.4 has it, with all that it leaves empty. */
START_TEST(the_form_of_importspy) {
    const ispy_contract *contract = sample_contract("filename: extension.py\n"
                                                    "variables:\n"
                                                    "  - name: engine\n"
                                                    "    value: docker\n"
                                                    "classes:\n"
                                                    "  - name: Extension\n"
                                                    "    attributes:\n"
                                                    "      - type: instance\n"
                                                    "        name: extension_instance_name\n"
                                                    "        value: extension_instance_value\n"
                                                    "    methods:\n"
                                                    "      - name: __init__\n"
                                                    "        arguments:\n"
                                                    "          - name: self\n"
                                                    "        return_annotation:\n"
                                                    "      - name: add_extension\n"
                                                    "        arguments:\n"
                                                    "          - name: self\n"
                                                    "          - name: msg\n"
                                                    "            annotation: str\n"
                                                    "        return_annotation: str\n"
                                                    "    superclasses:\n"
                                                    "      - name: Plugin\n"
                                                    "  - name: Foo\n"
                                                    "    attributes:\n"
                                                    "    methods:\n"
                                                    "deployments:\n"
                                                    "  - arch: x86_64\n"
                                                    "    systems:\n"
                                                    "      - os: windows\n"
                                                    "        pythons:\n"
                                                    "          - version: 3.12.8\n"
                                                    "            interpreter: CPython\n"
                                                    "            modules:\n"
                                                    "              - filename: extension.py\n"
                                                    "                version:\n"
                                                    "                variables:\n"
                                                    "                  - name: author \n"
                                                    "                    value: Luca Atella\n"
                                                    "                functions:\n"
                                                    "                classes:\n"
                                                    "          - version: 3.12.4\n"
                                                    "            interpreter:\n"
                                                    "            modules:\n"
                                                    "              - filename: addons.py\n");
    ck_assert_uint_eq(contract->body.class_count, 2);
    ck_assert_uint_eq(contract->body.classes[0].methods[1].parameter_count, 2);
    ck_assert_ptr_null(contract->body.classes[0].methods[0].returns);
    const ispy_system_clause *system = &contract->deployments[0].systems[0];
    ck_assert_uint_eq(system->python_count, 2);
    ck_assert_ptr_null(system->pythons[0].modules[0].version);
    ck_assert_str_eq(system->pythons[0].modules[0].variables[0].name.data, "author");
    ck_assert_ptr_null(system->pythons[1].interpreter.data);
    ck_assert(!ispy_contract_wants_version(contract));
}
END_TEST

/* ---- the tables ---- */

START_TEST(tables_describe_themselves) {
    for (int id = 0; id < ISPY_RECORD_COUNT; id++) {
        const ispy_record *record = ispy_record_get((ispy_record_id)id);
        ck_assert_int_eq((int)record->id, id);
        ck_assert_ptr_nonnull(record->name);
        ck_assert_uint_gt(strlen(record->help), 0);
        ck_assert_uint_gt(record->field_count, 0);
        ck_assert_uint_le(record->field_count, ISPY_RECORD_MAX_FIELDS);
        ck_assert(record->plain == ISPY_PLAIN_NONE || strcmp(record->fields[0].key, "name") == 0);
        for (size_t i = 0; i < record->field_count; i++) {
            const ispy_field *field = &record->fields[i];
            ck_assert_msg(strlen(field->help) > 0, "%s.%s", record->name, field->key);
            ck_assert(field->offset < record->size && field->count < record->size && field->place < record->size);
            bool lists = field->type == ISPY_FIELD_LIST || field->type == ISPY_FIELD_SUPERCLASSES ||
                         field->type == ISPY_FIELD_ENVIRONMENT || field->type == ISPY_FIELD_GROUP ||
                         field->type == ISPY_FIELD_NEGATION || field->type == ISPY_FIELD_CONDITION ||
                         field->type == ISPY_FIELD_VALUE || field->type == ISPY_FIELD_ENVIRONMENT_VALUE ||
                         field->type == ISPY_FIELD_LENGTH || field->type == ISPY_FIELD_REQUIRES ||
                         field->type == ISPY_FIELD_PYTHON || field->type == ISPY_FIELD_HOSTS ||
                         field->type == ISPY_FIELD_VARIABLES || field->type == ISPY_FIELD_POLICY;
            ck_assert_msg(lists == (field->element != NULL), "%s.%s", record->name, field->key);
            bool words = field->type == ISPY_FIELD_WORD || field->type == ISPY_FIELD_WORD_TEXT ||
                         field->type == ISPY_FIELD_WORD_TEXTS || field->type == ISPY_FIELD_SEVERITIES ||
                         field->type == ISPY_FIELD_LIBC;
            ck_assert_msg(words == (field->words != NULL), "%s.%s", record->name, field->key);
            ck_assert(!ispy_field_is_planned(ispy_str_literal(field->key)));
        }
    }
    ck_assert(ispy_field_is_planned(ispy_str_literal("policy_id")));
}
END_TEST

/* ---- what is wrong: tests/cases/contracts/bad/<name>.yml and <name>.expected ---- */

static char *read_case(const char *name, const char *suffix, size_t *length) {
    char path[1024];
    snprintf(path, sizeof path, "%s/contracts/bad/%s%s", ISPY_TEST_DATA, name, suffix);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is missing", path);
    char *text = malloc(65536);
    *length = fread(text, 1, 65535, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static void check_case(const char *name) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse, .needs_selector = true};
    char path[1024];
    size_t length;
    snprintf(path, sizeof path, "%s/contracts/bad/%s.yml", ISPY_TEST_DATA, name);
    const char *paths[] = {path};
    ispy_contract_set *set = NULL;
    ispy_error error = {0};
    int status = ispy_contract_set_load(&set, paths, 1, &options, &error);
    ck_assert_msg(status == ISPY_EINVAL && set == NULL, "%s was accepted", name);
    ck_assert_str_eq(error.path, path);
    char found[2048];
    error_line(found, sizeof found, &error);
    size_t used = strlen(found);
    snprintf(found + used, sizeof found - used, "\n%s%s%s", error.hint[0] == '\0' ? "" : "hint: ", error.hint,
             error.hint[0] == '\0' ? "" : "\n");
    char *expected = read_case(name, ".expected", &length);
    ck_assert_msg(strcmp(found, expected) == 0, "%s\nfound:    %s\nexpected: %s", name, found, expected);
    free(expected);
}

START_TEST(corpus_of_bad_contracts) {
    char path[1024];
    snprintf(path, sizeof path, "%s/contracts/bad", ISPY_TEST_DATA);
    DIR *folder = opendir(path);
    ck_assert_ptr_nonnull(folder);
    int cases = 0;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot != NULL && strcmp(dot, ".yml") == 0) {
            char name[256];
            snprintf(name, sizeof name, "%.*s", (int)(dot - entry->d_name), entry->d_name);
            check_case(name);
            cases++;
        }
    }
    closedir(folder);
    ck_assert_int_ge(cases, 60);
}
END_TEST

/* ---- contracts at large ---- */

static const char good[] =
    "contract: 1\n"
    "title: \"Acme \\u20ac\"\n"
    "modules: [\"acme.**\", '!acme.old.*']\n"
    "files: plugins/**/*.py\n"
    "filename: mail.py\n"
    "mode: warn\n"
    "version: \">=1.0,<2\"\n"
    "variables:\n"
    "  - \"API: int = 2\"\n"
    "  - {name: B, value: {a: [1, 2.5, null]}, annotation: \"dict[str, list]\"}\n"
    "functions:\n"
    "  - &f 'async def fetch(url: str, *, timeout: float = ...) -> bytes | None'\n"
    "  - {name: register, call: \"(app, config=..., *a, **k)\", arguments: [app, {name: c, value: 0x1F}]}\n"
    "  - {name: gone, presence: forbidden}\n"
    "classes:\n"
    "  - name: Plugin\n"
    "    superclasses: [acme.api.Plugin, {name: B, methods: [x]}]\n"
    "    attributes: [{name: priority, type: class, annotation: int, value: -3}]\n"
    "    methods:\n"
    "      - |\n"
    "        @property\n"
    "        def name(self) -> str: ...\n"
    "      - {name: run, kind: instance, async: false, return_annotation: None}\n"
    "deployments:\n"
    "  - arch: x86_64\n"
    "    systems:\n"
    "      - os: linux\n"
    "        environment: {variables: [{name: MODE, value: prod}], secrets: [TOKEN]}\n"
    "        pythons: [{version: 3.11, interpreter: CPython, modules: [{filename: mail.py, version: 1.0}]}]\n"
    "---\n"
    "modules: x\n"
    "functions: [&g h, *g]\n";

START_TEST(out_of_memory_is_said) {
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    bool failed = allocation_failures_work();
    for (size_t successes = 0; failed; successes++) {
        ispy_contract_set *set = NULL;
        ispy_error error = {0};
        allocation_failures_begin(successes);
        int status = ispy_contract_set_parse(&set, "good.yml", good, sizeof good - 1, &options, &error);
        failed = allocation_failures_end();
        ck_assert_int_eq(status, failed ? ISPY_ENOMEM : ISPY_OK);
        ck_assert((set == NULL) == failed);
        ispy_contract_set_free(set);
    }
}
END_TEST

static uint32_t seed = 20260101;

static uint32_t next_random(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void mutate(char *text, size_t *length, size_t capacity) {
    static const char *const pieces[] = {
        "\n",   ": ",     "- ",  "[",    "]", "{",    "}",  "'",     "\"", "&a ", "*a", "|\n", "\t", "!!int ",
        "\xFF", "def f(", "...", "<<: ", "#", "null", "\\", "---\n", "(",  ")",   "*",  "=",   "@"};
    size_t at = next_random((uint32_t)*length);
    switch (next_random(5)) {
    case 0:
        text[at] = (char)next_random(256);
        break;
    case 1: { /* takes a stretch away */
        size_t end = at + next_random(20);
        end = end > *length ? *length : end;
        memmove(text + at, text + end, *length - end);
        *length -= end - at;
        break;
    }
    case 2: { /* repeats a stretch elsewhere */
        size_t from = next_random((uint32_t)*length);
        size_t size = next_random(60);
        size = from + size > *length ? *length - from : size;
        if (*length + size < capacity) {
            char piece[64];
            memcpy(piece, text + from, size);
            memmove(text + at + size, text + at, *length - at);
            memcpy(text + at, piece, size);
            *length += size;
        }
        break;
    }
    default: {
        const char *piece = pieces[next_random(sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece);
        if (*length + size < capacity) {
            memmove(text + at + size, text + at, *length - at);
            memcpy(text + at, piece, size);
            *length += size;
        }
    }
    }
    if (*length == 0) {
        text[(*length)++] = 'a';
    }
}

START_TEST(mutations_never_crash) {
    enum { ROUNDS = 6000, CAPACITY = 8192 };
    const ispy_load_options options = {.parse_stub = sample_stub_parse};
    static char text[CAPACITY];
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = sizeof good - 1;
        memcpy(text, good, length);
        for (uint32_t changes = 1 + next_random(3); changes > 0; changes--) {
            mutate(text, &length, CAPACITY);
        }
        ispy_contract_set *set = NULL;
        ispy_error error = {0};
        int status = ispy_contract_set_parse(&set, "mutation.yml", text, length, &options, &error);
        accepted += status == ISPY_OK;
        ck_assert_int_eq(status == ISPY_OK, set != NULL);
        if (status != ISPY_OK) {
            ck_assert_int_eq(status, ISPY_EINVAL);
            ck_assert_int_eq(strncmp(error.code, "ISPY9", 5), 0);
            ck_assert_uint_gt(strlen(error.message), 0);
            ck_assert_str_eq(error.path, "mutation.yml");
        }
        ispy_contract_set_free(set);
    }
    ck_assert_int_gt(accepted, ROUNDS / 100); /* or nothing but the first line is ever tried */
    ck_assert_int_lt(accepted, ROUNDS);
}
END_TEST

Suite *contract_load_suite(void) {
    Suite *suite = suite_create("contract_load");
    TCase *tests = tcase_create("loading");
    tcase_add_checked_fixture(tests, NULL, sample_contracts_free);
    tcase_add_test(tests, every_key_of_a_contract);
    tcase_add_test(tests, what_is_not_stated);
    tcase_add_test(tests, one_pattern_needs_no_list);
    tcase_add_test(tests, several_contracts_in_one_file);
    tcase_add_test(tests, scalars_are_typed);
    tcase_add_test(tests, numbers_do_not_depend_on_the_locale);
    tcase_add_test(tests, long_integers);
    tcase_add_test(tests, lists_and_mappings_are_values);
    tcase_add_test(tests, texts_stay_as_they_were_written);
    tcase_add_test(tests, variables_and_attributes);
    tcase_add_test(tests, functions_and_methods);
    tcase_add_test(tests, superclasses_in_both_forms);
    tcase_add_test(tests, deployments_in_full);
    tcase_add_test(tests, the_form_of_importspy);
    tcase_add_test(tests, tables_describe_themselves);
    tcase_add_test(tests, corpus_of_bad_contracts);
    suite_add_tcase(suite, tests);
    TCase *abuse = tcase_create("abuse");
    tcase_set_timeout(abuse, 60);
    tcase_add_test(abuse, out_of_memory_is_said);
    tcase_add_test(abuse, mutations_never_crash);
    suite_add_tcase(suite, abuse);
    return suite;
}
