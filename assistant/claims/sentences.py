"""Text -> sentences with their places: cut at 。！？； and line ends, never inside quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from assistant.understand import load_data
from corpus.types import Span

_ENDS = "。！？；!?;"
_OPEN, _CLOSE = "“「『", "”」』"
_MARK = re.compile(
    r"\s*(?:[-*•·>]+\s+|\d{1,2}[.、．)）]\s*(?!\d)|[（(][一二三四五六七八九十\d]{1,3}[）)]\s*|[一二三四五六七八九十]{1,3}、\s*)?"
)
_HEADING_MARK = re.compile(
    r"\s*(?:#+\s|[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百]+[编章节])"
)
_QUESTION = re.compile(r"[？?][”』」）)]*$|[吗呢]$")
_LONGEST_HEADING = 40


class Sentence(NamedTuple):
    """A sentence of a text; ``line`` counts its lines from 0, ``opens`` and ``closes`` say whether it is
    the first and the last of its line."""

    text: str
    span: Span
    line: int
    opens: bool
    closes: bool


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Sentences in order, without list marks and white space at their edges."""
    found = []
    for number, (start, end) in enumerate(_lines(text)):
        pieces = list(_cut(text, start, end))
        for place, (left, right) in enumerate(pieces):
            span = Span(left, right)
            found.append(Sentence(text[left:right], span, number, place == 0, place == len(pieces) - 1))
    return tuple(found)


def quotations(text: str) -> tuple[Span, ...]:
    """Places of the outermost quotations with their marks, in order; none inside a title (《…“十四五”规划》)."""
    found, depth, start, titles = [], 0, 0, 0
    for place, char in enumerate(text):
        titles += (char == "《" and not depth) - (char == "》" and titles > 0)
        if char in _OPEN and not titles:
            start = place if not depth else start
            depth += 1
        elif char in _CLOSE and depth:
            depth -= 1
            if not depth:
                found.append(Span(start, place + 1))
    return tuple(found)


def is_heading(text: str, line: str) -> bool:
    """Whether a sentence that is a line of its own is a heading: marked as one, or ended by a colon.

    Args:
        line: the whole line, with its outline or list mark.
    """
    if text.endswith(("：", ":")):
        return len(text) <= _LONGEST_HEADING
    return bool(_HEADING_MARK.match(line)) and text[-1:] not in _ENDS and len(text) <= _LONGEST_HEADING


def is_question(text: str) -> bool:
    """Whether a sentence asks."""
    return bool(_QUESTION.search(text.strip()))


def is_courtesy(text: str) -> bool:
    """Whether a sentence greets, thanks or closes a letter."""
    return bool(_courtesy().match(text.strip(" \t，,。！!：:；;")))


@lru_cache(maxsize=1)
def _courtesy() -> re.Pattern[str]:
    return re.compile(load_data("claims")["courtesy"])


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines that are not blank; one that breaks inside a quotation goes on in the next."""
    start = depth = 0
    for place, char in enumerate(f"{text}\n"):
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        if char == "\n":
            if depth and _closes_later(text, place):
                continue
            if text[start:place].strip():
                yield start, place
            start, depth = place + 1, 0


def _closes_later(text: str, place: int) -> bool:
    """Whether a quotation that is open at a line's end is closed before the next one opens or a blank line."""
    rest = re.search(r"[“「『”」』]|\n\s*\n", text[place:])
    return rest is not None and rest.group() in _CLOSE


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    mark = _MARK.match(text, start, end)
    left, depth = mark.end() if mark else start, 0
    for place in range(left, end):
        char = text[place]
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        after = text[place + 1 : place + 2]
        if depth == 0 and (char in _ENDS or (char in _CLOSE and text[place - 1] in _ENDS and after not in "，,、")):
            if after and (after in _ENDS or after in _CLOSE):
                continue
            yield from _stripped(text, left, place + 1)
            left = place + 1
    yield from _stripped(text, left, end)


def _stripped(text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
    piece = text[left:right]
    if re.search(r"\w", piece):
        left += len(piece) - len(piece.lstrip())
        yield left, left + len(piece.strip())
