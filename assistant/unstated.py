"""What a question asks for and no sentence found states: an amount, an address, a benefit of another name."""

from __future__ import annotations

import itertools
import re

from assistant.evidence import Evidence, Unit
from assistant.understand import Attribute, Question, compiled

_BENEFIT = re.compile(
    r"(补贴|津贴|补助|保险|救助|救济|救济金|补偿|奖励|奖金|待遇|养老金|公积金|抚恤金|贷款|优惠|年金)$"
)
_VOTED = 0.3  # share of the vote from which a sentence is one that could state it
_OF_REST = 0.6  # of the best share of the subject that a sentence speaks of


def unstated(question: Question, evidence: Evidence) -> Attribute | None:
    """The first attribute asked for that no sentence found states."""
    best = max(u.coverage for u in evidence.units[:5])
    for attribute in question.attributes:
        near = [u for u in _of_the_rest(attribute, question, evidence) if u.coverage >= 0.5 * best]
        near += [u for u in evidence.units[:10] if u.said_share >= _VOTED]  # whatever its words
        if not any(attribute.stated(_with_columns(u)) for u in near):
            return attribute
    return None


def unknown_benefit(question: Question, evidence: Evidence) -> bool:
    """Whether a benefit is named that no sentence found speaks of (高龄津贴 is not 护理补贴).

    The word right before 补贴, 津贴, 保险… is part of the benefit's name.
    """
    terms = question.terms
    for before, term in itertools.pairwise(terms):
        if _BENEFIT.search(before.word):
            continue  # 优惠补贴: two kinds of benefit, not the name of one
        if _BENEFIT.search(term.word) and f"{before.word}{term.word}" in question.form:
            pair = (before, term)
            if not any(evidence.coverage(pair, u.quote) >= 0.8 for u in evidence.units[:10]):
                return True
    return False


def _of_the_rest(attribute: Attribute, question: Question, evidence: Evidence) -> tuple[Unit, ...]:
    """Of the best sentences those that speak of what the attribute is asked of (低保 in 办低保要带哪些证件)."""
    asked = " ".join(m.group() for p in attribute.asks for m in compiled(p).finditer(question.form))
    rest = tuple(t for t in question.terms if t.word not in asked and evidence.known(t))
    units = evidence.units[:10]
    spoken = [evidence.coverage(rest, u.quote, u.context) for u in units]
    most = max(spoken, default=0.0)
    return tuple(u for u, share in zip(units, spoken, strict=True) if share >= _OF_REST * most)


def _with_columns(unit: Unit) -> str:
    """What a sentence says; a row's cells with the unit that stands in its column's name (补贴（元/月）: 217元)."""
    cells = (f"{cell.column}{cell.value}{'元' * ('元' in cell.column)}" for cell in unit.clause.cells if cell.value)
    return " ".join((unit.quote, *cells))
