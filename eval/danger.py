"""Fits when a message tells of danger: ``python -m eval.danger`` writes ``assistant/data/danger.json`` anew.

Data are ``eval/data/danger.jsonl`` (messages of people in danger, and messages that only look like it) and, as ordinary
messages, the questions on record and the development questions. ``eval/data/danger-test.jsonl`` is only measured.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from assistant.danger import alarm, danger_model
from assistant.text import in_danger, simplified, uncourteous
from assistant.understand import DATA
from eval.evaluate import DATA as QUESTIONS
from index.asked import asked_in, silent_questions
from index.words import grams

STRENGTH = 10.0  # inverse of the penalty on weights
FOLDS = 10
LEAST_MESSAGES = 3  # that have a character or a pair
MISSED_COST = 3.5  # of danger that is not seen, beside help named where nobody needs it
RARE = 3000  # development questions of which at most one may be left without its answer


def rows(name: str) -> list[dict[str, Any]]:
    """Lines of a question file."""
    return [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]


def ordinary() -> tuple[list[str], list[str]]:
    """Questions that tell of no danger: on record, and those of development."""
    asked = [row["question"] for name in ("dev", "laws-dev") for row in rows(f"{name}.jsonl") if not _sensitive(row)]
    on_record, ours = (
        [text for text in dict.fromkeys(texts) if not in_danger(text)]
        for texts in ((*asked_in(), *silent_questions()), asked)
    )
    return on_record, ours


def main() -> None:
    """Fit and write."""
    told = rows("danger.jsonl")
    on_record, ours = ordinary()
    far = [*on_record, *ours]
    danger = np.array([row["danger"] for row in told] + [False] * len(far))
    near = np.arange(len(danger)) < len(told)
    counter = CountVectorizer(analyzer=grams, min_df=LEAST_MESSAGES, binary=True)
    messages = [uncourteous(simplified(text)) for text in (*(row["text"] for row in told), *far)]
    counter.fit(messages[: len(told)])
    values = normalize(counter.transform(messages))
    chance = _held_out(values, danger)

    def wrong(cut: float) -> dict[str, float]:
        seen = chance >= cut
        return {
            "missed": float(np.sum(danger & ~seen)),
            "look_alikes": float(np.sum(near & ~danger & seen)),
            "ordinary": float(np.sum(~near & seen)),
        }

    cuts = [round(float(cut), 2) for cut in np.arange(0.05, 0.96, 0.05)]
    likely = min(cuts, key=lambda cut: (MISSED_COST * wrong(cut)["missed"] + sum(wrong(cut).values()), cut))
    sure = next(cut for cut in cuts if cut >= likely and np.mean(chance[-len(ours) :] >= cut) <= 1 / RARE)
    model = _model().fit(values, danger)
    report = {
        "likely": likely,
        "sure": sure,
        "bias": round(float(model.intercept_[0]), 4),
        "weights": dict(zip(counter.get_feature_names_out(), model.coef_[0].round(3).tolist(), strict=True)),
        "held_out": {"danger": float(danger.sum()), **wrong(likely)}
        | {f"{name}_sure": value for name, value in wrong(sure).items()},
    }
    (DATA / "danger.json").write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"已写入 danger.json：{json.dumps(report['held_out'])}，从 {likely} 起先说求助，从 {sure} 起只说求助")
    danger_model.cache_clear()
    _measure(rows("danger-test.jsonl"))


def _measure(unseen: Sequence[dict[str, Any]]) -> None:
    for name, wanted in (("危险", True), ("其余", False)):
        found = [alarm(row["text"]) for row in unseen if row["danger"] is wanted]
        print(f"没有见过的{name}{len(found)}条：先说求助{found.count('likely')}条，只说求助{found.count('sure')}条")


def _sensitive(row: dict[str, Any]) -> bool:
    return bool(row["kind"] == "sensitive")


def _model() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=3000)


def _held_out(values: csr_matrix, danger: NDArray[np.bool_]) -> NDArray[np.float64]:
    folds = np.random.RandomState(0).randint(0, FOLDS, len(danger))
    chance = np.zeros(len(danger))
    for fold in range(FOLDS):
        model = _model().fit(values[folds != fold], danger[folds != fold])
        chance[folds == fold] = model.predict_proba(values[folds == fold])[:, 1]
    return chance


if __name__ == "__main__":
    main()
