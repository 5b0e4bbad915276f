"""Indexing many articles: the rate beside the bare embedder's own, and what ten kills cost.

python bench/bulk.py [--articles 2000] [--kills 10] [--out docs/reports/bulk.md]
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus.laws import read_laws
from corpus.library import Library
from index import Words, make_embedder, open_index
from index.build import build_index, load_passages, read_manifest
from index.splitter import ClauseSplitter, passages


def library_of(articles: int) -> Library:
    """Laws of the pack, whole, until there are that many articles."""
    chosen, count = [], 0
    for law in read_laws(None):
        if law.status == "in_force" and count < articles:
            chosen.append(law)
            count += len(law.clauses)
    return Library(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    library = library_of(arguments.articles)
    words = Words(library)
    if arguments.build:
        build_index(arguments.build, library, words, make_embedder(), "bundled")
        return

    splitter = ClauseSplitter(words)
    parts = [p for c in library for p in passages(c, library.document(c.document_id).title, splitter)]
    draw = random.Random(arguments.seed)
    sample = [p.embedded for p in draw.sample(parts, min(400, len(parts)))]
    embedder = make_embedder()
    embedder.embed_documents(sample[:8])
    start = time.perf_counter()
    for at in range(0, len(sample), 16):
        embedder.embed_documents(sample[at : at + 16])
    bare = len(sample) / (time.perf_counter() - start)

    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as killed:
        start = time.perf_counter()
        build_index(Path(whole), library, words, embedder, "bundled")
        seconds = time.perf_counter() - start
        command = [sys.executable, __file__, "--articles", str(arguments.articles), "--build", killed]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
        start = time.perf_counter()
        for _ in range(arguments.kills):
            process = subprocess.Popen(command, env=environment)
            try:
                process.wait(draw.uniform(8, seconds / arguments.kills + 12))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        subprocess.run(command, env=environment, check=True)
        resumed = time.perf_counter() - start
        found = [read_manifest(Path(folder)) for folder in (whole, killed)]
        assert found[0] is not None and found[1] is not None
        same = load_passages(found[0][0]) == load_passages(found[1][0])
        index = open_index(Path(killed), library)
        ids = [hit.passage.id for hit in index.search("残疾人就业", k=50)]
        index.close()
    text = "\n".join(
        [
            "# Indexing many articles",
            "",
            f"{dt.date.today()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores. "
            f"Made again by `python bench/bulk.py --articles {arguments.articles}`.",
            "",
            "| | |",
            "|---|---|",
            f"| articles, passages | {sum(1 for _ in library)}, {len(parts)} |",
            f"| bare embedder, passages a second | {bare:.1f} |",
            f"| index build, passages a second | {len(parts) / seconds:.1f} ({len(parts) / seconds / bare:.0%}) |",
            f"| build undisturbed | {seconds:.0f} s |",
            f"| the same, killed {arguments.kills} times at random moments and begun again | {resumed:.0f} s in all |",
            f"| the same passages, none lost or twice | {'yes' if same and len(set(ids)) == len(ids) else 'NO'} |",
            "",
        ]
    )
    print(text)
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
