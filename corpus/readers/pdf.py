"""PDF with text: lines -> paragraphs, tables by their ruled lines, page numbers and running heads left out.

A paragraph begins where a line is indented or the line before stops short of the right edge and ends a
sentence; official documents indent by two characters (GB/T 9704-2012).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple

from corpus.layout import join
from corpus.readers import scan
from corpus.readers.types import Block, Paragraph, Rows, Source, assemble
from corpus.types import CorpusError

MOST_PAGES = 1_000
_PAGE_NUMBER = re.compile(r"^[-—–－\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/／]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－\s]*$")
_STARTS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．](?!\d)|第[一二三四五六七八九十百零\d]+[章节条])"
)
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]"
_ENDS = ("。", "；", "：", "！", "？", "”", "）")
_FEW = 20  # characters a page below which a PDF is taken for scanned


class _Line(NamedTuple):
    text: str
    left: float
    right: float
    top: float
    size: float


def read(data: bytes, name: str) -> Source:
    """Text and tables of all pages; one without text goes to OCR."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(data)) as document:
            if len(document.pages) > MOST_PAGES:
                raise CorpusError(f"文件“{name}”有{len(document.pages)}页，超过{MOST_PAGES}页。请拆分后再导入。")
            pages = [_page(page) for page in document.pages]
    except (PDFPasswordIncorrect, PdfminerException) as error:
        if "Password" in repr(error):
            raise CorpusError(f"文件“{name}”加了密码，请去掉密码另存后再导入。") from error
        raise
    count = len(pages)
    if sum(len(line.text) for page in pages for line in page if isinstance(line, _Line)) < _FEW * count:
        return scan.read_pdf(data, name)
    return assemble(_blocks(pages), "pdf", "")


def _page(page: Any) -> list[_Line | Rows]:
    """Lines and tables of a page from top to bottom."""
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and max(len(r.cells) for r in t.rows) > 1]
    boxes = [table.bbox for table in tables]

    def outside(thing: Any) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2
        across = (thing["x0"] + thing["x1"]) / 2
        return not any(x0 <= across <= x1 and top <= middle <= bottom for x0, top, x1, bottom in boxes)

    found: list[tuple[float, _Line | Rows]] = []
    for raw in page.filter(outside).dedupe_chars().extract_text_lines(return_chars=True, x_tolerance=4):
        chars = raw["chars"]
        line = _Line(_tight(raw["text"]), raw["x0"], raw["x1"], raw["top"], max(c["size"] for c in chars))
        found.append((raw["top"], line))
    for table in tables:
        rows = tuple(tuple(join(c.split("\n")) if c else None for c in row) for row in table.extract(x_tolerance=4))
        found.append((table.bbox[1], Rows(rows)))
    return [thing for _, thing in sorted(found, key=lambda pair: pair[0])]


def _tight(text: str) -> str:
    """Without spaces between two Chinese characters or a Chinese one and punctuation, which justification makes."""
    return re.sub(f"(?<={_WIDE}) (?={_WIDE})", "", text.strip())


def _blocks(pages: list[list[_Line | Rows]]) -> Iterator[Block]:
    repeated = _running_heads(pages)
    things = [t for page in pages for t in _trimmed(page, repeated)]
    lines = [t for t in things if isinstance(t, _Line)]
    left = Counter(float(round(line.left)) for line in lines).most_common(1)[0][0] if lines else 0.0
    body = sorted(line.left for line in lines)
    left = min(left, body[len(body) // 10]) if body else left
    right = sorted(line.right for line in lines)[int(0.9 * (len(lines) - 1))] if lines else 0
    gaps = sorted(round(b.top - a.top, 1) for a, b in pairwise(lines) if b.top > a.top)
    usual = gaps[len(gaps) // 3] if gaps else 0.0
    open_lines: list[_Line] = []
    table: list[tuple[str | None, ...]] = []
    for thing in things:
        if isinstance(thing, Rows):
            if open_lines:
                yield Paragraph(join(line.text for line in open_lines))
                open_lines = []
            same = table and len(table[0]) == len(thing.rows[0])
            table += [row for row in thing.rows if not same or row != table[0]] if same else []
            if not same:
                if table:
                    yield Rows(tuple(table))
                table = list(thing.rows)
            continue
        if table:
            yield Rows(tuple(table))
            table = []
        if open_lines and _begins(thing, open_lines[-1], left, right, usual):
            yield Paragraph(join(line.text for line in open_lines))
            open_lines = []
        open_lines.append(thing)
    if table:
        yield Rows(tuple(table))
    if open_lines:
        yield Paragraph(join(line.text for line in open_lines))


def _begins(line: _Line, previous: _Line, left: float, right: float, usual: float) -> bool:
    """Whether a line begins a paragraph.

    Args:
        left, right: edges of the text; ``usual``: distance of lines within a paragraph.
    """
    short = previous.right < right - 1.5 * previous.size
    indented = line.left > left + 1.2 * line.size
    if abs(line.size - previous.size) > 0.15 * previous.size or line.top - previous.top > 1.25 * usual > 0:
        return True
    if previous.right < left + 0.6 * (right - left):
        return True
    if indented and (short or previous.text.endswith(_ENDS)):
        return True
    if short and (previous.text.endswith(_ENDS) or previous.left > left + 3 * previous.size or indented):
        return True
    return short and bool(_STARTS.match(line.text))


def _running_heads(pages: list[list[_Line | Rows]]) -> set[str]:
    """Texts at the top or bottom of more than half of three pages or more."""
    edges = Counter(t.text for page in pages for t in {*page[:1], *page[-1:]} if isinstance(t, _Line))
    return {text for text, count in edges.items() if len(pages) > 2 and count > len(pages) / 2}


def _trimmed(page: list[_Line | Rows], repeated: set[str]) -> list[_Line | Rows]:
    """Without page numbers and running heads at its edges."""

    def is_edge(thing: _Line | Rows) -> bool:
        return isinstance(thing, _Line) and bool(_PAGE_NUMBER.match(thing.text) or thing.text in repeated)

    while page and is_edge(page[0]):
        page = page[1:]
    while page and is_edge(page[-1]):
        page = page[:-1]
    return page
