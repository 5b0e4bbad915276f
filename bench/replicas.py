"""Two replicas behind nginx, one killed under load: how many questions fail.

    python -m bench.replicas [--users 8] [--seconds 20] [--out docs/reports/replicas.md]

Needs nginx. Both replicas serve one data folder, which is only read while questions are answered; first with the
vectors in that folder, then on a Chroma server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx2 as httpx

from bench.common import ROOT, environment, everyday_questions, free_port, report, served

QUESTIONS = everyday_questions(100, seed=2)  # more than are remembered


def replica(port: int, data: str, chroma_url: str) -> subprocess.Popen[bytes]:
    settings = environment(TIAOJU_DATA_DIR=data, TIAOJU_CHROMA_URL=chroma_url)
    command = [sys.executable, "app.py", "--port", str(port)]
    return subprocess.Popen(command, env=settings, cwd=ROOT, stderr=subprocess.DEVNULL)


def wait_for(address: str) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"{address}/healthz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{address} did not come up")


class Load:
    """Users that ask one question after another."""

    def __init__(self, address: str, users: int) -> None:
        self.done: list[tuple[float, float, bool]] = []  # when, seconds, answered
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._user, args=(address, n)) for n in range(users)]
        for thread in self._threads:
            thread.start()

    def _user(self, address: str, number: int) -> None:
        with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            at = number
            while not self._stop.is_set():
                start = time.perf_counter()
                try:
                    reply = client.post("/v1/ask", json={"question": QUESTIONS[at % len(QUESTIONS)]})
                    fine = reply.status_code == 200 and bool(reply.json()["text"])
                except httpx.TransportError:
                    fine = False
                self.done.append((time.perf_counter(), time.perf_counter() - start, fine))
                at += 1

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def run(nginx: str, folder: str, chroma_url: str, users: int, seconds: float) -> list[str]:
    """Rows of the table: both replicas up, then one killed."""
    one, two, port = free_port(), free_port(), free_port()
    conf = (ROOT / "deploy" / "nginx-replicas.conf").read_text(encoding="utf-8")
    for name, value in {"folder": folder, "one": one, "two": two, "port": port}.items():
        conf = conf.replace(f"{{{name}}}", str(value))
    (Path(folder) / "nginx.conf").write_text(conf, encoding="utf-8")
    first = replica(one, f"{folder}/data", chroma_url)
    wait_for(f"http://127.0.0.1:{one}")  # builds the index that both serve
    second = replica(two, f"{folder}/data", chroma_url)
    wait_for(f"http://127.0.0.1:{two}")
    front = subprocess.Popen([nginx, "-c", f"{folder}/nginx.conf", "-p", folder])
    try:
        wait_for(f"http://127.0.0.1:{port}")
        load = Load(f"http://127.0.0.1:{port}", users)
        time.sleep(seconds / 2)
        first.kill()
        killed = time.perf_counter()
        time.sleep(seconds / 2)
        load.end()
    finally:
        for process in (front, first, second):
            process.kill() if process is not front else process.terminate()
            process.wait()
    rows = []
    where = "Chroma server" if chroma_url else "one folder"
    for name, part in (
        (f"two replicas, {where}", [d for d in load.done if d[0] < killed]),
        (f"one killed, {where}", [d for d in load.done if d[0] >= killed]),
    ):
        times = sorted(1000 * seconds for _, seconds, _ in part)
        rows.append(
            f"| {name} | {len(part)} | {sum(not fine for *_, fine in part)} | {2 * len(part) / seconds:.0f} | "
            f"{statistics.median(times):.0f} | {times[int(0.95 * (len(times) - 1))]:.0f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise SystemExit("nginx is not installed")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nginx's worker is another user
        rows = run(nginx, folder, "", arguments.users, arguments.seconds)
        port = free_port()
        chroma = str(Path(sys.executable).with_name("chroma"))
        with served([chroma, "run", "--path", f"{folder}/chroma", "--port", str(port)], port, "/api/v2/heartbeat"):
            rows += run(nginx, folder, f"http://127.0.0.1:{port}", arguments.users, arguments.seconds)
    report(
        "Two replicas, one killed under load",
        f"Load at the beginning {load:.1f}, {arguments.users} users. Made again by `python -m bench.replicas`.",
        ["| | questions | failed | a second | p50 ms | p95 ms |", "|---|---|---|---|---|---|", *rows],
        arguments.out,
    )


if __name__ == "__main__":
    main()
