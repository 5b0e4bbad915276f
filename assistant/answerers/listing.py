"""Lists: the tasks under a heading, or all that a clause names."""

from __future__ import annotations

import re

from assistant.answerers.passage import lead, opens, support
from assistant.draft import Draft, cite_words
from assistant.evidence import Evidence, Unit
from assistant.types import Outcome, Statement
from assistant.understand import Question
from corpus.types import Clause, ClauseKind
from prompts import say

_OUTLINE = re.compile(r"任务|措施|方面|部分|工作|要求|内容|保障|举措|做什么|做哪些|做了什么|分几|包括")
_ENUMERATION = re.compile(r"[^，。；、]+、[^，。；、]+(?:、|和|以及|等)")
_MOST = 6


def answer_sections(question: Question, evidence: Evidence) -> Draft | None:
    """Titles under the heading that the question is about (主要任务, 托养庇护方面…)."""
    if question.kind not in ("list", "figure", "compare", "definition"):
        return None
    section = _section(question, evidence)
    if section is None:
        return None
    return Draft(outcome=Outcome.ANSWERED, statements=(_titles(section, evidence),))


def answer_list(question: Question, evidence: Evidence) -> Draft | None:
    """The sentences of the best clause, and close ones elsewhere."""
    said = evidence.said
    if not said or question.kind != "list":
        return None
    first = said[0]
    statements = [lead(first, question, evidence)]
    statements += [support(unit, evidence, first) for unit in _rest(first, question, evidence)]
    return Draft(outcome=Outcome.ANSWERED, statements=tuple(statements))


def _section(question: Question, evidence: Evidence) -> Clause | None:
    """The heading with clauses under it whose title the question gives."""
    if not _OUTLINE.search(question.form):
        return None
    headings = [u.clause for u in evidence.units if u.clause.kind is ClauseKind.HEADING]
    by_title = [(h, _title_fit(h, question, evidence)) for h in headings]
    best = max(by_title, key=lambda pair: pair[1], default=None)
    return best[0] if best and best[1] >= 0.65 else None


def _title_fit(heading: Clause, question: Question, evidence: Evidence) -> float:
    """How far title and question speak of the same: all of the question, most of the title."""
    others = tuple(t for t in question.terms if t.word not in heading.title)
    if heading.title in question.form and not others:
        return 2.0
    subject = tuple(t for t in question.terms if not _OUTLINE.search(t.word))
    asked = evidence.coverage(subject, heading.title)
    given = evidence.coverage(evidence.terms(heading.title), question.form + question.expansion)
    return 0.7 * asked + 0.3 * given if question.terms else 0.0


def _titles(heading: Clause, evidence: Evidence) -> Statement:
    """Titles of the clauses directly under a heading, counted, each cited."""
    document = evidence.library.document(heading.document_id)
    depth = heading.id.count(".") + 1
    under = [
        clause
        for clause in document.clauses
        if clause.id.startswith(f"{heading.id}.")
        and clause.id.count(".") == depth
        and clause.title
        and not clause.cells
    ]
    text = say(
        "headings",
        heading=f"“{heading.title}”",
        count=len(under),
        names="；".join(clause.title for clause in under),
    )
    titles = (cite_words(evidence.library, clause, clause.title) for clause in (*under, heading))
    return Statement(text=text, citations=tuple(citation for citation in titles if citation))


def _rest(first: Unit, question: Question, evidence: Evidence) -> list[Unit]:
    """Further sentences: what the first leaves open, then more of its clause, then close ones elsewhere."""
    opened = opens(first, question, evidence)
    if _ENUMERATION.search(first.quote) and first.own_coverage > 0.8:
        return opened
    chosen = [
        unit
        for unit in evidence.said[1:20]
        if unit in opened
        or (unit.clause.id == first.clause.id and unit.score > 0.55 * first.score)
        or (unit.own_coverage >= max(0.6, first.own_coverage - 0.2) and unit.score > 0.7 * first.score)
    ]
    return [*opened, *(unit for unit in chosen if unit not in opened)][: _MOST - 1]
