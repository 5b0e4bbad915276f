"""The chapters of a document: what a person studies at one sitting."""

from __future__ import annotations

from itertools import groupby

from corpus.types import Clause, ClauseKind, Document, Frozen

_DEPTH = 2  # levels of headings that make a chapter: 主要任务 · 提升残疾人基本保障水平
_OPENING = "开头"


class Chapter(Frozen):
    """A run of clauses under the same headings; ``number`` counts from 1 in reading order."""

    number: int
    title: str
    clauses: tuple[Clause, ...]


def chapters_of(document: Document) -> tuple[Chapter, ...]:
    """Chapters in reading order, without front matter, imprint and bare headings."""
    clauses = [c for c in document.clauses if not c.role and c.kind is not ClauseKind.HEADING]
    runs = groupby(clauses, lambda clause: _title(clause, document))
    return tuple(Chapter(number=n, title=title, clauses=tuple(run)) for n, (title, run) in enumerate(runs, 1))


def _title(clause: Clause, document: Document) -> str:
    above = [heading for heading in clause.headings if heading != document.name][:_DEPTH]
    return " · ".join(above) or clause.title or _OPENING
