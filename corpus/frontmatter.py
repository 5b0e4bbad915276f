"""Front matter (版头、主体的标题与落款) and imprint (版记) of an official document.

The order and wording follow GB/T 9704-2012: 发文机关标志, 发文字号, 标题, 主送机关, 正文,
发文机关署名, 成文日期, 附注; then the document that the notice carries; at the very end 抄送 and 印发.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.layout import Line, join

NUMBER = re.compile(r"^[\w（）()]{1,20}[〔\[［]\s*(?:19|20)\d{2}\s*[〕\]］]\s*\d+\s*号$")
DATE = re.compile(r"^((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日$")
_TITLE_END = re.compile(r"(通知|意见|决定|公告|通告|批复|函|规划|方案|办法|细则)$")
_CC = re.compile(r"^抄送[：:]")
_PRINTED = re.compile(r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发$")

LABELS = {
    "masthead": "发文机关标志",
    "number": "发文字号",
    "title": "通知标题",
    "addressee": "主送机关",
    "notice": "通知正文",
    "signature": "发文机关署名",
    "date": "成文日期",
    "publicity": "公开属性",
    "document_title": "标题",
    "cc": "抄送",
    "printed": "印发",
}


class Part(NamedTuple):
    """One element of the front matter or imprint: its role (a key of LABELS) and its lines."""

    role: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return join(line.text for line in self.lines)


def split_front(lines: Sequence[Line]) -> tuple[list[Part], list[Line]]:
    """Take the front matter off the beginning.

    Returns:
        The parts in order, and the remaining lines. A document without a 发文字号 near its
        beginning has only its title as front matter.
    """
    number_at = next((i for i, line in enumerate(lines[:10]) if NUMBER.match(line.text)), None)
    if number_at is None:
        title, rest = _take_title(lines)
        return ([Part("document_title", title)] if title else []), rest

    parts = [Part("masthead", tuple(lines[:number_at]))] if number_at else []
    parts.append(Part("number", (lines[number_at],)))
    title, rest = _take_title(lines[number_at + 1 :])
    if title:
        parts.append(Part("title", title))
    if rest and rest[0].text.endswith(("：", ":")):
        parts.append(Part("addressee", (rest.pop(0),)))
    date_at = next((i for i, line in enumerate(rest[:40]) if DATE.match(line.text)), None)
    if date_at is None:
        return parts, rest
    signature_at = date_at - 1 if date_at and not rest[date_at - 1].text.endswith("。") else date_at
    if signature_at:
        parts.append(Part("notice", tuple(rest[:signature_at])))
    if signature_at < date_at:
        parts.append(Part("signature", (rest[signature_at],)))
    parts.append(Part("date", (rest[date_at],)))
    rest = rest[date_at + 1 :]
    if rest and rest[0].text.startswith(("（此件", "(此件")):
        parts.append(Part("publicity", (rest.pop(0),)))
    title, rest = _take_title(rest)
    if title:
        parts.append(Part("document_title", title))
    return parts, rest


def split_imprint(lines: Sequence[Line]) -> tuple[list[Line], list[Part]]:
    """Take the imprint (抄送、印发) off the end; returns the body's lines and the parts."""
    tail = max(0, len(lines) - 12)
    cc_at = next((i for i in range(tail, len(lines)) if _CC.match(lines[i].text)), None)
    printed_at = next((i for i in range(tail, len(lines)) if _PRINTED.search(lines[i].text)), None)
    start = min((i for i in (cc_at, printed_at) if i is not None), default=len(lines))
    parts = []
    if cc_at is not None:
        parts.append(Part("cc", tuple(lines[cc_at : printed_at if printed_at is not None else len(lines)])))
    if printed_at is not None:
        parts.append(Part("printed", tuple(lines[printed_at:])))
    return list(lines[:start]), parts


def parse_date(text: str) -> dt.date | None:
    """成文日期 as a date; None where the text is no date."""
    match = DATE.match(text.strip())
    return dt.date(*map(int, match.groups())) if match else None


def _take_title(lines: Sequence[Line]) -> tuple[tuple[Line, ...], list[Line]]:
    """A title: up to four lines without sentence punctuation, the last ending in a kind of document."""
    for count in range(1, min(4, len(lines)) + 1):
        if re.search(r"[。；：，]", lines[count - 1].text):
            break
        if _TITLE_END.search(lines[count - 1].text):
            return tuple(lines[:count]), list(lines[count:])
    return (), list(lines)
