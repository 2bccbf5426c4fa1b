/* See place_facts.h. */
#include "rules/place_facts.h"

/* ---- words ---- */

/* Other spellings of the same thing, in lower case, the first one standing for all. */
static const char *const synonyms[][4] = {
    {"x86_64", "amd64", "x64", NULL},
    {"aarch64", "arm64", NULL, NULL},
    {"darwin", "macos", NULL, NULL},
};

/* A word, and the machines that it stands for besides. */
static const char *const families[][8] = {
    {"arm", "armv5tel", "armv6l", "armv7l", "armv7", "armv7hl", "armv8l", NULL},
    {"i386", "i486", "i586", "i686", "x86", NULL},
    {"mips64", "mips64el", NULL},
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(ispy_str word, const char *other, size_t length) {
    if (word.data == NULL || word.length != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (lower(word.data[i]) != lower(other[i])) {
            return false;
        }
    }
    return true;
}

static size_t length_of(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}

static bool is_one_of(ispy_str word, const char *const *group, size_t most) {
    for (size_t i = 0; i < most && group[i] != NULL; i++) {
        if (same_word(word, group[i], length_of(group[i]))) {
            return true;
        }
    }
    return false;
}

bool ispy_same_platform(ispy_str wanted, ispy_str found) {
    if (found.data != NULL && same_word(wanted, found.data, found.length)) {
        return true;
    }
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (is_one_of(wanted, synonyms[i], 4) && is_one_of(found, synonyms[i], 4)) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (is_one_of(wanted, families[i], 1) && is_one_of(found, families[i], 8)) {
            return true;
        }
    }
    return false;
}

static bool is_known(ispy_str text) {
    return text.data != NULL && text.length > 0;
}

ispy_verdict ispy_place_words(const ispy_words *wanted, ispy_str found) {
    ispy_verdict verdict = wanted->count == 0 ? ISPY_PASS : is_known(found) ? ISPY_FAIL : ISPY_UNPROVABLE;
    for (uint32_t i = 0; i < wanted->count && verdict == ISPY_FAIL; i++) {
        verdict = ispy_same_platform(wanted->words[i], found) ? ISPY_PASS : ISPY_FAIL;
    }
    return verdict;
}

/* ---- versions and amounts ---- */

ispy_verdict ispy_place_python(const ispy_condition *condition, const ispy_context *context) {
    if (condition->python == NULL) {
        return ISPY_PASS;
    }
    return is_known(context->python_version) ? ispy_version_spec_admits(condition->python, context->python_version)
                                             : ISPY_UNPROVABLE;
}

ispy_verdict ispy_place_libc(const ispy_condition *condition, const ispy_context *context) {
    if (condition->libc_count == 0) {
        return ISPY_PASS;
    }
    ispy_verdict any = is_known(context->libc) ? ISPY_FAIL : ISPY_UNPROVABLE;
    for (uint32_t i = 0; i < condition->libc_count && is_known(context->libc); i++) {
        const ispy_component_clause *libc = &condition->libc[i];
        if (!ispy_same_platform(libc->name, context->libc)) {
            continue;
        }
        ispy_verdict verdict = libc->version == NULL ? ISPY_PASS
                               : !is_known(context->libc_version)
                                   ? ISPY_UNPROVABLE
                                   : ispy_version_spec_admits(libc->version, context->libc_version);
        any = verdict > any ? verdict : any;
    }
    return any;
}

ispy_verdict ispy_place_amount(const ispy_amount *wanted, uint64_t found) {
    if (wanted == NULL) {
        return ISPY_PASS;
    }
    return found == 0 ? ISPY_UNPROVABLE : found >= wanted->value ? ISPY_PASS : ISPY_FAIL;
}

/* ---- hosts, distributions, commands ---- */

const ispy_component *ispy_component_find(const ispy_components *components, ispy_str name) {
    for (uint32_t i = 0; i < components->count; i++) {
        if (ispy_str_equal(components->items[i].name, name)) {
            return &components->items[i];
        }
    }
    return NULL;
}

ispy_verdict ispy_component_is_there(const ispy_component *component) {
    ispy_standing standing = component != NULL ? component->standing : ISPY_STANDING_UNKNOWN;
    return standing == ISPY_STANDING_PRESENT  ? ISPY_PASS
           : standing == ISPY_STANDING_ABSENT ? ISPY_FAIL
                                              : ISPY_UNPROVABLE;
}

ispy_verdict ispy_component_version(const ispy_component_clause *wanted, const ispy_component *component) {
    if (wanted->version == NULL || ispy_component_is_there(component) != ISPY_PASS) {
        return ISPY_PASS;
    }
    return is_known(component->version) ? ispy_version_spec_admits(wanted->version, component->version)
                                        : ISPY_UNPROVABLE;
}

ispy_verdict ispy_component_extras(const ispy_component_clause *wanted, const ispy_component *component,
                                   ispy_str *missing) {
    if (ispy_component_is_there(component) != ISPY_PASS) {
        return ISPY_PASS;
    }
    for (uint32_t i = 0; i < wanted->extra_count; i++) {
        bool has = false;
        for (uint32_t j = 0; j < component->extra_count && !has; j++) {
            has = ispy_str_equal(wanted->extras[i], component->extras[j]);
        }
        if (!has) {
            *missing = wanted->extras[i];
            return ISPY_FAIL;
        }
    }
    return ISPY_PASS;
}

/* ---- environment variables ---- */

ispy_variable_standing ispy_variable_find(ispy_str *value, const ispy_context *context, ispy_str name) {
    for (uint32_t i = 0; i < context->environment_count; i++) {
        if (ispy_str_equal(context->environment[i].name, name)) {
            *value = context->environment[i].value;
            return value->data != NULL ? ISPY_VARIABLE_SET : ISPY_VARIABLE_UNSET;
        }
    }
    return ISPY_VARIABLE_UNKNOWN;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_integer(ispy_str text) {
    uint32_t at = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
    bool is = at < text.length;
    for (; at < text.length && is; at++) {
        is = is_digit(text.data[at]);
    }
    return is;
}

static bool is_boolean(ispy_str text) {
    static const char *const words[] = {"1", "0", "true", "false", "yes", "no", "on", "off"};
    return is_one_of(text, words, sizeof words / sizeof *words);
}

/* RFC 3986, as far as a slip of the hand would show: scheme "://" at least one character, nothing blank. */
static bool is_url(ispy_str text) {
    uint32_t at = 0;
    while (at < text.length &&
           (is_letter(text.data[at]) || (at > 0 && (is_digit(text.data[at]) || text.data[at] == '+' ||
                                                    text.data[at] == '-' || text.data[at] == '.')))) {
        at++;
    }
    bool is =
        at > 0 && text.length > at + 3 && text.data[at] == ':' && text.data[at + 1] == '/' && text.data[at + 2] == '/';
    for (; at < text.length && is; at++) {
        unsigned char c = (unsigned char)text.data[at];
        is = c > ' ' && c != 0x7F;
    }
    return is;
}

bool ispy_variable_has_type(ispy_variable_type type, ispy_str value) {
    switch (type) {
    case ISPY_VARIABLE_INTEGER:
        return is_integer(value);
    case ISPY_VARIABLE_BOOLEAN:
        return is_boolean(value);
    case ISPY_VARIABLE_URL:
        return is_url(value);
    default:
        return true;
    }
}

void ispy_variable_judge(ispy_value_answer *out, const ispy_environment_clause *clause, ispy_str value) {
    static const ispy_question nobody = {0}; /* a demand on a text asks nothing of the module */
    const ispy_literal text = {.kind = ISPY_LITERAL_STR, .text = value};
    if (clause->value == NULL) {
        *out = (ispy_value_answer){.verdict = ISPY_PASS};
        return;
    }
    ispy_value_judge(out, &nobody, clause->value, &text, true);
}
