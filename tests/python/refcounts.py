"""Counting references, on Pythons that do not count all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable

IMMORTAL = 1 << 28  # no test makes so many references


def counts(objects: Iterable[object]) -> list[int]:
    """The references to each. From 3.12 on None, True and the built-in types are immortal: Python counts no references
    to them, while an extension that was built with the headers of 3.10 does, and so their numbers drift (PEP 683 allows
    for it: by a thousand million). Those are left out; 3.10 and 3.11 count them all."""
    return [count for count in map(sys.getrefcount, objects) if count < IMMORTAL]
