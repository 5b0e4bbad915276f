"""Evidence for a question: sentences and table rows of the clauses found, each with its scores."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assistant.understand import Question, Term, understand
from corpus.types import Clause, ClauseKind, Span
from index.asked import Target
from index.votes import Silence
from index.words import Words, normalise

if TYPE_CHECKING:
    from assistant.finder import EvidenceFinder

NUMBER_MARK = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、](?!\d))")
PERIOD_SENTENCE = re.compile(r"规划期限?为[^。]*。")
_CONTEXT = 0.3  # of what the whole question makes of a sentence that counts for each of its parts
_OUTSIDE = 0.85  # of its score that it keeps in a part, where its document is not that of the whole question's best one
_USED = 0.75  # of its score that a sentence keeps with which an earlier part of the question was answered
_BEST = 5  # sentences that a question is judged by
_SURE = 0.7  # share of the vote from which a sentence is one that answers


class Unit(NamedTuple):
    """A sentence or table row that may answer, with why it was chosen.

    coverage: share (0-1) of the question's subject, weighted by rarity, that the sentence and its
    headings speak of. rank: fused rank of retrieval, 1 for first in both lists. closeness: cosine to
    the question in standard deviations above the question's own background. asked: how near (0-1) the question
    is to one on record that the sentence answers, and ``asked_as`` those questions. share, said_share: of the vote of
    the questions on record (0-1) that its clause has, and the sentence itself. score: what it is sorted by. is_title:
    whether it is the clause's running heading.
    """

    clause: Clause
    span: Span
    coverage: float
    own_coverage: float  # the same without the headings
    rank: float
    closeness: float
    score: float
    asked: float = 0.0
    asked_as: str = ""
    share: float = 0.0
    said_share: float = 0.0
    in_force: bool = True  # whether its document is, on the day asked about
    is_title: bool = False

    @property
    def quote(self) -> str:
        """The sentence word for word, without the outline number in front."""
        return self.clause.text[self.span.start : self.span.end]

    @property
    def context(self) -> str:
        """What the sentence stands under, and the questions on record that brought it here."""
        return " ".join((*self.clause.headings, self.clause.title, self.asked_as))


def says(unit: Unit) -> bool:
    """Whether it is a sentence under a heading or a row of a table, so that it can answer."""
    return not unit.is_title and unit.clause.kind in (ClauseKind.PARAGRAPH, ClauseKind.TABLE_ROW)


def best_per_clause(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The best unit of each clause, best first."""
    best: dict[str, Unit] = {}
    for unit in units:
        best.setdefault(unit.clause.id, unit)
    return tuple(best.values())


class Evidence:
    """What the answerers work with: the units found for one question, and the means to weigh words."""

    def __init__(self, question: Question, finder: EvidenceFinder, units: tuple[Unit, ...] | None = None) -> None:
        self.question = question
        self.units = finder.find(question) if units is None else units
        self.library = finder.library
        self._finder = finder

    @cached_property
    def said(self) -> tuple[Unit, ...]:
        """Sentences of clauses, best first: no rows, no running headings, no front matter; 规划期限 only where the
        vote is for it."""
        return tuple(
            u
            for u in self.units
            if u.clause.kind is ClauseKind.PARAGRAPH
            and not u.is_title
            and (u.said_share >= _SURE or not PERIOD_SENTENCE.search(u.quote))
        )

    def recorded(self, clause_ids: Iterable[str]) -> bool:
        """Whether the documents of all these clauses have questions on record, so that they could be voted for."""
        return all(self.library.clause(i).document_id in self._finder.index.recorded for i in clause_ids)

    @property
    def sure(self) -> Unit | None:
        """The sentence or row that most of the vote is for, if there is one."""
        return next((u for u in self.units if u.said_share >= _SURE and says(u)), None)

    @property
    def words(self) -> Words:
        return self._finder.index.words

    def terms(self, text: str, lone: bool = False) -> tuple[Term, ...]:
        """Subject terms of any text; with ``lone`` also those of a single character (村, 县)."""
        return self._finder.terms(normalise(text), lone)

    def coverage(self, terms: tuple[Term, ...], text: str, context: str = "") -> float:
        return self._finder.coverage(terms, text, context)

    def weight(self, term: Term) -> float:
        """Rarity of a term."""
        return self._finder.spoken.weight(term)

    def known(self, term: Term) -> bool:
        """Whether any clause speaks of a term."""
        return self._finder.spoken.known(term)

    def whole(self, clause: Clause) -> tuple[Unit, ...]:
        """All sentences of a clause in reading order, those that were not retrieved with nothing scored."""
        found = {u.span: u for u in self.units if u.clause.id == clause.id}
        read = self._finder.read(clause.id)
        return tuple(
            found.get(span) or Unit(clause, span, 0.0, 0.0, 0.0, 0.0, 0.0, is_title=is_title)
            for span, is_title in zip(read.spans, read.titles, strict=True)
        )

    @cached_property
    def closest(self) -> float | None:
        """How near the nearest question on record is (see SearchIndex.closest); None where the document of one of the
        best sentences has none on record, so that nothing can be said."""
        index = self._finder.index
        best = self.units[:_BEST]
        recorded = bool(best) and all(unit.clause.document_id in index.recorded for unit in best)
        return index.closest(self.question.text) if recorded else None

    def search(self, text: str, whole: str = "") -> Evidence:
        """Evidence for another wording, e.g. one side of a comparison, or for a part of a whole question."""
        question = self._finder.refine(understand(text, self._finder.index.words))
        return Evidence(question.model_copy(update={"whole": whole}), self._finder)

    @cached_property
    def silence(self) -> Silence:
        """How many of the questions on record that are like this one nothing answers (see index/votes.py)."""
        return self._finder.silence(self.question)

    @cached_property
    def _answering(self) -> list[str]:
        """Ids of the documents that may answer."""
        return self._finder.answering(self.question)

    def votes(self, part: str) -> Mapping[Target, float]:
        """Shares of the vote for a part of the question, by characters (see index/votes.py)."""
        return self._finder.index.votes_by_letters(part, self._answering)

    def votes_of_part(self, part: str) -> Mapping[Target, float]:
        """The same by meaning too, in the light of the whole question."""
        return self._finder.index.votes_of_part(part, self.question.text, self._answering)

    def prepare(self, texts: Iterable[str]) -> None:
        """Say which parts will be looked up, so that it is done side by side."""
        self._finder.index.prepare(tuple(texts))

    def part(self, text: str, used: Container[tuple[str, Span]] = ()) -> Evidence:
        """Evidence for one part of this question; what speaks of the whole question counts too, because people
        tell their subject once.

        Args:
            used: sentences (clause id, span) that an earlier part was answered with; they count for less.
        """
        found = self.search(text, whole=self.question.text)
        whole = {(unit.clause.id, unit.span): unit.score for unit in self.units}
        keys = [(unit.clause.id, unit.span) for unit in found.units]
        home = self.units[0].clause.document_id if self.units else ""
        scores = [
            (_USED if key in used else 1.0)
            * (1.0 if unit.clause.document_id == home else _OUTSIDE)
            * (unit.score + _CONTEXT * whole.get(key, 0.0))
            for key, unit in zip(keys, found.units, strict=True)
        ]
        units = [u._replace(score=s) for u, s in zip(found.units, scores, strict=True)]
        units.sort(key=lambda unit: (-unit.score, unit.clause.id, unit.span))
        return Evidence(found.question, self._finder, tuple(units))

    def within(self, documents: frozenset[str]) -> Evidence:
        """The evidence that stands in some documents, whose questions on record alone vote."""
        return Evidence(self.question, self._finder, self._finder.find(self.question, documents))
