"""Word documents (docx): paragraphs and tables in order, what Word numbers by itself, what was revised."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx as python_docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph as DocxParagraph

from corpus.readers.types import Block, Paragraph, Rows, Source, assemble


def read(data: bytes, name: str) -> Source:
    """All paragraphs and tables of the body."""
    document = python_docx.Document(BytesIO(data))
    warnings = []
    body = document.element.body
    numbered = sum(1 for p in document.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None)
    if numbered:
        warnings.append(f"有{numbered}段用了自动编号，编号没有读出。请在 Word 里把编号变成文字，或另存为 PDF 再导入。")
    if body.find(f".//{qn('w:ins')}") is not None or body.find(f".//{qn('w:del')}") is not None:
        warnings.append("文件里有没有定稿的修订，修订的内容没有全部读出。请先接受或拒绝全部修订。")
    if body.find(f".//{qn('w:txbxContent')}") is not None:
        warnings.append("文件里有文本框，框里的文字没有读出。")
    if body.find(f".//{qn('w:footnoteReference')}") is not None:
        warnings.append("文件里有脚注，脚注没有读出。")
    return assemble(_blocks(document), "docx", "", warnings)


def _blocks(document: Any) -> Iterator[Block]:
    for item in document.iter_inner_content():
        if isinstance(item, DocxParagraph):
            for line in item.text.split("\n"):
                yield Paragraph(line)
        elif isinstance(item, Table):
            yield Rows(tuple(tuple(_cell(c.text) for c in row.cells) for row in item.rows))


def _cell(text: str) -> str:
    return "".join(text.split("\n"))
