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
from corpus.readers.pdftable import PageTable, Row, columns, go_on, ruled, unruled
from corpus.readers.types import Block, Paragraph, Rows, Source, assemble
from corpus.types import CorpusError

MOST_PAGES = 1_000
_PAGE_NUMBER = re.compile(r"^[-—–－\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/／]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－\s]*$")
_STARTS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．](?!\d)|第[一二三四五六七八九十百零\d]+[章节条]|附\s*件\s*[\d一二三四五六七八九十：:]?)"
)
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]"
_TITLE_END = re.compile(r"(?:通知|意见|决定|公告|通告|批复|函|办法|规定|方案)$")
_ENDS = ("。", "；", "：", "！", "？", "”", "）")
_FEW = 20  # characters a page below which a PDF is taken for scanned
_PICTURE = 0.15  # share of a page that pictures fill where they may hold text
_FULL_LINES = 3


class Line(NamedTuple):
    text: str
    left: float
    right: float
    top: float
    size: float


class _Page(NamedTuple):
    """Lines and tables of a page from top to bottom, its width, and whether a picture fills much of it."""

    things: list[Line | PageTable]
    width: float
    pictured: bool

    @property
    def chars(self) -> int:
        lines = sum(len(thing.text) for thing in self.things if isinstance(thing, Line))
        tables = [thing for thing in self.things if isinstance(thing, PageTable)]
        return lines + sum(len(cell or "") for table in tables for row in table.rows for cell in row)


def read(data: bytes, name: str) -> Source:
    """Text and tables of all pages; pages that are pictures go to OCR."""
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
    if sum(page.chars for page in pages) < _FEW * len(pages):
        return scan.read_pdf(data, name)
    scanned = [n for n, page in enumerate(pages) if page.pictured and page.chars < _FEW]
    warnings = []
    if scanned:
        numbers = "、".join(str(n + 1) for n in scanned)
        try:
            for n, lines in zip(scanned, scan.pdf_lines(data, name, scanned), strict=True):
                pages[n] = pages[n]._replace(things=list(lines))
            warnings.append(f"第{numbers}页是扫描的，{scan.WARNING}")
        except CorpusError as error:
            warnings.append(f"第{numbers}页是扫描的，没有读出。{error}")
    pictured = sum(page.pictured for n, page in enumerate(pages) if n not in scanned)
    if pictured:
        warnings.append(f"有{pictured}页里有图片，图片里的文字没有读出，请对照原件。")
    widths = [page.width for page in pages]
    return assemble(blocks([page.things for page in pages], max(widths, default=0.0)), "pdf", "", warnings)


def _page(page: Any) -> _Page:
    """What is on a page."""
    tables = [t for t in page.find_tables() if len(t.rows) > 1 and max(len(r.cells) for r in t.rows) > 1]
    boxes = [table.bbox for table in tables]

    def outside(thing: Any) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2
        across = (thing["x0"] + thing["x1"]) / 2
        return not any(x0 <= across <= x1 and top <= middle <= bottom for x0, top, x1, bottom in boxes)

    found: list[tuple[float, Line | PageTable]] = []
    raws = page.filter(outside).dedupe_chars().extract_text_lines(return_chars=True, x_tolerance=4)
    loose = unruled([columns(raw["chars"]) for raw in raws])
    for start, _, table in loose:
        found.append((raws[start]["top"], table))
    for at, raw in enumerate(raws):
        if not any(start <= at < end for start, end, _ in loose):
            size = max(c["size"] for c in raw["chars"])
            found.append((raw["top"], Line(_tight(raw["text"]), raw["x0"], raw["x1"], raw["top"], size)))
    found += [(table.bbox[1], ruled(table)) for table in tables]
    area = sum((image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) for image in page.images)
    things = [thing for _, thing in sorted(found, key=lambda pair: pair[0])]
    return _Page(things, float(page.width), area > _PICTURE * page.width * page.height)


def _tight(text: str) -> str:
    """Without spaces between two Chinese characters, which justification makes; a soft hyphen is a hyphen there."""
    return re.sub(f"(?<={_WIDE}) (?={_WIDE})", "", text.strip()).replace("\u00ad", "-")


def blocks(pages: list[list[Line | PageTable]], width: float = 0.0) -> Iterator[Block]:
    """Paragraphs and tables of pages, joined over page breaks.

    Args:
        width: of a page; where no two lines end at one edge, the right margin is taken to be as wide as the left.
    """
    repeated = _running_heads(pages)
    things = [t for page in pages for t in _trimmed(page, repeated)]
    lines = [t for t in things if isinstance(t, Line)]
    edges = _edges(lines, width)
    open_lines: list[Line] = []
    table: list[Row] = []
    for thing in things:
        if isinstance(thing, PageTable):
            if open_lines:
                yield Paragraph(join(line.text for line in open_lines))
                open_lines = []
            longer = go_on(table, thing) if table else None
            if table and longer is None:
                yield Rows(tuple(table))
            table = longer or list(thing.rows)
            continue
        if table:
            yield Rows(tuple(table))
            table = []
        if open_lines and _begins(thing, open_lines[-1], *edges):
            yield Paragraph(join(line.text for line in open_lines))
            open_lines = []
        open_lines.append(thing)
    if table:
        yield Rows(tuple(table))
    if open_lines:
        yield Paragraph(join(line.text for line in open_lines))


def _edges(lines: list[Line], width: float) -> tuple[float, float, float]:
    """Left and right edge of the text, and the usual distance of lines."""
    if not lines:
        return 0.0, 0.0, 0.0
    usual_left = Counter(float(round(line.left)) for line in lines).most_common(1)[0][0]
    left = min(usual_left, sorted(line.left for line in lines)[len(lines) // 10])
    right = sorted(line.right for line in lines)[int(0.9 * (len(lines) - 1))]
    if sum(abs(line.right - right) < line.size for line in lines) < _FULL_LINES:
        right = max(right, width - left)
    gaps = sorted(round(b.top - a.top, 1) for a, b in pairwise(lines) if b.top > a.top)
    return left, right, gaps[len(gaps) // 3] if gaps else 0.0


def _begins(line: Line, previous: Line, left: float, right: float, usual: float) -> bool:
    """Whether a line begins a paragraph.

    Args:
        left, right: edges of the text; ``usual``: distance of lines within a paragraph.
    """
    if line.text.endswith(("：", ":")) and _TITLE_END.search(previous.text) and not _TITLE_END.search(line.text):
        return True  # whom it is sent to, after the title
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
    return (short or previous.text.endswith(_ENDS)) and bool(_STARTS.match(line.text))


def _running_heads(pages: list[list[Line | PageTable]]) -> set[str]:
    """Texts at the top or bottom of more than half of three pages or more."""
    edges = Counter(t.text for page in pages for t in {*page[:1], *page[-1:]} if isinstance(t, Line))
    return {text for text, count in edges.items() if len(pages) > 2 and count > len(pages) / 2}


def _trimmed(page: list[Line | PageTable], repeated: set[str]) -> list[Line | PageTable]:
    """Without page numbers and running heads at its edges."""

    def is_edge(thing: Line | PageTable) -> bool:
        return isinstance(thing, Line) and bool(_PAGE_NUMBER.match(thing.text) or thing.text in repeated)

    while page and is_edge(page[0]):
        page = page[1:]
    while page and is_edge(page[-1]):
        page = page[:-1]
    return page
