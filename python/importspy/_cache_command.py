"""``importspy cache``: what the code cache holds, and throwing it away. Knows nothing of entries."""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False  # importing typing takes longer than what is done here
if TYPE_CHECKING:
    import argparse

UNUSED = 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "cache",
        help="show or clear what is kept of modules that were read",
        description="What was read of a guarded module is kept, so that the next process need not parse it again. The "
        "folder is IMPORTSPY_CACHE, or importspy in the user's cache folder; IMPORTSPY_CACHE=off does without.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--stats", action="store_true", help="where it is and how much it holds")
    what.add_argument("--clear", action="store_true", help="remove all entries")


def run(options: argparse.Namespace) -> tuple[list[str], int]:
    return _clear() if options.clear else (describe(*_core._cache_usage()), 0)


def describe(folder: str | None, trouble: str, entries: int, size: int, most: int) -> list[str]:
    """What _core._cache_usage() says, for people."""
    lines = [f"folder   {folder or 'none'}"]
    if trouble:
        lines.append(f"state    not in use: {trouble}")
    else:
        lines += ["state    in use", f"entries  {entries:,}", f"size     {_bytes(size)} of at most {_bytes(most)}"]
    return lines


def _clear() -> tuple[list[str], int]:
    folder, trouble, *_ = _core._cache_usage()
    if trouble:
        return [f"nothing was removed from {folder or 'the cache'}: {trouble}"], UNUSED
    entries, size = _core._cache_trim(0)
    left = _core._cache_usage()[2]
    lines = [f"{entries:,} {'entry' if entries == 1 else 'entries'} removed from {folder} ({_bytes(size)})"]
    if left:
        lines.append(f"{left:,} could not be removed")
    return lines, UNUSED if left else 0


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1024 or unit == "MB":
            break
        size /= 1024
    return f"{count:,} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
