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
from corpus.readers.read import read_bytes
from corpus.store import load_documents, remove_document, removed_ids, save_document, undo
from corpus.types import CorpusError, Document
from index.store import open_index

_MOST = 20  # files that wait


class Waiting(NamedTuple):
    """A file that was read: its document, and what it changes where a document of that id is there."""

    token: str
    added: Added
    old: Document | None
    changes: tuple[Changed, ...]


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

    def read(self, data: bytes, name: str, given: Given) -> Waiting:
        """Read a file and keep it waiting; nothing is published.

        Raises:
            CorpusError: it cannot be read, or its id is that of a document that came with the program.
        """
        name = Path(name.replace("\\", "/")).name[:120] or "文件"
        added = make_document(read_bytes(data, name), name, given)
        known = {d.id: d for d in self._assistant.library.documents}
        old = known.get(added.document.id)
        if old is not None and old.id not in self.own:
            raise CorpusError(f"编号 {old.id} 是自带文件的编号，请另填一个编号。")
        changes = diff_documents(old, added.document) if old is not None else ()
        waiting = Waiting(secrets.token_urlsafe(16), added, old, changes)
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
        document = self.waiting(token).added.document
        with self._lock, self._whole(document.id):
            save_document(self._settings.added_dir, document)
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
    def _whole(self, document_id: str) -> Iterator[None]:
        """What is done within takes effect whole: answered from at once, or, where that fails, not at all."""
        path = self._settings.added_dir / f"{document_id}.json"
        before = path.read_bytes() if path.is_file() else None
        try:
            yield
            library = self._settings.library()
            s = self._settings
            index = open_index(s.index_dir, library, s.embedder, chroma_url=s.chroma_url)
        except BaseException:
            if before is not None:
                path.write_bytes(before)
            else:
                path.unlink(missing_ok=True)
            raise
        self._assistant.use(library, index)  # the old index stays open for what is being answered
