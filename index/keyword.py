"""Keyword index: BM25 over jieba words and characters, persisted by bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from index.words import Words


class KeywordIndex:
    """BM25 (Lucene variant, k1 1.5, b 0.75) over the terms of :meth:`Words.keyword_terms`."""

    def __init__(self, model: bm25s.BM25, words: Words) -> None:
        self._model = model
        self._words = words

    @classmethod
    def build(cls, texts: Sequence[str], words: Words) -> KeywordIndex:
        model = bm25s.BM25(method="lucene")
        model.index([words.keyword_terms(text) or ["∅"] for text in texts], show_progress=False)
        return cls(model, words)

    @classmethod
    def load(cls, folder: Path, words: Words) -> KeywordIndex:
        """Raises OSError or ValueError where the files are missing or damaged."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False), words)

    def save(self, folder: Path) -> None:
        self._model.save(str(folder), show_progress=False)

    def scores(self, query: str) -> np.ndarray:
        """BM25 score of every passage, in the order in which they were indexed."""
        terms = [t for t in self._words.keyword_terms(query) if t in self._model.vocab_dict]
        if not terms:
            return np.zeros(self._model.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._model.get_scores(terms))
