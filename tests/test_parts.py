"""Several questions in one: each is answered, and what is not said is named."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.types import Outcome
from index.words import Words


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


@pytest.mark.parametrize(
    ("question", "clauses", "facts"),
    [
        ("每年要培训多少残疾人，注册志愿者又要多少人？", {"2.2.5", "2.9.2"}, ("2000人次", "4000人")),
        ("盲人按摩和无障碍观影分别有什么规定", {"2.2.3", "2.9.1"}, ("盲人保健按摩", "无障碍观影")),
        ("残疾人就业率目标是多少，2020年是多少", {"1.2.t1.9"}, ("≥61%", "60%")),
        ("困难残疾人生活补贴和重度残疾人护理补贴的覆盖率是不是一样", {"1.2.t1.2", "1.2.t1.3"}, ("＞99%", "98%")),
        ("两项补贴的覆盖率各是多少", {"1.2.t1.2", "1.2.t1.3"}, ("困难残疾人生活补贴", "重度残疾人护理补贴")),
    ],
)
def test_each_part_is_answered(assistant: Assistant, question: str, clauses: set[str], facts: tuple[str, ...]) -> None:
    answer = assistant.ask(question)
    assert clauses <= {citation.clause_id.partition("_")[2] for citation in answer.citations}
    assert all(fact in answer.text for fact in facts)


def test_a_part_that_is_not_said_is_named_beside_the_answered_one(assistant: Assistant) -> None:
    answer = assistant.ask("每年要培训多少残疾人，培训补贴多少钱一天？")
    assert answer.outcome is Outcome.PARTIAL
    assert "2000人次" in answer.text
    assert "没有写具体金额" in answer.message


@pytest.mark.parametrize("question", ["听说有护理补贴，是吗", "我爸瘫在床上，谁都不管，有人上门照顾吗"])
def test_a_story_with_one_question_is_one_question(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).outcome in (Outcome.ANSWERED, Outcome.NOT_IN_CORPUS)


def test_a_bare_word_is_asked_back_with_choices(assistant: Assistant) -> None:
    answer = assistant.ask("补贴")
    assert answer.outcome is Outcome.CLARIFY
    assert answer.related and answer.suggestions
    assert not answer.statements


def test_a_quoted_figure_is_found_wherever_it_stands(assistant: Assistant) -> None:
    answer = assistant.ask("“2000人次”指的是什么")
    assert {citation.clause_id.partition("_")[2] for citation in answer.citations} == {"2.2.5", "2.6.2"}


def test_the_turns_before_are_meant_together(assistant: Assistant) -> None:
    answer = assistant.ask("这两项2020年各是多少", ["残疾人就业率目标是多少", "残疾人文体服务覆盖率呢"])
    assert {"60%", "90%"} <= set(answer.text.replace("，", "、").replace("是", "、").split("、"))


def test_the_parts_of_the_document_are_counted(assistant: Assistant) -> None:
    answer = assistant.ask("这份规划分哪几个部分")
    assert "共3项" in answer.text and "保障措施" in answer.text
