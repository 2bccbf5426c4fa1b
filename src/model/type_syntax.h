/* An annotation as it is written: the tree that the parser makes. Nothing is resolved in it: whether "t.Literal[...]"
 * holds values or quoted annotations is for those who know what "t" is, so a string keeps both readings. Must not know:
 * modules, what any name means. */
#ifndef ISPY_MODEL_TYPE_SYNTAX_H
#define ISPY_MODEL_TYPE_SYNTAX_H

#include <importspy/module.h>

typedef enum ispy_syntax_kind {
    ISPY_SYNTAX_NAME,      /* text: dotted, without white space */
    ISPY_SYNTAX_SUBSCRIPT, /* children: a NAME, then what is between the brackets */
    ISPY_SYNTAX_UNION,     /* children, joined by | */
    ISPY_SYNTAX_STRING,    /* value; one child: the annotation that it quotes (none for bytes) */
    ISPY_SYNTAX_VALUE,     /* value: a number or a bool */
    ISPY_SYNTAX_NONE,
    ISPY_SYNTAX_ELLIPSIS,
    ISPY_SYNTAX_TUPLE,  /* children: (), (a,), (a, b) */
    ISPY_SYNTAX_LIST,   /* children: [a, b] */
    ISPY_SYNTAX_UNPACK, /* one child: *a */
    ISPY_SYNTAX_OPAQUE  /* text: what follows none of this, white space folded */
} ispy_syntax_kind;

typedef struct ispy_syntax {
    ispy_syntax_kind kind;
    ispy_str text; /* of a VALUE, STRING or TUPLE: as it is written */
    ispy_literal value;
    struct ispy_syntax *first; /* children */
    struct ispy_syntax *next;  /* sibling */
    uint32_t count;            /* of children */
} ispy_syntax;

enum {
    ISPY_TYPE_MAX_DEPTH = 64,        /* brackets and quotes within each other; deeper parts are opaque */
    ISPY_TYPE_MAX_TEXT = 256 * 1024, /* bytes; longer texts are opaque */
    ISPY_TYPE_MAX_MEMBERS = 1024     /* of one union or Literal; larger ones are opaque */
};

/* Never NULL on ISPY_OK: text that is no annotation gives one OPAQUE. ISPY_OK or ISPY_ENOMEM. */
int ispy_syntax_parse(ispy_syntax **out, ispy_arena *arena, ispy_str text);
/* The whole text as one OPAQUE. */
int ispy_syntax_opaque(ispy_syntax **out, ispy_arena *arena, ispy_str text);

#endif
