/* Findings, and what they come to. */
#include "report/report.h"

#include <string.h>

int ispy_report_new(ispy_report **out, const ispy_contract *contract, const ispy_module *module) {
    ispy_arena *arena = ispy_arena_new();
    ispy_report *report = arena != NULL ? ispy_arena_alloc(arena, sizeof *report) : NULL;
    if (report == NULL) {
        ispy_arena_free(arena);
        return ISPY_ENOMEM;
    }
    report->arena = arena;
    report->contract = contract;
    report->module = module;
    *out = report;
    return ISPY_OK;
}

void ispy_report_free(ispy_report *report) {
    if (report != NULL) {
        ispy_arena_free(report->arena);
    }
}

int ispy_report_add(ispy_report *report, const ispy_entry *entry) {
    if (report->count == report->capacity) {
        size_t capacity = report->capacity == 0 ? 8 : report->capacity * 2;
        ispy_entry *entries = ispy_arena_array(report->arena, capacity, sizeof *entries);
        if (entries == NULL) {
            return ISPY_ENOMEM;
        }
        if (report->count > 0) {
            memcpy(entries, report->entries, report->count * sizeof *entries);
        }
        report->entries = entries;
        report->capacity = capacity;
    }
    report->entries[report->count++] = *entry;
    return ISPY_OK;
}

static int copy_alternatives(ispy_finding *finding, ispy_arena *arena) {
    if (finding->alternatives == NULL) {
        return ISPY_OK;
    }
    ispy_alternative *copies = ispy_arena_array(arena, finding->alternative_count, sizeof *copies);
    if (copies == NULL) {
        return ISPY_ENOMEM;
    }
    for (size_t i = 0; i < finding->alternative_count; i++) {
        copies[i] = finding->alternatives[i];
        if (ispy_arena_str(&copies[i].message, arena, copies[i].message.data, copies[i].message.length) != ISPY_OK) {
            return ISPY_ENOMEM;
        }
    }
    finding->alternatives = copies;
    return ISPY_OK;
}

int ispy_report_copy(ispy_report *report, const ispy_entry *entry) {
    ispy_entry copy = *entry;
    ispy_str *const texts[] = {&copy.finding.subject, &copy.finding.message, &copy.finding.wanted,
                               &copy.finding.found,   &copy.finding.hint,    &copy.finding.contract_path};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int status = ISPY_OK;
        if (texts[i]->data != NULL) {
            status = ispy_arena_str(texts[i], report->arena, texts[i]->data, texts[i]->length);
        }
        if (status != ISPY_OK) {
            return status;
        }
    }
    int status = copy_alternatives(&copy.finding, report->arena);
    return status != ISPY_OK ? status : ispy_report_add(report, &copy);
}

ispy_verdict ispy_report_verdict(const ispy_report *report) {
    ispy_verdict verdict = ISPY_PASS;
    for (size_t i = 0; i < report->count; i++) {
        const ispy_finding *finding = &report->entries[i].finding;
        if (finding->severity == ISPY_SEVERITY_ERROR && finding->verdict < verdict) {
            verdict = finding->verdict;
        }
    }
    return verdict;
}

ispy_verdict ispy_report_decision(const ispy_report *report) {
    ispy_verdict verdict = ispy_report_verdict(report);
    if (verdict != ISPY_UNPROVABLE) {
        return verdict;
    }
    switch (report->contract->unprovable) {
    case ISPY_ALLOW:
        return ISPY_PASS;
    case ISPY_DENY:
        return ISPY_FAIL;
    default:
        return ispy_report_is_final(report) ? ISPY_FAIL : ISPY_UNPROVABLE;
    }
}

bool ispy_report_follows(const ispy_report *report) {
    return report->follows;
}

bool ispy_report_is_final(const ispy_report *report) {
    bool final = false;
    for (size_t i = 0; i < report->count; i++) {
        const ispy_finding *finding = &report->entries[i].finding;
        final = final || (finding->severity == ISPY_SEVERITY_ERROR && finding->is_final);
    }
    return final;
}

size_t ispy_report_count(const ispy_report *report) {
    return report->count;
}

const ispy_finding *ispy_report_get(const ispy_report *report, size_t index) {
    return index < report->count ? &report->entries[index].finding : NULL;
}

const ispy_contract *ispy_report_contract(const ispy_report *report) {
    return report->contract;
}

const ispy_module *ispy_report_module(const ispy_report *report) {
    return report->module;
}

ispy_str ispy_report_label(const ispy_report *report) {
    const ispy_module *module = report->module;
    if (module->path.data != NULL && module->path.length > 0) {
        return module->path;
    }
    if (module->name.data != NULL && module->name.length > 0) {
        return module->name;
    }
    return ispy_str_literal("<module>");
}
