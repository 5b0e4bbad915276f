"""Files that were read and wait to be looked at, and the way to publish, take out and undo."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.add import Added, Given, make_document
from corpus.diff import Changed, diff_documents
from corpus.metadata import replaced
from corpus.readers.read import read_bytes
from corpus.store import (
    added_document,
    load_documents,
    remove_document,
    removed_ids,
    save_document,
    supersede,
    undo,
    undoable,
)
from corpus.types import CorpusError, Document
from index.store import open_index

_MOST = 20  # files that wait


class Waiting(NamedTuple):
    """A file that was read: its document, and what it changes where a document of that id is there.

    ``replaces`` is the document that it takes the place of, ``ends`` are those that it says it ends.
    """

    token: str
    added: Added
    old: Document | None
    changes: tuple[Changed, ...]
    replaces: Document | None = None
    ends: tuple[Document, ...] = ()


class Shelf:
    """Changes the library of a running assistant; one change at a time."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant, self._settings = assistant, settings
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def own(self) -> frozenset[str]:
        """Ids of documents that were added here, and so can be changed."""
        return frozenset(d.id for d in load_documents(self._settings.added_dir))

    @property
    def removed(self) -> tuple[str, ...]:
        """Ids of documents that were taken out and can be brought back."""
        return removed_ids(self._settings.added_dir)

    @property
    def undoable(self) -> frozenset[str]:
        """Ids of documents that have an earlier state to go back to."""
        return undoable(self._settings.added_dir)

    def read(self, data: bytes, name: str, given: Given, replaces: str = "") -> Waiting:
        """Read a file and keep it waiting; nothing is published.

        Args:
            replaces: id of the document whose place it takes.

        Raises:
            CorpusError: it cannot be read, or its id is that of a document that came with the program.
        """
        name = Path(name.replace("\\", "/")).name[:120] or "文件"
        source = read_bytes(data, name)
        added = make_document(source, name, given)
        known = {d.id: d for d in self._assistant.library.documents}
        old = known.get(added.document.id)
        if old is not None and old.id not in self.own:
            raise CorpusError(f"编号 {old.id} 是自带文件的编号，请另填一个编号。")
        if old is not None:
            added = make_document(source, name, given, old)
        changes = diff_documents(old, added.document) if old is not None else ()
        before = added_document(self._settings.added_dir, replaces) if replaces else None
        if before is not None and before.id == added.document.id:
            raise CorpusError("一份文件不能代替它自己。同一文件的新版本不用填“代替哪一份”。")
        ends = replaced(added.document, known.values()) if before is None else ()
        waiting = Waiting(secrets.token_urlsafe(16), added, old, changes, before, ends)
        with self._lock:
            self._waiting[waiting.token] = waiting
            while len(self._waiting) > _MOST:
                self._waiting.popitem(last=False)
        return waiting

    def waiting(self, token: str) -> Waiting:
        """A file that waits.

        Raises:
            CorpusError: it does not wait any more.
        """
        found = self._waiting.get(token)
        if found is None:
            raise CorpusError("这份文件已经发布或放得太久了，请重新上传。")
        return found

    def publish(self, token: str) -> Document:
        """Put a waiting file into the library and answer from it.

        Raises:
            CorpusError, IndexProblem: nothing is changed then.
        """
        waiting = self.waiting(token)
        document, before = waiting.added.document, waiting.replaces
        with self._lock, self._whole(document.id, *([before.id] if before else [])):
            save_document(self._settings.added_dir, document)
            if before is not None:
                supersede(self._settings.added_dir, before.id, document.id)
        self._waiting.pop(token, None)
        return document

    def remove(self, document_id: str) -> None:
        """Take a document out of the library.

        Raises:
            CorpusError, IndexProblem: see :mod:`corpus.store`, :mod:`index.store`.
        """
        with self._lock, self._whole(document_id):
            remove_document(self._settings.added_dir, document_id)

    def undo(self, document_id: str) -> Document:
        """Bring back what a document was before.

        Raises:
            CorpusError, IndexProblem: see there.
        """
        with self._lock, self._whole(document_id):
            return undo(self._settings.added_dir, document_id)

    @contextmanager
    def _whole(self, *document_ids: str) -> Iterator[None]:
        """What is done within takes effect whole: answered from at once, or, where that fails, not at all."""
        paths = [self._settings.added_dir / f"{document_id}.json" for document_id in document_ids]
        before = [(path, path.read_bytes() if path.is_file() else None) for path in paths]
        try:
            yield
            library = self._settings.library()
            s = self._settings
            index = open_index(s.index_dir, library, s.embedder, chroma_url=s.chroma_url)
        except BaseException:
            for path, data in before:
                if data is not None:
                    path.write_bytes(data)
                else:
                    path.unlink(missing_ok=True)
            raise
        self._assistant.use(library, index)  # the old index stays open for what is being answered
