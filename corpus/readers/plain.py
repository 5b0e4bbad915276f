"""Plain text and Markdown: bytes -> characters, then lines as they stand, or Markdown's own blocks."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from corpus.readers.types import Source
from corpus.types import CorpusError

_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|.+\|\s*$|```)", re.MULTILINE)


def read(data: bytes, name: str) -> Source:
    """Text lines as of a printed page; Markdown by its blocks."""
    text = decode(data, name)
    if _MARKDOWN.search(text[:20_000]):
        from markdown_it import MarkdownIt

        from corpus.readers.html import blocks_of, read_markup

        rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(_without_comments(text))
        return read_markup(blocks_of(rendered), "markdown")
    return Source(text=text, form="text", sha256="", wrapped=True)


def decode(data: bytes, name: str) -> str:
    """Characters of UTF-8, UTF-16 with its mark, GB18030 or Big5.

    Raises:
        CorpusError: it is none of these.
    """
    marked = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    best = from_bytes(data[:200_000], cp_isolation=["gb18030", "big5"], threshold=0.4).best()
    for encoding in dict.fromkeys([marked, best.encoding if best else "gb18030", "gb18030", "big5"]):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CorpusError(f"文件“{name}”不是文本，或编码不是 UTF-8、GB18030、Big5，请另存为 UTF-8 后再导入。")


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
