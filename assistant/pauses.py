"""Commas for a question that was told in one breath: voice input writes none, and what is told and what is asked then
stand in one segment.

A comma is put between two characters where a logistic regression over the characters around them is sure enough; its
weights stand in ``data/pauses.json`` and are made by ``python -m eval.pauses`` from questions that have commas.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import NamedTuple

from assistant.understand import DATA

MARKS = "，,。；;？?！!：:"
AROUND = ((1, 0), (2, 0), (3, 0), (0, 1), (0, 2), (0, 3), (1, 1), (2, 1), (1, 2), (2, 2))  # characters before, after
_FAR = 15  # characters from the beginning or the end beyond which all places are alike
_LEAST = 16  # characters of a question that may be more than one segment
_APART = 3  # characters between two commas, at least
_TOPIC = 5  # characters below which what is named belongs to the 能不能 behind it (护理补贴能不能领)
_CHOICE = re.compile(r"(.)[不没]\1")
_BREAK = re.compile(f"[{MARKS}、“”「」《》\\s]")


class _Model(NamedTuple):
    threshold: float
    bias: float
    weights: dict[str, float]


def with_pauses(question: str) -> str:
    """The question with commas where somebody who speaks it would pause; unchanged where it has any mark inside, or
    is short."""
    body = question.rstrip(MARKS)
    if len(body) < _LEAST or _BREAK.search(body):
        return question
    model = _model()
    text, last = "", 0
    for place in range(_APART, len(body) - _APART + 1):
        if place - last < (_TOPIC if _CHOICE.match(body, place) else _APART):
            continue
        if model.bias + sum(model.weights.get(name, 0.0) for name in features(body, place)) >= model.threshold:
            text += body[last:place] + "，"
            last = place
    return text + body[last:] + question[len(body) :]


def features(text: str, place: int) -> list[str]:
    """Names of what stands around a place between two characters of a text without marks."""
    padded = f"^^^{text}$$$"
    at = place + 3
    around = [f"{padded[at - before : at]}|{padded[at : at + after]}" for before, after in AROUND]
    return [*around, f"^{min(place, _FAR)}", f"{min(len(text) - place, _FAR)}$"]


@lru_cache(maxsize=1)
def _model() -> _Model:
    told = json.loads((DATA / "pauses.json").read_text(encoding="utf-8"))
    odds = math.log(told["threshold"] / (1 - told["threshold"]))
    return _Model(odds, told["bias"], told["weights"])
