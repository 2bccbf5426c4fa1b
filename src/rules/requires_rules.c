/* ISPY111 to ISPY130: what `requires:` asks of the place where the module runs.
 *
 * What is not known is UNPROVABLE. Values of environment variables are compared here and never leave this file.
 */
#include "base/text.h"
#include "rules/place_facts.h"
#include "rules/rule.h"

/* ---- words ---- */

/* "linux or darwin". */
static ispy_shown show_words(const ispy_question *question, const ispy_words *words) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str shown = {NULL, 0, 0};
    for (uint32_t i = 0; i < words->count; i++) {
        ispy_text_puts(&text, i == 0 ? "" : i + 1 == words->count ? " or " : ", ");
        ispy_text_str(&text, words->words[i]);
    }
    int status = ispy_text_take(&shown, &text, question->arena);
    ispy_text_free(&text);
    return status == ISPY_OK ? ispy_show_text(shown) : ispy_show_text(words->words[0]);
}

/* FAIL with both, or UNPROVABLE without the one that is not known. */
static ispy_evidence judge(ispy_verdict verdict, ispy_shown wanted, ispy_str found) {
    if (verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    return verdict == ISPY_FAIL ? ispy_evidence_fail(wanted, ispy_show_text(found))
                                : ispy_evidence_open(ISPY_REASON_CONTEXT_UNKNOWN, wanted, ispy_show_text(found));
}

static ispy_evidence judge_words(const ispy_question *question, const ispy_words *wanted, ispy_str found) {
    ispy_verdict verdict = ispy_place_words(wanted, found);
    return verdict == ISPY_PASS ? ispy_evidence_pass() : judge(verdict, show_words(question, wanted), found);
}

ispy_evidence ispy_rule_required_implementation(const ispy_question *question) {
    return judge_words(question, &question->condition->python_implementation, question->context->implementation);
}

ispy_evidence ispy_rule_required_gil(const ispy_question *question) {
    return judge_words(question, &question->condition->gil, question->context->gil);
}

ispy_evidence ispy_rule_required_optimize(const ispy_question *question) {
    return judge_words(question, &question->condition->optimize, question->context->optimize);
}

ispy_evidence ispy_rule_required_os(const ispy_question *question) {
    return judge_words(question, &question->condition->os, question->context->os);
}

ispy_evidence ispy_rule_required_arch(const ispy_question *question) {
    return judge_words(question, &question->condition->arch, question->context->arch);
}

/* ---- versions and amounts ---- */

ispy_evidence ispy_rule_required_python(const ispy_question *question) {
    const ispy_condition *condition = question->condition;
    ispy_verdict verdict = ispy_place_python(condition, question->context);
    return verdict == ISPY_PASS ? ispy_evidence_pass()
                                : judge(verdict, ispy_show_text(ispy_version_spec_text(condition->python)),
                                        question->context->python_version);
}

static void write_libc(ispy_text *out, ispy_str name, ispy_str version) {
    ispy_text_str(out, name);
    if (version.data != NULL && version.length > 0) {
        ispy_text_char(out, ' ');
        ispy_text_str(out, version);
    }
}

static int show_libc(ispy_str *wanted, ispy_str *found, const ispy_question *question) {
    const ispy_condition *condition = question->condition;
    ispy_text text = ISPY_TEXT_EMPTY;
    for (uint32_t i = 0; i < condition->libc_count; i++) {
        const ispy_component_clause *libc = &condition->libc[i];
        ispy_text_puts(&text, i == 0 ? "" : " or ");
        write_libc(&text, libc->name,
                   libc->version != NULL ? ispy_version_spec_text(libc->version) : (ispy_str){NULL, 0, 0});
    }
    int status = ispy_text_take(wanted, &text, question->arena);
    if (status == ISPY_OK && question->context->libc.data != NULL) {
        write_libc(&text, question->context->libc, question->context->libc_version);
        status = ispy_text_take(found, &text, question->arena);
    }
    ispy_text_free(&text);
    return status;
}

ispy_evidence ispy_rule_required_libc(const ispy_question *question) {
    ispy_verdict verdict = ispy_place_libc(question->condition, question->context);
    if (verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_str wanted = {NULL, 0, 0};
    ispy_str found = {NULL, 0, 0};
    int status = show_libc(&wanted, &found, question);
    return status != ISPY_OK ? ispy_evidence_broken(status) : judge(verdict, ispy_show_text(wanted), found);
}

static ispy_evidence judge_amount(const ispy_question *question, const ispy_amount *wanted, uint64_t found,
                                  uint64_t unit, const char *name) {
    ispy_verdict verdict = ispy_place_amount(wanted, found);
    if (verdict == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str shown = {NULL, 0, 0};
    if (found > 0) {
        unsigned long tenths = (unsigned long)(found % unit * 10 / unit);
        ispy_text_printf(&text, "%llu", (unsigned long long)(found / unit));
        if (tenths > 0) {
            ispy_text_printf(&text, ".%lu", tenths);
        }
        ispy_text_puts(&text, name);
    }
    int status = found > 0 ? ispy_text_take(&shown, &text, question->arena) : ISPY_OK;
    ispy_text_free(&text);
    return status != ISPY_OK ? ispy_evidence_broken(status) : judge(verdict, ispy_show_text(wanted->text), shown);
}

ispy_evidence ispy_rule_required_memory(const ispy_question *question) {
    return judge_amount(question, question->condition->memory, question->context->memory, 1024 * 1024, " MiB");
}

ispy_evidence ispy_rule_required_cpus(const ispy_question *question) {
    return judge_amount(question, question->condition->cpus, question->context->cpu_thousandths, 1000, "");
}

/* ---- components ---- */

static ispy_evidence of_part(ispy_evidence evidence, const ispy_component_clause *clause, const char *hint) {
    evidence.part = clause->text;
    evidence.hint = hint;
    return evidence;
}

static ispy_shown wanted_version(const ispy_component_clause *clause) {
    return clause->version != NULL ? ispy_show_text(ispy_version_spec_text(clause->version)) : ispy_show_nothing();
}

static ispy_evidence judge_presence(const ispy_question *question, const ispy_components *found, const char *hint) {
    const ispy_component_clause *clause = question->component;
    ispy_verdict verdict = ispy_component_is_there(ispy_component_find(found, clause->name));
    return of_part(judge(verdict, wanted_version(clause), (ispy_str){NULL, 0, 0}), clause,
                   verdict == ISPY_FAIL ? hint : NULL);
}

static ispy_evidence judge_component_version(const ispy_question *question, const ispy_components *found) {
    const ispy_component_clause *clause = question->component;
    const ispy_component *component = ispy_component_find(found, clause->name);
    ispy_verdict verdict = ispy_component_version(clause, component);
    return verdict == ISPY_PASS ? ispy_evidence_pass()
                                : of_part(judge(verdict, wanted_version(clause), component->version), clause, NULL);
}

ispy_evidence ispy_rule_host_not_stated(const ispy_question *question) {
    return judge_presence(question, &question->context->host,
                          "the host says who it is: install(..., host=...), IMPORTSPY_HOST={part}=1.0, or "
                          "importspy check --host {part}=1.0");
}

ispy_evidence ispy_rule_host_version(const ispy_question *question) {
    return judge_component_version(question, &question->context->host);
}

ispy_evidence ispy_rule_distribution_missing(const ispy_question *question) {
    return judge_presence(question, &question->context->distributions, "install '{part}'");
}

ispy_evidence ispy_rule_distribution_version(const ispy_question *question) {
    return judge_component_version(question, &question->context->distributions);
}

ispy_evidence ispy_rule_distribution_extra(const ispy_question *question) {
    const ispy_component_clause *clause = question->component;
    ispy_str missing = {NULL, 0, 0};
    ispy_verdict verdict =
        ispy_component_extras(clause, ispy_component_find(&question->context->distributions, clause->name), &missing);
    return verdict == ISPY_PASS
               ? ispy_evidence_pass()
               : of_part(judge(verdict, ispy_show_text(missing), (ispy_str){NULL, 0, 0}), clause, NULL);
}

ispy_evidence ispy_rule_command_missing(const ispy_question *question) {
    return judge_presence(question, &question->context->commands,
                          "install '{part}', or put its folder on the PATH of the host");
}

/* ---- the host, as the module sees it ---- */

static ispy_evidence judge_declared(const ispy_question *question, ispy_str declared) {
    const ispy_component_clause *clause = question->component;
    const ispy_component *host = ispy_component_find(&question->context->host, clause->name);
    const ispy_version_spec *spec = NULL;
    int status = ispy_version_spec_parse(&spec, question->arena, declared, false);
    if (status == ISPY_ENOMEM) {
        return ispy_evidence_broken(status);
    }
    if (status != ISPY_OK) {
        ispy_evidence evidence =
            ispy_evidence_fail(ispy_show_text(ispy_str_literal("version specifiers")), ispy_show_text(declared));
        evidence.message = "what is said of the host '{part}' is no version specifier";
        return of_part(evidence, clause, NULL);
    }
    ispy_str version = host != NULL ? host->version : (ispy_str){NULL, 0, 0};
    ispy_verdict verdict = version.data == NULL ? ISPY_UNPROVABLE : ispy_version_spec_admits(spec, version);
    return verdict == ISPY_PASS ? ispy_evidence_pass()
                                : of_part(judge(verdict, ispy_show_text(declared), version), clause, NULL);
}

ispy_evidence ispy_rule_host_not_required(const ispy_question *question) {
    const ispy_component_clause *clause = question->component;
    const ispy_component *declared = ispy_component_find(&question->context->declared, clause->declared);
    ispy_shown wanted = ispy_show_text(ispy_str_literal("version specifiers"));
    ispy_verdict there = ispy_component_is_there(declared);
    if (there != ISPY_PASS) {
        ispy_evidence evidence = judge(there, wanted, (ispy_str){NULL, 0, 0});
        evidence.message =
            there == ISPY_FAIL ? "the distribution that brings the module does not say which '{part}' it is for" : NULL;
        return of_part(evidence, clause, NULL);
    }
    return declared->version.length == 0 ? ispy_evidence_pass() : judge_declared(question, declared->version);
}

ispy_evidence ispy_rule_host_not_admitted(const ispy_question *question) {
    const ispy_component_clause *clause = question->component;
    const ispy_definition *definition = question->definition;
    ispy_shown wanted = ispy_show_text(ispy_str_literal("version specifiers"));
    if (definition == NULL || ispy_definition_is_bare(definition)) {
        ispy_reason open = question->lookup->open;
        ispy_evidence evidence = open != ISPY_REASON_NONE ? ispy_evidence_open(open, wanted, ispy_show_nothing())
                                                          : ispy_evidence_fail(wanted, ispy_show_nothing());
        evidence.message = open != ISPY_REASON_NONE ? NULL : "the module does not say which '{part}' it is for";
        return of_part(evidence, clause, NULL);
    }
    bool is_variable = definition->kind == ISPY_DEFINES_VARIABLE;
    if (is_variable && definition->as.variable->value->kind == ISPY_LITERAL_STR) {
        return judge_declared(question, definition->as.variable->value->text);
    }
    ispy_reason reason = ispy_definition_doubt(definition);
    ispy_evidence evidence = reason != ISPY_REASON_NONE ? ispy_evidence_open(reason, wanted, ispy_show_nothing())
                                                        : ispy_evidence_fail(wanted, ispy_show_definition(definition));
    return of_part(evidence, clause, NULL);
}

/* ---- environment variables ---- */

static ispy_str type_name(ispy_variable_type type) {
    static const char *const names[] = {"text", "an integer", "a boolean: 1, 0, true, false, yes, no, on, off",
                                        "a URL"};
    return ispy_str_literal(names[type]);
}

static ispy_shown wanted_value(const ispy_environment_clause *clause) {
    if (clause->secret) {
        return ispy_show_nothing();
    }
    if (clause->value == NULL) {
        return clause->type != ISPY_VARIABLE_TEXT ? ispy_show_text(type_name(clause->type)) : ispy_show_nothing();
    }
    return clause->value->demand != NULL ? ispy_value_wanted(clause->value, ISPY_DEMAND_WHOLE)
                                         : ispy_show_text(clause->value->text);
}

static ispy_evidence of_variable(ispy_evidence evidence, const ispy_environment_clause *clause) {
    evidence.part = clause->name;
    return evidence;
}

static ispy_variable_standing standing_of(const ispy_question *question, ispy_str *value) {
    return ispy_variable_find(value, question->context, question->environment->name);
}

ispy_evidence ispy_rule_required_variable_missing(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    ispy_str value;
    ispy_variable_standing standing = standing_of(question, &value);
    if (clause->presence != ISPY_REQUIRED || standing == ISPY_VARIABLE_SET) {
        return ispy_evidence_pass();
    }
    ispy_verdict verdict = standing == ISPY_VARIABLE_UNSET ? ISPY_FAIL : ISPY_UNPROVABLE;
    ispy_evidence evidence = of_variable(judge(verdict, wanted_value(clause), (ispy_str){NULL, 0, 0}), clause);
    evidence.hint = "set '{part}' before the host starts";
    return evidence;
}

ispy_evidence ispy_rule_required_variable_value(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    ispy_shown found = ispy_show_text(ispy_str_literal("another value, which is not shown"));
    ispy_str value;
    if (clause->presence == ISPY_FORBIDDEN || standing_of(question, &value) != ISPY_VARIABLE_SET) {
        return ispy_evidence_pass();
    }
    if (!ispy_variable_has_type(clause->type, value)) {
        ispy_shown wanted = clause->secret ? ispy_show_nothing() : ispy_show_text(type_name(clause->type));
        return of_variable(ispy_evidence_fail(wanted, found), clause);
    }
    ispy_value_answer answer;
    ispy_variable_judge(&answer, clause, value);
    if (answer.status != ISPY_OK || answer.verdict == ISPY_PASS) {
        return answer.status != ISPY_OK ? ispy_evidence_broken(answer.status) : ispy_evidence_pass();
    }
    return of_variable(answer.verdict == ISPY_FAIL ? ispy_evidence_fail(wanted_value(clause), found)
                                                   : ispy_evidence_open(answer.reason, wanted_value(clause), found),
                       clause);
}

ispy_evidence ispy_rule_required_variable_set(const ispy_question *question) {
    const ispy_environment_clause *clause = question->environment;
    ispy_str value;
    ispy_variable_standing standing = standing_of(question, &value);
    if (clause->presence != ISPY_FORBIDDEN || standing == ISPY_VARIABLE_UNSET) {
        return ispy_evidence_pass();
    }
    ispy_verdict verdict = standing == ISPY_VARIABLE_SET ? ISPY_FAIL : ISPY_UNPROVABLE;
    return of_variable(judge(verdict, ispy_show_nothing(), (ispy_str){NULL, 0, 0}), clause);
}
