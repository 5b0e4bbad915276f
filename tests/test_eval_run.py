"""From data files to a report, with made-up systems."""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.render.svg import Bar, Group, bar_chart
from assistant.types import Answer, Citation, Outcome, Statement
from corpus import Library, Span, load_library
from corpus.layout import width
from eval import EvalError, console, run_evaluation
from eval.baselines import ModeBaseline, QuickStartBaseline, chunks_of, stands_for
from eval.disturbance import DISTURBANCES
from eval.runner import AssistantSystem, follow_up_gains, run
from eval.types import Case, Prediction, load_predictions, save_predictions

TODAY = dt.date(2025, 6, 1)
TRAINING = "wzf-2021-13_2.2.5"
RIGHTS = "wzf-2021-13_2.6.2"
SECRET = "测试集里的问题 <b>2</b>"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


class FakeIndex:
    """Finds the clauses that share most characters with the query."""

    def __init__(self, library: Library) -> None:
        self._clauses = list(library)
        self.embedder = FakeEmbedder()

    def search(self, query: str, k: int = 20, mode: Any = "hybrid") -> tuple[Any, ...]:
        best = sorted(self._clauses, key=lambda c: (-len(set(query) & set(c.text)), c.id))[:k]
        return tuple(SimpleNamespace(passage=SimpleNamespace(clause_id=c.id, text=c.text)) for c in best)


class FakeEmbedder:
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = [0.01] * 64
        for pair in (text[i : i + 2] for i in range(len(text) - 1)):
            vector[zlib.crc32(pair.encode()) % 64] += 1
        return vector


class FakeAssistant:
    """Says the training clause to everything; breaks on one word and refuses on another."""

    def __init__(self, library: Library) -> None:
        self.index = FakeIndex(library)
        self.asked: list[tuple[str, int, str]] = []
        self._library = library

    def ask(self, question: str, history: Any = (), audience: Any = "resident") -> Answer:
        self.asked.append((question, len(history), audience))
        if "出错" in question:
            raise ValueError("broken")
        if "多少钱" in question:
            return self._answer(question, Outcome.NOT_IN_CORPUS, message="规划没有规定金额。")
        clause = self._library.clause(TRAINING)
        start = clause.text.index("每年培训")
        quote = clause.text[start : start + 15]
        citation = Citation(clause_id=TRAINING, label="二（二）5", quote=quote, span=Span(start, start + 15))
        said = Statement(text="每年培训残疾人2000人次。<script>alert(1)</script>", citations=(citation,))
        return self._answer(question, Outcome.ANSWERED, statements=(said,), retrieved=(TRAINING,))

    def _answer(self, question: str, outcome: Outcome, **fields: Any) -> Answer:
        standalone = question + "职业技能培训" if question.startswith("那") else question
        return Answer(
            question=question,
            standalone_question=standalone,
            kind="figure",
            audience="resident",
            outcome=outcome,
            timings_ms={"retrieve": 2.0},
            **fields,
        )


def _lines(*cases: dict[str, object]) -> str:
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)


def _case(number: str, question: str, **changes: object) -> dict[str, object]:
    facts = {"kind": "figure", "answerable": True, "gold": [TRAINING], "facts": [["2000人次"]]}
    return {"id": number, "question": question} | facts | changes


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "dev.jsonl").write_text(
        _lines(
            _case("d1", "每年培训多少残疾人？"),
            _case("d2", "维权人员 <i>培训</i> 多少？", gold=[RIGHTS], facts=[["不少于2000人次"]]),
            _case("d3", "补贴多少钱？", kind="unanswerable_near", answerable=False, facts=[], gold=[]),
            _case("d4", "出错的问题"),
            _case("d5", "那每年多少人？", kind="follow_up", history=["培训有什么安排？"], persona="staff"),
        ),
        encoding="utf-8",
    )
    (folder / "test.jsonl").write_text(
        _lines(_case("t1", SECRET, facts=[["测试要点"]]), _case("t2", "每年培训多少？")), encoding="utf-8"
    )
    return folder


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def test_an_evaluation_from_files_to_files(data: Path, tmp_path: Path, library: Library) -> None:
    out = tmp_path / "out"
    assistant = FakeAssistant(library)
    report = run_evaluation("dev", out, assistant=assistant, library=library, today=TODAY, data_dir=data)
    assert [system.name for system in report.systems] == [
        "tiaoju",
        "keyword-only",
        "dense-only",
        "langchain-quickstart",
    ]
    first = report.systems[0].overall
    assert first["accuracy"].value == pytest.approx(3 / 5)
    assert first["quote_exact"].value == 1
    assert first["false_refusals"].value == 0
    assert {miss.case.id: miss.reason for miss in report.misses} == {"d2": "retrieval", "d4": "error"}
    assert report.systems[1].overall["selective"].n == 5, "a baseline never refuses"
    steps = {latency.step: latency for latency in report.systems[0].latency}
    assert steps["step:retrieve"].p50 == 0.002
    assert json.loads((out / "report.json").read_text(encoding="utf-8"))["split"] == "dev"
    assert {path.name for path in out.iterdir()} == {
        "report.json",
        "report.html",
        *(f"predictions-{system.name}.jsonl" for system in report.systems),
    }
    again = run_evaluation("dev", assistant=FakeAssistant(library), library=library, today=TODAY, data_dir=data)
    assert [s.overall for s in again.systems] == [s.overall for s in report.systems]


def test_history_is_asked_first_in_the_same_voice(data: Path, library: Library) -> None:
    assistant = FakeAssistant(library)
    run_evaluation("dev", baselines=False, assistant=assistant, library=library, today=TODAY, data_dir=data)
    assert assistant.asked[-2:] == [("培训有什么安排？", 0, "staff"), ("那每年多少人？", 1, "staff")]


def test_follow_up_gain_compares_the_same_search(library: Library) -> None:
    case = Case.model_validate(_case("f", "那呢？", history=["培训？"]))
    said = Prediction(case_id="f", standalone_question="开展残疾人职业技能培训的机构项目公示和竞赛模式？")
    assert follow_up_gains([case], [said], FakeIndex(library)) == {"f": 1.0}
    assert follow_up_gains([case], [Prediction(case_id="f")], FakeIndex(library)) == {"f": 0.0}


@pytest.mark.parametrize("split", ["test", "all"])
def test_misses_of_the_test_split_are_counted_but_not_shown(
    split: Any, data: Path, tmp_path: Path, library: Library
) -> None:
    def everything(out: Path, *, show: bool) -> str:
        report = run_evaluation(
            split,
            out,
            show_test_misses=show,
            assistant=FakeAssistant(library),
            library=library,
            today=TODAY,
            data_dir=data,
        )
        return console(report) + "".join(path.read_text(encoding="utf-8") for path in out.iterdir())

    hidden = everything(tmp_path / "hidden", show=False)
    assert "有 1 个问题没有答对" in hidden
    assert "测试要点" not in hidden
    assert "测试集里的问题" not in hidden
    assert '"t1"' not in hidden
    assert "测试要点" in everything(tmp_path / "shown", show=True)


def test_the_page_escapes_what_it_shows_and_has_its_structure(data: Path, tmp_path: Path, library: Library) -> None:
    run_evaluation("dev", tmp_path, assistant=FakeAssistant(library), library=library, today=TODAY, data_dir=data)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "&lt;i&gt;培训&lt;/i&gt;" in text
    assert page.tags[0] == ("html", {"lang": "zh-CN"})
    assert page.count("h1") == 1
    assert page.count("table") == page.count("caption") == 4
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    assert page.count("svg") == page.count("desc") == page.count("figcaption") == 3
    assert len(page.ids) == len(set(page.ids))
    links = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a"]
    assert all(link.startswith("#") and link[1:] in page.ids for link in links)
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:|//)""", text), "self-contained"


def test_the_terminal_table_is_aligned(data: Path, library: Library) -> None:
    report = run_evaluation("dev", assistant=FakeAssistant(library), library=library, today=TODAY, data_dir=data)
    for block in console(report).split("\n\n"):
        lines = block.splitlines()
        if len(lines) > 3:
            assert width(lines[1]) == max(map(width, lines[2:])), block


def test_failed_gates_are_said(data: Path, library: Library) -> None:
    def shown(today: dt.date) -> str:
        assistant = FakeAssistant(library)
        return console(run_evaluation("dev", assistant=assistant, library=library, today=today, data_dir=data))

    assert "未达标" not in shown(TODAY)
    assert "未达标：过期未提示为 3/5，必须为 0。" in shown(dt.date(2026, 11, 23))


def test_robustness_is_measured_on_request(data: Path, library: Library) -> None:
    report = run_evaluation(
        "dev",
        baselines=False,
        disturb=True,
        assistant=FakeAssistant(library),
        library=library,
        today=TODAY,
        data_dir=data,
    )
    assert {row.name for row in report.robustness} == {rule.name for rule in DISTURBANCES}
    assert {row.lost.n for row in report.robustness} == {4}
    assert "抗干扰" not in console(report)
    assert "客套话" in console(report)


def test_disturbances_change_the_question_the_same_way_every_time() -> None:
    question = "困难残疾人生活补贴覆盖率2025年达到99%吗？"
    changed = {rule.name: rule.apply(question) for rule in DISTURBANCES}
    assert all(text != question for text in changed.values())
    assert changed == {rule.name: rule.apply(question) for rule in DISTURBANCES}
    assert sorted(changed["swap"]) == sorted(question)
    assert len(changed["drop"]) == len(question) - 1
    assert "99%" in changed["punctuation"]
    assert all("2025" in changed[name] for name in ("drop", "swap"))


def test_answers_of_another_system_are_scored_from_a_file(data: Path, tmp_path: Path, library: Library) -> None:
    path = tmp_path / "other.jsonl"
    save_predictions(path, [Prediction(case_id="d1", text="2000人次", seconds=1.5)])
    assert load_predictions(path)[0].seconds == 1.5
    report = run_evaluation("dev", baselines=False, predictions=path, library=library, today=TODAY, data_dir=data)
    assert report.systems[0].label == "other"
    assert report.systems[0].overall["accuracy"].value == pytest.approx(1 / 5)
    assert report.systems[0].misses["error"] == 4


def test_a_failing_case_stops_nothing(library: Library) -> None:
    cases = [Case.model_validate(_case(str(i), question)) for i, question in enumerate(["出错", "培训多少？"])]
    first, second = run(AssistantSystem(FakeAssistant(library)), cases)
    assert first.error == "ValueError: broken"
    assert second.text.startswith("每年培训")


def test_wrong_arguments_are_named(data: Path, library: Library) -> None:
    with pytest.raises(EvalError, match="dev、test、all"):
        run_evaluation("train", library=library, data_dir=data)  # type: ignore[arg-type]
    (data / "test.jsonl").write_text(_lines(_case("d1", "又一次")), encoding="utf-8")
    with pytest.raises(EvalError, match="d1"):
        run_evaluation("all", assistant=FakeAssistant(library), library=library, data_dir=data)


def test_a_quick_start_chunk_stands_for_clauses_that_half_overlap() -> None:
    assert stands_for(Span(0, 100), (Span(90, 100), Span(100, 110))), "half of the clause"
    assert not stands_for(Span(0, 100), (Span(91, 100), Span(100, 110)))
    assert stands_for(Span(0, 100), (Span(50, 500),)), "half of the chunk"
    assert not stands_for(Span(0, 100), (Span(100, 200),))


def test_quick_start_chunks_of_the_plan(library: Library) -> None:
    from corpus.library import DOCUMENTS
    from corpus.read import read_text

    document = library.documents[0]
    source, _ = read_text(DOCUMENTS / document.source)
    chunks = chunks_of(document.id, source, document.clauses)
    assert all(source[chunk.span.start : chunk.span.end] == chunk.text for chunk in chunks)
    assert max(len(chunk.text) for chunk in chunks) <= 500
    assert {i for chunk in chunks for i in chunk.clause_ids} == {clause.id for clause in document.clauses}


def test_baselines_answer_with_what_they_find_first(library: Library) -> None:
    case = Case.model_validate(_case("q", "有培训需求的残疾人免费得到培训，每年培训残疾人多少人次？"))
    index = FakeIndex(library)
    found = ModeBaseline(index, library, "keyword").predict(case)
    assert found.text == library.clause(str(found.retrieved[0])).text
    assert len(found.citations) == 4
    assert not found.refused
    chunks = QuickStartBaseline(index.embedder, library).predict(case)
    assert [c.clause_id for c in chunks.citations] == list(
        dict.fromkeys(i for unit in chunks.retrieved[:4] for i in unit)
    )
    assert all(citation.quote is None for citation in chunks.citations)


def test_a_chart_says_every_value_in_words_and_escapes_them() -> None:
    bars = (Bar(label="A<B", value=0.5, text="50.0%", low=0.4, high=0.6), Bar(label="C", value=0, text="0.0%"))
    chart = bar_chart("x", "图 & 表", [Group(heading="组", bars=bars)], 1.0)
    assert '<desc id="x-desc">组：A&lt;B 50.0%，C 0.0%。</desc>' in chart
    assert '<title id="x-title">图 &amp; 表</title>' in chart
    assert 'width="210.0"' in chart, "half of the plot's 420"
    assert "A<B" not in chart
