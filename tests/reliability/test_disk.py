"""A disk that is full, or that cannot be written: what was there stays, and a person is told what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.backup import BackupError, back_up, restore
from assistant.doctor import examine
from assistant.feedback import Feedback, FeedbackError, load_feedback, save_feedback
from assistant.settings import Settings
from corpus import Library
from corpus.store import load_documents, save_document
from corpus.types import CorpusError
from index import IndexProblem, open_index
from index.build import read_manifest

Disk = Callable[[str], Path]
JUDGED = Feedback(rating="helpful", question="坐公交车有优惠吗", day=dt.date(2026, 1, 1))


def fill(folder: Path) -> None:
    """Leave no byte free."""
    with (folder / "ballast").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))


def test_a_disk_too_small_for_an_index_is_told(small: Library, disk: Disk) -> None:
    folder = disk("size=200k")
    with pytest.raises(IndexProblem, match="磁盘已满"):
        open_index(folder / "index", small)
    assert read_manifest(folder / "index") is None


def test_a_full_disk_loses_nothing_and_what_is_open_serves_on(small: Library, disk: Disk) -> None:
    folder = disk("size=40m")
    index = open_index(folder / "index", small)
    found = index.search("残疾人")
    save_document(folder / "documents", small.documents[0])
    save_feedback(folder, JUDGED)
    before = read_manifest(folder / "index")
    fill(folder)

    assert index.search("残疾人事业") and index.search("残疾人") == found
    index.close()
    for rebuild in (False, True):
        with pytest.raises(IndexProblem, match="磁盘已满"):
            open_index(folder / "index", small, rebuild=rebuild)
    assert read_manifest(folder / "index") == before

    changed = small.documents[0].model_copy(update={"title": "改过的题目" * 2000})
    with pytest.raises(CorpusError, match="磁盘已满"):
        save_document(folder / "documents", changed)
    assert load_documents(folder / "documents") == (small.documents[0],)

    with pytest.raises(FeedbackError, match="磁盘空间"):
        for _ in range(200):  # the last block may still have room for a few
            save_feedback(folder, JUDGED)
    kept = load_feedback(folder)
    assert kept and set(kept) == {JUDGED}

    with pytest.raises(BackupError, match="磁盘空间"):
        back_up(folder, folder / "backup.tar.gz")
    assert not list(folder.glob("backup*"))

    (folder / "ballast").unlink()
    index = open_index(folder / "index", small)
    assert index.search("残疾人") == found
    index.close()


def test_a_full_disk_breaks_off_a_restore_and_keeps_the_documents(small: Library, disk: Disk, tmp_path: Path) -> None:
    save_document(tmp_path / "elsewhere" / "documents", small.documents[0])
    back_up(tmp_path / "elsewhere", tmp_path / "backup.tar.gz")
    folder = disk("size=400k")
    save_document(folder / "documents", small.documents[0])
    fill(folder)
    with pytest.raises(BackupError, match="磁盘空间"):
        restore(folder, tmp_path / "backup.tar.gz")
    assert load_documents(folder / "documents") == (small.documents[0],)


def test_a_disk_that_cannot_be_written_is_told_by_all_that_write(
    small: Library, disk: Disk, read_only: Callable[[Path], None]
) -> None:
    folder = disk("size=40m")
    open_index(folder / "index", small).close()
    read_only(folder)
    with pytest.raises(IndexProblem, match="不能写"):
        open_index(folder / "index", small)
    with pytest.raises(IndexProblem, match="TIAOJU_DATA_DIR"):
        open_index(folder / "another", small)
    with pytest.raises(FeedbackError, match="权限"):
        save_feedback(folder, JUDGED)
    with pytest.raises(CorpusError, match="无法写入"):
        save_document(folder / "documents", small.documents[0])
    found = {finding.name: finding for finding in examine(Settings(data_dir=folder))}
    assert found["数据文件夹"].state == "不可写"
    assert "TIAOJU_DATA_DIR" in found["数据文件夹"].advice
