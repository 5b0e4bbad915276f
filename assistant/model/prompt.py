"""What a model is given: rules from prompts/, clauses and question as marked data, never as instructions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.draft import Draft
from assistant.evidence import Evidence, best_per_clause
from corpus.types import Clause
from prompts import load_example, load_prompt

_CLAUSES, _CHARS = 6, 1_600  # what a small model on two cores reads in ten to twenty seconds


def given(draft: Draft, evidence: Evidence) -> tuple[Clause, ...]:
    """Clauses that the model may speak from: those of the default answer, then the best found, while they fit."""
    cited = (evidence.library.clause(c.clause_id) for s in draft.statements for c in s.citations)
    found = (unit.clause for unit in best_per_clause(evidence.said))
    chosen: list[Clause] = []
    for clause in dict.fromkeys([*cited, *found]):
        if not chosen or sum(len(c.text) for c in chosen) + len(clause.text) <= _CHARS:
            chosen.append(clause)
    return tuple(chosen[:_CLAUSES])


def messages(question: str, clauses: Sequence[Clause], evidence: Evidence) -> list[BaseMessage]:
    """System message, a worked example, and the question. Clauses are numbered from 1; all data stands between
    marks that it does not contain, so that nothing in it can end the data."""
    lines = [f"{n}. {evidence.library.label(c)}\n{c.text}" for n, c in enumerate(clauses, 1)]
    example = load_example()
    return [
        SystemMessage(load_prompt("model_system").format()),
        _user(example["question"], example["clauses"].strip()),
        AIMessage(example["answer"]),
        _user(question, "\n\n".join(lines)),
    ]


def _user(question: str, clauses: str) -> HumanMessage:
    mark = _mark(f"{clauses}\n{question}")
    return HumanMessage(load_prompt("model_user").format(mark=mark, clauses=clauses, question=question))


def _mark(data: str) -> str:
    """A line that the data does not contain; the same data gets the same one, so that answers can be repeated."""
    seed = data
    while True:
        mark = f"=== {hashlib.sha256(seed.encode()).hexdigest()[:16]} ==="
        if mark not in data:
            return mark
        seed += mark
