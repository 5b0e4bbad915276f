"""Indicator tables in plain text: a header that may run over several lines, then numbered rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.layout import Line
from corpus.types import Cell

_HEADER = re.compile(r"^序\s*号(\s|$)")
_ROW = re.compile(r"^(\d{1,3})\s+(.+?)\s+(约束性|预期性)\s+(.+)$")
_VALUE = re.compile(r"^[≥≤＞＜>＜<=＝]?\s*\d[\d.,]*\s*[%％‰]?\S{0,4}$")
_YEAR_ONLY = re.compile(r"^\d{4}\s*年$")


class Table(NamedTuple):
    """A table found in a run of lines: ``[start, end)`` in lines; ``rows`` pairs lines with cells."""

    start: int
    end: int
    title: str
    columns: tuple[str, ...]
    head: tuple[Line, ...]
    rows: tuple[tuple[tuple[Line, ...], tuple[Cell, ...]], ...]


def find_table(lines: Sequence[Line], start: int = 0) -> Table | None:
    """First indicator table at or after ``start``, or None.

    The line above the header is taken as the title where it ends no sentence.
    """
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
