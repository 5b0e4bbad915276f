"""Questions that can be asked next, made from the clauses beside those shown."""

from __future__ import annotations

from corpus.library import Library
from corpus.types import Clause, ClauseKind, DocumentKind

_MOST = 3


def suggestions(clause_ids: tuple[str, ...], library: Library, choices: bool = False) -> tuple[str, ...]:
    """Up to three questions that this corpus answers: on the neighbours of the clauses shown.

    Args:
        choices: on the clauses themselves, where it is asked back which of them is meant.
    """
    clauses = [library.clause(i) for i in clause_ids]
    beside = [c for clause in clauses for c in _beside(clause, library) if c.id not in clause_ids]
    asked = [_question(c, _is_plan(c, library)) for c in (clauses if choices else beside)]
    return tuple(dict.fromkeys(q for q in asked if q))[:_MOST]


def _is_plan(clause: Clause, library: Library) -> bool:
    return library.document(clause.document_id).kind is DocumentKind.PLAN


def _beside(clause: Clause, library: Library) -> list[Clause]:
    """The clauses before and after under the same headings, the next first."""
    peers = [
        c
        for c in library.document(clause.document_id).clauses
        if c.headings == clause.headings and c.kind is clause.kind
    ]
    at = peers.index(clause)
    return [*peers[at + 1 : at + 3], *peers[max(0, at - 1) : at]]


def _question(clause: Clause, plan: bool) -> str:
    if clause.kind is ClauseKind.TABLE_ROW:
        return f"{clause.title}的目标值是多少？"
    if clause.kind is ClauseKind.PARAGRAPH and clause.title:
        noun = "规划" if plan else "文件"
        return f"{noun}对“{clause.title}”是怎么说的？"
    return ""
