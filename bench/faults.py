"""What is left when the program is killed: ``python bench/faults.py [--runs 100] [--out docs/reports/faults.md]``.

Each run starts the real command in a process of its own and sends SIGKILL after a random part of the time
that the work takes undisturbed. Then a new process must open what is there: the old state or the new one,
never something between, and nothing that was confirmed may be lost.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from assistant.feedback import load_feedback
from corpus.store import load_documents

ROOT = Path(__file__).resolve().parent.parent
QUESTION, CLAUSE = "坐公交车有优惠吗", "二（一）3"
LAW = "慈善法"
FEEDBACK = """
import datetime as dt, sys
from pathlib import Path
from assistant.feedback import Feedback, save_feedback
for number in range(200):
    save_feedback(Path(sys.argv[1]), Feedback(rating="helpful", question=f"问题{number}", day=dt.date(2026, 1, 1)))
    print(number, flush=True)
"""


class Fault(Exception):
    """Something was lost, or stood half done."""


def tiaoju(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "assistant.cli", *arguments]


def start(data: Path, command: list[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "TIAOJU_DATA_DIR": str(data)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def killed(data: Path, command: list[str], seconds: float) -> str:
    """Output of a process that is killed after so many seconds (or has ended before)."""
    process = start(data, command)
    try:
        return process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.communicate()[0]


def finished(data: Path, *arguments: str) -> str:
    process = start(data, tiaoju(*arguments))
    said = process.communicate()[0]
    if process.returncode:
        raise Fault(f"{arguments[0]} ended with {process.returncode}")
    return said


def build(data: Path, after: float) -> str:
    """A build is killed while an older index serves."""
    killed(data, tiaoju("index", "build"), after)
    if CLAUSE not in finished(data, "ask", QUESTION):
        raise Fault("the answer lost its clause")
    return "answers"


def first_build(data: Path, after: float) -> str:
    """The very first build is killed: the next question makes a whole one."""
    shutil.rmtree(data / "index", ignore_errors=True)
    killed(data, tiaoju("index", "build"), after)
    if CLAUSE not in finished(data, "ask", QUESTION):
        raise Fault("the answer lost its clause")
    if len(list((data / "index" / "builds").iterdir())) != 1:
        raise Fault("a killed build was left lying")
    return "answers after building"


def add(data: Path, after: float) -> str:
    """The import of a law is killed."""
    for path in (data / "documents").glob("*"):
        path.unlink()
    killed(data, tiaoju("corpus", "add-laws", LAW), after)
    found = load_documents(data / "documents")
    if any(len(document.clauses) < 100 for document in found):
        raise Fault("half a law was imported")
    return "law whole" if found else "law absent"


def feedback(data: Path, after: float) -> str:
    """Writing feedback is killed: every judgement that was confirmed is there."""
    shutil.rmtree(data / "feedback", ignore_errors=True)
    folder = data / "feedback"
    confirmed = killed(data, [sys.executable, "-c", FEEDBACK, str(folder)], after).split()
    kept = [item.question for item in load_feedback(folder)]
    if kept[: len(confirmed)] != [f"问题{number}" for number in range(len(confirmed))]:
        raise Fault(f"{len(confirmed)} confirmed, {len(kept)} kept")
    return "all confirmed kept"


SCENES: dict[str, Callable[[Path, float], str]] = {
    "rebuild of the index": build,
    "first build of the index": first_build,
    "import of a law": add,
    "feedback": feedback,
}


def undisturbed(scene: str, data: Path) -> float:
    """Seconds that the scene's work takes when nobody kills it."""
    commands = {
        "rebuild of the index": tiaoju("index", "build"),
        "first build of the index": tiaoju("index", "build"),
        "import of a law": tiaoju("corpus", "add-laws", LAW),
        "feedback": [sys.executable, "-c", FEEDBACK, str(data / "feedback")],
    }
    began = time.monotonic()
    start(data, commands[scene]).communicate()
    return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="kills in each scene")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="Markdown report")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    lines = [
        "| work that is killed | kills | seconds undisturbed | found afterwards | faults |",
        "|---|---|---|---|---|",
    ]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for scene, run in SCENES.items():
            seconds = undisturbed(scene, data)
            found: Counter[str] = Counter()
            failed: list[str] = []
            for _ in range(arguments.runs):
                try:
                    found[run(data, chance.uniform(0, seconds))] += 1
                except Fault as fault:
                    failed.append(str(fault))
            faults += len(failed)
            after = "; ".join(f"{what}: {count}" for what, count in sorted(found.items()))
            lines.append(f"| {scene} | {arguments.runs} | {seconds:.1f} | {after} | {len(failed)} {failed[:3] or ''} |")
            print(lines[-1], flush=True)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        made = f"{dt.date.today():%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
        again = f"python bench/faults.py --runs {arguments.runs} --seed {arguments.seed}"
        arguments.out.write_text(
            f"# Killed at random moments\n\n{made}. Made again by `{again}`.\n\n" + "\n".join(lines) + "\n",
            encoding="utf-8",
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
