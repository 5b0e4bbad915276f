"""Makes the README's pictures from the real page: ``.venv/bin/python scripts/screenshots.py`` (needs Chromium)."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from assistant import Assistant
from assistant.ui.server import make_app

IMAGES = Path(__file__).parents[1] / "docs" / "images"
QUESTION = "坐公交车有优惠吗"
# file, width and height in CSS px, reading settings chosen by their labels
VIEWS = (
    ("page.png", 1000, 1150, ()),
    ("phone.png", 375, 900, ()),
    ("contrast.png", 1000, 1150, ("黑底白字", "大")),
)


def main() -> None:
    """Serve the page on a free port, ask one question in each view and save what is seen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(make_app(Assistant.default()), host="127.0.0.1", port=port, log_level="error")
    )
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, width, height, settings in VIEWS:
            page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
            page.goto(f"http://127.0.0.1:{port}")
            page.wait_for_selector(".example")
            page.locator(".reading summary").press("Enter")
            for label in settings:
                page.get_by_role("radio", name=label, exact=True).check()
            page.locator(".reading summary").press("Enter")
            page.fill("#question textarea", QUESTION)
            page.press("#question textarea", "Enter")
            page.wait_for_function("document.activeElement.tagName === 'H3'")
            page.screenshot(path=IMAGES / name)
        browser.close()
    server.should_exit = True


if __name__ == "__main__":
    main()
