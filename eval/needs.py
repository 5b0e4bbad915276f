"""Fits which clauses beside the best one belong to an answer: ``python -m eval.needs`` writes
``assistant/data/needs.json`` anew, from the answerable development questions (never a test split). Clauses that may
be cited without being right or wrong teach nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.needs import Signals, candidates
from eval.evaluate import DATA, assistant_for
from eval.fitting import Examples, fit
from eval.refusal import SPLITS
from eval.types import load_cases

STRENGTH = 0.3
LEFT_OUT_COST = 3.0  # a need left unanswered, beside a clause that nobody asked for


def examples() -> Examples:
    """All clauses weighed for the development questions."""
    rows: list[tuple[Signals, bool, float, int]] = []
    number = 0
    for split in SPLITS:
        assistant = assistant_for(split)
        for case in load_cases(DATA / f"{split}.jsonl", assistant.library):
            number += 1
            if not case.answerable:
                continue
            weighed = candidates(assistant.evidence(case.question, case.history))
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

    fit("needs", Signals._fields, data, STRENGTH, cost, counts)


if __name__ == "__main__":
    main()
