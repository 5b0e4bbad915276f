"""The staff's pages in a real browser, by keyboard, each view without a violation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from assistant import Assistant, Settings
from assistant.staff import Door, Shelf, hash_password

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "correct horse battery"
RULE = """# 乙市困难残疾人生活补贴办法

第一条 制定本办法。

第二条 困难残疾人生活补贴标准为每人每月300元。

第三条 自2026年1月1日起施行。
"""


def violations(page: Any) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


@pytest.fixture
def staff_site(assistant: Assistant, tmp_path: Path, serve: Callable[..., Any]) -> Iterator[str]:
    own = Assistant(assistant.library, assistant.index, assistant._today)
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")  # type: ignore[call-arg]
    with serve(own, staff=(Door(hash_password(PASSWORD)), Shelf(own, settings))) as address:
        yield address


def test_from_logging_in_to_undoing(open_page: Callable[..., Any], staff_site: str, tmp_path: Path) -> None:
    file = tmp_path / "办法.md"
    file.write_text(RULE, encoding="utf-8")
    page = open_page("/staff", at=staff_site)
    assert violations(page) == []
    page.fill("#password", "wrong password")
    page.press("#password", "Enter")
    page.wait_for_selector("[role=alert]")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("#file")
    assert violations(page) == []
    page.set_input_files("#file", str(file))
    page.locator("summary", has_text="文件里没有写清楚的").press("Enter")
    page.fill("#id", "yi-1")
    page.fill("#region", "乙市")
    page.get_by_role("button", name="读取，先看一遍").press("Enter")
    page.wait_for_url("**/staff/waiting/**")
    assert "每人每月300元" in page.inner_text("main") and "2026-01-01" in page.inner_text("main")
    assert violations(page) == []
    page.get_by_role("button", name="发布").press("Enter")
    page.wait_for_selector("[role=status]")
    assert "已发布《乙市困难残疾人生活补贴办法》" in page.inner_text("[role=status]")
    assert violations(page) == []
    page.goto(f"{staff_site}/document/yi-1")
    assert "每人每月300元" in page.inner_text("main")
    page.goto(f"{staff_site}/staff")
    page.get_by_role("button", name="移除《乙市困难残疾人生活补贴办法》", exact=True).press("Enter")
    page.get_by_role("button", name="撤销移除yi-1").press("Enter")
    page.wait_for_selector("[role=status]")
    assert "已恢复" in page.inner_text("[role=status]")
    assert page.hosts == {staff_site.split("/")[2]}
