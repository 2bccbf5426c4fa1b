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

/* Bytes from here to the end of the stack; SIZE_MAX where nobody says. */
static size_t stack_left(void) {
    char here = 0;
    uintptr_t low = 0;
#if defined(__linux__)
    pthread_attr_t attributes;
    void *address = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return SIZE_MAX;
    }
    if (pthread_attr_getstack(&attributes, &address, &size) == 0) {
        low = (uintptr_t)address;
    }
    (void)pthread_attr_destroy(&attributes);
#elif defined(__APPLE__)
    low = (uintptr_t)pthread_get_stackaddr_np(pthread_self()) - pthread_get_stacksize_np(pthread_self());
#elif defined(_WIN32)
    ULONG_PTR bottom = 0;
    ULONG_PTR top = 0;
    GetCurrentThreadStackLimits(&bottom, &top);
    low = (uintptr_t)bottom;
#endif
    uintptr_t at = (uintptr_t)&here;
    return low != 0 && at > low ? at - low : SIZE_MAX;
}

/* Operators whose operands nest: names of words are looked at by their first letters only, which counts too many. */
static bool starts_operator(const char *p) {
    static const char *const words[] = {"not ", "lambda", "if ", "elif", "await", "for "};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (*p == words[i][0] && strncmp(p, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* The deepest nesting of brackets, and the most operators between two statements on the outermost level; strings and
 * comments are taken for code. elif counts over the whole text, since every one nests in the one before it. */
bool ispy_stack_has_room_for(const char *source, size_t length) {
    size_t left = stack_left();
    if (left >= ENOUGH) {
        return true;
    }
    size_t depth = 0;
    size_t deepest = 0;
    size_t operators = 0;
    size_t most = 0;
    size_t chained = 0;
    for (size_t i = 0; i < length; i++) {
        char c = source[i];
        if (c == '(' || c == '[' || c == '{') {
            depth++;
            operators++;
            deepest = depth > deepest ? depth : deepest;
        } else if (c == ')' || c == ']' || c == '}') {
            depth -= depth > 0;
        } else if (c == '\n' && depth == 0) {
            most = operators > most ? operators : most;
            operators = 0;
        } else if (c != '\0' && strchr("+-*/%@&|^~.<>=", c) != NULL) {
            operators++;
        } else if (starts_operator(source + i)) {
            operators++;
            chained += c == 'e';
        }
    }
    most = operators > most ? operators : most;
    size_t levels = deepest < 200 ? deepest : 200; /* Python refuses more */
    size_t terms = most + chained;
    if (terms > SIZE_MAX / PER_OPERATOR / 2) {
        return false;
    }
    size_t needed = RESERVE + levels * PER_BRACKET + terms * PER_OPERATOR;
    return needed <= left;
}
