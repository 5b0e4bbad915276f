"""The chain, step by step: read this file first.

question -> Clean -> Understand -> Find -> Compose -> Verify -> (chat model) -> Finish -> Answer

A chat model, where one is set up, writes after Verify and only over an answer that stands (assistant/model).
Each step takes the context and returns it with more in it; a step that ends the run sets ``draft``
and the ones that would write another pass it on. The chain is a LangChain ``Runnable``.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableSequence

from assistant.compose import compose
from assistant.danger import alarm
from assistant.draft import Draft
from assistant.evidence import Evidence, best_per_clause
from assistant.finder import EvidenceFinder
from assistant.followup import on_topic, stand_alone
from assistant.needs import segment_texts
from assistant.notices import notices
from assistant.parts import asked_in_turn
from assistant.pauses import with_pauses
from assistant.scope import not_stated
from assistant.suggest import suggestions
from assistant.text import (
    MAX_QUESTION,
    asks_to_act,
    clean,
    has_words,
    in_danger,
    mask,
    simplified,
    uncourteous,
    without_excluded,
    without_numbers,
)
from assistant.types import Answer, Audience, Notice, Outcome, Turn
from assistant.understand import Question, understand
from assistant.verify import Verifier
from index.repair import Repair
from prompts import say

if TYPE_CHECKING:
    from assistant.model import ModelAnswerer


@dataclass(frozen=True)
class Context:
    """What is known of one question so far."""

    asked: str
    history: tuple[Turn, ...]
    audience: Audience
    today: dt.date
    text: str = ""  # cleaned and masked
    danger: bool = False  # whether somebody may be in danger, though it is not sure
    repairs: tuple[Repair, ...] = ()
    question: Question | None = None
    evidence: Evidence | None = None
    draft: Draft | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


Step = Callable[[Context], Context]


class Clean:
    """Ends the run for what is no question: nothing, no words, too long, somebody in danger."""

    def __call__(self, context: Context) -> Context:
        text = mask(clean(context.asked))
        context = replace(context, text=text[:MAX_QUESTION])
        if not text:
            return _end(context, Outcome.CLARIFY, say("empty"))
        if len(text) > MAX_QUESTION:
            return _end(context, Outcome.CLARIFY, say("too_long", length=len(text), limit=MAX_QUESTION))
        if not has_words(text):
            return _end(context, Outcome.CLARIFY, say("no_words"))
        if asks_to_act(text) and not in_danger(text):
            return _end(context, Outcome.OUT_OF_SCOPE, say("cannot_act"))
        danger = alarm(text)
        if danger == "sure":
            return _end(context, Outcome.CRISIS, say("crisis"))
        return replace(context, danger=danger == "likely")


class Understand:
    """Mends typing errors, makes a follow-up stand alone, reads kind, subject, figures and years."""

    def __init__(self, finder: EvidenceFinder) -> None:
        self._finder = finder

    def __call__(self, context: Context) -> Context:
        if context.draft is not None:
            return context
        words = self._finder.index.words
        text = with_pauses(without_excluded(uncourteous(simplified(without_numbers(context.text)))))
        if not context.history:
            self._finder.index.prepare((text,))  # looked up while it is read: most questions have no slips
        text, repairs = self._finder.repairer.repair(text)
        alone = stand_alone(text, context.history, self._finder.library, words)
        question = self._finder.refine(understand(alone, words))
        if not question.terms and context.history:
            alone = on_topic(text, context.history, self._finder.library, words)
            question = self._finder.refine(understand(alone, words))
        if context.history:
            last = context.history[-1]
            told = {"before": last.clause_ids, "after": f"{last.question.rstrip('？?。 ')}，{text}"}
            question = question.model_copy(update=told)
        return replace(context, question=question, repairs=repairs)


class Find:
    """Retrieves sentences and rows and scores them."""

    def __init__(self, finder: EvidenceFinder) -> None:
        self._finder = finder

    def __call__(self, context: Context) -> Context:
        if context.draft is not None or context.question is None:
            return context
        question, index = context.question, self._finder.index
        parts = asked_in_turn(question.text, index.words)
        index.prepare((question.text, *parts), (*filter(None, [question.after]), *segment_texts(question.text)))
        return replace(context, evidence=Evidence(question, self._finder))


class Compose:
    """Answers, or refuses; a question that asks several things gets all of them (see compose.py)."""

    def __call__(self, context: Context) -> Context:
        if context.draft is not None or context.question is None or context.evidence is None:
            return context
        return replace(context, draft=compose(context.question, context.evidence, context.today))


class Verify:
    """Drops every statement that its quotes do not carry; refuses where none is left."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def __call__(self, context: Context) -> Context:
        if context.draft is None or not context.draft.statements or context.evidence is None:
            return context
        sound = tuple(s for s in context.draft.statements if not self._verifier.problems(s))
        # the lead gives the answer: what follows it does not make sense without it
        if context.draft.statements[0] not in sound:
            return replace(context, draft=not_stated(context.evidence))
        return replace(context, draft=context.draft.model_copy(update={"statements": sound}))


def make_chain(finder: EvidenceFinder) -> Runnable[Context, Context]:
    """All steps as one Runnable; each notes its time in milliseconds."""
    steps: dict[str, Step] = {
        "clean": Clean(),
        "understand": Understand(finder),
        "find": Find(finder),
        "compose": Compose(),
        "verify": Verify(Verifier(finder.library, finder.index.words)),
    }
    return RunnableSequence(*(_Timed(name, step) for name, step in steps.items()))


def found(context: Context, finder: EvidenceFinder) -> Evidence:
    """What the chain understands and finds, whatever the question."""
    context = Find(finder)(Understand(finder)(replace(context, text=mask(clean(context.asked))[:MAX_QUESTION])))
    assert context.evidence is not None
    return context.evidence


def write(context: Context, model: ModelAnswerer, finder: EvidenceFinder) -> Generator[str, None, Context]:
    """Lets the model write over an answer that stands: yields its unchecked text, returns the context after it."""
    if context.draft is None or context.question is None or context.evidence is None:
        return context
    start = time.perf_counter()
    verifier = Verifier(finder.library, finder.index.words)
    draft = yield from model.write(context.draft, context.question, context.evidence, verifier)
    spent = round(1000 * (time.perf_counter() - start), 2)
    return replace(context, draft=draft, timings_ms={**context.timings_ms, "model": spent})


def finish(context: Context, finder: EvidenceFinder) -> Answer:
    """The answer with its notices, related clauses and next questions."""
    draft = context.draft
    assert draft is not None
    if context.danger and not draft.statements:
        draft = Draft(outcome=Outcome.CRISIS, message=say("crisis"))
    shown = [c.clause_id for s in draft.statements for c in s.citations] + [c.clause_id for c in draft.related]
    found = best_per_clause(context.evidence.units) if context.evidence is not None else ()
    standalone = context.question.text if context.question is not None else context.text
    repaired = tuple(
        Notice(kind="repaired", text=say("repaired", wrong=r.wrong, right=r.right)) for r in context.repairs
    )
    return Answer(
        question=context.text,
        standalone_question=standalone,
        kind=context.question.kind if context.question is not None else "",
        audience=context.audience,
        outcome=draft.outcome,
        message=say("crisis") + draft.message if context.danger and draft.statements else draft.message,
        danger=context.danger or draft.outcome is Outcome.CRISIS,
        statements=draft.statements,
        notices=repaired
        + notices(
            tuple(dict.fromkeys(shown)),
            finder.library,
            context.today,
            masked=mask(clean(context.asked)) != clean(context.asked),
        )
        + draft.notices,
        related=draft.related,
        suggestions=suggestions(tuple(dict.fromkeys(shown)), finder.library, draft.outcome is Outcome.CLARIFY),
        retrieved=tuple(unit.clause.id for unit in found),
        generator=draft.generator,
        timings_ms=context.timings_ms,
    )


class _Timed(Runnable[Context, Context]):
    """A step as LangChain runs it; a ``RunnableLambda`` would spend a third of a millisecond on its signature."""

    def __init__(self, name: str, step: Step) -> None:
        self.name = name
        self._step = step

    def invoke(self, input: Context, config: RunnableConfig | None = None, **kwargs: Any) -> Context:
        start = time.perf_counter()
        after = self._step(input)
        spent = round(1000 * (time.perf_counter() - start), 2)
        return replace(after, timings_ms={**after.timings_ms, str(self.name): spent})


def _end(context: Context, outcome: Outcome, message: str) -> Context:
    return replace(context, draft=Draft(outcome=outcome, message=message))
