"""What ``check`` and ``compat`` are given: files, folders, and the names by which contracts may select what is in them.

A file by its path alone has no certain name. It has one for each folder that Python may begin to look from, its *root*:

- where the outermost package with an ``__init__.py`` lies that it belongs to (the likeliest),
- ``src`` in the folder that was given, and that folder itself,
- the folder around it: what was given may be a namespace package, which has no ``__init__.py``,
- the current folder, and the entries of ``sys.path``.

A contract selects the file if it selects one of these names. Must not know: contracts, what a report says.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing takes longer than checking a file
if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = "src"


class Misuse(Exception):
    """The command cannot do what it was asked to; the text says why."""


class Given:
    """A file or a folder, as it was given on the command line."""

    def __init__(self, path: str, root: str | None = None) -> None:
        self.path = path
        self.is_folder = os.path.isdir(path)
        self._folder = os.path.abspath(path if self.is_folder else os.path.dirname(path) or ".")
        self._tops: dict[str, str] = {}
        if root is not None and not os.path.isdir(root):
            raise Misuse(f"--root {root}: there is no such folder")
        self._is_told = root is not None
        roots = self._roots() if root is None else [os.path.abspath(root)]
        self._places = [place for one in dict.fromkeys(roots) for place in self._places_under(one)]
        if root is not None and not self._places:
            raise Misuse(f"{path!r} does not lie below --root {root}")

    def files(self) -> Iterator[str]:
        """Those to look at, in the order of their names. Of a folder, those in hidden ones are left out."""
        if not self.is_folder:
            yield self.path
            return
        for here, folders, files in os.walk(self.path, onerror=_refuse):
            folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
            for name in sorted(files):
                if name.endswith(".py"):
                    yield os.path.join(here, name)

    def names(self, file: str) -> dict[str, str]:
        """Dotted name -> the root that it counts from; the likeliest comes first."""
        file = os.path.abspath(file)
        found: dict[str, str] = {}
        if not self._is_told:
            top = self._top(os.path.dirname(file))
            _add(found, top, "", file[len(top.rstrip(os.sep)) + 1 :])
        for root, prefix, folder in self._places:
            if file.startswith(folder):
                _add(found, root, prefix, file[len(folder) :])
        return found

    def wider_names(self, file: str) -> dict[str, str]:
        """The names that it has if Python looks from further up: we do not guess so, but it may be meant."""
        file = os.path.abspath(file)
        found: dict[str, str] = {}
        root = os.path.dirname(self._folder)
        while os.path.dirname(root) != root:
            _add(found, root, "", file[len(root) + 1 :])
            root = os.path.dirname(root)
        return found

    def _roots(self) -> list[str]:
        around = os.path.dirname(self._folder)
        entries = [os.path.abspath(entry) for entry in sys.path if isinstance(entry, str)]
        return [os.path.join(self._folder, _SOURCE), self._folder, self._top(around), os.getcwd(), *entries]

    def _places_under(self, root: str) -> Iterator[tuple[str, str, str]]:
        """(root, what names of files there begin with, the folder of which it is true, with a separator behind it)."""
        for folder, top in ((self._folder, root), (os.path.realpath(self._folder), os.path.realpath(root))):
            if _is_below(top, folder):
                yield root, "", _ended(root)  # it lies in what was given
                return
            if _is_below(folder, top):
                yield root, folder[len(_ended(top)) :], _ended(self._folder)
                return

    def _top(self, folder: str) -> str:
        """The nearest folder from there upwards that has no ``__init__.py``."""
        known = self._tops.get(folder)
        if known is None:
            above = os.path.dirname(folder)
            is_package = above != folder and os.path.isfile(os.path.join(folder, "__init__.py"))
            known = self._tops[folder] = self._top(above) if is_package else folder
        return known


def _is_below(folder: str, top: str) -> bool:
    return folder == top or folder.startswith(_ended(top))


def _ended(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep


def _add(found: dict[str, str], root: str, prefix: str, rest: str) -> None:
    """No part of a name can hold a dot: Python would take it for two."""
    parts = [*(prefix.split(os.sep) if prefix else ()), *os.path.splitext(rest)[0].split(os.sep)]
    if parts[-1] == "__init__":
        parts.pop()
    name = ".".join(parts)
    if parts and name.count(".") == len(parts) - 1:
        found.setdefault(name, root)


def _refuse(problem: OSError) -> None:
    raise Misuse(f"cannot read {problem.filename!r}: {problem.strerror}")
