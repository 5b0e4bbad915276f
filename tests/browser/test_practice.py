"""Practice in a real browser: by keyboard, remembered, exported, and without script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

Open = Callable[..., Any]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def first_exercise(page: Any) -> None:
    page.get_by_role("link", name="主要任务 · 优化残疾人就业创业环境").press("Enter")
    page.wait_for_selector("#learn-start")
    page.locator("#learn-start").press("Enter")
    page.wait_for_selector("form[data-learn-form]")


def answer(page: Any, given: str | None = None) -> None:
    """Answer by keyboard: the text, or the first choice."""
    if page.locator("#answer").count():
        page.fill("#answer", given or "1")
        page.press("#answer", "Enter")
    else:
        page.locator("input[name=answer]").first.press("Space")
        page.keyboard.press("Enter")
    page.wait_for_selector("[data-learn-kept]")


def test_from_the_start_to_a_marked_answer_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("link", name="学习和练习").press("Enter")
    page.wait_for_url("**/learn")
    assert violations(page) == []
    first_exercise(page)
    assert violations(page) == []
    answer(page)
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.inner_text("h1") in ("答对了", "不对")
    assert page.locator("main blockquote").inner_text()
    assert "再来" in page.inner_text("#learn-next-due")
    assert violations(page) == []
    link = page.locator("main a[href^='/clause/']")
    link.press("Enter")
    page.wait_for_url("**/clause/**")


def test_progress_is_kept_here_and_the_next_one_is_new(open_page: Open) -> None:
    page = open_page("/learn")
    first_exercise(page)
    seen = set()
    for _ in range(3):
        seen.add(page.url)
        answer(page)
        page.locator("#learn-next").press("Enter")
        page.wait_for_selector("form[data-learn-form]")
    assert len(seen) == 3 and page.url not in seen
    kept = page.evaluate("JSON.parse(localStorage.getItem('tj-learn'))")
    assert len(kept) == 3 and all(r["card"]["right"] + r["card"]["wrong"] == 1 for r in kept.values())
    page.goto(page.url.split("/exercise")[0] + "/learn")
    assert "您做过3题" in page.inner_text("#learn-due")
    assert "做过3题" in page.inner_text("body")


def test_what_was_wrong_comes_back_when_it_is_due(open_page: Open) -> None:
    page = open_page("/learn")
    first_exercise(page)
    page.goto(page.url)
    answer(page, "7")
    page.evaluate(
        """() => { const r = JSON.parse(localStorage.getItem('tj-learn'));
        for (const one of Object.values(r)) one.card.due = '2020-01-01T00:00:00Z';
        localStorage.setItem('tj-learn', JSON.stringify(r)); }"""
    )
    again = page.evaluate("Object.keys(JSON.parse(localStorage.getItem('tj-learn')))[0]")
    page.get_by_role("link", name="回到本章").press("Enter")
    page.wait_for_selector("#learn-start")
    assert "该复习了" in page.inner_text("main")
    page.locator("#learn-start").press("Enter")
    page.wait_for_selector("form[data-learn-form]")
    assert page.get_attribute("form[data-learn-form]", "data-learn-form") == again
    assert json.loads(page.input_value("input[name=card]"))["wrong"] == 1


def test_export_and_clear(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/learn")
    first_exercise(page)
    answer(page)
    page.goto(page.url.split("/exercise")[0] + "/learn")
    for form in ("csv", "json"):
        with page.expect_download() as download:
            page.locator(f"[data-learn-export={form}]").press("Enter")
        download.value.save_as(tmp_path / form)
    rows = (tmp_path / "csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert rows[0].startswith('"条款","题型"') and len(rows) == 2 and "规划》" in rows[1]
    assert len(json.loads((tmp_path / "json").read_text(encoding="utf-8"))) == 1
    assert "已导出1题" in page.inner_text("#learn-status")
    page.locator("[data-learn-clear]").press("Enter")
    assert page.evaluate("Object.keys(JSON.parse(localStorage.getItem('tj-learn'))).length") == 1
    page.locator("[data-learn-clear]").press("Enter")
    assert page.evaluate("Object.keys(JSON.parse(localStorage.getItem('tj-learn'))).length") == 0


def test_without_script_an_exercise_is_answered_all_the_same(open_page: Open) -> None:
    page = open_page("/learn", java_script_enabled=False)
    page.get_by_role("link", name="主要任务 · 优化残疾人就业创业环境").click()
    page.locator("#learn-start").click()
    page.fill("#answer", "1")
    page.get_by_role("button", name="提交答案").click()
    assert page.inner_text("h1") in ("答对了", "不对")
    page.get_by_role("link", name="下一题").click()
    assert page.locator("form[data-learn-form]").count() == 1


@pytest.mark.parametrize("path", ["/learn", "/learn/wzf-2021-13/3"])
def test_narrow_and_contrast(open_page: Open, path: str) -> None:
    page = open_page(path, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate("tiaoju.set('colours', 'contrast')")
    assert violations(page) == []
    assert page.hosts == {page.url.split("/")[2]}
