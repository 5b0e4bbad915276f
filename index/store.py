"""The index as it serves: dense and keyword search over passages, fused by rank."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from langchain_chroma import Chroma
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from corpus.library import Library
from index.ahead import Ahead
from index.asked import Target
from index.build import (
    LEAST_FREE,
    Manifest,
    Progress,
    build_index,
    fingerprints,
    load_passages,
    read_manifest,
    stale_because,
)
from index.chroma import chroma_client, collection_name, reached
from index.embed import BUNDLED, make_embedder
from index.keyword import KeywordIndex
from index.misspelt import Misspelt
from index.types import Hit, IndexDamaged, IndexProblem, Passage
from index.votes import Ballot, Near, Silence, Votes
from index.words import Words

Mode = Literal["hybrid", "dense", "keyword"]
RRF_K = 10  # small, because both lists are short and good (Cormack et al. 2009 use 60 for weak lists)
_KEPT = 64  # texts of which what was found is kept: the parts of a question are looked up more than once
_TURN = 0.0002  # seconds that one thread keeps the interpreter while another one waits for it
DEPTH = 100  # passages that each retriever hands to the fusion


class Placed(NamedTuple):
    """A query's unit vector, and its reach towards each question on record (see Votes.reach)."""

    vector: NDArray[np.float32]
    reach: NDArray[np.float32]


class SearchIndex:
    """An open index. Safe for several threads; searching changes nothing."""

    def __init__(
        self,
        store: Chroma,
        keyword: KeywordIndex,
        parts: Sequence[Passage],
        words: Words,
        embedder: Embeddings,
        manifest: Manifest,
        client: Any,
        votes: Votes,
        misspelt: Misspelt,
    ) -> None:
        self._store = store
        self._keyword = keyword
        self._parts = tuple(parts)
        self._position = {part.id: i for i, part in enumerate(self._parts)}
        self._client = client
        self._votes = votes
        self._pool = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "ahead")
        self._placed = Ahead(self._embedded, self._pool, _KEPT)
        self._dense = Ahead(self._asked_of_chroma, self._pool, _KEPT, self._placed)
        self._ballot = Ahead(self._read, self._pool, _KEPT // 4)  # a large array each
        self._of_clause: dict[str, list[Passage]] = {}
        for part in self._parts:
            self._of_clause.setdefault(part.clause_id, []).append(part)
        self.words = words
        self.misspelt = misspelt
        self.embedder = embedder
        self.manifest = manifest

    def search(self, query: str, k: int = 20, mode: Mode = "hybrid", keywords: str = "") -> tuple[Hit, ...]:
        """The best passages for a query, best first.

        Args:
            query: the question, as it is embedded.
            k: most passages to return.
            keywords: further terms for the keyword side only (the domain's terms for everyday words).
        """
        sparse = self._sparse(f"{query} {keywords}") if mode != "dense" else {}
        dense = self._nearest(query) if mode != "keyword" else {}
        dense_rank = {position: rank for rank, position in enumerate(dense, 1)}
        sparse_rank = {position: rank for rank, position in enumerate(sparse, 1)}
        fused = {position: 1 / (RRF_K + rank) for position, rank in dense_rank.items()}
        for position, rank in sparse_rank.items():
            fused[position] = fused.get(position, 0.0) + 1 / (RRF_K + rank)
        best = sorted(fused, key=lambda position: (-fused[position], position))[:k]
        return tuple(
            Hit(
                passage=self._parts[position],
                score=fused[position],
                dense_rank=dense_rank.get(position),
                keyword_rank=sparse_rank.get(position),
                dense_score=dense.get(position),
                keyword_score=sparse.get(position),
            )
            for position in best
        )

    def prepare(self, searched: Sequence[str], compared: Sequence[str] = ()) -> None:
        """Say what will be asked about, so that it is looked up on another core meanwhile.

        Args:
            searched: queries that ``search`` will get, the first one needed first.
            compared: texts that are only compared with the questions on record.
        """
        for query in searched:
            self._placed.begin(query)
            self._dense.begin(query)
        for text in compared:
            self._placed.begin(text)

    def near(self, query: str) -> tuple[Near, ...]:
        """Questions on record that a query is near to, best first (see index/votes.py)."""
        return self._votes.near(self._ballot(query))

    def closest(self, query: str) -> float:
        """How near the nearest question on record is: 1 and more for the same, below 0 for another subject."""
        return self._votes.closest(self._ballot(query))

    def votes(self, query: str, documents: Collection[str]) -> Mapping[Target, float]:
        """Share of the vote that each sentence of some documents has among the questions on record."""
        return self._votes.shares(self._ballot(query), documents)

    def votes_of_part(self, part: str, query: str, documents: Collection[str]) -> Mapping[Target, float]:
        """The same for a part of a query, whose meaning is halfway between what the part alone and the whole mean: a
        part alone does not tell what it is about."""
        one, other = self._placed(part), self._placed(query)
        length = np.linalg.norm(one.vector + other.vector)  # both of unit length
        between = Placed((one.vector + other.vector) / length, (one.reach + other.reach) / length)
        return self._votes.shares(self._votes.ballot(part, *between), documents)

    def votes_by_letters(self, text: str, documents: Collection[str]) -> Mapping[Target, float]:
        """The same by characters alone, without embedding."""
        return self._votes.shares_by_letters(text, documents)

    def silence(self, query: str, documents: Collection[str]) -> Silence:
        """How many of the questions on record that are like the query nothing answers."""
        return self._votes.silence(self._ballot(query), documents)

    @property
    def recorded(self) -> frozenset[str]:
        """Ids of the documents that have questions on record."""
        return self._votes.documents

    def passages(self, clause_id: str) -> tuple[Passage, ...]:
        """Passages of a clause in reading order."""
        return tuple(self._of_clause.get(clause_id, ()))

    def close(self) -> None:
        """Release Chroma's files."""
        self._pool.shutdown()
        self._client.close()

    def _embedded(self, query: str) -> Placed:
        vector = np.asarray(self.embedder.embed_query(query), dtype=np.float32)
        return Placed(vector, self._votes.reach(vector))

    def _read(self, query: str) -> Ballot:
        self._votes.letters(query)  # while the query may still be embedded on another core
        return self._votes.ballot(query, *self._placed(query))

    def _nearest(self, query: str) -> dict[int, float]:
        """Cosine similarity by position, best first. Not kept: a server that is gone must show at the next search."""
        found = self._dense(query)
        self._dense.forget(query)
        return found

    def _asked_of_chroma(self, query: str) -> dict[int, float]:
        vector = self._placed(query).vector[np.newaxis]
        with reached(self.manifest.fingerprints.store):
            found = self._store._collection.query(  # langchain_chroma has no search that returns ids and distances
                query_embeddings=vector, n_results=min(DEPTH, len(self._parts)), include=["distances"]
            )
        pairs = zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        return {self._position[i]: 1 - distance for i, distance in pairs}

    def _sparse(self, query: str) -> dict[int, float]:
        """BM25 score by position, best first, only passages that share a term."""
        scores = self._keyword.scores(query)
        sharing = np.flatnonzero(scores > 0)
        order = sharing[np.argsort(-scores[sharing], kind="stable")[:DEPTH]]
        return {int(i): float(scores[i]) for i in order}


class ClauseRetriever(BaseRetriever):
    """LangChain face of the index: question -> passages as LangChain documents."""

    index: Any
    k: int = 8
    mode: Mode = "hybrid"

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={"clause_id": hit.passage.clause_id, "score": hit.score, "span": list(hit.passage.span)},
            )
            for hit in self.index.search(query, k=self.k, mode=self.mode)
        ]


def open_index(
    folder: Path,
    library: Library,
    embedder_name: str = BUNDLED,
    *,
    rebuild: bool = False,
    progress: Progress = lambda done, total: None,
    notify: Any = lambda message: None,
    chroma_url: str = "",
) -> SearchIndex:
    """Open the index of a library; build it first where it is missing, damaged or out of date.

    The index holds nothing that cannot be made again from the documents, so mending by building
    loses nothing; ``notify`` is told in Chinese why. ``chroma_url`` names a Chroma server that keeps the vectors;
    empty: they lie in the folder.

    Raises:
        IndexProblem: it cannot be built (folder not writable, disk full, model missing, server not reached).
    """
    words = Words(_cache_dir(folder))
    embedder = make_embedder(embedder_name)
    wanted = fingerprints(library, words, embedder_name, chroma_url)

    def build(reason: str) -> None:
        notify(reason)
        build_index(folder, library, words, embedder, embedder_name, progress, chroma_url)

    try:
        found = read_manifest(folder)
        if rebuild:
            build("正在重新建立索引……")
        elif found is None:
            build("第一次启动，正在建立索引（只需一次）……")
        elif stale := stale_because(found[1], wanted):
            build(f"{'、'.join(stale)}有变化，正在重新建立索引……")
        return _open(folder, library, words, embedder)
    except IndexDamaged:
        pass
    build("索引文件已损坏，正在重新建立（索引由文件生成，不会丢失内容）……")
    return _open(folder, library, words, embedder)


def _open(folder: Path, library: Library, words: Words, embedder: Embeddings) -> SearchIndex:
    # threads that multiplied two small matrices go on spinning for a while and take the embedder's processor
    threadpool_limits(1, "blas")
    # who comes back from another core with a vector would else wait 5 ms for whoever reads words meanwhile
    sys.setswitchinterval(_TURN)
    found = read_manifest(folder)
    if found is None:
        raise IndexDamaged(f"索引已损坏（{folder}）。请运行 tiaoju index build 重新建立。")
    home, manifest = found
    try:
        parts = load_passages(home)
        keyword = KeywordIndex.load(home / "keyword", words)
        url = manifest.fingerprints.store
        if not (url or (home / "chroma" / "chroma.sqlite3").is_file()):
            raise ValueError("no Chroma database")
        with reached(url):
            client = chroma_client(home, url)
            name = collection_name(home, url)
            store = Chroma(client=client, collection_name=name, create_collection_if_not_exists=False)
            stored = store._collection.count()
        if not stored == len(parts) == manifest.passages == len(keyword):
            raise ValueError("counts differ")
        votes = Votes.load(home)
        return SearchIndex(store, keyword, parts, words, embedder, manifest, client, votes, Misspelt.load(home))
    except IndexProblem:
        raise
    except PermissionError as error:
        raise IndexProblem(f"没有权限读取索引目录 {folder}，请检查权限。") from error
    except Exception as error:  # Chroma, sqlite and numpy each raise their own kinds for damaged files
        if shutil.disk_usage(folder).free < LEAST_FREE:  # Chroma writes when it opens
            raise IndexProblem(f"磁盘已满，索引打不开；内容没有丢失。请清理磁盘后重试：{folder}") from error
        if not os.access(home, os.W_OK):
            raise IndexProblem(
                f"索引目录 {folder} 只能读、不能写，打不开。请检查权限，或用 TIAOJU_DATA_DIR 换一个可写的目录。"
            ) from error
        raise IndexDamaged(f"索引已损坏（{folder}）。请运行 tiaoju index build 重新建立。") from error


def _cache_dir(folder: Path) -> Path | None:
    """Folder for the words' cache, or None where nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
        return folder
    except OSError:
        return None
