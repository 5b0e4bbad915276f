"""What every reader gives: paragraphs and tables in reading order, put together into one text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import Field

from corpus.types import CorpusError, Frozen, Span

MOST_CHARS = 5_000_000
MOST_CELLS = 200_000


class Paragraph(NamedTuple):
    """A paragraph without line breaks of its own."""

    text: str


class Rows(NamedTuple):
    """A table: rows of cells; a cell that spans several is repeated, one left empty is None."""

    rows: tuple[tuple[str | None, ...], ...]


Block = Paragraph | Rows


class Grid(Frozen):
    """A table in the text: the place of each row's line and its cells."""

    spans: tuple[Span, ...]
    rows: tuple[tuple[str | None, ...], ...]


class Source(Frozen):
    """A file's content.

    ``text`` has a line a paragraph or table row, unless ``wrapped``: then its lines are those of a printed page.
    ``form`` is what the file is (docx, pdf…), ``sha256`` that of its bytes; ``warnings`` are Chinese.
    ``facts`` are labelled data that stand beside the text, as on web pages (实施日期, 失效日期).
    """

    text: str
    form: str
    sha256: str
    title: str = ""  # where the format says which line is the title
    wrapped: bool = False
    grids: tuple[Grid, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)


def assemble(
    blocks: Iterable[Block], form: str, sha256: str, warnings: Iterable[str] = (), facts: dict[str, str] | None = None
) -> Source:
    """Put blocks together.

    Raises:
        CorpusError: there is far more than any document has.
    """
    parts: list[str] = []
    grids: list[Grid] = []
    at = cells = 0

    def add(line: str) -> Span:
        nonlocal at
        span = Span(at, at + len(line))
        parts.append(line)
        at += len(line) + 1
        if at > MOST_CHARS:
            raise CorpusError("文件里的文字超过五百万字，不像一份文件。请拆分后再导入。")
        return span

    for block in blocks:
        if isinstance(block, Paragraph):
            if text := " ".join(block.text.split()):
                add(text)
            continue
        rows = tuple(tuple(" ".join(c.split()) or None if c else None for c in row) for row in block.rows)
        rows = tuple(row for row in rows if any(row))
        cells += sum(map(len, rows))
        if cells > MOST_CELLS:
            raise CorpusError("文件里的表格太大（超过二十万格），不像一份文件。请拆分后再导入。")
        if rows:
            spans = tuple(add(" ".join(_once(row))) for row in rows)
            grids.append(Grid(spans=spans, rows=rows))
    return Source(
        text="\n".join(parts),
        form=form,
        sha256=sha256,
        grids=tuple(grids),
        warnings=tuple(dict.fromkeys(warnings)),
        facts=facts or {},
    )


def _once(row: tuple[str | None, ...]) -> list[str]:
    """Cells that are not empty; one that spans several columns but once."""
    return [cell for i, cell in enumerate(row) if cell and (i == 0 or cell != row[i - 1] or len(cell) < 8)]
