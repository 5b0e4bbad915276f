"""Make the README's pictures: python scripts/screenshots.py (needs Chromium and the test extra)."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from assistant import Assistant
from assistant.ui.server import make_app

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
PORT = 7899
VIEWS = (("page", 1000, 1150, "light"), ("phone", 360, 900, "light"), ("dark", 1000, 1150, "dark"))


def main() -> None:
    """Serve the real assistant, ask one question a view, and save what is seen."""
    server = uvicorn.Server(uvicorn.Config(make_app(Assistant.default()), port=PORT, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.1)
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, width, height, scheme in VIEWS:
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="zh-CN"
            )
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{PORT}")
            page.fill("#question textarea", "坐公交车有优惠吗")
            page.press("#question textarea", "Enter")
            page.wait_for_selector("#conversation article")
            page.wait_for_timeout(800)
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=OUT / f"{name}.png")
            context.close()
        chromium.close()
    server.should_exit = True


if __name__ == "__main__":
    main()
