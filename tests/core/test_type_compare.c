/* Annotations: which are the same type. */
#include "suites.h"

#include "model/type_expr.h"
#include "sample_module.h"

#include <string.h>

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

static const ispy_type_expr *parse(const char *text) {
    const ispy_type_expr *type = NULL;
    ck_assert_int_eq(ispy_type_expr_parse(&type, arena, ispy_str_literal(text)), ISPY_OK);
    return type;
}

/* P, F, U */
static char letter(ispy_verdict verdict) {
    return "FUP"[verdict];
}

typedef struct pair {
    const char *wanted;
    const char *got;
    char verdict;
} pair;

static void check_pair(const char *wanted, const char *got, const ispy_module *module, char verdict) {
    char found = letter(ispy_type_expr_compare(parse(wanted), parse(got), module));
    ck_assert_msg(found == verdict, "wanted %s, got %s: %c instead of %c", wanted, got, found, verdict);
}

/* ---- Without a module: the verdict is the same both ways ---- */

static const pair both_ways[] = {
    {"int", "int", 'P'},
    {"int", "str", 'F'},
    {"int", " int ", 'P'},
    {"int", "(int)", 'P'},
    {"int", "'int'", 'P'},
    {"int", "\"\"\"int\"\"\"", 'P'},
    {"int", "\"'int'\"", 'P'},
    {"int", "r'int'", 'P'},
    {"int", "'in' 't'", 'P'},
    {"int", "'\\x69nt'", 'P'},
    {"int", "\\\nint", 'P'},
    {"int", "int # a comment", 'P'},
    {"None", "None", 'P'},
    {"None", "'None'", 'P'},
    {"None", "types.NoneType", 'P'},
    {"None", "int", 'F'},
    {"Any", "typing.Any", 'P'},
    {"Any", "int", 'F'},
    {"object", "Any", 'F'},
    {"str", "Text", 'P'},
    {"str", "typing.Text", 'P'},
    {"float", "int", 'F'},
    {"bool", "int", 'F'},
    /* aliases */
    {"list", "List", 'P'},
    {"list[int]", "List[int]", 'P'},
    {"list[int]", "typing.List[int]", 'P'},
    {"list[int]", "typing_extensions.List[int]", 'P'},
    {"List[int]", "typing.List[builtins.int]", 'P'},
    {"list[int]", "list[str]", 'F'},
    {"list[int]", "list", 'F'},
    {"list[int]", "list [ int ]", 'P'},
    {"list[int]", "list[\n  int,  # first\n]", 'P'},
    {"list[int]", "list['int']", 'P'},
    {"list[int]", "'list[int]'", 'P'},
    {"list[int]", "'list[\\'int\\']'", 'P'},
    {"dict[str, int]", "Dict[str,int]", 'P'},
    {"dict[str, int]", "Dict[int, str]", 'F'},
    {"dict[str, int]", "dict[(str, int)]", 'P'},
    {"dict[str, int]", "dict[str]", 'F'},
    {"set[int]", "Set[int]", 'P'},
    {"frozenset[int]", "FrozenSet[int]", 'P'},
    {"set[int]", "frozenset[int]", 'F'},
    {"collections.abc.Set[int]", "AbstractSet[int]", 'P'},
    {"type[int]", "Type[int]", 'P'},
    {"collections.deque[int]", "Deque[int]", 'P'},
    {"collections.defaultdict[str, int]", "typing.DefaultDict[str, int]", 'P'},
    {"collections.OrderedDict[str, int]", "OrderedDict[str, int]", 'P'},
    {"collections.Counter[str]", "Counter[str]", 'P'},
    {"collections.ChainMap[str, int]", "ChainMap[str, int]", 'P'},
    {"collections.abc.Awaitable[int]", "Awaitable[int]", 'P'},
    {"collections.abc.Coroutine[Any, Any, int]", "typing.Coroutine[Any, Any, int]", 'P'},
    {"collections.abc.AsyncIterable[int]", "AsyncIterable[int]", 'P'},
    {"collections.abc.AsyncIterator[int]", "AsyncIterator[int]", 'P'},
    {"collections.abc.Iterable[int]", "Iterable[int]", 'P'},
    {"collections.abc.Iterable[int]", "Iterator[int]", 'F'},
    {"collections.abc.Mapping[str, int]", "Mapping[str, int]", 'P'},
    {"collections.abc.Sequence[int]", "Sequence[int]", 'P'},
    {"contextlib.AbstractContextManager[int]", "ContextManager[int]", 'P'},
    {"contextlib.AbstractAsyncContextManager[int]", "AsyncContextManager[int]", 'P'},
    {"re.Pattern[str]", "Pattern[str]", 'P'},
    {"re.Match[str]", "typing.Match[str]", 'P'},
    {"re.Match[str]", "re.Pattern[str]", 'F'},
    {"typing_extensions.Self", "Self", 'P'},
    {"NoReturn", "typing.Never", 'P'},
    {"typing.somethingNew", "typing_extensions.somethingNew", 'P'},
    /* generics without arguments */
    {"list", "list[Any]", 'P'},
    {"List", "list[typing.Any]", 'P'},
    {"dict", "Dict[Any, Any]", 'P'},
    {"dict", "dict[str, Any]", 'F'},
    {"tuple", "tuple[Any, ...]", 'P'},
    {"tuple", "Tuple[Any]", 'F'},
    {"tuple", "tuple[()]", 'F'},
    {"tuple", "tuple[Any, Any]", 'F'},
    {"Callable", "Callable[..., Any]", 'P'},
    {"Callable", "Callable[..., int]", 'F'},
    {"type", "Type[Any]", 'P'},
    {"Generator", "Generator[Any, Any, Any]", 'P'},
    {"Generator[int]", "Generator[int, None, None]", 'P'},
    {"Generator[int]", "Generator[int, None, str]", 'F'},
    {"Generator[int, None]", "Generator[int, None, None]", 'P'},
    {"AsyncGenerator[int]", "collections.abc.AsyncGenerator[int, None]", 'P'},
    {"Coroutine[None, None, None]", "Coroutine[None]", 'F'},
    /* tuples */
    {"tuple[int, ...]", "Tuple[int, ...]", 'P'},
    {"tuple[int, ...]", "tuple[int]", 'F'},
    {"tuple[int, str]", "tuple[str, int]", 'F'},
    {"tuple[int, str]", "tuple[(int, str)]", 'P'},
    {"tuple[int]", "tuple[int,]", 'P'},
    {"tuple[()]", "Tuple[()]", 'P'},
    {"tuple[()]", "tuple[int]", 'F'},
    {"tuple[*Ts]", "tuple[Unpack[Ts]]", 'P'},
    {"tuple[int, *Ts]", "tuple[int, typing.Unpack[Ts]]", 'P'},
    {"tuple[int, *tuple[str, ...]]", "tuple[int, *Tuple[str, ...]]", 'P'},
    {"tuple[int, *tuple[str, ...]]", "tuple[int, str]", 'F'},
    {"tuple[int, *tuple[str, ...]]", "tuple[int, str, str]", 'U'},
    {"*Ts", "Unpack[Ts]", 'P'},
    /* unions */
    {"Optional[int]", "int | None", 'P'},
    {"Optional[int]", "None | int", 'P'},
    {"Optional[int]", "Union[int, None]", 'P'},
    {"Optional[int]", "typing.Optional['int']", 'P'},
    {"Optional[int]", "'int | None'", 'P'},
    {"Optional[int]", "'int' | None", 'P'},
    {"Optional[int]", "int", 'F'},
    {"Optional[int]", "None", 'F'},
    {"Optional[int]", "Optional[str]", 'F'},
    {"Optional[None]", "None", 'P'},
    {"Optional[Optional[int]]", "Optional[int]", 'P'},
    {"Union[int, str]", "str | int", 'P'},
    {"Union[int, str]", "Union[str, int]", 'P'},
    {"Union[int, str]", "Union[(int, str)]", 'P'},
    {"Union[int, str]", "int", 'F'},
    {"Union[int, str]", "int | str | bytes", 'F'},
    {"Union[int]", "int", 'P'},
    {"Union[int, int]", "int", 'P'},
    {"Union[int, Union[str, None]]", "Optional[Union[int, str]]", 'P'},
    {"list[int] | list[int]", "list[int]", 'P'},
    {"list[int | str]", "list[str | int]", 'P'},
    {"list[int | str]", "list[int] | list[str]", 'F'},
    {"dict[str, int | None] | None", "Optional[Dict[str, Optional[int]]]", 'P'},
    {"(int | str) | bytes", "int | (str | bytes)", 'P'},
    {"int | None", "int | None | None", 'P'},
    /* callables */
    {"Callable[[int, str], bool]", "typing.Callable[[int, str], bool]", 'P'},
    {"Callable[[int, str], bool]", "collections.abc.Callable[[int, str], bool]", 'P'},
    {"Callable[[int, str], bool]", "Callable[[str, int], bool]", 'F'},
    {"Callable[[int], bool]", "Callable[[int, str], bool]", 'F'},
    {"Callable[[], None]", "Callable[[], None]", 'P'},
    {"Callable[[], None]", "Callable[..., None]", 'F'},
    {"Callable[..., int]", "Callable[[...], int]", 'F'},
    {"Callable[Concatenate[int, P], str]", "Callable[typing.Concatenate[int, P], str]", 'P'},
    {"Callable[[Callable[[int], str]], None]", "Callable[['Callable[[int], str]'], None]", 'P'},
    {"Callable[[*Ts], None]", "Callable[[Unpack[Ts]], None]", 'P'},
    /* wrappers */
    {"int", "Final[int]", 'P'},
    {"int", "ClassVar[int]", 'P'},
    {"int", "ClassVar[Final[int]]", 'P'},
    {"int", "Annotated[int, Field(gt=0)]", 'P'},
    {"int", "Annotated[int, 'some words', {1: [2, 3]}, lambda: 0]", 'P'},
    {"int", "Annotated[Annotated[int, 1], 2]", 'P'},
    {"Optional[int]", "Annotated[int | None, x[1:2]]", 'P'},
    {"int", "Annotated[str, 1]", 'F'},
    {"int", "Required[int]", 'P'},
    {"int", "NotRequired[ReadOnly[int]]", 'P'},
    {"Final", "typing.Final", 'P'},
    /* literals */
    {"Literal['a']", "Literal[\"a\"]", 'P'},
    {"Literal['a', 'b']", "Literal['b', 'a']", 'P'},
    {"Literal['a', 'b']", "Literal['a', 'b', 'a']", 'P'},
    {"Literal['a', 'b']", "Literal['a'] | Literal['b']", 'P'},
    {"Literal['a', 'b']", "Literal[Literal['a'], 'b']", 'P'},
    {"Literal['a', 'b']", "Literal['a']", 'F'},
    {"Literal['a']", "Literal[b'a']", 'F'},
    {"Literal['a']", "Literal[u'a']", 'P'},
    {"Literal['int']", "int", 'F'},
    {"Literal['int']", "Literal[int]", 'F'},
    {"Literal[1]", "Literal[0x1]", 'P'},
    {"Literal[1000]", "Literal[1_000]", 'P'},
    {"Literal[-1]", "Literal[ - 1]", 'P'},
    {"Literal[-1]", "Literal[1]", 'F'},
    {"Literal[0]", "Literal[-0]", 'P'},
    {"Literal[+1]", "Literal[1]", 'P'},
    {"Literal[1]", "Literal[True]", 'F'},
    {"Literal[True]", "Literal[True]", 'P'},
    {"Literal[None]", "None", 'P'},
    {"Literal['a', None]", "Optional[Literal['a']]", 'P'},
    {"Literal[Color.RED]", "Literal[Color.RED]", 'P'},
    {"Literal[b'\\x00']", "Literal[b'\\0']", 'P'},
    {"Literal['\\u00e9']", "Literal['é']", 'P'},
    {"Literal['a' 'b']", "Literal['ab']", 'P'},
    {"Literal[r'\\n']", "Literal['\\\\n']", 'P'},
    {"Literal['''a''']", "Literal['a']", 'P'},
    {"Literal[99999999999999999999999]", "Literal[99999999999999999999999]", 'P'},
    {"Literal[99999999999999999999999]", "Literal[99999999999999999999998]", 'F'},
    {"Literal[0xffffffffffffffff]", "Literal[18446744073709551615]", 'P'},
    /* names that nobody resolves */
    {"Job", "'Job'", 'P'},
    {"Job[int]", "Job[int]", 'P'},
    {"Job[int]", "Job[str]", 'F'},
    {"Job", "Job[Any]", 'P'},
    {"Job", "Task", 'U'},
    {"list[Job]", "list[Task]", 'U'},
    {"acme.api.Job", "acme.api.Job", 'P'},
    {"acme . api . Job", "acme.api.Job", 'P'},
    {"acme.api.Job", "acme.jobs.Job", 'U'},
    {"Größe", "Größe", 'P'},
    /* what the grammar does not cover */
    {"f(x)", "f( x )", 'P'},
    {"f(x)", "f(y)", 'U'},
    {"a if b else c", "a  if b\telse c", 'P'},
    {"lambda x: x", "lambda x:x", 'P'},
    {"list[f(1)]", "list[f( 1 )]", 'P'},
    {"list[f(1)]", "set[f(1)]", 'F'},
    {"np.ndarray[1:2]", "np.ndarray[1 : 2]", 'P'},
    {"", "  ", 'P'},
    {"'unfinished", "'unfinished", 'P'},
    {"int]", "int]", 'P'},
    {"f'x'", "f'x'", 'P'},
};

START_TEST(without_a_module_types_compare_both_ways) {
    for (size_t i = 0; i < sizeof both_ways / sizeof *both_ways; i++) {
        const pair *p = &both_ways[i];
        check_pair(p->wanted, p->got, NULL, p->verdict);
        check_pair(p->got, p->wanted, NULL, p->verdict);
        check_pair(p->wanted, p->wanted, NULL, 'P');
        check_pair(p->got, p->got, NULL, 'P');
    }
}
END_TEST

/* ---- One way ---- */

static const pair one_way[] = {
    /* ImportSpy's bare words */
    {"Optional", "Optional[int]", 'P'},
    {"Optional", "int | None", 'P'},
    {"Optional", "Union[int, None]", 'P'},
    {"Optional", "Optional", 'P'},
    {"Optional", "Union", 'F'},
    {"Optional", "int | str", 'F'},
    {"Optional", "Job | str", 'U'},
    {"Optional", "int", 'F'},
    {"Optional", "Job", 'U'},
    {"Optional[int]", "Optional", 'F'},
    {"Union", "Union[int, str]", 'P'},
    {"Union", "Optional[int]", 'P'},
    {"Union", "Optional", 'P'},
    {"Union", "int | str", 'P'},
    {"Union", "int", 'F'},
    {"Union", "Literal['a', 'b']", 'F'},
    {"Union", "Literal['a', 'b'] | int", 'P'},
    {"List", "List", 'P'},
    {"List", "List[int]", 'F'},
    /* nothing is known of the module's side */
    {"int", "Job", 'U'},
    {"Job", "int", 'F'},
    {"int", "acme.Job", 'U'},
    {"acme.Job", "int", 'F'},
    {"int", "Job[int]", 'U'},
    {"int | None", "Job", 'U'},
    {"int | None", "Job | None", 'U'},
    {"int | None", "Job | str", 'F'},
    {"int", "f(x)", 'U'},
    {"f(x)", "int", 'F'},
    {"int", "'no annotation at all'", 'U'},
    {"int", "Final", 'U'},
    {"int", "typing.ClassVar", 'U'},
    {"Final", "int", 'F'},
    {"Set[int]", "collections.abc.Set[int]", 'P'},
    {"collections.abc.Set[int]", "Set[int]", 'F'},
    {"Literal['a']", "str", 'F'},
    {"Literal['a']", "Alias", 'U'},
    {"Literal[Color.RED]", "Literal[Color.BLUE]", 'U'},
    {"Color.RED", "Literal[Color.RED]", 'U'},
};

START_TEST(what_is_wanted_and_what_is_there_are_not_alike) {
    for (size_t i = 0; i < sizeof one_way / sizeof *one_way; i++) {
        check_pair(one_way[i].wanted, one_way[i].got, NULL, one_way[i].verdict);
    }
}
END_TEST

/* ---- Through a module's imports ---- */

static const char *const statements[] = {
    "import typing",
    "import typing as t",
    "import typing_extensions as te",
    "import collections.abc",
    "import numpy as np",
    "import acme.api",
    "from typing import List",
    "from typing import Optional as Opt",
    "from typing import Literal as L",
    "from typing import Union as Either",
    "from typing import Final as Const",
    "from typing import Annotated as A",
    "from typing import Any as Whatever",
    "from typing import Unpack as U",
    "from types import NoneType as Nothing",
    "from collections.abc import Callable",
    "from collections.abc import Set",
    "from acme.api import Job",
    "from acme.api import Job as J",
    "from .api import Task",
    "from acme import api",
    "if TYPE_CHECKING: from acme.api import Event",
    "class Local",
    "class Dict",
    "Alias = list",
    "T = TypeVar",
    "def factory",
    "maybe from acme.api import Maybe",
    NULL,
};

static const pair in_module[] = {
    {"Optional[int]", "t.Optional[int]", 'P'},
    {"Optional[int]", "Opt[int]", 'P'},
    {"Optional[int]", "'Opt[int]'", 'P'},
    {"Optional[int]", "Either[int, None]", 'P'},
    {"int | str", "t.Union[int, str]", 'P'},
    {"int", "Const[int]", 'P'},
    {"int", "Const", 'U'},
    {"int", "A[int, 'x']", 'P'},
    {"int", "t.Annotated[int, f(1)]", 'P'},
    {"Any", "Whatever", 'P'},
    {"list", "list[Whatever]", 'P'},
    {"None", "Nothing", 'P'},
    {"Optional[int]", "int | Nothing", 'P'},
    {"tuple[*Ts]", "tuple[U[Ts]]", 'P'},
    {"Literal['int']", "L['int']", 'P'},
    {"Literal['int']", "t.Literal['int']", 'P'},
    {"Literal['int']", "te.Literal['int']", 'P'},
    {"Literal['int']", "L[L['int']]", 'P'},
    {"int", "L['int']", 'F'},
    {"list[int]", "t.List[int]", 'P'},
    {"list[int]", "typing.List[int]", 'P'},
    {"typing.List[int]", "list[int]", 'P'},
    {"Callable[[int], str]", "Callable[[int], str]", 'P'},
    {"Callable[[int], str]", "typing.Callable[[int], str]", 'P'},
    {"Callable[[int], str]", "collections.abc.Callable[[int], str]", 'P'},
    {"Set[int]", "Set[int]", 'P'},
    {"set[int]", "Set[int]", 'F'},
    {"AbstractSet[int]", "Set[int]", 'P'},
    /* names of the ecosystem */
    {"Job", "Job", 'P'},
    {"Job", "J", 'P'},
    {"J", "J", 'P'},
    {"Job", "acme.api.Job", 'P'},
    {"Job", "api.Job", 'P'},
    {"acme.api.Job", "Job", 'P'},
    {"acme.api.Job", "J", 'P'},
    {"acme.api.Job", "api.Job", 'P'},
    {"acme.api.Job", "'api.Job'", 'P'},
    {"api.Job", "api.Job", 'P'},
    {"acme.jobs.Job", "Job", 'U'},
    {"acme.api.Task", "Job", 'F'},
    {"Task", "Job", 'F'},
    {"list[acme.api.Job]", "t.List['J']", 'P'},
    {"np.ndarray", "np.ndarray", 'P'},
    {"numpy.ndarray", "np.ndarray", 'P'},
    {"ndarray", "np.ndarray", 'P'},
    {"int", "np.ndarray", 'F'},
    {"Task", "Task", 'P'},
    {"acme.plugins.api.Task", "Task", 'P'},
    {"acme.api.Event", "Event", 'P'},
    {"Event", "'Event'", 'P'},
    {"int", "Event", 'F'},
    {"Maybe", "Maybe", 'P'},
    {"acme.api.Maybe", "Maybe", 'P'},
    {"int", "Maybe", 'U'},
    /* what the module defines itself */
    {"Local", "Local", 'P'},
    {"acme.plugins.mail.Local", "Local", 'P'},
    {"acme.api.Local", "Local", 'F'},
    {"int", "Local", 'F'},
    {"Local", "Local[int]", 'F'},
    {"dict[str, int]", "Dict[str, int]", 'F'},
    {"Dict", "Dict", 'F'},
    {"Local.Inner", "Local.Inner", 'P'},
    {"Inner", "Local.Inner", 'P'},
    {"list[int]", "Alias", 'U'},
    {"Alias", "Alias", 'P'},
    {"list[int]", "list[T]", 'U'},
    {"list[T]", "list[T]", 'P'},
    {"int", "factory", 'U'},
    {"int", "Undefined", 'U'},
    {"Undefined", "Undefined", 'P'},
    {"list", "List", 'P'},
    {"int", "List", 'F'},
};

START_TEST(names_are_resolved_through_the_module) {
    const ispy_module *module = sample_module(arena, "acme.plugins.mail", false, statements);
    for (size_t i = 0; i < sizeof in_module / sizeof *in_module; i++) {
        check_pair(in_module[i].wanted, in_module[i].got, module, in_module[i].verdict);
    }
}
END_TEST

START_TEST(relative_imports_need_the_name_of_the_module) {
    const ispy_module *nameless = sample_module(arena, NULL, false, statements);
    check_pair("Task", "Task", nameless, 'P');
    check_pair("acme.plugins.api.Task", "Task", nameless, 'U');
    check_pair("acme.plugins.apis.Task", "Task", nameless, 'F');
    check_pair("int", "Task", nameless, 'F');
    check_pair("acme.plugins.mail.Local", "Local", nameless, 'U');
    static const char *const own[] = {"class dict", NULL};
    check_pair("dict", "dict", sample_module(arena, NULL, false, own), 'F');
}
END_TEST

START_TEST(in_an_open_scope_only_equal_names_are_equal) {
    static const char *const star[] = {"from x import *", "from acme.api import Job", NULL};
    const ispy_module *module = sample_module(arena, "m", false, star);
    check_pair("int", "int", module, 'P');
    check_pair("int", "str", module, 'U');
    check_pair("Optional[int]", "Optional[int]", module, 'P');
    check_pair("list[int]", "List[int]", module, 'P');
    check_pair("Task", "Task", module, 'P');
    check_pair("Task", "Other", module, 'U');
    check_pair("int", "Job", module, 'F');
    check_pair("int", "None", module, 'F');
}
END_TEST

START_TEST(either_of_two_imports_will_do_when_they_mean_the_same) {
    static const char *const either[] = {"from typing import Literal",
                                         "either from typing_extensions import Literal",
                                         "from a import Job",
                                         "either from b import Job",
                                         "from typing import List",
                                         "either from c import List",
                                         NULL};
    const ispy_module *module = sample_module(arena, "m", false, either);
    check_pair("Literal['a']", "Literal['a']", module, 'P');
    check_pair("Job", "Job", module, 'P');
    check_pair("a.Job", "Job", module, 'U');
    check_pair("int", "Job", module, 'F');
    check_pair("list", "List", module, 'U');
}
END_TEST

START_TEST(a_qualifier_alone_says_nothing_of_the_type) {
    const ispy_module *module = sample_module(arena, "m", false, statements);
    static const char *const unspecific[] = {"Final", "typing.ClassVar", "Const", "t.Final"};
    for (size_t i = 0; i < sizeof unspecific / sizeof *unspecific; i++) {
        ck_assert_msg(ispy_type_expr_is_unspecific(parse(unspecific[i]), module), "%s", unspecific[i]);
    }
    static const char *const specific[] = {"int", "Final[int]", "Const[int]", "None", "f(x)", "Job", ""};
    for (size_t i = 0; i < sizeof specific / sizeof *specific; i++) {
        ck_assert_msg(!ispy_type_expr_is_unspecific(parse(specific[i]), module), "%s", specific[i]);
    }
    ck_assert(ispy_type_expr_is_unspecific(parse("Final"), NULL));
}
END_TEST

Suite *type_compare_suite(void) {
    Suite *suite = suite_create("type_compare");
    TCase *all = tcase_create("type_compare");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, without_a_module_types_compare_both_ways);
    tcase_add_test(all, what_is_wanted_and_what_is_there_are_not_alike);
    tcase_add_test(all, names_are_resolved_through_the_module);
    tcase_add_test(all, relative_imports_need_the_name_of_the_module);
    tcase_add_test(all, in_an_open_scope_only_equal_names_are_equal);
    tcase_add_test(all, either_of_two_imports_will_do_when_they_mean_the_same);
    tcase_add_test(all, a_qualifier_alone_says_nothing_of_the_type);
    suite_add_tcase(suite, all);
    return suite;
}
