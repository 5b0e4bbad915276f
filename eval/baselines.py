"""Three baselines that retrieve and compose nothing.

What is fair to whom: a baseline has no answerer, so its answer is what it found first, word for word,
and its sources are its first four units, as quick-start RAG pages show them. That favours it where an
answer is a whole clause (every fact of the clause counts, nothing can be misquoted, no word is
mistaken) and in citation recall (four tries); it costs it where facts lie in several clauses, in
citation precision, and where nothing should be answered, because it never refuses. The measure
前四条可答率 (``reachable``) shows for every system what the texts of its first four clauses hold
together, which no answerer that reads only these could exceed. All baselines use the same documents,
and the dense ones the same embedder, as the system under test.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from corpus.library import DOCUMENTS, Library
from corpus.read import read_text
from corpus.types import Clause, Document, Frozen, Span
from eval.types import Case, CitedClause, Claim, Prediction

SOURCES = 4  # units shown as sources, LangChain's default k
DEPTH = 20  # units retrieved, enough for ten clauses
CHUNK_CHARS, CHUNK_OVERLAP = 500, 50


class Index(Protocol):
    """What the harness needs of an index (see ``index.SearchIndex``)."""

    embedder: Any

    def search(self, query: str, k: int = ..., mode: Any = ...) -> Sequence[Any]: ...


class ModeBaseline:
    """Our own passages by one retriever alone: keyword (BM25) or dense (embedder and Chroma).

    The answer is the whole clause of the first passage. A follow-up is searched as it was typed.
    """

    def __init__(self, index: Index, library: Library, mode: Literal["keyword", "dense"]) -> None:
        self._index, self._library, self._mode = index, library, mode
        self.name = f"{mode}-only"
        self.label = {"keyword": "仅关键词", "dense": "仅向量"}[mode]

    def predict(self, case: Case) -> Prediction:
        start = time.perf_counter()
        hits = self._index.search(case.question, k=DEPTH, mode=self._mode)
        ids = tuple(dict.fromkeys(hit.passage.clause_id for hit in hits))
        seconds = time.perf_counter() - start
        cited = tuple(CitedClause(clause_id=i, quote=self._library.clause(i).text) for i in ids[:SOURCES])
        text = cited[0].quote or "" if cited else ""
        return Prediction(
            case_id=case.id,
            text=text,
            citations=cited,
            claims=(Claim(text=text, citations=cited[:1]),) if text else (),
            retrieved=ids,
            seconds=seconds,
        )


class Chunk(Frozen):
    """A piece of a source file, with the clauses that it stands for and all that it touches."""

    document_id: str
    text: str
    span: Span
    clause_ids: tuple[str, ...]
    touched: tuple[str, ...]


class QuickStartBaseline:
    """LangChain's quick start: RecursiveCharacterTextSplitter 500/50 over the raw text, Chroma, top 4.

    A chunk knows no clause; it is given every clause of which it holds at least half, or which makes
    up at least half of it. In recall@k and the like, k counts chunks: the kindest reading, because a
    chunk of 500 characters holds several clauses. Its text is checked against every clause that it
    touches. It quotes nothing.
    """

    name = "langchain-quickstart"
    label = "LangChain 快速入门"

    def __init__(self, embedder: Any, library: Library, folder: Path = DOCUMENTS) -> None:
        import chromadb
        from langchain_chroma import Chroma

        self._chunks = tuple(
            chunk for document in library.documents for chunk in chunks_of(document.id, *_source(document, folder))
        )
        settings = chromadb.config.Settings(anonymized_telemetry=False)
        client = chromadb.EphemeralClient(settings)
        name = "tiaoju-eval-quickstart"
        if name in {collection.name for collection in client.list_collections()}:
            client.delete_collection(name)  # clients in memory share one store within a process
        self._store = Chroma(collection_name=name, embedding_function=embedder, client=client)
        most = client.get_max_batch_size()
        for start in range(0, len(self._chunks), most):
            texts = [chunk.text for chunk in self._chunks[start : start + most]]
            self._store.add_texts(texts, metadatas=[{"place": start + i} for i in range(len(texts))])

    def predict(self, case: Case) -> Prediction:
        start = time.perf_counter()
        found = self._store.similarity_search(case.question, k=min(DEPTH, len(self._chunks)))
        seconds = time.perf_counter() - start
        chunks = [self._chunks[document.metadata["place"]] for document in found]
        text = chunks[0].text if chunks else ""
        return Prediction(
            case_id=case.id,
            text=text,
            citations=_cited(i for chunk in chunks[:SOURCES] for i in chunk.clause_ids),
            claims=tuple(Claim(text=chunk.text, citations=_cited(chunk.touched)) for chunk in chunks[:1]),
            retrieved=tuple(chunk.clause_ids for chunk in chunks),
            seconds=seconds,
        )


def _source(document: Document, folder: Path) -> tuple[str, tuple[Clause, ...]]:
    """The raw text of a document, and its clauses with their places in it.

    A law comes article by article; its text is the articles one after the other.
    """
    if (folder / document.source).is_file():
        return read_text(folder / document.source)[0], document.clauses
    text, placed = "", []
    for clause in document.clauses:
        start = len(text) + len(clause.label) + 1
        text += f"{clause.label} {clause.text}\n"
        placed.append(clause.model_copy(update={"spans": (Span(start, start + len(clause.text)),)}))
    return text, tuple(placed)


def chunks_of(document_id: str, source: str, clauses: Iterable[Clause]) -> list[Chunk]:
    """Quick-start chunks of a source text, with the clauses that each stands for."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARS, chunk_overlap=CHUNK_OVERLAP, add_start_index=True)
    clauses = tuple(clauses)
    chunks = []
    for piece in splitter.create_documents([source]):
        start: int = piece.metadata["start_index"]
        span = Span(start, start + len(piece.page_content))
        shared = {clause.id: clause.spans for clause in clauses if _shared(span, clause.spans)}
        ids = tuple(i for i, spans in shared.items() if stands_for(span, spans))
        chunks.append(
            Chunk(document_id=document_id, text=piece.page_content, span=span, clause_ids=ids, touched=tuple(shared))
        )
    return chunks


def stands_for(chunk: Span, clause: Sequence[Span]) -> bool:
    """Whether a chunk holds at least half of a clause's characters, or the clause makes up half of the chunk."""
    shared = _shared(chunk, clause)
    size = sum(span.end - span.start for span in clause)
    return shared > 0 and (2 * shared >= size or 2 * shared >= chunk.end - chunk.start)


def _shared(chunk: Span, clause: Sequence[Span]) -> int:
    return sum(max(0, min(chunk.end, span.end) - max(chunk.start, span.start)) for span in clause)


def _cited(ids: Iterable[str]) -> tuple[CitedClause, ...]:
    return tuple(CitedClause(clause_id=i) for i in dict.fromkeys(ids))
