"""The command as people type it, in a process of its own where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(data_dir))


def test_first_question_builds_the_index_and_answers(data_dir: Path) -> None:
    environment = {**os.environ, "TIAOJU_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "ask", "每年要培训多少残疾人"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0
    assert "2000人次" in done.stdout.splitlines()[0]
    assert "第一次启动" in done.stderr


def test_json_is_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "坐公交车有优惠吗", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["outcome"] == "answered"
    assert answer["statements"][0]["citations"][0]["clause_id"] == "wzf-2021-13_2.1.3"


def test_follow_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "那2020年呢", "--after", "残疾人之家覆盖率目标是多少"]) == 0
    assert "80%" in capsys.readouterr().out


def test_explain_lists_scores(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", "坐公交车有优惠吗", "--explain"])
    assert "主题词：公交车/公共交通" in capsys.readouterr().out


def test_a_refusal_is_no_error_and_bad_input_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "温州残联电话是多少"]) == 0
    assert main(["ask", ""]) == 2
    assert "还没有输入问题" in capsys.readouterr().out


def test_corpus_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "list"]) == 0
    assert "wzf-2021-13_2.1.3\t二（一）3" in capsys.readouterr().out
    assert main(["corpus", "show", "wzf-2021-13_1.2.t1.4"]) == 0
    assert "2025年目标值：≥90%" in capsys.readouterr().out
    assert main(["corpus", "show", "nowhere"]) == 1
    assert "没有编号为" in capsys.readouterr().err


def test_index_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "build"]) == 0
    assert main(["index", "status"]) == 0
    assert "与文件和设置一致" in capsys.readouterr().out


def test_a_data_folder_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "file"))
    assert main(["ask", "坐公交车有优惠吗"]) == 1
    assert "TIAOJU_DATA_DIR" in capsys.readouterr().err


def test_a_setting_that_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TIAOJU_PORT", "eighty")
    assert main(["index", "status"]) == 1
    assert "设置有误" in capsys.readouterr().err


def test_doctor_finds_nothing_wrong_with_a_sound_installation(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("正常") and "索引" in line for line in lines)
    assert any("向量模型" in line and "384" in line for line in lines)


def test_doctor_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "file" / "data"))
    monkeypatch.setenv("TIAOJU_EMBEDDER", str(tmp_path / "no-model"))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "换一个文件夹" in said and "删去这个设置就用自带模型" in said
    assert "处需要处理" in said.splitlines()[-1]
