"""What a first answer leaves out: people tell two needs in one breath, and each has a clause of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from assistant.evidence import Evidence, Unit, best_per_clause, says
from assistant.fitted import fitted_model
from assistant.parts import asks
from corpus.types import Span
from index.asked import Target
from index.votes import by_clause, of_clauses

_SEGMENT = re.compile(r"[，,。；;？?！!：:]")
_LEAST = 4  # characters of a segment that can say a need
_MOST_SEGMENTS = 6
_CANDIDATES = 8  # clauses beside the best one that are weighed
_MEANT = 0.5  # share of a segment's vote from which a clause is weighed wherever it stands
_MOST = 2  # clauses added
_TOLD, _HINTED = 0.5, math.log(0.02)  # share of a segment's vote that is enough where the whole hints at it too
_UNSAID, _UNSAID_TOLD = 0.25, 0.4  # share of the vote, or of a segment's, of a sentence beside one of its clause
_FIRST = 0.2  # share of the vote from which the best clause is not left to the parts, whose answers all lack it
_SMALL = 1e-3  # share of the vote that is as good as none
_SEVERAL = re.compile(
    "分别|各[是有要怎自用给按由]|一样|不同|区别|差别|差多少|差在|比起?来|哪个|哪几[处个]|[几两三]处|[两三]个?方面|都有哪些"
)


class Signals(NamedTuple):
    """What speaks for a clause beside the best one.

    share: log of its share of the whole question's vote. told, asked: its best share of the vote of one segment, and
    of one that asks; meant, meant_asked: logs of the same by meaning too; beats: how far the log of its share of one
    segment, by meaning, is above the best one's, at most. score: its sentence's score beside the best one's. own, more:
    how far its sentence speaks of the subject, and how much further than the best one. left: weight of what the best
    one leaves open that it speaks of. several, compare, questions, whether, figure: the form of the question.
    same_document, row, second: where it stands. first_share: the best clause's share, and first_told whether a segment
    is that clause's own. closeness, asked_like: of its sentence, see Unit.
    """

    share: float
    told: float
    asked: float
    meant: float
    meant_asked: float
    beats: float
    score: float
    own: float
    more: float
    left: float
    several: float
    compare: float
    questions: float
    whether: float
    figure: float
    same_document: float
    row: float
    second: float
    first_share: float
    first_told: float
    closeness: float
    asked_like: float


Votes = Mapping[str, Sequence[tuple[Target, float]]]  # by clause


class Segment(NamedTuple):
    """A stretch of the question between commas: its vote by characters, that by meaning too in the light of the whole
    question, by clause, and whether it asks."""

    votes: Votes
    meant: Votes
    asks: bool


def segment_texts(question: str) -> list[str]:
    """The stretches of a question with several; none of one with fewer than two. What says nothing by itself (行不行)
    goes with the one before."""
    texts: list[str] = []
    for text in filter(None, map(str.strip, _SEGMENT.split(question))):
        if len(text) >= _LEAST:
            texts.append(text)
        elif texts:
            texts[-1] += f"，{text}"
    return texts[:_MOST_SEGMENTS] if len(texts) > 1 else []


def segments(evidence: Evidence) -> list[Segment]:
    """Those of a question with what each votes for."""
    return [
        Segment(of_clauses(evidence.votes(text)), of_clauses(evidence.votes_of_part(text)), asks(text))
        for text in segment_texts(evidence.question.text)
    ]


def candidates(evidence: Evidence, told_in: Sequence[Segment]) -> list[tuple[Unit, Signals]]:
    """The best sentence of each clause beside the best one that may answer a part of the question, with what speaks
    for it, best first.

    Args:
        told_in: ``segments`` of the question.
    """
    best = best_per_clause(tuple(unit for unit in evidence.units if says(unit)))
    if not best:
        return []
    question, first = evidence.question, best[0]
    told = [by_clause(segment.votes) for segment in told_in]
    asked = [shares for shares, segment in zip(told, told_in, strict=True) if segment.asks]
    meant = [by_clause(segment.meant) for segment in told_in]
    meant_asked = [shares for shares, segment in zip(meant, told_in, strict=True) if segment.asks]
    left = [t for t in question.terms if evidence.known(t) and evidence.coverage((t,), first.quote) < 0.5]
    weight = sum(map(evidence.weight, question.terms)) or 1.0
    found = []
    for place, unit in enumerate(best[1:]):
        clause = unit.clause.id
        if place >= _CANDIDATES and _most(meant, clause) < _MEANT:
            continue
        values = Signals(
            share=_log(unit.share),
            told=_most(told, clause),
            asked=_most(asked, clause),
            meant=_log(_most(meant, clause)),
            meant_asked=_log(_most(meant_asked, clause)),
            beats=max(
                (_log(part.get(clause, 0.0)) - _log(part.get(first.clause.id, 0.0)) for part in meant), default=0.0
            ),
            score=unit.score / max(first.score, 0.01),
            own=unit.own_coverage,
            more=unit.own_coverage - first.own_coverage,
            left=sum(evidence.weight(t) for t in left if evidence.coverage((t,), unit.quote) > 0.6) / weight,
            several=float(bool(_SEVERAL.search(question.form))),
            compare=float(question.kind == "compare"),
            questions=float(len(asked) > 1),
            whether=float(question.kind == "whether"),
            figure=float(question.kind == "figure"),
            same_document=float(unit.clause.document_id == first.clause.document_id),
            row=float(bool(unit.clause.cells)),
            second=float(place == 0),
            first_share=first.share,
            first_told=float(_most(told, first.clause.id) > 0.5),
            closeness=unit.closeness,
            asked_like=unit.asked,
        )
        chosen = max(
            (u for u in evidence.units if u.clause.id == clause and says(u)),
            key=lambda u: (
                u.said_share + max((_said(s.votes, u) + _said(s.meant, u) for s in told_in), default=0.0),
                u.score,
            ),
        )
        found.append((chosen, values))
    return found


def left_out(evidence: Evidence, quoted: Collection[tuple[str, Span]]) -> list[Unit]:
    """What a part of the question asks for and is not said yet: further sentences of the clauses cited, then the best
    one of each further clause.

    Args:
        quoted: sentences (clause id, span) that are said.
    """
    told_in = segments(evidence)
    return [*_unsaid(evidence, quoted, told_in), *_further(evidence, {clause for clause, _ in quoted}, told_in)]


def _further(evidence: Evidence, cited: set[str], told_in: Sequence[Segment]) -> list[Unit]:
    """The best sentence of each clause that is not cited and likely belongs to the answer; none of a document that is
    no longer in force beside one that is, because its amounts have been replaced."""
    model = fitted_model("needs")
    current = any(unit.in_force for unit in evidence.units if unit.clause.id in cited)
    weighed = [
        (model.probability(values._asdict()), unit, values.told >= _TOLD and values.share >= _HINTED)
        for unit, values in candidates(evidence, told_in)
        if unit.clause.id not in cited and (unit.in_force or not current)
    ]
    likely = [(chance, unit) for chance, unit, told in weighed if chance >= model.threshold or told]
    first = [
        unit
        for unit in best_per_clause(tuple(unit for unit in evidence.units if says(unit)))[:1]
        if told_in and unit.share >= _FIRST and unit.clause.id not in cited and (unit.in_force or not current)
    ]
    return [*first, *[unit for _, unit in sorted(likely, key=lambda pair: -pair[0])][:_MOST]]


def _unsaid(evidence: Evidence, quoted: Collection[tuple[str, Span]], told_in: Sequence[Segment]) -> list[Unit]:
    """Sentences of clauses cited already that the vote, or that of a segment which asks, is for."""
    cited = {clause for clause, _ in quoted}
    left = (
        u
        for u in evidence.units
        if u.clause.id in cited and (u.clause.id, u.span) not in quoted and says(u) and not u.clause.cells
    )
    asked = [segment.votes for segment in told_in if segment.asks]
    return [
        u
        for u in left
        if u.said_share >= _UNSAID or max((_said(votes, u) for votes in asked), default=0.0) >= _UNSAID_TOLD
    ][:_MOST]


def _most(parts: Sequence[Mapping[str, float]], clause: str) -> float:
    """A clause's best share of the vote of one part."""
    return max((part.get(clause, 0.0) for part in parts), default=0.0)


def _log(share: float) -> float:
    return math.log(share + _SMALL)


def _said(votes: Votes, unit: Unit) -> float:
    """Share of the vote that names the very sentence."""
    own = votes.get(unit.clause.id, ())
    return sum(share for target, share in own if target.at is not None and target.answers_in(unit.span))
