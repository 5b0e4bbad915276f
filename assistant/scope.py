"""Whether to answer at all: what the corpus does not say is refused, with what it says nearby."""

from __future__ import annotations

import itertools
import re

from assistant.draft import Draft, cite
from assistant.evidence import Evidence, Unit, best_per_clause
from assistant.types import Citation, Outcome
from assistant.understand import Question, load_data
from corpus.types import ClauseKind
from prompts import say

_BENEFIT = re.compile(
    r"(补贴|津贴|补助|保险|救助|救济|救济金|补偿|奖励|奖金|待遇|养老金|公积金|抚恤金|贷款|优惠|年金)$"
)
_RELATED = 2
_PART_WEIGHT = 3.0  # least weight of a part of a question that may stand for the whole
_ABOUT_US = re.compile(
    r"残疾|津贴|补贴|补助|低保|康复|托养|护理|无障碍|残联|规划|轮椅|拐杖|助听|盲|聋|手语|自闭|脑瘫|瘫"
)
# Set on the development questions. The second line: fewer of the subject's words, but the meaning is close.
FAR_COVERAGE, NEAR_COVERAGE = 0.25, 0.42
UNKNOWN_SHARE, SURE_COVERAGE = 0.4, 0.6  # a word that the corpus has nowhere may be the very subject
CLOSE_COVERAGE, CLOSENESS, CLOSE_RANK = 0.2, 1.5, 0.6


def refuse(question: Question, evidence: Evidence) -> Draft | None:
    """A refusal where the question is outside the corpus or asks what it does not say; None to go on."""
    top = evidence.units[0] if evidence.units else None
    if elsewhere(question) or top is None:
        return _out_of_scope(evidence)
    unknown = unknown_share(question, evidence)
    best = max((u.coverage for u in evidence.units[:5]), default=0.0)
    if question.terms and best < FAR_COVERAGE and unknown > 0.5 and not _ABOUT_US.search(question.form):
        return _out_of_scope(evidence)
    for attribute in question.attributes:
        near = [u for u in evidence.units[:10] if u.coverage >= 0.5 * best]
        if not any(attribute.stated(u.quote) for u in near):
            return missing(attribute.missing, evidence)
    covered = max(best, 0.8 * _together(question, evidence), 0.8 * _best_part(question, evidence))
    enough = not question.terms or covered >= (NEAR_COVERAGE if unknown < UNKNOWN_SHARE else SURE_COVERAGE)
    enough = enough or (best >= CLOSE_COVERAGE and top.closeness >= CLOSENESS and top.rank >= CLOSE_RANK)
    if not enough or _unknown_benefit(question, evidence):
        return not_stated(evidence)
    return None


def elsewhere(question: Question) -> bool:
    """Whether the question is about a place that the documents do not cover."""
    return any(name in question.form for name in load_data("places")["names"])


def unknown_share(question: Question, evidence: Evidence) -> float:
    """Share (0-1) of the question's subject, by weight, that nothing in the corpus speaks of."""
    weights = {term: evidence.weight(term) for term in question.terms}
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if not evidence.known(term)) / total if total else 0.0


def missing(what: str, evidence: Evidence) -> Draft:
    """Refusal that names what the corpus does not say."""
    related = related_clauses(evidence)
    text = say("missing_related" if related else "missing", missing=what, noun=evidence.library.noun) + say("ask_where")
    return Draft(outcome=Outcome.NOT_IN_CORPUS, message=text, related=related, missing=True)


def not_stated(evidence: Evidence) -> Draft:
    """Refusal where the subject is the corpus's own but the question is not answered there."""
    return Draft(
        outcome=Outcome.NOT_IN_CORPUS,
        message=say("not_stated", noun=evidence.library.noun) + say("ask_where"),
        related=related_clauses(evidence),
    )


def related_clauses(evidence: Evidence) -> tuple[Citation, ...]:
    """The nearest clauses, each by its best sentence; sentences before rows and bare headings."""
    units = [u for u in evidence.units if u.clause.kind in (ClauseKind.PARAGRAPH, ClauseKind.TABLE_ROW)]
    said = [u for u in units if not u.is_title] or units
    near = best_per_clause(tuple(said))
    return tuple(_quote(unit, evidence) for unit in near[:_RELATED] if unit.score >= 0.6 * near[0].score)


def _quote(unit: Unit, evidence: Evidence) -> Citation:
    return cite(evidence.library, unit.clause, unit.span)


def _out_of_scope(evidence: Evidence) -> Draft:
    titles = "、".join(f"《{document.title}》" for document in evidence.library.documents)
    return Draft(outcome=Outcome.OUT_OF_SCOPE, message=say("out_of_scope", titles=titles))


def _together(question: Question, evidence: Evidence) -> float:
    """Coverage of the question by its best sentences taken together: it may ask two things at once."""
    return evidence.coverage(question.terms, " ".join(unit.quote for unit in evidence.said[:3]))


def _best_part(question: Question, evidence: Evidence) -> float:
    """Best coverage of one part of the question: people tell a story first and ask at its end."""
    best = 0.0
    for part in re.split(r"[，,。.！!？?；;：:]", question.form):
        terms = tuple(t for t in question.terms if t.word in part)
        if sum(map(evidence.weight, terms)) >= _PART_WEIGHT:
            context = [" ".join((*u.clause.headings, u.clause.title)) for u in evidence.said[:3]]
            found = (evidence.coverage(terms, u.quote, c) for u, c in zip(evidence.said[:3], context, strict=True))
            best = max(best, *found, 0.0)
    return best


def _unknown_benefit(question: Question, evidence: Evidence) -> bool:
    """Whether a benefit is named that no sentence found speaks of (高龄津贴 is not 护理补贴).

    The word right before 补贴, 津贴, 保险… is part of the benefit's name.
    """
    terms = question.terms
    for before, term in itertools.pairwise(terms):
        if _BENEFIT.search(term.word) and f"{before.word}{term.word}" in question.form:
            pair = (before, term)
            if not any(evidence.coverage(pair, u.quote) >= 0.8 for u in evidence.units[:10]):
                return True
    return False
