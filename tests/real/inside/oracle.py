"""Runs inside an environment, without ImportSpy: imports the plugins and says by `inspect` what is true of them.

Reads the survey as JSON, prints JSON. Answers are true, false, or a sentence where nobody can say (the module cannot be
imported, the object does not tell its signature).
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import json
import os
import re
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

Answer = bool | str
PATIENCE = 30  # seconds for one module


def spoken(error: BaseException) -> str:
    """One line, the same at each run."""
    return re.sub(r" at 0x[0-9a-f]+", "", f"{type(error).__name__}: {error}".splitlines()[0])


def load(name: str) -> ModuleType | str:
    def give_up(*_: object) -> None:
        raise TimeoutError(f"no end after {PATIENCE} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        return spoken(error)
    finally:
        signal.alarm(0)


def accepts(function: Callable[..., Any], *positional: object, **keywords: object) -> Answer:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        return f"no signature: {error}"
    try:
        signature.bind(*positional, **keywords)
    except TypeError:
        return False
    return True


def both(*answers: Answer) -> Answer:
    """False beats unknown, unknown beats true."""
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if isinstance(answer, str)), True)


# ---------------------------------------------------------------- what a class has


def method(klass: type, name: str) -> Any:
    """The method as an object of the class would have it, without making one. None: there is none."""
    missing = object()
    raw = inspect.getattr_static(klass, name, missing)
    if raw is missing or not hasattr(type(raw), "__get__") or isinstance(raw, property):
        return None
    bound = raw.__get__(object(), klass)
    return bound if callable(bound) else None


def accepts_method(klass: type, name: str, *positional: object, **keywords: object) -> Answer:
    found = method(klass, name)
    return False if found is None else accepts(found, *positional, **keywords)


def names_parameters(function: Callable[..., Any], *wanted: str) -> Answer:
    """Whether the parameters have these names, in this order, others between them."""
    try:
        names = iter(inspect.signature(function).parameters)
    except (TypeError, ValueError) as error:
        return f"no signature: {error}"
    return all(name in names for name in wanted)


def is_tree_class(klass: object) -> Answer:
    """What contracts/flake8.yml asks for."""
    if not inspect.isclass(klass):
        return False
    return both(names_parameters(klass.__init__, "self", "tree"), accepts_method(klass, "run"))


# ---------------------------------------------------------------- one plugin


def keywords_of(subject: Mapping[str, Any]) -> dict[str, None]:
    return dict.fromkeys(subject["passes"])


def judge_class(found: Any, subject: Mapping[str, Any]) -> Answer:
    keywords = keywords_of(subject)
    return both(is_tree_class(found), accepts(found, **keywords), accepts_method(found, "__init__", **keywords))


def judge_function(found: Any, subject: Mapping[str, Any]) -> Answer:
    trigger = subject["passes"][0]
    return both(inspect.isfunction(found), names_parameters(found, trigger), accepts(found, **keywords_of(subject)))


def judge_formatter(found: Any, subject: Mapping[str, Any]) -> Answer:
    bases = {f"{base.__module__}.{base.__qualname__}" for base in inspect.getmro(found)}
    return both(
        "flake8.formatting.base.BaseFormatter" in bases,
        accepts(found, None),
        accepts_method(found, "format", None),
        accepts_method(found, "handle", None),
        accepts_method(found, "start"),
        accepts_method(found, "stop"),
    )


def judge_extension(module: ModuleType) -> Answer:
    setup = getattr(module, "setup", None)
    return callable(setup) and accepts(setup, object())


JUDGES: dict[str, Callable[[Any, Mapping[str, Any]], Answer]] = {
    "tree-class": judge_class,
    "tree-function": judge_function,
    "logical_line-function": judge_function,
    "physical_line-function": judge_function,
    "formatter": judge_formatter,
}


def judge(subject: Mapping[str, Any]) -> Answer:
    module = load(subject["module"])
    if isinstance(module, str):
        return module
    if subject["kind"] in {"extension", "builtin"}:
        return judge_extension(module)
    found = getattr(module, subject["object"], None)
    return False if found is None else JUDGES[subject["kind"]](found, subject)


# ---------------------------------------------------------------- everything else in those distributions


def sweep_flake8(module: ModuleType) -> dict[str, Answer]:
    """Every class under a name of the module: is it a plugin for flake8?

    And every function of its own: can it be called with one value? And a class that is missing.
    """
    answers: dict[str, Answer] = {"tree-class:Plugin": False}
    for name, value in sorted(vars(module).items()):
        if inspect.isclass(value):
            answers[f"tree-class:{name}"] = is_tree_class(value)
        elif inspect.isfunction(value) and value.__module__ == module.__name__:
            answers[f"call:{name}"] = accepts(value, object())
    return answers


def sweep_sphinx(module: ModuleType) -> dict[str, Answer]:
    """Is it an extension? And does its setup() keep what the stub line "def setup(app)" promises?"""
    setup = getattr(module, "setup", None)
    plain = inspect.isfunction(setup) and not inspect.iscoroutinefunction(setup)
    stub = plain and both(accepts(setup, object()), accepts(setup, app=object()))
    return {"extension:setup": judge_extension(module), "stub:setup": stub}


def sweep(module_name: str, ecosystem: str) -> dict[str, Answer]:
    module = load(module_name)
    if isinstance(module, str):
        return {"extension:setup": module} if ecosystem == "sphinx" else {"tree-class:Plugin": module}
    return sweep_flake8(module) if ecosystem == "flake8" else sweep_sphinx(module)


# ---------------------------------------------------------------- the host itself


# What these extensions refuse to start without.
CONFIGURATION: dict[str, dict[str, Any]] = {
    "autoapi.extension": {"autoapi_dirs": ["."]},
    "furo": {"extensions": [], "html_theme": "furo"},  # a theme is loaded as an extension
    "sphinx_autodoc_typehints": {"extensions": ["sphinx.ext.autodoc", "sphinx_autodoc_typehints"]},
    "sphinx_toolbox": {"github_username": "nobody", "github_repository": "nothing"},
    "sphinxcontrib.bibtex": {"bibtex_bibfiles": []},
}


def sphinx_loads(name: str, scratch: Path) -> Answer:
    """Starts Sphinx with the extension; true when it is taken without a word about setup() or what it returned."""
    from sphinx.application import Sphinx

    (scratch / "index.rst").write_text("Title\n=====\n")
    (scratch / "documented.py").write_text("")
    configuration = {"extensions": [name], **CONFIGURATION.get(name, {})}
    said = io.StringIO()
    try:
        app = Sphinx(scratch, None, scratch / "out", scratch / "trees", "html", configuration, None, said, True)
    except (Exception, SystemExit) as error:
        return spoken(error)
    complaints = ("has no setup() function", "unsupported object")
    return name in app.extensions and not any(complaint in said.getvalue() for complaint in complaints)


def flake8_loads(subject: Mapping[str, Any]) -> Answer:
    from flake8.plugins import finder

    entries = importlib.import_module("importlib.metadata").distribution(subject["distribution"]).entry_points
    entry = next(
        entry
        for entry in entries
        if f"{subject['distribution']}:{entry.name}" == subject["id"] and "flake8." in entry.group
    )
    loaded = finder._load_plugin(finder.Plugin(subject["distribution"], subject["version"], entry))
    options = finder.PluginOptions.blank()
    plugins = finder._classify_plugins([loaded], options)
    return any(found.obj is loaded.obj for found in [*plugins.all_plugins(), *plugins.disabled])


def host_says(subject: Mapping[str, Any], scratch: Path) -> Answer:
    if subject["kind"] in {"extension", "builtin"}:
        return sphinx_loads(subject["module"], scratch)
    return flake8_loads(subject)


def main(ecosystem: str) -> None:
    survey = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    out, sys.stdout = sys.stdout, sys.stderr  # plugins may print; the answer is ours
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        os.chdir(folder)
        answer = {
            "subjects": {subject["id"]: judge(subject) for subject in survey["subjects"]},
            "host": {subject["id"]: host_says(subject, Path(folder)) for subject in survey["subjects"]},
            "sweep": {item["module"]: sweep(item["module"], ecosystem) for item in survey["sweep"]},
        }
        json.dump(answer, out)
        os.chdir("/")


if __name__ == "__main__":
    main(sys.argv[1])
