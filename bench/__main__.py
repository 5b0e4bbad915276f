"""One command, one report: how fast, how large, beside baselines in the same run.

    python -m bench [--sizes 0 26000 200000] [--seconds 15] [--work FOLDER] [--out docs/reports]

Writes bench.md, bench.json and two SVG plots. Wants wrk and chromium for the parts through HTTP, matplotlib for the
plots; what is missing is left out and named. Measure on a machine that does nothing else: the load when the
bench began is in the report.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import web
from bench.common import ROOT, environment, everyday_questions, new_process
from bench.report import markdown, plots

_QUESTION = "坐公交车有优惠吗"
_EMBED = "from index.embed import BundledEmbedder as E; E().embed_query('x')"
_BARE = f"import chromadb; {_EMBED}"
_QUICK = f"import langchain_chroma, langchain_text_splitters; {_EMBED}"


def cold(data: Path) -> dict[str, float]:
    """Seconds of new processes."""
    ask = ["-m", "assistant.cli", "ask", _QUESTION]
    subprocess.run(
        [sys.executable, *ask], cwd=ROOT, env=environment(TIAOJU_DATA_DIR=str(data)), check=True, capture_output=True
    )
    return {
        "tiaoju ask, start to answer": new_process(ask, TIAOJU_DATA_DIR=str(data)),
        "import assistant": new_process(["-c", "import assistant"]),
        "import Chroma, load the embedder, embed (limit)": new_process(["-c", _BARE]),
        "the same with LangChain's packages (baseline)": new_process(["-c", _QUICK]),
    }


def through_http(data: Path, laws: Path | None, seconds: int) -> dict[str, Any]:
    """Load, memory and page of our site and of the quick start."""
    questions = everyday_questions(100, seed=2)
    found: dict[str, Any] = {"load": {}, "resident_mb": {}, "page": {}}
    with web.our_server(data) as (address, pid):
        found["page"]["tiaoju"] = web.page(address, "#question textarea")
        found["load"]["tiaoju"] = web.load(address, questions, seconds)
        found["resident_mb"]["tiaoju, the plan, after the load"] = web.memory(pid)
    with web.quick_server() as (address, pid):
        found["page"]["Gradio, one box (baseline)"] = web.page(address, "#question textarea")
        found["load"]["LangChain quick start (baseline)"] = web.load(address, questions, seconds)
        found["resident_mb"]["LangChain quick start, after the load (baseline)"] = web.memory(pid)
    if laws is not None:
        add = [sys.executable, "-m", "assistant.cli", "corpus", "add-laws"]
        subprocess.run(add, cwd=ROOT, env=environment(TIAOJU_DATA_DIR=str(laws)), check=True, capture_output=True)
        with web.our_server(laws) as (address, pid):
            found["load"]["tiaoju, the plan and five laws"] = web.load(address, questions, seconds)
            found["resident_mb"]["tiaoju, the plan and five laws, after the load"] = web.memory(pid)
    return found


def sizes(chosen: Sequence[int], work: Path, questions: int) -> list[Mapping[str, Any]]:
    """Figures of each size of corpus, each in a process of its own."""
    found = []
    for size in chosen:
        print(f"size {size or 'plan'}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "bench.scale", str(work / f"scale-{size}"), f"--passages={size}"]
        command.append(f"--questions={questions}")
        said = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        if said.returncode:
            print(f"size {size} failed and is left out", file=sys.stderr, flush=True)
        else:
            found.append(json.loads(said.stdout.splitlines()[-1]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[0, 26_000, 200_000], help="passages; 0: the plan")
    parser.add_argument("--questions", type=int, default=100, help="at each size")
    parser.add_argument("--seconds", type=int, default=15, help="of load for each number of users")
    parser.add_argument("--no-laws", action="store_true", help="leave out the run with five laws (embeds for minutes)")
    parser.add_argument("--work", type=Path, help="folder for the indexes, kept for the next run; else a temporary one")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/reports")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        print("cold", file=sys.stderr, flush=True)
        found: dict[str, Any] = {
            "day": str(dt.date.today()),
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
            f"{platform.python_version()}, load at the beginning {load:.1f}",
            "again": " ".join(["python -m bench", *sys.argv[1:]]),
            "cold_s": cold(work / "data"),
        }
        print("http", file=sys.stderr, flush=True)
        found["http"] = through_http(work / "data", None if arguments.no_laws else work / "laws", arguments.seconds)
        found["sizes"] = sizes(arguments.sizes, work, arguments.questions)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    drawn = plots(found, arguments.out) if importlib.util.find_spec("matplotlib") else ()
    text = markdown(found, drawn)
    (arguments.out / "bench.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
