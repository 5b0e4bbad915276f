"""Names that every form of an answer shares: numbers of citations, short labels, cells of a row."""

from __future__ import annotations

from assistant.types import Answer, Citation, Statement
from corpus.library import Library


def numbers(answer: Answer, statement: Statement) -> tuple[int, ...]:
    """Numbers (依据1, 依据2…) of a statement's citations within its answer, counting from 1."""
    order = answer.citations
    return tuple(order.index(citation) + 1 for citation in statement.citations)


def short_label(citation: Citation, library: Library) -> str:
    """The label without the document's title, as it is spoken: 二（一）3."""
    return library.clause(citation.clause_id).label


def cells(citation: Citation, library: Library) -> tuple[tuple[str, str], ...]:
    """(column, value) of a table row, for people who hear it; empty for any other clause."""
    clause = library.clause(citation.clause_id)
    return tuple((cell.column, cell.value or "（空）") for cell in clause.cells)
