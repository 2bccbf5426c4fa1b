"""One example for each contract in the documentation of ImportSpy 0.2 to 0.4, and what its page says that it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent

Context = dict[str, object]

LINUX: Context = {"arch": "x86_64", "os": "linux", "implementation": "CPython", "environment": {}}
MAC: Context = {**LINUX, "arch": "arm64", "os": "darwin"}
WINDOWS: Context = {**LINUX, "os": "windows"}


@dataclass(frozen=True)
class Example:
    name: str
    page: str  # of ImportSpy's documentation
    contract: str
    file: str  # the name of the module's file
    keeps: str
    """A module that keeps the contract in `context`."""
    context: Context = field(default_factory=dict)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What is wrong -> a text in `keeps`, and what stands there instead."""
    elsewhere: dict[str, Context] = field(default_factory=dict)
    """Where it may not run -> what differs there."""
    also: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What is welcome -> as in `changes`."""

    def modules(self) -> dict[str, tuple[str, bool]]:
        """What it shows -> a module, and whether that keeps the contract."""
        cases = {"as the page has it": (self.keeps, True)}
        for changes, keeps in ((self.changes, False), (self.also, True)):
            for label, (before, after) in changes.items():
                if before and self.keeps.count(before) != 1:
                    raise ValueError(f"{self.name}: {label}: {before!r} stands not just once in the module")
                cases[label] = (self.keeps.replace(before, after) if before else self.keeps + after, keeps)
        return cases


def _example(name: str, page: str, contract: str, keeps: str, file: str = "plugin.py", **rest: object) -> Example:
    return Example(name, page, dedent(contract).lstrip("\n"), file, dedent(keeps).lstrip("\n"), **rest)  # type: ignore[arg-type]


def on(python: str, place: Context = LINUX, **environment: str) -> Context:
    return {**place, "python_version": python, "environment": environment}


OLD_PYTHON = "another Python"

EXAMPLES = [
    _example(
        "whole",
        "README of 0.4.12; docs/contracts/syntax.md (0.4), Top-Level Structure",
        """
        filename: worker.py
        version: "4.5.6"

        variables:
          - name: STAGE
            value: live
            annotation: str

        functions:
          - name: prepare
            arguments:
              - name: self
              - name: options
                annotation: dict
            return_annotation: None

        classes:
          - name: Worker
            attributes:
              - name: defaults
                value: standard
                annotation: dict
                type: instance
            methods:
              - name: work
                arguments:
                  - name: self
                return_annotation: None
            superclasses:
              - BaseWorker

        deployments:
          - arch: x86_64
            systems:
              - os: linux
                environment:
                  variables:
                    - name: WORKER_ENABLED
                      value: true
                      annotation: bool
                pythons:
                  - version: "3.11"
                    interpreter: CPython
                    modules:
                      - filename: worker.py
                        version: "4.5.6"
        """,
        """
        __version__ = "4.5.6"
        STAGE: str = "live"

        def prepare(self, options: dict) -> None: ...

        class BaseWorker: ...

        class Worker(BaseWorker):
            def __init__(self):
                self.defaults: dict = "standard"
            def work(self) -> None: ...
        """,
        file="worker.py",
        context=on("3.11.7", WORKER_ENABLED="true"),
        changes={
            "another version": ('"4.5.6"', '"4.5.7"'),
            "another value": ('"live"', '"test"'),
            "another annotation of a variable": ("STAGE: str", "STAGE: bytes"),
            "no function": ("def prepare", "def prepares"),
            "no such argument": ("options: dict", "settings: dict"),
            "another annotation of an argument": ("options: dict", "options: list"),
            "another return annotation": ("options: dict) -> None", "options: dict) -> int"),
            "no return annotation": ("options: dict) -> None", "options: dict)"),
            "no attribute": ("self.defaults: dict", "self.fallbacks: dict"),
            "another annotation of an attribute": ("self.defaults: dict", "self.defaults: list"),
            "another value of an attribute": ('"standard"', '"other"'),
            "no method": ("def work", "def works"),
            "no superclass": ("class Worker(BaseWorker)", "class Worker"),
            "no class": ("class Worker(BaseWorker)", "class Workers(BaseWorker)"),
        },
        also={
            "more of everything": ("", "\nX = 1\ndef more(): ...\nclass More: ...\n"),
            "one more argument": ("options: dict)", "options: dict, more=1)"),
        },
        elsewhere={
            OLD_PYTHON: {"python_version": "3.12.1"},
            "another machine": {"arch": "aarch64"},
            "another system": {"os": "darwin"},
            "another interpreter": {"implementation": "PyPy"},
            "the variable is not set": {"environment": {}},
            "the variable has another value": {"environment": {"WORKER_ENABLED": "false"}},
        },
    ),
    _example(
        "short",
        "README of 0.4.0; README.rst of 0.3.0 to 0.3.3, Example Contract",
        """
        filename: worker.py
        variables:
          - name: stage
            value: live
            annotation: str
        classes:
          - name: Worker
            methods:
              - name: work
                arguments:
                  - name: self
                  - name: job
                    annotation: dict
                return_annotation: None
        """,
        """
        stage = "live"
        class Worker:
            def work(self, job: dict) -> None: ...
        """,
        file="worker.py",
        changes={
            "another value": ('"live"', '"dead"'),
            "no argument": ("self, job: dict", "self"),
            "another annotation": ("job: dict", "job: list"),
            "another return annotation": ("None: ...", "dict: ..."),
        },
        also={"annotated": ('stage = "live"', 'stage: str = "live"')},
    ),
    _example(
        "variable",
        "docs/contracts/syntax.md (0.4), variables; docs/modes/cli.md (0.4), variables",
        """
        variables:
          - name: VERBOSE
            value: true
            annotation: bool
          - name: backend
            value: podman
          - name: ready
        """,
        """
        VERBOSE = True
        backend = "podman"
        ready = object()
        """,
        changes={
            "false": ("True", "False"),
            "text": ("True", '"true"'),
            "another text": ('"podman"', '"docker"'),
            "not there": ("ready =", "steady ="),
        },
        also={"any value where none is stated": ("object()", "0")},
    ),
    _example(
        "function",
        "docs/contracts/syntax.md (0.4), functions",
        """
        functions:
          - name: read_settings
            arguments:
              - name: path
                annotation: str
            return_annotation: dict
        """,
        "def read_settings(path: str) -> dict: ...\n",
        changes={
            "no annotation": ("path: str", "path"),
            "another name": ("path: str", "file: str"),
            "returns something else": ("dict", "list"),
            "not at the top": ("def read", "class C:\n    def read"),
        },
        also={"a default where none is stated": ("path: str", 'path: str = "x"')},
    ),
    _example(
        "class",
        "docs/contracts/syntax.md (0.4), classes",
        """
        classes:
          - name: Worker
            attributes:
              - name: settings
                annotation: dict
                value: {}
                type: instance
            methods:
              - name: work
                arguments:
                  - name: self
            superclasses:
              - BaseWorker
        """,
        """
        from base import BaseWorker
        class Worker(BaseWorker):
            def __init__(self):
                self.settings: dict = {}
            def work(self): ...
        """,
        changes={
            "another value": ("= {}", '= {"a": 1}'),
            "of the class": ("def __init__(self):\n        self.settings: dict = {}", "settings: dict = {}"),
            "no superclass": ("Worker(BaseWorker)", "Worker"),
            "another superclass": ("Worker(BaseWorker)", "Worker(Exception)"),
        },
    ),
    _example(
        "deployment",
        "docs/contracts/syntax.md (0.4), deployments",
        """
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                environment:
                  variables:
                    - name: STAGE
                      value: prod
                      annotation: str
                pythons:
                  - version: "3.10"
                    interpreter: CPython
                    modules:
                      - filename: worker.py
        """,
        "",
        file="worker.py",
        context=on("3.10.13", STAGE="prod"),
        elsewhere={
            OLD_PYTHON: {"python_version": "3.1.0"},
            "another stage": {"environment": {"STAGE": "test"}},
            "another system": {"os": "windows"},
        },
    ),
    _example(
        "basic",
        "docs/contracts/examples.md (0.4), Basic Module Contract",
        """
        filename: worker.py
        variables:
          - name: stage
            value: live
            annotation: str
        classes:
          - name: Worker
            methods:
              - name: work
                arguments:
                  - name: self
                return_annotation: None
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.11
                    interpreter: CPython
        """,
        """
        stage = "live"
        class Worker:
            def work(self) -> None: ...
        """,
        file="worker.py",
        context=on("3.11.4"),
        changes={"another value": ('"live"', "1"), "no return annotation": (" -> None", "")},
        elsewhere={OLD_PYTHON: {"python_version": "3.1.1"}, "a newer Python": {"python_version": "3.12.0"}},
    ),
    _example(
        "typed arguments",
        "docs/contracts/examples.md (0.4), Function With Typed Arguments",
        """
        filename: analyser.py
        functions:
          - name: analyse
            arguments:
              - name: self
              - name: rows
                annotation: list[str]
              - name: loud
                annotation: bool
            return_annotation: dict
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.12
                    interpreter: CPython
        """,
        "def analyse(self, rows: list[str], loud: bool) -> dict: ...\n",
        file="analyser.py",
        context=on("3.12.1"),
        changes={
            "a list of something else": ("list[str]", "list[int]"),
            "two arguments are enough": (", loud: bool", ""),
            "another flag": ("loud: bool", "loud: int"),
        },
        also={"a default": ("loud: bool", "loud: bool = False")},
    ),
    _example(
        "attributes",
        "docs/contracts/examples.md (0.4), Class With Attributes and Methods",
        """
        filename: desk.py
        classes:
          - name: Desk
            attributes:
              - name: papers
                annotation: list[str]
              - name: state
                annotation: str
            methods:
              - name: clear
                arguments:
                  - name: self
                return_annotation: None
        deployments:
          - arch: arm64
            systems:
              - os: darwin
                environment:
                  variables:
                    - name: STAGE
                      value: development
                      annotation: str
                pythons:
                  - version: 3.11
                    interpreter: CPython
        """,
        """
        class Desk:
            state: str = "open"
            def __init__(self):
                self.papers: list[str] = []
            def clear(self) -> None: ...
        """,
        file="desk.py",
        context=on("3.11.2", MAC, STAGE="development"),
        changes={
            "an attribute is missing": ("state: str", "status: str"),
            "another annotation": ("list[str]", "list[int]"),
        },
        also={"also of the instance": ('state: str = "open"\n', "state: str\n    LIMIT = 3\n")},
        elsewhere={"Linux": {"os": "linux"}, "Intel": {"arch": "x86_64"}, "no stage": {"environment": {}}},
    ),
    _example(
        "runtime only",
        "docs/contracts/examples.md (0.4), Runtime-Only Validation",
        """
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.10
                    interpreter: CPython
        """,
        "whatever = 1\n",
        context=on("3.10.4"),
        elsewhere={
            "3.1, which is what YAML makes of 3.10": {"python_version": "3.1.4"},
            "3.11": {"python_version": "3.11.0"},
            "PyPy": {"implementation": "PyPy"},
        },
    ),
    _example(
        "several deployments",
        "docs/contracts/examples.md (0.4), Multiple Deployments",
        """
        filename: worker.py
        classes:
          - name: Worker
            methods:
              - name: work
                arguments:
                  - name: self
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.11
                    interpreter: CPython
          - arch: arm64
            systems:
              - os: darwin
                pythons:
                  - version: 3.12
                    interpreter: CPython
        """,
        """
        class Worker:
            def work(self): ...
        """,
        file="worker.py",
        context=on("3.12.3", MAC),
        changes={"no method": ("work", "rest")},
        elsewhere={
            "the machine of one with the Python of the other": {"python_version": "3.11.1"},
            "the system of the other": {"os": "linux"},
        },
    ),
    _example(
        "environment variable",
        "docs/contracts/examples.md (0.4), Using Environment Variables",
        """
        filename: checker.py
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                environment:
                  variables:
                    - name: VERBOSE
                      value: "true"
                      annotation: str
                pythons:
                  - version: 3.10
                    interpreter: CPython
        """,
        "",
        file="checker.py",
        context=on("3.10.9", VERBOSE="true"),
        elsewhere={"not set": {"environment": {}}, "another value": {"environment": {"VERBOSE": "1"}}},
    ),
    _example(
        "quickstart",
        "docs/intro/quickstart.md (0.4), Step 2",
        """
        filename: worker.py
        classes:
          - name: Worker
            methods:
              - name: work
                arguments:
                  - name: self
                return_annotation:
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.12
                    interpreter: CPython
        """,
        """
        class Worker:
            def work(self): ...
        """,
        file="worker.py",
        context=on("3.12.8"),
        changes={"no such class": ("Worker", "MyWorker"), "no self": ("work(self)", "work()")},
        also={"nothing after the key: any return annotation": ("(self):", "(self) -> int:")},
        elsewhere={OLD_PYTHON: {"python_version": "3.11.9"}},
    ),
    _example(
        "overview",
        "docs/modes/cli.md (0.4), Import Contract Syntax, Overview",
        """
        filename: addon.py
        variables:
          - name: backend
            value: podman
        classes:
          - name: Addon
            methods:
              - name: start
                arguments:
                  - name: self
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.12
                    interpreter: CPython
        """,
        """
        backend = "podman"
        class Addon:
            def start(self): ...
        """,
        file="addon.py",
        context=on("3.12.0"),
        changes={"another value": ("podman", "docker"), "no method": ("start", "stop")},
        elsewhere={OLD_PYTHON: {"python_version": "3.13.0"}},
    ),
    _example(
        "file name",
        "docs/modes/cli.md (0.4), filename",
        "filename: addon.py\n",
        "",
        file="addon.py",
    ),
    _example(
        "debug variable",
        "docs/modes/cli.md (0.4), variables, with annotation first",
        """
        variables:
          - name: trace
            annotation: bool
            value: true
        """,
        "trace: bool = True\n",
        changes={"another annotation": ("bool", "int"), "another value": ("True", "False")},
    ),
    _example(
        "strict function",
        "docs/modes/cli.md (0.4), functions",
        """
        functions:
          - name: start
            arguments:
              - name: self
              - name: settings
                annotation: dict
            return_annotation: bool
        """,
        "def start(self, settings: dict) -> bool: ...\n",
        changes={"no annotation": ("settings: dict", "settings"), "returns something else": ("bool", "int")},
    ),
    _example(
        "class attribute",
        "docs/modes/cli.md (0.4), classes",
        """
        classes:
          - name: Addon
            attributes:
              - type: class
                name: addon_name
                value: my_addon
            methods:
              - name: start
                arguments:
                  - name: self
            superclasses:
              - name: BaseAddon
        """,
        """
        class BaseAddon: ...
        class Addon(BaseAddon):
            addon_name = "my_addon"
            def start(self): ...
        """,
        changes={
            "another value": ('"my_addon"', '"x"'),
            "of the instance": ('addon_name = "my_addon"', 'def __init__(self): self.addon_name = "my_addon"'),
            "no superclass": ("(BaseAddon)", ""),
        },
    ),
    _example(
        "nested module",
        "docs/modes/cli.md (0.4), deployments",
        """
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.12.9
                    interpreter: CPython
                    modules:
                      - filename: addon.py
                        version: 1.0.0
                        variables:
                          - name: maker
                            value: A. Person
        """,
        '__version__ = "1.0.0"\nmaker = "A. Person"\n',
        file="addon.py",
        context=on("3.12.9"),
        changes={"another version": ("1.0.0", "1.0.1"), "another maker": ("A. Person", "Nobody")},
        elsewhere={"another patch release": {"python_version": "3.12.8"}},
    ),
    _example(
        "secrets",
        "docs/modes/cli.md (0.4), environment: a fragment, put where that page says that it belongs",
        """
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                environment:
                  variables:
                    - name: NOISE
                      value: INFO
                    - name: TRACE
                      annotation: bool
                      value: true
                  secrets:
                    - A_SECRET_KEY
                    - STORE_PASSWORD
                pythons:
                  - interpreter: CPython
        """,
        "",
        context=on("3.12.1", NOISE="INFO", TRACE="true", A_SECRET_KEY="x", STORE_PASSWORD=""),
        elsewhere={
            "one secret is missing": {"environment": {"NOISE": "INFO", "TRACE": "true", "A_SECRET_KEY": "x"}},
            "louder": {"environment": {"NOISE": "DEBUG", "TRACE": "true", "A_SECRET_KEY": "", "STORE_PASSWORD": ""}},
        },
    ),
]

_EXTENSION = """
import base_addon
from base_addon import Addon

maker = "A. Person"
addon_name = "an addon"
addon_text = "what it is for"
backend = "podman"

class Extra(Addon):
    extra_name = "extra"
    def __init__(self) -> None:
        self.extra_instance_name = "one extra"
    def add(self, text: str) -> str:
        return text
    def remove(self):
        pass
    def fetch(self):
        pass

class Bar:
    def get_baz(self):
        pass
"""

_STRUCTURE = """
filename: addon.py
variables:
  - name: backend
    value: podman
  - name: addon_name
    value: an addon
  - name: addon_text
    value: what it is for
classes:
  - name: Extra
    attributes:
      - type: instance
        name: extra_instance_name
        value: one extra
      - type: class
        name: extra_name
        value: extra
    methods:
      - name: __init__
        arguments:
          - name: self
        return_annotation:
      - name: add
        arguments:
          - name: self
          - name: text
            annotation: str
        return_annotation: str
      - name: remove
        arguments:
          - name: self
        return_annotation:
      - name: fetch
        arguments:
          - name: self
    superclasses:
      - name: Addon
  - name: Bar
    attributes:
    methods:
      - name: get_baz
        arguments:
          - name: self
"""

_DEPLOYMENTS = """
deployments:
  - arch: x86_64
    systems:
      - os: {system}
        pythons:
          - version: 3.12.9
            interpreter: CPython
            modules:
              - filename: addon.py
                version:
                variables:
                  - name: maker
                    value: A. Person
                functions:
                classes:
          - version: 3.12.4
            interpreter:
            modules:
              - filename: others.py
          - interpreter: IronPython
            modules:
              - filename: others.py
      - os: windows
        pythons:
          - version: 3.12.9
            interpreter: CPython
            modules:
              - filename: addon.py
                version:
                variables:
                  - name: maker
                    value: A. Person
"""

_WRONG = {
    "another value": ('"podman"', '"docker"'),
    "no maker": ('maker = "A. Person"', ""),
    "another value of an attribute": ('"extra"', '"extras"'),
    "another value of an instance's attribute": ('"one extra"', '"no extra"'),
    "an argument is missing": ("add(self, text: str)", "add(self)"),
    "another return annotation": ("-> str", "-> int"),
    "a method is missing": ("def add(", "def add_WRONG("),  # docs/source/.../external_module_compilance.rst
    "no superclass": ("Extra(Addon)", "Extra"),
    "a class is missing": ("class Bar", "class Foo"),
}

_MAPPINGS = """
filename: addon.py
version:
variables:
  backend: podman
  addon_name: an addon
  addon_text: what it is for
functions:
classes:
  - name: Extra
    attributes:
      - type: instance
        name: extra_instance_name
        annotation:
        value: one extra
      - type: class
        name: extra_name
        annotation:
        value: extra
    methods:
      - name: __init__
        arguments:
          - name: self
            annotation:
            value:
        return_annotation:
      - name: add
        arguments:
          - name: self
            annotation:
            value:
          - name: text
            annotation: str
            value:
        return_annotation: str
      - name: remove
        arguments:
          - name: self
      - name: fetch
        arguments:
          - name: self
    superclasses:
      - Addon
  - name: Bar
    attributes:
    methods:
      - name: get_baz
        arguments:
          - name: self
    superclasses:
deployments:
  - arch: x86_64
    systems:
      - os: windows
        envs:
        pythons:
          - version: 3.12.8
            interpreter: CPython
            modules:
              - filename: addon.py
                version:
                variables:
                  maker: A. Person
                functions:
                classes:
          - version: 3.12.4
            interpreter:
            modules:
              - filename: others.py
                version:
                variables:
          - version:
            interpreter: IronPython
            modules:
              - filename: others.py
      - os: linux
        envs:
        pythons:
          - version: 3.12.8
            interpreter: CPython
            modules:
              - filename: addon.py
                variables:
                  maker: A. Person
"""

EXAMPLES += [
    Example(
        "pipeline",
        "examples/plugin_based_architecture/pipeline_validation/spymodel.yml (0.4), shown by docs/modes/cli.md",
        _STRUCTURE + _DEPLOYMENTS.format(system="linux"),
        "addon.py",
        _EXTENSION,
        on("3.12.9"),
        _WRONG,
        {
            "a Python for which other modules are meant": {"python_version": "3.12.4"},
            "a Python that is not listed": {"python_version": "3.12.5"},
            "macOS": {"os": "darwin"},
        },
    ),
    Example(
        "external module",
        "examples/.../external_module_compilance/spymodel.yml (0.4), shown by docs/modes/embedded.md",
        _STRUCTURE + _DEPLOYMENTS.format(system="windows"),
        "addon.py",
        _EXTENSION,
        on("3.12.9", WINDOWS),
        _WRONG,
        {"Linux": {"os": "linux"}, "ARM": {"arch": "aarch64"}},
    ),
    Example(
        "mappings",
        "examples/.../spymodel.yml (0.3); docs/source/.../contract_structure.rst (0.3), Full Example",
        _MAPPINGS,
        "addon.py",
        _EXTENSION,
        on("3.12.8"),
        _WRONG,
        {"another patch release": {"python_version": "3.12.9"}, "macOS": {"os": "darwin"}},
    ),
    _example(
        "envs",
        "docs/source/.../defining_import_contracts.rst (0.3), Minimal Example",
        """
        filename: addon.py
        variables:
          addon_name: core
        classes:
          - name: Extra
            attributes:
              - type: class
                name: extra_name
                value: core
            methods:
              - name: __init__
                arguments:
                  - name: self
              - name: start
                arguments:
                  - name: self
                  - name: rows
                    annotation: str
                return_annotation: str
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                envs:
                  STAGE: production
                pythons:
                  - version: 3.12.8
                    interpreter: CPython
                    modules:
                      - filename: addon.py
                        variables:
                          maker: A. Person
        """,
        """
        addon_name = "core"
        maker = "A. Person"
        class Extra:
            extra_name = 'core'
            def __init__(self): ...
            def start(self, rows: str) -> str: ...
        """,
        file="addon.py",
        context=on("3.12.8", STAGE="production"),
        changes={
            "another value": ('"core"', '"x"'),
            "another maker": ("A. Person", "B. Person"),
            "another value of the attribute": ("'core'", "'x'"),
        },
        elsewhere={
            "another stage": {"environment": {"STAGE": "test"}},
            "no stage": {"environment": {}},
        },
    ),
    _example(
        "embedded",
        "docs/source/.../embedded_mode.rst (0.3), Minimal Contract Example",
        """
        filename: addon.py
        variables:
          addon_name: my_addon
        classes:
          - name: Extra
            methods:
              - name: start
                arguments:
                  - name: self
        deployments:
          - arch: x86_64
            systems:
              - os: linux
                pythons:
                  - version: 3.12.8
                    interpreter: CPython
        """,
        """
        addon_name = "my_addon"
        class Extra:
            def start(self): ...
        """,
        file="addon.py",
        context=on("3.12.8"),
        changes={"another value": ("my_addon", "x"), "no method": ("start", "stop")},
        elsewhere={"another Python": {"python_version": "3.12.9"}},
    ),
    _example(
        "external mode",
        "docs/source/.../external_mode.rst (0.3), How to Use It",
        """
        filename: addon.py
        classes:
          - name: Extra
            methods:
              - name: start
                arguments:
                  - name: self
        """,
        """
        class Extra:
            def start(self): ...
        """,
        file="addon.py",
        changes={"no method": ("start", "stop"), "no class": ("Extra", "Other")},
    ),
    _example(
        "systems by other names",
        "docs/advanced/spymodel.md (0.4), Deployment Layer: `ARM`, `macos`; contract_structure.rst (0.3)",
        """
        deployments:
          - arch: ARM
            systems:
              - os: macos
        """,
        "",
        context={**MAC, "arch": "arm"},
        elsewhere={"Linux": {"os": "linux"}, "Intel": {"arch": "x86_64"}},
    ),
]
