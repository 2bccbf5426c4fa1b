/* Annotation text as tokens. See type_lexer.h. */
#include "model/type_lexer.h"

#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Bytes of other than ASCII characters belong to names: whether Python agrees, Python has said already. */
static bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_part(char c) {
    return is_name_start(c) || is_digit(c);
}

/* The byte at `i`, NUL past the end. */
static char byte_at(ispy_str text, uint32_t i) {
    return i < text.length ? text.data[i] : '\0';
}

static uint32_t skip_blank(ispy_str text, uint32_t i) {
    while (i < text.length) {
        char c = text.data[i];
        if (c == '#') {
            while (i < text.length && text.data[i] != '\n') {
                i++;
            }
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            i++;
        } else if (c == '\\' && (byte_at(text, i + 1) == '\n' || byte_at(text, i + 1) == '\r')) {
            i += 2;
        } else {
            break;
        }
    }
    return i;
}

static bool is_string_prefix(ispy_str text, uint32_t start, uint32_t end) {
    if (end - start > 2 || (byte_at(text, end) != '\'' && byte_at(text, end) != '"')) {
        return false;
    }
    for (uint32_t i = start; i < end; i++) {
        if (strchr("rRbBuUfFtT", text.data[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool is_quote_run(ispy_str text, uint32_t i, char quote, uint32_t count) {
    for (uint32_t n = 0; n < count; n++) {
        if (byte_at(text, i + n) != quote || i + n >= text.length) {
            return false;
        }
    }
    return true;
}

static void read_string(ispy_lexer *lexer, ispy_token *token, uint32_t quote_at) {
    ispy_str text = lexer->text;
    char quote = text.data[quote_at];
    uint32_t quotes = is_quote_run(text, quote_at, quote, 3) ? 3 : 1;
    token->prefix = quote_at - token->start;
    token->body_start = quote_at + quotes;
    for (uint32_t i = token->body_start; i < text.length; i++) {
        char c = text.data[i];
        if (c == '\\') {
            i++;
        } else if (c == '\n' && quotes == 1) {
            break;
        } else if (c == quote && is_quote_run(text, i, quote, quotes)) {
            token->kind = ISPY_TOKEN_STRING;
            token->body_length = i - token->body_start;
            token->length = i + quotes - token->start;
            return;
        }
    }
    token->kind = ISPY_TOKEN_ERROR;
}

static void read_number(const ispy_lexer *lexer, ispy_token *token) {
    ispy_str text = lexer->text;
    char base = byte_at(text, token->start + 1);
    bool is_based = text.data[token->start] == '0' && base != '\0' && strchr("xXoObB", base) != NULL;
    uint32_t i = token->start;
    for (; i < text.length; i++) {
        char c = text.data[i];
        bool is_exponent_sign =
            (c == '-' || c == '+') && !is_based && i > token->start && (text.data[i - 1] | 0x20) == 'e';
        if (!is_name_part(c) && c != '.' && !is_exponent_sign) {
            break;
        }
    }
    token->kind = ISPY_TOKEN_NUMBER;
    token->length = i - token->start;
}

ispy_token ispy_lexer_next(ispy_lexer *lexer) {
    ispy_str text = lexer->text;
    uint32_t i = skip_blank(text, lexer->at);
    ispy_token token = {.kind = ISPY_TOKEN_END, .start = i};
    lexer->at = i;
    if (i >= text.length) {
        return token;
    }
    token.first = text.data[i];
    if (is_name_start(token.first)) {
        while (i < text.length && is_name_part(text.data[i])) {
            i++;
        }
        token.kind = ISPY_TOKEN_NAME;
        token.length = i - token.start;
        if (is_string_prefix(text, token.start, i)) {
            read_string(lexer, &token, i);
        }
    } else if (token.first == '\'' || token.first == '"') {
        read_string(lexer, &token, i);
    } else if (is_digit(token.first) || (token.first == '.' && is_digit(byte_at(text, i + 1)))) {
        read_number(lexer, &token);
    } else if (is_quote_run(text, i, '.', 3)) {
        token.kind = ISPY_TOKEN_ELLIPSIS;
        token.length = 3;
    } else {
        token.kind = ISPY_TOKEN_OPERATOR;
        token.length = 1;
    }
    if (token.kind != ISPY_TOKEN_ERROR) {
        lexer->at = token.start + token.length;
    }
    return token;
}

/* ---- Values of strings ---- */

typedef struct decoder {
    const char *body;
    uint32_t length;
    uint32_t at;
    char *out;
    uint32_t used;
    bool is_bytes;
    bool failed;
} decoder;

/* Never longer than the escape that it came from. */
static void put_point(decoder *d, uint32_t point) {
    char *out = d->out + d->used;
    if (d->is_bytes || point < 0x80) {
        out[0] = (char)point;
        d->used += 1;
    } else if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        d->used += 2;
    } else if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        d->used += 3;
    } else {
        out[0] = (char)(0xf0 | point >> 18);
        out[1] = (char)(0x80 | (point >> 12 & 0x3f));
        out[2] = (char)(0x80 | (point >> 6 & 0x3f));
        out[3] = (char)(0x80 | (point & 0x3f));
        d->used += 4;
    }
}

static int digit_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

static void put_digits(decoder *d, uint32_t base, uint32_t fewest, uint32_t most) {
    uint32_t value = 0;
    uint32_t count = 0;
    for (; count < most && d->at < d->length; count++) {
        uint32_t digit = (uint32_t)digit_value(d->body[d->at]);
        if (digit >= base) {
            break;
        }
        value = value * base + digit;
        d->at++;
    }
    if (count < fewest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        d->failed = true;
        return;
    }
    put_point(d, d->is_bytes ? value & 0xff : value);
}

static void put_escape(decoder *d) {
    static const char letters[] = "\\'\"abfnrtv";
    static const char values[] = "\\'\"\a\b\f\n\r\t\v";
    if (d->at >= d->length) {
        d->failed = true;
        return;
    }
    char c = d->body[d->at];
    const char *found = c == '\0' ? NULL : strchr(letters, c);
    if (found != NULL) {
        d->at++;
        d->out[d->used++] = values[found - letters];
    } else if (c == '\n') {
        d->at++;
    } else if (c >= '0' && c <= '7') {
        put_digits(d, 8, 1, 3);
    } else if (c == 'x') {
        d->at++;
        put_digits(d, 16, 2, 2);
    } else if (c == 'u' && !d->is_bytes) {
        d->at++;
        put_digits(d, 16, 4, 4);
    } else if (c == 'U' && !d->is_bytes) {
        d->at++;
        put_digits(d, 16, 8, 8);
    } else if (c == 'N' && !d->is_bytes) {
        d->failed = true; /* the names of characters are Unicode's */
    } else {
        d->out[d->used++] = '\\';
    }
}

int64_t ispy_token_decode(char *out, bool *is_bytes, ispy_str text, const ispy_token *token) {
    bool is_raw = false;
    *is_bytes = false;
    for (uint32_t i = 0; i < token->prefix; i++) {
        char c = (char)(text.data[token->start + i] | 0x20);
        if (c == 'f' || c == 't') {
            return -1;
        }
        is_raw = is_raw || c == 'r';
        *is_bytes = *is_bytes || c == 'b';
    }
    decoder d = {
        .body = text.data + token->body_start, .length = token->body_length, .out = out, .is_bytes = *is_bytes};
    while (d.at < d.length && !d.failed) {
        char c = d.body[d.at++];
        if (c == '\\' && !is_raw) {
            put_escape(&d);
        } else {
            d.out[d.used++] = c;
        }
    }
    return d.failed ? -1 : (int64_t)d.used;
}

/* ---- Folding ---- */

uint32_t ispy_tokens_fold(char *out, ispy_str text, uint32_t start, uint32_t end) {
    ispy_lexer lexer = {{text.data, end, 0}, start};
    uint32_t used = 0;
    for (;;) {
        ispy_token token = ispy_lexer_next(&lexer);
        if (token.kind == ISPY_TOKEN_END) {
            return used;
        }
        if (token.kind == ISPY_TOKEN_ERROR) {
            token.length = end - token.start; /* no telling what is white space behind an unfinished string */
            lexer.at = end;
        }
        if (used > 0 && is_name_part(out[used - 1]) && is_name_part(token.first)) {
            out[used++] = ' ';
        }
        memcpy(out + used, text.data + token.start, token.length);
        used += token.length;
    }
}
