"""Evidence for a question: sentences and table rows of the clauses found, each with its scores."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from assistant.region import applies, asked_day, named_places
from assistant.sources import named_sources, without_names
from assistant.understand import Question, Term, load_data, terms_of, understand
from corpus.library import Library
from corpus.types import Clause, ClauseKind, Frozen, Span
from index.asked import Target
from index.occurrences import Occurrences
from index.repair import Repairer
from index.splitter import sentences
from index.store import RRF_K, SearchIndex
from index.types import Hit
from index.votes import Near, Silence, by_clause
from index.words import Words, normalise

NUMBER_MARK = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、](?!\d))")
_DEPTH = 60
_UNKNOWN = 3
_ELSEWHERE = 0.75  # of its score that a sentence keeps whose document is not the one a question names
_CONTEXT = 0.3  # of what the whole question makes of a sentence that counts for each of its parts
_BEFORE = 0.15  # what a sentence gains whose clause the turn before was answered with
_OUTSIDE = 0.85  # of its score that it keeps in a part, where its document is not that of the whole question's best one
_USED = 0.75  # of its score that a sentence keeps with which an earlier part of the question was answered
_STALE = 0.8  # of its score that a sentence keeps whose document is not in force on the day asked about
_DEFINES = 0.2  # what a sentence gains that is worded as what the question is after (是指, 下列, 责令改正)
_ASKED = 0.5  # what a sentence gains that answers a question on record like this one
_SHARE, _SAID_SHARE = 0.4, 0.3  # what a sentence gains for its clause's share of the vote, and for its own
_BEST = 5  # sentences that a question is judged by
_VOTED = 0.05  # share of the vote from which a clause is looked at, though neither retriever found it
_SURE = 0.7  # share of the vote from which a sentence is one that answers
_DIVIDES = re.compile(r"(哪|几|什么|多少|啥)[几些]?个?(类|种|等级)|分为|(类别|种类|类型|范围)")
PERIOD_SENTENCE = re.compile(r"规划期限?为[^。]*。")


class Unit(Frozen):
    """A sentence or table row that may answer, with why it was chosen.

    coverage: share (0-1) of the question's subject, weighted by rarity, that the sentence and its
    headings speak of. rank: fused rank of retrieval, 1 for first in both lists. closeness: cosine to
    the question in standard deviations above the question's own background. asked: how near (0-1) the question
    is to one on record that the sentence answers, and ``asked_as`` those questions. share, said_share: of the vote of
    the questions on record (0-1) that its clause has, and the sentence itself. score: what it is sorted by.
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

    @property
    def quote(self) -> str:
        """The sentence word for word, without the outline number in front."""
        return self.clause.text[self.span.start : self.span.end]

    @property
    def context(self) -> str:
        """What the sentence stands under, and the questions on record that brought it here."""
        return " ".join((*self.clause.headings, self.clause.title, self.asked_as))

    @property
    def is_title(self) -> bool:
        """Whether it is the clause's running heading rather than something said under it; a sentence that is all
        of its clause is said."""
        heads = bool(self.clause.title) and normalise(self.quote).rstrip("。：") == normalise(self.clause.title)
        return heads and not self.clause.text.rstrip().endswith(self.quote)


class EvidenceFinder:
    """Finds and scores evidence in one index."""

    def __init__(self, library: Library, index: SearchIndex, today: Callable[[], dt.date] = dt.date.today) -> None:
        self.library = library
        self._today = today
        self.index = index
        bodies = [c for c in library if not c.role and c.kind is not ClauseKind.TABLE_HEAD]
        apart = [c for c in library if c.role or c.kind is ClauseKind.TABLE_HEAD]
        self._spoken = Occurrences((normalise(c.text) for c in bodies), (normalise(c.text) for c in apart))
        self.repairer = Repairer((clause.text for clause in library), index.words, self._spoken)

    def find(self, question: Question, only: Collection[str] | None = None) -> tuple[Unit, ...]:
        """Units for a question, best first.

        Args:
            only: ids of the documents to look in; None for all.
        """
        hits = self.index.search(question.text, k=_DEPTH, keywords=question.expansion)
        background = [hit.dense_score for hit in hits if hit.dense_score is not None]
        mean, spread = (float(np.mean(background)), float(np.std(background)) or 1.0) if background else (0.0, 1.0)
        best: dict[tuple[str, Span], Unit] = {}
        places = named_places(question, self.library)
        day = asked_day(question, self._today())
        named = frozenset().union(*named_sources(question.form, self.library))
        near: dict[str, list[Near]] = {}
        for found in self.index.near(question.text):
            near.setdefault(found.question.target.clause_id, []).append(found)
        shares = self.shares(question, only)
        voted = by_clause(shares)
        most = max(voted.values(), default=0.0)
        votes: dict[str, list[tuple[Target, float]]] = {}
        for target, share in shares.items():
            votes.setdefault(target.clause_id, []).append((target, share))
        unseen = (
            near.keys()
            | {i for i, share in voted.items() if share >= _VOTED}
            | {i for i in question.before if i in self.library}
        ) - {hit.passage.clause_id for hit in hits}
        further = [
            Hit(passage=part, score=0.0) for clause_id in sorted(unseen) for part in self.index.passages(clause_id)
        ]
        for hit in (*hits, *further):
            clause = self.library.clause(hit.passage.clause_id)
            document = self.library.document(clause.document_id)
            if clause.kind is ClauseKind.TABLE_HEAD or not applies(document, places, self.library):
                continue
            if only is not None and document.id not in only:
                continue
            for span in self.spans(clause):
                if span.start < hit.passage.span.end and hit.passage.span.start < span.end:
                    closeness = ((hit.dense_score if hit.dense_score is not None else mean) - mean) / spread
                    like = [n for n in near.get(clause.id, ()) if n.question.target.answers_in(span)]
                    said = sum(share for target, share in votes.get(clause.id, ()) if target.answers_in(span))
                    unit = self._unit(question, clause, span, hit, closeness, like, voted.get(clause.id, 0.0), said)
                    if document.id not in self.index.recorded:  # nobody could vote for it: its words speak for it
                        gained = (_SHARE + _SAID_SHARE) * unit.coverage * most
                        unit = unit.model_copy(update={"score": unit.score + gained})
                    in_force = document.in_force(day)
                    kept = (1.0 if in_force else _STALE) * (1.0 if not named or document.id in named else _ELSEWHERE)
                    if kept < 1:
                        unit = unit.model_copy(update={"score": kept * unit.score, "in_force": in_force})
                    key = (clause.id, span)
                    if key not in best or unit.score > best[key].score:
                        best[key] = unit
        return tuple(sorted(best.values(), key=lambda unit: (-unit.score, unit.clause.id, unit.span)))

    def shares(self, question: Question, only: Collection[str] | None = None) -> Mapping[Target, float]:
        """Shares of the vote for a question; half of it, after another turn, for both turns as one text, because
        what a follow-up leaves out stands in the turn before; for a part, half of it in the light of the whole."""
        documents = self.answering(question) if only is None else only
        alone = self.index.votes(question.text, documents)
        if question.whole:
            told = self.index.votes_of_part(question.text, question.whole, documents)
        elif question.after:
            told = self.index.votes(question.after, documents)
        else:
            return alone
        return {target: (alone.get(target, 0.0) + told.get(target, 0.0)) / 2 for target in {**alone, **told}}

    def silence(self, question: Question) -> Silence:
        """How many of the questions on record that are like this one nothing answers, read as in ``shares``."""
        documents = self.answering(question)
        alone = self.index.silence(question.text, documents)
        if not question.after:
            return alone
        told = self.index.silence(question.after, documents)
        return Silence(*((a + b) / 2 for a, b in zip(alone, told, strict=True)))

    def answering(self, question: Question) -> list[str]:
        """Ids of the documents that may answer: for the places and of the names that a question gives."""
        places = named_places(question, self.library)
        named = frozenset().union(*named_sources(question.form, self.library))
        documents = (d for d in self.library.documents if applies(d, places, self.library))
        return [d.id for d in documents if not named or d.id in named]

    def refine(self, question: Question) -> Question:
        """The question with its unknown words seen to: long ones are taken apart (体育比赛: 体育, 比赛),
        adverbs and the like are left out, and so are the names of documents."""
        rest = without_names(question.form, self.library)
        told = [term for term in question.terms if term.word in rest] or question.terms
        terms = [part for term in told for part in self._parts(term)]
        return question.model_copy(update={"terms": tuple(dict.fromkeys(terms))})

    def _parts(self, term: Term) -> list[Term]:
        if self.known(term) or term.word in self.index.words.domain:
            return [term]
        if term.word in self.index.words.function_words:
            return []
        parts: list[Term] = []
        place = 0
        while place < len(term.word) - 1:
            for end in range(len(term.word), place + 1, -1):
                word = term.word[place:end]
                part = Term(word=word, means=self.index.words.meanings(word))
                if word not in self.index.words.stopwords and (part.means or self._frequency(word)):
                    parts.append(part)
                    place = end
                    break
            else:
                place += 1
        return parts or [term]

    def spans(self, clause: Clause) -> tuple[Span, ...]:
        """Sentences of a clause as spans, without outline number and surrounding space; a row is one."""
        return _spans(clause)

    def weight(self, term: Term) -> float:
        """Rarity of a term: inverse document frequency over clauses (Robertson's, never negative).

        A term that nothing in the corpus speaks of weighs as much as one that three clauses have: it may be
        the subject (火车票), or a turn of speech that no list of stop words has.
        """
        found = self._frequency(term.word) or max((self._frequency(m) for m in term.means), default=0)
        return _idf(found or _UNKNOWN, self._spoken.counted)

    def known(self, term: Term) -> bool:
        """Whether any clause speaks of the term, in its own words or the domain's."""
        return bool(self._frequency(term.word) or any(self._frequency(m) for m in term.means)) or self._splits(
            term.word
        )

    def coverage(self, terms: tuple[Term, ...], text: str, context: str = "") -> float:
        """Share (0-1) of the terms' weight that the text (or, for less, its context) speaks of."""
        own, around = normalise(text), normalise(context)
        weights = [self.weight(term) for term in terms]
        if not sum(weights):
            return 0.0
        return sum(w * _match(t, own, around) for w, t in zip(weights, terms, strict=True)) / sum(weights)

    def _unit(
        self,
        question: Question,
        clause: Clause,
        span: Span,
        hit: Hit,
        closeness: float,
        like: list[Near],
        share: float,
        said: float,
    ) -> Unit:
        text = clause.text[span.start : span.end]
        asked = max((n.strength for n in like), default=0.0)
        asked_as = " ".join(n.question.text for n in like)
        context = " ".join((*clause.headings, clause.title, asked_as))
        coverage = self.coverage(question.terms, text, context)
        rank = hit.score * (RRF_K + 1) / 2
        return Unit(
            clause=clause,
            span=span,
            coverage=coverage,
            own_coverage=self.coverage(question.terms, text),
            rank=rank,
            closeness=closeness,
            asked=asked,
            asked_as=asked_as,
            share=share,
            said_share=said,
            score=0.45 * rank
            + 0.55 * coverage
            + 0.03 * closeness
            + _ASKED * asked
            + max(_DEFINES * _defines(question, text), _worded_so(question, text))
            + _BEFORE * (clause.id in question.before)
            + (_SHARE * share + _SAID_SHARE * said),
        )

    def _splits(self, word: str) -> bool:
        return any(self._spoken.together(word[:i], word[i:]) for i in range(2, len(word) - 1))

    def _frequency(self, word: str) -> int:
        return self._spoken.frequency(normalise(word))


def says(unit: Unit) -> bool:
    """Whether it is a sentence under a heading or a row of a table, so that it can answer."""
    return not unit.is_title and unit.clause.kind in (ClauseKind.PARAGRAPH, ClauseKind.TABLE_ROW)


def best_per_clause(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The best unit of each clause, best first."""
    best: dict[str, Unit] = {}
    for unit in units:
        best.setdefault(unit.clause.id, unit)
    return tuple(best.values())


def _match(term: Term, own: str, around: str) -> float:
    """How far a text speaks of a term: its word, the domain's terms for it, or its two halves."""
    meanings = [normalise(m) for m in term.means]
    if term.word in own:
        return 1.0
    if any(m in own for m in meanings):
        return 0.9
    stem = term.word[:-1]  # 签约率 where the text has 签约服务率
    if len(stem) > 1 and stem in own and term.word[-1] in own:
        return 0.8
    if term.word in around:
        return 0.7
    if any(m in around for m in meanings):
        return 0.6
    if _in_two(term.word, own):
        return 0.7
    return 0.4 if _in_two(term.word, around) else 0.0


def _defines(question: Question, text: str) -> bool:
    """Whether a sentence says what a term of the question means (是指) or is made up of (包括)."""
    if question.kind == "definition":
        says = "，?(?:是指|指)"
    elif _DIVIDES.search(question.form):
        says = "(?:类别|种类)?(?:包括|分为|分成)"
    else:
        return False
    names = [name for term in question.terms for name in (term.word, *term.means)]
    return any(re.search(re.escape(name) + "人?" + says, text) for name in names)


def _worded_so(question: Question, text: str) -> float:
    """What a sentence gains that is worded as what the question is after (question_cues.toml) and speaks of its
    subject; 0 for others."""
    cues = _cues_of(question.form)
    if not cues or not any(name in text for term in question.terms for name in (term.word, *term.means)):
        return 0.0
    return max((cue.weight for cue in cues if any(pattern.search(text) for pattern in cue.says)), default=0.0)


@lru_cache(maxsize=64)
def _cues_of(form: str) -> tuple[_Cue, ...]:
    """The cues that a question gives: the same for each of its sentences."""
    return tuple(cue for cue in _cues() if any(pattern.search(form) for pattern in cue.asks))


class _Cue(NamedTuple):
    asks: tuple[re.Pattern[str], ...]
    says: tuple[re.Pattern[str], ...]
    weight: float


@lru_cache(maxsize=1)
def _cues() -> tuple[_Cue, ...]:
    cues = load_data("question_cues")["cue"]
    return tuple(
        _Cue(tuple(map(re.compile, cue["asks"])), tuple(map(re.compile, cue["says"])), cue.get("weight", _DEFINES))
        for cue in cues
    )


def _in_two(word: str, text: str) -> bool:
    """Whether a word of four characters or more stands in the text in two parts of two or more."""
    return any(word[:i] in text and word[i:] in text for i in range(2, len(word) - 1))


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _sentences(clause: Clause) -> list[str]:
    """Sentences; a running heading on a line of its own is one, though no full stop closes it."""
    head, line_end, rest = clause.text.partition("\n")
    if rest and clause.title and normalise(head).rstrip("。：").endswith(normalise(clause.title)):
        return [head + line_end, *sentences(rest)]
    return sentences(clause.text)


@lru_cache(maxsize=100_000)
def _spans(clause: Clause) -> tuple[Span, ...]:
    if clause.cells:
        return (Span(0, len(clause.text)),)
    spans, start = [], 0
    for sentence in _sentences(clause):
        mark = NUMBER_MARK.match(sentence) if start == 0 else None
        body = sentence[mark.end() if mark else 0 :]
        left = start + len(sentence) - len(body.lstrip())
        if body.strip():
            spans.append(Span(left, left + len(body.strip())))
        start += len(sentence)
    return tuple(spans)


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
        return terms_of(normalise(text), self._finder.index.words, lone)

    def coverage(self, terms: tuple[Term, ...], text: str, context: str = "") -> float:
        return self._finder.coverage(terms, text, context)

    def weight(self, term: Term) -> float:
        return self._finder.weight(term)

    def known(self, term: Term) -> bool:
        return self._finder.known(term)

    def whole(self, clause: Clause) -> tuple[Unit, ...]:
        """All sentences of a clause in reading order, those that were not retrieved with nothing scored."""
        found = {u.span: u for u in self.units if u.clause.id == clause.id}
        blank = {"coverage": 0.0, "own_coverage": 0.0, "rank": 0.0, "closeness": 0.0, "score": 0.0}
        return tuple(found.get(span) or Unit(clause=clause, span=span, **blank) for span in self._finder.spans(clause))

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
        """Say which parts will be looked up, so that their vectors are made side by side."""
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
        units = [u.model_copy(update={"score": s}) for u, s in zip(found.units, scores, strict=True)]
        units.sort(key=lambda unit: (-unit.score, unit.clause.id, unit.span))
        return Evidence(found.question, self._finder, tuple(units))

    def within(self, documents: frozenset[str]) -> Evidence:
        """The evidence that stands in some documents, whose questions on record alone vote."""
        return Evidence(self.question, self._finder, self._finder.find(self.question, documents))
