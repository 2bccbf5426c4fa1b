/* The names of verdicts, reasons and modes.
 * Must not know: who decides them. */
#include <importspy/verdict.h>

#include <stddef.h>

#define REASON_NAME(id, name, text) name,
#define REASON_TEXT(id, name, text) text,
static const char *const reason_names[] = {ISPY_REASONS(REASON_NAME)};
static const char *const reason_texts[] = {ISPY_REASONS(REASON_TEXT)};
#undef REASON_NAME
#undef REASON_TEXT

static const char *const verdict_names[] = {"fail", "unprovable", "pass"};
static const char *const severity_names[] = {"off", "info", "warn", "error"};
static const char *const mode_names[] = {"enforce", "warn", "audit", "off"};
static const char *const unprovable_names[] = {"confirm", "deny", "allow"};

/* An enumeration's type may be signed: a negative value becomes a large index. */
static const char *name_at(const char *const *names, size_t count, size_t index) {
    return index < count ? names[index] : "?";
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *ispy_verdict_name(ispy_verdict verdict) {
    return name_at(verdict_names, COUNT(verdict_names), (size_t)verdict);
}

const char *ispy_reason_name(ispy_reason reason) {
    return name_at(reason_names, COUNT(reason_names), (size_t)reason);
}

const char *ispy_reason_text(ispy_reason reason) {
    return name_at(reason_texts, COUNT(reason_texts), (size_t)reason);
}

const char *ispy_severity_name(ispy_severity severity) {
    return name_at(severity_names, COUNT(severity_names), (size_t)severity);
}

const char *ispy_mode_name(ispy_mode mode) {
    return name_at(mode_names, COUNT(mode_names), (size_t)mode);
}

const char *ispy_unprovable_name(ispy_unprovable unprovable) {
    return name_at(unprovable_names, COUNT(unprovable_names), (size_t)unprovable);
}
