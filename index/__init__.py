"""Clauses -> passages -> Chroma and keyword index; the hybrid retriever."""

from index.embed import make_embedder
from index.store import ClauseRetriever, SearchIndex, open_index
from index.types import Hit, IndexProblem, Passage
from index.words import Words

__all__ = ["ClauseRetriever", "Hit", "IndexProblem", "Passage", "SearchIndex", "Words", "make_embedder", "open_index"]
