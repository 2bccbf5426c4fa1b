/* ISPY313, 410: how many things a clause selects. */
#include "rules/rule.h"

static ispy_shown number_text(const ispy_question *question, const char *before, uint32_t number, const char *after,
                              int *status) {
    ispy_text text = ISPY_TEXT_EMPTY;
    ispy_str shown = {NULL, 0, 0};
    ispy_text_printf(&text, "%s%u%s", before, (unsigned)number, after);
    *status = text.failed ? ISPY_ENOMEM : ispy_text_take(&shown, &text, question->arena);
    ispy_text_free(&text);
    return ispy_show_text(shown);
}

static ispy_evidence off_by(const ispy_question *question, bool too_few, ispy_verdict verdict) {
    const ispy_counted *counted = question->counted;
    int first = ISPY_OK;
    int second = ISPY_OK;
    ispy_shown wanted = too_few ? number_text(question, "at least ", question->select->at_least, "", &first)
                                : number_text(question, "at most ", question->select->at_most, "", &first);
    ispy_shown found = number_text(question, "", counted->sure, verdict == ISPY_FAIL ? "" : " for certain", &second);
    if (first != ISPY_OK || second != ISPY_OK) {
        return ispy_evidence_broken(ISPY_ENOMEM);
    }
    if (verdict == ISPY_FAIL) {
        ispy_evidence evidence = ispy_evidence_fail(wanted, found);
        evidence.at = counted->beyond;
        return evidence;
    }
    ispy_evidence open =
        ispy_evidence_open(counted->open != ISPY_REASON_NONE ? counted->open : counted->reason, wanted, found);
    open.at = counted->open_at;
    return open;
}

ispy_evidence ispy_rule_selected_count(const ispy_question *question) {
    const ispy_counted *counted = question->counted;
    const ispy_selection *select = question->select;
    bool is_open = counted->open != ISPY_REASON_NONE;
    uint32_t most = counted->sure + counted->possible;
    if (counted->sure > select->at_most) {
        return off_by(question, false, ISPY_FAIL);
    }
    if (most < select->at_least && !is_open) {
        return off_by(question, true, ISPY_FAIL);
    }
    if (counted->sure < select->at_least) {
        return off_by(question, true, ISPY_UNPROVABLE);
    }
    if (most > select->at_most || (is_open && select->at_most != UINT32_MAX)) {
        return off_by(question, false, ISPY_UNPROVABLE);
    }
    if (is_open && counted->demands) {
        ispy_evidence open = ispy_evidence_open(counted->open, ispy_show_nothing(), ispy_show_nothing());
        open.at = counted->open_at;
        open.message = "there may be further ones that '{subject}' selects, and what they are cannot be seen";
        return open;
    }
    return ispy_evidence_pass();
}
