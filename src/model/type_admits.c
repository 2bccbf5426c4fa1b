/* Whether a literal value has a type.
 * Must not know: names of a module: a contract's types are read without one. */
#include "model/literal.h"
#include "model/type_compare.h"

#include <string.h>

/* How the arguments of a generic apply to a value. */
typedef enum element_mode {
    ELEMENTS_NONE,
    ELEMENTS_EACH, /* list[int]: every item */
    ELEMENTS_PAIRS /* dict[str, int]: keys and values */
} element_mode;

#define KIND(name) (1u << ISPY_LITERAL_##name)

enum {
    TEXT = KIND(STR) | KIND(BYTES),
    LISTS = KIND(LIST) | KIND(SEQUENCE),
    SEQUENCES = KIND(TUPLE) | LISTS | TEXT,
    COLLECTIONS = SEQUENCES | KIND(SET) | KIND(DICT),
    SCALARS = KIND(NONE) | KIND(ELLIPSIS) | KIND(BOOL) | KIND(INT) | KIND(FLOAT) | KIND(COMPLEX) | TEXT,
    EVERYTHING = SCALARS | COLLECTIONS
};

/* Types of which it is known whether a literal has them. PEP 484: an int is a float and a complex as well. */
static const struct {
    const char *name; /* canonical */
    unsigned kinds;
    element_mode mode;
} types[] = {
    {"typing.Any", EVERYTHING | KIND(DYNAMIC), ELEMENTS_NONE},
    {"builtins.object", EVERYTHING | KIND(DYNAMIC), ELEMENTS_NONE},
    {"builtins.bool", KIND(BOOL), ELEMENTS_NONE},
    {"builtins.int", KIND(BOOL) | KIND(INT), ELEMENTS_NONE},
    {"builtins.float", KIND(BOOL) | KIND(INT) | KIND(FLOAT), ELEMENTS_NONE},
    {"builtins.complex", KIND(BOOL) | KIND(INT) | KIND(FLOAT) | KIND(COMPLEX), ELEMENTS_NONE},
    {"builtins.str", KIND(STR), ELEMENTS_NONE},
    {"builtins.bytes", KIND(BYTES), ELEMENTS_NONE},
    {"builtins.list", LISTS, ELEMENTS_EACH},
    {"builtins.tuple", KIND(TUPLE) | KIND(SEQUENCE), ELEMENTS_EACH},
    {"builtins.set", KIND(SET), ELEMENTS_EACH},
    {"builtins.dict", KIND(DICT), ELEMENTS_PAIRS},
    {"builtins.frozenset", 0, ELEMENTS_NONE},
    {"builtins.bytearray", 0, ELEMENTS_NONE},
    {"builtins.memoryview", 0, ELEMENTS_NONE},
    {"builtins.range", 0, ELEMENTS_NONE},
    {"builtins.slice", 0, ELEMENTS_NONE},
    {"builtins.type", 0, ELEMENTS_NONE},
    {"builtins.BaseException", 0, ELEMENTS_NONE},
    {"builtins.Exception", 0, ELEMENTS_NONE},
    {"typing.Never", 0, ELEMENTS_NONE},
    {"typing.LiteralString", KIND(STR), ELEMENTS_NONE},
    {"typing.AnyStr", TEXT, ELEMENTS_NONE},
    {"types.EllipsisType", KIND(ELLIPSIS), ELEMENTS_NONE},
    {"collections.deque", 0, ELEMENTS_NONE},
    {"collections.defaultdict", 0, ELEMENTS_NONE},
    {"collections.OrderedDict", 0, ELEMENTS_NONE},
    {"collections.Counter", 0, ELEMENTS_NONE},
    {"collections.ChainMap", 0, ELEMENTS_NONE},
    {"re.Pattern", 0, ELEMENTS_NONE},
    {"re.Match", 0, ELEMENTS_NONE},
    {"collections.abc.Callable", 0, ELEMENTS_NONE},
    {"collections.abc.Awaitable", 0, ELEMENTS_NONE},
    {"collections.abc.Coroutine", 0, ELEMENTS_NONE},
    {"collections.abc.Iterator", 0, ELEMENTS_NONE},
    {"collections.abc.Generator", 0, ELEMENTS_NONE},
    {"collections.abc.AsyncIterable", 0, ELEMENTS_NONE},
    {"collections.abc.AsyncIterator", 0, ELEMENTS_NONE},
    {"collections.abc.AsyncGenerator", 0, ELEMENTS_NONE},
    {"collections.abc.Buffer", KIND(BYTES), ELEMENTS_NONE},
    {"collections.abc.Sized", COLLECTIONS, ELEMENTS_NONE},
    {"collections.abc.Container", COLLECTIONS, ELEMENTS_EACH},
    {"collections.abc.Collection", COLLECTIONS, ELEMENTS_EACH},
    {"collections.abc.Iterable", COLLECTIONS, ELEMENTS_EACH},
    {"collections.abc.Reversible", SEQUENCES | KIND(DICT), ELEMENTS_EACH},
    {"collections.abc.Sequence", SEQUENCES, ELEMENTS_EACH},
    {"collections.abc.MutableSequence", LISTS, ELEMENTS_EACH},
    {"collections.abc.Set", KIND(SET), ELEMENTS_EACH},
    {"collections.abc.MutableSet", KIND(SET), ELEMENTS_EACH},
    {"collections.abc.Mapping", KIND(DICT), ELEMENTS_PAIRS},
    {"collections.abc.MutableMapping", KIND(DICT), ELEMENTS_PAIRS},
};

enum {
    MAX_DEPTH = 200,    /* of values */
    MAX_STEPS = 1000000 /* pairs of type and value; what would take more is UNPROVABLE */
};

typedef struct admission {
    uint32_t steps;
    int depth;
} admission;

static ispy_verdict admits(admission *a, const ispy_type *type, const ispy_literal *value);

static ispy_verdict lesser(ispy_verdict a, ispy_verdict b) {
    return a < b ? a : b;
}

/* The items from `first` on, each `stride`-th. */
static ispy_verdict admits_items(admission *a, const ispy_type *type, const ispy_literal *value, uint32_t first,
                                 uint32_t stride) {
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = first; i < value->count && all != ISPY_FAIL && a->steps > 0; i += stride) {
        all = lesser(all, admits(a, type, &value->items[i]));
    }
    return all;
}

/* What iterating over text gives: text again, or ints. */
static ispy_verdict admits_text_items(admission *a, const ispy_type *type, const ispy_literal *value) {
    if (value->text.length == 0) {
        return ISPY_PASS;
    }
    static const char digit[] = "0";
    ispy_literal item = {.kind = ISPY_LITERAL_STR, .text = value->text};
    if (value->kind == ISPY_LITERAL_BYTES) {
        item = (ispy_literal){.kind = ISPY_LITERAL_INT, .text = {digit, 1, 0}};
    }
    return admits(a, type, &item);
}

static bool is_tuple_of_any_length(const ispy_type *type) {
    return type->count == 2 && type->items[1]->form == ISPY_FORM_ELLIPSIS;
}

/* tuple[int, str], item by item. */
static ispy_verdict admits_tuple(admission *a, const ispy_type *type, const ispy_literal *value) {
    if (is_tuple_of_any_length(type)) {
        return admits_items(a, type->items[0], value, 0, 1);
    }
    for (uint32_t i = 0; i < type->count; i++) {
        if (type->items[i]->form == ISPY_FORM_UNPACK) {
            return ISPY_UNPROVABLE;
        }
    }
    if (type->count != value->count) {
        return ISPY_FAIL;
    }
    ispy_verdict all = ISPY_PASS;
    for (uint32_t i = 0; i < type->count && all != ISPY_FAIL; i++) {
        all = lesser(all, admits(a, type->items[i], &value->items[i]));
    }
    return all;
}

static ispy_verdict admits_arguments(admission *a, const ispy_type *type, const ispy_literal *value,
                                     element_mode mode) {
    if (mode == ELEMENTS_NONE) {
        return ISPY_PASS;
    }
    if (ispy_type_role_get(type) == ISPY_ROLE_TUPLE) {
        return admits_tuple(a, type, value);
    }
    if (mode == ELEMENTS_PAIRS) {
        if (type->count != 2) {
            return ISPY_UNPROVABLE;
        }
        ispy_verdict keys = admits_items(a, type->items[0], value, 0, 2);
        return keys == ISPY_FAIL ? keys : lesser(keys, admits_items(a, type->items[1], value, 1, 2));
    }
    if (type->count != 1) {
        return ISPY_UNPROVABLE;
    }
    if (value->kind == ISPY_LITERAL_STR || value->kind == ISPY_LITERAL_BYTES) {
        return admits_text_items(a, type->items[0], value);
    }
    return admits_items(a, type->items[0], value, 0, value->kind == ISPY_LITERAL_DICT ? 2 : 1);
}

/* A tuple is hashable when its items are. */
static ispy_verdict is_hashable(admission *a, const ispy_literal *value) {
    if (value->kind == ISPY_LITERAL_DYNAMIC || a->depth >= MAX_DEPTH) {
        return ISPY_UNPROVABLE;
    }
    if (value->kind != ISPY_LITERAL_TUPLE) {
        return (SCALARS >> value->kind & 1u) != 0 ? ISPY_PASS : ISPY_FAIL;
    }
    ispy_verdict all = ISPY_PASS;
    a->depth++;
    for (uint32_t i = 0; i < value->count && all != ISPY_FAIL; i++) {
        all = lesser(all, is_hashable(a, &value->items[i]));
    }
    a->depth--;
    return all;
}

static bool is_name(ispy_str name, const char *text) {
    size_t length = strlen(text);
    return name.length == length && memcmp(name.data, text, length) == 0;
}

static ispy_verdict admits_named(admission *a, const ispy_type *type, const ispy_literal *value) {
    ispy_str name = type->names[0].qualified;
    if (type->is_member || name.data == NULL) {
        return ISPY_UNPROVABLE;
    }
    if (is_name(name, "typing.Optional") && value->kind == ISPY_LITERAL_NONE) {
        return ISPY_PASS; /* bare, of what is not said */
    }
    if (is_name(name, "collections.abc.Hashable")) {
        return is_hashable(a, value);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!is_name(name, types[i].name)) {
            continue;
        }
        if ((types[i].kinds >> value->kind & 1u) != 0) {
            return type->subscripted ? admits_arguments(a, type, value, types[i].mode) : ISPY_PASS;
        }
        return value->kind == ISPY_LITERAL_DYNAMIC ? ISPY_UNPROVABLE : ISPY_FAIL;
    }
    return ISPY_UNPROVABLE;
}

static ispy_verdict admits_literal(const ispy_type *type, const ispy_literal *value) {
    if (value->kind == ISPY_LITERAL_DYNAMIC) {
        return ISPY_UNPROVABLE;
    }
    return type->value.kind == value->kind ? ispy_literal_compare(&type->value, value) : ISPY_FAIL;
}

static ispy_verdict admits_union(admission *a, const ispy_type *type, const ispy_literal *value) {
    ispy_verdict any = ISPY_FAIL;
    for (uint32_t i = 0; i < type->count && any != ISPY_PASS; i++) {
        ispy_verdict verdict = admits(a, type->items[i], value);
        any = verdict > any ? verdict : any;
    }
    return any;
}

static ispy_verdict admits(admission *a, const ispy_type *type, const ispy_literal *value) {
    if (a->steps == 0 || a->depth >= MAX_DEPTH || value->kind > ISPY_LITERAL_SEQUENCE) {
        return ISPY_UNPROVABLE;
    }
    a->steps--;
    a->depth++;
    ispy_verdict verdict = ISPY_UNPROVABLE;
    switch (type->form) {
    case ISPY_FORM_NAMED:
        verdict = admits_named(a, type, value);
        break;
    case ISPY_FORM_NONE:
        verdict = value->kind == ISPY_LITERAL_NONE      ? ISPY_PASS
                  : value->kind == ISPY_LITERAL_DYNAMIC ? ISPY_UNPROVABLE
                                                        : ISPY_FAIL;
        break;
    case ISPY_FORM_UNION:
        verdict = admits_union(a, type, value);
        break;
    case ISPY_FORM_LITERAL:
        verdict = admits_literal(type, value);
        break;
    case ISPY_FORM_LIST:
    case ISPY_FORM_UNPACK:
    case ISPY_FORM_ELLIPSIS:
    case ISPY_FORM_OPAQUE:
        break;
    }
    a->depth--;
    return verdict;
}

ispy_verdict ispy_type_expr_admits(const ispy_type_expr *wanted, const ispy_literal *value) {
    admission a = {MAX_STEPS, 0};
    ispy_verdict verdict = admits(&a, wanted->normal, value);
    return a.steps == 0 ? ISPY_UNPROVABLE : verdict;
}
