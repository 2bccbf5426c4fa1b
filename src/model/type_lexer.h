/* Annotation text as tokens. Must not know: what the tokens are put together to. */
#ifndef ISPY_MODEL_TYPE_LEXER_H
#define ISPY_MODEL_TYPE_LEXER_H

#include <importspy/module.h>

typedef enum ispy_token_kind {
    ISPY_TOKEN_END,
    ISPY_TOKEN_NAME,
    ISPY_TOKEN_STRING, /* of any prefix */
    ISPY_TOKEN_NUMBER,
    ISPY_TOKEN_ELLIPSIS,
    ISPY_TOKEN_OPERATOR, /* one byte, `first` */
    ISPY_TOKEN_ERROR     /* an unfinished string; the lexer does not get past it */
} ispy_token_kind;

typedef struct ispy_token {
    ispy_token_kind kind;
    uint32_t start; /* in the text */
    uint32_t length;
    char first;           /* its first byte */
    uint32_t body_start;  /* of a string: what is between the quotes */
    uint32_t body_length; /* of a string */
    uint32_t prefix;      /* of a string: bytes before the quotes */
} ispy_token;

typedef struct ispy_lexer {
    ispy_str text; /* borrowed */
    uint32_t at;
} ispy_lexer;

/* The next token; white space, comments and joined lines are skipped. */
ispy_token ispy_lexer_next(ispy_lexer *lexer);

/* Appends the value of a string token to `out`, which has room for `body_length` bytes; gives the number of bytes.
 * -1: the value cannot be told (f-strings, \N{...}, surrogates). Bytes and text are told apart by `is_bytes`. */
int64_t ispy_token_decode(char *out, bool *is_bytes, ispy_str text, const ispy_token *token);

/* Writes `text` from `start` to `end` with white space folded and comments left out to `out`, which has room for
 * 2 * (end - start) bytes; gives the number of bytes. */
uint32_t ispy_tokens_fold(char *out, ispy_str text, uint32_t start, uint32_t end);

#endif
