"""Whether to answer at all: what the corpus does not say is refused, with what it says nearby."""

from __future__ import annotations

import re

from assistant.answerable import probability, signals, threshold
from assistant.draft import Draft, cite
from assistant.evidence import Evidence, Unit, best_per_clause
from assistant.parts import asks
from assistant.region import place_names
from assistant.types import Citation, Outcome
from assistant.understand import Question, load_data
from assistant.unstated import unknown_benefit, unstated
from corpus.library import Library
from corpus.types import ClauseKind
from prompts import say

_RELATED = 2
_ABOUT_US = re.compile(
    r"残疾|津贴|补贴|补助|低保|康复|托养|护理|无障碍|残联|规划|轮椅|拐杖|助听|盲|聋|手语|自闭|脑瘫|瘫"
)
_COMES_FROM = re.compile(
    r"(老家|户口|户籍|籍贯)(是|在)?[\u4e00-\u9fff]{2,4}|(我|他|她)是[\u4e00-\u9fff]{2,3}(来的|过来的|人)"
)
NEAR_COVERAGE = 0.42  # from here on a sentence is said to speak of the question
_FAR_COVERAGE, _FAR_UNKNOWN = 0.25, 0.5


def refuse(question: Question, evidence: Evidence) -> Draft | None:
    """A refusal where the question is outside the corpus or asks what it does not say; None to go on."""
    refusal = refused_by_rule(question, evidence)
    if refusal is not None or not question.terms:
        return refusal
    found = signals(question, evidence)
    if probability(found) >= threshold():
        return None
    if (attribute := unstated(question, evidence)) is not None:
        return missing(attribute.missing, evidence)
    far = found.coverage < _FAR_COVERAGE and found.unknown > _FAR_UNKNOWN and not _ABOUT_US.search(question.form)
    return _out_of_scope(evidence) if far else not_stated(evidence)


def refused_by_rule(question: Question, evidence: Evidence) -> Draft | None:
    """The refusals that need no weighing: another place, nothing found; and what no sentence found states, where an
    amount of money is asked for (another benefit's amount harms whoever relies on it) or where no questions on record
    can say more."""
    if elsewhere(question, evidence.library) or not evidence.units:
        return _out_of_scope(evidence)
    if evidence.closest is not None and not question.asks_money:
        return None
    if (attribute := unstated(question, evidence)) is not None:
        return missing(attribute.missing, evidence)
    return not_stated(evidence) if unknown_benefit(question, evidence) else None


def elsewhere(question: Question, library: Library) -> bool:
    """Whether the question is about a place that the documents do not cover; where somebody comes from is not.

    The part that asks decides where it names a place: 丽水比温州定得高，丽水是多少 is about 丽水.
    """
    own = {name for document in library.documents for name in place_names(document.region)}
    others = [name for name in load_data("places")["names"] if name not in own]
    form = _COMES_FROM.sub("", question.form)
    asking = [part for part in re.split(r"[，,。；;？?！!]", form) if asks(part)]
    for text in (*asking, form):
        if any(name in text for name in own):
            return any(name in text for name in others) and text in asking and question.kind != "compare"
        if any(name in text for name in others):
            return True
    return False


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
