"""What ``importspy.status()`` gives: the state of the guard, the modules it knows, the contracts that met none."""

from __future__ import annotations

import os
import sys
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from . import _core, _survey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

ELSEWHERE = "it does not apply here, its 'when' says"
_MOST_NAMES = 20
"""So many candidates are named for one contract."""
_MOST_FILES = 20_000
"""So many files are looked at for one pattern of paths."""


class IdleContract(NamedTuple):
    """A contract in force that no module has met so far."""

    path: str
    line: int
    title: str | None
    selects: tuple[str, ...]
    """Its patterns, as they are matched: paths are absolute."""
    reason: str
    installed: tuple[str, ...]
    """Modules or files that it would select, none of which was imported; the first twenty."""
    applies: bool = True
    """Whether its ``when:`` holds here; where it does not, it demands nothing."""

    @property
    def is_problem(self) -> bool:
        """Whether nothing that it could select is there, though it applies."""
        return self.applies and not self.installed


class Status(NamedTuple):
    """What ``importspy.status()`` knows at the moment it is asked."""

    guards: tuple[_core.Guard, ...]
    modules: tuple[_core.Admission, ...]
    """What became of each module that a contract selects, once for each way in; the latest word counts."""
    forgotten: int
    """How many of the oldest modules are no longer listed."""
    position: int | None
    """Where the guard's finder stands on ``sys.meta_path``; 0 is first, None: it is not there."""
    meta_path_replaced: bool
    """Whether ``sys.meta_path`` is another list than the one that the finder was put on."""
    before: tuple[object, ...]
    """The finders that are asked before the guard's. They may serve contracted modules unseen."""
    displacers: tuple[object, ...]
    """Finders that stood before the guard's, and that it has put itself in front of: who displaces it."""
    idle: tuple[IdleContract, ...]
    log: str | None
    log_failed: bool

    @property
    def active(self) -> bool:
        """Whether imports are held against contracts."""
        return bool(self.guards) and self.position is not None

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps the guard from its work, each in one sentence."""
        return tuple(_problems(self))


def status() -> Status:
    """The guard's state, every module it knows of, and contracts that none has met. Imports no module."""
    guards, modules, forgotten, position, replaced, before, displacers, log, failed = _core._status()
    idle = tuple(one for guard in guards for one in _idle(guard))
    return Status(guards, modules, forgotten, position, replaced, tuple(before), tuple(displacers), idle, log, failed)


def finder_name(finder: object) -> str:
    """A finder, for people. Its own repr is not asked: it may say anything, at any length."""
    kind = finder if isinstance(finder, type) else type(finder)
    return f"{kind.__module__}.{kind.__qualname__}"


def _problems(state: Status) -> list[str]:
    found = []
    if state.guards and state.position is None:
        where = "sys.meta_path was replaced" if state.meta_path_replaced else "it was taken off sys.meta_path"
        found.append(
            f"the guard's finder is not asked: {where}; {_meanwhile(state)}; "
            "Guard.reinstall() or install() puts it back"
        )
    elif state.before:
        names = ", ".join(finder_name(finder) for finder in state.before)
        found.append(
            f"asked before the guard's finder: {names}; {_meanwhile(state)}; Guard.reinstall() puts the guard first"
        )
    if state.log_failed:
        found.append(f"the log {state.log!r} cannot be written")
    if state.guards:
        found += [f"{idle.path}:{idle.line}: {idle.reason}" for idle in state.idle if idle.is_problem]
    return found


def _meanwhile(state: Status) -> str:
    if all(guard.direct for guard in state.guards):
        return "what is found without it is held against contracts by the audit hook alone"
    return "what is found without it is not held against contracts"


# --- why a contract has met no module ---------------------------------------------------------------------------------


def _idle(guard: _core.Guard) -> list[IdleContract]:
    return [
        IdleContract(row[0], row[1], row[2], selectors(row), *why_idle(guard, number, row), row[8])
        for number, row in enumerate(guard._rows())
        if not row[7] and row[3] != "off"
    ]


def selectors(row: _core._ContractRow) -> tuple[str, ...]:
    """All its patterns, for people."""
    return (*row[4], *row[5], *(() if row[6] is None else (row[6],)))


def why_idle(guard: _core.Guard, number: int, row: _core._ContractRow) -> tuple[str, tuple[str, ...]]:
    """A sentence, and what is there that such a contract would select."""
    names, files, filename = row[4], row[5], row[6]
    if not row[8]:
        return ELSEWHERE, ()
    early = [name for name, path in _imported() if guard._selects(number, name, path)]
    if early:
        return f"imported before the contract was in force: {_listed(early)}", tuple(early[:_MOST_NAMES])
    found = [name for name, path in candidates(names, files) if guard._selects(number, name, path)]
    if found:
        return f"not imported so far: {_listed(found)}", tuple(found[:_MOST_NAMES])
    if filename is not None and not names and not files:
        return f"no file of the name {filename!r} was imported so far", (filename,)
    reasons = [_no_name(name) for name in names if not name.startswith("!")]
    reasons += [_no_file(file) for file in files if not file.startswith("!")]
    if filename is not None:
        reasons.append(f"the file has to be called {filename!r}")
    return "; ".join(reasons) or "its patterns only take away", ()


def candidates(names: tuple[str, ...], files: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """(module, its file) of what is installed under such names, (file, file) of what lies under such paths."""
    found: list[tuple[str, str | None]] = [(name, _file(spec)) for name, spec in _survey.installed(names)]
    for pattern in files:
        if not pattern.startswith("!"):
            found += [(file, file) for file in islice(_python_files(_plain_folder(pattern)), _MOST_FILES)]
    return list(dict(found).items())


def _file(spec: ModuleSpec) -> str | None:
    return spec.origin if spec.has_location else None


def _imported() -> Iterator[tuple[str, str | None]]:
    for name, module in list(sys.modules.items()):
        # a lazy module would load if it were asked itself
        file = object.__getattribute__(module, "__dict__").get("__file__") if isinstance(module, ModuleType) else None
        if name != "__main__" and name.partition(".")[0] != "importspy":
            yield name, file if isinstance(file, str) else None


def _listed(names: list[str]) -> str:
    more = len(names) - 5
    return ", ".join(names[:5]) + (f" and {more} more" if more > 0 else "")


def _no_name(pattern: str) -> str:
    if _survey.is_plain(pattern):
        return f"no module {pattern!r} can be imported"
    parts = pattern.split(".")
    plain = next((index for index, part in enumerate(parts) if not _survey.is_plain(part)), len(parts))
    parent = ".".join(parts[:plain])
    if parent and _survey.find(parent) is None:
        return f"{pattern!r} matches nothing: no package {parent!r} can be imported"
    return f"{pattern!r} matches no installed module"


def _no_file(pattern: str) -> str:
    folder = _plain_folder(pattern)
    if not os.path.exists(folder):
        return f"{pattern!r} matches nothing: there is no {folder!r}"
    return f"{pattern!r} matches no Python file"


def _plain_folder(pattern: str) -> str:
    """The folders of a pattern up to the first with a star in it; the whole where there is none."""
    parts = pattern.split("/")
    plain = next((index for index, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    return "/".join(parts[:plain]) or "/"


def _python_files(folder: str) -> Iterator[str]:
    if os.path.isfile(folder):
        yield folder
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(here, name)
