"""Clause text -> passages: a LangChain text splitter that knows Chinese sentences and words."""

from __future__ import annotations

import re
from typing import Any

from langchain_text_splitters import TextSplitter

from corpus.types import Clause, ClauseKind, Span
from index.types import Passage
from index.words import Words

MAX_CHARS = 120
_SENTENCE = re.compile(r"[^。！？]*[。！？][”’）》]*|[^。！？]+")
_PART = re.compile(r"[^；;，,：:、]*[；;，,：:、]+|[^；;，,：:、]+")


def sentences(text: str) -> list[str]:
    """Sentences of a text with their closing marks; joined they are the text."""
    return _SENTENCE.findall(text)


class ClauseSplitter(TextSplitter):
    """Splits at sentences, then at punctuation, then between jieba words; loses no character.

    Args:
        words: cuts what has no punctuation, so that no word is torn.
        chunk_size: most characters a piece may have; a single longer word still stands alone.
    """

    def __init__(self, words: Words, chunk_size: int = MAX_CHARS, **kwargs: Any) -> None:
        super().__init__(chunk_size=chunk_size, chunk_overlap=0, strip_whitespace=False, **kwargs)
        self._words = words

    def split_text(self, text: str) -> list[str]:
        """Pieces of at most ``chunk_size`` characters whose concatenation is the text."""
        return [piece for sentence in sentences(text) for piece in self._fit(sentence)]

    def _fit(self, sentence: str) -> list[str]:
        if len(sentence) <= self._chunk_size:
            return [sentence]
        parts = [
            word
            for part in _PART.findall(sentence)
            for word in ([part] if len(part) <= self._chunk_size else self._words.cut_exact(part))
        ]
        pieces = [""]
        for part in parts:
            if pieces[-1] and len(pieces[-1]) + len(part) > self._chunk_size:
                pieces.append("")
            pieces[-1] += part
        return pieces


def passages(clause: Clause, title: str, splitter: ClauseSplitter) -> list[Passage]:
    """Passages of one clause; never across clauses.

    A table row is one passage, written out with its column names for the embedder; front matter is
    embedded with the document's title because its own words ("2021 年 8 月 31 日") say nothing.

    Args:
        title: the document's title.
    """
    if clause.cells:
        row = "，".join(f"{cell.column}{cell.value}" for cell in clause.cells[1:] if cell.value)
        return [_passage(clause, 0, Span(0, len(clause.text)), f"{clause.headings[-1]}：{row}")]
    path = clause.headings if clause.title in clause.text[:40] else (*clause.headings, clause.title)
    prefix = " ".join(path) if not clause.role else f"{title} {clause.title}"
    found, start = [], 0
    for number, piece in enumerate(splitter.split_text(clause.text)):
        span = Span(start, start + len(piece))
        start = span.end
        if not piece.strip():
            continue
        own = clause.title if number and clause.title else ""
        head = " ".join(filter(None, [prefix if clause.kind is not ClauseKind.HEADING else "", own]))
        found.append(_passage(clause, number, span, f"{head}：{piece.strip()}" if head else piece.strip()))
    return found


def _passage(clause: Clause, number: int, span: Span, embedded: str) -> Passage:
    return Passage(
        id=f"{clause.id}#{number}",
        clause_id=clause.id,
        text=clause.text[span.start : span.end],
        span=span,
        embedded=embedded,
    )
