"""Questions that people ask, each with the sentence that answers it: a bridge from everyday words to the document's.

A sentence is also found through questions that it answers (the idea of doc2query, Nogueira et al. 2019). Here they
are data, written from the sentences alone, one file a document in ``lexicon/asked``; a document without a file is
found by its own words. Beside them stand questions near to a clause that no document answers, in
``lexicon/silent``: they show where answering ends.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import NamedTuple

from corpus.library import Library
from corpus.types import Span
from index.types import IndexProblem
from index.words import LEXICON


class AskedQuestion(NamedTuple):
    """A question, and the character of a clause's text in the sentence that answers it (None: the whole clause)."""

    clause_id: str
    at: int | None
    text: str

    def answered_in(self, span: Span) -> bool:
        """Whether a sentence of the clause is the one that answers."""
        return self.at is None or span.start <= self.at < span.end


def asked_questions(library: Library, folder: Path = LEXICON / "asked") -> tuple[AskedQuestion, ...]:
    """The questions of a library's documents; one whose sentence a newer text no longer has is left out.

    Raises:
        IndexProblem: a file is malformed.
    """
    found = []
    for document in library.documents:
        sentences = _read(folder / f"{document.id}.toml")
        for clause in document.clauses:
            for phrase, questions in sentences.get(clause.id.removeprefix(f"{document.id}_"), {}).items():
                if (at := clause.text.find(phrase)) >= 0:
                    found += [AskedQuestion(clause.id, at if phrase else None, text) for text in questions]
    return tuple(found)


def silent_questions(folder: Path = LEXICON / "silent") -> tuple[str, ...]:
    """Questions that no document on record answers.

    Raises:
        IndexProblem: a file is malformed.
    """
    files = [_read(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(text for file in files for said in file.values() for texts in said.values() for text in texts)


def fingerprint(questions: tuple[AskedQuestion, ...], silent: tuple[str, ...] = ()) -> str:
    """SHA-256 over all questions and what they point to."""
    lines = [*(f"{i}\x00{at}\x00{text}" for i, at, text in questions), *silent]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Questions by clause and phrase; a bare list of questions stands under the empty phrase."""
    if not path.exists():
        return {}
    try:
        clauses = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            clause: {
                phrase: [str(text) for text in texts]
                for phrase, texts in (said.items() if isinstance(said, dict) else [("", said)])
            }
            for clause, said in clauses.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexProblem(f"问句文件 {path.name} 有误（{error}），请检查 index/lexicon/asked 目录。") from error
