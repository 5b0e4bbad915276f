"""Repair of homophone typing errors against the corpus's own words: 残急人 -> 残疾人, 覆盖律 -> 覆盖率."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.misspelt import HAN, LONGEST, SHORTEST, Misspelt, merged
from index.occurrences import Occurrences
from index.words import Words

_LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z](?:['’ ]?[A-Za-z]){3,}(?![A-Za-z])")
# Gain in log likelihood from which two characters are taken for swapped: on 281 questions as they were
# written 2 are changed, of the same with one slip each 160 are mended.
_LIKELIER = 7.5
# The same for a word that only sounds like one of the corpus: on 696 questions as they were written, slips of the
# pen gain 6.4 to 38, what was meant as it stands (火着了, 外买) at most 6.1.
_LIKELIER_WORD = 6.2
_INSIDE = "了过着个点些一不得"  # what may stand inside a word of two (签了字, 贷点款, 揭不开)


class Repair(NamedTuple):
    """What stood there and what it is read as."""

    wrong: str
    right: str


class Repairer:
    """Knows the words of the corpus and finds what only sounds like one of them.

    Args:
        misspelt: what may be typed for them.
        texts: where the corpus's strings stand.
    """

    def __init__(self, misspelt: Misspelt, words: Words, texts: Occurrences) -> None:
        self._misspelt = misspelt
        self._words = words
        self._texts = texts

    def repair(self, text: str) -> tuple[str, tuple[Repair, ...]]:
        """The text with such errors mended, and what was mended, in order.

        A character is changed only where it stands alone between words, or in a word that the corpus
        does not have, and where at least half of the corpus's word is written right.
        """
        text, found = self._from_pinyin(text)
        text, swapped = self._unswapped(text)
        found += swapped
        lattice = self._words.lattice(text)
        for length in range(LONGEST, SHORTEST - 1, -1):
            place = 0
            while place + length <= len(text):
                window = text[place : place + length]
                right = self._meant(window, text, place) if HAN.fullmatch(window) else None
                if right is not None and lattice.gain(place, length, right) >= _LIKELIER_WORD:
                    text = text[:place] + right + text[place + length :]
                    lattice = self._words.lattice(text)
                    found.append(Repair(window, right))
                place += 1
        return text, tuple(found)

    def _from_pinyin(self, text: str) -> tuple[str, list[Repair]]:
        """Words typed in pinyin (canjiren之家), where the corpus or the everyday lexicon has one that sounds so."""
        found: list[Repair] = []

        def word(match: re.Match[str]) -> str:
            meant = self._spelt(merged(re.sub(r"['’ ]", "", match.group()).lower()))
            if meant is None:
                return match.group()
            found.append(Repair(match.group(), meant))
            return meant

        return _LATIN.sub(word, text), found

    def _spelt(self, letters: str) -> str | None:
        """The word, or the two words, that the letters spell."""
        if letters in self._misspelt.spelt:
            return self._misspelt.spelt[letters]
        for cut in range(len(letters) - 3, 2, -1):
            one, other = self._misspelt.spelt.get(letters[:cut]), self._misspelt.spelt.get(letters[cut:])
            if one and other:
                return one + other
        return None

    def _unswapped(self, text: str) -> tuple[str, list[Repair]]:
        """Two neighbours changed places (指是标 for 是指标): put back where that makes the text far likelier."""
        best, place = _LIKELIER, -1
        lattice = self._words.lattice(text)
        for i in range(len(text) - 1):
            if text[i] != text[i + 1] and HAN.fullmatch(text[i : i + 2]) and not self._parted(text, i):
                gain = lattice.gain(i, 2, text[i + 1] + text[i])
                if gain > best + 1e-9 and self._joined(text[:i] + text[i + 1] + text[i] + text[i + 2 :], i):
                    best, place = gain, i
        if place < 0:
            return text, []
        right = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return right, [Repair(text[place : place + 2], right[place : place + 2])]

    def _parted(self, text: str, place: int) -> bool:
        """Whether two neighbours stand as people write them: 的 before a noun (残疾的人), 了 after a verb (签了字), or
        a word with another inside it (洗个澡)."""
        one, other = text[place], text[place + 1]
        before, after = text[:place][-1:], text[place + 2 : place + 3]
        return (
            one == "的"
            or other in "了过着"
            or (other in _INSIDE and self._words.known(one + after))
            or (one in _INSIDE and self._words.known(before + other))
        )

    def _joined(self, text: str, place: int) -> bool:
        """Whether one of two characters stands in a word of several."""
        start = 0
        for token in self._words.cut_exact(text):
            if start <= place + 1 and place < start + len(token) and len(token) > 1:
                return True
            start += len(token)
        return False

    def _meant(self, window: str, text: str, place: int) -> str | None:
        slipped = self._misspelt.slips.get(window)
        sounding = self._misspelt.like(window)
        if slipped is None and not sounding:
            return None
        if window in self._texts or window in self._words.told or window in self._words.stopwords:
            return None
        if slipped is not None and self._broken(text, place, len(window)):
            return slipped
        for word in sorted(sounding, key=lambda w: (w not in self._words.stopwords, w)):
            wrong = [i for i, (a, b) in enumerate(zip(window, word, strict=True)) if a != b]
            if 2 * len(wrong) <= len(word) and all(self._stray(text, place + i, len(word)) for i in wrong):
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
