"""Answers as HTML, text and Markdown: escaped, numbered, in one order."""

from __future__ import annotations

import re

import pytest

from assistant import Answer, Assistant, Outcome
from assistant.render import answer_html, spoken_answer, to_markdown, to_speech, to_text


@pytest.fixture(scope="module")
def row(assistant: Assistant) -> Answer:
    return assistant.ask("到2025年残疾人之家覆盖率要达到多少，2020年是多少")


@pytest.fixture(scope="module")
def refusal(assistant: Assistant) -> Answer:
    return assistant.ask("困难残疾人生活补贴每个月多少钱")


def test_questions_are_never_markup(assistant: Assistant) -> None:
    answer = assistant.ask("<script>alert(1)</script>坐公交车有优惠吗")
    assert "<script>" not in answer_html(answer, assistant.library, 1)
    assert "<script>" not in to_markdown(answer, assistant.library)


def test_every_link_to_a_source_has_its_target(assistant: Assistant, row: Answer) -> None:
    html = answer_html(row, assistant.library, 3)
    targets = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets
    assert all(target.startswith("a3-") for target in targets)


def test_links_say_where_they_lead(assistant: Assistant, row: Answer) -> None:
    assert "依据1：一（二）主要指标表第4项" in answer_html(row, assistant.library, 1)


def test_cells_are_read_with_their_columns(assistant: Assistant, row: Answer) -> None:
    assert "2025年目标值：≥90%" in to_text(row, assistant.library)


def test_text_leads_with_the_answer(assistant: Assistant, row: Answer) -> None:
    lines = to_text(row, assistant.library).splitlines()
    assert lines[0].startswith("“残疾人之家”覆盖率的2025年目标值是≥90%")
    assert lines.index("依据") < lines.index("提醒")


def test_text_of_a_refusal_leads_with_it(assistant: Assistant, refusal: Answer) -> None:
    text = to_text(refusal, assistant.library)
    assert refusal.outcome is Outcome.NOT_IN_CORPUS
    assert text.startswith("规划没有写具体金额或标准")
    assert "相关条款" in text and "\n依据\n" not in text


def test_markdown_quotes_word_for_word(assistant: Assistant) -> None:
    answer = assistant.ask("坐公交车有优惠吗")
    assert f"> {answer.citations[0].quote}" in to_markdown(answer, assistant.library)


def test_staff_see_the_clause_id(assistant: Assistant) -> None:
    answer = assistant.ask("坐公交车有优惠吗", audience="staff")
    assert "wzf-2021-13_2.1.3</p>" in answer_html(answer, assistant.library, 1)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("≥90%", "大于等于百分之90"),
        ("＞99%", "大于百分之99"),
        ("温政发〔2021〕13号", "温政发2021年第13号"),
        ("2021-2025年", "2021年到2025年"),
        ("0-6周岁残疾儿童", "0到6周岁残疾儿童"),
        ("二（一）3", "二，一，3"),
        ("“残疾人之家”", "残疾人之家"),
    ],
)
def test_signs_are_put_into_words_for_the_ear(written: str, spoken: str) -> None:
    assert to_speech(written) == spoken


def test_what_is_read_aloud_says_the_answer_its_clause_and_the_notices(row: Answer, refusal: Answer) -> None:
    assert "大于等于百分之90" in spoken_answer(row) and "依据是" in spoken_answer(row)
    assert "规划期已经结束" in spoken_answer(row)
    assert spoken_answer(refusal).startswith(to_speech(refusal.message))


def test_marked_words_stop_at_a_comma(assistant: Assistant) -> None:
    html = answer_html(assistant.ask("参加失业保险，给予什么待遇"), assistant.library, 1)
    marked = re.findall(r"<mark>(.*?)</mark>", html)
    assert "失业保险" in "".join(marked) and not any("，" in words for words in marked)
