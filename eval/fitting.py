"""Fitting of the assistant's decisions: a logistic regression, its threshold chosen on questions it did not see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from assistant.evidence import Evidence
from assistant.understand import DATA
from eval.evaluate import DATA as QUESTIONS
from eval.evaluate import Split, assistant_for
from eval.types import Case, load_cases

SPLITS: tuple[Split, ...] = ("dev", "laws-dev")  # never a test split
FOLDS, SEEDS = 10, range(5)  # drawn several times: one draw of the folds leaves the threshold to chance
Array = NDArray[np.float64]


class Examples(NamedTuple):
    """One row an example: signals, whether yes is right, its weight, the number of its question."""

    values: Array
    right: NDArray[np.bool_]
    weight: Array
    group: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[float], bool, float, int]]) -> Examples:
        return cls(*(np.array(column) for column in zip(*rows, strict=True)))


def found() -> Iterator[tuple[int, Case, Evidence]]:
    """Each development question with a number of its own and what is found for it."""
    number = 0
    for split in SPLITS:
        assistant = assistant_for(split)
        for case in load_cases(QUESTIONS / f"{split}.jsonl", assistant.library):
            number += 1
            yield number, case, assistant.evidence(case.question, case.history)


def fit(
    name: str,
    signals: Sequence[str],
    data: Examples,
    strength: float,
    cost: Callable[[NDArray[np.bool_]], float],
    counts: Callable[[NDArray[np.bool_]], dict[str, float]],
    degree: int = 1,
) -> None:
    """Fit, choose the threshold on held-out folds, write ``assistant/data/NAME.json`` and print what it costs.

    Args:
        signals: names of the columns of ``data.values``.
        strength: inverse of the penalty on weights.
        cost: of saying yes to some examples; the threshold is the one of least cost over all draws of the folds.
        counts: what is reported of saying yes to some examples.
        degree: 2 weighs products of two signals too.
    """
    draws = [_held_out(data, seed, strength, degree) for seed in SEEDS]
    cuts = [round(float(cut), 2) for cut in np.arange(0.20, 0.81, 0.02)]
    costs = {cut: float(np.mean([cost(guessed >= cut) for guessed in draws])) for cut in cuts}
    threshold = min(costs, key=lambda cut: (costs[cut], -cut))
    reports = [counts(guessed >= threshold) for guessed in draws]
    scaler, products, level, model = (
        step for _, step in _fitted(data, np.ones(len(data.right), bool), strength, degree).steps
    )
    weights = model.coef_[0] / level.scale_
    report = {
        "threshold": threshold,
        "bias": round(float(model.intercept_[0] - weights @ level.mean_), 6),
        "weights": dict(zip(_names(products, signals), weights.round(6).tolist(), strict=True)),
        "mean": dict(zip(signals, scaler.mean_.round(6).tolist(), strict=True)),
        "scale": dict(zip(signals, scaler.scale_.round(6).tolist(), strict=True)),
        "held_out": {key: round(float(np.mean([r[key] for r in reports])), 1) for key in reports[0]},
    }
    path = DATA / f"{name}.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"已写入 {path.name}：{json.dumps(report['held_out'])}，阈值 {threshold}")


def _fitted(data: Examples, chosen: NDArray[np.bool_], strength: float, degree: int) -> Pipeline:
    model = make_pipeline(
        StandardScaler(),
        PolynomialFeatures(degree, include_bias=False),
        StandardScaler(),
        LogisticRegression(C=strength, max_iter=1000),
    )
    return model.fit(data.values[chosen], data.right[chosen], logisticregression__sample_weight=data.weight[chosen])


def _names(products: PolynomialFeatures, signals: Sequence[str]) -> list[str]:
    """``share``, ``share told``, ``told told``: what a weight is of."""
    powers = products.powers_.tolist()
    return [" ".join(name for name, power in zip(signals, row, strict=True) for _ in range(power)) for row in powers]


def _held_out(data: Examples, seed: int, strength: float, degree: int) -> Array:
    """Probability of each example by a model that saw no example of its question (10 folds)."""
    folds = np.random.RandomState(seed).randint(0, FOLDS, data.group.max() + 1)[data.group]
    result = np.zeros(len(data.group))
    for fold in range(FOLDS):
        model = _fitted(data, folds != fold, strength, degree)
        result[folds == fold] = model.predict_proba(data.values[folds == fold])[:, 1]
    return result
