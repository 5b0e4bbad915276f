"""Tables of PDF pages: ruled ones with merged cells filled, unruled ones by their gaps, and what a page break cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from corpus.layout import join

Row = tuple[str | None, ...]
_GAP = 1.5  # widths of a character between two columns
_LEAST = 3  # lines that make an unruled table
_CELL_CHARS = 30


class PageTable(NamedTuple):
    """A table of one page. ``owners`` has for each place the number of the cell that covers it, from 0."""

    rows: tuple[Row, ...]
    owners: tuple[tuple[int, ...], ...] = ()


def ruled(table: Any) -> PageTable:
    """A table that pdfplumber found by its lines; a cell over several rows or columns stands in each place."""
    texts: dict[tuple[float, ...], str | None] = {}
    for row, values in zip(table.rows, table.extract(x_tolerance=4), strict=True):
        for box, value in zip(row.cells, values, strict=True):
            if box is not None:
                texts[tuple(box)] = join(value.split("\n")) if value else None
    boxes = list(texts)
    lefts = sorted({box[0] for box in boxes})
    tops = sorted({box[1] for box in boxes})
    across = _middles(lefts, max(box[2] for box in boxes))
    down = _middles(tops, max(box[3] for box in boxes))
    owners = tuple(tuple(_owner(boxes, x, y) for x in across) for y in down)
    rows = tuple(tuple(texts[boxes[n]] if n >= 0 else None for n in row) for row in owners)
    return PageTable(rows, owners)


def _middles(starts: Sequence[float], end: float) -> list[float]:
    return [(a + b) / 2 for a, b in pairwise([*starts, end])]


def _owner(boxes: Sequence[tuple[float, ...]], x: float, y: float) -> int:
    return next((n for n, (x0, y0, x1, y1) in enumerate(boxes) if x0 <= x <= x1 and y0 <= y <= y1), -1)


def columns(chars: Sequence[Any]) -> tuple[tuple[float, str], ...]:
    """Pieces of a line that wide gaps part, each with its left edge."""
    pieces: list[list[Any]] = []
    for char in chars:
        far = not pieces or char["x0"] - pieces[-1][-1]["x1"] > _GAP * char["size"]
        pieces += [[char]] if far else []
        if not far:
            pieces[-1].append(char)
    told = ((piece[0]["x0"], "".join(c["text"] for c in piece).strip()) for piece in pieces)
    return tuple((left, text) for left, text in told if text)


def unruled(lines: Sequence[tuple[tuple[float, str], ...]]) -> list[tuple[int, int, PageTable]]:
    """Tables among lines that :func:`columns` cut: ``[start, end)`` of the lines and the table."""
    found, at = [], 0
    for count, group in groupby(lines, key=len):
        run = list(group)
        short = all(len(text) <= _CELL_CHARS for line in run for _, text in line)
        if count > 1 and len(run) >= _LEAST and short:
            found.append((at, at + len(run), PageTable(tuple(tuple(text for _, text in line) for line in run))))
        at += len(run)
    return found


def go_on(before: Sequence[Row], table: PageTable) -> list[Row] | None:
    """Rows of a table and what goes on of it on the next page; None where that is another table.

    Repeated heads are left out, a cell that began on the page before is filled, and a row that the break cut in
    two is one again.
    """
    if len(before[0]) != len(table.rows[0]):
        return None
    repeated = 0
    while repeated < min(len(before), len(table.rows) - 1) and table.rows[repeated] == before[repeated]:
        repeated += 1
    rows = [list(row) for row in table.rows[repeated:]]
    owners = table.owners[repeated:]
    if any(rows[0]) and any(
        rows[0][column] is None and not _spans(owners, column) and _tells_rows_apart(before, column)
        for column in range(len(rows[0]))
    ):
        last = before[-1]
        before = [*before[:-1], tuple(join(filter(None, pair)) or None for pair in zip(last, rows.pop(0), strict=True))]
        owners = owners[1:]
    for column in range(len(rows[0]) if rows else 0):
        if rows[0][column] is not None or not (_spans(owners, column) or all(row[column] for row in before)):
            continue
        for row, own in zip(rows, owners, strict=True):
            if own[column] == owners[0][column]:
                row[column] = before[-1][column]
    return [*before, *(tuple(row) for row in rows)]


def _tells_rows_apart(rows: Sequence[Row], column: int) -> bool:
    """Whether each row has a text of its own there, so that a row without is the rest of one."""
    merged = len(rows) > 1 and rows[-1][column] == rows[-2][column]
    return not merged and all(row[column] for row in rows)


def _spans(owners: Sequence[Sequence[int]], column: int) -> bool:
    """Whether the first row's cell goes on in the next."""
    return len(owners) > 1 and owners[0][column] == owners[1][column]
