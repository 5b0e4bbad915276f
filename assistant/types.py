"""What goes in and what comes out of :meth:`assistant.Assistant.ask`."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from corpus.types import Frozen, Span

Audience = Literal["resident", "staff"]


class ModelProblem(Exception):
    """The chat model cannot be used as it is set up; the message is Chinese and says what to do."""


class Outcome(StrEnum):
    """How an answer ended; labels and descriptions for people stand in ``data/outcomes.toml``."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_IN_CORPUS = "not_in_corpus"
    OUT_OF_SCOPE = "out_of_scope"
    CLARIFY = "clarify"
    CRISIS = "crisis"


class Citation(Frozen):
    """A clause, quoted word for word: ``quote == clause.text[span.start:span.end]``."""

    clause_id: str
    label: str  # full label with the document's title
    quote: str
    span: Span


class Statement(Frozen):
    """One sentence of an answer with the quotes that it rests on (at least one)."""

    text: str
    citations: tuple[Citation, ...]


class Notice(Frozen):
    """What the reader must know besides the answer, e.g. that the plan's period has ended."""

    kind: str
    text: str
    citations: tuple[Citation, ...] = ()


class Turn(Frozen):
    """An earlier question of the conversation, with what its answer cited (most telling first)."""

    question: str  # the stand-alone form where there is one
    clause_ids: tuple[str, ...] = ()


class Answer(Frozen):
    """A verified answer.

    ``message`` is the plain sentence that goes first where something is not answered (a refusal,
    what is missing, what to ask instead); it claims nothing about the policy. ``related`` are the
    nearest clauses (相关条款), word for word, offered where the question itself is not answered.
    """

    question: str
    standalone_question: str
    kind: str  # kind of question, a name of data/question_kinds.toml
    audience: Audience
    outcome: Outcome
    message: str = ""
    danger: bool = False  # whether somebody may be in danger: the message then names help, and goes first
    statements: tuple[Statement, ...] = ()
    notices: tuple[Notice, ...] = ()
    related: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    retrieved: tuple[str, ...] = ()  # ids of the clauses found, best first
    generator: str = "extractive"
    timings_ms: dict[str, float] = Field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the question was not answered at all."""
        return self.outcome not in (Outcome.ANSWERED, Outcome.PARTIAL)

    @property
    def message_first(self) -> bool:
        """Whether the message goes before the statements."""
        return self.refused or self.danger

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Distinct citations of all statements in the order of their numbers (依据1, 依据2…)."""
        return tuple(dict.fromkeys(c for statement in self.statements for c in statement.citations))

    @property
    def text(self) -> str:
        """Message and statements as they are read, without citations."""
        parts = [statement.text for statement in self.statements]
        first = [self.message] if self.message else []
        return "".join(first + parts if self.message_first else parts + first)

    def turn(self) -> Turn:
        """This answer as history for the next question."""
        ids = tuple(dict.fromkeys(c.clause_id for c in self.citations or self.related))
        return Turn(question=self.standalone_question, clause_ids=ids)
