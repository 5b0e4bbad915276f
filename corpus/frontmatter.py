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
_ISO = re.compile(r"^((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})\b")
_TITLE_END = re.compile(
    r"(通知|意见|决定|公告|通告|批复|函|规划|计划|纲要|方案|办法|细则|条例|规定|规则|标准|法)(?:（[^）]{1,12}）)?$"
)
_NOTICE_END = re.compile(r"(通知|决定|公告|通告|批复|函)$")
PUBLICITY = ("（此件", "(此件", "公开方式", "公开属性", "（公开", "信息公开")
_ADDRESSEE = re.compile(r"^(?:各|市|省|区|县|全|有关)[^。；]{1,120}[：:]$")
_ATTACHED = re.compile(r"^附\s*件\s*[：:]\s*\S")
NUMBERED = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十百零\d]+[编章节条])")
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
    "annex": "附件标志",
    "document_title": "标题",
    "annexes": "附件说明",
    "cc": "抄送",
    "printed": "印发",
}


class Part(NamedTuple):
    """One element of the front matter or imprint: its role (a key of LABELS) and its lines."""

    role: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        several = self.role in ("signature", "annexes")
        return "\n".join(line.text for line in self.lines) if several else join(line.text for line in self.lines)


def split_front(lines: Sequence[Line], known: str = "") -> tuple[list[Part], list[Line], list[Part]]:
    """Take the front matter off the beginning, and off the end what signs the document itself.

    Args:
        known: the line that is the title, where that is known.

    Returns:
        The parts in front, the remaining lines, the closing parts. A document without a 发文字号 near its
        beginning has only its title and whom it is sent to as front matter.
    """
    number_at = next((i for i, line in enumerate(lines[:10]) if NUMBER.match(line.text)), None)
    if number_at is None:
        title, rest = take_title(lines, known)
        parts = [Part("document_title", title)] if title else []
        if title and rest and _ADDRESSEE.match(rest[0].text):
            parts.append(Part("addressee", (rest.pop(0),)))
        body, closing = _split_closing(rest)
        return parts, body, closing

    before, rest = tuple(lines[:number_at]), list(lines[number_at + 1 :])
    heading = join(line.text for line in before)
    titled = bool(_TITLE_END.search(heading))  # as websites do: the title, then the number
    role = "masthead" if not titled else "title" if _NOTICE_END.search(heading) else "document_title"
    parts = [Part(role, before)] if before else []
    parts.append(Part("number", (lines[number_at],)))
    if not titled:
        title, rest = take_title(rest)
        if title:
            parts.append(Part("title", title))
    if rest and rest[0].text.endswith(("：", ":")):
        parts.append(Part("addressee", (rest.pop(0),)))
    body, closing = _split_closing(rest)
    if any(part.role == "date" for part in closing):  # nothing follows the date: the notice is the document
        return parts, body, closing
    date_at = next((i for i, line in enumerate(rest[:40]) if DATE.match(line.text)), None)
    if date_at is None:
        return parts, body, closing
    signature_at = date_at - 1 if date_at and not rest[date_at - 1].text.endswith("。") else date_at
    if signature_at:
        parts.append(Part("notice", tuple(rest[:signature_at])))
    if signature_at < date_at:
        parts.append(Part("signature", (rest[signature_at],)))
    parts.append(Part("date", (rest[date_at],)))
    rest = rest[date_at + 1 :]
    if rest and rest[0].text.startswith(PUBLICITY):
        parts.append(Part("publicity", (rest.pop(0),)))
    title, rest = take_title(rest)
    if title:
        parts.append(Part("document_title", title))
    body, closing = _split_closing(rest)
    return parts, body, closing


def _split_closing(lines: Sequence[Line]) -> tuple[list[Line], list[Part]]:
    """List of attachments, signature and date, remark on publicity: each where it stands at the very end."""
    rest = list(lines)
    publicity: list[Line] = []
    while len(rest) > 1 and rest[-1].text.startswith(PUBLICITY):
        publicity.insert(0, rest.pop())
    parts = [Part("publicity", tuple(publicity))] if publicity else []
    if len(rest) > 1 and DATE.match(rest[-1].text):
        last = first = len(rest) - 1
        while first and not re.search(r"[。；：，]|^附\s*件", rest[first - 1].text) and last - first < 4:
            if NUMBERED.match(rest[first - 1].text):
                break
            first -= 1
        if first:
            parts.insert(0, Part("date", (rest[last],)))
            parts[:0] = [Part("signature", tuple(rest[first:last]))] if first < last else []
            rest = rest[:first]
    listed = next((i for i in range(max(1, len(rest) - 12), len(rest)) if _ATTACHED.match(rest[i].text)), None)
    if listed is not None and not any("。" in line.text for line in rest[listed:]):
        parts.insert(0, Part("annexes", tuple(rest[listed:])))
        rest = rest[:listed]
    return rest, parts


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
    """成文日期 as a date; None where the text is no date, or one that no calendar has."""
    match = DATE.match(text.strip()) or _ISO.match(text.strip())
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def take_title(lines: Sequence[Line], known: str = "") -> tuple[tuple[Line, ...], list[Line]]:
    """A title: up to four lines without sentence punctuation, the last ending in a kind of document."""
    if known and lines and lines[0].text == known:
        return tuple(lines[:1]), list(lines[1:])
    for count in range(1, min(4, len(lines)) + 1):
        if re.search(r"[。；：，]", lines[count - 1].text) or NUMBERED.match(lines[count - 1].text):
            break
        if _TITLE_END.search(lines[count - 1].text):
            return tuple(lines[:count]), list(lines[count:])
    return (), list(lines)
