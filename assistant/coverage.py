"""How far a text speaks of a question's subject: its terms, weighed by rarity, looked for in several forms."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from assistant.understand import Term
from index.occurrences import Occurrences
from index.words import normalise

_UNKNOWN = 3  # texts that a term counts as having which nothing speaks of
_WORD, _MEANING, _STEM, _IN_TWO = 1.0, 0.9, 0.8, 0.7  # how much of a term is spoken of, by the form found
_WORD_AROUND, _MEANING_AROUND, _IN_TWO_AROUND = 0.7, 0.6, 0.4  # the same in what the text stands under


class _Sought(NamedTuple):
    """A term in the forms that it is looked for, made once for all texts."""

    word: str
    means: tuple[str, ...]
    stem: str  # 签约率 where the text has 签约服务率; empty for words too short
    last: str
    halves: tuple[tuple[str, str], ...]
    weight: float


class Coverage:
    """Weighs and looks for terms in the texts of one corpus. Safe for several threads."""

    def __init__(self, spoken: Occurrences) -> None:
        self._spoken = spoken
        self._sought = lru_cache(maxsize=4096)(self._made)
        self._all = lru_cache(maxsize=4096)(self._all_made)

    def weight(self, term: Term) -> float:
        """Rarity of a term: inverse document frequency over clauses (Robertson's, never negative).

        A term that nothing in the corpus speaks of weighs as much as one that three clauses have: it may be
        the subject (火车票), or a turn of speech that no list of stop words has.
        """
        return self._sought(term).weight

    def known(self, term: Term) -> bool:
        """Whether any clause speaks of the term, in its own words or the domain's."""
        return bool(self.frequency(term.word) or any(self.frequency(m) for m in term.means) or self._splits(term.word))

    def frequency(self, word: str) -> int:
        """Clauses that have a word."""
        return self._spoken.frequency(normalise(word))

    def of(self, terms: tuple[Term, ...], own: str, around: str = "") -> tuple[float, float]:
        """Share (0-1) of the terms' weight that a text speaks of, with what it stands under for less, and alone.

        Args:
            own: the text, and ``around`` its headings, both in matching form (index.words.normalise).
        """
        sought, total = self._all(terms)
        if not total:
            return 0.0, 0.0
        spoken = spoken_alone = 0.0
        for term in sought:
            found = _WORD if term.word in own else _found(term, own)
            spoken_alone += term.weight * found
            if around and found < _STEM:
                found = _found_around(term, found, around)
            spoken += term.weight * found
        return spoken / total, spoken_alone / total

    def _all_made(self, terms: tuple[Term, ...]) -> tuple[tuple[_Sought, ...], float]:
        """Terms as they are looked for, and their weight together."""
        sought = tuple(map(self._sought, terms))
        return sought, sum(term.weight for term in sought)

    def _made(self, term: Term) -> _Sought:
        word = term.word
        texts = self.frequency(word) or max((self.frequency(m) for m in term.means), default=0)
        return _Sought(
            word=word,
            means=tuple(normalise(m) for m in term.means),
            stem=word[:-1] if len(word) > 2 else "",
            last=word[-1:],
            halves=tuple((word[:i], word[i:]) for i in range(2, len(word) - 1)),
            weight=_idf(texts or _UNKNOWN, self._spoken.counted),
        )

    def _splits(self, word: str) -> bool:
        return any(self._spoken.together(word[:i], word[i:]) for i in range(2, len(word) - 1))


def _found(term: _Sought, text: str) -> float:
    """How far a text without the term's word speaks of it: the domain's terms for it, or its two halves."""
    for meaning in term.means:
        if meaning in text:
            return _MEANING
    if term.stem and term.stem in text and term.last in text:
        return _STEM
    return _IN_TWO if _in_two(term, text) else 0.0


def _found_around(term: _Sought, alone: float, around: str) -> float:
    """The same where the text alone says less than that: what it stands under may say more."""
    if term.word in around:
        return _WORD_AROUND
    for meaning in term.means:
        if meaning in around:
            return _MEANING_AROUND
    return alone or (_IN_TWO_AROUND if _in_two(term, around) else 0.0)


def _in_two(term: _Sought, text: str) -> bool:
    """Whether a word of four characters or more stands in the text in two parts of two or more."""
    return bool(term.halves) and any(one in text and other in text for one, other in term.halves)


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
