"""What small models really write is read; what cannot be read is said to be so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.parse import parse, unfinished

TEXT, QUOTE = "每年培训残疾人2000人次。", "每年培训残疾人2000人次"
GOOD = json.dumps({"statements": [{"text": TEXT, "clause": 2, "quote": QUOTE}]}, ensure_ascii=False)


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"好的，回答如下：\n{GOOD}\n希望对您有帮助！",
        GOOD.replace("}]}", "},]}"),
        GOOD.replace('"', "'"),
        GOOD[:-2],
        f"<think>先看条款{{1}}……</think>{GOOD}",
        json.dumps([{"text": TEXT, "clause": 2, "quote": QUOTE}]),
        json.dumps({"text": TEXT, "clause": "依据2", "quote": QUOTE}),
        json.dumps({"answer": {"statements": [{"statement": TEXT, "clauses": [2], "quotes": [QUOTE]}]}}),
        json.dumps({"statements": [{"clause": 2, "quote": TEXT}]}),
        json.dumps({"statements": [{"句子": TEXT, "条款": "第二条", "原文": QUOTE}]}, ensure_ascii=False),
        json.dumps({"statements": [{"text": TEXT, "citations": [{"clause": 2, "quote": QUOTE}], "clause": 2}]}),
    ],
)
def test_statements_are_read(written: str) -> None:
    found = parse(written)
    assert found is not None
    (statement,) = found
    assert (statement.text, statement.clause) == (TEXT, 2)
    assert statement.quote in (QUOTE, TEXT, "")


@pytest.mark.parametrize("line", ["1. {}（依据2）", "- {}[2]", "{}【依据二】。", "（1）{} (条款2)", "* {}（第2条）"])
def test_numbered_lines_are_read(line: str) -> None:
    found = parse(f"根据条款：\n{line.format(TEXT)}\n以上供参考。")
    assert found is not None
    assert [(s.text, s.clause) for s in found] == [(TEXT, 2)]


@pytest.mark.parametrize("written", ["", "我不知道", "{}", "[[" * 5000, '{"a":' * 5000, '{"text": 5}', "<think>想"])
def test_what_cannot_be_read_is_none(written: str) -> None:
    assert parse(written) is None


def test_nothing_to_say_is_empty() -> None:
    assert parse('{"statements": []}') == ()


def test_a_text_that_is_still_written_shows_no_json() -> None:
    for end in range(len(GOOD)):
        shown = unfinished(GOOD[:end])
        assert TEXT.startswith(shown)
    assert unfinished(GOOD) == TEXT


@given(st.text(max_size=300))
def test_any_text_is_borne(text: str) -> None:
    parse(text)
    unfinished(text)
