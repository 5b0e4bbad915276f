"""Answerers: question and evidence -> draft. One file a way of answering, tried in order."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answerers.claim import answer_claim
from assistant.answerers.compare import answer_comparison
from assistant.answerers.figure import answer_figure
from assistant.answerers.listing import answer_list
from assistant.answerers.mentions import answer_mentions
from assistant.answerers.passage import answer_passage
from assistant.answerers.table import answer_row
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.understand import Question

Answerer = Callable[[Question, Evidence], Draft | None]

# The first that has an answer gives it; the last always has one.
ANSWERERS: tuple[Answerer, ...] = (
    answer_mentions,
    answer_comparison,
    answer_claim,
    answer_row,
    answer_figure,
    answer_list,
    answer_passage,
)
