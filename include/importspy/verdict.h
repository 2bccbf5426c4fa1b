/* The words that verdicts are made of: three values, the reasons for the third, what a contract makes of them. */
#ifndef IMPORTSPY_VERDICT_H
#define IMPORTSPY_VERDICT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Kleene's three values, ordered so that ALL is the minimum and ANY the maximum. */
typedef enum ispy_verdict { ISPY_FAIL = 0, ISPY_UNPROVABLE = 1, ISPY_PASS = 2 } ispy_verdict;

/* Why something is unprovable: identifier, name in reports, sentence for people. */
#define ISPY_REASONS(X)                                                                                                \
    X(NONE, "", "")                                                                                                    \
    X(DYNAMIC_VALUE, "dynamic-value", "the value is computed when the module runs")                                    \
    X(STAR_IMPORT, "star-import", "'from ... import *' may bring in or replace names")                                 \
    X(CONDITIONAL, "conditional", "it is defined in a branch that is decided when the module runs")                    \
    X(DYNAMIC_NAMESPACE, "dynamic-namespace", "the module changes its own namespace while it runs")                    \
    X(MODULE_GETATTR, "module-getattr", "a module-level __getattr__ may provide any name")                             \
    X(NO_SOURCE, "no-source", "there is no source text to read")                                                       \
    X(DECORATED, "decorated", "a decorator may have replaced it")                                                      \
    X(UNRESOLVED_BASE, "unresolved-base", "a base class is defined in another module")                                 \
    X(METACLASS, "metaclass", "a metaclass or class decorator may change the class")                                   \
    X(IMPORTED, "imported", "it is imported from another module")                                                      \
    X(ALIASED, "aliased", "the name stands for another object")                                                        \
    X(ANNOTATION_UNKNOWN, "annotation-unknown", "the annotation names something that cannot be resolved")              \
    X(SIGNATURE_UNKNOWN, "signature-unknown", "the object does not say what parameters it takes")                      \
    X(INSTANCE_ONLY, "instance-only", "instance attributes exist only on instances")                                   \
    X(CLASS_GETATTR, "class-getattr", "the class's own __getattr__ may provide any name")                              \
    X(OPEN_CALL, "open-call", "the contract does not say how many arguments the host passes")                          \
    X(PATTERN_LIMIT, "pattern-limit", "matching the pattern takes more steps than are allowed")                        \
    X(CONTEXT_UNKNOWN, "context-unknown", "it is not known of the place where the module runs")                        \
    X(SOURCE_NOT_FOUND, "source-not-found", "the module that it comes from is not found without importing anything")   \
    X(SOURCE_AMBIGUOUS, "source-ambiguous", "it is not certain which file the module that it comes from is")           \
    X(SOURCE_UNREADABLE, "source-unreadable", "the module that it comes from cannot be read or parsed")                \
    X(FOLLOW_LIMIT, "follow-limit", "to find it, more would have to be read of other modules than is allowed")         \
    X(COMPUTED_NAME, "computed-name", "the name is computed when the module runs")                                     \
    X(RUNS_TEXT, "runs-text", "it executes a text that is computed when the module runs")                              \
    X(HANDED_ON, "handed-on", "it is handed on as a value, and may be called elsewhere")

#define ISPY_REASON_ID(id, name, text) ISPY_REASON_##id,
typedef enum ispy_reason { ISPY_REASONS(ISPY_REASON_ID) ISPY_REASON_COUNT } ispy_reason;
#undef ISPY_REASON_ID

typedef enum ispy_severity {
    ISPY_SEVERITY_OFF,
    ISPY_SEVERITY_INFO,
    ISPY_SEVERITY_WARN,
    ISPY_SEVERITY_ERROR
} ispy_severity;

/* What happens to a module that breaks its contract. */
typedef enum ispy_mode { ISPY_MODE_ENFORCE, ISPY_MODE_WARN, ISPY_MODE_AUDIT, ISPY_MODE_OFF } ispy_mode;

/* What happens to a clause that the source can neither prove nor refute. */
typedef enum ispy_unprovable { ISPY_CONFIRM, ISPY_DENY, ISPY_ALLOW } ispy_unprovable;

/* Static texts, never NULL; "?" for a value outside the enumeration. */
const char *ispy_verdict_name(ispy_verdict verdict); /* "fail", "unprovable", "pass" */
const char *ispy_reason_name(ispy_reason reason);
const char *ispy_reason_text(ispy_reason reason);
const char *ispy_severity_name(ispy_severity severity); /* "off", "info", "warn", "error" */
const char *ispy_mode_name(ispy_mode mode);
const char *ispy_unprovable_name(ispy_unprovable unprovable);

#ifdef __cplusplus
}
#endif
#endif
