"""A figure quoted in the question: where it stands and what it says ("“2000人次”指什么")."""

from __future__ import annotations

import re

from assistant.answerers.passage import support
from assistant.draft import Draft
from assistant.evidence import Evidence, Unit
from assistant.figures import Figure, figures
from assistant.types import Outcome
from assistant.understand import Question
from corpus.types import ClauseKind

_QUOTED = re.compile(r"[“\"「『]([^”\"」』]*\d[^”\"」』]*)[”\"」』]")
_MEANS = re.compile(r"指|说的|什么|哪里|哪条|出处|一样|相同|同一|区别|不同|意思")
_MOST = 4


def answer_mentions(question: Question, evidence: Evidence) -> Draft | None:
    """Every sentence with the quoted figures, in the order of the question; None where one stands nowhere."""
    quoted = _QUOTED.findall(question.text)
    if not quoted or question.kind == "claim" or not _MEANS.search(question.form):
        return None
    units: list[Unit] = []
    for text in quoted:
        wanted = figures(text)
        found = [u for u in _sentences(evidence) if wanted and all(_in(f, figures(u.quote)) for f in wanted)]
        if not found or len(found) > 2:
            return None
        units += found
    statements = dict.fromkeys(support(unit, evidence) for unit in units)
    return Draft(outcome=Outcome.ANSWERED, statements=tuple(statements)[:_MOST])


def only_quotes(question: Question) -> bool:
    """Whether the subject is what is quoted and nothing else."""
    quoted = "".join(_QUOTED.findall(question.text))
    return bool(quoted) and all(term.word in quoted for term in question.terms)


def _in(wanted: Figure, stated: tuple[Figure, ...]) -> bool:
    """Whether a figure is stated; one quoted without a comparator is meant with any (2000人次: 不少于2000人次)."""
    return any(
        (f.value, f.unit) == (wanted.value, wanted.unit) and wanted.comparator in ("", f.comparator) for f in stated
    )


def _sentences(evidence: Evidence) -> list[Unit]:
    clauses = [c for c in evidence.library if c.kind is ClauseKind.PARAGRAPH and not c.role]
    return [unit for clause in clauses for unit in evidence.whole(clause)]
