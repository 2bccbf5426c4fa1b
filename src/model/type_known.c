/* Classes of the standard library whose bases are known. The hierarchy is that of typeshed, which type checkers use.
 * Must not know: annotations, modules. */
#include "model/type_known.h"

#include <string.h>

#define ABC(name) "collections.abc." name

#define KNOWN(name, variance, base, arguments)                                                                         \
    {                                                                                                                  \
        name, ISPY_KNOWN_CLASS, variance, {                                                                            \
            { base, arguments }                                                                                        \
        }                                                                                                              \
    }
#define KNOWN_TWO(name, variance, base, arguments, other, others)                                                      \
    {                                                                                                                  \
        name, ISPY_KNOWN_CLASS, variance, {                                                                            \
            {base, arguments}, {                                                                                       \
                other, others                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }
#define PROTOCOL(name, variance, base, arguments)                                                                      \
    {                                                                                                                  \
        name, ISPY_KNOWN_PROTOCOL, variance, {                                                                         \
            { base, arguments }                                                                                        \
        }                                                                                                              \
    }
#define ERROR(name, base)                                                                                              \
    {                                                                                                                  \
        "builtins." name, ISPY_KNOWN_CLASS, "", {                                                                      \
            { "builtins." base, "" }                                                                                   \
        }                                                                                                              \
    }

static const ispy_known_class known[] = {
    /* scalars; an int may stand for a float and a float for a complex (PEP 484) */
    KNOWN("builtins.bool", "", "builtins.int", ""),
    KNOWN("builtins.int", "", "builtins.float", ""),
    KNOWN("builtins.float", "", "builtins.complex", ""),
    KNOWN("builtins.complex", "", NULL, ""),
    KNOWN("types.EllipsisType", "", NULL, ""),
    KNOWN("typing.LiteralString", "", "builtins.str", ""),
    /* text and its like */
    KNOWN("builtins.str", "", ABC("Sequence"), "s"),
    KNOWN("builtins.bytes", "", ABC("Sequence"), "i"),
    KNOWN("builtins.bytearray", "", ABC("MutableSequence"), "i"),
    KNOWN("builtins.range", "", ABC("Sequence"), "i"),
    /* containers */
    KNOWN("builtins.list", "=", ABC("MutableSequence"), "0"),
    KNOWN("builtins.set", "=", ABC("MutableSet"), "0"),
    KNOWN("builtins.frozenset", "+", ABC("Set"), "0"),
    KNOWN("builtins.dict", "==", ABC("MutableMapping"), "01"),
    KNOWN("collections.deque", "=", ABC("MutableSequence"), "0"),
    KNOWN("collections.defaultdict", "==", "builtins.dict", "01"),
    KNOWN("collections.OrderedDict", "==", "builtins.dict", "01"),
    KNOWN("collections.Counter", "=", "builtins.dict", "0i"),
    KNOWN("collections.ChainMap", "==", ABC("MutableMapping"), "01"),
    /* abstract ones that classes have to derive from */
    KNOWN_TWO(ABC("Sequence"), "+", ABC("Reversible"), "0", ABC("Collection"), "0"),
    KNOWN(ABC("MutableSequence"), "=", ABC("Sequence"), "0"),
    KNOWN(ABC("Set"), "+", ABC("Collection"), "0"),
    KNOWN(ABC("MutableSet"), "=", ABC("Set"), "0"),
    KNOWN(ABC("Mapping"), "=+", ABC("Collection"), "0"),
    KNOWN(ABC("MutableMapping"), "==", ABC("Mapping"), "01"),
    KNOWN(ABC("MappingView"), "", ABC("Sized"), ""),
    KNOWN_TWO(ABC("KeysView"), "+", ABC("MappingView"), "", ABC("Set"), "0"),
    KNOWN_TWO(ABC("ValuesView"), "+", ABC("MappingView"), "", ABC("Collection"), "0"),
    KNOWN_TWO(ABC("ItemsView"), "++", ABC("MappingView"), "", ABC("Set"), "t"),
    KNOWN(ABC("Generator"), "+-+", ABC("Iterator"), "0"),
    KNOWN(ABC("AsyncGenerator"), "+-", ABC("AsyncIterator"), "0"),
    KNOWN(ABC("Coroutine"), "+-+", ABC("Awaitable"), "2"),
    /* protocols: what has their methods is one */
    PROTOCOL(ABC("Iterable"), "+", NULL, ""),
    PROTOCOL(ABC("Iterator"), "+", ABC("Iterable"), "0"),
    PROTOCOL(ABC("Reversible"), "+", ABC("Iterable"), "0"),
    PROTOCOL(ABC("Container"), "+", NULL, ""),
    {ABC("Collection"),
     ISPY_KNOWN_PROTOCOL,
     "+",
     {{ABC("Iterable"), "0"}, {ABC("Container"), "0"}, {ABC("Sized"), ""}}},
    PROTOCOL(ABC("Sized"), "", NULL, ""),
    PROTOCOL(ABC("Awaitable"), "+", NULL, ""),
    PROTOCOL(ABC("AsyncIterable"), "+", NULL, ""),
    PROTOCOL(ABC("AsyncIterator"), "+", ABC("AsyncIterable"), "0"),
    /* exceptions */
    KNOWN("builtins.BaseException", "", NULL, ""),
    ERROR("Exception", "BaseException"),
    ERROR("KeyboardInterrupt", "BaseException"),
    ERROR("SystemExit", "BaseException"),
    ERROR("GeneratorExit", "BaseException"),
    ERROR("ArithmeticError", "Exception"),
    ERROR("OverflowError", "ArithmeticError"),
    ERROR("ZeroDivisionError", "ArithmeticError"),
    ERROR("AssertionError", "Exception"),
    ERROR("AttributeError", "Exception"),
    ERROR("EOFError", "Exception"),
    ERROR("ImportError", "Exception"),
    ERROR("ModuleNotFoundError", "ImportError"),
    ERROR("LookupError", "Exception"),
    ERROR("IndexError", "LookupError"),
    ERROR("KeyError", "LookupError"),
    ERROR("MemoryError", "Exception"),
    ERROR("NameError", "Exception"),
    ERROR("OSError", "Exception"),
    ERROR("ConnectionError", "OSError"),
    ERROR("FileExistsError", "OSError"),
    ERROR("FileNotFoundError", "OSError"),
    ERROR("PermissionError", "OSError"),
    ERROR("TimeoutError", "OSError"),
    ERROR("RuntimeError", "Exception"),
    ERROR("NotImplementedError", "RuntimeError"),
    ERROR("RecursionError", "RuntimeError"),
    ERROR("StopIteration", "Exception"),
    ERROR("SyntaxError", "Exception"),
    ERROR("TypeError", "Exception"),
    ERROR("ValueError", "Exception"),
    ERROR("UnicodeError", "ValueError"),
};

const ispy_known_class *ispy_known_class_of(ispy_str canonical) {
    for (size_t i = 0; canonical.data != NULL && i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) == canonical.length && memcmp(known[i].name, canonical.data, canonical.length) == 0) {
            return &known[i];
        }
    }
    return NULL;
}
