"""Fits when to refuse: ``python -m eval.refusal`` writes ``assistant/data/refusal.json`` anew.

Data are the development questions over the plan and over the laws (never a test split). A question counts
where the rules of :mod:`assistant.scope` leave it open and an answerer has an answer. Each answerable question
also gives an example of what is not answered: itself, with its gold clauses taken out of what was found (at a
small weight, because another clause may still answer).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from assistant.answerable import Signals, signals
from assistant.compose import settled, written
from assistant.scope import refused_by_rule
from assistant.text import in_danger
from eval.fitting import Examples, fit, found

# few examples, so a strong penalty; products of signals do better on the folds, but not on sets measured unseen
STRENGTH = 0.02
TAKEN_OUT, UNANSWERABLE = 0.02, 1.5  # weights of examples beside 1.0 for an answerable question
MISSED_COST = 2.0  # an answer where there is none harms more than a refusal where there is one
TODAY = dt.date(2026, 1, 1)  # after the plan's period; a fixed day, so that the fit is the same every time


def examples() -> Examples:
    """All examples of the development questions."""
    rows: list[tuple[Signals, bool, float, int]] = []
    for number, case, evidence in found():
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
    return Examples.of(rows)


def main() -> None:
    """Fit and write."""
    data = examples()
    real = data.weight != TAKEN_OUT

    def counts(answered: NDArray[np.bool_]) -> dict[str, float]:
        return {
            "answerable": float(np.sum(real & data.right)),
            "falsely_refused": float(np.sum(real & data.right & ~answered)),
            "unanswerable": float(np.sum(real & ~data.right)),
            "missed": float(np.sum(real & ~data.right & answered)),
        }

    def cost(answered: NDArray[np.bool_]) -> float:
        wrong = counts(answered)
        return wrong["falsely_refused"] + MISSED_COST * wrong["missed"]

    fit("refusal", Signals._fields, data, STRENGTH, cost, counts)


if __name__ == "__main__":
    main()
