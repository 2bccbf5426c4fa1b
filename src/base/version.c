/* PEP 440: taking versions apart, and their order.
 * Must not know: specifiers. Nothing is copied or converted, so nothing can overflow. */
#include "base/version_parts.h"

#include "base/utf8.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

char ispy_ascii_lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c) {
    return is_digit(c) || (ispy_ascii_lower(c) >= 'a' && ispy_ascii_lower(c) <= 'z');
}

static bool is_separator(char c) {
    return c == '.' || c == '-' || c == '_';
}

static bool is_space(uint32_t point) {
    static const struct {
        uint32_t first;
        uint32_t last;
    } spaces[] = {
        {0x09, 0x0D},     {0x1C, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
        {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
    };
    for (size_t i = 0; i < COUNT(spaces); i++) {
        if (point >= spaces[i].first && point <= spaces[i].last) {
            return true;
        }
    }
    return false;
}

/* Bytes of the white space at `text`'s begin, up to its first other character. */
static size_t leading_space(ispy_slice text) {
    size_t i = 0;
    while (i < text.length) {
        uint32_t point;
        size_t step = ispy_utf8_step(text.data + i, text.length - i, &point);
        if (!is_space(point)) {
            break;
        }
        i += step;
    }
    return i;
}

ispy_slice ispy_slice_strip(ispy_slice text) {
    size_t begin = leading_space(text);
    size_t end = begin; /* behind the last character that is no white space */
    for (size_t i = begin; i < text.length;) {
        uint32_t point;
        i += ispy_utf8_step(text.data + i, text.length - i, &point);
        end = is_space(point) ? end : i;
    }
    return (ispy_slice){text.data + begin, end - begin};
}

bool ispy_slice_has_space(ispy_slice text) {
    for (size_t i = 0; i < text.length;) {
        uint32_t point;
        i += ispy_utf8_step(text.data + i, text.length - i, &point);
        if (is_space(point)) {
            return true;
        }
    }
    return false;
}

/* The rest of the text that is still to be read; the read_ functions below take from its begin what they know, or leave
 * it as it is. */
typedef ispy_slice reader;

static char peek(const reader *rest, size_t offset) {
    return (char)(offset < rest->length ? rest->data[offset] : 0);
}

static ispy_slice take(reader *rest, size_t length) {
    ispy_slice taken = {rest->data, length};
    rest->data += length;
    rest->length -= length;
    return taken;
}

static size_t count_digits(const reader *rest, size_t offset) {
    size_t count = 0;
    while (is_digit(peek(rest, offset + count))) {
        count++;
    }
    return count;
}

static bool read_char(reader *rest, char lower) {
    bool there = rest->length > 0 && ispy_ascii_lower(rest->data[0]) == lower;
    take(rest, there);
    return there;
}

typedef struct word {
    const char *text;
    ispy_pre_kind pre_kind; /* of the words for pre-releases */
} word;

/* Longer words before those they begin with. */
static const word pre_words[] = {
    {"alpha", ISPY_PRE_ALPHA}, {"a", ISPY_PRE_ALPHA}, {"beta", ISPY_PRE_BETA}, {"b", ISPY_PRE_BETA},
    {"preview", ISPY_PRE_RC},  {"pre", ISPY_PRE_RC},  {"rc", ISPY_PRE_RC},     {"c", ISPY_PRE_RC},
};
static const word post_words[] = {{"post", ISPY_PRE_NONE}, {"rev", ISPY_PRE_NONE}, {"r", ISPY_PRE_NONE}};
static const word dev_words[] = {{"dev", ISPY_PRE_NONE}};

static bool starts_with(const reader *rest, size_t offset, const char *lower) {
    size_t i = 0;
    while (lower[i] != '\0' && ispy_ascii_lower(peek(rest, offset + i)) == lower[i]) {
        i++;
    }
    return lower[i] == '\0';
}

/* [separator] word [separator] [number]; a number left out is 0. NULL: something else. */
static const word *read_word(reader *rest, const word *words, size_t count, ispy_slice *number) {
    size_t begin = is_separator(peek(rest, 0)) ? 1 : 0;
    for (size_t i = 0; i < count; i++) {
        if (starts_with(rest, begin, words[i].text)) {
            take(rest, begin + strlen(words[i].text));
            take(rest, is_separator(peek(rest, 0)) ? 1 : 0);
            *number = take(rest, count_digits(rest, 0));
            return &words[i];
        }
    }
    return NULL;
}

static bool read_epoch_and_release(ispy_version *version, reader *rest) {
    size_t digits = count_digits(rest, 0);
    if (digits > 0 && peek(rest, digits) == '!') {
        version->epoch = take(rest, digits);
        take(rest, 1);
        digits = count_digits(rest, 0);
    }
    size_t length = digits;
    size_t count = digits > 0;
    while (digits > 0 && peek(rest, length) == '.') {
        digits = count_digits(rest, length + 1);
        length += digits > 0 ? digits + 1 : 0;
        count += digits > 0;
    }
    version->release = take(rest, length);
    version->release_count = count;
    return count > 0;
}

static void read_post(ispy_version *version, reader *rest) {
    size_t digits = peek(rest, 0) == '-' ? count_digits(rest, 1) : 0;
    if (digits > 0) { /* "1.0-1" */
        take(rest, 1);
        version->post = take(rest, digits);
        version->has_post = true;
    } else {
        version->has_post = read_word(rest, post_words, COUNT(post_words), &version->post) != NULL;
    }
}

static bool read_local(ispy_version *version, reader *rest) {
    if (!read_char(rest, '+')) {
        return true;
    }
    size_t length = 0;
    while (is_alphanumeric(peek(rest, length)) ||
           (length > 0 && is_separator(peek(rest, length)) && is_alphanumeric(peek(rest, length + 1)))) {
        length++;
    }
    version->local = take(rest, length);
    return length > 0;
}

bool ispy_version_scan(ispy_version *out, ispy_str text, bool spaced) {
    *out = (ispy_version){.text = text, .pre_kind = ISPY_PRE_NONE};
    if (text.data == NULL) {
        return false;
    }
    reader rest = {text.data, text.length};
    if (spaced) {
        rest = ispy_slice_strip(rest);
    }
    read_char(&rest, 'v');
    if (!read_epoch_and_release(out, &rest)) {
        return false;
    }
    const word *pre = read_word(&rest, pre_words, COUNT(pre_words), &out->pre);
    if (pre != NULL) {
        out->pre_kind = pre->pre_kind;
    }
    read_post(out, &rest);
    out->has_dev = read_word(&rest, dev_words, COUNT(dev_words), &out->dev) != NULL;
    return read_local(out, &rest) && rest.length == 0;
}

int ispy_version_parse(const ispy_version **out, ispy_arena *arena, ispy_str text) {
    ispy_version scanned;
    if (!ispy_version_scan(&scanned, text, true)) {
        return ISPY_EINVAL;
    }
    ispy_str copy;
    int status = ispy_arena_str(&copy, arena, text.data, text.length);
    ispy_version *version = status == ISPY_OK ? ispy_arena_alloc(arena, sizeof *version) : NULL;
    if (version == NULL) {
        return ISPY_ENOMEM;
    }
    ispy_version_scan(version, copy, true);
    *out = version;
    return ISPY_OK;
}

static int sign(size_t a, size_t b) {
    return (a > b) - (a < b);
}

/* Digits as numbers: without leading zeros, the longer one is the larger. No digits are 0. */
static int compare_numbers(ispy_slice a, ispy_slice b) {
    while (a.length > 0 && a.data[0] == '0') {
        take(&a, 1);
    }
    while (b.length > 0 && b.data[0] == '0') {
        take(&b, 1);
    }
    if (a.length != b.length) {
        return sign(a.length, b.length);
    }
    return a.length == 0 ? 0 : memcmp(a.data, b.data, a.length);
}

/* Takes the next part of "1.2.3" or "ubuntu.1"; of nothing, an empty one: in a release, zero. */
static ispy_slice next_part(ispy_slice *rest) {
    size_t length = 0;
    while (length < rest->length && !is_separator(rest->data[length])) {
        length++;
    }
    ispy_slice part = take(rest, length);
    take(rest, rest->length > 0);
    return part;
}

static int compare_releases(ispy_slice a, ispy_slice b) {
    int order = 0;
    while (order == 0 && (a.length > 0 || b.length > 0)) {
        ispy_slice part = next_part(&a);
        order = compare_numbers(part, next_part(&b));
    }
    return order;
}

static bool is_number(ispy_slice part) {
    for (size_t i = 0; i < part.length; i++) {
        if (!is_digit(part.data[i])) {
            return false;
        }
    }
    return true;
}

static int compare_words(ispy_slice a, ispy_slice b) {
    for (size_t i = 0; i < a.length && i < b.length; i++) {
        int order = ispy_ascii_lower(a.data[i]) - ispy_ascii_lower(b.data[i]);
        if (order != 0) {
            return order;
        }
    }
    return sign(a.length, b.length);
}

/* Part by part: words before numbers, and what ends first before what goes on. None at all is the first. */
static int compare_locals(ispy_slice a, ispy_slice b) {
    while (a.length > 0 && b.length > 0) {
        ispy_slice left = next_part(&a);
        ispy_slice right = next_part(&b);
        bool left_number = is_number(left);
        bool right_number = is_number(right);
        int order = left_number - right_number;
        if (order == 0) {
            order = left_number ? compare_numbers(left, right) : compare_words(left, right);
        }
        if (order != 0) {
            return order;
        }
    }
    return sign(a.length, b.length);
}

/* "1.0.dev1" comes before "1.0a1", but "1.0a1.dev1" and "1.0.post1.dev1" stay with their own. */
static int pre_rank(const ispy_version *version) {
    bool dev_only = version->pre_kind == ISPY_PRE_NONE && !version->has_post && version->has_dev;
    return dev_only ? ISPY_PRE_DEV_ONLY : (int)version->pre_kind;
}

int ispy_version_compare_public(const ispy_version *a, const ispy_version *b) {
    const int orders[] = {
        compare_numbers(a->epoch, b->epoch),
        compare_releases(a->release, b->release),
        pre_rank(a) - pre_rank(b),
        compare_numbers(a->pre, b->pre),
        a->has_post - b->has_post,
        compare_numbers(a->post, b->post),
        b->has_dev - a->has_dev,
        compare_numbers(a->dev, b->dev),
    };
    for (size_t i = 0; i < COUNT(orders); i++) {
        if (orders[i] != 0) {
            return orders[i];
        }
    }
    return 0;
}

int ispy_version_compare(const ispy_version *a, const ispy_version *b) {
    int order = ispy_version_compare_public(a, b);
    return order != 0 ? order : compare_locals(a->local, b->local);
}

size_t ispy_version_release_count(const ispy_version *version) {
    return version->release_count;
}

bool ispy_version_same_release(const ispy_version *a, const ispy_version *b, size_t parts) {
    ispy_slice left = a->release;
    ispy_slice right = b->release;
    bool same = compare_numbers(a->epoch, b->epoch) == 0;
    for (size_t i = 0; same && i < parts && (left.length > 0 || right.length > 0); i++) {
        ispy_slice part = next_part(&left);
        same = compare_numbers(part, next_part(&right)) == 0;
    }
    return same;
}

bool ispy_version_same_pre(const ispy_version *a, const ispy_version *b) {
    return a->pre_kind == b->pre_kind && compare_numbers(a->pre, b->pre) == 0;
}

bool ispy_version_is_prerelease(const ispy_version *version) {
    return version->pre_kind != ISPY_PRE_NONE || version->has_dev;
}
