"""Indicator tables: which row a question is about, and its cells as a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answerable import BENEFIT
from assistant.draft import Draft, cite, cite_words, say_of, tidy
from assistant.evidence import Evidence, Unit
from assistant.figures import Figure, figures, years
from assistant.parts import asked_together
from assistant.scope import missing
from assistant.types import Citation, Outcome, Statement
from assistant.understand import Question
from corpus.types import Clause, ClauseKind
from index.words import normalise
from prompts import say

ATTRIBUTE = "属性"
# what plans call an indicator that has to be reached, and one that is hoped for, in plain words too
_ATTRIBUTES = {
    "约束性": re.compile(r"约束性|(?<!不)(?<!不是)(?:必须|一定)要?(?:完成|达到|做到|达标)|硬性?指标"),
    "预期性": re.compile(r"预期性|不是?(?:必须|一定)要?(?:完成|达到|做到|达标)|软性?指标"),
}
_BESIDE = 0.5  # least score of a row beside that of the best sentence
_NAMED = 0.62  # share of a row's name, by rarity, from which the question names the row
_MEANT, _FEW = 0.85, 3
_FULL = 0.9
_METRIC = re.compile(r"(覆盖|参保|适配|就业|改造)率|基期|目标值|指标")
_AIMS = re.compile(r"目标|指标|率")
_ABOUT_TABLE = re.compile(r"指标|目标值|基期|约束性|预期性|覆盖率|参保率|适配率|就业率|改造率|(?<!成功)率|比例")


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
    if question.asks_money and (is_indicator(unit.clause) or "元" not in _all_words(unit.clause)):
        return None
    if owes_benefit(unit.clause, question):
        return None
    columns = set(years(_all_words(unit.clause)))
    if is_indicator(unit.clause) and question.years and columns and not columns & set(question.years):
        return missing(f"{question.years[0]}年的数", evidence)
    leads = unit == evidence.units[0] and unit.coverage >= 0.8
    if not leads and not asks_for_table(question) and question.kind != "figure":
        return None
    return Draft(outcome=Outcome.ANSWERED, statements=(row_statement(unit.clause, question, evidence),))


def owes_benefit(row: Clause, question: Question) -> bool:
    """Whether a benefit is asked for and a row has none: 上大学有奖励吗 is not answered by the share of pupils."""
    asked = question.kind == "whether" and BENEFIT.search(question.form)
    return bool(asked) and not BENEFIT.search(_all_words(row))


def attribute_asked(question: Question) -> str | None:
    """约束性 or 预期性, where a question says one of them or what it means."""
    return next((name for name, said in _ATTRIBUTES.items() if said.search(question.form)), None)


def _all_words(row: Clause) -> str:
    return "".join(f"{cell.column}{cell.value}" for cell in row.cells) + "".join(row.headings[-1:])


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
    asks_table = bool(re.search(r"指标|目标值|基期|约束性|预期性|2020年|[这那一整]行", question.form))
    if asks_table and len(full := [u for u in rows if _name_share(u.clause, question, evidence) >= _FULL]) == 1:
        return full[0]
    if (
        row == evidence.units[0]
        and _METRIC.search(question.form)
        and _name_share(row.clause, question, evidence) >= _FULL
    ):
        return row
    if row.coverage < 0.5 or (best_other is not None and row.score < _BESIDE * best_other.score):
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


def is_indicator(row: Clause) -> bool:
    """Whether a row is one of indicators with a base and a target; else it is of any table."""
    return row.cell(ATTRIBUTE) is not None and len(row.cells) > 3


def row_statement(row: Clause, question: Question, evidence: Evidence) -> Statement:
    """A row as a sentence: the column asked for first; cites the row and the columns' names."""
    if not is_indicator(row):
        cells = "，".join(f"{c.column}{c.value}" for c in row.cells if c.value and c.value not in (row.title, ""))
        head = head_citation(evidence, row, ())
        cited = (cite(evidence.library, row), *([head] if head else []))
        return Statement(text=say_of("row", row, evidence.library, name=row.title, cells=cells), citations=cited)
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
    head = head_citation(evidence, row, (base_column, target_column))
    return Statement(text=say(template, **values), citations=(cite(evidence.library, row), *([head] if head else [])))


def value_columns(row: Clause) -> tuple[str, str]:
    """Names of the base and the target column of an indicator row."""
    columns = [cell.column for cell in row.cells]
    return columns[-2], columns[-1]


def number_of(cell: str | None) -> Figure | None:
    """The figure of a value cell."""
    found = figures(cell or "")
    return found[0] if found else None


def rows_named(question: Question, evidence: Evidence) -> list[Unit]:
    """Rows whose own name the question gives nearly in full, in the order of the question."""
    rows = [u for u in evidence.units if u.clause.kind is ClauseKind.TABLE_ROW]
    named = [u for u in rows if _name_share(u.clause, question, evidence) >= _NAMED]
    if len(named) < 2 and _METRIC.search(question.form):
        meant = [u for u in rows if u.own_coverage >= _MEANT]  # 两项补贴的覆盖率: two rows have all that is asked
        named = meant if 2 <= len(meant) <= _FEW and all(u in meant for u in named) else named
    if len(named) < 2 and _AIMS.search(question.form):
        named = _one_a_side(question, evidence) or named
    return sorted(named, key=lambda u: _place(u.clause, question, evidence))


def _one_a_side(question: Question, evidence: Evidence) -> list[Unit]:
    """Rows of a question on the targets of two subjects (养老保险和医疗保险的目标), where each has just one."""
    sides = [evidence.terms(subject) for subject, _ in asked_together(question.text, evidence.words)]
    if not sides:
        return []
    rows = [evidence.whole(clause)[0] for clause in evidence.library if clause.kind is ClauseKind.TABLE_ROW]
    of_side = [[u for u in rows if terms and evidence.coverage(terms, u.quote) >= _MEANT] for terms in sides]
    return [found[0] for found in of_side] if all(len(found) == 1 for found in of_side) else []


def _row_fit(unit: Unit, question: Question, evidence: Evidence) -> float:
    """Harmonic mean of the question's share in the row and the row's name in the question."""
    share = _name_share(unit.clause, question, evidence)
    return 2 * unit.own_coverage * share / (unit.own_coverage + share) if unit.own_coverage + share else 0.0


def _name_share(row: Clause, question: Question, evidence: Evidence) -> float:
    """Share of the row's name, by rarity, that the question speaks of in its words or the domain's."""
    terms = evidence.terms(row.title)
    text = question.form + " " + normalise(question.expansion)
    if "比例" in question.form:
        text += " 率"  # 就业的比例 names 就业率
    return evidence.coverage(terms, text) if terms else 0.0


def _place(row: Clause, question: Question, evidence: Evidence) -> int:
    places = [question.form.find(term.word) for term in evidence.terms(row.title)]
    return max((place for place in places if place >= 0), default=len(question.form))


def head_citation(evidence: Evidence, row: Clause, columns: Sequence[str]) -> Citation | None:
    """Citation of the table's head, which gives the columns of the row their years."""
    head_id = row.id.rpartition(".")[0]
    if head_id not in evidence.library:
        return None
    head = evidence.library.clause(head_id)
    words = " ".join(columns) if columns else head.text
    return cite_words(evidence.library, head, words) or cite(evidence.library, head)


def asks_for_table(question: Question) -> bool:
    """Whether the question uses words of an indicator table."""
    return bool(_ABOUT_TABLE.search(question.form))


def asks_base_only(question: Question) -> bool:
    """Whether the question is about the base value rather than the target."""
    return "基期" in question.form or (2020 in question.years and 2025 not in question.years)


def _first(form: str, column: str) -> int:
    """Where the question first speaks of a column; its length where it does not."""
    marks = [str(year) for year in years(column)] + [re.sub(r"\d+年", "", column), re.sub(r"\d+年|值", "", column)]
    return min((form.find(mark) for mark in marks if mark and mark in form), default=len(form))
