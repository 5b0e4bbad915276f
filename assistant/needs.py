"""Whom a question leaves unanswered: people tell two needs in one breath, and each has a clause of its own."""

from __future__ import annotations

import os
import re

from assistant.evidence import Evidence, Unit
from corpus.types import ClauseKind
from index.votes import Target, by_clause

_SEGMENT = re.compile(r"[，,。；;？?！!：:]")
_LEAST = 4  # characters of a segment that can say a need
_MOST_SEGMENTS = 6
_LIKELY = float(os.environ.get("N_LIKELY", "0.2"))  # share of the whole question's vote with which a clause answers a part of it
_TOLD = float(os.environ.get("N_TOLD", "0.5"))  # share of a segment's vote with which it may,
_HINTED = float(os.environ.get("N_HINTED", "0.02"))  # where it also has this share of the whole question's
_MOST = 2
_ONE_OF_TWO = float(os.environ.get("N_TWO", "0.04"))  # the same where a question asks for several things
_SEVERAL = re.compile("分别|各[是有要怎自用给按由]|一样|不同|区别|差别|差多少|差在|比起?来|哪个|哪几[处个]|[几两三]处|[两三]个?方面|都有哪些")


def further(evidence: Evidence, cited: set[str]) -> list[Unit]:
    """The best sentence of each clause that a part of the question asks for and that is not cited yet."""
    whole = by_clause(evidence.shares)
    least = _ONE_OF_TWO if _SEVERAL.search(evidence.question.form) or evidence.question.kind == "compare" else _LIKELY
    segments = [s.strip() for s in _SEGMENT.split(evidence.question.text)]
    segments = [s for s in segments if len(s) >= _LEAST][:_MOST_SEGMENTS]
    parts = []
    if len(segments) > 1:
        evidence.prepare(segments)
        parts = [evidence.votes(segment) for segment in segments]
    told: dict[str, float] = {}
    for part in parts:
        for clause, share in by_clause(part).items():
            told[clause] = max(share, told.get(clause, 0.0))
    wanted = [
        clause
        for clause, share in sorted(whole.items(), key=lambda pair: -pair[1])
        if clause not in cited and (share >= least or (share >= _HINTED and told.get(clause, 0.0) >= _TOLD))
    ]
    chosen = []
    for clause in wanted[:_MOST]:
        units = [u for u in evidence.units if u.clause.id == clause and not u.is_title and u.clause.kind in (ClauseKind.PARAGRAPH, ClauseKind.TABLE_ROW)]
        if units:
            chosen.append(max(units, key=lambda u: (u.said_share + max((_said(p, u) for p in parts), default=0.0), u.score)))
    return chosen


def _said(votes: dict[Target, float], unit: Unit) -> float:
    return sum(s for t, s in votes.items() if t.clause_id == unit.clause.id and t.at is not None and unit.span.start <= t.at < unit.span.end)
