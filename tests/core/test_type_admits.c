/* Which literal values have which types. */
#include "suites.h"

#include "model/type_expr.h"

static ispy_arena *arena;

static void setup(void) {
    arena = ispy_arena_new();
}

static void teardown(void) {
    ispy_arena_free(arena);
}

#define STR(value)                                                                                                     \
    {                                                                                                                  \
        .kind = ISPY_LITERAL_STR, .text = { value, sizeof(value) - 1, 0 }                                              \
    }
#define INT(value)                                                                                                     \
    {                                                                                                                  \
        .kind = ISPY_LITERAL_INT, .text = { value, sizeof(value) - 1, 0 }                                              \
    }
#define ITEMS(which, array)                                                                                            \
    { .kind = ISPY_LITERAL_##which, .items = array, .count = sizeof(array) / sizeof *(array) }

static const ispy_literal none = {.kind = ISPY_LITERAL_NONE};
static const ispy_literal dots = {.kind = ISPY_LITERAL_ELLIPSIS};
static const ispy_literal truth = {.kind = ISPY_LITERAL_BOOL, .text = {"True", 4, 0}};
static const ispy_literal three = INT("3");
static const ispy_literal half = {.kind = ISPY_LITERAL_FLOAT, .text = {"0.5", 3, 0}};
static const ispy_literal imaginary = {.kind = ISPY_LITERAL_COMPLEX, .text = {"2j", 2, 0}};
static const ispy_literal text = STR("a");
static const ispy_literal bytes = {.kind = ISPY_LITERAL_BYTES, .text = {"a", 1, 0}};
static const ispy_literal dynamic = {.kind = ISPY_LITERAL_DYNAMIC, .reason = ISPY_REASON_DYNAMIC_VALUE};

static const ispy_literal int_str[] = {INT("1"), STR("a")};
static const ispy_literal int_int[] = {INT("1"), INT("2")};
static const ispy_literal str_int[] = {STR("a"), INT("2")};
static const ispy_literal int_dynamic[] = {INT("1"), {.kind = ISPY_LITERAL_DYNAMIC}};
static const ispy_literal list_item[] = {ITEMS(LIST, int_int)};

static const ispy_literal list_empty = {.kind = ISPY_LITERAL_LIST};
static const ispy_literal tuple_empty = {.kind = ISPY_LITERAL_TUPLE};
static const ispy_literal dict_empty = {.kind = ISPY_LITERAL_DICT};
static const ispy_literal ints = ITEMS(LIST, int_int);
static const ispy_literal mixed = ITEMS(LIST, int_str);
static const ispy_literal half_known = ITEMS(LIST, int_dynamic);
static const ispy_literal pair = ITEMS(TUPLE, int_str);
static const ispy_literal int_tuple = ITEMS(TUPLE, int_int);
static const ispy_literal list_tuple = ITEMS(TUPLE, list_item);
static const ispy_literal set = ITEMS(SET, int_int);
static const ispy_literal dict = ITEMS(DICT, str_int);
static const ispy_literal sequence = ITEMS(SEQUENCE, int_int);

static const struct {
    const char *type;
    const ispy_literal *value;
    char verdict; /* P, F, U */
} rows[] = {
    {"int", &three, 'P'},
    {"int", &truth, 'P'},
    {"int", &half, 'F'},
    {"int", &text, 'F'},
    {"int", &none, 'F'},
    {"int", &dynamic, 'U'},
    {"builtins.int", &three, 'P'},
    {"'int'", &three, 'P'},
    {"Final[int]", &three, 'P'},
    {"Annotated[int, 1]", &three, 'P'},
    {"bool", &truth, 'P'},
    {"bool", &three, 'F'},
    {"float", &three, 'P'},
    {"float", &half, 'P'},
    {"float", &truth, 'P'},
    {"float", &imaginary, 'F'},
    {"complex", &half, 'P'},
    {"complex", &imaginary, 'P'},
    {"str", &text, 'P'},
    {"str", &bytes, 'F'},
    {"Text", &text, 'P'},
    {"bytes", &bytes, 'P'},
    {"bytearray", &bytes, 'F'},
    {"collections.abc.Buffer", &bytes, 'P'},
    {"AnyStr", &text, 'P'},
    {"AnyStr", &three, 'F'},
    {"LiteralString", &text, 'P'},
    {"None", &none, 'P'},
    {"None", &three, 'F'},
    {"None", &dynamic, 'U'},
    {"types.EllipsisType", &dots, 'P'},
    {"int", &dots, 'F'},
    {"Any", &three, 'P'},
    {"Any", &dynamic, 'P'},
    {"object", &dots, 'P'},
    {"object", &dynamic, 'P'},
    {"Never", &none, 'F'},
    {"NoReturn", &none, 'F'},
    /* unions */
    {"int | str", &text, 'P'},
    {"int | str", &bytes, 'F'},
    {"Optional[int]", &none, 'P'},
    {"Optional[int]", &text, 'F'},
    {"int | Job", &text, 'U'},
    {"int | Job", &three, 'P'},
    {"int | Any", &dynamic, 'P'},
    {"Optional", &none, 'P'},
    {"Optional", &three, 'U'},
    {"Union", &three, 'U'},
    /* literals */
    {"Literal['a']", &text, 'P'},
    {"Literal['a', 'b']", &text, 'P'},
    {"Literal['b']", &text, 'F'},
    {"Literal[b'a']", &text, 'F'},
    {"Literal[3]", &three, 'P'},
    {"Literal[1]", &truth, 'F'},
    {"Literal[True]", &truth, 'P'},
    {"Literal[None]", &none, 'P'},
    {"Literal['a']", &dynamic, 'U'},
    {"Literal[Color.RED]", &three, 'U'},
    /* collections */
    {"list", &ints, 'P'},
    {"List", &list_empty, 'P'},
    {"list", &int_tuple, 'F'},
    {"list", &sequence, 'P'},
    {"list[int]", &ints, 'P'},
    {"list[int]", &list_empty, 'P'},
    {"list[int]", &mixed, 'F'},
    {"list[str]", &ints, 'F'},
    {"list[int | str]", &mixed, 'P'},
    {"list[int]", &half_known, 'U'},
    {"list[str]", &half_known, 'F'},
    {"list[Any]", &half_known, 'P'},
    {"list[Job]", &ints, 'U'},
    {"list[Job]", &list_empty, 'P'},
    {"list[int, str]", &ints, 'U'},
    {"tuple", &pair, 'P'},
    {"tuple", &ints, 'F'},
    {"tuple[int, str]", &pair, 'P'},
    {"tuple[str, int]", &pair, 'F'},
    {"tuple[int]", &pair, 'F'},
    {"tuple[int, ...]", &int_tuple, 'P'},
    {"tuple[int, ...]", &pair, 'F'},
    {"tuple[int, ...]", &tuple_empty, 'P'},
    {"tuple[()]", &tuple_empty, 'P'},
    {"tuple[()]", &pair, 'F'},
    {"tuple[int, *Ts]", &pair, 'U'},
    {"set[int]", &set, 'P'},
    {"set[str]", &set, 'F'},
    {"frozenset[int]", &set, 'F'},
    {"dict[str, int]", &dict, 'P'},
    {"dict[str, int]", &dict_empty, 'P'},
    {"dict[int, str]", &dict, 'F'},
    {"dict[str, str]", &dict, 'F'},
    {"dict[str]", &dict, 'U'},
    {"dict[str, int]", &set, 'F'},
    {"OrderedDict[str, int]", &dict, 'F'},
    {"Mapping[str, int]", &dict, 'P'},
    {"MutableMapping[str, str]", &dict, 'F'},
    {"Sequence[int]", &ints, 'P'},
    {"Sequence[int]", &int_tuple, 'P'},
    {"Sequence[str]", &text, 'P'},
    {"Sequence[int]", &text, 'F'},
    {"Sequence[int]", &bytes, 'P'},
    {"Sequence[int]", &set, 'F'},
    {"MutableSequence[int]", &int_tuple, 'F'},
    {"Iterable[int]", &set, 'P'},
    {"Iterable[str]", &dict, 'P'},
    {"Iterable[int]", &dict, 'F'},
    {"Collection[int]", &ints, 'P'},
    {"AbstractSet[int]", &set, 'P'},
    {"Sized", &dict, 'P'},
    {"Sized", &three, 'F'},
    {"Iterator[int]", &ints, 'F'},
    {"Hashable", &three, 'P'},
    {"Hashable", &ints, 'F'},
    {"Hashable", &pair, 'P'},
    {"Hashable", &list_tuple, 'F'},
    {"Callable[[], int]", &three, 'F'},
    {"type[int]", &three, 'F'},
    {"re.Pattern[str]", &text, 'F'},
    /* types that say nothing about literals */
    {"Job", &three, 'U'},
    {"acme.Job", &three, 'U'},
    {"SupportsInt", &three, 'U'},
    {"f(x)", &three, 'U'},
    {"Final", &three, 'U'},
    {"", &three, 'U'},
};

START_TEST(values_have_the_types_that_python_says) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ispy_type_expr *type = NULL;
        ck_assert_int_eq(ispy_type_expr_parse(&type, arena, ispy_str_literal(rows[i].type)), ISPY_OK);
        char found = "FUP"[ispy_type_expr_admits(type, rows[i].value)];
        ck_assert_msg(found == rows[i].verdict, "row %zu, %s: %c instead of %c", i, rows[i].type, found,
                      rows[i].verdict);
    }
}
END_TEST

START_TEST(depth_and_size_have_limits) {
    const ispy_type_expr *type = NULL;
    ck_assert_int_eq(ispy_type_expr_parse(&type, arena, ispy_str_literal("Hashable")), ISPY_OK);
    ispy_literal deep = {.kind = ISPY_LITERAL_TUPLE};
    for (int i = 0; i < 100000; i++) {
        ispy_literal *item = ispy_arena_alloc(arena, sizeof *item);
        *item = deep;
        deep = (ispy_literal){.kind = ISPY_LITERAL_TUPLE, .items = item, .count = 1};
    }
    ck_assert_int_eq(ispy_type_expr_admits(type, &deep), ISPY_UNPROVABLE);
    ck_assert_int_eq(ispy_type_expr_parse(&type, arena, ispy_str_literal("list[int]")), ISPY_OK);
    enum { MANY = 1500000 };
    ispy_literal *items = ispy_arena_array(arena, MANY, sizeof *items);
    for (int i = 0; i < MANY; i++) {
        items[i] = three;
    }
    ispy_literal large = {.kind = ISPY_LITERAL_LIST, .items = items, .count = MANY / 2};
    ck_assert_int_eq(ispy_type_expr_admits(type, &large), ISPY_PASS);
    large.count = MANY;
    ck_assert_int_eq(ispy_type_expr_admits(type, &large), ISPY_UNPROVABLE);
}
END_TEST

Suite *type_admits_suite(void) {
    Suite *suite = suite_create("type_admits");
    TCase *all = tcase_create("type_admits");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_set_timeout(all, 20);
    tcase_add_test(all, values_have_the_types_that_python_says);
    tcase_add_test(all, depth_and_size_have_limits);
    suite_add_tcase(suite, all);
    return suite;
}
