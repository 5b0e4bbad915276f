"""Fits where a question told in one breath pauses: ``python -m eval.pauses`` writes ``data/pauses.json`` anew.

Data are the questions on record and the development questions (never a test split): their commas are taken out, and
the fit tells from the characters around it whether a place had one.
"""

from __future__ import annotations

import json
import re

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.pauses import MARKS, features
from assistant.understand import DATA
from eval.evaluate import DATA as QUESTIONS
from eval.fitting import SPLITS
from index.asked import asked_in
from index.words import LEXICON

STRENGTH = 1.0  # inverse of the penalty on weights
SEEN, SMALL = 8, 0.25  # times that a feature is seen at least, and weights that are as good as none
THRESHOLD = 0.25
FOLDS = 5
_UNMARKED = 20  # characters of a text without marks from which somebody has left them out
_LEFT_OUT = re.compile("[、“”「」《》\\s]")


def texts() -> list[str]:
    """Questions whose marks can be trusted."""
    rows = (json.loads(line) for split in SPLITS for line in (QUESTIONS / f"{split}.jsonl").open(encoding="utf-8"))
    asked = (*asked_in(), *asked_in(LEXICON / "silent"), *(row["question"] for row in rows))
    told = (_LEFT_OUT.sub("", text).strip(MARKS) for text in asked)
    return [text for text in told if len(text) < _UNMARKED or re.search(f"[{MARKS}]", text)]


def examples(told: list[str]) -> tuple[list[dict[str, int]], NDArray[np.bool_], NDArray[np.int64]]:
    """For each place between two characters: its features, whether a mark stood there, the number of its text."""
    rows, right, group = [], [], []
    for number, text in enumerate(told):
        pieces = re.split(f"[{MARKS}]+", text)
        plain = "".join(pieces)
        marked = set(np.cumsum([len(piece) for piece in pieces])[:-1].tolist())
        for place in range(2, len(plain) - 1):
            rows.append(dict.fromkeys(features(plain, place), 1))
            right.append(place in marked)
            group.append(number)
    return rows, np.array(right), np.array(group)


def main() -> None:
    """Fit and write."""
    rows, right, group = examples(texts())
    vectors = DictVectorizer(dtype=np.float32)
    values = vectors.fit_transform(rows)
    often = np.flatnonzero(np.asarray(values.sum(axis=0)).ravel() >= SEEN)
    values, names = values[:, often], vectors.get_feature_names_out()[often]
    folds = np.random.RandomState(0).randint(0, FOLDS, group.max() + 1)[group]
    guessed = np.zeros(len(right))
    for fold in range(FOLDS):
        guessed[folds == fold] = _fitted(values[folds != fold], right[folds != fold]).predict_proba(
            values[folds == fold]
        )[:, 1]
    said = guessed >= THRESHOLD
    held_out = {
        "precision": round(float(100 * right[said].mean()), 1),
        "recall": round(float(100 * said[right].mean()), 1),
    }
    model = _fitted(values, right)
    weights = {
        str(name): round(float(weight), 2)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= SMALL
    }
    report = {"threshold": THRESHOLD, "bias": round(float(model.intercept_[0]), 4), "held_out": held_out}
    report["weights"] = weights
    (DATA / "pauses.json").write_text(json.dumps(report, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"已写入 pauses.json：{json.dumps(held_out)}，{len(weights)} 个特征")


def _fitted(values: object, right: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(values, right)


if __name__ == "__main__":
    main()
