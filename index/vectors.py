"""Vectors made before, by what was embedded: a changed document costs only its changes, a killed build nothing.

An SQLite file beside the builds. It is a store of what can be made again: damaged, it is thrown away.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from index.embed import BUNDLED, BundledEmbedder
from index.shipped import shipped

_VERSION = 3  # raise it when an embedder's vectors come out differently


def key_of(text: str, embedder_name: str = BUNDLED, query: bool = False) -> str:
    """What a vector is kept under: SHA-256 (hex) of the embedder, the way of embedding and the text."""
    way = "query" if query else "passage"
    return hashlib.sha256(f"{embedder_name}\x00{_VERSION}\x00{way}\x00{text}".encode()).hexdigest()


class VectorCache:
    """Vectors of one embedder; use from one thread.

    Args:
        embedder_name: another embedder's vectors are not taken.
    """

    def __init__(self, path: Path, embedder: Embeddings, embedder_name: str) -> None:
        self._embedder, self._name = embedder, embedder_name
        self._used: set[str] = set()
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            self._database = self._open(path)

    def embed(self, texts: Sequence[str], queries: bool = False) -> list[list[float]]:
        """Vectors of passages or of queries; those not known yet are made and kept before this returns.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        keys = [key_of(text, self._name, queries) for text in texts]
        self._used.update(keys)
        known = self._known(keys)
        wanted = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        new = list(wanted.values())
        vectors = self._embed_queries(new) if queries else self._embed_passages(new)
        made = dict(zip(wanted, vectors, strict=True))
        rows = [(key, np.asarray(vector, dtype=np.float32).tobytes()) for key, vector in made.items()]
        try:
            with self._database:
                self._database.executemany("insert or replace into vectors values (?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise OSError(28 if "full" in str(error) else 5, str(error)) from error
        return [made[key] if key in made else known[key] for key in keys]

    def close(self, forget: bool = False) -> None:
        """Close the file; ``forget`` drops what was not asked for since it was opened."""
        with closing(self._database):
            if forget:
                keys = [key for (key,) in self._database.execute("select key from vectors") if key not in self._used]
                with self._database:
                    self._database.executemany("delete from vectors where key = ?", [(key,) for key in keys])

    def _embed_passages(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts) if texts else []

    def _embed_queries(self, texts: list[str]) -> list[list[float]]:
        if texts and isinstance(self._embedder, BundledEmbedder):
            return self._embedder.embed_queries(texts)
        return [self._embedder.embed_query(text) for text in texts]

    def _known(self, keys: Sequence[str]) -> dict[str, list[float]]:
        marks = ",".join("?" * len(keys))
        rows = self._database.execute(f"select key, vector from vectors where key in ({marks})", keys)
        known = {key: np.frombuffer(vector, dtype=np.float32).tolist() for key, vector in rows}
        if self._name == BUNDLED:
            ours = shipped()
            known |= {key: ours[key].tolist() for key in keys if key not in known and key in ours}
        return known

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        database = sqlite3.connect(path)
        try:
            database.execute("create table if not exists vectors (key text primary key, vector blob not null)")
            database.execute("select count(*) from vectors").fetchone()
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database
