/* Answers questions about versions, specifiers, globs and regular expressions, so that a test can hold them against
 * independent implementations: one question a line on standard input, one answer a line on standard output.
 *
 *     parse V                       "valid" and the parts of its release, or "invalid"
 *     compare A B                   "-1", "0", "1", or "invalid"
 *     contains SPEC V PRERELEASES   "yes", "no", or "invalid"; PRERELEASES is "yes" or "no"
 *     glob PATTERN TEXT SEPARATOR   "yes" or "no"
 *     prefix PATTERN                bytes
 *     match PATTERN TEXT            "yes", "no", "undecided", or "invalid"
 *
 * Fields are parted by one tab; in a field, "\t", "\n", "\0" and "\\" stand for a tab, a line end, a NUL, a backslash.
 */
#include "base/glob.h"
#include "base/regex.h"
#include "base/version.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_LINE = 1 << 20, FIELDS = 4 };

static char unescape(char c) {
    return (char)(c == 't' ? '\t' : c == 'n' ? '\n' : c == '0' ? '\0' : c);
}

/* Splits the line in place. */
static size_t split(char *line, ispy_str *fields) {
    size_t count = 0;
    for (char *in = line; count < FIELDS; in++) {
        char *begin = in;
        char *out = in;
        for (; *in != '\t' && *in != '\n' && *in != '\0'; in++) {
            if (*in == '\\' && in[1] != '\0') {
                in++;
                *out++ = unescape(*in);
            } else {
                *out++ = *in;
            }
        }
        char end = *in;
        *out = '\0';
        fields[count++] = ispy_str_of(begin, (size_t)(out - begin));
        if (end != '\t') {
            break;
        }
    }
    return count;
}

static bool is(ispy_str text, const char *word) {
    return ispy_str_equal(text, ispy_str_literal(word));
}

static void answer_parse(ispy_arena *arena, const ispy_str *fields) {
    const ispy_version *version;
    if (ispy_version_parse(&version, arena, fields[1]) == ISPY_OK) {
        printf("valid %zu\n", ispy_version_release_count(version));
    } else {
        puts("invalid");
    }
}

static void answer_compare(ispy_arena *arena, const ispy_str *fields) {
    const ispy_version *a;
    const ispy_version *b;
    if (ispy_version_parse(&a, arena, fields[1]) == ISPY_OK && ispy_version_parse(&b, arena, fields[2]) == ISPY_OK) {
        int order = ispy_version_compare(a, b);
        printf("%d\n", (order > 0) - (order < 0));
    } else {
        puts("invalid");
    }
}

static void answer_contains(ispy_arena *arena, const ispy_str *fields) {
    const ispy_specifiers *specifiers;
    const ispy_version *version;
    if (ispy_specifiers_parse(&specifiers, arena, fields[1]) == ISPY_OK &&
        ispy_version_parse(&version, arena, fields[2]) == ISPY_OK) {
        puts(ispy_specifiers_contain(specifiers, version, is(fields[3], "yes")) ? "yes" : "no");
    } else {
        puts("invalid");
    }
}

static void answer_glob(ispy_arena *arena, const ispy_str *fields) {
    (void)arena;
    puts(ispy_glob_match(fields[1], fields[2], fields[3].data[0]) ? "yes" : "no");
}

static void answer_prefix(ispy_arena *arena, const ispy_str *fields) {
    (void)arena;
    printf("%zu\n", ispy_glob_prefix(fields[1]));
}

static void answer_match(ispy_arena *arena, const ispy_str *fields) {
    static const char *const answers[] = {
        [ISPY_REGEX_NO] = "no", [ISPY_REGEX_YES] = "yes", [ISPY_REGEX_UNDECIDED] = "undecided"};
    const ispy_regex *regex;
    ispy_regex_fault fault;
    ispy_regex_answer said = ISPY_REGEX_UNDECIDED;
    uint32_t tries = ISPY_REGEX_TRIES;
    bool valid = ispy_regex_compile(&regex, arena, fields[1], &fault) == ISPY_OK;
    if (valid && ispy_regex_match(&said, regex, fields[2], &tries) == ISPY_OK) {
        puts(answers[said]);
    } else {
        puts("invalid");
    }
}

static const struct {
    const char *name;
    size_t fields;
    void (*answer)(ispy_arena *arena, const ispy_str *fields);
} questions[] = {
    {"parse", 2, answer_parse}, {"compare", 3, answer_compare}, {"contains", 4, answer_contains},
    {"glob", 4, answer_glob},   {"prefix", 2, answer_prefix},   {"match", 3, answer_match},
};

static bool answer(char *line) {
    ispy_str fields[FIELDS];
    size_t count = split(line, fields);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        if (is(fields[0], questions[i].name) && count == questions[i].fields) {
            ispy_arena *arena = ispy_arena_new();
            if (arena == NULL) {
                return false;
            }
            questions[i].answer(arena, fields);
            ispy_arena_free(arena);
            return true;
        }
    }
    return false;
}

int main(void) {
    static char line[LONGEST_LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strchr(line, '\n') == NULL || !answer(line)) {
            fputs("version_driver: no such question\n", stderr);
            return 2;
        }
    }
    return 0;
}
