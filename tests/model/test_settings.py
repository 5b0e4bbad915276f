"""Setting a model up: off by default, and every mistake is told with what to do, never with the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Settings
from assistant.cli import main
from assistant.model import open_model
from assistant.types import ModelProblem
from assistant.ui.writing import privacy_text

KEY = "sk-secret"


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_off_by_default() -> None:
    assert open_model(settings()) is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"model": "qwen-plus"}, "TIAOJU_MODEL_BASE_URL"),
        ({"model_base_url": "http://127.0.0.1:11434/v1"}, "TIAOJU_MODEL"),
        ({"model": "m", "model_base_url": "api.example.com/v1"}, "不是网址"),
        ({"model": "m", "model_base_url": "http://[::1/v1"}, "不是网址"),
        ({"model": "m", "model_base_url": "https://user:pass@example.com/v1"}, "不要写用户名和密码"),
        ({"model_file": Path("nowhere.gguf")}, "nowhere.gguf"),
        ({"model_file": Path(__file__)}, "不是 GGUF"),
        ({"model_file": Path(__file__), "model_base_url": "http://127.0.0.1/v1"}, "只能设一个"),
    ],
)
def test_a_mistake_is_explained(values: dict[str, object], says: str) -> None:
    with pytest.raises(ModelProblem) as problem:
        open_model(settings(model_key=KEY, **values))
    assert says in str(problem.value) and KEY not in str(problem.value) and "pass" not in str(problem.value)


def test_the_command_line_stops_with_the_explanation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TIAOJU_MODEL", "qwen-plus")
    monkeypatch.setenv("TIAOJU_MODEL_KEY", KEY)
    monkeypatch.delenv("TIAOJU_MODEL_BASE_URL", raising=False)
    assert main(["ask", "坐公交车有优惠吗"]) == 1
    said = capsys.readouterr().err
    assert "TIAOJU_MODEL_BASE_URL" in said and KEY not in said


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("http://127.0.0.1:11434/v1", False),
        ("http://localhost:1234/v1", False),
        ("http://[::1]:8000/v1", False),
        ("https://api.deepseek.com/v1", True),
        ("http://192.168.1.5:8000/v1", True),
        ("http://127.0.0.1.example.com/v1", True),
    ],
)
def test_the_page_says_where_questions_go(url: str, leaves: bool) -> None:
    model = open_model(settings(model="qwen-plus", model_base_url=url, model_key=KEY))
    assert model is not None
    text = privacy_text(model)
    assert "qwen-plus" in text and KEY not in text
    assert ("发送到" in text) is leaves
    assert ("只在这台机器上处理" in text) is not leaves


def test_the_key_does_not_show() -> None:
    assert KEY not in repr(settings(model_key=KEY)) and KEY not in settings(model_key=KEY).model_dump_json()
