"""What an answerer hands on: statements with their quotes, not yet verified."""

from __future__ import annotations

import re

from assistant.types import Citation, Notice, Outcome, Statement
from corpus.library import Library
from corpus.types import Clause, DocumentKind, Frozen, Span
from prompts import exists, say


class Draft(Frozen):
    """An answer before verification; ``message`` claims nothing and needs no citation.

    ``missing``: the refusal names what is not said (具体金额), so the question itself was understood.
    """

    outcome: Outcome
    message: str = ""
    statements: tuple[Statement, ...] = ()
    related: tuple[Citation, ...] = ()
    generator: str = "extractive"
    notices: tuple[Notice, ...] = ()
    missing: bool = False


_WORDINGS = {DocumentKind.PLAN: "plan", DocumentKind.LAW: "law"}  # else it is a rule: 办法、通知


def cite(library: Library, clause: Clause, span: Span | None = None) -> Citation:
    """Citation of a part of a clause (default: all of it), word for word."""
    span = span or Span(0, len(clause.text))
    return Citation(
        clause_id=clause.id, label=library.label(clause, span), quote=clause.text[span.start : span.end], span=span
    )


def cite_words(library: Library, clause: Clause, words: str) -> Citation | None:
    """Citation of the first place where the clause has exactly these words; None where it has not."""
    start = clause.text.find(words)
    return cite(library, clause, Span(start, start + len(words))) if start >= 0 else None


def say_of(name: str, clause: Clause, library: Library, /, **values: object) -> str:
    """The text of that name in the wording for the clause's kind of source: a plan aims, a law prescribes."""
    document = library.document(clause.document_id)
    key = f"{name}_{_WORDINGS.get(document.kind, 'rule')}"
    where = f"{document.region}的" if document.region else ""
    return say(key if exists(key) else name, where=where, **values)


def tidy(text: str) -> str:
    """Quoted words as they are read aloud: no white space, closed by a full stop.

    White space of the printed page ("2000 人次") is kept in the quote and left out here.
    """
    text = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", text).strip("，,；;、：: ")
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
