"""Backup of what cannot be made again: added documents and feedback. The index is built from the documents.

A backup is one tar.gz file with a ``manifest.json`` of SHA-256 sums. Restoring checks every sum before
anything is touched, and moves what was there aside instead of deleting it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

_KEPT = ("documents", "feedback.jsonl")  # names in the data folder
_MANIFEST = "manifest.json"
_MOST = 2_000_000_000  # bytes unpacked; more is no backup of ours


class BackupError(Exception):
    """A backup cannot be made or restored; the message is Chinese and says what to do."""


def back_up(data_dir: Path, target: Path) -> int:
    """Write a backup; an existing file of that name is replaced only by a whole new one.

    Returns:
        Number of files kept.

    Raises:
        BackupError: there is nothing to keep, or the target cannot be written.
    """
    try:
        files = {path.relative_to(data_dir).as_posix(): path.read_bytes() for path in _files(data_dir)}
    except OSError as error:
        raise BackupError(f"{data_dir} 里的文件读不出来（{error.strerror}），请检查权限。") from error
    if not files:
        raise BackupError(f"{data_dir} 里没有要备份的东西（导入的文件、评价）。")
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    made = dt.datetime.now(dt.UTC)
    manifest = json.dumps({"made": made.isoformat(timespec="seconds"), "sha256": sums}, ensure_ascii=False, indent=1)
    temporary = target.with_name(f"{target.name}.new")
    try:
        with tarfile.open(temporary, "w:gz") as archive:
            for name, content in {_MANIFEST: manifest.encode(), **files}.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime, entry.mode = len(content), int(made.timestamp()), 0o600
                archive.addfile(entry, io.BytesIO(content))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BackupError(f"备份写不到 {target}（{error.strerror}）。请检查磁盘空间和权限。") from error
    return len(files)


def restore(data_dir: Path, source: Path) -> tuple[int, Path | None]:
    """Put a backup in place; what was there is moved into a folder beside, whose path is returned.

    Returns:
        Number of files restored, and where the former ones are (None where there were none).

    Raises:
        BackupError: the file is no whole backup (nothing is changed then), or cannot be written.
    """
    files = _checked(source)
    aside = data_dir / f"before-restore-{dt.datetime.now():%Y%m%d-%H%M%S-%f}"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data_dir) as folder:
            for name, content in files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            former = [data_dir / name for name in _KEPT if (data_dir / name).exists()]
            for path in former:
                aside.mkdir(exist_ok=True)
                path.rename(aside / path.name)
            for name in _KEPT:
                if (Path(folder) / name).exists():
                    (Path(folder) / name).rename(data_dir / name)
    except OSError as error:
        raise BackupError(f"恢复没有完成（{error.strerror}）。原来的文件在 {aside}，请检查磁盘空间和权限。") from error
    return len(files), aside if former else None


def _files(data_dir: Path) -> list[Path]:
    documents = sorted((data_dir / "documents").glob("*.json"))
    return [*documents, *(path for path in [data_dir / "feedback.jsonl"] if path.exists())]


def _checked(source: Path) -> dict[str, bytes]:
    """Contents by name, every one as the manifest has it."""
    broken = BackupError(f"“{source.name}”不是完整的备份文件，什么也没有改动。请换一份备份。")
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            for entry in archive:
                if not entry.isfile() or entry.size > _MOST - sum(map(len, files.values())):
                    raise broken
                content = archive.extractfile(entry)
                files[entry.name] = content.read() if content else b""
        sums = json.loads(files.pop(_MANIFEST))["sha256"]
    except FileNotFoundError as error:
        raise BackupError(f"找不到备份文件“{source}”，请检查路径。") from error
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise broken from error
    sound = sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if not sound or not all(_ours(name) for name in files):
        raise broken
    return files


def _ours(name: str) -> bool:
    """Whether a name is one that a backup holds: no path that leads elsewhere."""
    path = PurePosixPath(name)
    return name == "feedback.jsonl" or (path.parent == PurePosixPath("documents") and path.suffix == ".json")
