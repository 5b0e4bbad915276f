"""Questions that people ask, each with the sentence that answers it: a bridge from everyday words to the document's.

A sentence is also found through questions that it answers (the idea of doc2query, Nogueira et al. 2019). Here they
are data, written from the sentences alone, one file a document in ``lexicon/asked``; a document without a file is
found by its own words.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.library import Library
from corpus.types import Span
from index.types import IndexProblem
from index.words import LEXICON

_MOST = 20  # questions that one query may be near to
_NEAR, _SAME = 50, 95  # percentiles, see AskedIndex.near
_BLOCK = 512  # questions compared with all others at once


class AskedQuestion(NamedTuple):
    """A question, and the character of a clause's text in the sentence that answers it (None: the whole clause)."""

    clause_id: str
    at: int | None
    text: str

    def answered_in(self, span: Span) -> bool:
        """Whether a sentence of the clause is the one that answers."""
        return self.at is None or span.start <= self.at < span.end


class Near(NamedTuple):
    """An asked question near to a query; strength 0 (no nearer than other subjects' questions) to 1."""

    question: AskedQuestion
    strength: float


def asked_questions(library: Library, folder: Path = LEXICON / "asked") -> tuple[AskedQuestion, ...]:
    """The questions of a library's documents; one whose sentence a newer text no longer has is left out.

    Raises:
        IndexProblem: a file is malformed.
    """
    found = []
    for document in library.documents:
        sentences = _read(folder / f"{document.id}.toml")
        for clause in document.clauses:
            for phrase, questions in sentences.get(clause.id.removeprefix(f"{document.id}_"), {}).items():
                if (at := clause.text.find(phrase)) >= 0:
                    found += [AskedQuestion(clause.id, at if phrase else None, text) for text in questions]
    return tuple(found)


def fingerprint(questions: tuple[AskedQuestion, ...]) -> str:
    """SHA-256 over all questions and what they point to."""
    return hashlib.sha256("\n".join(f"{i}\x00{at}\x00{text}" for i, at, text in questions).encode()).hexdigest()


class AskedIndex:
    """Nearest asked questions by cosine; a few thousand are compared one by one.

    Args:
        vectors: one row a question, as queries are embedded, unit length.
    """

    def __init__(self, questions: tuple[AskedQuestion, ...], vectors: NDArray[np.float32]) -> None:
        self._questions, self._vectors = questions, vectors
        self._low, self._high = _bounds(questions, vectors)

    @cached_property
    def documents(self) -> frozenset[str]:
        """Ids of the documents that have questions on record."""
        return frozenset(question.clause_id.partition("_")[0] for question in self._questions)

    def closest(self, vector: NDArray[np.float32]) -> float:
        """Strength of the nearest question, as ``near`` counts it but not cut at 0 or 1; 0 where there is none."""
        return float(np.max(self._strengths(vector))) if self._questions else 0.0

    def near(self, vector: NDArray[np.float32]) -> tuple[Near, ...]:
        """Asked questions that are nearer to a query (unit length) than another clause's usually are, best first.

        What counts as near is read from the questions themselves, so it holds for any embedder: strength is 0
        at the median similarity of a question to the nearest one of another clause of its document, 1 at the 95th
        percentile.
        """
        if not self._questions:
            return ()
        strengths = np.clip(self._strengths(vector), 0, 1)
        order = np.argsort(-strengths, kind="stable")[:_MOST]
        return tuple(Near(self._questions[i], float(strengths[i])) for i in order if strengths[i] > 0)

    def _strengths(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = (self._vectors @ vector - self._low) / (self._high - self._low)
        return found


def _bounds(
    questions: tuple[AskedQuestion, ...], vectors: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Similarity at which strength is 0 and at which it is 1, by question: read from the questions of its document,
    because documents on one subject ask alike and would blur each other's."""
    low, high = np.zeros(len(questions), np.float32), np.ones(len(questions), np.float32)
    names, clauses = np.unique([question.clause_id for question in questions], return_inverse=True)
    documents = np.asarray([name.partition("_")[0] for name in names])[clauses]
    for document in np.unique(documents):
        own = np.flatnonzero(documents == document)
        if len(np.unique(clauses[own])) < 2:
            continue
        nearest = np.concatenate(
            [
                np.where(clauses[rows, np.newaxis] == clauses[own], -1.0, vectors[rows] @ vectors[own].T).max(axis=1)
                for rows in np.array_split(own, len(own) // _BLOCK + 1)
            ]
        )
        low[own], high[own] = np.percentile(nearest, [_NEAR, _SAME])
    return low, np.maximum(high, low + 1e-6)


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Questions by clause and phrase; a bare list of questions stands under the empty phrase."""
    if not path.exists():
        return {}
    try:
        clauses = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            clause: {
                phrase: [str(text) for text in texts]
                for phrase, texts in (said.items() if isinstance(said, dict) else [("", said)])
            }
            for clause, said in clauses.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexProblem(f"问句文件 {path.name} 有误（{error}），请检查 index/lexicon/asked 目录。") from error
