"""简明版: short lines that change nothing, explained terms, marked words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.plain import explained, plain_lines
from assistant.render import answer_html
from assistant.render.marks import supporting
from assistant.understand import load_data
from corpus import Library
from corpus.laws import read_laws


@pytest.fixture(scope="module")
def texts(library: Library) -> tuple[str, ...]:
    """Every clause of the plan and the five laws."""
    return tuple(clause.text for clause in (*library, *Library(read_laws())))


@given(st.text(alphabet="残疾人，。；,、（）“”的应当可以3 %\n"))
def test_lines_join_to_the_text_itself(text: str) -> None:
    assert "".join(plain_lines(text)) == text


def test_no_condition_is_parted_from_what_depends_on_it(texts: tuple[str, ...]) -> None:
    broken = 0
    for text in texts:
        lines = plain_lines(text)
        assert "".join(lines) == text
        broken += len(lines) > text.count("。") + text.count("；")
        for before, after in pairwise(lines):
            if before.endswith("，"):
                assert not before.endswith("的，"), before
                assert not re.match(r"应当|可以|不得|予以|给予|必须", after), (before, after)
    assert broken > 50  # long sentences do come in several lines


def test_every_explained_term_stands_in_a_document(texts: tuple[str, ...]) -> None:
    everything = "".join(texts)
    assert [term for term in load_data("glossary")["terms"] if term not in everything] == []


def test_a_longer_term_is_explained_rather_than_its_part() -> None:
    assert [term for term, _ in explained("家庭无障碍改造和托养")] == ["无障碍改造", "托养"]


def test_marks_are_the_words_asked_about_and_the_figures_stated(assistant: Assistant) -> None:
    answer = assistant.ask("到2025年残疾人之家覆盖率要达到多少")
    quote = answer.citations[0].quote
    marked = [quote[span.start : span.end] for span in supporting(answer, answer.citations[0])]
    assert "≥90%" in marked and "覆盖率" in marked
    html = answer_html(answer, assistant.library, 1)
    assert "<mark>≥90%</mark>" in html and "标出的词：" in html
    unmarked = re.sub(r"</?mark>", "", html)
    assert f"<blockquote><p>{quote}</p></blockquote>" in unmarked.replace("&gt;", ">")


def test_plain_version_has_the_same_words_links_and_explanations(assistant: Assistant) -> None:
    answer = assistant.ask("家里想装扶手政府管不管")
    html = answer_html(answer, assistant.library, 1)
    plain = html[html.index('<div class="plain">') :]
    lines = "".join(re.findall(r"<li>([^<]*)</li>", plain.split("<h4>")[0]))
    assert lines == "".join(statement.text for statement in answer.statements)
    assert 'href="#a1-source-1"' in plain
    assert "词语解释（不是文件原文）" in plain and "<dt>无障碍改造</dt>" in plain
