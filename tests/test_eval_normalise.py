"""Texts that say the same figure compare equal; texts that do not, do not."""

from __future__ import annotations

import pytest

from eval.normalise import Figure, extract_figures, han_number, normalise


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("达到 95%以上", "达到≥95％"),
        ("不低于90%", "90%以上"),
        ("至少九成", "≥90%"),
        ("九成五", "95%"),
        ("百分之九十九点五", "99.5%"),
        ("＞99%", "超过99%"),
        ("不超过3年", "三年以内"),
        ("不超过3年", "≤3年"),
        ("一万二千人", "12,000 人"),
        ("1万人", "10000人"),
        ("二〇三五年", "2035 年"),
        ("第十届", "第10届"),
        ("（2021 年\n8月）", "(2021年8月)"),
    ],
)
def test_the_same_in_other_words(text: str, same: str) -> None:
    assert normalise(text) == normalise(same)


@pytest.mark.parametrize(
    ("text", "other"),
    [("＞90%", "≥90%"), ("不少于10支", "少于10支"), ("80元", "800元"), ("不超过3年", "超过3年"), ("9%", "九成")],
)
def test_not_the_same(text: str, other: str) -> None:
    assert normalise(text) != normalise(other)


def test_numerals_in_names_and_words_stay() -> None:
    assert normalise("“十四五”规划统一90%，三成年人") == "“十四五”规划统一90%,三成年人"


def test_two_figures_apart_do_not_grow_together() -> None:
    assert normalise("2020 95 ％") == "2020 95%"


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("三万", 30000),
        ("二〇二五", 2025),
        ("一亿", 10**8),
        ("十四五", None),
    ],
)
def test_chinese_numerals(run: str, value: int | None) -> None:
    assert han_number(run) == value


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("到 2025年，残疾人就业率≥61%", [Figure("61", "%", 2025, "≥")]),
        (
            "2020年为98%，2025年＞99%",
            [Figure("98", "%", 2020), Figure("99", "%", 2025, ">")],
        ),
        ("98%（2020年），＞99%（2025年）", [Figure("98", "%", 2020), Figure("99", "%", 2025, ">")]),
        ("规划期限为2021-2025年，展望至2035年。", [Figure(year, "年") for year in ("2021", "2025", "2035")]),
        ("温政发〔2021〕13号", [Figure("2021-13", "号")]),
        ("2021 年 8 月 31 日", [Figure("2021-8-31", "日期")]),
        ("0-6周岁", [Figure("0", "岁"), Figure("6", "岁")]),
        ("第九届、第十届", [Figure("9", "第届"), Figure("10", "第届")]),
        ("第三十三条、第3项、1.健全", []),
        ("请拨打12345", [Figure("12345", "")]),
        ("到2025年完成。每年100人次以上", [Figure("2025", "年"), Figure("100", "人次", None, "≥")]),
        ("至少1名、两位", [Figure("1", "人", None, "≥"), Figure("2", "人")]),
        ("3-5，覆盖98%", [Figure("98", "%")]),
    ],
)
def test_figures_of_a_text(text: str, figures: list[Figure]) -> None:
    assert list(extract_figures(text)) == figures
