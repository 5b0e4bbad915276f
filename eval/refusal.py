"""Fits when to refuse: ``python -m eval.refusal`` writes ``assistant/data/refusal.json`` anew.

Data are the development questions over the plan and over the laws (never a test split). A question counts
where the rules of :mod:`assistant.scope` leave it open and an answerer has an answer. Each answerable question
also gives an example of what is not answered: itself, with its gold clauses taken out of what was found (at a
small weight, because another clause may still answer).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.answerable import Signals, signals
from assistant.compose import settled, written
from assistant.scope import refused_by_rule
from assistant.text import in_danger
from assistant.understand import DATA as ASSISTANT_DATA
from eval.evaluate import DATA, Split, assistant_for
from eval.types import load_cases

SPLITS: tuple[Split, ...] = ("dev", "laws-dev")
STRENGTH = 0.1  # inverse of the penalty on weights: few examples, so strong
TAKEN_OUT, UNANSWERABLE = 0.02, 2.0  # weights of examples beside 1.0 for an answerable question
MISSED_COST = 1.5  # an answer where there is none harms more than a refusal where there is one
FOLDS, SEEDS = 10, range(5)  # drawn several times: one draw of the folds leaves the threshold to chance
TODAY = dt.date(2026, 1, 1)  # after the plan's period; a fixed day, so that the fit is the same every time
Array = NDArray[np.float64]


class Examples(NamedTuple):
    """One row an example: signals, whether it is answered, its weight, the number of its question."""

    values: Array
    answered: NDArray[np.bool_]
    weight: Array
    group: NDArray[np.int64]


def examples() -> Examples:
    """All examples of the development questions."""
    rows: list[tuple[Signals, bool, float, int]] = []
    number = 0
    for split in SPLITS:
        assistant = assistant_for(split)
        for case in load_cases(DATA / f"{split}.jsonl", assistant.library):
            number += 1
            evidence = assistant.evidence(case.question, case.history)
            question = evidence.question
            if not evidence.units or not question.terms or in_danger(case.question):
                continue
            if settled(question, evidence, TODAY) or refused_by_rule(question, evidence):
                continue
            if not written(question, evidence).statements:
                continue  # no answerer has an answer: nothing is left to decide
            weight = 1.0 if case.answerable else UNANSWERABLE
            rows.append((signals(question, evidence), case.answerable, weight, number))
            rest = tuple(u for u in evidence.units if u.clause.id not in (*case.gold, *case.also))
            if case.answerable and rest:
                rows.append((signals(question, evidence, rest), False, TAKEN_OUT, number))
    values, answered, weights, groups = zip(*rows, strict=True)
    return Examples(np.array(values), np.array(answered), np.array(weights), np.array(groups))


def fitted(data: Examples, chosen: NDArray[np.bool_]) -> tuple[StandardScaler, LogisticRegression]:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=2000))
    model.fit(data.values[chosen], data.answered[chosen], logisticregression__sample_weight=data.weight[chosen])
    return model[0], model[1]


def held_out(data: Examples, seed: int) -> Array:
    """Probability of each example by a model that saw no example of its question (10 folds)."""
    folds = np.random.RandomState(seed).randint(0, FOLDS, data.group.max() + 1)[data.group]
    result = np.zeros(len(data.group))
    for fold in range(FOLDS):
        scaler, model = fitted(data, folds != fold)
        result[folds == fold] = model.predict_proba(scaler.transform(data.values[folds == fold]))[:, 1]
    return result


def main() -> None:
    """Fit, choose the threshold on held-out folds, write the model and print what it costs."""
    data = examples()
    real = data.weight != TAKEN_OUT
    draws = [held_out(data, seed) for seed in SEEDS]
    costs = {}
    for cut in np.arange(0.20, 0.81, 0.02):
        refused = float(np.mean([np.sum(real & data.answered & (guessed < cut)) for guessed in draws]))
        missed = float(np.mean([np.sum(real & ~data.answered & (guessed >= cut)) for guessed in draws]))
        costs[round(float(cut), 2)] = (refused + MISSED_COST * missed, refused, missed)
    threshold = min(costs, key=lambda cut: (costs[cut][0], -cut))
    scaler, model = fitted(data, np.ones(len(real), dtype=bool))
    names = Signals._fields
    report = {
        "threshold": threshold,
        "bias": round(float(model.intercept_[0]), 6),
        "weights": dict(zip(names, model.coef_[0].round(6).tolist(), strict=True)),
        "mean": dict(zip(names, scaler.mean_.round(6).tolist(), strict=True)),
        "scale": dict(zip(names, scaler.scale_.round(6).tolist(), strict=True)),
        "held_out": {
            "answerable": int(np.sum(real & data.answered)),
            "falsely_refused": costs[threshold][1],
            "unanswerable": int(np.sum(real & ~data.answered)),
            "missed": costs[threshold][2],
        },
    }
    path = ASSISTANT_DATA / "refusal.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"已写入 {path.name}：{json.dumps(report['held_out'])}，阈值 {threshold}")


if __name__ == "__main__":
    main()
