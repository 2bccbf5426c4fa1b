/* CPython's parser, and what turns its result into Python objects and into code, recurse with the text. Their limits
 * are made for a stack of several megabytes; on a smaller one (a thread made with threading.stack_size, musl's default)
 * some texts crash the process. Those are refused beforehand: where less than ENOUGH is left, the depth of the text is
 * estimated from above, and compared with what is there. Must not know: Python's objects. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "binding/stack_room.h"

#include <stdint.h>
#include <string.h>

#if defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

enum {
    ENOUGH = 4 * 1024 * 1024, /* CPython's own limits hold on such a stack */
    RESERVE = 96 * 1024,      /* for everything that is not recursion */
    PER_BRACKET = 8 * 1024,   /* measured, with a margin: what one level takes while parsing */
    PER_OPERATOR = 1024       /* a term of a long expression, while the tree is made and compiled */
};

/* The end of this thread's stack, its lowest address; 0 where nobody says. */
static uintptr_t stack_end(void) {
#if defined(__linux__)
    pthread_attr_t attributes;
    void *address = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return 0;
    }
    if (pthread_attr_getstack(&attributes, &address, &size) != 0) {
        address = NULL;
    }
    (void)pthread_attr_destroy(&attributes);
    return (uintptr_t)address;
#elif defined(__APPLE__)
    return (uintptr_t)pthread_get_stackaddr_np(pthread_self()) - pthread_get_stacksize_np(pthread_self());
#elif defined(_WIN32)
    ULONG_PTR bottom = 0;
    ULONG_PTR top = 0;
    GetCurrentThreadStackLimits(&bottom, &top);
    return (uintptr_t)bottom;
#else
    return 0;
#endif
}

/* Bytes from here to the end of the stack; SIZE_MAX where nobody says. Asked once a thread: for the main thread, glibc
 * reads /proc/self/maps to answer. */
static size_t stack_left(void) {
    static _Thread_local uintptr_t end;
    char here = 0;
    uintptr_t at = (uintptr_t)&here;
    if (end == 0) {
        end = stack_end();
    }
    return end != 0 && at > end ? at - end : SIZE_MAX;
}

/* Operators that are words, by their beginnings: counting too many is no harm. */
static size_t word_operator(const char *p, size_t left) {
    static const char *const words[] = {"not", "lambda", "if", "elif", "await", "for", "and", "or", "in", "is"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t length = strlen(words[i]);
        if (length < left && memcmp(p, words[i], length) == 0) {
            return length;
        }
    }
    return 0;
}

enum { MAX_LEVEL = 200 }; /* of brackets: Python's own limit */

/* How deep the text nests, along the deepest way: what is separated by commas, or by statements, lies side by side. */
typedef struct depth {
    size_t operators[MAX_LEVEL + 1]; /* since the last comma, on each level of brackets */
    size_t sum;                      /* of these */
    size_t level;
    size_t deepest_level;
    size_t most;
    size_t chained; /* elif: each nests in the one before it, all over the text */
} depth;

static void add_operator(depth *d) {
    d->operators[d->level]++;
    d->sum++;
    d->most = d->sum > d->most ? d->sum : d->most;
}

static void end_element(depth *d) {
    d->sum -= d->operators[d->level];
    d->operators[d->level] = 0;
}

static void open_bracket(depth *d) {
    add_operator(d);
    d->level += d->level < MAX_LEVEL;
    d->deepest_level = d->level > d->deepest_level ? d->level : d->deepest_level;
}

static void close_bracket(depth *d) {
    end_element(d);
    d->level -= d->level > 0;
}

/* The end of a string that begins at `at`, quote and all. What a format string holds may be expressions: its operators
 * are counted. */
static size_t skip_string(depth *d, const char *source, size_t length, size_t at) {
    char quote = source[at];
    bool formats = at > 0 && strchr("fFtTrR", source[at - 1]) != NULL && source[at - 1] != '\0';
    bool triple = at + 2 < length && source[at + 1] == quote && source[at + 2] == quote;
    for (size_t i = at + (triple ? 3 : 1); i < length; i++) {
        char c = source[i];
        if (c == '\\') {
            i++;
        } else if (c == '\n' && !triple) {
            return i;
        } else if (c == quote && (!triple || (i + 2 < length && source[i + 1] == quote && source[i + 2] == quote))) {
            return i + (triple ? 3 : 1);
        } else if (formats && c != '\0' && strchr("{([+-*/.", c) != NULL) {
            add_operator(d);
        }
    }
    return length;
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

static size_t skip_word(depth *d, const char *source, size_t length, size_t at) {
    size_t end = at;
    while (end < length && is_word(source[end])) {
        end++;
    }
    size_t operator_length = word_operator(source + at, length - at);
    if (operator_length == end - at) {
        add_operator(d);
        d->chained += source[at] == 'e';
    }
    return end;
}

static void take_sign(depth *d, char c) {
    if (c == '(' || c == '[' || c == '{') {
        open_bracket(d);
    } else if (c == ')' || c == ']' || c == '}') {
        close_bracket(d);
    } else if (c == ',' || (d->level == 0 && (c == '\n' || c == ';'))) {
        end_element(d);
    } else if (c != '\0' && strchr("+-*/%@&|^~.<>=", c) != NULL) {
        add_operator(d);
    }
}

static void measure(depth *d, const char *source, size_t length) {
    for (size_t i = 0; i < length;) {
        char c = source[i];
        if (is_word(c)) {
            i = skip_word(d, source, length, i);
        } else if (c == '"' || c == '\'') {
            i = skip_string(d, source, length, i);
        } else if (c == '#') {
            const char *end = memchr(source + i, '\n', length - i);
            i = end != NULL ? (size_t)(end - source) : length;
        } else if (c == '\\') {
            i += 2; /* a line that goes on */
        } else {
            take_sign(d, c);
            i++;
        }
    }
}

bool ispy_stack_has_room_for(const char *source, size_t length) {
    size_t left = stack_left();
    if (left >= ENOUGH) {
        return true;
    }
    depth d;
    memset(&d, 0, sizeof d);
    measure(&d, source, length);
    size_t terms = d.most + d.chained; /* fewer than bytes in the text, which is bounded */
    size_t needed = RESERVE + d.deepest_level * PER_BRACKET + terms * PER_OPERATOR;
    return needed <= left;
}
