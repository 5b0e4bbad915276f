"""Keyword index: BM25 over jieba words and characters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.bm25 import Bm25, Floats
from index.words import Words


class KeywordIndex:
    """BM25 (k1 1.5, b 0.75) over the terms of :meth:`Words.keyword_terms`."""

    def __init__(self, terms: Bm25, words: Words) -> None:
        self._terms = terms
        self._words = words

    @classmethod
    def build(cls, texts: Sequence[str], words: Words) -> KeywordIndex:
        return cls(Bm25.build([words.keyword_terms(text) for text in texts]), words)

    @classmethod
    def load(cls, folder: Path, words: Words) -> KeywordIndex:
        """Raises OSError, KeyError, TypeError or ValueError where the files are missing or damaged."""
        return cls(Bm25.load(folder), words)

    def save(self, folder: Path) -> None:
        self._terms.save(folder)

    def __len__(self) -> int:
        """Number of passages."""
        return len(self._terms)

    def scores(self, query: str) -> Floats:
        """BM25 score of every passage, in the order in which they were indexed."""
        return self._terms.scores(self._words.keyword_terms(query))
