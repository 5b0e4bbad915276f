"""The verifier catches what was changed and leaves alone what was not."""

from __future__ import annotations

import itertools
import re

import pytest

from assistant import Assistant, Citation, Statement
from assistant.verify import Verifier
from corpus import Span

QUESTIONS = (
    "坐公交车有优惠吗",
    "到2025年残疾人之家覆盖率要达到多少，2020年是多少",
    "每年要培训多少残疾人",
    "家里想装扶手政府管不管",
    "残疾人就业率的目标值是多少",
    "注册志愿者要多少人",
    "家庭医生签约服务率是多少",
    "精神残疾人门诊吃药免费吗",
    "辅助器具适配率的目标是多少",
    "要创建多少个无障碍社区",
    "康复专业人才每年培训多少人次",
    "低保家庭残疾人就业后收入怎么算",
    "养老服务中心能办残疾人之家吗",
    "失业的残疾人有什么待遇",
    "重度残疾人护理补贴覆盖率是多少",
    "哪些指标是预期性的",
)


@pytest.fixture(scope="module")
def verifier(assistant: Assistant) -> Verifier:
    return Verifier(assistant.library, assistant.index.words)


@pytest.fixture(scope="module")
def statements(assistant: Assistant) -> list[Statement]:
    return [s for question in QUESTIONS for s in assistant.ask(question).statements]


def test_sound_statements_are_not_flagged(verifier: Verifier, statements: list[Statement]) -> None:
    assert len(statements) >= len(QUESTIONS)
    assert [(s.text, verifier.problems(s)) for s in statements if verifier.problems(s)] == []


def test_every_changed_figure_is_caught(verifier: Verifier, statements: list[Statement]) -> None:
    changed = [
        s.model_copy(update={"text": s.text[: m.start()] + str(int(m.group()) * 10 + 1) + s.text[m.end() :]})
        for s in statements
        for m in re.finditer(r"(?<![\d.])\d{1,5}(?![\d.])", s.text)
    ]
    assert len(changed) > 20
    assert [s.text for s in changed if not verifier.problems(s)] == []


def test_every_changed_comparator_is_caught(verifier: Verifier, statements: list[Statement]) -> None:
    swap = {"≥": "＞", "＞": "≥", "以上": "以下", "不少于": "不超过"}
    changed = [
        s.model_copy(update={"text": s.text.replace(old, new)})
        for s in statements
        for old, new in swap.items()
        if old in s.text and not (old in "≥＞" and new in s.text)
    ]
    assert len(changed) >= 5
    assert [s.text for s in changed if not verifier.problems(s)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("免费", "不免费"),
        ("可不计入", "应计入"),
        ("鼓励", "应当"),
        ("优惠", "免费"),
        ("重度", "轻度"),
        ("残疾人", "老年人"),
    ],
)
def test_changed_force_or_subject_is_caught(
    verifier: Verifier, statements: list[Statement], old: str, new: str
) -> None:
    changed = [s.model_copy(update={"text": s.text.replace(old, new)}) for s in statements if old in s.text]
    assert changed
    assert [s.text for s in changed if not verifier.problems(s)] == []


def test_a_wrong_clause_is_caught(verifier: Verifier, statements: list[Statement]) -> None:
    for one, other in itertools.pairwise(statements):
        if {c.clause_id for c in one.citations} != {c.clause_id for c in other.citations}:
            swapped = one.model_copy(update={"citations": other.citations})
            assert verifier.problems(swapped), one.text


def test_a_quote_changed_by_one_character_is_caught(verifier: Verifier, statements: list[Statement]) -> None:
    for statement in statements:
        first = statement.citations[0]
        wrong = first.model_copy(update={"quote": first.quote[:-1] + "某"})
        assert [p.rule for p in verifier.problems(statement.model_copy(update={"citations": (wrong,)}))] == ["quote"]


def test_no_citation_no_statement(verifier: Verifier) -> None:
    assert [p.rule for p in verifier.problems(Statement(text="补贴每月300元。", citations=()))] == ["citation"]


def test_a_clause_that_does_not_exist_is_caught(verifier: Verifier) -> None:
    made_up = Citation(clause_id="wzf-2021-13_9.9", label="《规划》九", quote="每月300元", span=Span(0, 6))
    assert verifier.problems(Statement(text="每月300元。", citations=(made_up,)))


def test_a_count_must_be_of_what_is_cited(verifier: Verifier, assistant: Assistant) -> None:
    statement = assistant.ask("哪些指标是约束性的").statements[0]
    assert not verifier.problems(statement)
    assert verifier.problems(statement.model_copy(update={"text": statement.text.replace("共9项", "共8项")}))
