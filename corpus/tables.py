"""Indicator tables in plain text: a header that may run over several lines, then numbered rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.frontmatter import NUMBERED
from corpus.layout import Line
from corpus.readers.types import Grid
from corpus.types import Cell

_HEADER = re.compile(r"^序\s*号(\s|$)")
_ROW = re.compile(r"^(\d{1,3})\s+(.+?)\s+(约束性|预期性)\s+(.+)$")
_VALUE = re.compile(r"^[≥≤＞＜>＜<=＝]?\s*\d[\d.,]*\s*[%％‰]?\S{0,4}$")
_TITLE = 40  # characters of a line that may be a table's title
_YEAR_ONLY = re.compile(r"^\d{4}\s*年$")


class Table(NamedTuple):
    """A table found in a run of lines: ``[start, end)`` in lines; ``rows`` pairs lines with cells."""

    start: int
    end: int
    title: str
    columns: tuple[str, ...]
    head: tuple[Line, ...]
    rows: tuple[tuple[tuple[Line, ...], tuple[Cell, ...]], ...]
    numbered: bool = True  # the first column counts the rows (序号)


def find_table(lines: Sequence[Line], start: int = 0, grids: Sequence[Grid] = ()) -> Table | None:
    """First table at or after ``start``, or None: one that the file's reader found, or an indicator table in text.

    The line above the header is taken as the title where it ends no sentence.
    """
    if (found := _from_grids(lines, start, grids)) is not None:
        before = find_table(lines[: found.start], start)
        return before or found
    for at in range(start, len(lines)):
        if not _HEADER.match(lines[at].text):
            continue
        first_row = next((i for i in range(at + 1, min(at + 12, len(lines))) if _ROW.match(lines[i].text)), None)
        if first_row is None:
            continue
        columns = _columns([line.text for line in lines[at:first_row]])
        titled = at > start and not lines[at - 1].text.endswith(("。", "；", "："))
        rows: list[tuple[tuple[Line, ...], tuple[Cell, ...]]] = []
        end = first_row
        while end < len(lines) and (match := _ROW.match(lines[end].text)) and int(match.group(1)) == len(rows) + 1:
            rows.append(((lines[end],), _cells(columns, match)))
            end += 1
        begin = at - 1 if titled else at
        return Table(
            begin, end, lines[at - 1].text if titled else "", columns, tuple(lines[begin:first_row]), tuple(rows)
        )
    return None


def _from_grids(lines: Sequence[Line], start: int, grids: Sequence[Grid]) -> Table | None:
    """The first grid whose rows stand at or after ``start``."""
    places = {line.span.start: i for i, line in enumerate(lines)}
    for grid in grids:
        at = places.get(grid.spans[0].start, -1)
        if at < start or grid.spans[-1].start not in places:
            continue
        rows, own = list(grid.rows), [lines[places[span.start]] for span in grid.spans]
        title, heads = "", 1
        begin = at
        if len(set(filter(None, rows[0]))) == 1 and len(rows) > 2:  # a title in a cell over the whole width
            title, heads = next(filter(None, rows[0])), 2
        elif at > start and _is_title(lines[at - 1].text):
            title, begin = lines[at - 1].text, at - 1
        columns = tuple(_named(rows[heads - 1]))
        if heads < len(rows) and _continues(rows[heads - 1], rows[heads]):  # a second line of column heads
            columns = tuple(
                a if a == b or not b else f"{a}{b}" for a, b in zip(columns, _named(rows[heads]), strict=True)
            )
            heads += 1
        numbered = [row[0] for row in rows[heads:]] == [str(n) for n in range(1, len(rows) - heads + 1)]
        head = tuple(lines[begin:at]) + tuple(own[:heads])
        cells = (
            ((line,), tuple(Cell(column=c, value=v) for c, v in zip(columns, row, strict=True)))
            for line, row in zip(own[heads:], rows[heads:], strict=True)
        )
        end = places[grid.spans[-1].start] + 1
        return Table(begin, end, title, columns, head, tuple(cells), numbered and len(rows) > heads)
    return None


def _is_title(text: str) -> bool:
    """Whether the line above a table is its title: no sentence and no heading of the document's outline."""
    return len(text) < _TITLE and not text.endswith(("。", "；", "：", ":")) and not NUMBERED.match(text)


def _named(head: Sequence[str | None]) -> list[str]:
    """Names of columns without the spaces of print ("指 标", "2020 年基期值")."""
    return [re.sub(r"\s", "", name or "") for name in head]


def _continues(head: Sequence[str | None], row: Sequence[str | None]) -> bool:
    """Whether a row goes on with the column heads: some cells are the head's own, spanning both rows."""
    same = sum(a == b and a is not None for a, b in zip(head, row, strict=True))
    spanning = any(a == b for a, b in itertools.pairwise(head) if a)
    return same > 0 and spanning


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Column names: letters spaced out for print are joined ("指 标"), a lone year joins what follows."""
    names: list[str] = []
    for text in header:
        parts = re.sub(r"(?<![^\s])(\S)\s+(\S)(?!\S)", r"\1\2", text).split()
        for part in parts:
            if names and _YEAR_ONLY.match(names[-1]):
                names[-1] += part
            else:
                names.append(part)
    return tuple(names)


def _cells(columns: tuple[str, ...], match: re.Match[str]) -> tuple[Cell, ...]:
    """Cells of a row.

    Values are told apart only where each of them looks like one; else the whole remainder is a
    wording for the last column ("与 GDP增长同步") and the columns between are empty.
    """
    number, name, attribute, rest = match.groups()
    wanted = len(columns) - 3
    values: list[str | None] = list(rest.split())
    if len(values) != wanted or not all(_VALUE.match(value or "") for value in values):
        values = [None] * (wanted - 1) + [rest]
    return tuple(
        Cell(column=column, value=value)
        for column, value in zip(columns, [number, name, attribute, *values], strict=True)
    )
