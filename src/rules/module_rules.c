/* ISPY2xx: the module as a whole. */
#include "rules/rule.h"

#include <string.h>

static ispy_str last_part(ispy_str path, bool is_windows) {
    size_t start = 0;
    for (size_t i = 0; i < path.length; i++) {
        if (path.data[i] == '/' || (is_windows && path.data[i] == '\\')) {
            start = i + 1;
        }
    }
    return ispy_str_of(path.data + start, path.length - start);
}

static bool is_windows(const ispy_context *context) {
    return context->os.data != NULL && strcmp(context->os.data, "windows") == 0;
}

ispy_evidence ispy_rule_filename(const ispy_question *question) {
    ispy_str wanted = question->block->filename;
    ispy_str path = question->module->path;
    if (path.data == NULL) {
        return ispy_evidence_open(ISPY_REASON_NO_SOURCE, ispy_show_text(wanted), ispy_show_nothing());
    }
    ispy_str found = last_part(path, is_windows(question->context));
    if (ispy_str_equal(wanted, found)) {
        return ispy_evidence_pass();
    }
    return ispy_evidence_fail(ispy_show_text(wanted), ispy_show_text(found));
}

/* What stands for the version where `__version__` is no literal, or is not there. */
static ispy_evidence judge_version(const ispy_question *question, ispy_str found, const char *refusal) {
    const ispy_version_spec *wanted = question->block->version;
    if (ispy_version_spec_admits(wanted, found) == ISPY_PASS) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_text(ispy_version_spec_text(wanted)), ispy_show_text(found));
    evidence.message = refusal;
    return evidence;
}

static ispy_evidence version_elsewhere(const ispy_question *question, ispy_reason reason) {
    const ispy_module *module = question->root;
    if (module->distribution_version.data != NULL) {
        return judge_version(question, module->distribution_version,
                             "the version of the distribution that brings the module does not fit");
    }
    ispy_shown wanted = ispy_show_text(ispy_version_spec_text(question->block->version));
    if (reason != ISPY_REASON_NONE) {
        return ispy_evidence_open(reason, wanted, ispy_show_nothing());
    }
    ispy_evidence evidence = ispy_evidence_fail(wanted, ispy_show_nothing());
    evidence.message = "the module does not state its version";
    evidence.hint = "bind __version__ to a text in the module";
    return evidence;
}

ispy_evidence ispy_rule_version(const ispy_question *question) {
    const ispy_definition *definition = question->definition;
    if (definition == NULL || ispy_definition_is_bare(definition)) {
        return version_elsewhere(question, question->lookup->open);
    }
    if (definition->kind == ISPY_DEFINES_VARIABLE) {
        const ispy_literal *value = definition->as.variable->value;
        if (value->kind == ISPY_LITERAL_STR) {
            return judge_version(question, value->text, NULL);
        }
        if (value->kind == ISPY_LITERAL_INT || value->kind == ISPY_LITERAL_FLOAT) {
            return judge_version(question, value->text, NULL);
        }
    }
    ispy_reason reason = ispy_definition_doubt(definition);
    if (reason != ISPY_REASON_NONE) {
        return version_elsewhere(question, reason);
    }
    return ispy_evidence_fail(ispy_show_text(ispy_version_spec_text(question->block->version)),
                              ispy_show_definition(definition));
}

ispy_evidence ispy_rule_unreadable(const ispy_question *question) {
    const ispy_module *module = question->module;
    if (module->unreadable.data == NULL) {
        return ispy_evidence_pass();
    }
    ispy_evidence evidence = ispy_evidence_fail(ispy_show_nothing(), ispy_show_text(module->unreadable));
    evidence.at = module->unreadable_at;
    return evidence;
}
