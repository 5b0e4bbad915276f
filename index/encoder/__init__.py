"""The encoder that comes with the program: a text -> a unit vector, 384 numbers.

Eight layers that learnt to do what the twelve of multilingual-e5-small do (Wang et al. 2024; train.py), with the words
that Chinese texts use, in 8-bit whole numbers (graph.py). Texts of equal length in tokens share a batch: nothing is
padded, and a text's vector is the same, bit for bit, alone or in any company.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODEL = Path(__file__).with_name("model.onnx")
TOKENS = Path(__file__).with_name("tokens.json")
BEGIN, END, UNKNOWN = 0, 2, 3  # tokens of their own; 1 fills up a batch in training
WIDTH = 384
_MOST_TOKENS = 510  # that the places reach, beside the two at the ends
_BATCH_TOKENS = 512  # more fall out of the processor's cache
_SPACES = re.compile(" {2,}")


class Tokens:
    """Text -> numbers of SentencePiece unigrams (Kudo 2018), without the two at the ends.

    Raises:
        OSError, ValueError: the file is missing or damaged.
    """

    def __init__(self, path: Path = TOKENS) -> None:
        from tokenizers import Tokenizer, models

        kept = json.loads(path.read_text(encoding="utf-8"))
        self._written_as = {ord(character): text for character, text in kept["written_as"].items()}
        self._tokenizer: Any = Tokenizer(models.Unigram([tuple(piece) for piece in kept["pieces"]], UNKNOWN, False))

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        return [
            encoding.ids for encoding in self._tokenizer.encode_batch([spelt(text, self._written_as) for text in texts])
        ]


def spelt(text: str, written_as: Mapping[int, str]) -> str:
    """As the vocabulary writes a text: one form of each character, ▁ for a space and in front."""
    text = _SPACES.sub(" ", text.translate(written_as))
    return (text if text.startswith(" ") else f" {text}").replace(" ", "▁")


class Encoder:
    """Texts -> unit vectors. Safe for several threads; do not fork after first use.

    Raises:
        ImportError: onnxruntime or tokenizers cannot be loaded.
        OSError, ValueError, RuntimeError: the files are missing or damaged.
    """

    def __init__(self, model: Path = MODEL) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when onnxruntime is loaded, which else reports to its maker
        import onnxruntime

        self._tokens = Tokens()
        options = onnxruntime.SessionOptions()
        # one thread a batch: two finish a question no sooner, and several batches run side by side
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, "encoder")
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text; a text of over 510 tokens is the mean of its parts."""
        windows, owners = [], []
        for owner, tokens in enumerate(self._tokens.of(texts)):
            for start in range(0, len(tokens) or 1, _MOST_TOKENS):
                windows.append([BEGIN, *tokens[start : start + _MOST_TOKENS], END])
                owners.append(owner)
        means = np.zeros((len(windows), WIDTH), np.float32)
        batches = list(_of_equal_length(windows))
        waiting = [(batch, self._pool.submit(self._means, batch, windows)) for batch in batches[1:]]
        for first in batches[:1]:  # the longest one is done here, where the results are waited for
            means[first] = self._means(first, windows)
        for batch, done in waiting:
            means[batch] = done.result()
        sums = np.zeros((len(texts), WIDTH), np.float32)
        for owner, mean, window in zip(owners, means, windows, strict=True):
            sums[owner] += mean * len(window)
        vectors: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors

    def _means(self, batch: list[int], windows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        (states,) = self._session.run(None, {"tokens": np.asarray([windows[number] for number in batch])})
        means: NDArray[np.float32] = states.mean(axis=1)
        return means


def _of_equal_length(windows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Numbers of windows in batches of one length; a text's windows come in their order."""
    by_length: dict[int, list[int]] = {}
    for number, window in enumerate(windows):
        by_length.setdefault(len(window), []).append(number)
    for length in sorted(by_length, reverse=True):
        size = max(1, _BATCH_TOKENS // length)
        for start in range(0, len(by_length[length]), size):
            yield by_length[length][start : start + size]
