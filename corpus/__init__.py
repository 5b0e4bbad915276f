"""Documents and what reads them: file -> Document -> Clauses."""

from corpus.library import Library, load_library
from corpus.types import Cell, Clause, ClauseKind, CorpusError, Document, DocumentKind, Period, Span

__all__ = [
    "Cell",
    "Clause",
    "ClauseKind",
    "CorpusError",
    "Document",
    "DocumentKind",
    "Library",
    "Period",
    "Span",
    "load_library",
]
