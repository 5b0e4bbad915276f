"""Figures in Chinese text: value, unit, comparator, so that 八十 = 80, 九成 = 90% and 不低于 = ≥.

The rule behind the verifier: a figure of an answer must stand in the quote with the same value,
unit and comparator. A fuzzy match of words is never enough (80 元 is no evidence for 800 元).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from corpus.numerals import chinese_value
from corpus.types import Frozen

_NUMBER = r"(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:[万亿](?!人以上的乡))?"
_HAN = r"(?:(?![万亿])[零〇一二两三四五六七八九十百千万亿]+|(?<![几数多近上约])万(?=人以上))"  # 万人以上的乡
_BEFORE = (
    r"≥|≤|>=|<=|>|<|不[得能应可宜]?(?:少于|低于|小于|超过|高于|多于|大于)|大于等于|小于等于|至少"
    r"|超过|大于|高于|多于|低于|少于|小于|未满|不满"
)
_AFTER = r"或更高|或以上|以上|及以上|以下|及以下|以内|之内"
_UNITS = (
    "个百分点|个工作日|工作日|个月|人次|场次|百分点|万元|亿元|平方米|厘米|毫米|米(?!饭|缸)|公斤|周岁|人|名|个|户|支|场|项|条|款|级|届|岁|元|年|月|日|天|次|家|所|处"
    "|件|份|倍|小时|期|块钱|(?<!^一)(?<![^十百千万]一)块(?![地石儿头])|张|台|辆|间|分钟"
)
_FIGURE = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<ordinal>第)?(?:(?P<percent>百分之)(?P<share>{_HAN}|{_NUMBER})"
    rf"|(?P<whole>{_HAN})分之(?P<part>{_HAN})"
    rf"|(?P<tenths>[一二三四五六七八九十])成(?P<half>[半一二三四五六七八九])?(?![员功本立果为长就])"
    rf"|(?P<number>{_NUMBER})(?P<sign>%)?(?P<unit>{_UNITS})?"
    rf"|(?P<han>{_HAN})(?P<han_unit>{_UNITS}))(?P<after>{_AFTER})?"
)
_GREATER = {">", "超过", "大于", "高于", "多于"}
_LESS = {"<", "低于", "少于", "小于", "未满", "不满"}
_AT_MOST = {"≤", "<=", "不超过", "不高于", "不多于", "不大于", "小于等于", "以下", "及以下", "以内", "之内"}


class Figure(Frozen):
    """A figure as it is compared; ``text`` is what stood there."""

    value: Decimal
    unit: str  # "%", "人次", "年"… or "" where no unit follows
    comparator: str  # "≥" "＞" "≤" "＜" or "" for an exact figure
    text: str

    @property
    def key(self) -> tuple[Decimal, str, str]:
        return self.value, self.unit, self.comparator


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """All figures of a text in order. Chinese numerals count only before a unit (两项, 三岁)."""
    form = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = []
    for match in _FIGURE.finditer(form):
        if (figure := _figure(match)) is not None:
            found.append(figure)
    return tuple(found)


@lru_cache(maxsize=4096)
def years(text: str) -> tuple[int, ...]:
    """Calendar years that the text names: 2025年, 二〇三五年, "2021-2025"."""
    form = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    han = [chinese_value(m) for m in re.findall(r"二[〇零][〇零一二三四五六七八九]{2}(?=年)", form)]
    arabic = [int(m) for m in re.findall(r"(?<!\d)((?:19|20)\d{2})(?=年|[-~—–至到]|$|[^\d%人户个元名])", form)]
    short = [2000 + int(m) for m in re.findall(r"(?<![\d第])([23]\d)年(?!级|以|内|来|时间|前|后)", form)]
    return tuple(dict.fromkeys(arabic + han + short))


def _figure(match: re.Match[str]) -> Figure | None:
    groups = match.groupdict()
    try:
        if groups["percent"]:
            value, unit = _value(groups["share"]), "%"
        elif groups["whole"]:
            value, unit = 100 * _value(groups["part"]) / _value(groups["whole"]), "%"
        elif groups["tenths"]:
            value = Decimal(chinese_value(groups["tenths"]) * 10 + _half(groups["half"]))
            unit = "%"
        elif groups["number"]:
            value, unit = _value(groups["number"]), "%" if groups["sign"] else groups["unit"] or ""
        else:
            value, unit = Decimal(10**4 if groups["han"] == "万" else chinese_value(groups["han"])), groups["han_unit"]
    except (ArithmeticError, ValueError, KeyError):
        return None
    if groups["ordinal"]:
        unit = f"第{unit}"  # 第十届 is a name, not ten of something
    if unit.startswith("块"):
        unit = "元"
    if unit in ("万元", "亿元"):
        value, unit = value * (10**4 if unit == "万元" else 10**8), "元"
    return Figure(value=value, unit=unit, comparator=_comparator(groups["before"], groups["after"]), text=match.group())


def _value(text: str) -> Decimal:
    if not text[0].isdigit():
        return Decimal(chinese_value(text))
    factor = {"万": 10**4, "亿": 10**8}.get(text[-1], 1)
    return Decimal(text.rstrip("万亿").replace(",", "")) * factor


def _half(text: str | None) -> int:
    """The second digit of 九成五 or 九成半."""
    return 0 if text is None else 5 if text == "半" else chinese_value(text)


def _comparator(before: str | None, after: str | None) -> str:
    mark = before or after
    if mark is None:
        return ""
    mark = re.sub("^不[得能应可宜]", "不", mark)  # 不得超过 is no more than, as 不超过
    if mark in _GREATER:
        return "＞"
    if mark in _LESS:
        return "＜"
    return "≤" if mark in _AT_MOST else "≥"
