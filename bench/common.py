"""What the parts of the bench share: percentiles, processes, free ports."""

from __future__ import annotations

import datetime as dt
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from eval.types import load_cases

ROOT = Path(__file__).resolve().parent.parent
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def report(title: str, said: str, table: Sequence[str], out: Path | None) -> None:
    """Print a report of one table, and write it where a file is given.

    Args:
        said: follows the date, the machine and its load.
        table: lines of Markdown.
    """
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f}"
    text = "\n".join([f"# {title}", "", f"{dt.date.today()}, {machine}. {said}", "", *table, ""])
    print(text)
    if out:
        out.write_text(text, encoding="utf-8")


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99, in the unit given."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {name: round(cuts[place - 1], 1) for name, place in (("p50", 50), ("p95", 95), ("p99", 99))}


def timed(call: Callable[[str], object], questions: Sequence[str]) -> dict[str, float]:
    """Percentiles in milliseconds of a call, once for each question, after three to warm up."""
    for question in questions[:3]:
        call(question + "呢")  # other text: what is remembered of it does not help
    spent = []
    for question in questions:
        start = time.perf_counter()
        call(question)
        spent.append(1000 * (time.perf_counter() - start))
    return percentiles(spent)


def everyday_questions(count: int, seed: int) -> list[str]:
    """Development questions, drawn anew for each seed."""
    cases = random.Random(seed).sample(list(load_cases(ROOT / "eval/data/dev.jsonl")), count)
    return [case.question for case in cases]


def environment(**changes: str) -> dict[str, str]:
    """This environment without settings of the program, with the changes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIAOJU_")}
    return kept | {"PYTHONPATH": str(ROOT)} | changes


def new_process(arguments: Sequence[str], rounds: int = 5, **changes: str) -> float:
    """Median seconds of a new Python process, after one to warm the disk."""
    spent = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment(**changes), check=True, capture_output=True
        )
        spent.append(time.perf_counter() - start)
    return round(statistics.median(spent[1:]), 2)


def resident_mb(pid: int) -> tuple[int, int]:
    """Resident memory of a process now and at its highest, in megabytes."""
    lines = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Vm")
    )
    return tuple(int(lines[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(command: Sequence[str], port: int, path: str = "/", **changes: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that answers GET ``path``; ended afterwards."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**changes), stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise SystemExit(f"{command} ended with {process.returncode}")
            try:
                LOCAL.open(f"http://127.0.0.1:{port}{path}", timeout=10).read()
                break
            except (URLError, OSError):
                time.sleep(0.25)
        yield process
    finally:
        process.terminate()
        process.wait()
