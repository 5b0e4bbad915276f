"""Where strings stand in texts: an inverted index of character pairs, then a look at the few texts that have them all.

Asking every text costs a scan of the corpus for each new word: with 26,000 articles that is a tenth of a second a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Occurrences:
    """Texts that can be asked which of them have a string.

    Args:
        texts: in matching form (see words.normalise).
        apart: texts that only ``in`` looks at (front matter): they are not counted.
    """

    def __init__(self, texts: Iterable[str], apart: Iterable[str] = ()) -> None:
        counted = tuple(texts)
        self.counted = len(counted)
        self._texts = (*counted, *apart)
        found: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for gram in {*text, *(text[i : i + 2] for i in range(len(text) - 1))}:
                found.setdefault(gram, []).append(number)
        self._places = {gram: np.asarray(numbers, dtype=np.int32) for gram, numbers in found.items()}
        self.frequency = lru_cache(maxsize=8192)(self._frequency)
        self.together = lru_cache(maxsize=8192)(self._together)

    def __contains__(self, form: str) -> bool:
        """Whether any text has the string."""
        return any(form in self._texts[i] for i in self._candidates(form))

    def _together(self, one: str, other: str) -> bool:
        """Whether a counted text has both strings."""
        either = np.intersect1d(self._counted(one), self._counted(other), assume_unique=True)
        return any(one in self._texts[i] and other in self._texts[i] for i in either)

    def _frequency(self, form: str) -> int:
        """Number of counted texts that have the string."""
        candidates = self._counted(form)
        return len(candidates) if len(form) <= 2 else sum(form in self._texts[i] for i in candidates)

    def _counted(self, form: str) -> NDArray[np.int32]:
        candidates = self._candidates(form)
        return candidates[: np.searchsorted(candidates, self.counted)]

    def _candidates(self, form: str) -> NDArray[np.int32]:
        """Numbers of the texts that have every pair of the string's neighbours."""
        grams = {form[i : i + 2] for i in range(len(form) - 1)} or {form}
        nowhere = np.empty(0, dtype=np.int32)
        places = sorted((self._places.get(gram, nowhere) for gram in grams), key=len)
        common = places[0]
        for more in places[1:]:
            if not len(common):
                break
            common = np.intersect1d(common, more, assume_unique=True)
        return common
