"""Passages and hits: what the index stores and what it finds."""

from __future__ import annotations

from typing import NamedTuple

from corpus.types import Frozen, Span


class IndexProblem(Exception):
    """The index cannot be built, opened or used; the message is Chinese and says what to do."""


class IndexDamaged(IndexProblem):
    """Files of the index are damaged or gone; building it anew mends it."""


class Passage(Frozen):
    """A part of one clause, small enough to embed: ``text == clause.text[span.start:span.end]``.

    ``embedded`` is what the embedder sees: the heading path in front of the text.
    """

    id: str
    clause_id: str
    text: str
    span: Span
    embedded: str


class Hit(NamedTuple):
    """A passage found for a query, with the place each retriever gave it, so that it can be explained.

    ``score`` is the fused score (higher is better, not a probability). Ranks count from 1 and are
    None where that retriever did not return the passage.
    """

    passage: Passage
    score: float
    dense_rank: int | None = None
    keyword_rank: int | None = None
    dense_score: float | None = None
    keyword_score: float | None = None
