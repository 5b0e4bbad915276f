"""Through HTTP: wrk's questions a second and latencies with 1, 8, 32 users; memory; the page in Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.common import free_port, resident_mb, served

USERS = (1, 8, 32)
_SCRIPT = """
local bodies = {%s}
local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, bodies[n %% #bodies + 1])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\nJSON{"done":%%d,"us":%%d,"p50":%%.1f,"p95":%%.1f,"p99":%%.1f,"most":%%.1f,"errors":%%d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@contextmanager
def our_server(data: Path) -> Iterator[tuple[str, int]]:
    """Address and process id of the site, as ``app.py`` starts it."""
    port = free_port()
    command = [sys.executable, "app.py", "--port", str(port)]
    with served(command, port, "/healthz", TIAOJU_DATA_DIR=str(data)) as process:
        yield f"http://127.0.0.1:{port}", process.pid


@contextmanager
def quick_server() -> Iterator[tuple[str, int]]:
    """Address and process id of the LangChain quick start behind HTTP, with a Gradio page of one box."""
    port = free_port()
    command = [sys.executable, "-m", "bench.quickstart", str(port)]
    with served(command, port) as process:
        yield f"http://127.0.0.1:{port}", process.pid


def load(address: str, questions: Sequence[str], seconds: int) -> dict[str, dict[str, float]] | None:
    """wrk's figures by number of users; None without wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return None
    bodies = ",".join(_lua(json.dumps({"question": question}, ensure_ascii=False)) for question in questions)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "ask.lua"
        script.write_text(_SCRIPT % bodies, encoding="utf-8")
        for users in (1, *USERS):  # the first warms up
            command = [wrk, "-t1", f"-c{users}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
            said = subprocess.run([*command, f"{address}/v1/ask"], check=True, capture_output=True, text=True).stdout
            line: dict[str, float] = json.loads(said.partition("JSON")[2])
            line["per_s"] = round(1e6 * line["done"] / line["us"], 1)
            found[str(users)] = line
    return found


def memory(pid: int) -> int:
    """Resident megabytes at their highest."""
    return resident_mb(pid)[1]


def page(address: str, ready: str) -> dict[str, Any] | None:
    """Weight and times of the page in a fresh browser; None without Chromium.

    Args:
        ready: selector of what a person types into.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        runs = []
        for _ in range(3):
            context = browser.new_context(locale="zh-CN")
            tab = context.new_page()
            tab.set_default_timeout(120_000)
            weights: list[float] = []
            session = context.new_cdp_session(tab)
            session.send("Network.enable")
            session.on("Network.loadingFinished", lambda event, kept=weights: kept.append(event["encodedDataLength"]))
            tab.goto(address, wait_until="commit")
            tab.wait_for_selector(f"{ready}:enabled")
            tab.focus(ready)
            interactive = tab.evaluate("performance.now()")
            painted = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")
            tab.wait_for_timeout(3000)  # what is still on its way; Gradio keeps one request open for ever
            runs.append((interactive, painted, sum(weights), len(weights)))
            context.close()
        browser.close()
    interactive, painted, weight, requests = sorted(runs)[1]
    return {
        "interactive_ms": round(interactive),
        "first_paint_ms": None if painted is None else round(painted),
        "kb": round(weight / 1024),
        "requests": requests,
    }


def _lua(text: str) -> str:
    return "[==[" + text + "]==]"
