"""Plain text and Markdown: bytes -> characters, then lines as they stand, or Markdown's own blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from charset_normalizer import from_bytes

from corpus.frontmatter import NUMBERED
from corpus.layout import Line, lines_of, page_width, width
from corpus.readers.types import Grid, Source
from corpus.types import CorpusError

_NARROWEST, _WIDEST = 40, 120  # half-width columns of a printed line
_STOPS = ("。", "；", "：", "！", "？", "…", "”", "）", ".", ";", ":", "、")
_LEAST_ROWS, _CELL_CHARS = 3, 40
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|.+\|\s*$|```)", re.MULTILINE)


def read(data: bytes, name: str) -> Source:
    """Text lines as of a printed page; Markdown by its blocks."""
    text = decode(data, name)
    if _MARKDOWN.search(text[:20_000]):
        from markdown_it import MarkdownIt

        from corpus.readers.html import blocks_of, read_markup

        rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(_without_comments(text))
        return read_markup(blocks_of(rendered), "markdown")
    text = re.sub(r"\r\n?", "\n", text)
    lines = lines_of(text)
    return Source(text=text, form="text", sha256="", wrapped=_is_wrapped(lines), grids=tuple(_grids(lines)))


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines are those of a printed page, which break within sentences; else each is a paragraph."""
    full = page_width(lines)
    if not _NARROWEST <= full <= _WIDEST:
        return False
    broken = sum(width(line.text) > 0.85 * full and not line.text.endswith(_STOPS) for line in lines)
    return broken >= max(2, 0.15 * len(lines))


def _grids(lines: Sequence[Line]) -> Iterator[Grid]:
    """Tables whose columns are parted by tabs or by two spaces or more."""
    for count, group in groupby(((line, _columns(line.text)) for line in lines), key=lambda pair: len(pair[1])):
        run = list(group)
        contents = sum(bool(NUMBERED.match(line.text)) for line, _ in run) > len(run) / 2
        if count > 1 and len(run) >= _LEAST_ROWS and not contents:
            yield Grid(spans=tuple(line.span for line, _ in run), rows=tuple(cells for _, cells in run))


def _columns(text: str) -> tuple[str | None, ...]:
    parts = text.split("\t") if "\t" in text else re.split(r"[ \u3000]{2,}", text)
    cells = tuple(" ".join(part.split()) or None for part in parts)
    return cells if all(len(cell or "") <= _CELL_CHARS for cell in cells) else (text,)


def decode(data: bytes, name: str) -> str:
    """Characters of UTF-8, UTF-16 with its mark, GB18030 or Big5.

    Raises:
        CorpusError: it is none of these.
    """
    marked = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    declared = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*(gb|big5)", data[:4096], re.I)
    said = [] if declared is None else ["big5" if declared[1].lower() == b"big5" else "gb18030"]
    telling = re.sub(rb"<[^<>]*>", b" ", data[:200_000])  # markup says nothing of the language
    best = from_bytes(telling, cp_isolation=["gb18030", "big5"], threshold=0.4).best()
    for encoding in dict.fromkeys([marked, *said, best.encoding if best else "gb18030", "gb18030", "big5"]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CorpusError(f"文件“{name}”不是文本，或编码不是 UTF-8、GB18030、Big5，请另存为 UTF-8 后再导入。")


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
