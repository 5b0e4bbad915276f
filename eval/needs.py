"""Fits which clauses beside the best one belong to an answer: ``python -m eval.needs`` writes
``assistant/data/needs.json`` anew, from the answerable development questions (never a test split). Clauses that may
be cited without being right or wrong teach nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.needs import Signals, candidates, segments
from eval.fitting import Examples, fit, found

STRENGTH = 0.01  # many products for few examples, so a strong penalty
LEFT_OUT_COST = 3.0  # a need left unanswered, beside a clause that nobody asked for


def examples() -> Examples:
    """All clauses weighed for the development questions."""
    rows: list[tuple[Signals, bool, float, int]] = []
    for number, case, evidence in found():
        if case.answerable:
            weighed = candidates(evidence, segments(evidence))
            rows += [(v, u.clause.id in case.gold, 1.0, number) for u, v in weighed if u.clause.id not in case.also]
    return Examples.of(rows)


def main() -> None:
    """Fit and write."""
    data = examples()

    def counts(added: NDArray[np.bool_]) -> dict[str, float]:
        return {
            "wanted": float(np.sum(data.right)),
            "found": float(np.sum(data.right & added)),
            "unasked": float(np.sum(~data.right & added)),
        }

    def cost(added: NDArray[np.bool_]) -> float:
        return float(np.sum(~data.right & added) + LEFT_OUT_COST * np.sum(data.right & ~added))

    fit("needs", Signals._fields, data, STRENGTH, cost, counts, degree=2)


if __name__ == "__main__":
    main()
