"""Entries of the code cache as src/binding/cache_entry.c lays them out: for tests that forge them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEAD = struct.Struct("=QQ8I3Q2q")
PARTS = ("build", "path", "name", "structure", "code", "source")
MASK = (1 << 64) - 1
MAGIC = 0x32656863796D7369


def _mix(value: int) -> int:
    value = (value ^ value >> 32) * 0xD6E8FEB86659FD93 & MASK
    value = (value ^ value >> 29) * 0x9E3779B97F4A7C15 & MASK
    return value ^ value >> 32


def checksum(data: bytes, seed: int = MAGIC) -> int:
    sums, places = [0] * 8, [0] * 8
    whole = len(data) // 64 * 64
    padded = data + b"\0" * (64 - (len(data) - whole))
    for at in range(0, len(padded), 64):
        for lane, word in enumerate(struct.unpack_from("=8Q", padded, at)):
            sums[lane] = sums[lane] + word & MASK
            places[lane] = places[lane] + sums[lane] & MASK
    result = _mix(len(data) ^ seed)
    for one, other in zip(sums, places, strict=True):
        result = _mix(_mix(result ^ one) ^ other)
    return result


def _padded(length: int) -> int:
    return (length + 7) // 8 * 8


@dataclass
class Entry:
    parts: dict[str, bytes]
    flags: int
    stamp: tuple[int, ...] = (0, 0, 0, 0, 0)  # device, inode, size, modified, changed

    @classmethod
    def read(cls, data: bytes) -> Entry:
        _, _, *lengths, flags, _, device, inode, size, modified, changed = HEAD.unpack_from(data)
        at = HEAD.size
        parts = {}
        for name, length in zip(PARTS, lengths, strict=True):
            parts[name] = data[at : at + length]
            at += _padded(length)
        return cls(parts, flags, (device, inode, size, modified, changed))

    def write(self) -> bytes:
        lengths = [len(self.parts[name]) for name in PARTS]
        body = b"".join(self.parts[name].ljust(_padded(len(self.parts[name])), b"\0") for name in PARTS[:-1])
        rest = struct.pack("=8I3Q2q", *lengths, self.flags, 0, *self.stamp) + body
        return struct.pack("=QQ", MAGIC, checksum(rest)) + rest + self.parts["source"]
