"""Finds the evidence for a question: what two retrievers and the vote bring, sentence by sentence, scored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from assistant.coverage import Coverage
from assistant.evidence import NUMBER_MARK, Unit
from assistant.region import applies, asked_day, named_places
from assistant.sources import named_sources, without_names
from assistant.understand import Question, Term, load_data, terms_of
from corpus.library import Library
from corpus.types import Clause, ClauseKind, Document, Span
from index.asked import Target
from index.occurrences import Occurrences
from index.repair import Repairer
from index.splitter import sentences
from index.store import RRF_K, SearchIndex
from index.types import Hit
from index.votes import Near, Silence, by_clause, of_clauses
from index.words import normalise

_DEPTH = 60
_ELSEWHERE = 0.75  # of its score that a sentence keeps whose document is not the one a question names
_BEFORE = 0.15  # what a sentence gains whose clause the turn before was answered with
_STALE = 0.8  # of its score that a sentence keeps whose document is not in force on the day asked about
_DEFINES = 0.2  # what a sentence gains that is worded as what the question is after (是指, 下列, 责令改正)
_ASKED = 0.5  # what a sentence gains that answers a question on record like this one
_SHARE, _SAID_SHARE = 0.4, 0.3  # what a sentence gains for its clause's share of the vote, and for its own
_VOTED = 0.05  # share of the vote from which a clause is looked at, though neither retriever found it
_DIVIDES = re.compile(r"(哪|几|什么|多少|啥)[几些]?个?(类|种|等级)|分为|(类别|种类|类型|范围)")


class _Read(NamedTuple):
    """A clause as it is looked through: its sentences, each in matching form, and what they all stand under."""

    spans: tuple[Span, ...]
    own: tuple[str, ...]
    titles: tuple[bool, ...]  # which of them is its running heading rather than something said under it
    around: str


class EvidenceFinder:
    """Finds and scores evidence in one index. Safe for several threads."""

    def __init__(self, library: Library, index: SearchIndex, today: Callable[[], dt.date] = dt.date.today) -> None:
        self.library = library
        self._today = today
        self.index = index
        bodies = [c for c in library if not c.role and c.kind is not ClauseKind.TABLE_HEAD]
        apart = [c for c in library if c.role or c.kind is ClauseKind.TABLE_HEAD]
        texts = Occurrences((normalise(c.text) for c in bodies), (normalise(c.text) for c in apart))
        self.spoken = Coverage(texts)
        self.repairer = Repairer(index.misspelt, index.words, texts)
        self.read = lru_cache(maxsize=8192)(self._read)
        # a table's names are asked for with each question
        self.terms = lru_cache(maxsize=4096)(lambda form, lone: terms_of(form, index.words, lone))

    def find(self, question: Question, only: Collection[str] | None = None) -> tuple[Unit, ...]:
        """Units for a question, best first.

        Args:
            only: ids of the documents to look in; None for all.
        """
        best: dict[tuple[str, Span], Unit] = {}
        for unit in _Search(self, question, only, asked_day(question, self._today())):
            key = (unit.clause.id, unit.span)
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
        if self.spoken.known(term) or term.word in self.index.words.domain:
            return [term]
        if term.word in self.index.words.function_words:
            return []
        parts: list[Term] = []
        place = 0
        while place < len(term.word) - 1:
            for end in range(len(term.word), place + 1, -1):
                word = term.word[place:end]
                part = Term(word=word, means=self.index.words.meanings(word))
                if word not in self.index.words.stopwords and (part.means or self.spoken.frequency(word)):
                    parts.append(part)
                    place = end
                    break
            else:
                place += 1
        return parts or [term]

    def spans(self, clause: Clause) -> tuple[Span, ...]:
        """Sentences of a clause as spans, without outline number and surrounding space; a row is one."""
        return _spans(clause)

    def coverage(self, terms: tuple[Term, ...], text: str, context: str = "") -> float:
        """Share (0-1) of the terms' weight that the text (or, for less, its context) speaks of."""
        return self.spoken.of(terms, normalise(text), normalise(context))[0]

    def _read(self, clause_id: str) -> _Read:
        """A clause as it is looked through, by its id."""
        clause = self.library.clause(clause_id)
        spans = self.spans(clause)
        own = tuple(normalise(clause.text[span.start : span.end]) for span in spans)
        title, text = normalise(clause.title), clause.text.rstrip()
        titles = tuple(  # a sentence that is all of its clause is said
            bool(title) and form.rstrip("。：") == title and not text.endswith(clause.text[span.start : span.end])
            for span, form in zip(spans, own, strict=True)
        )
        return _Read(spans, own, titles, normalise(" ".join((*clause.headings, clause.title))))


class _Search:
    """One search: what it is scored by, gathered once, and then a unit for each sentence of each passage found."""

    def __init__(self, finder: EvidenceFinder, question: Question, only: Collection[str] | None, day: dt.date) -> None:
        self._finder, self._question, self._only, self._day = finder, question, only, day
        index, library = finder.index, finder.library
        self._places = named_places(question, library)
        self._named = frozenset().union(*named_sources(question.form, library))
        self._wording = _Wording(question)
        self._near: dict[str, list[Near]] = {}
        for found in index.near(question.text):
            self._near.setdefault(found.question.target.clause_id, []).append(found)
        self._votes = of_clauses(finder.shares(question, only))
        self._voted = by_clause(self._votes)
        self._most = max(self._voted.values(), default=0.0)
        # last: Chroma may still be asked on another core
        self._hits = index.search(question.text, k=_DEPTH, keywords=question.expansion)
        background = [hit.dense_score for hit in self._hits if hit.dense_score is not None]
        self._mean = float(np.mean(background)) if background else 0.0
        self._spread = (float(np.std(background)) if background else 0.0) or 1.0

    def __iter__(self) -> Iterator[Unit]:
        library, index = self._finder.library, self._finder.index
        unseen = (
            self._near.keys()
            | {i for i, share in self._voted.items() if share >= _VOTED}
            | {i for i in self._question.before if i in library}
        ) - {hit.passage.clause_id for hit in self._hits}
        further = [Hit(passage=part, score=0.0) for i in sorted(unseen) for part in index.passages(i)]
        documents: dict[str, bool] = {}
        for hit in (*self._hits, *further):
            clause = library.clause(hit.passage.clause_id)
            if clause.document_id not in documents:
                document = library.document(clause.document_id)
                documents[document.id] = applies(document, self._places, library) and (
                    self._only is None or document.id in self._only
                )
            if documents[clause.document_id] and clause.kind is not ClauseKind.TABLE_HEAD:
                yield from self._units(hit, clause, library.document(clause.document_id))

    def _units(self, hit: Hit, clause: Clause, document: Document) -> Iterator[Unit]:
        question, passage, read = self._question, hit.passage.span, self._finder.read(clause.id)
        near, votes = self._near.get(clause.id, ()), self._votes.get(clause.id, ())
        share = self._voted.get(clause.id, 0.0)
        rank = hit.score * (RRF_K + 1) / 2
        closeness = ((hit.dense_score if hit.dense_score is not None else self._mean) - self._mean) / self._spread
        in_force = document.in_force(self._day)
        kept = 1.0 if in_force else _STALE
        kept *= 1.0 if not self._named or document.id in self._named else _ELSEWHERE
        for span, own, is_title in zip(read.spans, read.own, read.titles, strict=True):
            if span.start >= passage.end or passage.start >= span.end:
                continue
            asked, asked_as, around = 0.0, "", read.around
            if like := [n for n in near if n.question.target.answers_in(span)]:
                asked = max(n.strength for n in like)
                asked_as = " ".join(n.question.text for n in like)
                around += normalise(asked_as)
            said = sum([part for target, part in votes if target.answers_in(span)])
            coverage, own_coverage = self._finder.spoken.of(question.terms, own, around)
            score = (
                0.45 * rank
                + 0.55 * coverage
                + 0.03 * closeness
                + _ASKED * asked
                + self._wording.gain(clause.text[span.start : span.end])
                + _BEFORE * (clause.id in question.before)
                + (_SHARE * share + _SAID_SHARE * said)
            )
            if document.id not in self._finder.index.recorded:  # nobody could vote for it: its words speak for it
                score += (_SHARE + _SAID_SHARE) * coverage * self._most
            yield Unit(
                clause=clause,
                span=span,
                coverage=coverage,
                own_coverage=own_coverage,
                rank=rank,
                closeness=closeness,
                score=kept * score,
                asked=asked,
                asked_as=asked_as,
                share=share,
                said_share=said,
                in_force=in_force,
                is_title=is_title,
            )


class _Wording:
    """What a sentence gains that is worded as what a question is after."""

    def __init__(self, question: Question) -> None:
        self._names = tuple(name for term in question.terms for name in (term.word, *term.means))
        self._cues = _cues_of(question.form)
        says = ""
        if question.kind == "definition":
            says = "，?(?:是指|指)"
        elif _DIVIDES.search(question.form):
            says = "(?:类别|种类)?(?:包括|分为|分成)"
        names = "|".join(map(re.escape, self._names))
        self._defines = re.compile(f"(?:{names})人?{says}") if names and says else None

    def gain(self, text: str) -> float:
        """For saying what a term means (是指) or is made up of (包括), or for a cue of question_cues.toml where the
        sentence speaks of the subject; 0 for others."""
        defines = _DEFINES if self._defines is not None and self._defines.search(text) else 0.0
        if not self._cues or not any(name in text for name in self._names):
            return defines
        cued = (cue.weight for cue in self._cues if any(pattern.search(text) for pattern in cue.says))
        return max(defines, *cued, 0.0)


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
