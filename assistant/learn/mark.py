"""Marking: right or not, with the clause's own words."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from assistant.learn.exercises import Exercise
from corpus.numerals import chinese_value
from corpus.types import Frozen

MOST = 100  # characters of an answer


class Marked(Frozen):
    """``given`` is what was understood of the answer; empty where nothing was."""

    right: bool
    given: str


def mark(exercise: Exercise, given: str) -> Marked:
    """Mark an answer: a number by its value however it is written (2000, 2,000, 两千), a choice by its words."""
    said = unicodedata.normalize("NFKC", given[:MOST]).strip()
    if exercise.kind != "fill":
        wanted = unicodedata.normalize("NFKC", exercise.answer)
        return Marked(right=said == wanted, given=given[:MOST].strip())
    value = _value(said)
    return Marked(right=value is not None and value == Decimal(exercise.answer), given=said)


def _value(said: str) -> Decimal | None:
    digits = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,\s](?=\d{3})", "", said))
    if digits:
        return Decimal(digits[0]) if len(digits) == 1 else None
    han = re.findall(r"[零〇一二两三四五六七八九十百千万]+", said)
    try:
        return Decimal(chinese_value(han[0])) if len(han) == 1 else None
    except (ValueError, KeyError):
        return None
