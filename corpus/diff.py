"""Two versions of a document: clauses added, removed and changed, with the words that changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal

from corpus.types import Clause, Document, Frozen

Change = Literal["added", "removed", "changed", "moved"]
_WORD = re.compile(r"\d[\d.,]*[%％]?|[A-Za-z]+|[\s\S]")  # figures and Latin words are changed whole
_ALIKE = 0.6  # share of characters from which two clauses of different numbers are the same one, moved


class Changed(Frozen):
    """A clause that differs. ``parts`` are (old, new) pieces in order; equal ones have the same text twice."""

    change: Change
    old: Clause | None
    new: Clause | None
    parts: tuple[tuple[str, str], ...] = ()


def diff_documents(old: Document, new: Document) -> tuple[Changed, ...]:
    """Changes in the order of the new document, removed clauses last."""
    return tuple(_changes(old, new))


def _changes(old: Document, new: Document) -> Iterator[Changed]:
    before = {_key(c): c for c in old.clauses}
    after = {_key(c): c for c in new.clauses}
    gone = {key: c for key, c in before.items() if key not in after}
    texts = {c.text: key for key, c in gone.items()}
    for key, clause in after.items():
        if key in before:
            if before[key].text != clause.text:
                yield Changed(
                    change="changed", old=before[key], new=clause, parts=_parts(before[key].text, clause.text)
                )
        elif (place := texts.get(clause.text)) in gone and place is not None:
            yield Changed(change="moved", old=gone.pop(place), new=clause)
        else:
            near = max(gone, key=lambda k: _likeness(gone[k].text, clause.text), default=None)
            if near is not None and _likeness(gone[near].text, clause.text) >= _ALIKE:
                was = gone.pop(near)
                yield Changed(change="moved", old=was, new=clause, parts=_parts(was.text, clause.text))
            else:
                yield Changed(change="added", old=None, new=clause)
    for clause in gone.values():
        yield Changed(change="removed", old=clause, new=None)


def _key(clause: Clause) -> str:
    return clause.id.removeprefix(f"{clause.document_id}_")


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def _parts(old: str, new: str) -> tuple[tuple[str, str], ...]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return tuple(("".join(before[a:b]), "".join(after[c:d])) for _, a, b, c, d in matcher.get_opcodes())
