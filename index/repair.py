"""Repair of homophone typing errors against the corpus's own words: 残急人 -> 残疾人, 覆盖律 -> 覆盖率."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from index.words import Words, normalise

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # only single characters are wanted: saves 0.25 s at start
from pypinyin.pinyin_dict import pinyin_dict

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST, _SHORTEST = 6, 2
# Sounds that southern speakers, Wenzhou among them, do not keep apart
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


class Repair(NamedTuple):
    """What stood there and what it is read as."""

    wrong: str
    right: str


class Repairer:
    """Knows the words of the corpus and finds what only sounds like one of them."""

    def __init__(self, texts: Iterable[str], words: Words) -> None:
        self._words = words
        self._texts = normalise(" ".join(texts))
        vocabulary = {w for w in words.cut(self._texts) if _HAN.fullmatch(w)} | words.domain
        # slips of the hand: two characters swapped, or one left out of a long word
        self._slips: dict[str, str] = {}
        for word in sorted(vocabulary, key=len):
            if len(word) >= _SHORTEST and word in self._texts:
                for slip in _slips(word):
                    if slip not in self._texts and not words.known(slip):
                        self._slips.setdefault(slip, word)
        self._by_place: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for word in sorted(vocabulary):
            if _SHORTEST <= len(word) <= _LONGEST and word in self._texts:
                for place, char in enumerate(word):
                    self._by_place[len(word), place, char].append(word)

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """The text with such errors mended, and what was mended, in order.

        A character is changed only where it stands alone between words, or in a word that the corpus
        does not have, and where at least half of the corpus's word is written right.
        """
        found: list[Repair] = []
        for length in range(_LONGEST, _SHORTEST - 1, -1):
            place = 0
            while place + length <= len(text):
                window = text[place : place + length]
                right = self._meant(window, text, place) if _HAN.fullmatch(window) else None
                if right is not None:
                    text = text[:place] + right + text[place + length :]
                    found.append(Repair(window, right))
                place += 1
        return text, tuple(found)

    def _meant(self, window: str, text: str, place: int) -> str | None:
        if window in self._texts:
            return None
        if (slipped := self._slips.get(window)) is not None and self._broken(text, place, len(window)):
            return slipped
        candidates = {w for i, char in enumerate(window) for w in self._by_place.get((len(window), i, char), ())}
        for word in sorted(candidates):
            wrong = [i for i, (a, b) in enumerate(zip(window, word, strict=True)) if a != b]
            sounds = all(_sounds(window[i]) & _sounds(word[i]) for i in wrong)
            if sounds and 2 * len(wrong) <= len(word) and all(self._stray(text, place + i, len(word)) for i in wrong):
                return word
        return None

    def _broken(self, text: str, place: int, length: int) -> bool:
        """Whether a stretch falls apart into pieces when it is cut: no word begins or ends across its edge."""
        edges, start = {0}, 0
        for token in self._words.cut_exact(text):
            start += len(token)
            edges.add(start)
        inside = len([edge for edge in edges if place < edge < place + length])
        return {place, place + length} <= edges and inside >= 1

    def _stray(self, text: str, place: int, length: int) -> bool:
        """Whether the character at ``place`` belongs to no word that could be meant as it stands."""
        start = 0
        for token in self._words.cut_exact(text):
            if start <= place < start + len(token):
                if len(token) == 1:
                    return token not in self._words.stopwords or length > 2
                if token in self._words.stopwords:
                    return False
                return length > 2 and token not in self._texts and len(token) < length
            start += len(token)
        return False


def _slips(word: str) -> set[str]:
    """The word with two neighbours swapped and, from four characters on, with one left out."""
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    dropped = {word[:i] + word[i + 1 :] for i in range(len(word))} if len(word) > 3 else set()
    return (swapped | dropped) - {word}


@lru_cache(maxsize=8192)
def _sounds(char: str) -> frozenset[str]:
    """Readings of a character without tones, merged sounds made one."""
    sounds = set()
    for reading in pinyin_dict.get(ord(char), "").split(","):
        sound = "".join(c for c in unicodedata.normalize("NFD", reading) if c.isalpha())
        for one, other in _MERGED:
            sound = sound.replace(one, other)
        sounds.add(sound)
    return frozenset(sounds - {""})
