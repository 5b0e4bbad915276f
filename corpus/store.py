"""Documents added on this machine: one JSON file each, beside the ones that come with the program."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from pydantic import ValidationError

from corpus.types import CorpusError, Document


def save_document(folder: Path, document: Document) -> None:
    """Write a document so that a reader sees the old or the new one, nothing between.

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
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        full = error.errno == errno.ENOSPC
        what = "磁盘已满" if full else f"无法写入目录 {folder}（{error.strerror}）"
        raise CorpusError(f"{what}，《{document.title}》没有导入，原有文件不受影响。请处理后重试。") from error


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
    added = {document.id: folder / f"{document.id}.json" for document in load_documents(folder)}
    if document_id not in added:
        raise CorpusError(f"没有导入过编号为“{document_id}”的文件；自带的文件不能移除。用 tiaoju corpus list 查看。")
    try:
        added[document_id].unlink()
    except OSError as error:
        raise CorpusError(f"无法删除 {added[document_id]}（{error.strerror}），请检查权限。") from error
