"""Figures are the same however they are written, and never nearly the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.figures import figures, years
from corpus.numerals import chinese_value


def key(text: str) -> list[tuple[float, str, str]]:
    return [(float(f.value), f.unit, f.comparator) for f in figures(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("80%", "百分之八十"),
        ("90%", "九成"),
        ("95%", "九成五"),
        ("10000人", "一万人"),
        ("35000人", "3.5万人"),
        ("2000 人次", "二千人次"),
        ("≥90%", "不低于90%"),
        ("95%以上", "≥ 95%"),
        ("＞99%", "超过99%"),
        ("１００％", "100%"),
        ("1,200元", "一千二百元"),
        ("2万元", "20000元"),
        ("不得超过六十日", "不超过60日"),
        ("不得少于二人", "2人以上"),
        ("三分之二以上", "不低于三分之二"),
    ],
)
def test_the_same_figure(one: str, other: str) -> None:
    assert key(one) == key(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("80元", "800元"),
        ("≥90%", "＞90%"),
        ("≥90%", "90%"),
        ("2000人", "2000人次"),
        ("10届", "第十届"),
        ("5%", "5个百分点"),
        ("不得超过60日", "超过60日"),
        ("不得少于二人", "少于二人"),
        ("三分之二以上", "二分之一以上"),
    ],
)
def test_not_the_same_figure(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_words_that_only_look_like_figures() -> None:
    assert key("“十四五”时期一个不掉队地完成各项一体化工作") == [(1.0, "个", "")]
    assert key("成员单位一律落实") == []
    assert key("来了几万人以上") == []


def test_ten_thousand_without_a_numeral_before_it() -> None:
    assert key("万人以上的乡") == key("10000人以上的乡") == [(10000.0, "人", "≥")]


def test_years() -> None:
    assert years("2020年和2025年") == (2020, 2025)
    assert years("规划期限为 2021-2025年") == (2021, 2025)
    assert years("二〇三五年远景目标") == (2035,)
    assert years("3年内、第25年、2000人次") == ()


@given(st.integers(min_value=0, max_value=99_999_999))
def test_chinese_numerals_read_back(number: int) -> None:
    assert chinese_value(_spell(number)) == number


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    figures(text)
    years(text)


def _spell(number: int) -> str:
    """Chinese numeral of a number below 10^8, written digit by digit for the test alone."""
    digits = "零一二三四五六七八九"
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return f"{_spell(high)}万{('零' if low < 1000 else '') + _spell(low) if low else ''}"
    parts, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts += ("零" if gap and parts else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return parts or "零"
