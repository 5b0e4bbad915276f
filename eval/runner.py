"""Cases -> predictions, through the public door of the system under test."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from eval.baselines import Index
from eval.metrics import recall_at
from eval.types import Case, CitedClause, Claim, Prediction

FOLLOW_UP_AT = 5
_SEARCH_DEPTH = 30  # passages, enough for five clauses


class System(Protocol):
    """A system under test: ``name`` for files, ``label`` for tables."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    def predict(self, case: Case) -> Prediction: ...


class AssistantSystem:
    """The assistant through ``ask``. Earlier questions of a conversation are asked first, untimed."""

    def __init__(self, assistant: Any, name: str = "tiaoju", label: str = "条条有据") -> None:
        self._assistant = assistant
        self.name, self.label = name, label

    def predict(self, case: Case) -> Prediction:
        history: list[Any] = []
        for question in case.history:
            history.append(self._assistant.ask(question, history=tuple(history), audience=case.persona))
        start = time.perf_counter()
        answer = self._assistant.ask(case.question, history=tuple(history), audience=case.persona)
        return prediction_of(case.id, answer, time.perf_counter() - start)


def prediction_of(case_id: str, answer: Any, seconds: float) -> Prediction:
    """An ``assistant.types.Answer`` as a prediction."""
    return Prediction(
        case_id=case_id,
        text=answer.text,
        citations=_cited(answer.citations),
        claims=tuple(Claim(text=s.text, citations=_cited(s.citations)) for s in answer.statements),
        related=_cited(answer.related),
        retrieved=answer.retrieved,
        refused=answer.refused,
        outcome=str(answer.outcome),
        standalone_question=answer.standalone_question,
        notices=tuple(notice.kind for notice in answer.notices),
        notice_citations=_cited(c for notice in answer.notices for c in notice.citations),
        seconds=seconds,
        timings_ms=answer.timings_ms,
    )


def run(system: System, cases: Iterable[Case]) -> tuple[Prediction, ...]:
    """Ask every case. A case that fails is recorded with its error and stops nothing."""
    return tuple(_predict(system, case) for case in cases)


def follow_up_gains(cases: Iterable[Case], predictions: Sequence[Prediction], index: Index) -> dict[str, float]:
    """Recall@5 of the stand-alone question minus that of the question as typed, by case id.

    Both are searched in the same index, so that the difference is the rewriting's alone. Answerable
    cases with a history only; a prediction without a stand-alone question gains nothing.
    """
    by_id = {prediction.case_id: prediction for prediction in predictions}
    gains = {}
    for case in cases:
        if not (case.history and case.answerable and case.id in by_id):
            continue
        rewritten = by_id[case.id].standalone_question or case.question
        gains[case.id] = _recall(index, rewritten, case) - _recall(index, case.question, case)
    return gains


def _predict(system: System, case: Case) -> Prediction:
    start = time.perf_counter()
    try:
        return system.predict(case)
    except Exception as error:  # whatever a system raises is that system's failure, not the run's
        message = f"{type(error).__name__}: {error}"
        return Prediction(case_id=case.id, error=message, seconds=time.perf_counter() - start)


def _recall(index: Index, question: str, case: Case) -> float:
    hits = index.search(question, k=_SEARCH_DEPTH, mode="hybrid")
    return recall_at([hit.passage.clause_id for hit in hits], case.gold, FOLLOW_UP_AT)


def _cited(citations: Iterable[Any]) -> tuple[CitedClause, ...]:
    return tuple(CitedClause(clause_id=c.clause_id, quote=c.quote) for c in citations)
