/* See check_helper.h. */
#include "check_helper.h"

#include "sample_contract.h"
#include "sample_source.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { MAX_REPORTS = 256 };

static ispy_arena *arena;
static ispy_report *reports[MAX_REPORTS];
static size_t report_count;
static ispy_context context;
static ispy_environment_entry environment[3];

void check_setup(void) {
    arena = ispy_arena_new();
    ck_assert_ptr_nonnull(arena);
    report_count = 0;
    environment[0] = (ispy_environment_entry){ispy_str_literal("APP_MODE"), ispy_str_literal("prod")};
    environment[1] = (ispy_environment_entry){ispy_str_literal("TOKEN"), ispy_str_literal("canary")};
    environment[2] = (ispy_environment_entry){ispy_str_literal("UNSET"), {NULL, 0, 0}};
    context = (ispy_context){
        .os = ispy_str_literal("linux"),
        .arch = ispy_str_literal("x86_64"),
        .python_version = ispy_str_literal("3.12.1"),
        .implementation = ispy_str_literal("CPython"),
        .environment = environment,
        .environment_count = 3,
    };
}

void check_teardown(void) {
    for (size_t i = 0; i < report_count; i++) {
        ispy_report_free(reports[i]);
    }
    sample_contracts_free();
    ispy_arena_free(arena);
}

ispy_arena *check_arena(void) {
    return arena;
}

ispy_context *check_context(void) {
    return &context;
}

static ispy_report *keep(ispy_report *report) {
    ck_assert_uint_lt(report_count, MAX_REPORTS);
    reports[report_count++] = report;
    return report;
}

ispy_report *check_module(const char *contract, const ispy_module *module) {
    ispy_report *report = NULL;
    ck_assert_int_eq(ispy_check(&report, sample_contract(contract), module, &context), ISPY_OK);
    return keep(report);
}

ispy_report *check_source(const char *contract, const char *source) {
    return check_module(contract, sample_source(arena, source));
}

ispy_report *check_again(const ispy_report *before, const ispy_module *live) {
    ispy_report *report = NULL;
    ck_assert_int_eq(ispy_confirm(&report, before, live, &context), ISPY_OK);
    return keep(report);
}

const char *summary_of(const ispy_report *report) {
    static char line[4096];
    size_t length = 0;
    line[0] = '\0';
    for (size_t i = 0; i < ispy_report_count(report) && length < sizeof line - 256; i++) {
        const ispy_finding *finding = ispy_report_get(report, i);
        bool is_open = finding->verdict == ISPY_UNPROVABLE;
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%s%s %.*s%s%s%s", i > 0 ? "; " : "",
                                   finding->code + 4, is_open ? "?" : "", (int)finding->subject.length,
                                   finding->subject.data != NULL ? finding->subject.data : "", is_open ? " (" : "",
                                   is_open ? ispy_reason_name(finding->reason) : "", is_open ? ")" : "");
    }
    return line;
}

void expect_report(const ispy_report *report, const char *summary) {
    const char *found = summary_of(report);
    ck_assert_msg(strcmp(found, summary) == 0, "wanted '%s', found '%s'", summary, found);
}

void expect(const char *contract, const char *source, const char *summary) {
    const char *found = summary_of(check_source(contract, source));
    ck_assert_msg(strcmp(found, summary) == 0, "wanted '%s', found '%s'\n%s\n%s", summary, found, contract, source);
}

const ispy_finding *finding_of(const ispy_report *report, const char *code) {
    for (size_t i = 0; i < ispy_report_count(report); i++) {
        if (strcmp(ispy_report_get(report, i)->code, code) == 0) {
            return ispy_report_get(report, i);
        }
    }
    ck_abort_msg("no finding %s in: %s", code, summary_of(report));
    return NULL;
}

const char *text_of_report(ispy_report *report) {
    ispy_str text;
    ck_assert_int_eq(ispy_reports_text(&text, &report, 1), ISPY_OK);
    return text.data;
}

ispy_module *live_source(const char *text) {
    ispy_module *module = sample_source(check_arena(), text);
    module->is_live = true;
    module->source = (ispy_str){NULL, 0, 0};
    for (uint32_t i = 0; i < module->scope.count; i++) {
        ispy_definition *definition = (ispy_definition *)module->scope.bindings[i].candidates[0];
        definition->at = (ispy_span){99, 1, 1}; /* of some other file, perhaps */
        if (definition->kind == ISPY_DEFINES_CLASS) {
            ((ispy_class *)definition->as.klass)->bases_are_mro = true;
        }
    }
    return module;
}
