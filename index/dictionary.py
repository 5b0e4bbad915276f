"""jieba's dictionary with our words in it as one file, of which a process reads what it asks for.

A question needs a few hundred of the 500,000 words. Making them all into objects takes a fifth of a second of each
start and 60 MB.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Dictionary(dict[str, int]):
    """Frequencies by word, 0 for beginnings of words; all words of one first character are made when one of them is
    first asked for. For ``get`` and ``in``, as jieba asks; nothing may be added. Safe for several threads.

    Args:
        groups: the words of each first character, one a line.
        starts: place of each group's first frequency.
    """

    def __init__(self, groups: list[str], starts: list[int], frequencies: NDArray[np.int32]) -> None:
        super().__init__()
        self._waiting = {group[0]: (group, start) for group, start in zip(groups, starts, strict=True)}
        self._frequencies = frequencies

    def get(self, word: str, default: Any = None) -> Any:
        if word[:1] in self._waiting:
            self._make(word[0])
        return super().get(word, default)

    def __contains__(self, word: object) -> bool:
        if isinstance(word, str) and word[:1] in self._waiting:
            self._make(word[0])
        return super().__contains__(word)

    def _make(self, first: str) -> None:
        found = self._waiting.get(first)
        if found is not None:  # else another thread has just made it
            words = found[0].split("\n")
            self.update(zip(words, self._frequencies[found[1] : found[1] + len(words)].tolist(), strict=True))
            self._waiting.pop(first, None)


def keep(file: Path, mark: str, frequencies: Mapping[str, int], total: int) -> None:
    """Write a dictionary: mark, total, how many words and groups and a checksum in the first line; then the
    frequencies and the sizes of the groups as 32-bit numbers, then the words. Whoever reads meanwhile sees the old file
    or the new one."""
    words = sorted(filter(None, frequencies))
    groups = [list(group) for _, group in groupby(words, key=lambda word: word[0])]
    numbers = np.array([*(frequencies[word] for word in words), *map(len, groups)], "<i4")
    body = numbers.tobytes() + "\n\n".join(map("\n".join, groups)).encode()
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(f"{mark} {total} {len(words)} {len(groups)} {zlib.crc32(body)}\n".encode() + body)
    temporary.replace(file)
    for old in file.parent.glob("jieba-*.cache"):  # of versions before 2026-11
        old.unlink()


def kept(file: Path, mark: str) -> tuple[Dictionary, int] | None:
    """A dictionary and its total as ``keep`` wrote them; None where there is none, or it is damaged or another one."""
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        *marked, total, count, groups, checksum = head.decode().split(" ")
        if " ".join(marked) != mark or zlib.crc32(body) != int(checksum):
            return None
        place = 4 * (int(count) + int(groups))
        numbers = np.frombuffer(body[:place], "<i4")
        starts = np.concatenate([[0], np.cumsum(numbers[int(count) : -1])]).tolist()
        return Dictionary(body[place:].decode().split("\n\n"), starts, numbers[: int(count)]), int(total)
    except (OSError, ValueError):
        return None
