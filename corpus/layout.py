"""Printed page -> lines -> joined text: undoes the hard line breaks of official documents.

A line break of the printed page is no break of the text: Chinese is joined without a space, and
every character keeps its place in the source, so that a quote can always be traced back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

from corpus.types import Span

_SENTENCE_END = re.compile(r"[。！？：；…][”’）》]*$")


class Line(NamedTuple):
    """A non-blank line, stripped, with its place in the source."""

    text: str
    span: Span


def lines_of(source: str) -> list[Line]:
    """All non-blank lines of the source in order, without surrounding white space."""
    return [
        Line(match.group().rstrip(), Span(match.start(), match.start() + len(match.group().rstrip())))
        for match in re.finditer(r"\S[^\r\n\f\v]*", source)
    ]


def width(text: str) -> int:
    """Width in half-width columns: a Chinese character counts two."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def join(pieces: Iterable[str]) -> str:
    """Join the lines of one paragraph.

    Only two Latin letters that meet at the break get a space; digits are joined as they stand
    because a figure may be broken ("202" + "1年").
    """
    text = ""
    for piece in pieces:
        letters = text[-1:].isascii() and text[-1:].isalpha() and piece[:1].isascii() and piece[:1].isalpha()
        text += (" " if letters else "") + piece
    return text


def text_of(source: str, spans: Iterable[Span]) -> str:
    """The text that a clause with these spans has: its lines, joined."""
    return join(source[start:end] for start, end in spans)


def ends_paragraph(line: Line, page_width: int) -> bool:
    """Whether a line ends a paragraph: it closes a sentence and leaves a tenth of the line empty."""
    return bool(_SENTENCE_END.search(line.text)) and width(line.text) < 0.9 * page_width


def page_width(lines: Sequence[Line]) -> int:
    """Width of a full line: the 90th percentile, so that a stray long line does not decide."""
    widths = sorted(width(line.text) for line in lines)
    return widths[int(0.9 * (len(widths) - 1))] if widths else 0
