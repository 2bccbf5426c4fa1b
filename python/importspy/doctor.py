"""``importspy doctor``: is the guard in place, what do the contracts select, and what would come of it?

Imports and executes nothing of what it looks at. ``examine()`` gives what it finds as plain values; a host may call it
in its own process, where it also sees what was imported before the guard and which finders stand before it.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING, Any

from . import _cache_command, _core, _status, _survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec

HEALTHY, PROBLEMS = 0, 1

_VARIABLES = (
    "IMPORTSPY_CONTRACTS",
    "IMPORTSPY_HOST",
    "IMPORTSPY_MODE",
    "IMPORTSPY_DISABLE",
    "IMPORTSPY_LOG",
    "IMPORTSPY_CACHE",
)
_FORETOLD = {"enforce": "would be denied", "warn": "would be warned of", "audit": "would be audited"}


def run(contracts: Sequence[str], as_json: bool, colour: bool = False) -> tuple[list[str], int]:
    """The lines to print, and the exit status."""
    here = _current_folder_added()
    try:
        found = examine(contracts)
    finally:
        if here is not None:
            sys.path.remove(here)
    found["current_folder"] = here
    status = PROBLEMS if found["problems"] else HEALTHY
    if as_json:
        import json

        return [json.dumps(found, indent=2)], status
    return list(_told(found, colour)), status


def _current_folder_added() -> str | None:
    """Where a program lies, Python looks for its modules; the command ``importspy`` lies elsewhere.

    At the end of ``sys.path``, so that what this command itself imports is what it would be anyway. None: it is there.
    """
    here = os.getcwd()
    if "" in sys.path or any(os.path.realpath(entry) == os.path.realpath(here) for entry in sys.path):
        return None
    sys.path.append(here)
    return here


def examine(contracts: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that doctor has to say, as values that JSON can hold."""
    found: dict[str, Any] = {
        "format": 1,
        "importspy": _core.__version__,
        "python": {
            "version": platform.python_version(),
            "implementation": platform.python_implementation(),
            "executable": sys.executable,
        },
        "activation": activation_state(),
        "environment": environment_state(),
    }
    state = _status.status()
    guards, source, problems = _guards(contracts, state, found["environment"])
    found["contracts"] = {"source": source, "list": [one for guard in guards for one in _contracts_of(guard)]}
    found["guard"] = guard_state(state)
    found["cache"] = cache_state()
    problems += _activation_problems(found)
    problems += [problem for problem in state.problems if not _is_of_a_contract(problem, state)]
    problems += [problem for one in found["contracts"]["list"] for problem in _contract_problems(one)]
    found["problems"] = problems
    return found


# --- what is in place -------------------------------------------------------------------------------------------------


def activation_state() -> dict[str, Any]:
    """The files that switch the guard on when Python starts, and whether Python reads them."""
    files = []
    for folder in _site_folders():
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        files += [
            os.path.join(folder, name)
            for name in names
            if name.startswith("importspy") and name.endswith((".pth", ".start"))
        ]
    return {"files": files, "read": not sys.flags.no_site}


def _site_folders() -> list[str]:
    import site

    folders = list(getattr(site, "getsitepackages", list)())
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    folders.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return list(dict.fromkeys(folders))


def environment_state() -> dict[str, str | None]:
    """ImportSpy's variables with their values; others of that prefix without: they may hold anything."""
    return {
        name: os.environ[name] if name in _VARIABLES else None
        for name in sorted(os.environ)
        if name.startswith("IMPORTSPY_")
    }


def cache_state() -> dict[str, Any]:
    """The folder of the code cache, why it is not in use ("": it is), and how full it is, in bytes."""
    return dict(zip(("folder", "trouble", "entries", "size", "most"), _core._cache_usage(), strict=True))


def guard_state(state: _status.Status) -> dict[str, Any]:
    """The guard of this process."""
    return {
        "active": state.active,
        "position": state.position,
        "meta_path_replaced": state.meta_path_replaced,
        "before": [_status.finder_name(finder) for finder in state.before],
        "log": state.log,
        "log_failed": state.log_failed,
        "forgotten": state.forgotten,
        "modules": [
            {
                "module": one.module,
                "path": one.path,
                "way": one.way,
                "bound": one.bound,
                "verdict": one.verdict,
                "outcome": one.outcome,
                "mode": one.mode,
                "contracts": list(one.contracts),
                "microseconds": round((one.validation_ns + one.confirmation_ns) / 1000),
            }
            for one in state.modules
        ],
    }


# --- what the contracts select ----------------------------------------------------------------------------------------


def _guards(
    contracts: Sequence[str], state: _status.Status, environment: dict[str, str | None]
) -> tuple[tuple[_core.Guard, ...], str | None, list[str]]:
    """Those to look at, where they come from, and what is wrong with them."""
    source = "--contract"
    given = list(contracts)
    if not given and state.guards:
        return state.guards, "in force", []
    if not given:
        source = "IMPORTSPY_CONTRACTS"
        given = [path for path in (environment.get(source) or "").split(os.pathsep) if path]
    guards, problems = [], []
    for path in given:
        try:
            guards.append(_core._aside(path))
        except (_core.ContractError, ValueError) as problem:
            problems.append(str(problem))
    return tuple(guards), source if given else None, problems


def _contracts_of(guard: _core.Guard) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(guard._rows()):
        path, line, title, mode, names, files, _, met, applies = row
        modules = [] if mode == "off" or not applies else list(_foretell(guard, number, names, files))
        reason = None
        if not modules and mode != "off" and not (met and applies):
            reason, there = _status.why_idle(guard, number, row)
            if there:
                modules = [{"module": name, "path": None, "verdict": None, "ok": None, "codes": []} for name in there]
        yield {
            "path": path,
            "line": line,
            "title": title,
            "mode": mode,
            "applies": applies,
            "selects": list(_status.selectors(row)),
            "modules": modules,
            "reason": reason,
        }


def _foretell(
    guard: _core.Guard, number: int, names: tuple[str, ...], files: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    for name, spec in _specs(names, files):
        if not guard._selects(number, name, spec.origin if spec.has_location else None):
            continue
        report = _core._survey(name, spec, (guard,))
        if report is not None:
            yield {
                "module": name,
                "path": report.path,
                "verdict": report.verdict,
                "ok": report.ok,
                "codes": list(dict.fromkeys(finding.code for finding in report.findings)),
            }


def _specs(names: tuple[str, ...], files: tuple[str, ...]) -> Iterator[tuple[str, ModuleSpec]]:
    known = set()
    for name, spec in _survey.installed(names):
        known.add(spec.origin)
        if spec.loader is not None and spec.origin not in ("built-in", "frozen"):
            yield name, spec
    for name, path in _status.candidates((), files):
        stem = os.path.splitext(os.path.basename(name))[0]
        made = None if path is None or path in known else spec_from_file_location(stem, path)
        if made is not None:
            yield stem, made


# --- what is wrong ----------------------------------------------------------------------------------------------------


def _activation_problems(found: dict[str, Any]) -> list[str]:
    environment, activation = found["environment"], found["activation"]
    if not environment.get("IMPORTSPY_CONTRACTS") or found["guard"]["active"]:
        return []
    if environment.get("IMPORTSPY_DISABLE"):
        return ["IMPORTSPY_CONTRACTS is set, and IMPORTSPY_DISABLE switches the guard off"]
    if not activation["read"]:
        return ["IMPORTSPY_CONTRACTS is set, but this Python was started with -S and reads no .pth file"]
    if not activation["files"]:
        return ["IMPORTSPY_CONTRACTS is set, but no importspy.pth is in place to read it"]
    return []


def _is_of_a_contract(problem: str, state: _status.Status) -> bool:
    return any(problem == f"{idle.path}:{idle.line}: {idle.reason}" for idle in state.idle)


def _contract_problems(one: dict[str, Any]) -> Iterator[str]:
    place = f"{one['path']}:{one['line']}"
    if one["reason"] is not None and one["applies"] and not one["modules"]:
        yield f"{place}: {one['reason']}"
    if one["mode"] == "enforce":
        denied = [module["module"] for module in one["modules"] if module["ok"] is False]
        if denied:
            more = f" and {len(denied) - 5} more" if len(denied) > 5 else ""
            yield f"{place}: would deny {', '.join(denied[:5])}{more}"


# --- for people -------------------------------------------------------------------------------------------------------


def _told(found: dict[str, Any], colour: bool) -> Iterator[str]:
    python = found["python"]
    yield f"ImportSpy {found['importspy']}, {python['implementation']} {python['version']} ({python['executable']})"
    yield ""
    yield from _told_activation(found)
    yield from _told_contracts(found["contracts"], found["current_folder"])
    yield from _told_guard(found["guard"])
    yield "cache"
    yield from (f"  {line}" for line in _cache_command.describe(**found["cache"]))
    yield ""
    if not found["problems"]:
        yield "no problems found"
        return
    count = len(found["problems"])
    head = f"{count} problem{'' if count == 1 else 's'}"
    yield f"\x1b[1;31m{head}\x1b[0m" if colour else head
    for number, problem in enumerate(found["problems"], 1):
        first, *rest = _visible(problem).split("\n")
        yield f"  {number}. {first}"
        yield from (f"     {line}" for line in rest)


def _told_activation(found: dict[str, Any]) -> Iterator[str]:
    yield "activation"
    for file in found["activation"]["files"]:
        yield f"  {_visible(file)}"
    if not found["activation"]["files"]:
        yield "  no importspy.pth: the guard is on where a program calls importspy.install()"
    if not found["activation"]["read"]:
        yield "  -S: this Python reads no .pth file"
    for name, value in found["environment"].items():
        yield f"  {name}={_visible(value)}" if value is not None else f"  {name} is set; ImportSpy does not know it"
    yield ""


def _told_contracts(contracts: dict[str, Any], current_folder: str | None) -> Iterator[str]:
    if contracts["source"] is None:
        yield "contracts"
        yield "  none: give --contract, or set IMPORTSPY_CONTRACTS"
        yield ""
        return
    yield f"contracts ({contracts['source']})"
    if current_folder is not None:
        yield "  the current folder was looked in as well, as for a program that lies in it"
    for one in contracts["list"]:
        title = f"  '{_visible(one['title'])}'" if one["title"] else ""
        yield f"  {_visible(one['path'])}:{one['line']}{title}  {one['mode']}"
        yield f"    selects {', '.join(map(_visible, one['selects']))}"
        if one["reason"] is not None:
            yield f"    {_visible(one['reason'])}"
        width = max((len(module["module"]) for module in one["modules"]), default=0)
        for module in one["modules"]:
            if module["verdict"] is not None:
                yield f"    {_visible(module['module']):<{width}}  {_foretold(module, one['mode'])}"
    yield ""


def _foretold(module: dict[str, Any], mode: str) -> str:
    codes = f": {', '.join(module['codes'])}" if module["codes"] else ""
    if not module["ok"]:
        return _FORETOLD.get(mode, "breaks it") + codes
    if module["verdict"] == "unprovable":
        return f"is looked at again when it has run{codes}"
    return "conforms" if not codes else f"conforms, with a remark{codes}"


def _told_guard(guard: dict[str, Any]) -> Iterator[str]:
    yield "guard of this process"
    if guard["active"]:
        yield f"  on; its finder is number {guard['position'] + 1} on sys.meta_path"
    else:
        yield "  off"
    for name in guard["before"]:
        yield f"  asked before it: {_visible(name)}"
    if guard["log"] is not None:
        yield f"  log: {_visible(guard['log'])}"
    for one in guard["modules"]:
        bound = "" if one["bound"] or one["way"] == "before activation" else ", not bound"
        yield f"  {_visible(one['module'])}  {one['outcome']} ({one['way']}{bound}), {one['microseconds']} us"
    yield ""


def _visible(text: str) -> str:
    """Names come from elsewhere, and must not speak to the terminal; a line end is kept."""
    return "".join(char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text)
