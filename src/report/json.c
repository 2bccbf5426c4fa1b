/* Reports as programs read them, and the lines of a log: docs/report.md and docs/operations.md say the keys. The only
 * file that knows cJSON.
 *
 * A failure of cJSON can only be want of memory: what it is given is UTF-8 without NUL bytes.
 */
#include "report/report.h"

#include <cjson/cJSON.h>

#include <string.h>

#include "base/utf8.h"

/* Adds a new item to an object. false: out of memory; then the item is gone. */
static bool put(cJSON *object, const char *key, cJSON *item) {
    if (item == NULL || !cJSON_AddItemToObject(object, key, item)) {
        cJSON_Delete(item);
        return false;
    }
    return true;
}

static bool put_name(cJSON *object, const char *key, const char *name) {
    return put(object, key, cJSON_CreateString(name));
}

static bool put_str(cJSON *object, const char *key, ispy_str text) {
    if (text.data == NULL) {
        return put(object, key, cJSON_CreateNull());
    }
    if (memchr(text.data, '\0', text.length) == NULL && ispy_utf8_valid(text.data, text.length)) {
        return put_name(object, key, text.data);
    }
    ispy_text clean = ISPY_TEXT_EMPTY;
    ispy_text_clean(&clean, text.data, text.length, false);
    bool done = !clean.failed && put_name(object, key, clean.data);
    ispy_text_free(&clean);
    return done;
}

static bool put_number(cJSON *object, const char *key, uint32_t number) {
    return put(object, key, cJSON_CreateNumber(number));
}

/* An object under `key`, for the caller to fill; it belongs to `object` already. NULL: out of memory. */
static cJSON *put_object(cJSON *object, const char *key) {
    cJSON *item = cJSON_CreateObject();
    return put(object, key, item) ? item : NULL;
}

static bool put_span(cJSON *object, ispy_span at) {
    return put_number(object, "line", at.line) && put_number(object, "column", at.column) &&
           put_number(object, "length", at.length);
}

/* Where it is in the module; null where there is no such place. */
static bool put_module_place(cJSON *object, ispy_span at) {
    if (at.line == 0) {
        return put(object, "at", cJSON_CreateNull());
    }
    cJSON *place = put_object(object, "at");
    return place != NULL && put_span(place, at);
}

static bool put_contract_place(cJSON *object, const ispy_finding *finding) {
    if (finding->contract_at.line == 0) {
        return put(object, "contract_at", cJSON_CreateNull());
    }
    cJSON *place = put_object(object, "contract_at");
    return place != NULL && put_str(place, "path", finding->contract_path) && put_span(place, finding->contract_at);
}

static bool fill_alternative(cJSON *object, const ispy_alternative *alternative) {
    cJSON *code = alternative->code != NULL ? cJSON_CreateString(alternative->code) : cJSON_CreateNull();
    return put(object, "code", code) && put_name(object, "verdict", ispy_verdict_name(alternative->verdict)) &&
           put(object, "nearest", cJSON_CreateBool(alternative->is_nearest)) &&
           put_str(object, "message", alternative->message) &&
           put(object, "further", cJSON_CreateNumber((double)alternative->further)) &&
           put_number(object, "line", alternative->contract_at.line) &&
           put_number(object, "column", alternative->contract_at.column);
}

/* `alternatives`, a list; and how many are not in it. */
static bool put_alternatives(cJSON *object, const ispy_finding *finding) {
    cJSON *list = cJSON_CreateArray();
    if (!put(object, "alternatives", list)) {
        return false;
    }
    for (size_t i = 0; i < finding->alternative_count; i++) {
        cJSON *alternative = cJSON_CreateObject();
        if (alternative == NULL || !cJSON_AddItemToArray(list, alternative)) {
            cJSON_Delete(alternative);
            return false;
        }
        if (!fill_alternative(alternative, &finding->alternatives[i])) {
            return false;
        }
    }
    return put(object, "alternatives_left_out", cJSON_CreateNumber((double)finding->alternatives_left_out));
}

static bool fill_finding(cJSON *object, const ispy_finding *finding) {
    bool is_open = finding->verdict == ISPY_UNPROVABLE;
    cJSON *reason = is_open ? cJSON_CreateString(ispy_reason_name(finding->reason)) : cJSON_CreateNull();
    return put_name(object, "code", finding->code) && put(object, "reason", reason) &&
           put_name(object, "anchor", finding->anchor) &&
           put_name(object, "severity", ispy_severity_name(finding->severity)) &&
           put_name(object, "verdict", ispy_verdict_name(finding->verdict)) &&
           put_str(object, "subject", finding->subject) && put_str(object, "message", finding->message) &&
           put_str(object, "wanted", finding->wanted) && put_str(object, "found", finding->found) &&
           put_str(object, "hint", finding->hint) && put_module_place(object, finding->module_at) &&
           put_contract_place(object, finding) && (finding->alternatives == NULL || put_alternatives(object, finding));
}

static bool put_waiver(cJSON *object, const ispy_waived *waived) {
    cJSON *item = put_object(object, "waived");
    return item != NULL && put_str(item, "reason", waived->reason) && put_str(item, "owner", waived->owner) &&
           put_str(item, "until", waived->until) && put_str(item, "path", waived->path) && put_span(item, waived->at);
}

/* Those that count, or those that are waived. */
static bool put_findings(cJSON *object, const char *key, const ispy_report *report, bool waived) {
    cJSON *findings = cJSON_CreateArray();
    if (!put(object, key, findings)) {
        return false;
    }
    for (size_t i = 0; i < report->count; i++) {
        const ispy_finding *finding = &report->entries[i].finding;
        if ((finding->waived != NULL) != waived) {
            continue;
        }
        cJSON *item = cJSON_CreateObject();
        if (item == NULL || !cJSON_AddItemToArray(findings, item)) {
            cJSON_Delete(item);
            return false;
        }
        if (!fill_finding(item, finding) || (waived && !put_waiver(item, finding->waived))) {
            return false;
        }
    }
    return true;
}

static bool fill_contract(cJSON *object, const ispy_report *report) {
    return put_str(object, "path", ispy_contract_path(report->contract)) &&
           put_str(object, "title", report->contract->title) && put_str(object, "help", report->contract->help) &&
           put_name(object, "mode", ispy_mode_name(report->contract->mode)) &&
           put_name(object, "verdict", ispy_verdict_name(ispy_report_verdict(report))) &&
           put_name(object, "decision", ispy_verdict_name(ispy_report_decision(report))) &&
           put(object, "applies", cJSON_CreateBool(!report->is_elsewhere)) &&
           put_findings(object, "findings", report, false) && put_findings(object, "waived", report, true);
}

static bool fill_contracts(cJSON *contracts, ispy_report *const *reports, size_t count) {
    for (size_t i = 0; i < count; i++) {
        cJSON *contract = cJSON_CreateObject();
        if (contract == NULL || !cJSON_AddItemToArray(contracts, contract)) {
            cJSON_Delete(contract);
            return false;
        }
        if (!fill_contract(contract, reports[i])) {
            return false;
        }
    }
    return true;
}

static ispy_verdict worst_of(ispy_report *const *reports, size_t count, ispy_verdict (*verdict)(const ispy_report *)) {
    ispy_verdict worst = ISPY_PASS;
    for (size_t i = 0; i < count; i++) {
        ispy_verdict own = verdict(reports[i]);
        worst = own < worst ? own : worst;
    }
    return worst;
}

static bool fill_root(cJSON *root, ispy_report *const *reports, size_t count) {
    const ispy_module *module = reports[0]->module;
    ispy_verdict verdict = worst_of(reports, count, ispy_report_verdict);
    ispy_verdict decision = worst_of(reports, count, ispy_report_decision);
    cJSON *contracts = cJSON_CreateArray();
    if (!put_str(root, "module", module->name) || !put_str(root, "path", module->path) ||
        !put_name(root, "verdict", ispy_verdict_name(verdict)) ||
        !put_name(root, "decision", ispy_verdict_name(decision))) {
        cJSON_Delete(contracts);
        return false;
    }
    return put(root, "contracts", contracts) && fill_contracts(contracts, reports, count);
}

int ispy_reports_json(ispy_str *out, ispy_report *const *reports, size_t count) {
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;
    int status = ISPY_ENOMEM;
    if (root == NULL || !fill_root(root, reports, count)) {
        goto done;
    }
    text = cJSON_PrintUnformatted(root);
    if (text != NULL) {
        status = ispy_arena_str(out, reports[0]->arena, text, strlen(text));
    }
done:
    cJSON_free(text);
    cJSON_Delete(root);
    return status;
}

/* --- the lines of a log ----------------------------------------------------------------------------------------------
 */

static bool put_count(cJSON *object, const char *key, double number) {
    return put(object, key, cJSON_CreateNumber(number));
}

static bool put_logged_finding(cJSON *findings, const ispy_finding *finding) {
    cJSON *object = cJSON_CreateObject();
    if (object == NULL || !cJSON_AddItemToArray(findings, object)) {
        cJSON_Delete(object);
        return false;
    }
    bool placed = finding->module_at.line > 0;
    return put_name(object, "code", finding->code) &&
           put_name(object, "severity", ispy_severity_name(finding->severity)) &&
           put_name(object, "verdict", ispy_verdict_name(finding->verdict)) &&
           (placed ? put_number(object, "line", finding->module_at.line) : put(object, "line", cJSON_CreateNull())) &&
           (placed ? put_number(object, "column", finding->module_at.column)
                   : put(object, "column", cJSON_CreateNull()));
}

/* `findings`, and under `left_out` how many are not among them. */
static bool put_logged_findings(cJSON *root, const ispy_log_entry *entry) {
    size_t total = 0;
    cJSON *findings = cJSON_CreateArray();
    if (!put(root, "findings", findings)) {
        return false;
    }
    for (size_t i = 0; i < entry->count; i++) {
        const ispy_report *report = entry->reports[i];
        for (size_t k = 0; k < report->count; k++, total++) {
            if (total < ISPY_LOG_MOST_FINDINGS && !put_logged_finding(findings, &report->entries[k].finding)) {
                return false;
            }
        }
    }
    return put_count(root, "left_out", total > ISPY_LOG_MOST_FINDINGS ? (double)(total - ISPY_LOG_MOST_FINDINGS) : 0.0);
}

static bool put_logged_contracts(cJSON *root, const ispy_log_entry *entry) {
    cJSON *contracts = cJSON_CreateArray();
    if (!put(root, "contracts", contracts)) {
        return false;
    }
    for (size_t i = 0; i < entry->count; i++) {
        cJSON *holder = cJSON_CreateObject(); /* owned: put_str knows objects only */
        cJSON *path = NULL;
        bool done = holder != NULL && put_str(holder, "path", ispy_contract_path(entry->reports[i]->contract));
        path = done ? cJSON_DetachItemFromObject(holder, "path") : NULL;
        cJSON_Delete(holder);
        if (path == NULL || !cJSON_AddItemToArray(contracts, path)) {
            cJSON_Delete(path);
            return false;
        }
    }
    return true;
}

static bool fill_line(cJSON *root, const ispy_log_entry *entry) {
    return put_name(root, "time", entry->time) && put_count(root, "pid", (double)entry->process) &&
           put_str(root, "module", entry->module) && put_str(root, "path", entry->path) &&
           put_name(root, "way", entry->way) && put(root, "bound", cJSON_CreateBool(entry->bound)) &&
           put_name(root, "verdict", ispy_verdict_name(entry->verdict)) && put_name(root, "outcome", entry->outcome) &&
           put_name(root, "mode", ispy_mode_name(entry->mode)) && put_logged_contracts(root, entry) &&
           put_logged_findings(root, entry) && put_count(root, "microseconds", (double)entry->microseconds);
}

/* Appends JSON with everything beyond printable ASCII escaped: some readers take U+2028 for a line end, and a name may
 * turn the direction of writing. Such characters are in strings only. */
static void append_ascii(ispy_text *line, const char *json) {
    size_t length = strlen(json);
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t size = ispy_utf8_step(json + at, length - at, &point);
        if (point < 0x7F) {
            ispy_text_append(line, json + at, size);
        } else if (point < 0x10000) {
            ispy_text_printf(line, "\\u%04x", (unsigned int)point);
        } else {
            ispy_text_printf(line, "\\u%04x\\u%04x", 0xD800 + (unsigned int)((point - 0x10000) >> 10),
                             0xDC00 + (unsigned int)((point - 0x10000) & 0x3FF));
        }
        at += size;
    }
}

int ispy_log_line(ispy_str *out, const ispy_log_entry *entry, ispy_arena *arena) {
    cJSON *root = cJSON_CreateObject();
    char *text = NULL;
    ispy_text line = ISPY_TEXT_EMPTY;
    int status = ISPY_ENOMEM;
    if (root != NULL && fill_line(root, entry) && (text = cJSON_PrintUnformatted(root)) != NULL) {
        append_ascii(&line, text);
        ispy_text_char(&line, '\n');
        status = ispy_text_take(out, &line, arena);
    }
    ispy_text_free(&line);
    cJSON_free(text);
    cJSON_Delete(root);
    return status;
}
