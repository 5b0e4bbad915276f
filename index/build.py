"""Building an index: passages -> vectors in Chroma, terms in BM25, then one atomic switch.

Layout of the index folder::

    current           name of the build that serves (one line, replaced atomically)
    builds/<name>/    chroma/ (or server)  keyword/  letters/  votes.npz  record.json  misspelt.json
                      passages.json  manifest.json
    vectors.db        vectors made before, by what was embedded (vectors.py)
    .lock             held while building

``manifest.json`` is written last: a folder without it is a build that was killed, never served and
cleared by the next one.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import random
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings

from corpus.library import Library
from corpus.types import Frozen
from index.asked import asked_questions, fingerprint, silent_questions
from index.chroma import chroma_client, collection_name, forget, reached
from index.keyword import KeywordIndex
from index.misspelt import Misspelt
from index.splitter import MAX_CHARS, ClauseSplitter, passages
from index.types import IndexDamaged, IndexProblem, Passage
from index.vectors import VectorCache
from index.votes import Votes
from index.words import Words

FORMAT = 9  # raise it when the layout or the way of embedding changes
# passages embedded, their vectors kept, and put into Chroma at once; while it takes them, no other thread runs Python
_BATCH = 512
LEAST_FREE = 1 << 20  # bytes below which a failed write is put down to a full disk
# The graph is built anew, in random order, when Chroma loads a small collection: only a search as wide
# as this gives the same neighbours in every process (the default of 100 now and then loses one).
_HNSW: Any = {"space": "cosine", "ef_construction": 400, "ef_search": 1000, "max_neighbors": 48, "num_threads": 1}
_LOCK_SECONDS = 600.0
_SERVER = "server"  # file of a build with the address of the Chroma server that has its vectors

Progress = Callable[[int, int], None]


class Fingerprints(Frozen):
    """What an index was made from; served only to an assistant made from the same."""

    format: int
    corpus: str
    words: str
    asked: str
    splitter: str
    embedder: str
    store: str = ""  # address of the Chroma server; empty where the vectors lie in the build's folder


class Manifest(Frozen):
    """Record of one build."""

    fingerprints: Fingerprints
    passages: int
    asked: int
    clauses: int
    built_at: dt.datetime
    name: str


def fingerprints(library: Library, words: Words, embedder_name: str, chroma_url: str = "") -> Fingerprints:
    return Fingerprints(
        format=FORMAT,
        corpus=library.fingerprint,
        words=words.fingerprint(),
        asked=fingerprint(library),
        splitter=f"ClauseSplitter/{MAX_CHARS}",
        embedder=embedder_name,
        store=chroma_url,
    )


def build_index(
    folder: Path,
    library: Library,
    words: Words,
    embedder: Embeddings,
    embedder_name: str,
    progress: Progress = lambda done, total: None,
    chroma_url: str = "",
) -> Manifest:
    """Build beside whatever serves now, then switch; a build that dies leaves the old one serving.

    Args:
        progress: called with passages done and in all.
        chroma_url: Chroma server that keeps the vectors; empty: they lie in the folder. On a server the build
            that served before stays until the next one, because other replicas still ask it.

    Raises:
        IndexProblem: the folder cannot be written, the disk is full, or another build holds the lock
            for over ten minutes.
    """
    try:
        (folder / "builds").mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=_LOCK_SECONDS):
            wanted = fingerprints(library, words, embedder_name, chroma_url)
            serving = _serving(folder)
            _clear(folder, {serving})
            try:
                with reached(chroma_url):
                    manifest = _build(folder, library, words, embedder, wanted, progress)
            except (chromadb.errors.ChromaError, sqlite3.Error) as error:
                full = "full" in str(error) or shutil.disk_usage(folder).free < LEAST_FREE
                raise OSError(errno.ENOSPC if full else errno.EIO, os.strerror(errno.EIO)) from error
            _replace(folder / "current", manifest.name)
            _clear(folder, {manifest.name, serving} if chroma_url else {manifest.name})
            return manifest
    except Timeout as error:
        raise IndexProblem("另一个程序正在建立索引，等了十分钟还没有完成。请稍后再试。") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise IndexProblem(f"磁盘已满，索引没有建成；原有索引不受影响。请清理磁盘后重试：{folder}") from error
        raise IndexProblem(
            f"无法写入索引目录 {folder}（{error.strerror}）。请检查权限，或用 TIAOJU_DATA_DIR 换一个可写的目录。"
        ) from error


def _build(
    folder: Path,
    library: Library,
    words: Words,
    embedder: Embeddings,
    wanted: Fingerprints,
    progress: Progress,
) -> Manifest:
    name = uuid.uuid4().hex[:12]
    home = folder / "builds" / name
    home.mkdir()
    if wanted.store:
        _write(home / _SERVER, wanted.store)
    splitter = ClauseSplitter(words)
    parts = [p for clause in library for p in passages(clause, library.document(clause.document_id).title, splitter)]
    vectors = VectorCache(folder / "vectors.db", embedder, wanted.embedder)
    client = chroma_client(home, wanted.store)
    done = False
    try:
        collection = client.create_collection(
            collection_name(home, wanted.store), configuration={"hnsw": _HNSW}, embedding_function=None
        )
        questions, silent = asked_questions(library), silent_questions()
        queries = [*(question.text for question in questions), *silent]
        total = len(parts) + len(queries)
        progress(0, total)
        stored = 0
        with ThreadPoolExecutor(3) as beside:  # Chroma takes a batch while the next is embedded, and words are counted
            keyword = beside.submit(KeywordIndex.build, [part.embedded for part in parts], words)
            misspelt = beside.submit(Misspelt.build, [clause.text for clause in library], words)
            earlier: Future[None] | None = None
            for batch in _batches(parts):
                texts = [parts[position].embedded for position in batch]
                made = np.asarray(vectors.embed(texts), dtype=np.float32)
                if earlier:
                    earlier.result()
                earlier = beside.submit(
                    collection.add,
                    ids=[parts[position].id for position in batch],
                    embeddings=made,
                    documents=texts,
                    metadatas=[{"clause_id": parts[position].clause_id, "position": position} for position in batch],
                )
                stored += len(batch)
                progress(stored, total)
            if earlier:
                earlier.result()
        asked = []
        for start in range(0, len(queries), _BATCH):
            # as arrays: lists of Python's numbers would take ten times the room
            asked.append(np.asarray(vectors.embed(queries[start : start + _BATCH], queries=True), dtype=np.float32))
            progress(len(parts) + start + len(asked[-1]), total)
        done = True
    finally:
        vectors.close(forget=done)
        client.close()
    keyword.result().save(home / "keyword")
    Votes.build(questions, silent, np.concatenate(asked) if asked else np.empty((0, 0), np.float32)).save(home)
    _write(home / "passages.json", json.dumps([part.model_dump() for part in parts], ensure_ascii=False))
    misspelt.result().save(home)
    manifest = Manifest(
        fingerprints=wanted,
        passages=len(parts),
        asked=len(queries),
        clauses=len({part.clause_id for part in parts}),
        built_at=dt.datetime.now(dt.UTC),
        name=name,
    )
    _write(home / "manifest.json", manifest.model_dump_json(indent=1))
    return manifest


def _batches(parts: Sequence[Passage]) -> list[list[int]]:
    """Positions in batches of texts about as long, in a fixed random order, so that the rate says what remains."""
    order = sorted(range(len(parts)), key=lambda position: (len(parts[position].embedded), position))
    batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
    random.Random(0).shuffle(batches)
    return batches


def load_passages(home: Path) -> tuple[Passage, ...]:
    """Passages of a build in the order of the keyword index."""
    return tuple(Passage.model_validate(p) for p in json.loads((home / "passages.json").read_text(encoding="utf-8")))


def _serving(folder: Path) -> str | None:
    try:
        return (folder / "current").read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except FileNotFoundError:
        return None


def _clear(folder: Path, keep: set[str | None]) -> None:
    """Remove every build but those to keep: older ones, and those that were killed."""
    for path in (folder / "builds").iterdir():
        if path.name not in keep:
            if (path / _SERVER).is_file():
                forget(path, (path / _SERVER).read_text(encoding="utf-8"))
            shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new content, nothing between."""
    temporary = path.with_suffix(".new")
    _write(temporary, text)
    temporary.replace(path)


def read_manifest(folder: Path) -> tuple[Path, Manifest] | None:
    """Home and manifest of the build that serves; None where there is none yet.

    Raises:
        IndexProblem: there should be one, but it is damaged.
    """
    try:
        name = _serving(folder)
        if name is None:
            return None
        home = folder / "builds" / name
        return home, Manifest.model_validate_json((home / "manifest.json").read_text(encoding="utf-8"))
    except PermissionError as error:
        raise IndexProblem(f"没有权限读取索引目录 {folder}，请检查权限。") from error
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"索引已损坏（{folder}）。请运行 tiaoju index build 重新建立。") from error


def stale_because(manifest: Manifest, wanted: Fingerprints) -> Sequence[str]:
    """Names (Chinese) of what changed since the build; empty where it still fits."""
    names = {
        "format": "索引格式",
        "corpus": "文件内容",
        "words": "词库",
        "asked": "常见问法",
        "splitter": "切分方式",
        "embedder": "向量模型",
        "store": "存放向量的地方",
    }
    old, new = manifest.fingerprints.model_dump(), wanted.model_dump()
    return [names[key] for key in new if old[key] != new[key]]
