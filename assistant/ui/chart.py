"""Base and target of the indicators as bars; the table beside it says the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.figures import figures
from assistant.render.svg import Bar, Group, bar_chart
from corpus.types import Clause

_BASE, _TARGET = "基期值", "目标值"


def indicator_chart(rows: Sequence[Clause], name: str, title: str) -> str:
    """SVG of every row that has a share in both columns; empty where fewer than two have.

    Args:
        name: unique within the page.
    """
    groups = [group for row in rows if (group := _group(row)) is not None]
    if len(groups) < 2:
        return ""
    return bar_chart(name, f"{title}：基期值和目标值", groups, scale=100)


def _group(row: Clause) -> Group | None:
    bars = []
    for series, kind in enumerate((_BASE, _TARGET)):
        cell = next((cell for cell in row.cells if cell.column.endswith(kind)), None)
        found = [figure for figure in figures(cell.value or "") if figure.unit == "%"] if cell else []
        if cell is None or len(found) != 1:
            return None
        bars.append(Bar(label=cell.column, value=float(found[0].value), text=cell.value or "", series=series))
    return Group(heading=row.title, bars=tuple(bars))
