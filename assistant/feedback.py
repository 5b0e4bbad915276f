"""Feedback on answers: kept on this machine, only with consent, personal numbers masked; to be exported.

One JSON line a judgement, appended under a lock and synced, so that a crash loses at most the line
that was being written, and a torn line is passed over when reading.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.text import MAX_QUESTION, clean, mask
from corpus.types import Frozen

Rating = Literal["helpful", "unhelpful", "wrong_citation"]
RATINGS: dict[Rating, str] = {"helpful": "有帮助", "unhelpful": "没帮助", "wrong_citation": "引用有误"}
_FULL = 10_000_000  # bytes; beyond it somebody is filling the disk
_NAME = "feedback.jsonl"


class FeedbackError(Exception):
    """Feedback cannot be kept or read; the message is Chinese and says what to do."""


class Feedback(Frozen):
    """One judgement on one answer; the day and no more, so that nobody is found by the hour."""

    rating: Rating
    question: str = Field(max_length=MAX_QUESTION)
    clause_ids: tuple[str, ...] = Field(default=(), max_length=100)
    day: dt.date


def save_feedback(folder: Path, feedback: Feedback) -> None:
    """Append one judgement, personal numbers masked.

    Raises:
        FeedbackError: the folder cannot be written, or holds too much already.
    """
    kept = feedback.model_copy(update={"question": mask(clean(feedback.question))})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _NAME
        with FileLock(f"{path}.lock", timeout=10):
            if path.exists() and path.stat().st_size > _FULL:
                raise FeedbackError("评价存得太多了，请管理员用 tiaoju feedback export 导出后清空。")
            with path.open("ab") as lines:
                lines.write(_separator(path) + kept.model_dump_json().encode() + b"\n")
                lines.flush()
                os.fsync(lines.fileno())
    except (OSError, Timeout) as error:
        raise FeedbackError("评价没有存上：数据文件夹写不进去。请检查磁盘空间和权限。") from error


def load_feedback(folder: Path) -> tuple[Feedback, ...]:
    """All judgements in the order they came; torn lines are passed over.

    Raises:
        FeedbackError: the file cannot be read.
    """
    try:
        lines = (folder / _NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FeedbackError(f"评价文件读不出来（{error.strerror}），请检查权限。") from error
    found = []
    for line in lines:
        try:
            found.append(Feedback.model_validate_json(line))
        except ValidationError:
            continue
    return tuple(found)


def export_candidates(feedback: tuple[Feedback, ...]) -> str:
    """Candidates for evaluation questions as JSONL: what was judged right is their gold, the rest wants a person."""
    lines = [
        json.dumps(
            {
                "id": f"fb-{number:04}",
                "kind": "everyday",
                "question": item.question,
                "gold": list(item.clause_ids) if item.rating == "helpful" else [],
                "note": f"{item.day:%Y-%m-%d} 评价：{RATINGS[item.rating]}；引用：{'、'.join(item.clause_ids) or '无'}",
            },
            ensure_ascii=False,
        )
        for number, item in enumerate(feedback, 1)
    ]
    return "".join(f"{line}\n" for line in lines)


def clear_feedback(folder: Path) -> None:
    """Take away everything that was kept."""
    with FileLock(f"{folder / _NAME}.lock", timeout=10):
        (folder / _NAME).unlink(missing_ok=True)


def _separator(path: Path) -> bytes:
    """A line end, where a crash has left a torn line without one."""
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as lines:
        lines.seek(-1, os.SEEK_END)
        return b"" if lines.read(1) == b"\n" else b"\n"
