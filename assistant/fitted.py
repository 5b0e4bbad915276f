"""Fitted decisions: a logistic regression over named signals, its weights kept as data.

Where what one signal means hangs on another, products in pairs are weighed too: a clause named by one half of a
question belongs to the answer where the whole question hints at it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property, lru_cache

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
        standard = [
            0.0 if math.isnan(value := signals[name]) else (value - mean) / self.scale[name]
            for name, mean in self.mean.items()
        ]
        standard.append(1.0)
        score = self.bias + sum(weight * standard[one] * standard[other] for weight, one, other in self._products)
        return 1 / (1 + math.exp(-score))

    @cached_property
    def _products(self) -> tuple[tuple[float, int, int], ...]:
        """Each weight with the places of its signals; the place behind the last stands for 1."""
        place = {name: i for i, name in enumerate(self.mean)}
        products = []
        for names, weight in self.weights.items():
            one, other = (*(place[name] for name in names.split()), len(place))[:2]
            products.append((weight, one, other))
        return tuple(products)


@lru_cache
def fitted_model(name: str) -> FittedModel:
    """A model by the name of its file in ``assistant/data``, without ``.json``."""
    return FittedModel.model_validate_json((DATA / f"{name}.json").read_text(encoding="utf-8"))
