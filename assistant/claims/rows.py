"""A claim on a row of an indicator table: its value in a year, or its attribute."""

from __future__ import annotations

import re

from assistant.answerers.table import ATTRIBUTE, is_indicator, value_columns
from assistant.claims.form import form_of, placed_figures
from assistant.claims.types import Difference
from assistant.claims.wording import Held, content, is_year
from assistant.figures import Figure, figures, years
from corpus.types import Clause
from index.words import Words

_ATTRIBUTES = ("约束性", "预期性")
_BASE, _TARGET = "基期", "目标"


def hold_row(claim: str, row: Clause, words: Words) -> Held | None:
    """A claim in matching form held against a row; None where it does not name the row, or says neither a
    value nor an attribute of it, or something that the table has no column for."""
    name = form_of(row.title).text.replace("的", "")
    flat = claim.replace("的", "")
    if (
        not is_indicator(row)
        or not name
        or name not in flat
        or not re.search(rf"(?:^|[,:到年]|{'|'.join(_LEADS)}){re.escape(name)}", flat)
    ):
        return None
    rest = flat.replace(name, " ", 1)
    alien = tuple(word for word in content(rest, words) if word not in _columns(row))
    claimed = [p for p in placed_figures(rest) if not is_year(p.figure)]
    attribute = next((a for a in _ATTRIBUTES if a in rest), None)
    if alien or not (claimed or attribute):
        return None
    differing = []
    if attribute and attribute not in (stated := row.cell(ATTRIBUTE) or ""):
        return Held(fit=1.0, force=(Difference(written=attribute, stated=stated.removesuffix("指标")),))
    for number, placed in enumerate(claimed):
        wanted = _stated(rest, placed.start, number, len(claimed), row)
        if wanted is None:
            return Held(fit=1.0, added=(placed.figure.text,))
        if wanted.key != placed.figure.key:
            differing.append(Difference(written=placed.figure.text, stated=wanted.text))
    wrong = [p.figure for p in placed_figures(rest) if is_year(p.figure) and int(p.figure.value) not in _years(row)]
    differing += [Difference(written=f.text, stated=value_columns(row)[1]) for f in wrong]
    return Held(fit=1.0, figures=tuple(differing))


_LEADS = ("规划", "全市", "我市", "本市", "温州市", "指标", "提出", "要求", "规定", "其中", "将", "使")


def _columns(row: Clause) -> str:
    """What the table's own head may lend a claim."""
    return form_of(" ".join((*row.headings, *(cell.column for cell in row.cells), *_ATTRIBUTES, "主要指标"))).text


def _years(row: Clause) -> set[int]:
    return {year for column in value_columns(row) for year in years(column)}


def _stated(rest: str, at: int, number: int, count: int, row: Clause) -> Figure | None:
    """The cell that a value of the claim is about: by the year or column named last before it; two values
    without either are the base and the target; one is the target."""
    base_column, target_column = value_columns(row)
    column = base_column if count > 1 and number == 0 else target_column
    last = -1
    for candidate, word in ((base_column, _BASE), (target_column, _TARGET)):
        for mark in (word, *(f"{year}年" for year in years(candidate))):
            if (place := rest.rfind(mark, 0, at)) > last:
                last, column = place, candidate
    found = figures(row.cell(column) or "")
    return found[0] if found else None
