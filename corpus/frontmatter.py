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
_TITLE_END = re.compile(
    r"(通知|意见|决定|公告|通告|批复|函|规划|计划|纲要|方案|办法|细则|条例|规定|规则|标准|法)(?:（[^）]{1,12}）)?$"
)
_PUBLICITY = ("（此件", "(此件", "公开方式", "公开属性", "（公开", "信息公开")
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


def split_front(lines: Sequence[Line], known: str = "") -> tuple[list[Part], list[Line], list[Part]]:
    """Take the front matter off the beginning, and off the end what signs the document itself.

    Args:
        known: the line that is the title, where that is known.

    Returns:
        The parts in front, the remaining lines, the closing parts. A document without a 发文字号 near its
        beginning has only its title as front matter.
    """
    number_at = next((i for i, line in enumerate(lines[:10]) if NUMBER.match(line.text)), None)
    if number_at is None:
        title, rest = _take_title(lines, known)
        body, closing = _split_closing(rest)
        return ([Part("document_title", title)] if title else []), body, closing

    parts = [Part("masthead", tuple(lines[:number_at]))] if number_at else []
    parts.append(Part("number", (lines[number_at],)))
    title, rest = _take_title(lines[number_at + 1 :])
    if title:
        parts.append(Part("title", title))
    if rest and rest[0].text.endswith(("：", ":")):
        parts.append(Part("addressee", (rest.pop(0),)))
    body, closing = _split_closing(rest)
    if closing:  # nothing follows the date: the notice is the document
        return parts, body, closing
    date_at = next((i for i, line in enumerate(rest[:40]) if DATE.match(line.text)), None)
    if date_at is None:
        return parts, rest, []
    signature_at = date_at - 1 if date_at and not rest[date_at - 1].text.endswith("。") else date_at
    if signature_at:
        parts.append(Part("notice", tuple(rest[:signature_at])))
    if signature_at < date_at:
        parts.append(Part("signature", (rest[signature_at],)))
    parts.append(Part("date", (rest[date_at],)))
    rest = rest[date_at + 1 :]
    if rest and rest[0].text.startswith(_PUBLICITY):
        parts.append(Part("publicity", (rest.pop(0),)))
    title, rest = _take_title(rest)
    if title:
        parts.append(Part("document_title", title))
    return parts, rest, []


def _split_closing(lines: Sequence[Line]) -> tuple[list[Line], list[Part]]:
    """Signature and date where nothing but a remark on publicity follows them; else no closing part."""
    last = max((i for i in range(max(0, len(lines) - 4), len(lines)) if DATE.match(lines[i].text)), default=None)
    if last is None or not all(line.text.startswith(_PUBLICITY) for line in lines[last + 1 :]):
        return list(lines), []
    first = last
    while first and not re.search(r"[。；：，、]", lines[first - 1].text) and last - first < 4:
        first -= 1
    if first == 0:
        return list(lines), []
    parts = [Part("signature", tuple(lines[first:last]))] if first < last else []
    parts.append(Part("date", (lines[last],)))
    parts += [Part("publicity", tuple(lines[last + 1 :]))] if lines[last + 1 :] else []
    return list(lines[:first]), parts


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


def _take_title(lines: Sequence[Line], known: str = "") -> tuple[tuple[Line, ...], list[Line]]:
    """A title: up to four lines without sentence punctuation, the last ending in a kind of document."""
    if known and lines and lines[0].text == known:
        return tuple(lines[:1]), list(lines[1:])
    for count in range(1, min(4, len(lines)) + 1):
        if re.search(r"[。；：，]", lines[count - 1].text):
            break
        if _TITLE_END.search(lines[count - 1].text):
            return tuple(lines[:count]), list(lines[count:])
    return (), list(lines)
