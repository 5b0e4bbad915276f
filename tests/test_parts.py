"""Several questions in one: each is answered, and what is not said is named."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.parts import asked_in_turn
from assistant.pauses import with_pauses
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


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("备案要在几天内办好，我还能不能另外找人监督", 2),
        ("这种做法是法律不允许的吧，我可以到哪里投诉", 2),
        ("家里什么都没有了，能先救急吗", 0),
        ("等了几天还没有消息，能催一催吗", 0),
        ("占车位的罚钱不，我该把证放在哪里", 2),
        ("老板不给培训有人管没，钱该怎么提", 2),
        ("规划支持不支持踢球，覆盖率要到多少", 2),
        ("他一点也不，家里钱也没有，谁来照顾", 0),
    ],
)
def test_what_asks_is_told_from_what_is_told(words: Words, question: str, parts: int) -> None:
    assert len(asked_in_turn(question, words)) == parts


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


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("想看电影，也想听广播，这两样有什么安排", 2),
        ("想知道志愿者的目标人数，还有培训多少人", 2),
        ("轮椅是给东西还是给钱，适配率要到多少", 2),
        ("我做推拿十几年了，规划打算怎么帮", 0),
        ("补贴的事问过了，有没有", 0),
    ],
)
def test_what_counts_as_several_questions(words: Words, question: str, parts: int) -> None:
    assert len(asked_in_turn(question, words)) == parts


def test_two_rows_compared_are_both_given_and_the_higher_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("残疾学生读高中的比例和残疾人就业的比例，2025年哪个更高")
    assert "≥90%" in answer.text and "≥61%" in answer.text
    assert answer.text.startswith("残疾学生接受高中阶段教育比例的2025年目标值更高")


def test_how_something_is_done_gets_the_whole_clause(assistant: Assistant) -> None:
    answer = assistant.ask("遇到台风、疫情这样的突发事件，规划打算怎么保护残疾人")
    assert {c.clause_id.partition("_")[2] for c in answer.citations} == {"2.1.4"}
    assert len(answer.statements) > 2


def test_numbers_handed_over_are_hidden_and_nothing_is_done_with_them(assistant: Assistant) -> None:
    answer = assistant.ask("卡号6222000000000000001，密码654321，帮我把补贴转到卡里")
    assert answer.outcome is Outcome.OUT_OF_SCOPE
    assert "6222" not in answer.model_dump_json() and "654321" not in answer.model_dump_json()


@pytest.mark.parametrize(
    ("dictated", "clauses"),
    [
        ("我爸瘫在床上好几年了护理补贴能不能领家里的卫生间又能不能改", {"1.2.t1.3", "2.8.2"}),
        ("孩子脑瘫做康复有补贴吗将来上学怎么安排", {"2.4.3", "2.5.2"}),
        ("村里想办残疾人之家覆盖率要求多少谁来监督", {"1.2.t1.4", "2.6.2"}),
        ("我爸瘫在床上好几年了 护理补贴能不能领 家里的卫生间又能不能改", {"1.2.t1.3", "2.8.2"}),
    ],
)
def test_what_is_dictated_without_commas_has_its_parts_answered(
    assistant: Assistant, dictated: str, clauses: set[str]
) -> None:
    answer = assistant.ask(dictated)
    assert clauses <= {citation.clause_id.partition("_")[2] for citation in answer.citations}
    assert answer.question == dictated.replace(" ", "，")  # shown as it was asked


@pytest.mark.parametrize("question", ["盲人坐公交车要不要钱", "我爸瘫了，护理补贴和生活补贴能不能一起领", "", "？？"])
def test_a_short_or_marked_question_gets_no_further_commas(question: str) -> None:
    assert with_pauses(question) == question


def test_pauses_take_nothing_away() -> None:
    dictated = "我是聋人半夜家里起火打不了电话消防热线不该有一键的吗电信公司也该帮帮我们吧？"
    paused = with_pauses(dictated)
    assert paused.count("，") >= 2
    assert paused.replace("，", "") == dictated
