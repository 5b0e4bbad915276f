"""One size of corpus in a process of its own: builds or opens its index, prints one line of JSON.

python -m bench.scale FOLDER --passages 26000 [--questions 100]

The plan has the real vectors. Larger sizes are the plan, the laws of the pack and, where those do not reach,
texts made from the laws by rule; their vectors are drawn at random, so they say what finding costs and nothing
of how well it finds. Questions are embedded by the real embedder at every size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant import Assistant
from bench.common import ROOT, resident_mb, timed
from corpus.laws import read_laws
from corpus.library import Library, load_library
from corpus.types import Clause, Document
from eval.baselines import ModeBaseline, QuickStartBaseline
from eval.types import Case, load_cases
from index import Words, make_embedder, open_index
from index.build import build_index, read_manifest
from index.shipped import shipped
from index.splitter import ClauseSplitter, passages
from index.store import _open
from index.vectors import key_of

_DIMENSIONS = 384


class RandomPassages(Embeddings):
    """Passages get random vectors, queries real ones (those on record the ones that come with the program)."""

    def __init__(self) -> None:
        self._real = make_embedder()
        self._draw = np.random.default_rng(1)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        drawn = self._draw.standard_normal((len(texts), _DIMENSIONS), dtype=np.float32)
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        ours = shipped().get(key_of(text, query=True))
        return self._real.embed_query(text) if ours is None else ours.tolist()  # type: ignore[no-any-return]


def library_of(size: int, words: Words) -> Library:
    """The plan, then whole documents until there are so many passages."""
    plan = load_library()
    splitter = ClauseSplitter(words)
    chosen, count = list(plan.documents), 0
    for document in _laws():
        if count >= size:
            break
        chosen.append(document)
        count += sum(len(passages(clause, document.title, splitter)) for clause in document.clauses)
    return Library(chosen)


def _laws() -> Iterator[Document]:
    """Laws in force; then the same again and again, the second half of each article from another one."""
    laws = [law for law in read_laws(None) if law.status == "in_force"]
    yield from laws
    texts = [clause.text for law in laws for clause in law.clauses]
    draw, number = random.Random(1), 0
    while True:
        number += 1
        for law in laws:
            mark = f"{law.id}-v{number}"
            clauses = tuple(_mixed(clause, law.id, mark, draw.choice(texts)) for clause in law.clauses)
            yield law.model_copy(update={"id": mark, "title": f"{law.title}{number}", "clauses": clauses})


def _mixed(clause: Clause, old: str, new: str, other: str) -> Clause:
    text = clause.text[: len(clause.text) // 2] + other[len(other) // 2 :]
    return clause.model_copy(
        update={"id": clause.id.replace(old, new, 1), "document_id": new, "text": text, "spans": (), "cells": ()}
    )


_BUILD = "build_s"  # file with the seconds that a build took, for the next run over the same index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=0, help="0: the plan alone")
    parser.add_argument("--questions", type=int, default=100)
    arguments = parser.parse_args()
    size, folder = arguments.passages, arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    cases = random.Random(1).sample(list(load_cases(ROOT / "eval/data/dev.jsonl")), arguments.questions)
    questions = [case.question for case in cases]
    by_question: dict[str, Case] = {case.question + end: case for case in cases for end in ("", "呢")}
    found: dict[str, object] = {}

    words = Words(folder)
    library = library_of(size, words) if size else load_library()
    start = time.perf_counter()
    if not size:
        shutil.rmtree(folder / "index", ignore_errors=True)
        index = open_index(folder / "index", library)
        embedder = index.embedder
        built = time.perf_counter() - start
        pieces = index.manifest.passages + index.manifest.asked
        found |= {"build_s": round(built, 1), "build_per_s": round(pieces / built, 1), "bare_per_s": _bare(index)}
    else:
        embedder = RandomPassages()
        if read_manifest(folder) is None:
            build_index(folder, library, words, embedder, "random")
            (folder / _BUILD).write_text(f"{time.perf_counter() - start:.1f}")
        found["build_without_embedding_s"] = float((folder / _BUILD).read_text())
        start = time.perf_counter()
        index = _open(folder, library, words, embedder)
        found["open_s"] = round(time.perf_counter() - start, 2)
    start = time.perf_counter()
    assistant = Assistant(library, index)
    found["assistant_s"] = round(time.perf_counter() - start, 2)

    collection = index._store._collection
    quick = QuickStartBaseline(embedder, library)
    keyword = ModeBaseline(index, library, "keyword")
    found["ms"] = {
        "embed the question": timed(embedder.embed_query, questions),
        "embed + one Chroma query (limit)": timed(
            lambda q: collection.query(query_embeddings=[embedder.embed_query(q)], n_results=20), questions
        ),
        "keyword only (baseline)": timed(lambda q: keyword.predict(by_question[q]), questions),
        "LangChain quick start (baseline)": timed(lambda q: quick.predict(by_question[q]), questions),
        "retrieval": timed(lambda q: index.search(q, k=60), questions),
        "whole answer": timed(assistant.ask, questions),
    }
    now, highest = resident_mb(os.getpid())
    found |= {
        "passages": index.manifest.passages,
        "clauses": index.manifest.clauses,
        "resident_mb": now,
        "highest_mb": highest,
        "disk_mb": round(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6),
    }
    print(json.dumps(found, ensure_ascii=False))


def _bare(index: object) -> float:
    """Passages a second of the embedder and nothing beside it, on the plan's passages."""
    texts = [part.embedded for part in index._parts]  # type: ignore[attr-defined]
    embedder = make_embedder()
    embedder.embed_documents(texts[:16])
    start = time.perf_counter()
    for at in range(0, len(texts), 16):
        embedder.embed_documents(texts[at : at + 16])
    return round(len(texts) / (time.perf_counter() - start), 1)


if __name__ == "__main__":
    main()
