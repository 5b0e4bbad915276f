"""Everything else: the sentence that speaks of the question most, with what belongs to it."""

from __future__ import annotations

import re

from assistant.draft import Draft, cite, say_of, tidy
from assistant.evidence import Evidence, Unit, best_per_clause
from assistant.figures import figures
from assistant.scope import NEAR_COVERAGE
from assistant.types import Outcome, Statement
from assistant.understand import Question
from corpus.types import DocumentKind

_MOST = 3
# share of the first sentence's score from which one of another clause is added: where the first is sure to be on
# the question, where it is not, and where the question asks for several places
_CLOSE, _CLOSE_UNSURE, _MENTIONED = 0.75, 0.6, 0.7
_SEVERAL = re.compile(r"分别|各自?(怎么|有|是|怎样)|都(怎么|有哪)|[几哪]处|(哪些|几个?|哪几个?)(地方|方面)")
_LONG = 220  # characters; a longer sentence (an article with all its items) is read out only where it leads
_WHOLE, _MOST_OF_CLAUSE = 0.6, 4  # how far a clause's title must cover a question to be read out, and how much of it
_NEAR_ASKED = 0.7  # of a question on record, whose sentence then speaks of the benefit in its own words
_SAME_ASKED = 0.9  # of a question on record, from which it asks the same
_VOTED = 0.8  # share of the vote from which a sentence is a rule on what is asked
_DIRECT = 0.6  # share of what is asked that a sentence must speak of itself to be called a rule on it
_SHORT_ARTICLE = 300  # characters of an article that is read out whole
_BENEFIT = re.compile(r"补贴|补助|津贴|优惠|免费|减免|奖励|救助|报销|打折|工资|钱|收费|待遇|费用|自费")
_MATCHED, _COMMON = 0.65, 1.0  # a term counts as spoken of from here; weights below need no match
_AGES = re.compile(r"(\d+)\s*[-－—~～至到]\s*(\d+)\s*周?岁")
_COUNTED = frozenset(["%", "人", "人次", "名", "个", "户", "支", "场", "场次", "家", "所"])  # what a plan aims at


def answer_passage(question: Question, evidence: Evidence) -> Draft | None:
    """The best sentence first, then those that speak of parts of the question it leaves open."""
    said = evidence.said
    if not said:
        return None
    benefit = tuple(term for term in question.terms if _BENEFIT.search(term.word))
    speaking = [
        u for u in said[:6] if evidence.coverage(benefit, u.quote) >= _MATCHED and u.score > 0.6 * said[0].score
    ]
    first = speaking[0] if question.kind == "whether" and speaking else said[0]
    statements = [lead(first, question, evidence)]
    statements += [support(unit, evidence, first) for unit in _supports(first, question, evidence)]
    if (title := _title(first, question, evidence)) is not None:
        statements = [lead(title, question, evidence), support(first, evidence), *statements[1:]]
    return Draft(outcome=Outcome.ANSWERED, statements=tuple(statements))


def lead(unit: Unit, question: Question, evidence: Evidence, words: str = "") -> Statement:
    """The leading sentence: whether it says so directly, and that it is a target where it gives a figure.

    "有规定" is said only where the sentence itself speaks of nearly all that is asked, the benefit
    above all; else the reader is told that the plan does not say it directly, or, where a question on record asks
    the same or nearly all of them vote for the sentence, and no benefit is asked about that it does not have, just
    that this is what it says.

    Args:
        words: what is read out of the sentence; empty for all of it.
    """
    voted = unit.said_share >= _VOTED
    target = any(f.unit in _COUNTED and f.value > 1 for f in figures(unit.quote))
    text = tidy(words or unit.quote)
    if outside_age(question, unit.quote):
        name = "age_outside"
    elif question.kind == "whether":
        direct = unit.own_coverage >= _DIRECT and _has_all(question, unit, evidence)
        benefit = [term for term in question.terms if _BENEFIT.search(term.word)]
        paid = all(evidence.coverage((term,), unit.quote) >= _MATCHED for term in benefit)
        near = "whether_related" if (unit.asked >= _SAME_ASKED or voted) and paid else "whether_near"
        name = ("whether_target" if target else "whether") if direct else near
    elif unit.coverage < NEAR_COVERAGE and unit.asked < _NEAR_ASKED and not voted:
        name = "whether_near"
    else:
        name = "says_target" if target else "says"
    said = say_of(name, unit.clause, evidence.library, text=text)
    return Statement(text=said, citations=(cite(evidence.library, unit.clause, unit.span),))


def outside_age(question: Question, text: str) -> bool:
    """Whether the question names an age that a range of ages in the text (0-6周岁) leaves out."""
    beyond = bool(re.search(r"岁(以外|以上|之外|以后|之后)", question.form))
    asked = [f.value + beyond for f in question.figures if f.unit in ("岁", "周岁")]
    ranges = [(int(a), int(b)) for a, b in _AGES.findall(text)]
    return bool(asked and ranges) and not any(a <= age <= b for age in asked for a, b in ranges)


def _has_all(question: Question, unit: Unit, evidence: Evidence) -> bool:
    """Whether the sentence speaks of each thing asked in its own words: 住院免费吗 is not answered by 门诊免费."""
    heavy = (term for term in question.terms if evidence.weight(term) > _COMMON)
    return all(evidence.coverage((term,), unit.quote) >= _MATCHED for term in heavy)


def support(unit: Unit, evidence: Evidence, first: Unit | None = None, words: str = "") -> Statement:
    """A further sentence (or what is read out of it); from a document other than the first one's it says what
    speaks."""
    elsewhere = first is not None and first.clause.document_id != unit.clause.document_id
    text = say_of("says" if elsewhere else "also", unit.clause, evidence.library, text=tidy(words or unit.quote))
    return Statement(text=text, citations=(cite(evidence.library, unit.clause, unit.span),))


def _title(first: Unit, question: Question, evidence: Evidence) -> Unit | None:
    """The running heading of the best clause where only it names the subject (落实随班就读…的主体责任)."""
    titles = (u for u in evidence.units if u.is_title and u.clause.id == first.clause.id)
    title = next(titles, None)
    return title if title is not None and title.own_coverage > first.own_coverage + 0.3 else None


def opens(first: Unit, question: Question, evidence: Evidence) -> list[Unit]:
    """For each part of the question that the first sentence leaves open, the best one that speaks of it."""
    left = tuple(t for t in question.terms if evidence.known(t) and evidence.coverage((t,), first.quote) < 0.5)
    chosen: list[Unit] = []
    for unit in evidence.said[:12]:
        if unit == first:
            continue
        spoken = [t for t in left if evidence.coverage((t,), unit.quote) > 0.6]
        share = sum(map(evidence.weight, spoken)) / sum(map(evidence.weight, question.terms)) if spoken else 0.0
        if share > 0.25 and unit.score > 0.5 * first.score:
            chosen.append(unit)
            left = tuple(t for t in left if t not in spoken)
    return chosen


def _supports(first: Unit, question: Question, evidence: Evidence) -> list[Unit]:
    if _SEVERAL.search(question.form) and (others := _elsewhere(first, evidence, _MENTIONED)):
        return list(dict.fromkeys([*opens(first, question, evidence), *others]))
    if question.kind == "describe" or (question.kind == "list" and _titled(first, question, evidence)):
        return list(dict.fromkeys([*the_rest(first, evidence), *opens(first, question, evidence)]))
    article, chosen = _article(first, evidence), opens(first, question, evidence)
    sure = first.coverage >= _DIRECT or first.asked >= _NEAR_ASKED
    least = _CLOSE if sure else _CLOSE_UNSURE
    for unit in evidence.said[:12]:
        if unit == first:
            continue
        same = (
            question.kind != "whether"  # yes-or-no is answered by one sentence; the rest of its clause is a link away
            and unit.clause.id == first.clause.id
            and unit.score > 0.6 * first.score
            and unit.own_coverage >= 0.6 * first.own_coverage
        )
        close = unit.score > least * first.score and unit.own_coverage >= first.own_coverage - 0.35
        if same or close:
            chosen.append(unit)
    others = [unit for unit in dict.fromkeys(chosen) if len(unit.quote) <= _LONG and unit not in article]
    others = others[: 1 if article else _MOST - 1]
    return [*article, *others]


def _article(first: Unit, evidence: Evidence) -> list[Unit]:
    """The other sentences of a short article of a law, which says one thing in several sentences (款)."""
    law = evidence.library.document(first.clause.document_id).kind is DocumentKind.LAW
    return the_rest(first, evidence) if law and len(first.clause.text) <= _SHORT_ARTICLE else []


def _elsewhere(first: Unit, evidence: Evidence, least: float) -> list[Unit]:
    """The best sentence of each other clause that scores at least this share of the first sentence's."""
    others = (unit for unit in best_per_clause(evidence.said) if unit.clause.id != first.clause.id)
    return [unit for unit in others if unit.score >= least * first.score][:_MOST]


def _titled(first: Unit, question: Question, evidence: Evidence) -> bool:
    """Whether the question asks for what the clause as a whole is about: its running heading says it all."""
    return evidence.coverage(question.terms, first.clause.title) >= _WHOLE


def the_rest(first: Unit, evidence: Evidence) -> list[Unit]:
    """The other sentences of the clause in reading order, as many as can be borne by ear."""
    same = [u for u in evidence.whole(first.clause) if u.span != first.span and not u.is_title]
    return same[: _MOST_OF_CLAUSE - 1]
