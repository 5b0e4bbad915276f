"""The answer of a chat model: asked after the default answer stands, held to the clauses, completed by it.

The model is never asked whether to answer: refusals, questions asked back and calls for help are decided
before. Nor is it asked for what is computed exactly: rows of a table, counts, comparisons, whether a
figure is right, an article by its number, data of a document.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence

from assistant.answerers.passage import lead, support
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.model.breaker import Breaker
from assistant.model.client import Client, Fault
from assistant.model.ground import Kept, ground
from assistant.model.parse import parse, unfinished
from assistant.model.prompt import given, messages
from assistant.types import Citation, Notice, Outcome, Statement
from assistant.understand import Question
from assistant.verify import Verifier
from corpus.types import ClauseKind
from prompts import say

_EXACT = ("claim", "compare")  # kinds of question whose answer is a verdict
_MOST = 6
_ABOUT = 0.5  # of the default answer's coverage of the question that any other sentence must reach
_LEADS = 0.85  # of the default lead's coverage that the model's first sentence must reach to go before it
_MORE = 0.1  # coverage that a statement of the default answer must add to be put in
_log = logging.getLogger("tiaoju.model")


class ModelAnswerer:
    """Asks one model; safe for several threads.

    Args:
        name: of the model, as people are told.
        place: host that questions go to; empty where it is this machine.
    """

    def __init__(self, client: Client, name: str, place: str = "", breaker: Breaker | None = None) -> None:
        self.name, self.place = name, place
        self._client = client
        self._breaker = breaker or Breaker()

    def write(
        self, default: Draft, question: Question, evidence: Evidence, verifier: Verifier
    ) -> Generator[str, None, Draft]:
        """Yields what the model has written so far (unchecked), returns the checked answer.

        Args:
            default: the verified answer of the default answerers, which stands wherever the model fails.
        """
        if not asks_model(default, question, evidence):
            return default
        if not self._breaker.allows():
            return _instead(default, "paused")
        clauses = given(default, evidence)
        text = ""
        try:
            for piece in self._client.stream(messages(question.text, clauses, evidence)):
                text += piece
                yield unfinished(text)
        except Fault as fault:
            self._breaker.failed()
            _log.warning("model: %s", fault.kind)
            return _instead(default, fault.kind)
        self._breaker.worked()
        written = parse(text)
        if written is None:
            return _instead(default, "unreadable" if text.strip() else "empty")
        grounded = [ground(w, clauses, evidence, verifier) for w in written]
        kept = [k for some in grounded for k in some if _about(k, default, evidence)]
        if not kept:
            return _instead(default, "unsupported" if written else "silent")
        dropped = sum(not some for some in grounded)
        return self._combined(default, kept, dropped, question, evidence)

    def _combined(
        self, default: Draft, kept: Sequence[Kept], dropped: int, question: Question, evidence: Evidence
    ) -> Draft:
        """The model's sentences, and those of the default answer without which less of the question is answered."""
        statements = _told(kept, question, evidence)
        told = frozenset(statements)
        asked = question.terms
        if question.kind == "figure" or evidence.coverage(asked, _quotes(statements[:1])) < _LEADS * evidence.coverage(
            asked, _quotes(default.statements[:1])
        ):
            statements = _distinct([default.statements[0], *statements])
        for statement in default.statements:
            more = evidence.coverage(asked, _quotes([*statements, statement]))
            if more > evidence.coverage(asked, _quotes(statements)) + _MORE:
                statements = _distinct([*statements, statement])
        notices = [Notice(kind="model", text=say("model_wrote", name=self.name))]
        if dropped:
            notices.append(Notice(kind="model_dropped", text=say("model_dropped", count=dropped)))
        completed = not told.issuperset(statements)
        return default.model_copy(
            update={
                "statements": tuple(statements[:_MOST]),
                "generator": f"model:{self.name}" + ("+extractive" if completed else ""),
                "notices": tuple(notices),
            }
        )


def asks_model(default: Draft, question: Question, evidence: Evidence) -> bool:
    """Whether a model may write: the default path answers, from sentences, and nothing exact is asked."""
    clauses = [evidence.library.clause(c.clause_id) for s in default.statements for c in s.citations]
    return (
        default.outcome in (Outcome.ANSWERED, Outcome.PARTIAL)
        and bool(clauses)
        and question.kind not in _EXACT
        and all(clause.kind is ClauseKind.PARAGRAPH for clause in clauses)
        and not any(c.label in s.text for s in default.statements for c in s.citations)
    )


def cancelled(default: Draft) -> Draft:
    """The default answer, told that the model was stopped."""
    return _instead(default, "cancelled")


def _instead(default: Draft, why: str) -> Draft:
    notice = Notice(kind=f"model_{why}", text=say(f"model_{why}") + say("model_instead"))
    return default.model_copy(update={"notices": (*default.notices, notice)})


def _about(kept: Kept, default: Draft, evidence: Evidence) -> bool:
    """Whether a sentence is about the question at all, measured by what the default answer reached."""
    terms = evidence.question.terms
    best = max(evidence.coverage(terms, _quotes([s])) for s in default.statements)
    headings = " ".join((*kept.unit.clause.headings, kept.unit.clause.title))
    return evidence.coverage(terms, kept.unit.quote, headings) >= _ABOUT * best


def _told(kept: Sequence[Kept], question: Question, evidence: Evidence) -> list[Statement]:
    """Each sentence once, in the model's order, worded for its kind of document."""
    once: dict[tuple[str, int], Kept] = {}
    for one in kept:
        once.setdefault((one.unit.clause.id, one.unit.span.start), one)
    first, *rest = once.values()
    told = [lead(first.unit, question, evidence, first.words)]
    return told + [support(k.unit, evidence, first.unit, k.words) for k in rest]


def _distinct(statements: Sequence[Statement]) -> list[Statement]:
    """No sentence is read out twice."""
    found: dict[tuple[Citation, ...], Statement] = {}
    for statement in statements:
        found.setdefault(statement.citations, statement)
    return list(found.values())


def _quotes(statements: Sequence[Statement]) -> str:
    return " ".join(c.quote for s in statements for c in s.citations)
