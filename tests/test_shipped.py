"""The vectors that come with the program: all that the first index needs, and what the embedder itself would make."""

from __future__ import annotations

import numpy as np
import pytest

from corpus import load_library
from corpus.laws import DISABILITY_LAWS, read_laws
from corpus.library import Library
from index.asked import asked_questions, silent_questions
from index.embed import BundledEmbedder
from index.shipped import FILE, shipped
from index.splitter import ClauseSplitter, passages
from index.vectors import key_of
from index.words import Words

MAKE_ANEW = "the texts changed: run python -m index.ship"


@pytest.fixture(scope="module")
def texts() -> tuple[list[str], list[str]]:
    """Passages and questions of the plan and the five laws."""
    library = Library([*load_library().documents, *read_laws(DISABILITY_LAWS)])
    splitter = ClauseSplitter(Words())
    parts = [part.embedded for c in library for part in passages(c, library.document(c.document_id).title, splitter)]
    return parts, [*(question.text for question in asked_questions(library)), *silent_questions()]


def test_the_first_index_waits_for_no_embedding(texts: tuple[list[str], list[str]]) -> None:
    parts, questions = texts
    wanted = {key_of(text) for text in parts} | {key_of(text, query=True) for text in questions}
    assert wanted <= shipped().keys(), MAKE_ANEW
    assert shipped().keys() <= wanted, MAKE_ANEW  # nothing is carried that nobody needs


def test_they_are_what_the_embedder_makes(texts: tuple[list[str], list[str]]) -> None:
    parts, questions = (some[::100] for some in texts)
    embedder, ours = BundledEmbedder(), shipped()
    fresh = np.asarray([*embedder.embed_documents(parts), *embedder.embed_queries(questions)])
    kept = np.asarray([ours[key_of(text)] for text in parts] + [ours[key_of(text, query=True)] for text in questions])
    assert (np.sum(fresh * kept, axis=1) > 0.998).all(), MAKE_ANEW


def test_a_damaged_file_costs_time_only(tmp_path) -> None:  # type: ignore[no-untyped-def]
    broken = tmp_path / "shipped.npz"
    broken.write_bytes(FILE.read_bytes()[:1000])
    assert shipped(broken) == {} == shipped(tmp_path / "none.npz")
