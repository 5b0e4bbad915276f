"""Texts made comparable, and the figures in them; independent of the system under test on purpose.

Normal form: NFKC, no white space (one space stays between two digits), Chinese numerals as digits
(九成 -> 90%, 百分之八十 -> 80%), comparison words as one sign before the figure (90%以上 -> ≥90%;
以上 and 以下 include the number, 民法典 Article 1259).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

_DIGIT = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWER = {"十": 10, "百": 100, "千": 1000}
_SECTION = {"万": 10_000, "亿": 100_000_000}
_UNITS = (
    r"人次|场次|周岁|个月|小时|分钟|平方米|公里|万元|亿元|%|年|月|日|天|周|岁|元|人|名|位|户|个|家|所|支|场|次|项"
    r"|届|倍|张|台|套|级|条|部|件|期|批|种|类|处|座|辆|间|米|度"
)
_SAME_UNIT = {"名": "人", "位": "人", "周岁": "岁"}
_ORDINAL_UNITS = ("届", "批", "期", "次")  # 第十届 is a figure; 第三项 and 第五条 are references
_NUMBER = r"\d+(?:\.\d+)?"
_HAN = "零〇一二两三四五六七八九十百千万亿"
_HAN_RUN = re.compile(rf"(?<![\d{_HAN}])([{_HAN}]+)(?:点([零〇一二三四五六七八九]+))?(?![\d{_HAN}])")
_COMPARATORS = {
    "≥": r"不得?(?:低于|少于|小于)|至少|[大高多]于(?:或?等于)|≧|>=",
    "≤": r"不得?(?:超过|高于|大于|多于)|至多|最多|[小低少]于(?:或?等于)|≦|<=",
    ">": r"超过|[大高多]于|>",
    "<": r"[低小少]于|不足|不到|<",
}
_AFTER = {"以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤"}
_FIGURE = re.compile(
    r"[〔\[(](?P<series>\d{4})[〕\])](?P<document>\d+)号"
    r"|(?P<date>\d{4}年\d{1,2}月(?:\d{1,2}日)?)"
    rf"|(?P<ordinal>第)?(?P<comparator>[≥>≤<])?(?P<value>{_NUMBER})"
    rf"(?:(?P<to>[-~—–至到])(?=\d)|(?P<unit>{_UNITS}))?"
)
_YEAR_AFTER = re.compile(r"\((?:到|截至)?((?:19|20)\d\d)年?")


class Figure(NamedTuple):
    """A number as a text states it: decimal without trailing zeros, unit ("" for a bare number of
    three or more digits), year that it belongs to, and comparator (≥ > ≤ < or "")."""

    value: str
    unit: str
    year: int | None = None
    comparator: str = ""


def normalise(text: str) -> str:
    """Normal form in which texts are compared (see the module's docstring)."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"[①-⓿]", "", text))
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=\d)\s+(?=\d)", "\x00", text)
    text = re.sub(r"\s+", "", text).replace("\x00", " ")
    text = re.sub(r"([一二三四五六七八九\d])成([一二三四五六七八九])?(?![立果就员为功本分年长人])", _tenths, text)
    text = _HAN_RUN.sub(_han, text)
    text = re.sub(rf"({_NUMBER})([万亿])", lambda m: _plain(Decimal(m[1]) * _SECTION[m[2]]), text)
    text = re.sub(rf"百分之({_NUMBER})", r"\1%", text)
    for sign, words in _COMPARATORS.items():
        text = re.sub(rf"(?:{words})(?:了|到|达到|为)?(?=\d)", sign, text)
    after = "|".join(_AFTER)
    return re.sub(
        rf"[≥>≤<]?({_NUMBER}(?:[-~—–至到]{_NUMBER})?(?:{_UNITS})?)(?:及|或|\(含\))?({after})",
        lambda m: _AFTER[m[2]] + m[1],
        text,
    )


def contains(text: str, form: str) -> bool:
    """Whether a form stands in a text, both in normal form; a figure only as a whole (1% is not in 11%)."""
    before = r"(?<!\d)(?<!\d\.)" if form[:1].isdigit() else ""
    behind = r"(?!\d)(?!\.\d)" if form[-1:].isdigit() else ""
    return bool(form) and re.search(before + re.escape(form) + behind, text) is not None


def extract_figures(text: str) -> tuple[Figure, ...]:
    """Figures of a text in order.

    A year that stands before figures of the same sentence (or in brackets right behind one) is their
    year and no figure of its own. Bare numbers of one or two digits (list numbers) and references
    (第三项) are no figures.
    """
    sentences = (normalise(part) for part in re.split(r"[。；;！!？?\n]", text))
    return tuple(figure for sentence in sentences for figure in _of_sentence(sentence))


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and digits of the normal form, punctuation left out."""
    kept = re.sub(r"[^\w%≥≤<>]", "", normalise(text))
    return frozenset(kept[i : i + 2] for i in range(len(kept) - 1))


class _Found(NamedTuple):
    value: str
    unit: str
    comparator: str
    end: int  # where it ends in the sentence
    half_of_range: bool

    @property
    def is_year(self) -> bool:
        return self.unit == "年" and re.fullmatch(r"(?:19|20)\d\d", self.value) is not None


def _of_sentence(sentence: str) -> list[Figure]:
    found = _found(sentence)
    figures: list[tuple[_Found, Figure]] = []
    before: int | None = None  # the last single year that was named
    for item in found:
        if item.is_year and not item.half_of_range:
            before = int(item.value)
        year = None
        if item.unit not in ("", "年", "号", "日期") and not item.unit.startswith("第"):
            behind = _YEAR_AFTER.match(sentence, item.end)
            year = int(behind[1]) if behind else before
        figures.append((item, Figure(item.value, item.unit, year, item.comparator)))
    taken = {str(figure.year) for _, figure in figures}
    return [figure for item, figure in figures if not (item.is_year and item.value in taken)]


def _found(sentence: str) -> list[_Found]:
    """Figures with their units, without years; the first half of a range takes the second's unit."""
    found: list[_Found] = []
    right: _Found | None = None  # the figure to the right, kept or not
    for match in reversed(list(_FIGURE.finditer(sentence))):
        item = _of_match(match, right)
        if match["to"] and right is not None and found and found[-1] == right:
            found[-1] = right._replace(half_of_range=True)
        if item.unit or (not match["ordinal"] and len(match["value"]) >= 3):
            found.append(item)
        right = item
    return found[::-1]


def _of_match(match: re.Match[str], right: _Found | None) -> _Found:
    if match["document"]:
        return _Found(f"{match['series']}-{match['document']}", "号", "", match.end(), False)
    if match["date"]:
        return _Found("-".join(re.findall(r"\d+", match["date"])), "日期", "", match.end(), False)
    value, unit = _plain(Decimal(match["value"])), match["unit"] or ""
    if match["ordinal"]:
        return _Found(value, f"第{unit}" if unit in _ORDINAL_UNITS else "", "", match.end(), False)
    if match["to"] and right is not None:
        unit = right.unit
    unit = "年" if not unit and re.fullmatch(r"(?:19|20)\d\d", value) else _SAME_UNIT.get(unit, unit)
    return _Found(value, unit, match["comparator"] or "", match.end(), bool(match["to"]))


def _han(match: re.Match[str]) -> str:
    """A run of Chinese numerals as digits, where it is a number: followed by a unit, or written with
    十, 百, 千, or after 百分之 or 第; else as it stands (十四五, 统一, 万一)."""
    run, decimals = match[1], match[2]
    rest, before = match.string[match.end() :], match.string[: match.start()]
    unit = re.match(rf"(?:[-~至到][{_HAN}]+)?(?:{_UNITS}|以上|以下|以内)", rest)
    measured = unit is not None or before.endswith(("百分之", "第"))
    if not measured and (len(run) < 2 or not any(char in _POWER for char in run)):
        return match[0]
    value = han_number(run)
    if value is None:
        return match[0]
    return str(value) + ("." + "".join(str(_DIGIT[char]) for char in decimals) if decimals else "")


def han_number(run: str) -> int | None:
    """Value of Chinese numerals: 一万二千 -> 12000, 二〇三五 -> 2035; None where it is none (十四五)."""
    if len(run) > 1 and all(char in _DIGIT for char in run):
        return int("".join(str(_DIGIT[char]) for char in run))
    total = section = 0
    digit: int | None = None
    for char in run:
        if char in _DIGIT:
            if digit:
                return None
            digit = _DIGIT[char]
        elif char in _POWER:
            section += (1 if digit is None else digit) * _POWER[char]
            digit = None
        else:
            total = (total + section + (digit or 0) or 1) * _SECTION[char]
            section, digit = 0, None
    return total + section + (digit or 0)


def _tenths(match: re.Match[str]) -> str:
    """九成 -> 90%, 九成五 -> 95%."""
    tens, ones = (_DIGIT.get(char or "零", None) for char in match.groups())
    return f"{(int(match[1]) if tens is None else tens) * 10 + (ones or 0)}%"


def _plain(number: Decimal) -> str:
    """Decimal without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else str(int(text))
