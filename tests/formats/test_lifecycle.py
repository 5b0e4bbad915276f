"""A library that is kept for years: added, updated, taken back, compared; only what changed is embedded anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from assistant import Assistant
from assistant.cli import main
from corpus import Document, Library
from corpus.add import Given, read_document
from corpus.store import load_documents
from index import Words, make_embedder, open_index
from index.build import build_index
from tests.conftest import TODAY

RULE = """# 乙市困难残疾人生活补贴办法

第一条 为了保障困难残疾人的基本生活，制定本办法。

第二条 困难残疾人生活补贴标准为每人每月{amount}元。

第三条 申请困难残疾人生活补贴，向户籍所在地的乡镇人民政府提出。

第四条 本办法自{year}年1月1日起施行，有效期2年。
"""


def rule(folder: Path, amount: int = 300, year: int = 2026) -> Path:
    path = folder / f"rule-{amount}-{year}.md"
    path.write_text(RULE.format(amount=amount, year=year), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "documents"


def test_from_adding_to_undoing(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "add", str(rule(tmp_path)), "--id", "yi-1", "--dry-run"]) == 0
    assert "没有保存" in capsys.readouterr().out and not home.exists()
    assert main(["corpus", "add", str(rule(tmp_path)), "--id", "yi-1"]) == 0
    said = capsys.readouterr().out
    assert "编号 yi-1" in said and "2026-01-01施行" in said and "有效到2027-12-31" in said
    assert main(["corpus", "add", str(rule(tmp_path)), "--id", "yi-1"]) == 0
    assert "没有变化" in capsys.readouterr().out
    assert main(["corpus", "add", str(rule(tmp_path, 320)), "--id", "yi-1"]) == 1
    assert "corpus update yi-1" in capsys.readouterr().err
    assert main(["corpus", "diff", "yi-1", str(rule(tmp_path, 320))]) == 0
    assert "[-300-][+320+]" in capsys.readouterr().out
    assert main(["corpus", "update", "yi-1", str(rule(tmp_path, 320))]) == 0
    assert "修改1条" in capsys.readouterr().out
    assert "每人每月320元" in str(load_documents(home))
    assert main(["corpus", "undo", "yi-1"]) == 0
    assert "每人每月300元" in str(load_documents(home))
    assert main(["corpus", "remove", "yi-1"]) == 0 and load_documents(home) == ()
    assert main(["corpus", "undo", "yi-1"]) == 0 and len(load_documents(home)) == 1
    assert main(["corpus", "check"]) == 0
    assert main(["corpus", "undo", "nothing"]) == 1
    assert main(["corpus", "update", "wzf-2021-13", str(rule(tmp_path))]) == 1
    assert "自带的文件不能改动" in capsys.readouterr().err


def test_one_bad_file_of_a_folder_stops_no_other(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rule(folder)
    (folder / "a.docx").write_bytes(b"PK\x03\x04broken")
    assert main(["corpus", "add", str(folder)]) == 1
    told = capsys.readouterr()
    assert "没有导入 a.docx" in told.err and "已导入 1 份" in told.out
    assert len(load_documents(home)) == 1


@pytest.mark.parametrize("given", [["--id", "../x"], ["--id", "大写"], ["--effective", "明年"], ["--kind", "x"]])
def test_what_is_given_wrongly_is_told(home: Path, tmp_path: Path, given: list[str]) -> None:
    try:
        assert main(["corpus", "add", str(rule(tmp_path)), *given]) == 1
    except SystemExit as stopped:
        assert stopped.code == 2
    assert not home.exists()


class Counting(Embeddings):
    """The real embedder, counting; gives up after a number of texts where told to."""

    def __init__(self, most: int = 10**9) -> None:
        self._real, self.count, self._most = make_embedder(), 0, most

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:  # type: ignore[override]
        self.count += len(texts)
        if self.count > self._most:
            raise KeyboardInterrupt
        return self._real.embed_documents(list(texts))

    def embed_query(self, text: str) -> list[float]:
        return self._real.embed_query(text)


def test_a_changed_clause_costs_one_vector_and_a_stopped_build_nothing(
    library: Library, plan: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build._BATCH", 10)
    words = Words(tmp_path)
    first = Counting(most=100)
    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, library, words, first, "counted")
    second = Counting()
    whole = build_index(tmp_path, library, words, second, "counted").passages
    assert second.count <= whole - 90
    changed = next(c for c in plan.clauses if c.label == "二（二）5")
    edited = changed.model_copy(update={"text": changed.text.replace("2000", "2500")})
    clauses = [edited if c is changed else c for c in plan.clauses]
    third = Counting()
    build_index(tmp_path, Library([plan.model_copy(update={"clauses": tuple(clauses)})]), words, third, "counted")
    assert third.count == 1


def _assistant(library: Library, folder: Path, *paths: Path) -> Assistant:
    made = [read_document(p, Given(id=f"yi-{n}", region="乙市")).document for n, p in enumerate(paths)]
    both = Library([*library.documents, *made])
    return Assistant(both, open_index(folder, both), today=lambda: TODAY)


def test_an_amount_is_of_the_rule_in_force_and_says_whose(library: Library, tmp_path: Path) -> None:
    old, new = rule(tmp_path, 300, 2024), rule(tmp_path, 320, 2026)
    counsel = _assistant(library, tmp_path / "index", old, new)
    answer = counsel.ask("困难残疾人生活补贴每个月多少钱")
    assert "乙市的文件规定" in answer.text and "320元" in answer.text and "300元" not in answer.text
    assert any("乙市" in notice.text for notice in answer.notices)
    past = counsel.ask("2024年困难残疾人生活补贴每个月多少钱")
    assert "320元" not in past.text
    assert counsel.ask("孤儿补贴每个月多少钱").refused


def test_a_rule_that_has_ended_is_said_to_have_ended(library: Library, tmp_path: Path) -> None:
    counsel = _assistant(library, tmp_path / "index", rule(tmp_path, 300, 2022))
    answer = counsel.ask("困难残疾人生活补贴办法规定每个月多少钱")
    assert "300元" in answer.text
    assert any(n.kind == "rule_ended" and "2023年12月31日" in n.text for n in answer.notices)
    assert counsel.library.document("yi-0").in_force(dt.date(2023, 1, 1))


def test_an_amount_in_a_table_is_answered_with_its_columns(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "table.md"
    path.write_text(
        "# 乙市2026年两项补贴标准的通知\n\n一、标准\n\n各区标准如下。\n\n"
        "| 地区 | 困难残疾人生活补贴（元/月） | 重度残疾人护理补贴（元/月） |\n|---|---|---|\n"
        "| 东湖区 | 217 | 290 |\n| 西山区 | 230 | 310 |\n",
        encoding="utf-8",
    )
    counsel = _assistant(library, tmp_path / "index", path)
    answer = counsel.ask("西山区的护理补贴每月多少钱")
    assert "西山区" in answer.text and "310" in answer.text and "290" not in answer.text
    assert answer.citations[0].quote == "西山区 230 310"
    assert "≥61%" in counsel.ask("残疾人就业率目标是多少").text


def test_what_is_known_of_a_document_can_be_corrected_and_undone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corpus", "add", str(rule(tmp_path)), "--id", "yi-1", "--issuer", "乙市民政局"]) == 0
    assert main(["corpus", "set", "yi-1", "--number", "乙民发〔2026〕1号", "--ends", "2026-12-31", "--repealed"]) == 0
    (changed,) = load_documents(home)
    assert (changed.number, changed.issuer, str(changed.ends_on)) == ("乙民发〔2026〕1号", "乙市民政局", "2026-12-31")
    assert not changed.in_force(dt.date(2026, 6, 1))
    assert main(["corpus", "list"]) == 0 and "已经废止" in capsys.readouterr().out
    assert main(["corpus", "undo", "yi-1"]) == 0 and load_documents(home)[0].number is None
    assert main(["corpus", "set", "yi-1"]) == 1 and main(["corpus", "set", "wzf-2021-13", "--repealed"]) == 1
    assert main(["corpus", "set", "yi-1", "--superseded-by", "nothing"]) == 1
    assert load_documents(home)[0].status == "in_force"


def test_a_new_rule_says_which_one_it_ends_and_replaces_it(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = rule(tmp_path, 300, 2024), tmp_path / "new.md"
    new.write_text(
        RULE.format(amount=320, year=2026).replace("# 乙市", "# 乙市新的")
        + "《乙市困难残疾人生活补贴办法》同时废止。\n",
        encoding="utf-8",
    )
    assert main(["corpus", "add", str(old), "--id", "yi-1"]) == 0
    assert main(["corpus", "add", str(new), "--id", "yi-2", "--supersedes", "yi-9"]) == 1
    assert [d.id for d in load_documents(home)] == ["yi-1"]  # nothing by half
    capsys.readouterr()
    assert main(["corpus", "add", str(new), "--id", "yi-2"]) == 0
    assert "tiaoju corpus set yi-1 --superseded-by yi-2" in capsys.readouterr().out
    assert main(["corpus", "set", "yi-1", "--superseded-by", "yi-2"]) == 0
    assert {d.id: d.superseded_by for d in load_documents(home)} == {"yi-1": "yi-2", "yi-2": None}
    assert main(["corpus", "update", "yi-1", str(rule(tmp_path, 310, 2024))]) == 0
    assert load_documents(home)[0].superseded_by == "yi-2"


def test_a_folder_is_gone_on_with_where_it_was_left(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in (1, 2, 3):
        text = RULE.format(amount=number, year=2026).replace("乙市", f"乙市{'一二三'[number - 1]}号")
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    (folder / "page.html").write_text("<h1>关于某事的通知</h1><p>一、某事</p><p>某事。</p>", encoding="utf-8")
    (folder / "page_files").mkdir()
    (folder / "page_files" / "menu.js").write_text("一、这不是文件。", encoding="utf-8")
    import corpus.add

    read: list[str] = []

    def stopping(path: Path, *rest: object) -> object:
        if path.name == "3.md" and len(read) < 3:
            raise KeyboardInterrupt
        read.append(path.name)
        return read_document(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(corpus.add, "read_document", stopping)
    assert main(["corpus", "add", str(folder)]) != 0
    assert len(load_documents(home)) == 2
    read.append("")  # from here on it is let through
    assert main(["corpus", "add", str(folder)]) == 0
    assert read == ["1.md", "2.md", "", "3.md", "page.html"]
    assert "已导入 2 份" in capsys.readouterr().out and len(load_documents(home)) == 4


def test_laws_added_twice_are_there_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "add-laws", "残疾人保障法"]) == 0
    assert main(["corpus", "add-laws", "残疾人保障法", "慈善法"]) == 0
    assert "已导入 1 部法律，原来就有 1 部" in capsys.readouterr().out
    assert len(load_documents(home)) == 2
