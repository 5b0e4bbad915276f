"""The one door: ``Assistant.ask``. Page, command line and evaluation all go through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.runnables import Runnable

from assistant.answerable import probability, signals, threshold
from assistant.chain import Context, finish, found, make_chain, write
from assistant.evidence import Evidence
from assistant.finder import EvidenceFinder
from assistant.followup import stand_alone
from assistant.garbage import uncollected
from assistant.settings import Settings
from assistant.text import clean, mask, simplified
from assistant.types import Answer, Audience, Turn
from corpus.library import Library
from index.store import SearchIndex, open_index

if TYPE_CHECKING:
    from assistant.claims import Checker, Report
    from assistant.model import ModelAnswerer


class _State(NamedTuple):
    """What belongs to one library, changed all at once."""

    finder: EvidenceFinder
    checker: Callable[[], Checker]  # made at the first text that is checked
    chain: Runnable[Context, Context]


class Assistant:
    """Answers questions from one library through one index. Safe for several threads.

    Args:
        today: the clock, so that tests can set the day.
        model: a chat model that chooses among the sentences found; None answers without one.
    """

    def __init__(
        self,
        library: Library,
        index: SearchIndex,
        today: Callable[[], dt.date] = dt.date.today,
        model: ModelAnswerer | None = None,
    ) -> None:
        self.model = model
        self._today = today
        self.use(library, index)

    def use(self, library: Library, index: SearchIndex) -> None:
        """Answer from another library from now on; what is being answered ends with the one it began with."""
        finder = EvidenceFinder(library, index, self._today)
        self._state = _State(finder, cache(partial(_checker, finder)), make_chain(finder))

    @property
    def library(self) -> Library:
        return self._state.finder.library

    @property
    def index(self) -> SearchIndex:
        return self._state.finder.index

    @property
    def chain(self) -> Runnable[Context, Context]:
        return self._state.chain

    @property
    def _finder(self) -> EvidenceFinder:
        return self._state.finder

    @classmethod
    def default(
        cls,
        settings: Settings | None = None,
        *,
        progress: Callable[[int, int], None] = lambda done, total: None,
        notify: Callable[[str], Any] = lambda message: None,
        today: Callable[[], dt.date] = dt.date.today,
    ) -> Assistant:
        """Assistant with the given or default settings; builds the index first where that is needed.

        Args:
            progress: told passages done and in all while building.
            notify: told in Chinese what takes time, and why.

        Raises:
            CorpusError: a document cannot be read.
            IndexProblem: the index cannot be built or opened.
            ModelProblem: a chat model is set up and cannot be used.
        """
        settings = settings or Settings()
        with uncollected():
            model = _model(settings)
            library = settings.library()
            index = open_index(
                settings.index_dir,
                library,
                settings.embedder,
                progress=progress,
                notify=notify,
                chroma_url=settings.chroma_url,
            )
            return cls(library, index, today, model)

    def ask(
        self, question: str, history: Sequence[Turn | Answer | str] = (), audience: Audience = "resident"
    ) -> Answer:
        """Answer a question in Chinese, every statement resting on a clause quoted word for word.

        Never raises for what a person may type: an empty, endless or meaningless question gets an
        answer that says what to do.

        Args:
            question: as typed.
            history: earlier turns, oldest first; answers given before, or just their questions.
            audience: changes the form of an answer, never its facts.
        """
        *_, answer = self.stream(question, history, audience)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn | Answer | str] = (), audience: Audience = "resident"
    ) -> Iterator[str | Answer]:
        """Like ``ask``; the answer comes last, and before it, while a chat model writes, its text so far.

        That text is unchecked: it must be shown as such, or not at all. Closing the iterator stops the model.
        """
        state = self._state
        context = self._default(question, history, audience, state)
        if self.model is not None:
            context = yield from write(context, self.model, state.finder)
        yield finish(context, state.finder)

    def without_model(
        self, question: str, history: Sequence[Turn | Answer | str] = (), audience: Audience = "resident"
    ) -> Answer:
        """The answer where somebody has stopped the model."""
        from assistant.model.answerer import cancelled

        context = self._default(question, history, audience)
        assert context.draft is not None
        return finish(replace(context, draft=cancelled(context.draft)), self._finder)

    def _default(
        self, question: str, history: Sequence[Turn | Answer | str], audience: Audience, state: _State | None = None
    ) -> Context:
        return (state or self._state).chain.invoke(
            Context(asked=question, history=self._turns(history), audience=audience, today=self._today())
        )

    def verify(self, text: str) -> Report:
        """Each claim of any text held against the clauses: supported, figure differs, misquoted, no such
        clause, not in the corpus (see :mod:`assistant.claims`)."""
        return self._state.checker().check(text, self._today())

    def evidence(self, question: str, history: Sequence[Turn | Answer | str] = ()) -> Evidence:
        """What was understood of a question and found for it, before anything is decided."""
        context = Context(asked=question, history=self._turns(history), audience="resident", today=self._today())
        return found(context, self._finder)

    def explain(self, question: str, history: Sequence[Turn | Answer | str] = (), most: int = 10) -> str:
        """Why clauses were chosen: one line a sentence found, best first, with each of its scores."""
        evidence = self.evidence(question, history)
        understood = evidence.question
        lines = [
            f"理解为：{understood.text}（{understood.kind}）",
            "主题词：" + "、".join("/".join((term.word, *term.means)) for term in understood.terms),
        ]
        if evidence.units:
            values = signals(understood, evidence)
            chance = probability(values)
            lines.append(f"能回答的把握：{chance:.2f}（低于 {threshold():.2f} 不作答）")
            lines.append("　".join(f"{name} {value:.2f}" for name, value in values._asdict().items()))
        lines.append("得分\t覆盖\t名次\t相近\t得票\t条款\t句子")
        for unit in evidence.units[:most]:
            scores = f"{unit.score:.2f}\t{unit.coverage:.2f}\t{unit.rank:.2f}\t{unit.closeness:.1f}\t{unit.share:.2f}"
            lines.append(f"{scores}\t{self.library.label(unit.clause, unit.span)}\t{unit.quote}")
        return "\n".join(lines)

    def _turns(self, history: Sequence[Turn | Answer | str]) -> tuple[Turn, ...]:
        """History as turns; a bare question is made to stand alone by the ones before it."""
        turns: list[Turn] = []
        for item in history:
            if isinstance(item, Answer):
                turns.append(item.turn())
            elif isinstance(item, Turn):
                turns.append(item)
            else:
                text = simplified(mask(clean(item)))
                turns.append(Turn(question=stand_alone(text, turns, self.library, self.index.words)))
        return tuple(turns)


def _model(settings: Settings) -> ModelAnswerer | None:
    """The chat model of the settings; its packages are imported only where one is set."""
    if not (settings.model or settings.model_base_url or settings.model_file):
        return None
    from assistant.model import open_model

    return open_model(settings)


def _checker(finder: EvidenceFinder) -> Checker:
    from assistant.claims import Checker

    return Checker(finder)
