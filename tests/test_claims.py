"""The check of a text: what stands in a clause is supported, what was changed is not, and it is said why."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.claims import Finding, Standing
from assistant.cli import main
from assistant.finder import EvidenceFinder
from corpus import Clause, ClauseKind, Library
from corpus.laws import read_laws
from index import open_index
from tests.conftest import TODAY

PLAN = "《温州市残疾人事业发展“十四五”规划》"
LAW = "《残疾人保障法》"


@pytest.fixture(scope="module")
def counsel(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the plan and one law."""
    both = Library([*library.documents, *read_laws(["残疾人保障法"])])
    index = open_index(tmp_path_factory.mktemp("claims"), both)
    yield Assistant(both, index, today=lambda: TODAY)
    index.close()


@pytest.fixture(scope="module")
def sentences(counsel: Assistant) -> list[tuple[Clause, str]]:
    """Every sentence of every clause, without its outline number."""
    finder = EvidenceFinder(counsel.library, counsel.index)
    clauses = [c for c in counsel.library if c.kind is ClauseKind.PARAGRAPH and not c.role]
    return [(c, c.text[s.start : s.end]) for c in clauses for s in finder.spans(c)]


def _one(counsel: Assistant, text: str) -> Finding:
    claims = counsel.verify(text).claims
    assert len(claims) == 1, [c.text for c in claims]
    return claims[0]


def test_each_sentence_of_each_clause_is_supported_with_a_verbatim_quote(
    counsel: Assistant, sentences: list[tuple[Clause, str]]
) -> None:
    assert len(sentences) > 300
    for _, sentence in sentences:
        for finding in counsel.verify(sentence).claims:
            assert finding.standing is Standing.SUPPORTED, finding
            assert finding.citation is not None
            clause = counsel.library.clause(finding.citation.clause_id)
            assert finding.citation.quote in clause.text


def test_each_changed_figure_is_told_with_both_values(counsel: Assistant, sentences: list[tuple[Clause, str]]) -> None:
    found = []
    for clause, sentence in sentences:
        for match in re.finditer(r"(?<![\d.+])\d{1,5}(?=\s*(?:[%人名个支场户项]))", sentence):
            wrong = str(int(match.group()) + 7)
            text = sentence[: match.start()] + wrong + sentence[match.end() :]
            [finding] = [f for f in counsel.verify(text).claims if f.standing is not Standing.SUPPORTED]
            assert finding.standing is Standing.FIGURE_DIFFERS, (clause.id, finding)
            assert any(wrong in f.written and match.group() in f.stated for f in finding.figures), finding
            assert wrong in finding.message and match.group() in finding.message
            found.append(text)
    assert len(found) > 25


def test_each_quote_changed_by_one_character_is_told(counsel: Assistant, sentences: list[tuple[Clause, str]]) -> None:
    tried = 0
    for clause, sentence in sentences[::3]:
        if len(sentence) < 12 or "“" in sentence or "；" in sentence:
            continue
        label = counsel.library.label(clause)
        right = f"{label}规定：“{sentence}”"
        assert _one(counsel, right).standing is Standing.SUPPORTED, right
        wrong = right.replace(sentence, f"{sentence[:6]}某{sentence[7:]}")
        finding = _one(counsel, wrong)
        assert finding.standing in (Standing.QUOTE_NOT_VERBATIM, Standing.FIGURE_DIFFERS), finding
        if finding.standing is Standing.QUOTE_NOT_VERBATIM:
            assert [(d.written, d.stated) for d in finding.words] == [("某", sentence[6])], finding
        assert finding.citation is not None and finding.citation.clause_id == clause.id
        tried += 1
    assert tried > 60


def test_each_article_that_does_not_exist_is_told(counsel: Assistant) -> None:
    for number in ("六十九", "九十", "一百二十", "零"):
        finding = _one(counsel, f"根据{LAW}第{number}条，国家保障残疾人的权利。")
        assert finding.standing is Standing.CLAUSE_MISSING
        assert f"第{number}条" in finding.message
    for place in ("二（十一）1", "二（一）9", "一（二）主要指标表第15项", "四（一）"):
        finding = _one(counsel, f"落实困难残疾人生活补贴制度。（依据：{PLAN}{place}）")
        assert (finding.standing, finding.cited) == (Standing.CLAUSE_MISSING, (PLAN + place,))
    assert _one(counsel, f"{LAW}第三条第九款规定，禁止基于残疾的歧视。").standing is Standing.CLAUSE_MISSING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("应当", "可以"),
        ("可以", "应当"),
        ("鼓励", "应当"),
        ("禁止", "允许"),
        ("不得", "可以"),
        ("应当", ""),
        ("残疾人", "老年人"),
        ("优先", ""),
        ("国家", "企业"),
        ("县级", "乡级"),
        ("免费", "收费"),
        ("逐步", ""),
        ("、", "、不"),
    ],
)
def test_other_duties_and_other_subjects_are_never_supported(
    counsel: Assistant, sentences: list[tuple[Clause, str]], old: str, new: str
) -> None:
    texts = [s for _, s in sentences if old in s and "；" not in s and "\n" not in s]
    changed = [s.replace(old, new, 1) for s in texts[:40]]
    assert changed
    passed = [s for s in changed if counsel.verify(s).all_supported]
    assert passed == []


@pytest.mark.parametrize(
    "text",
    [
        "残疾人坐公交车一律免费。",
        "残疾人乘坐市内公共交通工具免费。",
        "每人每月发放生活补贴300元。",
        "残疾人可享受护理补贴。",  # 重度 left out
        "残疾人服务机构综合保险参保率达到90%。",  # 具有独立法人资格的 left out
        "就业收入不计入家庭收入。",
        "温州残联的电话是12345678。",
        "2025年残疾人之家覆盖率已经达到90%以上。",  # a target told as an achievement
        "残疾人就业率属于约束性指标。",
        "侮辱、侵害残疾人。",  # 禁止 left out
        "《残疾人保障法》第三条提到“侮辱、侵害残疾人”。",  # the quote starts behind 禁止
        "每年培训残疾人2000人次，每人补贴500元。",
        "培训机构每年培训2000人次工作人员。",
        "《民法典》第五条规定，每年培训残疾人2000人次。",
    ],
)
def test_what_no_clause_says_is_not_supported(counsel: Assistant, text: str) -> None:
    finding = _one(counsel, text)
    assert finding.standing is Standing.NOT_IN_CORPUS, finding
    assert finding.message


@pytest.mark.parametrize(
    ("text", "standing", "clause_id"),
    [
        ("到2025年，“残疾人之家”覆盖率要达到90%以上，2020年为80%。", "supported", "wzf-2021-13_1.2.t1.4"),
        ("残疾人就业率2025年目标值为≥61%，2020年基期值为60%。", "supported", "wzf-2021-13_1.2.t1.9"),
        ("残疾人就业率由60%提高到61%以上。", "supported", "wzf-2021-13_1.2.t1.9"),
        ("残疾人就业率属于预期性指标。", "supported", "wzf-2021-13_1.2.t1.9"),
        ("到2025年，残疾人就业率达到65%以上。", "figure_differs", "wzf-2021-13_1.2.t1.9"),
        ("到2025年，残疾人就业率达到61%以下。", "figure_differs", "wzf-2021-13_1.2.t1.9"),
        ("到2030年，残疾人就业率达到61%以上。", "figure_differs", "wzf-2021-13_1.2.t1.9"),
        ("我市要求每年培训残疾人2000人次。", "supported", "wzf-2021-13_2.2.5"),
        ("残疾人意外伤害保险参保率达到90%。", "figure_differs", "wzf-2021-13_2.1.2"),
        ("残疾人意外伤害保险参保率达到百分之九十五。", "supported", "wzf-2021-13_2.1.2"),
        (f"{LAW}第三条规定，残疾标准由国务院规定。", "other_clause", "cjrbzf-2018_2"),
        (f"{LAW}第二条第一款规定，残疾标准由国务院规定。", "other_clause", "cjrbzf-2018_2"),
        (f"{LAW}第二条第三款规定，残疾标准由国务院规定。", "supported", "cjrbzf-2018_2"),
        ("中华人民共和国残疾人保障法第2条第3款规定，残疾标准由国务院规定。", "supported", "cjrbzf-2018_2"),
        ("根据cjrbzf-2018_2，残疾标准由国务院规定。", "supported", "cjrbzf-2018_2"),
        ("禁止基于残疾的歧视（见残疾人保障法第二条、第三条）。", "supported", "cjrbzf-2018_3"),
    ],
)
def test_claims_as_people_write_them(counsel: Assistant, text: str, standing: str, clause_id: str) -> None:
    finding = _one(counsel, text)
    assert finding.standing == standing, finding
    assert finding.citation is not None and finding.citation.clause_id == clause_id


NOTICE = f"""关于残疾人优待的通知
各位居民：
一、乘车
全面做好残疾人乘坐市内公共交通工具优惠与便利工作。
依据：{PLAN}二（一）3
二、培训
每年培训残疾人3000人次。您想参加吗？
{LAW}第三条
“禁止基于残疾的歧视。”
特此通知。
"""


def test_a_notice_with_its_headings_greeting_and_sources_on_lines_of_their_own(counsel: Assistant) -> None:
    report = counsel.verify(NOTICE)
    assert [f.standing for f in report.claims] == [
        Standing.SUPPORTED,
        Standing.FIGURE_DIFFERS,
        Standing.SUPPORTED,
    ]
    assert report.claims[0].cited == (f"{PLAN}二（一）3",)
    assert report.claims[2].cited == (f"{LAW}第三条",)
    assert not report.all_supported
    assert all(NOTICE[f.span.start : f.span.end] == f.text for f in report.findings)
    assert {notice.kind for notice in report.notices} >= {"period_ended"}


def test_own_answers_are_supported(counsel: Assistant) -> None:
    from assistant.render import to_markdown

    answer = counsel.ask("坐公交车有优惠吗")
    for statement in answer.statements:
        assert counsel.verify(statement.citations[0].quote).all_supported
    cited = [f for f in counsel.verify(to_markdown(answer, counsel.library)).claims if f.cited]
    assert cited and all(f.standing is Standing.SUPPORTED for f in cited)


@pytest.mark.parametrize("text", ["", "   \n", "您好！", "？？", "“", "》《", "\x00\ud800", "第条", "1", "《》第一条"])
def test_odd_text_breaks_nothing_and_is_never_supported(counsel: Assistant, text: str) -> None:
    assert not counsel.verify(text).all_supported


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    assert main(["verify", str(file)]) == 3
    printed = capsys.readouterr().out
    assert "【数字不同】每年培训残疾人3000人次" in printed
    assert "原文是“2000人次”" in printed
    assert main(["verify", str(file), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["findings"][0]["standing"] == "no_claim"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("每年培训残疾人2000人次。".encode())))
    assert main(["verify", "-"]) == 0
    file.write_text("您好！", encoding="utf-8")
    assert main(["verify", str(file)]) == 2
    file.write_bytes("每年培训".encode("gbk"))
    assert main(["verify", str(file)]) == 1
    assert main(["verify", str(tmp_path / "nowhere.txt")]) == 1
    assert "请检查路径" in capsys.readouterr().err
