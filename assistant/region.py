"""Places and times that a question names, held against those that documents are made for."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from assistant.understand import Question
from corpus.library import Library
from corpus.types import Document

_SUFFIX = re.compile(r"(?<=..)(?:特别行政区|自治区|自治州|自治县|地区|省|市|区|县|盟|旗)")


@lru_cache(maxsize=1024)
def place_names(region: str | None) -> tuple[str, ...]:
    """Names in a region without what kind of place they are: 浙江省温州市 -> 浙江, 温州."""
    return tuple(name for name in _SUFFIX.split(region or "") if len(name) > 1)


def named_places(question: Question, library: Library) -> frozenset[str]:
    """Places of the library's documents that a question names."""
    return frozenset(name for name in _all_places(library) if name in question.form)


@lru_cache(maxsize=8)
def _all_places(library: Library) -> frozenset[str]:
    return frozenset(name for document in library.documents for name in place_names(document.region))


def applies(document: Document, places: frozenset[str], library: Library) -> bool:
    """Whether a document is for the places named: none named, a national one, the place's own or its province's."""
    own = place_names(document.region)
    if not places or not own or places & set(own):
        return True
    around = {n for d in library.documents for n in place_names(d.region) if places & set(place_names(d.region))}
    return own[-1] in around


def asked_day(question: Question, today: dt.date) -> dt.date:
    """The day that decides what is in force: the end of the one past year that a question names, else today."""
    past = [year for year in question.years if year < today.year]
    return dt.date(past[0], 12, 31) if len(past) == 1 and len(question.years) == 1 else today
