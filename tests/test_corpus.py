"""The plan becomes clauses: nothing lost, nothing doubled, every label as people cite it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from corpus import Clause, ClauseKind, CorpusError, Document, Library, load_library
from corpus.layout import join, lines_of, text_of
from corpus.library import DOCUMENTS
from corpus.numerals import chinese_value
from corpus.outline import parse
from corpus.read import read_text


def test_every_character_of_the_source_is_in_exactly_one_clause(plan: Document) -> None:
    source, _ = read_text(DOCUMENTS / plan.source)
    places = Counter(place for clause in plan.clauses for span in clause.spans for place in range(*span))
    lost = [i for i, char in enumerate(source) if not char.isspace() and places[i] == 0]
    doubled = [i for i, count in places.items() if count > 1]
    assert (lost, doubled) == ([], [])


def test_a_clause_has_the_characters_of_its_spans(plan: Document) -> None:
    source, _ = read_text(DOCUMENTS / plan.source)
    for clause in plan.clauses:
        stripped = "".join(text_of(source, clause.spans).split())
        assert "".join(clause.text.split()) == stripped, clause.id


def test_outline_has_every_level(plan: Document) -> None:
    labels = [clause.label for clause in plan.clauses]
    assert {"一（一）", "一（二）", "二（一）3", "二（十）3", "三（四）", "引言", "抄送"} <= set(labels)
    tasks = [
        clause for clause in plan.clauses if clause.label.startswith("二（") and clause.kind is ClauseKind.PARAGRAPH
    ]
    assert len(tasks) == 40


def test_sentences_broken_over_lines_and_pages_are_healed(library: Library) -> None:
    assert "基本实现残疾人共建共享高水平现代化" in library.clause("wzf-2021-13_1.2").text
    assert "残疾人公共服务体系得到全面优化" in library.clause("wzf-2021-13_1.2").text  # over a page seam
    assert "残疾人满意率保持在90%以上" in library.clause("wzf-2021-13_2.4.5").text


def test_running_heading_is_title_and_part_of_the_text(library: Library) -> None:
    clause = library.clause("wzf-2021-13_2.1.3")
    assert clause.title == "完善残疾人专项福利补贴制度"
    assert clause.text.startswith("3.完善残疾人专项福利补贴制度。落实困难残疾人生活补贴")
    assert clause.headings == ("主要任务", "提升残疾人基本保障水平")


def test_figures_at_the_start_of_a_line_are_no_headings(library: Library) -> None:
    assert "每年培训残疾人2000 人次。" in library.clause("wzf-2021-13_2.2.5").text
    assert "3年后给予1年渐退期政策" in library.clause("wzf-2021-13_2.2.1").text


def test_indicator_table_has_fourteen_rows_with_the_header_of_two_lines(plan: Document) -> None:
    rows = [clause for clause in plan.clauses if clause.kind is ClauseKind.TABLE_ROW]
    assert len(rows) == 14
    assert [cell.column for cell in rows[0].cells] == ["序号", "指标", "属性", "2020年基期值", "2025年目标值"]
    assert rows[3].cell("2020年基期值") == "80%" and rows[3].cell("2025年目标值") == "≥90%"
    assert rows[4].cell("2025年目标值") == "＞90%"
    assert Counter(row.cell("属性") for row in rows) == {"约束性": 9, "预期性": 5}


def test_first_indicator_has_no_base_and_a_worded_target(library: Library) -> None:
    row = library.clause("wzf-2021-13_1.2.t1.1")
    assert row.cell("2020年基期值") is None
    assert row.cell("2025年目标值") == "与 GDP增长同步"


def test_metadata_is_read_from_the_text(plan: Document) -> None:
    assert plan.number == "温政发〔2021〕13号"
    assert plan.issuer == "温州市人民政府"
    assert plan.issued_on == dt.date(2021, 8, 31)
    assert plan.title == "温州市残疾人事业发展“十四五”规划"
    assert plan.period is not None
    assert (plan.period.start, plan.period.end) == (dt.date(2021, 1, 1), dt.date(2025, 12, 31))
    assert plan.period.outlook_year == 2035


def test_label_is_as_people_cite(library: Library) -> None:
    clause = library.clause("wzf-2021-13_2.1.3")
    assert library.label(clause) == "《温州市残疾人事业发展“十四五”规划》二（一）3"


def test_clauses_survive_json(plan: Document) -> None:
    for clause in plan.clauses:
        assert Clause.model_validate_json(clause.model_dump_json()) == clause


def test_ids_do_not_depend_on_what_stands_elsewhere() -> None:
    short = parse("标题方案\n一、总则\n（一）甲事项。做甲。\n", "d")
    longer = parse("标题方案\n一、总则\n（一）甲事项。做甲。\n（二）乙事项。做乙。\n二、附则\n", "d")
    assert {clause.id for clause in short} <= {clause.id for clause in longer}


def test_a_reference_at_the_start_of_a_line_is_no_heading() -> None:
    clauses = parse("一、总则\n（一）甲事项。按照\n（三）项的规定办理。\n（二）乙事项。做乙。\n", "d")
    assert [clause.label for clause in clauses] == ["一", "一（一）", "一（二）"]


def test_chinese_values() -> None:
    assert [chinese_value(text) for text in ("一", "十", "十二", "二十", "二十三")] == [1, 10, 12, 20, 23]


def test_lines_are_joined_without_a_space_but_latin_words_keep_theirs() -> None:
    assert join(["达到", "95%以上", "open", "source"]) == "达到95%以上open source"
    assert [line.text for line in lines_of(" 甲 \n\n乙")] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "空的"), (b"\x00\x01\x02\xff", "不是文本"), (None, "找不到")],
)
def test_bad_files_get_a_clear_message(documents: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (documents / "a.txt").write_bytes(content)
    with pytest.raises(CorpusError, match=says):
        read_text(documents / "a.txt")


def test_gb18030_is_read(documents: Path) -> None:
    (documents / "a.txt").write_bytes("残疾人之家".encode("gb18030"))
    assert read_text(documents / "a.txt")[0] == "残疾人之家"


def test_broken_catalogue_gets_a_clear_message(documents: Path) -> None:
    (documents / "catalogue.toml").write_text("[[document]]\nid = ", encoding="utf-8")
    with pytest.raises(CorpusError, match="catalogue"):
        load_library(documents)


def test_unknown_clause_gets_a_clear_message(library: Library) -> None:
    with pytest.raises(CorpusError, match="没有编号为"):
        library.clause("nowhere")
