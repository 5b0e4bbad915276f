"""Backup and restore: what comes back, and what is refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from assistant.backup import BackupError, back_up, restore
from assistant.cli import main
from assistant.feedback import Feedback, load_feedback, save_feedback
from corpus import Document
from corpus.store import load_documents, save_document


@pytest.fixture
def data(tmp_path: Path, plan: Document) -> Path:
    folder = tmp_path / "data"
    save_document(folder / "documents", plan)
    save_feedback(folder, Feedback(rating="helpful", question="坐公交车有优惠吗", day=dt.date(2026, 1, 1)))
    return folder


def test_everything_comes_back_on_another_machine(data: Path, tmp_path: Path, plan: Document) -> None:
    assert back_up(data, tmp_path / "backup.tar.gz") == 2
    assert restore(tmp_path / "new", tmp_path / "backup.tar.gz") == (2, None)
    assert load_documents(tmp_path / "new" / "documents") == (plan,)
    assert load_feedback(tmp_path / "new") == load_feedback(data)


def test_what_was_there_is_moved_aside(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar.gz")
    save_feedback(data, Feedback(rating="unhelpful", question="后来的评价", day=dt.date(2026, 1, 2)))
    _, aside = restore(data, tmp_path / "backup.tar.gz")
    assert len(load_feedback(data)) == 1
    assert aside is not None and load_feedback(aside)[-1].question == "后来的评价"


def _tar(path: Path, files: dict[str, bytes], sums: dict[str, str] | None = None) -> Path:
    sums = sums if sums is not None else {n: hashlib.sha256(c).hexdigest() for n, c in files.items()}
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {"manifest.json": json.dumps({"sha256": sums}).encode(), **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["../evil.json", "/etc/evil.json", "documents/../../evil.json", "index/current"])
def test_a_path_that_leads_elsewhere_is_refused(data: Path, tmp_path: Path, name: str) -> None:
    hostile = _tar(tmp_path / "hostile.tar.gz", {name: b"x"})
    with pytest.raises(BackupError, match="什么也没有改动"):
        restore(data, hostile)
    assert len(load_feedback(data)) == 1 and not (tmp_path / "evil.json").exists()


def test_a_damaged_or_cut_backup_changes_nothing(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar.gz")
    whole = (tmp_path / "backup.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    wrong = _tar(tmp_path / "wrong.tar.gz", {"feedback.jsonl": b"x"}, {"feedback.jsonl": "0" * 64})
    for path in (tmp_path / "cut.tar.gz", wrong, data / "feedback.jsonl"):
        with pytest.raises(BackupError, match="什么也没有改动"):
            restore(data, path)
    assert len(load_feedback(data)) == 1 and len(load_documents(data / "documents")) == 1


def test_from_the_command_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(data))
    assert main(["backup", str(tmp_path / "b.tar.gz")]) == 0
    assert main(["restore", str(tmp_path / "b.tar.gz")]) == 0
    assert "已恢复 2 个文件" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "nowhere.tar.gz")]) == 1
    assert main(["backup", str(tmp_path / "no" / "folder" / "b.tar.gz")]) == 1
    assert "出错了" in capsys.readouterr().err
