"""Whether somebody's life or safety may be at risk: help comes before any clause.

Rules (text.py) know what is said outright. Most people say it otherwise (我走了以后她好养我妈), so a logistic
regression over the characters of the message is asked too; ``python -m eval.danger`` makes its weights.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

from assistant.text import in_danger, simplified, uncourteous
from assistant.understand import DATA
from corpus.types import Frozen
from index.words import grams

Alarm = Literal["none", "likely", "sure"]


class DangerModel(Frozen):
    """Weights of characters and pairs of them.

    likely, sure: probability from which help is named before the answer, and from which it is all that is said.
    """

    likely: float
    sure: float
    bias: float
    weights: dict[str, float]
    held_out: dict[str, float]

    def probability(self, message: str) -> float:
        """Probability (0-1) that a message tells of danger."""
        known = [self.weights[gram] for gram in dict.fromkeys(grams(message)) if gram in self.weights]
        return 1 / (1 + math.exp(-(self.bias + sum(known) / math.sqrt(len(known) or 1))))


def alarm(message: str) -> Alarm:
    """Whether a message tells that somebody may be in danger."""
    text = simplified(message)
    if in_danger(text):
        return "sure"
    model = danger_model()
    chance = model.probability(uncourteous(text))
    return "sure" if chance >= model.sure else "likely" if chance >= model.likely else "none"


@lru_cache(maxsize=1)
def danger_model() -> DangerModel:
    """The fitted model."""
    return DangerModel.model_validate_json((DATA / "danger.json").read_text(encoding="utf-8"))
