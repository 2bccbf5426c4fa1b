/* Parses annotation text. See type_syntax.h.
 *
 *     union     = unary { "|" unary }
 *     unary     = ["-" | "+"] NUMBER | atom [ "[" arguments "]" ]
 *     atom      = NAME { "." NAME } | STRING { STRING } | "..." | "(" [ arguments ] ")" | "[" arguments "]"
 *     arguments = argument { "," argument } [ "," ]
 *     argument  = [ "*" ] union | anything up to the next "," or closing bracket
 *
 * A function that finds something else gives NULL; the nearest argument around it, or the whole text, becomes opaque.
 */
#include "model/type_syntax.h"

#include "model/type_lexer.h"

#include <string.h>

typedef struct parser {
    ispy_arena *arena;
    ispy_lexer lexer;
    ispy_token token; /* the current one */
    uint32_t end;     /* of the token before */
    int depth;
    int status; /* ISPY_ENOMEM ends everything */
} parser;

static ispy_syntax *parse_union(parser *p);
static ispy_syntax *parse_whole(parser *outer, ispy_str text);

static void advance(parser *p) {
    p->end = p->token.start + p->token.length;
    p->token = ispy_lexer_next(&p->lexer);
}

static bool at_operator(const parser *p, char byte) {
    return p->token.kind == ISPY_TOKEN_OPERATOR && p->token.first == byte;
}

static ispy_syntax *fail(parser *p) {
    p->status = ISPY_ENOMEM;
    return NULL;
}

static ispy_syntax *node_new(parser *p, ispy_syntax_kind kind) {
    ispy_syntax *node = ispy_arena_alloc(p->arena, sizeof *node);
    if (node == NULL) {
        return fail(p);
    }
    node->kind = kind;
    return node;
}

/* Sets the node's text to what stands there, white space folded. */
static ispy_syntax *with_text(parser *p, ispy_syntax *node, uint32_t start, uint32_t end) {
    if (node == NULL) {
        return NULL;
    }
    char *text = ispy_arena_alloc(p->arena, 2 * (size_t)(end - start) + 1);
    if (text == NULL) {
        return fail(p);
    }
    uint32_t length = ispy_tokens_fold(text, p->lexer.text, start, end);
    text[length] = '\0';
    node->text = ispy_str_of(text, length);
    return node;
}

/* Children in the making. */
typedef struct children {
    ispy_syntax *first;
    ispy_syntax **end;
    uint32_t count;
    bool trailing_comma;
} children;

static void child_add(children *list, ispy_syntax *node) {
    if (list->end == NULL) {
        list->end = &list->first;
    }
    *list->end = node;
    list->end = &node->next;
    list->count++;
}

static ispy_syntax *node_with(parser *p, ispy_syntax_kind kind, const children *list) {
    ispy_syntax *node = node_new(p, kind);
    if (node != NULL) {
        node->first = list->first;
        node->count = list->count;
    }
    return node;
}

/* ---- Arguments ---- */

static bool is_bracket(const ispy_token *token, const char *which) {
    return token->kind == ISPY_TOKEN_OPERATOR && token->first != '\0' && strchr(which, token->first) != NULL;
}

/* Passes over an expression that the grammar does not cover. */
static ispy_syntax *parse_opaque(parser *p) {
    uint32_t start = p->token.start;
    uint32_t open = 0;
    while (open > 0 || !(at_operator(p, ',') || is_bracket(&p->token, ")]}"))) {
        if (p->token.kind == ISPY_TOKEN_END || p->token.kind == ISPY_TOKEN_ERROR) {
            return NULL;
        }
        open += is_bracket(&p->token, "([{") ? 1 : 0;
        open -= is_bracket(&p->token, ")]}") ? 1 : 0;
        advance(p);
    }
    return start == p->token.start ? NULL : with_text(p, node_new(p, ISPY_SYNTAX_OPAQUE), start, p->end);
}

static ispy_syntax *parse_starred(parser *p) {
    if (!at_operator(p, '*')) {
        return parse_union(p);
    }
    advance(p);
    ispy_syntax *inner = parse_union(p);
    if (inner == NULL) {
        return NULL;
    }
    children list = {0};
    child_add(&list, inner);
    return node_with(p, ISPY_SYNTAX_UNPACK, &list);
}

static ispy_syntax *parse_argument(parser *p, char close) {
    parser before = *p;
    ispy_syntax *node = parse_starred(p);
    if (p->status != ISPY_OK || (node != NULL && (at_operator(p, ',') || at_operator(p, close)))) {
        return node;
    }
    *p = before;
    return parse_opaque(p);
}

/* From behind the opening bracket to behind the closing one. */
static bool parse_arguments(parser *p, children *list, char close) {
    while (!at_operator(p, close)) {
        ispy_syntax *argument = parse_argument(p, close);
        if (argument == NULL) {
            return false;
        }
        child_add(list, argument);
        list->trailing_comma = at_operator(p, ',');
        if (list->trailing_comma) {
            advance(p);
        } else if (!at_operator(p, close)) {
            return false;
        }
    }
    advance(p);
    return true;
}

/* ---- Atoms ---- */

static bool is_word(ispy_str text, const ispy_token *token, const char *word) {
    size_t length = strlen(word);
    return token->length == length && memcmp(text.data + token->start, word, length) == 0;
}

static bool is_keyword(const parser *p) {
    static const char *const words[] = {"lambda", "if",    "else", "not",   "and",   "or",  "is",
                                        "in",     "await", "for",  "yield", "async", "from"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (is_word(p->lexer.text, &p->token, words[i])) {
            return true;
        }
    }
    return false;
}

static ispy_syntax *parse_value(parser *p, ispy_literal_kind kind, const char *data, size_t length) {
    ispy_syntax *node = with_text(p, node_new(p, ISPY_SYNTAX_VALUE), p->token.start, p->token.start + p->token.length);
    if (node == NULL) {
        return NULL;
    }
    node->value.kind = kind;
    if (ispy_arena_str(&node->value.text, p->arena, data, length) != ISPY_OK) {
        return fail(p);
    }
    advance(p);
    return node;
}

static ispy_syntax *parse_name(parser *p) {
    const ispy_str text = p->lexer.text;
    if (is_word(text, &p->token, "None")) {
        advance(p);
        return node_new(p, ISPY_SYNTAX_NONE);
    }
    if (is_word(text, &p->token, "True") || is_word(text, &p->token, "False")) {
        return parse_value(p, ISPY_LITERAL_BOOL, text.data + p->token.start, p->token.length);
    }
    if (is_keyword(p)) {
        return NULL;
    }
    uint32_t start = p->token.start;
    advance(p);
    while (at_operator(p, '.')) {
        advance(p);
        if (p->token.kind != ISPY_TOKEN_NAME) {
            return NULL;
        }
        advance(p);
    }
    return with_text(p, node_new(p, ISPY_SYNTAX_NAME), start, p->end);
}

/* Bytes between the quotes of the current string token and those that follow it. */
static size_t strings_length(const parser *p) {
    ispy_lexer lexer = p->lexer;
    size_t length = 0;
    for (ispy_token token = p->token; token.kind == ISPY_TOKEN_STRING; token = ispy_lexer_next(&lexer)) {
        length += token.body_length;
    }
    return length;
}

/* Adjacent strings are one. Gives NULL for f-strings and for text and bytes mixed. */
static ispy_syntax *parse_string(parser *p) {
    uint32_t start = p->token.start;
    char *value = ispy_arena_alloc(p->arena, strings_length(p) + 1);
    if (value == NULL) {
        return fail(p);
    }
    size_t used = 0;
    bool is_bytes = false;
    for (bool first = true; p->token.kind == ISPY_TOKEN_STRING; first = false) {
        bool piece_is_bytes = false;
        int64_t length = ispy_token_decode(value + used, &piece_is_bytes, p->lexer.text, &p->token);
        if (length < 0 || (!first && piece_is_bytes != is_bytes)) {
            return NULL;
        }
        is_bytes = piece_is_bytes;
        used += (size_t)length;
        advance(p);
    }
    value[used] = '\0';
    ispy_syntax *node = with_text(p, node_new(p, ISPY_SYNTAX_STRING), start, p->end);
    if (node == NULL) {
        return NULL;
    }
    node->value.kind = is_bytes ? ISPY_LITERAL_BYTES : ISPY_LITERAL_STR;
    node->value.text = ispy_str_of(value, used);
    if (!is_bytes) {
        node->first = parse_whole(p, node->value.text);
        node->count = 1;
    }
    return p->status == ISPY_OK ? node : NULL;
}

/* Digits of an int in any base as decimal ones: "1_000", "0x1F". false for floats, imaginary numbers, and numbers of
 * more than 64 bits in another base than ten. */
static bool int_text(char *out, size_t *length, const char *digits, uint32_t count) {
    uint32_t base = 10;
    if (count > 2 && digits[0] == '0' && strchr("xXoObB", digits[1]) != NULL) {
        char letter = (char)(digits[1] | 0x20);
        base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
        digits += 2;
        count -= 2;
    }
    uint64_t value = 0;
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        char c = digits[i];
        if (c == '_') {
            continue;
        }
        char lower = (char)(c | 0x20);
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : lower >= 'a' ? (uint32_t)(lower - 'a') + 10 : 99;
        if (digit >= base || (base != 10 && value > (UINT64_MAX - digit) / base)) {
            return false;
        }
        value = base == 10 ? 0 : value * base + digit;
        if (base == 10 && !(used == 0 && c == '0')) {
            out[used++] = c;
        }
    }
    if (base != 10) {
        char reversed[24];
        size_t n = 0;
        for (; value > 0; value /= 10) {
            reversed[n++] = (char)('0' + value % 10);
        }
        while (n > 0) {
            out[used++] = reversed[--n];
        }
    }
    if (used == 0) {
        out[used++] = '0';
    }
    *length = used;
    return true;
}

static ispy_syntax *parse_number(parser *p, bool negative) {
    if (p->token.kind != ISPY_TOKEN_NUMBER) {
        return NULL;
    }
    char *text = ispy_arena_alloc(p->arena, p->token.length + 32);
    if (text == NULL) {
        return fail(p);
    }
    size_t length = 0;
    if (!int_text(text + 1, &length, p->lexer.text.data + p->token.start, p->token.length)) {
        return NULL;
    }
    text[0] = '-';
    bool is_zero = length == 1 && text[1] == '0';
    return negative && !is_zero ? parse_value(p, ISPY_LITERAL_INT, text, length + 1)
                                : parse_value(p, ISPY_LITERAL_INT, text + 1, length);
}

/* "(X)" is X; "()", "(X,)" and "(X, Y)" are tuples. */
static ispy_syntax *parse_parentheses(parser *p) {
    uint32_t start = p->token.start;
    advance(p);
    children list = {0};
    if (!parse_arguments(p, &list, ')')) {
        return NULL;
    }
    if (list.count == 1 && !list.trailing_comma) {
        return list.first;
    }
    return with_text(p, node_with(p, ISPY_SYNTAX_TUPLE, &list), start, p->end);
}

static ispy_syntax *parse_atom(parser *p) {
    switch (p->token.kind) {
    case ISPY_TOKEN_NAME:
        return parse_name(p);
    case ISPY_TOKEN_STRING:
        return parse_string(p);
    case ISPY_TOKEN_NUMBER:
        return parse_number(p, false);
    case ISPY_TOKEN_ELLIPSIS:
        advance(p);
        return node_new(p, ISPY_SYNTAX_ELLIPSIS);
    default:
        break;
    }
    if (at_operator(p, '(')) {
        return parse_parentheses(p);
    }
    if (at_operator(p, '[')) {
        advance(p);
        children list = {0};
        return parse_arguments(p, &list, ']') ? node_with(p, ISPY_SYNTAX_LIST, &list) : NULL;
    }
    return NULL;
}

static ispy_syntax *parse_unary(parser *p) {
    if (at_operator(p, '-') || at_operator(p, '+')) {
        bool negative = p->token.first == '-';
        advance(p);
        return parse_number(p, negative);
    }
    ispy_syntax *atom = parse_atom(p);
    if (atom == NULL || !at_operator(p, '[')) {
        return atom;
    }
    if (atom->kind != ISPY_SYNTAX_NAME) {
        return NULL;
    }
    children list = {0};
    child_add(&list, atom);
    advance(p);
    if (!parse_arguments(p, &list, ']') || list.count < 2) {
        return NULL;
    }
    return node_with(p, ISPY_SYNTAX_SUBSCRIPT, &list);
}

static ispy_syntax *parse_union(parser *p) {
    if (p->depth >= ISPY_TYPE_MAX_DEPTH) {
        return NULL;
    }
    p->depth++;
    ispy_syntax *node = parse_unary(p);
    if (node != NULL && at_operator(p, '|')) {
        children list = {0};
        child_add(&list, node);
        while (node != NULL && at_operator(p, '|')) {
            advance(p);
            node = parse_unary(p);
            if (node != NULL) {
                child_add(&list, node);
            }
        }
        node = node == NULL ? NULL : node_with(p, ISPY_SYNTAX_UNION, &list);
    }
    p->depth--;
    return node;
}

/* ---- Whole texts ---- */

int ispy_syntax_opaque(ispy_syntax **out, ispy_arena *arena, ispy_str text) {
    parser p = {.arena = arena, .lexer = {text, 0}};
    *out = with_text(&p, node_new(&p, ISPY_SYNTAX_OPAQUE), 0, text.length);
    return p.status;
}

/* What a string quotes, as deep as the string stands. */
static ispy_syntax *parse_whole(parser *outer, ispy_str text) {
    parser p = {.arena = outer->arena, .lexer = {text, 0}, .depth = outer->depth};
    ispy_syntax *node = NULL;
    if (text.length <= ISPY_TYPE_MAX_TEXT) {
        advance(&p);
        node = parse_starred(&p);
    }
    if (p.status == ISPY_OK && (node == NULL || p.token.kind != ISPY_TOKEN_END)) {
        p.status = ispy_syntax_opaque(&node, p.arena, text);
    }
    outer->status = p.status;
    return p.status == ISPY_OK ? node : NULL;
}

int ispy_syntax_parse(ispy_syntax **out, ispy_arena *arena, ispy_str text) {
    parser p = {.arena = arena};
    if (text.data == NULL) {
        text = ispy_str_literal("");
    }
    *out = parse_whole(&p, text);
    return p.status;
}
