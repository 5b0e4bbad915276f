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


class Target(NamedTuple):
    """What a question points to: a clause, and the character of its text in the sentence that answers (None: the whole
    clause)."""

    clause_id: str
    at: int | None

    def answers_in(self, span: Span) -> bool:
        """Whether a sentence of the clause is the one that answers."""
        return self.at is None or span.start <= self.at < span.end


class AskedQuestion(NamedTuple):
    """A question and what answers it."""

    target: Target
    text: str


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
                    target = Target(clause.id, at if phrase else None)
                    found += [AskedQuestion(target, text) for text in questions]
    return tuple(found)


def silent_questions(folder: Path = LEXICON / "silent") -> tuple[str, ...]:
    """Questions that no document on record answers.

    Raises:
        IndexProblem: a file is malformed.
    """
    return asked_in(folder)


def asked_in(folder: Path = LEXICON / "asked") -> tuple[str, ...]:
    """All questions of a folder, whatever answers them.

    Raises:
        IndexProblem: a file is malformed.
    """
    files = [_read(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(text for file in files for said in file.values() for texts in said.values() for text in texts)


def fingerprint(library: Library, folder: Path = LEXICON) -> str:
    """SHA-256 over the files that the questions on record of a library are read from, unread: reading them takes a
    fifth of a second at every start."""
    asked = (folder / "asked" / f"{document.id}.toml" for document in library.documents)
    files = [*(path for path in asked if path.is_file()), *sorted((folder / "silent").glob("*.toml"))]
    parts = (part for path in files for part in (path.name.encode(), hashlib.sha256(path.read_bytes()).digest()))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Questions by clause and phrase; a bare list of questions stands under the empty phrase. No file: none."""
    try:
        clauses = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            clause: {
                phrase: [str(text) for text in texts]
                for phrase, texts in (said.items() if isinstance(said, dict) else [("", said)])
            }
            for clause, said in clauses.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexProblem(
            f"问句文件 {path.name} 有误（{error}），请检查 index/lexicon/{path.parent.name} 目录。"
        ) from error
