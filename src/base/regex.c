/* PCRE2 behind regex.h.
 * Must not know: contracts, what is matched.
 *
 * No JIT: it would need memory that is writable and executable in the host's process, and has other limits.
 */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <string.h>

struct ispy_regex {
    const pcre2_code *code; /* in the arena, like this */
};

/* ---- memory of the arena, freed with it ---- */

static void *take(size_t size, void *arena) {
    return ispy_arena_reserve(arena, size);
}

static void leave(void *memory, void *arena) {
    (void)memory;
    (void)arena;
}

/* ---- what PCRE2 would take in several ways ---- */

/* Skips a character class, from behind its "[". A "]" that comes first belongs to it. */
static size_t skip_class(ispy_str pattern, size_t i) {
    i += i < pattern.length && pattern.data[i] == '^' ? 1 : 0;
    i += i < pattern.length && pattern.data[i] == ']' ? 1 : 0;
    while (i < pattern.length && pattern.data[i] != ']') {
        i += pattern.data[i] == '\\' ? 2 : 1;
    }
    return i;
}

/* "a{,3}" is up to three to Python and to PCRE2 from 10.43 on, and just these characters to older ones. */
static bool find_open_repeat(ispy_str pattern, size_t *at) {
    for (size_t i = 0; i + 1 < pattern.length; i++) {
        if (pattern.data[i] == '\\') {
            i++;
        } else if (pattern.data[i] == '[') {
            i = skip_class(pattern, i + 1);
        } else if (pattern.data[i] == '{' && pattern.data[i + 1] == ',') {
            *at = i;
            return true;
        }
    }
    return false;
}

/* "(*LIMIT_MATCH=...)", "(*UTF)" and their like would change what is set here. */
static bool has_settings(ispy_str pattern) {
    return pattern.length >= 2 && memcmp(pattern.data, "(*", 2) == 0;
}

static int refuse(ispy_regex_fault *fault, ispy_str pattern, size_t bytes, const char *message) {
    fault->offset = 0;
    for (size_t i = 0; i < bytes && i < pattern.length; i++) {
        fault->offset += ((unsigned char)pattern.data[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    snprintf(fault->message, sizeof fault->message, "%s", message);
    return ISPY_EINVAL;
}

/* ---- compiling ---- */

static int compile(const pcre2_code **out, pcre2_general_context *memory, ispy_str pattern, ispy_regex_fault *fault) {
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    if (context == NULL || pcre2_set_newline(context, PCRE2_NEWLINE_LF) != 0 ||
        pcre2_set_bsr(context, PCRE2_BSR_UNICODE) != 0) {
        return ISPY_ENOMEM;
    }
    /* with ALT_CIRCUMFLEX, "(?m)^" is also behind the last line end, as in Python */
    const uint32_t options =
        PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALT_CIRCUMFLEX;
    int error = 0;
    PCRE2_SIZE offset = 0;
    *out = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.length, options, &error, &offset, context);
    if (*out != NULL) {
        return ISPY_OK;
    }
    if (error == PCRE2_ERROR_HEAP_FAILED) {
        return ISPY_ENOMEM;
    }
    PCRE2_UCHAR message[sizeof fault->message];
    pcre2_get_error_message(error, message, sizeof message);
    return refuse(fault, pattern, offset, (const char *)message);
}

int ispy_regex_compile(const ispy_regex **out, ispy_arena *arena, ispy_str pattern, ispy_regex_fault *fault) {
    size_t at;
    if (pattern.length > ISPY_REGEX_MAX_BYTES) {
        char message[sizeof fault->message];
        snprintf(message, sizeof message, "it has more than %d bytes", ISPY_REGEX_MAX_BYTES);
        return refuse(fault, pattern, ISPY_REGEX_MAX_BYTES, message);
    }
    if (has_settings(pattern)) {
        return refuse(fault, pattern, 0, "it begins with '(*', which would change how patterns are read");
    }
    if (find_open_repeat(pattern, &at)) {
        return refuse(fault, pattern, at, "a repetition without a lower bound means different things: write {0,n}");
    }
    pcre2_general_context *memory = pcre2_general_context_create(take, leave, arena);
    ispy_regex *regex = ispy_arena_alloc(arena, sizeof *regex);
    if (memory == NULL || regex == NULL) {
        return ISPY_ENOMEM;
    }
    int status = compile(&regex->code, memory, pattern, fault);
    if (status == ISPY_OK) {
        *out = regex;
    }
    return status;
}

/* ---- matching ---- */

/* What plain patterns stay below. */
static uint32_t few_steps(uint32_t length) {
    return 4 * length + 1000;
}

/* A step may look at every byte of the text (a lookahead, say), so a long text has fewer. */
static uint32_t most_steps(uint32_t length) {
    uint32_t steps = (uint32_t)ISPY_REGEX_MAX_WORK / (length + 1);
    return steps < ISPY_REGEX_MAX_STEPS ? steps : ISPY_REGEX_MAX_STEPS;
}

static bool is_limit(int code) {
    return code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT || code == PCRE2_ERROR_HEAPLIMIT;
}

static int try_match(const ispy_regex *regex, ispy_str subject, pcre2_match_data *data, pcre2_match_context *context,
                     uint32_t steps) {
    pcre2_set_match_limit(context, steps);
    pcre2_set_depth_limit(context, steps);
    pcre2_set_heap_limit(context, ISPY_REGEX_MAX_HEAP);
    return pcre2_match(regex->code, (PCRE2_SPTR)subject.data, subject.length, 0, 0, data, context);
}

static ispy_regex_answer answer_of(int code, pcre2_match_data *data, uint32_t length) {
    if (code == PCRE2_ERROR_NOMATCH) {
        return ISPY_REGEX_NO;
    }
    if (code < 0) {
        return ISPY_REGEX_UNDECIDED;
    }
    /* (*ACCEPT) and \K do as they like with the ends of a match */
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(data);
    return ends[0] == 0 && ends[1] == length ? ISPY_REGEX_YES : ISPY_REGEX_NO;
}

int ispy_regex_match(ispy_regex_answer *out, const ispy_regex *regex, ispy_str subject, uint32_t *tries) {
    *out = ISPY_REGEX_UNDECIDED;
    if (subject.data == NULL || subject.length > ISPY_REGEX_MAX_SUBJECT) {
        return ISPY_OK;
    }
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);       /* owned */
    pcre2_match_context *context = pcre2_match_context_create(NULL); /* owned */
    int status = data != NULL && context != NULL ? ISPY_OK : ISPY_ENOMEM;
    if (status == ISPY_OK) {
        int code = try_match(regex, subject, data, context, few_steps(subject.length));
        if (is_limit(code) && *tries > 0) {
            --*tries;
            code = try_match(regex, subject, data, context, most_steps(subject.length));
        }
        status = code == PCRE2_ERROR_NOMEMORY ? ISPY_ENOMEM : ISPY_OK;
        *out = answer_of(code, data, subject.length);
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return status;
}
