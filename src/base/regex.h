/* Regular expressions that have to fit a whole text, in bounded time. regex.c alone sees pcre2.h.
 *
 * The dialect is PCRE2's with UTF-8 and Unicode properties; docs/contract.md says which part means the same as in
 * Python's re. A compiled pattern is immutable and may be matched by any number of threads at once.
 */
#ifndef ISPY_BASE_REGEX_H
#define ISPY_BASE_REGEX_H

#include <importspy/base.h>

enum {
    ISPY_REGEX_MAX_BYTES = 1024,             /* of a pattern */
    ISPY_REGEX_MAX_SUBJECT = 16 * 1024,      /* bytes of a text that is matched; a longer one cannot be decided */
    ISPY_REGEX_MAX_STEPS = 200 * 1000,       /* calls of PCRE2's matcher for a short text; fewer for a long one */
    ISPY_REGEX_MAX_WORK = 200 * 1000 * 1000, /* steps times bytes, about */
    ISPY_REGEX_MAX_HEAP = 16 * 1024,         /* KiB that one match may take */
    ISPY_REGEX_TRIES = 16                    /* texts of one value that may take more than a few steps for each byte */
};

typedef struct ispy_regex ispy_regex;

/* Why a pattern was refused. */
typedef struct ispy_regex_fault {
    uint32_t offset; /* code points before the place */
    char message[160];
} ispy_regex_fault;

/* All that the pattern is made of lives in `arena`. ISPY_OK, ISPY_ENOMEM, or ISPY_EINVAL: see `fault`. */
int ispy_regex_compile(const ispy_regex **out, ispy_arena *arena, ispy_str pattern, ispy_regex_fault *fault);

typedef enum ispy_regex_answer {
    ISPY_REGEX_NO,
    ISPY_REGEX_YES,
    ISPY_REGEX_UNDECIDED /* it would take too long, or the text is no UTF-8 */
} ispy_regex_answer;

/* Whether the pattern fits `subject` from its first to its last byte. What takes more than a few steps for each byte
 * costs one of the `tries`; with none left, it is undecided: so a list of many texts is bounded as well. ISPY_OK or
 * ISPY_ENOMEM. */
int ispy_regex_match(ispy_regex_answer *out, const ispy_regex *regex, ispy_str subject, uint32_t *tries);

#endif
