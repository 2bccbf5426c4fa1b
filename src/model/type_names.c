/* Names of types under which one and the same type goes. See type_names.h. */
#include "model/type_names.h"

#include "model/resolve.h"

#include <string.h>

typedef struct alias {
    const char *name;      /* in typing */
    const char *canonical; /* qualified */
    ispy_type_role role;
} alias;

#define ABC(name)                                                                                                      \
    { #name, "collections.abc." #name, ISPY_ROLE_PLAIN }
#define TYPING(name)                                                                                                   \
    { #name, "typing." #name, ISPY_ROLE_PLAIN }

static const char tuple[] = "builtins.tuple";

/* In the order of the bytes of `name`. What typing re-exports stands under the name of the original. */
static const alias aliases[] = {
    {"AbstractSet", "collections.abc.Set", ISPY_ROLE_PLAIN},
    {"Annotated", "typing.Annotated", ISPY_ROLE_ANNOTATED},
    {"Any", "typing.Any", ISPY_ROLE_ANY},
    TYPING(AnyStr),
    {"AsyncContextManager", "contextlib.AbstractAsyncContextManager", ISPY_ROLE_PLAIN},
    {"AsyncGenerator", "collections.abc.AsyncGenerator", ISPY_ROLE_ASYNC_GENERATOR},
    ABC(AsyncIterable),
    ABC(AsyncIterator),
    ABC(Awaitable),
    TYPING(BinaryIO),
    ABC(Buffer),
    ABC(ByteString),
    ABC(Callable),
    {"ChainMap", "collections.ChainMap", ISPY_ROLE_PLAIN},
    {"ClassVar", "typing.ClassVar", ISPY_ROLE_QUALIFIER},
    ABC(Collection),
    TYPING(Concatenate),
    ABC(Container),
    {"ContextManager", "contextlib.AbstractContextManager", ISPY_ROLE_PLAIN},
    ABC(Coroutine),
    {"Counter", "collections.Counter", ISPY_ROLE_PLAIN},
    {"DefaultDict", "collections.defaultdict", ISPY_ROLE_PLAIN},
    {"Deque", "collections.deque", ISPY_ROLE_PLAIN},
    {"Dict", "builtins.dict", ISPY_ROLE_PLAIN},
    {"Final", "typing.Final", ISPY_ROLE_QUALIFIER},
    TYPING(ForwardRef),
    {"FrozenSet", "builtins.frozenset", ISPY_ROLE_PLAIN},
    {"Generator", "collections.abc.Generator", ISPY_ROLE_GENERATOR},
    TYPING(Generic),
    ABC(Hashable),
    TYPING(IO),
    ABC(ItemsView),
    ABC(Iterable),
    ABC(Iterator),
    ABC(KeysView),
    {"List", "builtins.list", ISPY_ROLE_PLAIN},
    {"Literal", "typing.Literal", ISPY_ROLE_LITERAL},
    TYPING(LiteralString),
    ABC(Mapping),
    ABC(MappingView),
    {"Match", "re.Match", ISPY_ROLE_PLAIN},
    ABC(MutableMapping),
    ABC(MutableSequence),
    ABC(MutableSet),
    TYPING(NamedTuple),
    TYPING(Never),
    TYPING(NewType),
    {"NoReturn", "typing.Never", ISPY_ROLE_PLAIN}, /* PEP 484 and the typing documentation: interchangeable */
    {"NoneType", "types.NoneType", ISPY_ROLE_NONE},
    {"NotRequired", "typing.NotRequired", ISPY_ROLE_QUALIFIER},
    {"Optional", "typing.Optional", ISPY_ROLE_OPTIONAL},
    {"OrderedDict", "collections.OrderedDict", ISPY_ROLE_PLAIN},
    TYPING(ParamSpec),
    TYPING(ParamSpecArgs),
    TYPING(ParamSpecKwargs),
    {"Pattern", "re.Pattern", ISPY_ROLE_PLAIN},
    TYPING(Protocol),
    {"ReadOnly", "typing.ReadOnly", ISPY_ROLE_QUALIFIER},
    {"Required", "typing.Required", ISPY_ROLE_QUALIFIER},
    ABC(Reversible),
    TYPING(Self),
    ABC(Sequence),
    {"Set", "builtins.set", ISPY_ROLE_PLAIN},
    ABC(Sized),
    TYPING(SupportsAbs),
    TYPING(SupportsBytes),
    TYPING(SupportsComplex),
    TYPING(SupportsFloat),
    TYPING(SupportsIndex),
    TYPING(SupportsInt),
    TYPING(SupportsRound),
    {"Text", "builtins.str", ISPY_ROLE_PLAIN},
    TYPING(TextIO),
    {"Tuple", tuple, ISPY_ROLE_TUPLE},
    {"Type", "builtins.type", ISPY_ROLE_PLAIN},
    TYPING(TypeAlias),
    TYPING(TypeAliasType),
    TYPING(TypeForm),
    TYPING(TypeGuard),
    TYPING(TypeIs),
    TYPING(TypeVar),
    TYPING(TypeVarTuple),
    TYPING(TypedDict),
    {"Union", "typing.Union", ISPY_ROLE_UNION},
    {"Unpack", "typing.Unpack", ISPY_ROLE_UNPACK},
    ABC(ValuesView),
};

enum { ALIAS_COUNT = sizeof aliases / sizeof *aliases };

static bool equals(ispy_str text, const char *word) {
    size_t length = strlen(word);
    return text.length == length && memcmp(text.data, word, length) == 0;
}

static const alias *find_alias(ispy_str name) {
    if (name.length == 0 || name.data[0] < 'A' || name.data[0] > 'Z') { /* as most annotations: int, str, ... */
        return NULL;
    }
    size_t first = 0;
    size_t end = ALIAS_COUNT;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        const char *other = aliases[middle].name;
        size_t length = strlen(other);
        int order = memcmp(name.data, other, name.length < length ? name.length : length);
        if (order == 0 && name.length == length) {
            return &aliases[middle];
        }
        if (order < 0 || (order == 0 && name.length < length)) {
            end = middle;
        } else {
            first = middle + 1;
        }
    }
    return NULL;
}

/* What follows "typing.", or data == NULL. */
static ispy_str behind_typing(ispy_str qualified) {
    static const char *const prefixes[] = {"typing.", "typing_extensions."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i]);
        if (qualified.length > length && memcmp(qualified.data, prefixes[i], length) == 0) {
            return ispy_str_of(qualified.data + length, qualified.length - length);
        }
    }
    return (ispy_str){NULL, 0, 0};
}

static int join(ispy_str *out, ispy_arena *arena, const char *prefix, ispy_str name) {
    size_t length = strlen(prefix);
    char *text = ispy_arena_alloc(arena, length + name.length + 1);
    if (text == NULL) {
        return ISPY_ENOMEM;
    }
    memcpy(text, prefix, length);
    memcpy(text + length, name.data, name.length);
    *out = ispy_str_of(text, length + name.length);
    return ISPY_OK;
}

int ispy_type_standard(ispy_str *out, ispy_arena *arena, ispy_str bare) {
    const alias *found = find_alias(bare);
    if (found != NULL) {
        *out = ispy_str_literal(found->canonical);
        return ISPY_OK;
    }
    if (ispy_is_builtin(bare)) {
        return join(out, arena, "builtins.", bare);
    }
    *out = (ispy_str){NULL, 0, 0};
    return ISPY_OK;
}

int ispy_type_canonical(ispy_str *out, ispy_arena *arena, ispy_str qualified) {
    ispy_str rest = behind_typing(qualified);
    if (rest.data == NULL) {
        *out = qualified;
        return ISPY_OK;
    }
    const alias *found = find_alias(rest);
    if (found != NULL) {
        *out = ispy_str_literal(found->canonical);
        return ISPY_OK;
    }
    return join(out, arena, "typing.", rest);
}

/* All that have a role are found by the last part of their name, but for the one whose name in typing is another. */
ispy_type_role ispy_type_role_of(ispy_str canonical) {
    if (!ispy_type_is_standard(canonical)) {
        return ISPY_ROLE_PLAIN;
    }
    size_t last = canonical.length;
    while (canonical.data[last - 1] != '.') { /* there is one: it is the name of something standard */
        last--;
    }
    const alias *found = find_alias((ispy_str){canonical.data + last, canonical.length - (uint32_t)last, 0});
    if (found != NULL && equals(canonical, found->canonical)) {
        return found->role;
    }
    return equals(canonical, tuple) ? ISPY_ROLE_TUPLE : ISPY_ROLE_PLAIN;
}

bool ispy_type_is_standard(ispy_str canonical) {
    static const char *const modules[] = {"builtins.", "typing.", "collections.", "contextlib.", "re.", "types."};
    for (size_t i = 0; canonical.data != NULL && i < sizeof modules / sizeof *modules; i++) {
        size_t length = strlen(modules[i]);
        if (canonical.length > length && memcmp(canonical.data, modules[i], length) == 0) {
            return true;
        }
    }
    return false;
}
