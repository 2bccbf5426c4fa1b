/* See policy.h. Must not know: YAML, what rules judge. */
#include "load/policy.h"

#include "base/date.h"
#include "base/error.h"
#include "base/suggest.h"
#include "load/field_read.h"
#include "load/pattern.h"
#include "model/rule_code.h"

static int unknown_rule(const ispy_loader *loader, const ispy_node *node) {
    ispy_fault(loader, ISPY_FAULT_VALUE, node->at, "there is no rule '%s'", ispy_quote(node->text).text);
    size_t count = ispy_rule_code_count();
    ispy_str *codes = ispy_arena_array(loader->arena, count, sizeof *codes);
    if (codes == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (size_t i = 0; i < count; i++) {
        codes[i] = ispy_str_literal(ispy_rule_code(i));
    }
    long nearest = ispy_suggest(node->text, codes, count);
    if (nearest >= 0) {
        ispy_error_hint(loader->error, "did you mean '%s'? 'importspy rules' lists them all", codes[nearest].data);
    } else {
        ispy_error_hint(loader->error, "'importspy rules' lists them all");
    }
    return ISPY_EINVAL;
}

int ispy_rule_load(uint32_t *index, const ispy_loader *loader, const ispy_node *node) {
    size_t count = ispy_rule_code_count();
    size_t i = 0;
    while (i < count && !ispy_str_equal(node->text, ispy_str_literal(ispy_rule_code(i)))) {
        i++;
    }
    if (i == count) {
        return unknown_rule(loader, node);
    }
    if (ispy_rule_code_is_fixed(i)) {
        ispy_fault(loader, ISPY_FAULT_VALUE, node->at,
                   "'%s' always counts: nothing is checked of a module that it speaks of", ispy_rule_code(i));
        ispy_error_hint(loader->error, "to let such modules in, take them out of 'modules' or 'files'");
        return ISPY_EINVAL;
    }
    *index = (uint32_t)i;
    return ISPY_OK;
}

static int read_severity(ispy_severity *severities, const ispy_loader *loader, const ispy_field *field,
                         const ispy_node *code, const ispy_node *word) {
    uint32_t index = 0;
    int value = 0;
    int status = ispy_rule_load(&index, loader, code);
    if (status != ISPY_OK || ispy_node_is_null(word)) {
        return status; /* nothing behind the code: it was not stated */
    }
    status = ispy_word_load(&value, loader, field->words, ispy_rule_code(index), word);
    if (status == ISPY_OK) {
        severities[index] = (ispy_severity)value;
    }
    return status;
}

int ispy_severities_load(const ispy_severity **out, const ispy_loader *loader, const ispy_field *field,
                         const ispy_node *node) {
    if (node->kind != ISPY_NODE_MAPPING) {
        ispy_field_wrong_type(loader, field->key, node, "a mapping");
        ispy_error_hint(loader->error, "write 'severity: {ISPY305: warn}'");
        return ISPY_EINVAL;
    }
    size_t count = ispy_rule_code_count();
    ispy_severity *severities = ispy_arena_array(loader->arena, count, sizeof *severities);
    if (severities == NULL) {
        return ispy_fault_nomem(loader);
    }
    for (size_t i = 0; i < count; i++) {
        severities[i] = *out != NULL ? (*out)[i] : ispy_rule_code_severity(i);
    }
    for (uint32_t i = 0; i < node->count; i += 2) {
        int status = read_severity(severities, loader, field, node->items[i], node->items[i + 1]);
        if (status != ISPY_OK) {
            return status;
        }
    }
    *out = severities;
    return ISPY_OK;
}

static bool is_blank(ispy_str text) {
    size_t i = 0;
    while (i < text.length && (text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '\t')) {
        i++;
    }
    return text.data != NULL && i == text.length;
}

int ispy_waiver_finish(const ispy_loader *loader, ispy_waiver *waiver) {
    const ispy_str texts[] = {waiver->shown.reason, waiver->shown.owner, waiver->subject};
    static const char *const keys[] = {"reason", "owner", "subject"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (is_blank(texts[i])) {
            return ispy_fault(loader, ISPY_FAULT_EMPTY, waiver->origin.at, "the '%s' of this waiver is empty", keys[i]);
        }
    }
    if (!ispy_date_parse(&waiver->until, waiver->shown.until)) {
        ispy_fault(loader, ISPY_FAULT_VALUE, waiver->until_origin.at, "'%s' is not a day",
                   ispy_quote(waiver->shown.until).text);
        ispy_error_hint(loader->error, "write year, month and day: 2027-03-31");
        return ISPY_EINVAL;
    }
    if (ispy_rule_code_is_of_waivers(waiver->rule)) {
        ispy_fault(loader, ISPY_FAULT_VALUE, waiver->origin.at, "'%s' speaks of waivers, and cannot be waived",
                   ispy_rule_code(waiver->rule));
        ispy_error_hint(loader->error, "write 'severity: {%s: off}'", ispy_rule_code(waiver->rule));
        return ISPY_EINVAL;
    }
    if (waiver->subject.length > ISPY_PATTERN_MAX_BYTES) {
        return ispy_fault(loader, ISPY_FAULT_LIMIT, waiver->origin.at, "a pattern has more than %d bytes",
                          ISPY_PATTERN_MAX_BYTES);
    }
    waiver->shown.path = loader->source->path;
    waiver->shown.at = waiver->origin.at;
    return ISPY_OK;
}
