"""Fitted decisions: a logistic regression over named signals, its weights kept as data.

Where what one signal means hangs on another, products in pairs are weighed too: a clause named by one half of a
question belongs to the answer where the whole question hints at it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from assistant.understand import DATA
from corpus.types import Frozen


class FittedModel(Frozen):
    """Weights of the standardised signals and of products of two (``"share told"``), and how often it erred on
    questions that it was not fitted on."""

    threshold: float
    bias: float
    weights: dict[str, float]
    mean: dict[str, float]
    scale: dict[str, float]
    held_out: dict[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """Probability (0-1) of yes; a signal that is NaN counts as if it were average."""
        standard = {
            name: 0.0 if math.isnan(signals[name]) else (signals[name] - mean) / self.scale[name]
            for name, mean in self.mean.items()
        }
        score = self.bias + sum(
            weight * math.prod(standard[name] for name in names.split()) for names, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-score))


@lru_cache
def fitted_model(name: str) -> FittedModel:
    """A model by the name of its file in ``assistant/data``, without ``.json``."""
    return FittedModel.model_validate_json((DATA / f"{name}.json").read_text(encoding="utf-8"))
