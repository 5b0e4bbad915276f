"""What the documentation shows is what happens."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from assistant.settings import Settings

ROOT = Path(__file__).parent.parent


def test_python_examples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path))
    blocks = re.findall(r"```python\n(>>> .*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, {}, "api.md", "api.md", 0)
        assert doctest.DocTestRunner().run(test).failed == 0


def test_every_setting_is_documented() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")])
    assert [name for name in Settings.model_fields if f"TIAOJU_{name.upper()}" not in told] == []


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / "eval/README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path, target)
