"""对吗: the figure or wording that the question supposes, held against the clause."""

from __future__ import annotations

import re

from assistant.answerers.figure import best_fact, facts_of
from assistant.answerers.table import ATTRIBUTE, best_row, is_indicator, row_statement, value_columns
from assistant.draft import Draft, cite, say_of, tidy
from assistant.evidence import Evidence, Unit
from assistant.figures import Figure, figures, years
from assistant.scope import missing
from assistant.types import Outcome, Statement
from assistant.understand import Question
from corpus.types import Clause
from prompts import say

_NAMES = 0.5  # least fit of a figure's subject to the claim
_SURE = 0.9  # share of the claim's words that the sentence must have before it is called right
_NEGATION = re.compile(r"不(?!同|断|少|低|高|超|足|仅|管|对|是$)|没有|未|无须|无需|禁止|取消")

_ASKING = re.compile(
    r"(对吗|对不对|对么|对吧|是吗|是吧|是真的吗|真的吗|是不是真的|正确吗|没错吧|没错吗|有没有错|是这样吗|属实吗).*$|是不是|是否|听说|规划(里|中)?(说|写|要求|规定|提出)?(了|的|是)?"
)
_VOTED = 0.7  # share of the vote from which a clause is on what is claimed
_FREE = re.compile("免费|无偿|不得(?:[^，。；]{0,6})收取")


def answer_claim(question: Question, evidence: Evidence) -> Draft | None:
    """Right, wrong, or not what the text says: a claim is right only where its every part stands there."""
    if question.kind != "claim":
        return None
    claimed = tuple(f for f in question.figures if not (f.unit in ("年", "项", "个", "条") and f.value < 3))
    row = best_row(question, evidence)
    if (
        row is not None
        and is_indicator(row.clause)
        and (verdict := _row_verdict(row.clause, claimed, question)) is not None
    ):
        statement = row_statement(row.clause, question, evidence)
        return _draft(statement, verdict)
    if claimed:
        return _figure_claim(question, evidence, claimed)
    return _wording_claim(question, evidence)


def _row_verdict(row: Clause, claimed: tuple[Figure, ...], question: Question) -> bool | None:
    """Whether a claim on a row holds; None where it claims neither a value nor an attribute."""
    attribute = next((a for a in ("约束性", "预期性") if a in question.form), None)
    if attribute:
        return row.cell(ATTRIBUTE) == attribute
    if not claimed:
        return None
    base_column, target_column = value_columns(row)
    asks_base = bool(set(years(base_column)) & set(question.years)) or "基期" in question.form
    asks_target = bool(set(years(target_column)) & set(question.years)) or "目标" in question.form
    cells = [figures(row.cell(column) or "") for column in (base_column, target_column)]
    wanted = cells[:1] if asks_base and not asks_target else cells[1:]
    if asks_base and asks_target and len(claimed) > 1:
        wanted = cells
    values = [cell[0] for cell in wanted if cell]
    return len(values) >= len(claimed) > 0 and all(any(_same(c, v) for v in values) for c in claimed)


def _figure_claim(question: Question, evidence: Evidence, claimed: tuple[Figure, ...]) -> Draft | None:
    """A claim with a figure: compared with the figure of the sentence that speaks of the same subject."""
    candidates = [f for unit in evidence.said[:8] for f in facts_of(unit, question, evidence)]
    same_kind = [f for f in candidates if any(c.unit == v.unit for c in claimed for v in f.figures)]
    fact = max(same_kind, key=lambda f: f.fit, default=None) or best_fact(question, evidence)
    if fact is None or fact.fit < _NAMES:
        if any(unit.share >= _VOTED and _FREE.search(unit.quote) for unit in evidence.said[:3]):
            return None  # 要交五十块吗: the sentence says 无偿
        # an amount or a share that nothing on the subject has is invented, or from elsewhere
        return missing("这个数", evidence) if any(f.unit in ("元", "%") for f in claimed) else None
    right = all(any(_same(c, v) for v in fact.figures) for c in claimed)
    if right and not _covered(question, evidence, fact.unit):
        return _unclear(fact.unit, evidence)
    text = tidy(fact.part if len(fact.unit.quote) > 60 else fact.unit.quote)
    statement = Statement(
        text=say_of("says_target", fact.unit.clause, evidence.library, text=text),
        citations=(cite(evidence.library, fact.unit.clause, fact.unit.span),),
    )
    return _draft(statement, right)


def _wording_claim(question: Question, evidence: Evidence) -> Draft | None:
    """A claim without a figure: right only where the sentence has all its words and no other polarity."""
    if not evidence.said or evidence.said[0].coverage < 0.5:
        return None
    unit = evidence.said[0]
    if not _covered(question, evidence, unit):
        return _unclear(unit, evidence)
    body = _ASKING.sub("", question.form)
    if bool(_NEGATION.search(body)) != bool(_NEGATION.search(unit.quote)):
        return _unclear(unit, evidence)
    statement = Statement(
        text=say_of("says", unit.clause, evidence.library, text=tidy(unit.quote)),
        citations=(cite(evidence.library, unit.clause, unit.span),),
    )
    return _draft(statement, True)


def _covered(question: Question, evidence: Evidence, unit: Unit) -> bool:
    """Whether one part of the sentence has every word of the claim, lone characters and ordinals too.

    One part, because a long sentence has the words of many claims that it does not make
    ("第十届温州市残疾人运动会…第十一届全省残疾人运动会").
    """
    body = _ASKING.sub("", question.form)
    terms = evidence.terms(body, lone=True)
    claimed = {f.key for f in figures(body) if f.unit.startswith("第")}
    context = " ".join((*unit.clause.headings, unit.clause.title))
    return any(
        evidence.coverage(terms, part, context) >= _SURE and claimed <= {f.key for f in figures(part)}
        for part in re.split(r"[，,；;]|和(?=第)", unit.quote)
    )


def _unclear(unit: Unit, evidence: Evidence) -> Draft:
    text = say("claim_unclear", text=tidy(unit.quote))
    return Draft(
        outcome=Outcome.ANSWERED,
        statements=(Statement(text=text, citations=(cite(evidence.library, unit.clause, unit.span),)),),
    )


def _draft(statement: Statement, right: bool) -> Draft:
    text = say("claim_true" if right else "claim_false", text=statement.text)
    return Draft(outcome=Outcome.ANSWERED, statements=(statement.model_copy(update={"text": text}),))


def _same(claimed: Figure, stated: Figure) -> bool:
    """Same value and unit; a comparator in the claim must be the stated one, without one it may be left out."""
    units = claimed.unit == stated.unit or not claimed.unit or {claimed.unit, stated.unit} <= {"人", "名"}
    return claimed.value == stated.value and units and claimed.comparator in ("", stated.comparator)
