"""Feedback: what is kept, what is hidden, what a crash or a full disk leaves."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import feedback
from assistant.cli import main
from assistant.feedback import Feedback, FeedbackError, load_feedback, save_feedback

ONE = Feedback(
    rating="helpful",
    question="我身份证330302199001011234，坐公交车有优惠吗",
    clause_ids=("wzf-2021-13_2.1.3",),
    day=dt.date(2026, 11, 24),
)


def test_personal_numbers_are_not_kept(tmp_path: Path) -> None:
    save_feedback(tmp_path, ONE)
    kept = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8")
    assert "330302199001011234" not in kept and "坐公交车有优惠吗" in kept


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    save_feedback(tmp_path, ONE)
    with (tmp_path / "feedback.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"rating":"helpful","quest')  # the process was killed here
    save_feedback(tmp_path, ONE)
    assert len(load_feedback(tmp_path)) == 2


def test_judgements_at_once_are_all_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: save_feedback(tmp_path, ONE), range(40)))
    assert len(load_feedback(tmp_path)) == 40


def test_what_cannot_be_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FeedbackError, match="磁盘空间和权限"):
        save_feedback(tmp_path / "file" / "folder", ONE)
    monkeypatch.setattr(feedback, "_FULL", 10)
    save_feedback(tmp_path, ONE)
    with pytest.raises(FeedbackError, match="导出后清空"):
        save_feedback(tmp_path, ONE)


def test_export_and_clear_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "data"))
    assert main(["feedback", "export", "-"]) == 0
    assert "还没有收到评价" in capsys.readouterr().err
    save_feedback(tmp_path / "data", ONE)
    save_feedback(tmp_path / "data", ONE.model_copy(update={"rating": "wrong_citation"}))
    assert main(["feedback", "export", str(tmp_path / "out.jsonl")]) == 0
    right, wrong = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert right["gold"] == ["wzf-2021-13_2.1.3"] and wrong["gold"] == []
    assert "引用有误" in wrong["note"]
    assert main(["feedback", "clear"]) == 0
    assert load_feedback(tmp_path / "data") == ()
