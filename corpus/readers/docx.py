"""Word documents (docx): paragraphs and tables in order, with the numbers that Word writes by itself.

Revisions are read as if accepted; text in boxes and pictures (by OCR, where it is installed) stands after the
paragraph that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx as python_docx
from docx.oxml.ns import qn
from docx.table import Table

from corpus.readers import scan
from corpus.readers.numbering import Numbering
from corpus.readers.types import Block, Paragraph, Rows, Source, assemble
from corpus.types import CorpusError

_NOT_TEXT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same box once more
}
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_MOST_PICTURES = 50
_LEAST_CHARS = 6  # that a picture must say to be more than a stamp or an emblem
_DEEPEST = 20


def read(data: bytes, name: str) -> Source:
    """All paragraphs and tables of the body."""
    reader = _Reader(python_docx.Document(BytesIO(data)), name)
    blocks = list(reader.blocks(reader.body, 0))
    return assemble(blocks, "docx", "", reader.warnings())


class _Reader:
    def __init__(self, document: Any, name: str) -> None:
        self._document, self._name = document, name
        self.body = document.element.body
        self._numbering = Numbering(document)
        self._pictures = self._read_pictures = 0
        self._no_ocr = ""

    def warnings(self) -> list[str]:
        found = []
        if any(self.body.find(f".//{qn(tag)}") is not None for tag in ("w:ins", "w:del", "w:moveFrom")):
            found.append("文件里有没有定稿的修订，按“全部接受”读出。请先在 Word 里定稿，或逐处核对。")
        if self.body.find(f".//{qn('w:footnoteReference')}") is not None:
            found.append("文件里有脚注，脚注没有读出。")
        if self._read_pictures:
            found.append(f"有{self._read_pictures}张图片，图片里的{scan.WARNING}")
        if left := self._pictures - self._read_pictures:
            found.append(f"有{left}张图片没有读出文字，请对照原件。{self._no_ocr}")
        return found

    def blocks(self, parent: Any, depth: int) -> Iterator[Block]:
        """Blocks of the body, a box or a content control."""
        if depth > _DEEPEST:
            raise CorpusError(f"文件“{self._name}”的层次太深，不像正常的文件，没有导入。")
        for child in parent:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child, depth)
            elif child.tag == qn("w:tbl"):
                table = Table(child, self._document)
                yield Rows(tuple(tuple(_cell(cell, 0) for cell in row.cells) for row in table.rows))
            elif child.tag == qn("w:sdt") and not _is_contents(child):
                content = child.find(qn("w:sdtContent"))
                yield from self.blocks(content if content is not None else (), depth + 1)

    def _paragraph(self, element: Any, depth: int) -> Iterator[Block]:
        lines = _text(element).split("\n")
        if lines[0].strip():
            lines[0] = self._numbering.marker(element) + lines[0].lstrip()
        yield from map(Paragraph, lines)
        for box in element.iter(qn("w:txbxContent")):
            if not any(above.tag in _NOT_TEXT for above in box.iterancestors()):
                yield from self.blocks(box, depth + 1)
        for picture in element.iter(qn("a:blip")):
            yield from self._picture(picture.get(qn("r:embed")))

    def _picture(self, key: str | None) -> Iterator[Block]:
        part = self._document.part.related_parts.get(key) if key else None
        if part is None:
            return
        self._pictures += 1
        if self._pictures > _MOST_PICTURES or self._no_ocr:
            return
        try:
            source = scan.read(part.blob, self._name)
        except CorpusError as error:
            self._no_ocr = str(error) if scan.INSTALL in str(error) else ""
            return
        if len(source.text) >= _LEAST_CHARS:
            self._read_pictures += 1
            yield from map(Paragraph, source.text.split("\n"))


def _text(element: Any) -> str:
    """Text of a paragraph, what was inserted included, what was deleted or stands in a box left out."""
    if element.tag in _NOT_TEXT:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    return _BREAKS.get(element.tag, "") + "".join(map(_text, element))


def _cell(cell: Any, depth: int) -> str:
    """Text of a cell, a table within it line by line."""
    parts = []
    for item in cell.iter_inner_content():
        if isinstance(item, Table) and depth < _DEEPEST:
            rows = (" ".join(filter(None, (_cell(c, depth + 1) for c in row.cells))) for row in item.rows)
            parts.append("；".join(rows))
        elif not isinstance(item, Table):
            parts.append("".join(_text(item._p).split("\n")))
    return "".join(parts)


def _is_contents(control: Any) -> bool:
    """Whether a content control is a table of contents that Word made."""
    gallery = control.find(f".//{qn('w:docPartGallery')}")
    return gallery is not None and gallery.get(qn("w:val")) == "Table of Contents"
