"""Words in quotation marks held against clauses: the same, character for character, or what differs.

White space, width (，,) and the kind of quotation marks are no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from assistant.claims.form import Form, form_of
from assistant.claims.types import Difference
from assistant.claims.wording import force_words
from corpus.types import Clause, Span

_NAME = 10  # characters; a shorter quotation without punctuation names something: “残疾人之家”
_NEAR = 0.6  # share of a quotation's characters that a misquoted passage must still have


class Quoted(NamedTuple):
    """Where a quotation stands, or what comes nearest to it."""

    clause: Clause
    span: Span
    exact: bool
    likeness: float  # 0-1
    differences: tuple[Difference, ...] = ()


def is_name(quotation: str) -> bool:
    """Whether a quotation names something rather than quoting a passage."""
    form = form_of(quotation).text
    return len(form) < _NAME and not re.search(r"[,。;:]", form)


def find_quotation(quotation: str, clauses: Iterable[Clause], part: Span | None = None) -> Quoted | None:
    """The first clause that has the quotation's characters; None where none has."""
    wanted = _stripped(quotation).text
    for clause in clauses:
        form = _form(clause.text)
        at = form.text.find(wanted) if wanted else -1
        if at >= 0 and _inside(span := form.span(at, at + len(wanted)), part):
            return Quoted(clause, span, True, 1.0)
    return None


def nearest_passage(quotation: str, clauses: Iterable[Clause]) -> Quoted | None:
    """The passage most like a quotation that stands in none of the clauses; None where nothing is like it."""
    wanted = _stripped(quotation)
    found = (_nearest(wanted, clause, quotation) for clause in clauses if wanted.text)
    best = max((q for q in found if q is not None), key=lambda q: q.likeness, default=None)
    return best if best is not None and best.likeness >= _NEAR else None


def cut_off(quoted: Quoted) -> tuple[str, ...]:
    """Negations and permissions that stand right before a quotation in its clause and were not quoted."""
    before = re.split(r"[。；，,;：:\n]", quoted.clause.text[: quoted.span.start])[-1]
    return force_words(form_of(before).text)


def _nearest(wanted: Form, clause: Clause, quotation: str) -> Quoted | None:
    form = _form(clause.text)
    matcher = SequenceMatcher(None, wanted.text, form.text, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size]
    core = max(blocks, key=lambda b: b.size, default=None)
    if core is None:
        return None
    # the passage around the longest run that they share; a few characters may have been put in or left out
    start = max(0, core.b - core.a - 5)
    end = min(len(form.text), core.b - core.a + len(wanted.text) + 5)
    window = form.text[start:end]
    edits = SequenceMatcher(None, wanted.text, window, autojunk=False)
    shared = [b for b in edits.get_matching_blocks() if b.size]
    left, right = (
        shared[0].b - shared[0].a,
        shared[-1].b + shared[-1].size + len(wanted.text) - shared[-1].a - shared[-1].size,
    )
    left, right = max(0, left), min(len(window), right)
    span = form.span(start + left, start + max(right, left + 1))
    edits = SequenceMatcher(None, wanted.text, window[left:right], autojunk=False)
    differences = tuple(
        Difference(
            written=_raw(wanted, quotation, a, b), stated=_raw(form, clause.text, start + left + c, start + left + d)
        )
        for tag, a, b, c, d in edits.get_opcodes()
        if tag != "equal"
    )
    return Quoted(clause, span, False, edits.ratio(), differences)


def _raw(form: Form, text: str, start: int, end: int) -> str:
    return text[slice(*form.span(start, end))] if start < end else ""


def _stripped(quotation: str) -> Form:
    """Form of a quotation without the full stop that the sentence around it may need."""
    form = form_of(quotation)
    kept = len(form.text.rstrip("。.,;…"))
    return Form(form.text[:kept], form.places[:kept])


def _inside(span: Span, part: Span | None) -> bool:
    return part is None or (part.start <= span.start and span.end <= part.end)


@lru_cache(maxsize=20_000)
def _form(text: str) -> Form:
    return form_of(text)
