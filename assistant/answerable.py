"""Whether the evidence answers the question: a fitted probability instead of a hand-set threshold.

Logistic regression over a dozen signals; weights and threshold stand in ``data/refusal.json`` and are made
by ``python -m eval.refusal`` from the development questions.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from assistant.evidence import Evidence, Unit
from assistant.fitted import fitted_model
from assistant.understand import Question, Term
from assistant.unstated import unknown_benefit, unstated
from corpus.types import ClauseKind
from index.votes import Silence

PART_WEIGHT = 3.0  # least weight of a part of a question that may stand for the whole
BENEFIT = re.compile(r"补贴|补助|津贴|优惠|免费|减免|奖励|救助|报销|打折|工资|钱|收费|待遇|费用|自费|补偿|保险")
_PAYS = 0.65
_FAR_OFF = -4.0  # nearness to questions on record below which all subjects are equally far
_ENOUGH, _SURE, _UNKNOWN = 0.42, 0.6, 0.4  # coverage that is enough; the same where much of the question is unknown


class Signals(NamedTuple):
    """What speaks for and against answering; all from the question and the sentences found.

    coverage: best share of the subject that one sentence speaks of. covered: the same, also for the best
    three together and for the best part of a story. enough: whether that passes the bar. unknown: share
    of the subject that the corpus nowhere speaks of. missing: weight of the heaviest word that the best
    three leave out. meaning: cosine of the closest sentence in standard deviations. rank, agreement: of the
    best sentence in both retrievers, and that times coverage. unpaid: where a benefit is asked for, weight of
    the heaviest word that no sentence on a benefit has (考驾照 of 考驾照有没有补助). unstated: something is asked for
    that no sentence found states (an amount, an address); other_benefit: so is a benefit of another name. share: the
    best clause's share of the vote of the questions on record; silence, silence_letters: how many like this one
    nothing answers, and silence_nearest, silence_nearest_letters of the few nearest ones. asked: how near
    the question is to one on record that one of the best sentences answers. closest: the same for any on record, below
    0 for another subject. whether: the form of the question. asked, closest and the votes are NaN where the
    document has no questions on record.
    """

    coverage: float
    covered: float
    enough: float
    unknown: float
    missing: float
    meaning: float
    rank: float
    agreement: float
    unpaid: float
    asked: float
    closest: float
    whether: float
    unstated: float
    other_benefit: float
    share: float
    silence: float
    silence_letters: float
    silence_nearest: float
    silence_nearest_letters: float


def signals(question: Question, evidence: Evidence, units: tuple[Unit, ...] | None = None) -> Signals:
    """Signals of a question.

    Args:
        units: what was found, best first; None takes the evidence's own. Not empty.
    """
    units = evidence.units if units is None else units
    said = [u for u in units if u.clause.kind is ClauseKind.PARAGRAPH and not u.is_title][:3]
    coverage = max(unit.coverage for unit in units[:5])
    together = evidence.coverage(question.terms, " ".join(unit.quote for unit in said))
    covered = max(coverage, 0.8 * together, 0.8 * _best_part(question, evidence, said))
    unknown = unknown_share(question, evidence)
    closest = evidence.closest
    silence = Silence(*[math.nan] * 4) if closest is None else evidence.silence
    meaning = max(unit.closeness for unit in units)
    return Signals(
        coverage=coverage,
        covered=covered,
        enough=float(covered >= (_ENOUGH if unknown < _UNKNOWN else _SURE)),
        unknown=unknown,
        missing=max((_left_out(term, evidence, units[:3]) for term in question.terms), default=0.0),
        meaning=meaning,
        rank=units[0].rank,
        agreement=coverage * meaning,
        unpaid=_unpaid(question, evidence, units),
        asked=math.nan if closest is None else max(unit.asked for unit in units[:5]),
        closest=math.nan if closest is None else max(closest, _FAR_OFF),
        whether=float(question.kind == "whether"),
        unstated=float(unstated(question, evidence) is not None),
        other_benefit=float(unknown_benefit(question, evidence)),
        share=math.nan if closest is None else max(unit.share for unit in units[:5]),
        silence=silence.meaning,
        silence_letters=silence.letters,
        silence_nearest=silence.nearest,
        silence_nearest_letters=silence.nearest_letters,
    )


def probability(values: Signals) -> float:
    """Probability (0-1) that the sentences found answer the question."""
    return fitted_model("refusal").probability(values._asdict())


def threshold() -> float:
    """Probability below which a question is refused."""
    return fitted_model("refusal").threshold


def unknown_share(question: Question, evidence: Evidence) -> float:
    """Share (0-1) of the question's subject, by weight, that nothing in the corpus speaks of."""
    weights = {term: evidence.weight(term) for term in question.terms}
    total = sum(weights.values())
    return sum(w for term, w in weights.items() if not evidence.known(term)) / total if total else 0.0


def _left_out(term: Term, evidence: Evidence, units: tuple[Unit, ...]) -> float:
    spoken = max(evidence.coverage((term,), unit.quote, unit.context) for unit in units)
    return evidence.weight(term) * (1 - spoken)


def _unpaid(question: Question, evidence: Evidence, units: tuple[Unit, ...]) -> float:
    asked = tuple(term for term in question.terms if BENEFIT.search(term.word))
    others = [term for term in question.terms if term not in asked]
    paying = [u for u in units[:10] if asked and evidence.coverage(asked, u.quote) >= _PAYS]
    if not asked or not others:
        return 0.0
    left = (max((_left_out(term, evidence, (unit,)) for term in others), default=0.0) for unit in paying)
    return min(left, default=max(evidence.weight(term) for term in others))


def _best_part(question: Question, evidence: Evidence, said: list[Unit]) -> float:
    """Best coverage of one part of the question: people tell a story first and ask at its end."""
    best = 0.0
    for part in re.split(r"[，,。.！!？?；;：:]", question.form):
        terms = tuple(t for t in question.terms if t.word in part)
        if sum(map(evidence.weight, terms)) >= PART_WEIGHT:
            best = max(best, *(evidence.coverage(terms, u.quote, u.context) for u in said), 0.0)
    return best
