"""Fitted decisions: a logistic regression over named signals, its weights kept as data.

Where what one signal means hangs on another, products in pairs are weighed too: a clause named by one half of a
question belongs to the answer where the whole question hints at it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

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
        values = np.array([*standard, 1.0])
        weights, ones, others = self._products
        return 1 / (1 + math.exp(-self.bias - float(weights @ (values[ones] * values[others]))))

    @cached_property
    def _products(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """The weights, and the places of the two signals of each; the place behind the last stands for 1."""
        place = {name: i for i, name in enumerate(self.mean)}
        pairs = [(*(place[name] for name in names.split()), len(place))[:2] for names in self.weights]
        ones, others = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return np.array([*self.weights.values()]), ones, others


@lru_cache
def fitted_model(name: str) -> FittedModel:
    """A model by the name of its file in ``assistant/data``, without ``.json``."""
    return FittedModel.model_validate_json((DATA / f"{name}.json").read_text(encoding="utf-8"))
