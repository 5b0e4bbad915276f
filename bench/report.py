"""The bench's figures as Markdown and as plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]


def markdown(found: Figures, drawn: Sequence[str]) -> str:
    """The report; ``drawn`` are names of plots beside it."""
    parts = [
        "# Speed and size",
        f"{found['day']}, {found['machine']}. Made again by `{found['again']}`; "
        "all figures as data: [bench.json](bench.json).",
        "## A new process",
        _table(("", "seconds"), found["cold_s"].items()),
        "## Building the index",
        _building(found["sizes"]),
        "## Finding and answering",
        "Milliseconds in process, one question at a time. Above the plan's size vectors are drawn at random (what "
        "finding costs, not how well it finds); questions are embedded for real everywhere.",
        _answering(found["sizes"]),
        *(f"![{name}]({name})" for name in drawn),
        "## Through HTTP",
        "wrk, each user asking again as soon as the answer is there; server and wrk share the cores.",
        _loads(found["http"]["load"]),
        "## Memory",
        _table(("", "MB resident, at most"), _memory(found)),
        "## The page in Chromium",
        _pages(found["http"]["page"]),
    ]
    return "\n\n".join(parts) + "\n"


def plots(found: Figures, folder: Path) -> tuple[str, ...]:
    """Draw growth with the corpus and latency by users; returns the files' names."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "tiaoju"  # the same file from the same figures
    from matplotlib import pyplot

    drawn = []
    if len(found["sizes"]) > 1:
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        counts = [size["passages"] for size in found["sizes"]]
        for name in found["sizes"][0]["ms"]:
            line = axes.plot(counts, [size["ms"][name]["p50"] for size in found["sizes"]], marker="o", label=name)
            axes.plot(counts, [size["ms"][name]["p95"] for size in found["sizes"]], "--", color=line[0].get_color())
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="ms (line p50, dashes p95)")
        axes.legend(fontsize=8)
        axes.grid(alpha=0.3)
        drawn.append(_saved(figure, folder / "bench-growth.svg"))
    loads = {name: load for name, load in found["http"]["load"].items() if load}
    if loads:
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(8, 3.5))
        for name, load in loads.items():
            users = [int(count) for count in load]
            left.plot(users, [load[str(count)]["per_s"] for count in users], marker="o", label=name)
            right.plot(users, [load[str(count)]["p95"] for count in users], marker="o", label=name)
        left.set(xlabel="users", ylabel="questions a second")
        right.set(xlabel="users", ylabel="p95, ms")
        left.legend(fontsize=7)
        drawn.append(_saved(figure, folder / "bench-load.svg"))
    return tuple(drawn)


def _saved(figure: Any, path: Path) -> str:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    return path.name


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join("—" if c is None else str(c) for c in row) + " |" for row in rows])


def _building(sizes: Sequence[Figures]) -> str:
    rows = []
    for size in sizes:
        if "bare_per_s" in size:
            share = size["build_per_s"] / size["bare_per_s"]
            rows += [
                ("bare embedder on the plan's passages (limit), a second", size["bare_per_s"]),
                ("whole build of the plan's index, passages and questions on record a second", size["build_per_s"]),
                ("share of the limit (these vectors come with the program)", f"{share:.0%}"),
                ("whole build of the plan's index, seconds", size["build_s"]),
            ]
        if "build_without_embedding_s" in size:
            rows.append((f"{size['passages']} passages without embedding, s", size["build_without_embedding_s"]))
        if "open_s" in size:
            rows.append((f"{size['passages']} passages, opening the index, s", size["open_s"]))
    return _table(("", ""), rows)


def _answering(sizes: Sequence[Figures]) -> str:
    head = ("p50 / p95 / p99", *(f"{size['passages']} passages, {size['clauses']} clauses" for size in sizes))
    rows: list[tuple[object, ...]] = []
    for name in sizes[0]["ms"] if sizes else ():
        rows.append((name, *(" / ".join(str(v) for v in size["ms"][name].values()) for size in sizes)))
    limit, whole = "embed + one Chroma query (limit)", "whole answer"
    ratios = (f"{size['ms'][whole]['p50'] / size['ms'][limit]['p50']:.1f} ×" for size in sizes)
    return _table(head, [*rows, ("whole answer beside the limit, p50", *ratios)])


def _loads(loads: Mapping[str, Figures | None]) -> str:
    if not any(loads.values()):
        return "Left out: wrk is not installed."
    rows = [
        (name, users, *(figures[f] for f in ("done", "errors", "per_s", "p50", "p95", "p99", "most")))
        for name, load in loads.items()
        for users, figures in (load or {}).items()
    ]
    return _table(("", "users", "answered", "errors", "a second", "p50 ms", "p95", "p99", "longest"), rows)


def _memory(found: Figures) -> list[tuple[str, int]]:
    rows = list(found["http"]["resident_mb"].items())
    return rows + [
        (f"{size['passages']} passages, in process with the baselines beside it", size["highest_mb"])
        for size in found["sizes"]
    ]


def _pages(pages: Mapping[str, Figures | None]) -> str:
    if not all(pages.values()):
        return "Left out: chromium is not installed."
    names = ("interactive_ms", "first_paint_ms", "kb", "requests")
    rows = [(name, *(page[n] for n in names)) for name, page in pages.items() if page]
    return _table(("", "ms to interactive", "ms to first paint", "KB", "requests"), rows)
