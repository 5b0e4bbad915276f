"""Attachments (附件) of a document: each has an outline or articles of its own, numbered from the beginning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.frontmatter import DATE, NUMBERED, PUBLICITY, take_title
from corpus.layout import Line
from corpus.numerals import chinese_value

_N = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_ALONE = re.compile(rf"^附\s*[件表]\s*[（(]?(?P<n>{_N})?[）)]?\s*[：:]?$")
_TITLED = re.compile(rf"^附\s*[件表]\s*(?P<n>{_N})\s*[：:.．\s]\s*\S[^。；]{{0,50}}$")
_HEAD_CHARS = 40
_SENTENCE = re.compile(r"[。；：:，]")


class Annex(NamedTuple):
    """An attachment: its mark as printed (附件2), its number as it stands in ids (empty: the only one), its lines.

    ``head`` are the lines of mark and title, ``rest`` what follows.
    """

    label: str
    key: str
    title: str
    head: tuple[Line, ...]
    rest: tuple[Line, ...]


def split_annexes(lines: Sequence[Line]) -> tuple[list[Line], list[Annex]]:
    """Lines of the document itself, and its attachments in order.

    A list of attachments (附件：1.…) is none; "附件1：名称" in a line is one only after the document's date.
    """
    starts: list[tuple[int, re.Match[str]]] = []
    dated = False
    for at, line in enumerate(lines):
        dated = dated or bool(DATE.match(line.text))
        match = _ALONE.match(line.text) if at else None
        if match is None and (dated or starts) and not _next_is_titled(lines, at):
            match = _TITLED.match(line.text)
        if match and at + 1 < len(lines):
            starts.append((at, match))
    ends = [*(at for at, _ in starts[1:]), len(lines)][: len(starts)]
    annexes = [_annex(match, lines[at:end]) for (at, match), end in zip(starts, ends, strict=True)]
    main = list(lines[: starts[0][0]] if starts else lines)
    if (end := _end_of_notice(main)) < len(main):  # what follows its date, without a mark of its own
        title, rest = take_title(main[end:])
        head = title or tuple(main[end : end + 1])
        name = "".join(line.text for line in title)
        annexes.insert(0, Annex("附件", "annex", name, head, tuple(rest if title else main[end + 1 :])))
    return main[:end], annexes


def _end_of_notice(lines: Sequence[Line]) -> int:
    """Where a document with points of its own (一、二、) ends with its date; all lines where it has none."""
    dated = next((at for at, line in enumerate(lines) if DATE.match(line.text)), None)
    if dated is None or not any(line.text.startswith("二、") for line in lines[:dated]):
        return len(lines)
    while dated + 1 < len(lines) and lines[dated + 1].text.startswith(PUBLICITY):
        dated += 1
    return dated + 1


def _next_is_titled(lines: Sequence[Line], at: int) -> bool:
    return at + 1 < len(lines) and bool(_TITLED.match(lines[at + 1].text))


def _annex(match: re.Match[str], lines: Sequence[Line]) -> Annex:
    number = match["n"] or ""
    key = str(int(number) if number.isdigit() else chinese_value(number)) if number else ""
    if _ALONE.match(lines[0].text):
        title, rest = take_title(lines[1:])
        first = lines[1].text
        if not title and len(first) < _HEAD_CHARS and not _SENTENCE.search(first) and not NUMBERED.match(first):
            title, rest = tuple(lines[1:2]), list(lines[2:])
        name = "".join(line.text for line in title)
    else:
        title, rest = (), list(lines[1:])
        name = lines[0].text[match.end("n") :].strip(" ：:.．　")
    return Annex(f"附件{number}", f"annex{key}", name, (lines[0], *title), tuple(rest))
