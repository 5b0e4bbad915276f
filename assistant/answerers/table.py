"""Indicator tables: one row, rows that meet a condition, and the row with the highest value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.draft import Draft, cite, cite_words, tidy
from assistant.evidence import Evidence, Unit
from assistant.figures import Figure, figures, years
from assistant.types import Citation, Outcome, Statement
from assistant.understand import Question
from corpus.types import Clause, ClauseKind
from index.words import normalise
from prompts import say

ATTRIBUTE = "属性"
_ABOUT_TABLE = re.compile(r"指标|目标值|基期|约束性|预期性|覆盖率|参保率|适配率|就业率|改造率|(?<!成功)率|比例")
_ALL_ROWS = re.compile(
    r"(哪些|哪几|几|多少|所有|全部|列出)(项|个|类)?(主要)?(的)?指标|指标(都)?(有|包括|是|分别)(哪些|什么|几|多少)|指标(一共|总共|共)"
)
_EXTREME = re.compile(r"(?:最(?P<most>高|大|多|低|小|少))")
_HIGH = "高大多"


def answer_row(question: Question, evidence: Evidence) -> Draft | None:
    """One row's cells, the asked column first, where the best evidence is a table row."""
    unit = best_row(question, evidence)
    if unit is None or question.kind not in (
        "figure",
        "when",
        "describe",
        "definition",
        "whether",
        "list",
        "compare",
        "who",
    ):
        return None
    leads = unit == evidence.units[0] and unit.coverage >= 0.8
    if not leads and not _ABOUT_TABLE.search(question.form) and question.kind != "figure":
        return None
    return Draft(outcome=Outcome.ANSWERED, statements=(row_statement(unit.clause, question, evidence),))


def best_row(question: Question, evidence: Evidence) -> Unit | None:
    """The row that the question is about, or None where a sentence answers better.

    A row and a sentence may speak of the same words ("就业率"); the row counts where the question
    names nothing that the row does not have, or asks for the table itself.
    """
    rows = [unit for unit in evidence.units if unit.clause.kind is ClauseKind.TABLE_ROW]
    if not rows or not question.terms:
        return None
    row = max(rows, key=lambda unit: (_row_fit(unit, question, evidence), unit.score))
    others = [u for u in evidence.units if u.clause.kind is not ClauseKind.TABLE_ROW and not u.is_title]
    best_other = others[0] if others else None
    asks_table = bool(re.search(r"指标|目标值|基期|约束性|预期性|2020年", question.form))
    if row.coverage < 0.5:
        return None
    if best_other is None or asks_table or row.score >= best_other.score:
        return row
    # the sentence leads, but the question says no more than the row has: prefer the row
    return (
        row
        if row.own_coverage > 0.95
        and best_other.coverage <= row.coverage + 0.02
        and _row_fit(row, question, evidence) > 0.8
        else None
    )


def answer_rows(question: Question, evidence: Evidence) -> Draft | None:
    """Rows that meet a condition (约束性, 目标值超过95%), all rows, or the highest and lowest."""
    rows = table_rows(evidence)
    if not rows or "指标" not in question.form:
        return None
    attribute = next((a for a in ("约束性", "预期性") if a in question.form), None)
    condition = _numeric_condition(question)
    if extreme := _EXTREME.search(question.form):
        return _extreme(question, evidence, rows, extreme.group("most"))
    if not (attribute or condition or _ALL_ROWS.search(question.form)) or question.kind not in (
        "list",
        "figure",
        "describe",
        "definition",
    ):
        return None
    if (
        not (_ALL_ROWS.search(question.form) or condition)
        and best_row(question, evidence)
        and _named_row(question, evidence)
    ):
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
    head = _head_citation(evidence, chosen[0], ())
    citations = (*(cite(evidence.library, row) for row in chosen), *([head] if head else []))
    return Draft(outcome=Outcome.ANSWERED, statements=(Statement(text=text, citations=citations),))


def row_statement(row: Clause, question: Question, evidence: Evidence) -> Statement:
    """A row as a sentence: the column asked for first; cites the row and the columns' names."""
    base_column, target_column = value_columns(row)
    base, target, attribute = row.cell(base_column), row.cell(target_column), row.cell(ATTRIBUTE)
    values = {
        "name": row.title,
        "base_column": base_column,
        "target_column": target_column,
        "base": tidy(base or "").rstrip("。"),
        "target": tidy(target or "").rstrip("。"),
        "attribute": (attribute or "").removesuffix("指标"),
    }
    asks_base = bool(set(years(base_column)) & set(question.years)) or "基期" in question.form
    asks_target = bool(set(years(target_column)) & set(question.years)) or "目标" in question.form
    if base is None:
        template = "row_no_base"
    elif asks_base and (not asks_target or _first(question.form, base_column) < _first(question.form, target_column)):
        template = "row_base"
    elif re.search(r"约束性|预期性|属性", question.form) and not question.years:
        template = "row_attribute"
    else:
        template = "row_target"
    head = _head_citation(evidence, row, (base_column, target_column))
    return Statement(text=say(template, **values), citations=(cite(evidence.library, row), *([head] if head else [])))


def value_columns(row: Clause) -> tuple[str, str]:
    """Names of the base and the target column of an indicator row."""
    columns = [cell.column for cell in row.cells]
    return columns[-2], columns[-1]


def table_rows(evidence: Evidence) -> list[Clause]:
    """All rows of the table that the best row belongs to."""
    found = next((unit.clause for unit in evidence.units if unit.clause.kind is ClauseKind.TABLE_ROW), None)
    if found is None:
        return []
    prefix = found.id.rpartition(".")[0]
    return [
        clause
        for clause in evidence.library.document(found.document_id).clauses
        if clause.kind is ClauseKind.TABLE_ROW and clause.id.rpartition(".")[0] == prefix
    ]


def number_of(cell: str | None) -> Figure | None:
    """The figure of a value cell."""
    found = figures(cell or "")
    return found[0] if found else None


def rows_named(question: Question, evidence: Evidence) -> list[Unit]:
    """Rows whose own name the question gives nearly in full, in the order of the question."""
    rows = [u for u in evidence.units if u.clause.kind is ClauseKind.TABLE_ROW]
    named = [u for u in rows if _name_share(u.clause, question, evidence) >= 0.75]
    return sorted(named, key=lambda u: _place(u.clause, question, evidence))


def _named_row(question: Question, evidence: Evidence) -> bool:
    return bool(rows_named(question, evidence))


def _row_fit(unit: Unit, question: Question, evidence: Evidence) -> float:
    """Harmonic mean of the question's share in the row and the row's name in the question."""
    share = _name_share(unit.clause, question, evidence)
    return 2 * unit.own_coverage * share / (unit.own_coverage + share) if unit.own_coverage + share else 0.0


def _name_share(row: Clause, question: Question, evidence: Evidence) -> float:
    """Share of the row's name, by rarity, that the question speaks of in its words or the domain's."""
    terms = evidence.terms(row.title)
    text = question.form + " " + normalise(question.expansion)
    return evidence.coverage(terms, text) if terms else 0.0


def _place(row: Clause, question: Question, evidence: Evidence) -> int:
    places = [question.form.find(term.word) for term in evidence.terms(row.title)]
    return max((place for place in places if place >= 0), default=len(question.form))


def _head_citation(evidence: Evidence, row: Clause, columns: Sequence[str]) -> Citation | None:
    """Citation of the table's head, which gives the columns of the row their years."""
    head_id = row.id.rpartition(".")[0]
    if head_id not in evidence.library:
        return None
    head = evidence.library.clause(head_id)
    words = " ".join(columns) if columns else head.text
    return cite_words(evidence.library, head, words) or cite(evidence.library, head)


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


def asks_base_only(question: Question) -> bool:
    """Whether the question is about the base value rather than the target."""
    return "基期" in question.form or (2020 in question.years and 2025 not in question.years)


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
    """The highest or lowest base or target value among the rows (all that share it)."""
    column = value_columns(rows[0])[0 if asks_base_only(question) else 1]
    valued = [(row, figure) for row in rows if (figure := number_of(row.cell(column)))]
    if not valued or re.search(r"提高|提升|增长|增幅|幅度|变化|进步", question.form):
        return None

    def rank(figure: Figure) -> tuple[Decimal, bool]:
        return figure.value, figure.comparator == "＞"

    best = (max if most in _HIGH else min)(rank(figure) for _, figure in valued)
    chosen = [row for row, figure in valued if rank(figure) == best]
    names = "；".join(row.title for row in chosen)
    text = say(
        "rows_highest" if most in _HIGH else "rows_lowest", column=column, names=names, value=chosen[0].cell(column)
    )
    head = _head_citation(evidence, chosen[0], (column,))
    citations = (*(cite(evidence.library, row) for row in chosen), *([head] if head else []))
    return Draft(outcome=Outcome.ANSWERED, statements=(Statement(text=text, citations=citations),))


def _first(form: str, column: str) -> int:
    """Where the question first speaks of a column; its length where it does not."""
    marks = [str(year) for year in years(column)] + [re.sub(r"\d+年", "", column), re.sub(r"\d+年|值", "", column)]
    return min((form.find(mark) for mark in marks if mark and mark in form), default=len(form))
