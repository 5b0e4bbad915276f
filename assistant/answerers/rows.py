"""Several rows of an indicator table: those that meet a condition, all of them, the highest and lowest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.answerers.table import (
    ATTRIBUTE,
    asks_base_only,
    attribute_asked,
    best_row,
    head_citation,
    is_indicator,
    number_of,
    row_statement,
    rows_named,
    value_columns,
)
from assistant.draft import Draft, cite
from assistant.evidence import Evidence
from assistant.figures import Figure
from assistant.types import Outcome, Statement
from assistant.understand import Question
from corpus.numerals import chinese_value
from corpus.types import Clause, ClauseKind
from prompts import say

_ALL_ROWS = re.compile(
    r"(哪些|哪几|几|多少|所有|全部|列出)(项|个|类)?(主要)?(的)?指标|指标(都)?(有|包括|是|分别)(哪些|什么|几|多少)|指标(一共|总共|共)"
)
_VALUE_LIST = re.compile(r"(目标值?|基期值?).{0,20}(哪几|哪些|几)(项|个)?")
_NUMBERED = re.compile(
    r"第(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})(?:项|个|号|行|条)|序号(?:是|为)?(?P<mark>\d{1,2})"
)
_TABLE = re.compile(r"表(?:格)?(?:里|中|上|内|的)|指标")
_KINDS = ("list", "figure", "describe", "definition", "compare")
_EXTREME = re.compile(r"最(高|大|多|低|小|少|快|慢)")
_HIGH = "高大多快"
_GROWTH = re.compile(r"提高|提升|增长|增加|增幅|幅度|变化|进步|上升|涨")


def answer_rows(question: Question, evidence: Evidence) -> Draft | None:
    """Rows that meet a condition (约束性, 目标值超过95%), all rows, or the highest and lowest."""
    rows = table_rows(evidence)
    if not rows or not (_TABLE.search(question.form) or _VALUE_LIST.search(question.form)):
        return None
    if numbered := _NUMBERED.search(question.form):
        return _numbered(numbered, rows, question, evidence)
    if not ("指标" in question.form or _VALUE_LIST.search(question.form)):
        return None
    attribute = attribute_asked(question)
    condition = _numeric_condition(question)
    if extreme := _EXTREME.search(question.form):
        return _extreme(question, evidence, rows, extreme.group(1))
    if not (attribute or condition or _ALL_ROWS.search(question.form)) or question.kind not in _KINDS:
        return None
    if (
        not (_ALL_ROWS.search(question.form) or condition)
        and best_row(question, evidence)
        and rows_named(question, evidence)
    ):
        return None
    if question.kind in ("claim", "whether", "compare") and not _ALL_ROWS.search(question.form):
        return None
    chosen = [
        row
        for row in rows
        if (attribute is None or row.cell(ATTRIBUTE) == attribute) and (condition is None or condition.met(row))
    ]
    if not chosen:
        return None
    names = "；".join(_listed(row, condition) for row in chosen)
    if condition is not None:
        # the asked figure is not repeated: a figure in an answer is one that the table has
        text = say("rows_condition", column=f"{attribute or ''}{condition.column}", count=len(chosen), names=names)
    else:
        text = say("rows_filtered", condition=attribute or "表中", count=len(chosen), names=names)
    head = head_citation(evidence, chosen[0], ())
    citations = (*(cite(evidence.library, row) for row in chosen), *([head] if head else []))
    return Draft(outcome=Outcome.ANSWERED, statements=(Statement(text=text, citations=citations),))


def _numbered(asked: re.Match[str], rows: Sequence[Clause], question: Question, evidence: Evidence) -> Draft | None:
    """The row of that number (序号); None where the table has none."""
    said = asked.group("number") or asked.group("mark")
    number = said if said.isdigit() else str(chinese_value(said))
    row = next((row for row in rows if row.cells[0].value == number), None)
    return _answered(row_statement(row, question, evidence)) if row is not None else None


class _Condition(NamedTuple):
    """A condition on a value column, such as 目标值超过95%."""

    column: str
    base: bool
    wanted: Figure

    def met(self, row: Clause) -> bool:
        cell = number_of(row.cell(value_columns(row)[0 if self.base else 1]))
        return cell is not None and _meets(cell, self.wanted)


def _numeric_condition(question: Question) -> _Condition | None:
    wanted = next((f for f in question.figures if f.unit == "%"), None)
    if wanted is None:
        return None
    base = asks_base_only(question)
    return _Condition("基期值" if base else "目标值", base, wanted)


def _meets(cell: Figure, wanted: Figure) -> bool:
    if wanted.comparator == "＞":
        return cell.value > wanted.value or (cell.value == wanted.value and cell.comparator == "＞")
    if wanted.comparator == "≥":
        return cell.value >= wanted.value
    if wanted.comparator == "＜":
        return cell.value < wanted.value
    if wanted.comparator == "≤":
        return cell.value <= wanted.value
    return cell.value == wanted.value


def _listed(row: Clause, condition: _Condition | None) -> str:
    if condition is None:
        return row.title
    base_column, target_column = value_columns(row)
    base, target = row.cell(base_column), row.cell(target_column)
    return f"{row.title}（{f'{base_column}{base}，' if base else ''}{target_column}{target}）"


def _extreme(question: Question, evidence: Evidence, rows: Sequence[Clause], most: str) -> Draft | None:
    """The highest or lowest value of a column, or the largest rise from base to target; all that share it."""
    growth = bool(_GROWTH.search(question.form))
    column = value_columns(rows[0])[0 if asks_base_only(question) else 1]
    ranks = {row.id: _rise(row) if growth else _rank(number_of(row.cell(column))) for row in rows}
    valued = [rank for rank in ranks.values() if rank is not None]
    if not valued:
        return None
    best = (max if most in _HIGH else min)(valued)
    chosen = [row for row in rows if ranks[row.id] == best]
    if growth:
        statements = tuple(row_statement(row, question, evidence) for row in chosen)
        lead = say("rows_rise_most" if most in _HIGH else "rows_rise_least", text=statements[0].text)
        return _answered(statements[0].model_copy(update={"text": lead}), *statements[1:])
    text = say(
        "rows_highest" if most in _HIGH else "rows_lowest",
        column=column,
        names="；".join(row.title for row in chosen),
        value=chosen[0].cell(column),
    )
    head = head_citation(evidence, chosen[0], (column,))
    citations = (*(cite(evidence.library, row) for row in chosen), *([head] if head else []))
    return _answered(Statement(text=text, citations=citations))


def _answered(*statements: Statement) -> Draft:
    return Draft(outcome=Outcome.ANSWERED, statements=statements)


def _rank(figure: Figure | None) -> tuple[Decimal, bool] | None:
    """Order of values: by number, and more than a number above the number itself."""
    return None if figure is None else (figure.value, figure.comparator == "＞")


def _rise(row: Clause) -> tuple[Decimal, bool] | None:
    """Target less base, never shown: only which row has the largest."""
    base, target = (number_of(row.cell(column)) for column in value_columns(row))
    return None if base is None or target is None else (target.value - base.value, target.comparator == "＞")


def table_rows(evidence: Evidence) -> list[Clause]:
    """All rows of the table of indicators that the best such row belongs to."""
    rows = (unit.clause for unit in evidence.units if unit.clause.kind is ClauseKind.TABLE_ROW)
    found = next(filter(is_indicator, rows), None)
    if found is None:
        return []
    prefix = found.id.rpartition(".")[0]
    return [
        clause
        for clause in evidence.library.document(found.document_id).clauses
        if clause.kind is ClauseKind.TABLE_ROW and clause.id.rpartition(".")[0] == prefix
    ]
