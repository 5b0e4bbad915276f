"""The outline of a document as nested lists that fold: each clause a link, each heading a disclosure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from corpus.types import Clause, ClauseKind, Document


def outline_html(document: Document) -> str:
    """The tree of headings and clauses. Native ``details``: works by keyboard and voice, and without script."""
    clauses = [c for c in document.clauses if not c.role and c.kind is not ClauseKind.TABLE_ROW]
    return f'<ul class="outline">{_level(clauses, document, 0)}</ul>'


def _level(clauses: Sequence[Clause], document: Document, depth: int) -> str:
    """Items of one level: clauses that stand at this depth, each with the deeper ones that follow it."""
    items, at = [], 0
    while at < len(clauses):
        clause = clauses[at]
        if len(clause.headings) > depth and clause.headings[depth] != document.name:
            heading = clause.headings[depth]  # a chapter that is no clause of its own
            end = _end(clauses, at, depth, heading)
            items.append(_branch(heading, _level(clauses[at:end], document, depth + 1)))
        elif len(clause.headings) > depth:
            end = _end(clauses, at, depth)
            items.append(_level(clauses[at:end], document, depth + 1))  # the document's own name is no level
        else:
            end = _end(clauses, at + 1, depth)
            link = f'<a href="#{escape(clause.id)}">{escape(_name(clause))}</a>'
            inner = _level(clauses[at + 1 : end], document, depth + 1)
            items.append(_branch(_name(clause), f"<li>{link}</li>{inner}") if inner else f"<li>{link}</li>")
        at = end
    return "".join(items)


def _end(clauses: Sequence[Clause], start: int, depth: int, heading: str = "") -> int:
    """Where the run ends that lies deeper than ``depth`` (and, where given, under this heading)."""
    end = start
    while end < len(clauses) and clauses[end].headings[depth : depth + 1]:
        if heading and clauses[end].headings[depth] != heading:
            break
        end += 1
    return end


def _branch(name: str, inner: str) -> str:
    return f"<li><details><summary>{escape(name)}</summary><ul>{inner}</ul></details></li>"


def _name(clause: Clause) -> str:
    """Label and title, or the first words of a clause that has no title."""
    words = clause.title or clause.text[:18].rstrip("，、；。 \n") + ("……" if len(clause.text) > 18 else "")
    return f"{clause.label} {words}"
