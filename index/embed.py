"""Embedders behind one port: LangChain's ``Embeddings``."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from index.types import IndexProblem

BUNDLED = "bundled"
MAX_CHARS = 1000  # more would only blur what a text is about


def make_embedder(name: str = BUNDLED) -> Embeddings:
    """Embedder by setting.

    Args:
        name: "bundled" (comes with the program, needs no hub), or any
            sentence-transformers model: a local folder or a hub name.

    Raises:
        IndexProblem: the model cannot be loaded.
    """
    return BundledEmbedder() if name == BUNDLED else SentenceTransformerEmbedder(name)


class BundledEmbedder(Embeddings):
    """The encoder that comes with the program (encoder/), 384 dimensions, unit length. Safe for several threads; do not
    fork after first use."""

    def __init__(self) -> None:
        try:
            from index.encoder import Encoder

            self._encode = Encoder()
        except Exception as error:  # onnxruntime raises kinds of its own
            raise IndexProblem(
                f"自带的向量模型无法加载（{type(error).__name__}）。请重新安装（pip install -e .）；还不行，"
                "可以用 TIAOJU_EMBEDDER 指定一个 sentence-transformers 模型的文件夹。"
            ) from error

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return self._prefixed("passage", texts)

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Many questions at once; the same vectors as one by one."""
        return self._prefixed("query", texts)

    def embed_query(self, text: str) -> list[float]:
        return self.embed_queries([text])[0]

    def _prefixed(self, kind: str, texts: Sequence[str]) -> list[list[float]]:
        """With the words in front that the model tells questions and passages by."""
        vectors: list[list[float]] = self._encode([f"{kind}: {_clean(text)}" for text in texts]).tolist()
        return vectors


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


def _clean(text: str) -> str:
    """A lone surrogate raises in the tokenizer; it and NUL become a space."""
    return "".join(" " if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text[:MAX_CHARS]) or " "
