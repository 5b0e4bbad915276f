"""Makes the vectors that come with the program anew: ``python -m index.ship``, after the plan, the five laws, the
questions on record or the way of embedding changed. Without it what is missing is embedded with every first index.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import numpy as np

from corpus import load_library
from corpus.laws import DISABILITY_LAWS, read_laws
from corpus.library import Library
from index.asked import asked_questions, silent_questions
from index.embed import BundledEmbedder
from index.shipped import FILE
from index.splitter import ClauseSplitter, passages
from index.vectors import key_of
from index.words import Words


def write(vectors: Mapping[str, Sequence[float]]) -> None:
    """Keep vectors as signed bytes, each scaled by its largest number: the cosine to what it was is above 0.9999."""
    keys = sorted(vectors)
    numbers = np.asarray([vectors[key] for key in keys], dtype=np.float32)
    numbers *= 127 / np.abs(numbers).max(axis=1, keepdims=True)
    np.savez(
        FILE,
        keys=np.asarray([list(bytes.fromhex(key)) for key in keys], dtype=np.uint8),
        vectors=np.rint(numbers).astype(np.int8),
    )


def main() -> None:
    """Embed everything anew."""
    library = Library([*load_library().documents, *read_laws(DISABILITY_LAWS)])
    splitter, embedder = ClauseSplitter(Words()), BundledEmbedder()
    texts = [part.embedded for c in library for part in passages(c, library.document(c.document_id).title, splitter)]
    questions = [*(question.text for question in asked_questions(library)), *silent_questions()]
    found = dict(zip(map(key_of, texts), embedder.embed_documents(texts), strict=True))
    asked = embedder.embed_queries(questions)
    found |= {key_of(text, query=True): vector for text, vector in zip(questions, asked, strict=True)}
    write(found)
    print(f"{len(found)} vectors", file=sys.stderr)


if __name__ == "__main__":
    main()
