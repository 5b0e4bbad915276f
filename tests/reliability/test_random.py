"""Texts made at random: the parser loses nothing, the figure reader keeps values, the verifier lets nothing through."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant, Citation, Statement
from assistant.claims.types import Standing
from assistant.figures import figures
from assistant.verify import Verifier
from corpus import Clause, Library, Span
from corpus.outline import parse

_HEADS = (
    "一、总体要求",
    "（一）基本原则",
    "1.坚持统筹",
    "（1）目标",
    "第一条 ",
    "第二章 总则",
    "表1 指标",
    "序号 指标",
)
_SAID = (
    "为了发展残疾人事业。",
    "依照本法第三十条的规定，",
    "达到 95%以上。",
    "各县（市、区）人民政府：",
    "附件",
    "抄送：",
)
_REST = ("温政发〔2021〕13号", "2021 年 8 月 31 日", "\n", "\n\n", " ", "\u3000", "“", "”", "；", "１", "㈠", "①")
_PIECES = st.sampled_from((*_HEADS, *_SAID, *_REST))
DOCUMENTS = st.lists(_PIECES | st.text(max_size=8), max_size=40).map("".join)
_UNITS = ("人", "元", "%", "个", "名", "万元", "人次", "年")


@given(DOCUMENTS, st.booleans())
def test_every_character_of_a_document_is_in_exactly_one_clause(text: str, wrapped: bool) -> None:
    clauses = parse(text, "x", (), wrapped)
    covered = sorted(place for clause in clauses for a, b in clause.spans for place in range(a, b))
    assert len(covered) == len(set(covered))
    lost = {place for place, char in enumerate(text) if not char.isspace()} - set(covered)
    assert "".join(text[place] for place in sorted(lost)) == ""


@given(DOCUMENTS, DOCUMENTS)
def test_reading_again_gives_the_same_clauses(text: str, other: str) -> None:
    clauses = parse(text, "x")
    parse(other, "x")
    assert parse(text, "x") == clauses


@given(st.integers(0, 999_999), st.sampled_from(_UNITS), st.sampled_from(["", " ", "  "]))
def test_a_figure_is_the_same_however_it_is_typed(number: int, unit: str, space: str) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    keys = {tuple(f.key for f in figures(f"培训{digits}{space}{unit}。")) for digits in (str(number), wide)}
    assert len(keys) == 1
    assert [key[0] for key in keys.pop()] == [number * (10_000 if unit == "万元" else 1)]


@pytest.fixture(scope="module")
def verifier(assistant: Assistant) -> Verifier:
    return Verifier(assistant.library, assistant.index.words)


def _cited(clause: Clause, library: Library) -> Citation:
    return Citation(clause_id=clause.id, label=library.label(clause), quote=clause.text, span=Span(0, len(clause.text)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_figure_that_no_quote_has_never_passes(data: st.DataObject, verifier: Verifier, library: Library) -> None:
    clauses = [clause for clause in library if len(clause.text) > 20 and not clause.cells]
    clause = data.draw(st.sampled_from(clauses))
    number = data.draw(st.integers(10, 10**9).filter(lambda n: str(n) not in re.sub(r"\s", "", clause.text)))
    unit = data.draw(st.sampled_from(_UNITS))
    stated = Statement(text=f"{clause.text}共{number}{unit}。", citations=(_cited(clause, library),))
    assert verifier.problems(stated)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_quote_changed_in_any_place_never_passes(data: st.DataObject, verifier: Verifier, library: Library) -> None:
    clause = data.draw(st.sampled_from(list(library)))
    place = data.draw(st.integers(0, len(clause.text) - 1))
    char = data.draw(st.characters().filter(lambda c: c != clause.text[place]))
    changed = _cited(clause, library).model_copy(
        update={"quote": clause.text[:place] + char + clause.text[place + 1 :]}
    )
    assert not verifier.is_verbatim(changed)
    assert verifier.problems(Statement(text=clause.text, citations=(changed,)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS)
def test_any_text_can_be_checked_for_evidence(assistant: Assistant, text: str) -> None:
    """Whatever is pasted into the check gets a report; what is called supported has a quote word for word."""
    for finding in assistant.verify(text).findings:
        assert finding.text == text[finding.span.start : finding.span.end]
        if finding.standing is Standing.SUPPORTED:
            assert finding.citation is not None
        if finding.citation is not None:
            assert finding.citation.quote in assistant.library.clause(finding.citation.clause_id).text
