"""Variables of a module and the values that their source gives away."""

from __future__ import annotations

import sys

import pytest
from structures import brief_literal, names, said, scope, structure


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("X = 1", "1"),
        ("X = -1", "-1"),
        ("X = +1", "1"),
        ("X = ~1", "-2"),
        ("X = - - 1", "1"),
        ("X = 0xff", "255"),
        ("X = 1_000", "1000"),
        ("X = 9223372036854775808", "9223372036854775808"),
        ("X = -9223372036854775809", "-9223372036854775809"),
        ("X = 1.50", "1.5"),
        ("X = -0.0", "-0.0"),
        ("X = 1e400", "inf"),
        ("X = 2j", "2j"),
        ("X = 1 + 2j", "dynamic"),
        ("X = True", "True"),
        ("X = not True", "False"),
        ("X = None", "None"),
        ("X = ...", "Ellipsis"),
        ("X = 'a\\nb'", r"'a\nb'"),
        ("X = 'é' '\\U0001F600'", "'é\U0001f600'"),
        ("X = ''", "''"),
        ("X = '\\0'", r"'\x00'"),
        ("X = '\\udc80'", "dynamic"),
        ("X = b'\\x00\\xff'", r"b'\x00\xff'"),
        ("X = 'a' 'b'", "'ab'"),
        ("X = ('a' + 'b')", "'ab'"),
        ("X = 60 * 60 + 1", "3601"),
        ("X = 2 ** 10", "dynamic"),
        ("X = 'a' * 3", "dynamic"),
        ("X = f'a'", "dynamic"),
        ("X = f'{1}'", "dynamic"),
        ("X = ()", "()"),
        ("X = (1,)", "(1,)"),
        ("X = 1, 'a', (None, [])", "(1, 'a', (None, []))"),
        ("X = [1, [2], {3}]", "[1, [2], {3}]"),
        ("X = {}", "{}"),
        ("X = {'a': [1], 2: {'b': None}}", "{'a': [1], 2: {'b': None}}"),
        ("X = {**{}, 'a': 1}", "dynamic"),
        ("X = [*[], 1]", "dynamic"),
        ("X = {*(), 1}", "dynamic"),
        ("X = [1, f()]", "[1, dynamic]"),
        ("X = [1] + [2] + ['x']", "[1, 2, 'x']"),
        ("X = (1,) + (2,)", "(1, 2)"),
        ("X = [1] + (2,)", "dynamic"),
        ("X = set()", "dynamic"),
        ("X = frozenset({1})", "dynamic"),
        ("X = 1 if f() else 2", "dynamic"),
        ("X = a.b", "dynamic"),
        ("X = a[0]", "dynamic"),
        ("X = lambda: 1", "function"),
        ("X = [i for i in y]", "dynamic"),
        ("A = 3\nX = A", "3"),
        ("A, B = 1, 2\nX = (A, B)", "(1, 2)"),
        ("A = [1]\nX = A", "dynamic"),
        ("def A(): pass\nX = A", "function"),
        ("class A: pass\nX = A", "class"),
        ("import a.b\nX = a", "a.b"),
        ("from a import b\nX = b", "a:b"),
        ("X = Y", "dynamic"),
        ("X = Y = 1", "1"),
        ("X = Y = []", "dynamic"),
        ("X: int = 1", "1"),
        ("X: int", "bare"),
        ("X: int\nX = 2", "2"),
        ("X = 2\nX: int", "2"),
        ("(X): int = 1", "1"),
        ("X, Y = 1, 2", "1"),
        ("[X, Y] = [1, 2]", "1"),
        ("(Y, (X, Z)) = 0, (1, 2)", "1"),
        ("X, *Y = 1, 2", "dynamic"),
        ("*X, Y = 1, 2", "dynamic"),
        ("X, Y = f()", "dynamic"),
        ("X, Y = 'ab'", "dynamic"),
        ("X = 1\nX += 2", "3"),
        ("X = 1\nX -= 2", "-1"),
        ("X = 'a'\nX += 'b'", "'ab'"),
        ("X = [1]\nX += [2]", "[1, 2]"),
        ("X = [1]\nX += (2,)", "[1, 2]"),
        ("X = (1,)\nX += (2,)", "(1, 2)"),
        ("X = (1,)\nX += [2]", "dynamic"),
        ("X = 1\nX |= 2", "dynamic"),
        ("Y = [2]\nX = [1]\nX += Y", "[1, 2]"),
        ("X = [1]\nX.append(2)", "[1, 2]"),
        ("X = [1]\nX.extend(['a', 'b'])", "[1, 'a', 'b']"),
        ("X = [1]\nX.extend(('a',))", "[1, 'a']"),
        ("X = 1\ndel X", "-"),
        ("X = 1\ndel (X, Y)", "-"),
        ("print(X := 3)", "3"),
        ("a and (X := 3)", "3?"),
        ("(X := 3) and a", "3"),
        ("[X := i for i in y]", "dynamic?"),
        ("if (X := 3) > 2: pass", "3"),
        ("f'{(X := 3)}'", "3"),
        ("type(X := 3)", "3"),
    ],
)
def test_value(source: str, value: str) -> None:
    assert said(source, "X") == value


@pytest.mark.parametrize(
    "change",
    [
        "X.remove(1)",
        "X.clear()",
        "X[0] = 2",
        "del X[0]",
        "X[0] += 2",
        "register(X)",
        "register(*a, key=X)",
        "a.register(X)",
        "Y = X",
        "Y = [X]",
        "Y = {'a': X}",
        "[X.append(i) for i in y]",
        "g = lambda: X.append(1)",
        "class C: Y = X",
        "for X[0] in a: pass",
        "with a as X[0]: pass",
    ],
)
def test_a_list_that_may_be_changed_is_dynamic(change: str) -> None:
    assert said(f"X = [1]\n{change}", "X") in ("dynamic", "[1] | dynamic")


@pytest.mark.parametrize(
    "use",
    [
        "len(X)",
        "Y = sorted(X)",
        "Y = X + [2]",
        "Y = [*X]",
        "1 in X",
        "Y = X[0]",
        "Y = ','.join(X)",
        "Y = X.index(1)",
        "Y = [i for i in X]",
        "for i in X: print(i)",
        "if X: pass",
        "Y = f'{X}'",
        "print(X)",
        "def f(): return X.append(2)",
    ],
)
def test_a_list_that_is_only_read_keeps_its_value(use: str) -> None:
    assert said(f"X = [1]\n{use}", "X") == "[1]"


@pytest.mark.parametrize("body", ["X.append(g)", "X[g] = 1", "global X; X += [1]", "Y = X", "h(X)", "X[0].append(1)"])
def test_functions_that_run_may_change_a_list(body: str) -> None:
    source = f"X = [[]]\ndef f(g):\n    {body}\n"
    assert said(source, "X") == "[[]]"
    assert "dynamic" in said(source + "f(1)\n", "X")
    assert "dynamic" in said(source + "@f\ndef g(): pass\n", "X")


@pytest.mark.parametrize(
    "body", ["return X[0]", "return 1 in X", "for x in X: pass", "return len(X)", "return X.get(1)"]
)
def test_functions_that_read_a_dictionary_leave_it_alone(body: str) -> None:
    assert said(f"X = {{'a': 1}}\ndef f(g):\n    {body}\nf(1)\n", "X") == "{'a': 1}"


def test_a_list_of_lists_hands_out_its_items() -> None:
    assert said("X = {'a': []}\ndef f(g):\n    X['a'].append(g)\nf(1)\n", "X") == "dynamic"
    assert said("X = {'a': []}\nX['a'][0] = 2\n", "X") == "dynamic"
    assert said("X = [1]\nX.append(f())\n", "X") == "[1, dynamic]"
    assert said("X = {'a': []}\nfor y in X.values():\n    y.append(1)\n", "X") == "dynamic"


def test_annotations_are_source_text() -> None:
    found = names('X: "list[int]" = []\nY: dict[str,\n   int]\nZ: (  int ) = 1\n')
    assert found["X"]["candidates"][0][2]["annotation"] == '"list[int]"'
    assert found["Y"]["candidates"][0][2]["annotation"] == "dict[str,\n   int]"
    assert found["Z"]["candidates"][0][2]["annotation"] == "int"


def test_an_annotation_stays_with_later_values() -> None:
    found = names("X: int\nX = 2\nY = 1\nY: str\n")
    assert found["X"]["candidates"][0][2] == {"annotation": "int", "value": ("int", "2"), "is_object": False}
    assert found["Y"]["candidates"][0][2] == {"annotation": "str", "value": ("int", "1"), "is_object": False}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("", "None"),
        ("__all__ = ['a']", "['a']"),
        ("__all__ = ('a', 'b')", "('a', 'b')"),
        ("__all__ = ['a']\n__all__ += ['b']", "['a', 'b']"),
        ("__all__ = ['a']\n__all__.extend(['b'])\n__all__.append('c')", "['a', 'b', 'c']"),
        ("__all__ = ['a'] + ['b']", "['a', 'b']"),
        ("__all__ = ['a']\n__all__ = __all__ + ['b']", "['a', 'b']"),
        ("__all__: list[str] = ['a']", "['a']"),
        ("import m\n__all__ = ['a']\n__all__ += m.__all__", "dynamic"),
        ("__all__ = ['a']\nif f():\n    __all__ += ['b']", "dynamic"),
        ("__all__ = ['a']\n__all__.remove('a')", "dynamic"),
        ("__all__ = [n for n in dir()]", "dynamic"),
    ],
)
def test_dunder_all(source: str, value: str) -> None:
    found = structure(source)["dunder_all"]
    assert (brief_literal(found) if found is not None else "None") == value


def test_the_names_that_every_module_has() -> None:
    found = scope('"""What it is."""\n', name="pkg.mod")["names"]
    assert found["__doc__"]["candidates"][0][2]["value"] == ("str", "What it is.")
    assert found["__name__"]["candidates"][0][2]["value"] == ("str", "pkg.mod")
    assert found["__cached__"]["may_be_absent"]
    assert "__path__" not in found
    assert "__path__" in scope("", is_package=True)["names"]
    assert said("", "__doc__") == "None"


def test_places_count_code_points() -> None:
    found = names("é = 1; ü = 2\nclass ñ:\n  á = '😀'; x = 3\n")
    assert found["é"]["candidates"][0][1] == (1, 1, 1)
    assert found["ü"]["candidates"][0][1] == (1, 8, 1)
    assert found["ñ"]["candidates"][0][1] == (2, 7, 1)
    assert found["ñ"]["candidates"][0][2]["members"]["names"]["x"]["candidates"][0][1] == (3, 12, 1)


def test_deep_and_large_values_end_in_time() -> None:
    assert said("X = " + "[" * 90 + "]" * 90, "X").startswith("[[[[")
    assert "dynamic" in said("X = " + "[" * 90 + "]" * 90, "X")
    assert said("X = " + "-" * 150 + "1", "X") == "dynamic"
    assert said("X = 0x" + "f" * 100_000, "X") == "dynamic"
    assert said("X = " + "+".join(["1"] * 500), "X") == "dynamic"
    assert len(names("X = [" + "1," * 50_000 + "]")["X"]["candidates"][0][2]["value"][1]) == 50_000


def test_adding_to_a_list_again_and_again_is_bounded() -> None:
    assert said("X = []\n" + "X += [1, 2, 3]\n" * 5000, "X") == "dynamic"


def test_identifiers_have_several_spellings() -> None:
    assert said("ﬁ = 1\n", "fi") == "1"
    assert scope("\uff47lobals()['x'] = f()\n")["open"] == ""
    assert said("\uff47lobals()['x'] = 3\n", "x") == "3"
    assert scope("\uff47lobals().update(f())\n")["open"] == "dynamic-namespace"


def test_type_alias() -> None:
    if sys.version_info < (3, 12):
        assert structure("type X = int")["unreadable"].startswith("it is not valid Python: ")
        return
    assert said("type X = int", "X") == "dynamic"
    assert said("class C[T]: pass", "C") == "class"
