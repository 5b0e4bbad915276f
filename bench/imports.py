"""A table of what a folder's files become: documents, clauses, warnings, seconds.

python bench/imports.py FOLDER [FOLDER…] [--out docs/reports/imports.md]
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import time
from pathlib import Path

from corpus.add import read_document
from corpus.check import check_document
from corpus.laws import read_laws
from corpus.types import CorpusError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    files = [p for folder in arguments.folders for p in sorted(folder.rglob("*"))]
    rows, errors, refused, clauses, warned = [], 0, 0, 0, 0
    begun = time.perf_counter()
    for path in (p for p in files if p.is_file() and p.name != "README.md"):
        start = time.perf_counter()
        try:
            found = read_document(path)
        except CorpusError as error:
            refused += 1
            rows.append(f"| {path.name} | refused | | | {error} | | {time.perf_counter() - start:.2f} |")
            continue
        except Exception as error:  # what this table is there to show
            errors += 1
            rows.append(f"| {path.name} | | | | **{type(error).__name__}** | | {time.perf_counter() - start:.2f} |")
            continue
        document, seconds = found.document, time.perf_counter() - start
        clauses, warned = clauses + len(document.clauses), warned + bool(found.warnings)
        facts = [str(day or "—") for day in (document.issued_on, document.effective_on, document.ends_on)]
        rows.append(
            f"| {path.name} | {found.form} | {document.kind} | {len(document.clauses)} | "
            f"{' '.join(found.warnings) or '—'} | {' / '.join(facts)} | {seconds:.2f} |"
        )
    total = time.perf_counter() - begun
    start = time.perf_counter()
    laws = read_laws(None)
    articles = sum(len(law.clauses) for law in laws)
    holed = sum(bool(check_document(law)) for law in laws)
    text = "\n".join(
        [
            "# What files become",
            "",
            f"{dt.date.today()}, {platform.system()} {platform.machine()}. "
            "Made again by `python bench/imports.py FOLDER [FOLDER…]`.",
            f"{len(rows)} files: {clauses} clauses, {warned} with warnings, {refused} refused with a message, "
            f"{errors} unhandled errors, {total:.1f} s. The law pack: {len(laws)} laws, {articles} articles, "
            f"{holed} with warnings of `corpus check`, read and checked in {time.perf_counter() - start:.1f} s.",
            "",
            "| file | form | kind | clauses | warnings | issued / effective / ends | seconds |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )
    print(text)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
