"""What a reader must know besides the answer: the period has ended, a plan is no rule."""

from __future__ import annotations

import datetime as dt

from assistant.document import period_citation
from assistant.types import Notice
from corpus.library import Library
from corpus.types import Document, DocumentKind
from index.words import normalise
from prompts import say

_BENEFIT_WORDS = ("补贴", "补助", "优惠", "救助", "免费", "保险", "待遇", "改造", "配发", "援助", "优先")


def notices(clause_ids: tuple[str, ...], library: Library, today: dt.date, masked: bool) -> tuple[Notice, ...]:
    """Notices for an answer that shows these clauses.

    Args:
        clause_ids: clauses cited or shown as related.
        masked: whether personal numbers were taken out of the question.
    """
    found = [Notice(kind="personal_data", text=say("personal_data"))] if masked else []
    for document_id in dict.fromkeys(library.clause(i).document_id for i in clause_ids):
        document = library.document(document_id)
        shown = " ".join(library.clause(i).text for i in clause_ids)
        if document.kind is DocumentKind.PLAN and any(w in normalise(shown) for w in _BENEFIT_WORDS):
            found.append(Notice(kind="plan_not_rule", text=say("plan_not_rule")))
        if document.kind is not DocumentKind.PLAN:
            found += _law_notices(document, today)
        if document.period is not None and today > document.period.end:
            source = period_citation(library, document)
            text = say(
                "period_ended",
                period=f"{document.period.start.year}-{document.period.end.year}年",
                today=_day(today),
            )
            found.append(Notice(kind="period_ended", text=text, citations=(source,) if source else ()))
    return tuple(dict.fromkeys(found))


def _law_notices(document: Document, today: dt.date) -> list[Notice]:
    """A law that is not in force is said to be so; one in force may be carried out differently from place to place."""
    name = f"《{document.name}》"
    if document.status == "repealed":
        return [Notice(kind="law_repealed", text=say("law_repealed", name=name))]
    if document.status == "superseded":
        return [Notice(kind="law_superseded", text=say("law_superseded", name=name))]
    if document.effective_on is not None and today < document.effective_on:
        return [Notice(kind="law_not_yet", text=say("law_not_yet", name=name, day=_day(document.effective_on)))]
    if document.ends_on is not None and document.ends_on < today:
        return [Notice(kind="rule_ended", text=say("rule_ended", name=name, day=_day(document.ends_on)))]
    if document.kind is DocumentKind.LAW:
        return [Notice(kind="local_rules", text=say("local_rules"))]
    text = say("one_region", name=name, region=document.region)
    return [Notice(kind="one_region", text=text)] if document.region else []


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
