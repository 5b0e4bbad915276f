"""Indexing many articles: the rate beside the bare embedders' own, what kills cost, how long a search takes.

python -m bench.bulk [--articles 2000] [--kills 10] [--keep FOLDER] [--out docs/reports/bulk.md]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bench.common import report
from corpus import load_library
from corpus.laws import read_laws
from corpus.library import Library
from index import SearchIndex, Words, make_embedder, open_index
from index.build import build_index, load_passages, read_manifest
from index.embed import BundledEmbedder
from index.shipped import shipped
from index.splitter import ClauseSplitter, passages
from index.vectors import key_of

QUESTIONS = (
    "残疾人坐公交车有优惠吗",
    "没钱看病怎么办",
    "公司不签劳动合同怎么办",
    "单位不雇残疾人要交什么钱",
    "老人的赡养由谁负责",
    "小区里能不能加装电梯和坡道",
    "被家里人打了可以找谁",
    "孩子不上学父母要负什么责任",
    "偷税漏税怎么处罚",
    "离婚以后孩子归谁",
)


def library_of(articles: int) -> Library:
    """The plan, and laws of the pack, whole, until there are that many articles."""
    chosen, count = [*load_library().documents], 0
    for law in read_laws(None):
        if count < articles:
            chosen.append(law)
            count += len(law.clauses)
    return Library(chosen)


def rate(embed: Callable[[list[str]], object], texts: Sequence[str], batch: int) -> float:
    """Passages a second."""
    embed(list(texts[:8]))
    start = time.perf_counter()
    for at in range(0, len(texts), batch):
        embed(list(texts[at : at + batch]))
    return len(texts) / (time.perf_counter() - start)


def searches(index: SearchIndex) -> tuple[float, float]:
    """Median and 95th percentile of a search in milliseconds, its question embedded anew."""
    seconds = []
    for turn in range(5):
        for question in QUESTIONS:
            start = time.perf_counter()
            index.search(f"{question}{'？' * turn}")
            seconds.append(1000 * (time.perf_counter() - start))
    median, high = np.percentile(seconds, [50, 95])
    return float(median), float(high)


def killed_builds(arguments: argparse.Namespace, folder: str, seconds: float, draw: random.Random) -> float:
    """Seconds of a build that is killed at random moments and begun again until it is done."""
    command = [sys.executable, __file__, "--articles", str(arguments.articles), "--build", folder]
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
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder of the index that is built; a temporary one where not given")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    library = library_of(arguments.articles)
    words = Words()
    if arguments.build:
        build_index(arguments.build, library, words, make_embedder(), "bundled")
        return

    splitter = ClauseSplitter(words)
    parts = [p for c in library for p in passages(c, library.document(c.document_id).title, splitter)]
    draw = random.Random(arguments.seed)
    sample = [p.embedded for p in draw.sample(parts, min(1024, len(parts)))]
    sample.sort(key=len)  # as a build does
    embedder = BundledEmbedder()
    bare = rate(embedder.embed_documents, sample, 256)
    facts = [
        ("articles, passages", f"{sum(1 for _ in library)}, {len(parts)}"),
        ("bare embedder, passages a second", f"{bare:.1f}"),
    ]
    with tempfile.TemporaryDirectory() as temporary, tempfile.TemporaryDirectory() as killed:
        whole = arguments.keep or Path(temporary)
        start = time.perf_counter()
        build_index(whole, library, words, embedder, "bundled")
        seconds = time.perf_counter() - start
        made = sum(key_of(part.embedded) not in shipped() for part in parts)
        facts += [
            ("of these embedded here; the others' vectors come with the program", f"{made}"),
            ("index build, passages embedded a second", f"{made / seconds:.1f} ({made / seconds / bare:.0%})"),
            ("build undisturbed", f"{seconds:.0f} s"),
            ("most memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"),
        ]
        index = open_index(whole, library)
        facts.append(
            ("a search with its question embedded, p50 and p95", "{:.0f} and {:.0f} ms".format(*searches(index)))
        )
        index.close()
        if arguments.kills:
            resumed = killed_builds(arguments, killed, seconds, draw)
            found = [read_manifest(Path(folder)) for folder in (whole, killed)]
            assert found[0] is not None and found[1] is not None
            index = open_index(Path(killed), library)
            ids = [hit.passage.id for hit in index.search("残疾人就业", k=50)]
            index.close()
            same = load_passages(found[0][0]) == load_passages(found[1][0]) and len(set(ids)) == len(ids)
            facts += [
                (f"killed {arguments.kills} times at random moments and begun again", f"{resumed:.0f} s in all"),
                ("the same passages, none lost or twice", "yes" if same else "NO"),
            ]
    report(
        "Indexing many articles",
        f"Made again by `python -m bench.bulk --articles {arguments.articles} --kills {arguments.kills}`.",
        ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts)],
        arguments.out,
    )


if __name__ == "__main__":
    main()
