"""What a document says of itself: title, number, kind, place, when it takes effect and ends."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence

from corpus.frontmatter import parse_date
from corpus.laws import initials
from corpus.types import Clause, Document, DocumentKind

_DAY = r"((?:19|20)\d{2})年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_EFFECTIVE = re.compile(rf"自\s*{_DAY}\s*起(?:施行|实施|执行|生效)")
_AT_ONCE = re.compile(r"自(?:公布|发布|印发|颁布)之日起(?:施行|实施|执行|生效)")
_LASTS = re.compile(r"有效期(?:限)?(?:为)?\s*(\d{1,2}|[一二三四五六七八九十])\s*年")
_UNTIL = re.compile(rf"有效期[^。]{{0,20}}?至\s*{_DAY}|至\s*{_DAY}\s*(?:止|失效|$)")
_PASSED = re.compile(rf"{_DAY}[^。；]{{0,60}}?(?:公布|发布|通过|修订|修正|修改)")
_OF_ITSELF = re.compile(r"本[^。，；]{1,10}?(?:自|有效期)[^。]{0,60}。")  # 本办法自…起施行，有效期…
_NAMED = re.compile(r"《([^《》]+(?:〈[^〉]*〉[^《》]*)*)》(?:[（(]([^（）()]*号)[）)])?")
_ENDS_OTHERS = re.compile(r"废止|停止执行|停止实施|不再执行|失效")
_PASSED_BY = re.compile(
    r"日\s*(?:中华人民共和国)?(\S{0,20}?(?:人民代表大会(?:常务委员会)?(?=第)|人民政府|国务院|海关总署|[部委署局](?=令|第)))"
)
_FROM = re.compile(rf"^{_DAY}\s*(?:起)?施行")
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    (DocumentKind.REGULATION, re.compile(r"(条例|办法|规定|细则|规则)(?:（.*）)?$")),
    (DocumentKind.LAW, re.compile(r"[^方办看]法(?:（.*）)?$")),
    (DocumentKind.PLAN, re.compile(r"规划|计划|纲要|行动方案")),
)
_PLACE = r"[^\W\d_a-zA-Z省市区县局厅委府院会部办联处]"
_REGION = re.compile(rf"^({_PLACE}{{2,7}}?(?:省|自治区|市|自治州|地区|盟)(?:{_PLACE}{{1,6}}?[区县市旗])?)")
_NAMES = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


def kind_of(title: str, issuer: str | None) -> DocumentKind:
    """Kind by the last words of the title; a law is one of the National People's Congress."""
    plain = re.sub(r"(?:（[^）]*）|\([^)]*\))+$", "", title)
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            if kind is DocumentKind.LAW and (issuer or "").endswith(("政府", "办公室", "厅", "局")):
                continue
            return kind
    return DocumentKind.NOTICE


def region_of(title: str, issuer: str | None) -> str | None:
    """Place that a title or an issuer begins with; None for the whole country."""
    for text in (issuer or "", title):
        if match := _REGION.match(text):
            return match.group(1)
    return None


def issuer_of(clauses: Sequence[Clause]) -> str | None:
    """Who passed a law or regulation, from its own history (…人民代表大会常务委员会…通过, 国务院令…公布)."""
    history = [line for c in clauses if c.role == "history" for line in c.text.split("\n")]
    found = [match[1] for line in history if (match := _PASSED_BY.search(line))]
    return re.sub(r"第[一二三四五六七八九十]+届", "", found[-1]) if found else None


def document_id(title: str, number: str | None, issued_on: dt.date | None) -> str:
    """An id that can be read: smgz-2025-2 from 穗民规字〔2025〕2号, else initials of the title and the year."""
    if number and (match := re.match(r"^(.+?)(?:字)?[〔\[［（(]((?:19|20)\d{2})[〕\]］）)](\d+)号$", number)):
        return f"{initials(match[1])}-{match[2]}-{match[3]}"
    year = f"-{issued_on.year}" if issued_on else ""
    return (initials(re.sub(r"^中华人民共和国|[《》〈〉]", "", title)) or "document") + year


def dates(
    clauses: Sequence[Clause], facts: Mapping[str, str], issued_on: dt.date | None
) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    """Issued, effective and last day in force, as far as the document or the page around it says.

    A term (有效期五年) counts from the effective day, and ends a day before its anniversary.
    """
    history = [line for c in clauses if c.role == "history" for line in c.text.split("\n")]
    body = [c.text for c in clauses if not c.role and "_annex" not in c.id]
    said = [*body[-4:], *(match.group() for text in body[:-4] for match in _OF_ITSELF.finditer(text))]
    closing = "\n".join([*said, *(c.text for c in clauses if c.role in ("notice", "history"))])
    for line in history:
        passed = [day for match in _PASSED.finditer(line) if (day := _date(match))]
        issued_on = max([*passed, *([issued_on] if issued_on else [])], default=None)
    issued_on = issued_on or _fact(facts, "成文日期", "发布日期")
    effective = _fact(facts, "实施日期", "施行日期")
    if effective is None and (match := _EFFECTIVE.search(closing)):
        effective = _date(match)
    if effective is None:
        effective = next((_date(m) for line in history if (m := _FROM.match(line))), None)
    if effective is None and _AT_ONCE.search(closing):
        effective = issued_on
    ends = _fact(facts, "失效日期", "废止日期")
    if ends is None and (match := _UNTIL.search(closing)):
        ends = _date(match)
    if ends is None and (lasts := _LASTS.search(closing)) and (start := effective or issued_on):
        years = int(lasts[1]) if lasts[1].isdigit() else _NAMES[lasts[1]]
        ends = _years_on(start, years) - dt.timedelta(days=1)
    return issued_on, effective, ends


def replaced(document: Document, others: Iterable[Document]) -> tuple[Document, ...]:
    """Documents in force that a document says it ends (《…》同时废止), by their number or title."""
    sentences = (s for c in document.clauses for s in re.split(r"[。\n]", c.text) if _ENDS_OTHERS.search(s))
    named = {_plain(name) for s in sentences for match in _NAMED.finditer(s) for name in match.groups() if name}
    return tuple(
        other
        for other in others
        if other.id != document.id
        and other.status == "in_force"
        and named & {_plain(other.title), _plain(other.number or other.title)}
    )


def _plain(text: str) -> str:
    return re.sub(r"^中华人民共和国|[\s〔〕\[\]［］（）()]", "", text)


def _fact(facts: Mapping[str, str], *names: str) -> dt.date | None:
    return next((day for name in names if (day := parse_date(facts.get(name, "")))), None)


def _date(match: re.Match[str]) -> dt.date | None:
    try:
        year, month, day = (int(part) for part in match.groups() if part)
        return dt.date(year, month, day)
    except ValueError:
        return None


def _years_on(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
