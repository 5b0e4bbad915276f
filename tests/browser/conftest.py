"""The real page in Debian's Chromium, served in-process on a free port of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _missing(what: str) -> None:
    """CI must run these tests; elsewhere they are skipped with the reason."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI 必须运行浏览器测试，但缺少 {what}")
    pytest.skip(f"没有 {what}，跳过浏览器测试")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        _missing("Chromium 浏览器")
    try:
        import axe_playwright_python  # noqa: F401
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright 或 axe-playwright-python")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of the site; keyword arguments go to the browser's context (viewport, color_scheme…)."""
    contexts = []

    def open_(path: str = "/", at: str = "", **options: Any) -> Any:
        context = browser.new_context(locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.hosts = set()
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        page.goto((at or site) + path)
        if path == "/":
            page.wait_for_selector("#question textarea")
            page.wait_for_selector(".example")
            page.wait_for_function("document.getElementById('tj-skip') && document.getElementById('ask-button')")
            page.wait_for_function(  # Gradio fades its parts in; halfway there the contrast is none
                "document.getAnimations().every(a => !(a instanceof CSSTransition) || a.playState !== 'running')"
            )
        return page

    yield open_
    for context in contexts:
        context.close()
