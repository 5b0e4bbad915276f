"""Documents added on this machine: one JSON file each, beside the ones that come with the program."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from pydantic import ValidationError

from corpus.types import CorpusError, Document

_HISTORY = "history"  # folder of what a document was before
_KEPT = 10  # earlier states of one document


def save_document(folder: Path, document: Document) -> None:
    """Write a document so that a reader sees the old or the new one, nothing between; the old one is kept for undo.

    Raises:
        CorpusError: the folder cannot be written or the disk is full; nothing is changed then.
    """
    path = folder / f"{document.id}.json"
    temporary = path.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(document.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        _remember(folder, document.id)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        full = error.errno == errno.ENOSPC
        what = "磁盘已满" if full else f"无法写入目录 {folder}（{error.strerror}）"
        raise CorpusError(f"{what}，《{document.title}》没有导入，原有文件不受影响。请处理后重试。") from error


def added_document(folder: Path, document_id: str) -> Document:
    """An added document.

    Raises:
        CorpusError: none of that id was added.
    """
    found = next((d for d in load_documents(folder) if d.id == document_id), None)
    if found is None:
        raise CorpusError(f"没有导入过编号为“{document_id}”的文件；自带的文件不能改动。用 tiaoju corpus list 查看。")
    return found


def supersede(folder: Path, old_id: str, new_id: str) -> None:
    """Mark an added document as replaced by another.

    Raises:
        CorpusError: see :func:`added_document`.
    """
    old = added_document(folder, old_id)
    save_document(folder, old.model_copy(update={"status": "superseded", "superseded_by": new_id}))


def undoable(folder: Path) -> frozenset[str]:
    """Ids of documents that have an earlier state to go back to."""
    return frozenset(path.name.rsplit(".", 2)[0] for path in (folder / _HISTORY).glob("*.*.json"))


def undo(folder: Path, document_id: str) -> Document:
    """Bring back what a document was before its last update or removal; undoing twice goes back further.

    Raises:
        CorpusError: nothing is remembered of it.
    """
    remembered = sorted((folder / _HISTORY).glob(f"{document_id}.*.json"), key=_age)
    if not remembered:
        raise CorpusError(f"没有“{document_id}”以前的内容，不能撤销。")
    try:
        document = Document.model_validate_json(remembered[-1].read_bytes())
        remembered[-1].replace(folder / f"{document_id}.json")
    except (ValidationError, OSError) as error:
        raise CorpusError(f"“{document_id}”以前的内容读不出来，没有撤销。请重新导入文件。") from error
    return document


def removed_ids(folder: Path) -> tuple[str, ...]:
    """Ids of documents that were added once, are not there now, and can be brought back."""
    return tuple(sorted(i for i in undoable(folder) if not (folder / f"{i}.json").exists()))


def _remember(folder: Path, document_id: str) -> None:
    """Keep the document as it is now, and at most ``_KEPT`` earlier states."""
    path = folder / f"{document_id}.json"
    if not path.exists():
        return
    history = folder / _HISTORY
    history.mkdir(exist_ok=True)
    remembered = sorted(history.glob(f"{document_id}.*.json"), key=_age)
    number = _age(remembered[-1]) + 1 if remembered else 1
    shutil.copyfile(path, history / f"{document_id}.{number}.json")
    for old in remembered[: max(0, len(remembered) + 1 - _KEPT)]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> int:
    number = path.name.split(".")[-2]
    return int(number) if number.isdigit() else 0


def load_documents(folder: Path) -> tuple[Document, ...]:
    """All added documents by id; none where nothing was added.

    Raises:
        CorpusError: a file is damaged or unreadable.
    """
    documents = []
    for path in sorted(folder.glob("*.json")):
        try:
            documents.append(Document.model_validate_json(path.read_bytes()))
        except (ValidationError, OSError) as error:
            raise CorpusError(f"已导入的文件 {path} 已损坏或读不出来。请删除它，再重新导入。") from error
    return tuple(documents)


def remove_document(folder: Path, document_id: str) -> None:
    """Take an added document out.

    Raises:
        CorpusError: no document of that id was added, or it cannot be deleted.
    """
    added_document(folder, document_id)
    path = folder / f"{document_id}.json"
    try:
        _remember(folder, document_id)
        path.unlink()
    except OSError as error:
        raise CorpusError(f"无法删除 {path}（{error.strerror}），请检查权限。") from error
