"""The real page in Debian's Chromium, served in-process on a free port of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant

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


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site keeps feedback."""
    return tmp_path_factory.mktemp("data")


@contextlib.contextmanager
def serving(assistant: Assistant, data_dir: Path | None = None) -> Iterator[str]:
    """Address of the page around an assistant."""
    import uvicorn

    from assistant.ui.server import make_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(make_app(assistant, data_dir), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(300):
        if server.started:
            break
        time.sleep(0.1)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def site(assistant: Assistant, data_dir: Path) -> Iterator[str]:
    """Address of the page around the real assistant."""
    with serving(assistant, data_dir) as address:
        yield address


@pytest.fixture(scope="session")
def serve() -> Callable[..., contextlib.AbstractContextManager[str]]:
    """Serves the page around any assistant."""
    return serving


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
        return page

    yield open_
    for context in contexts:
        context.close()
