"""A table of what a folder's files become: documents, clauses, warnings, seconds.

python bench/imports.py FOLDER [--out docs/reports/imports.md]
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import time
from pathlib import Path

from corpus.add import read_document
from corpus.laws import read_laws
from corpus.types import CorpusError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows, errors = [], 0
    for path in sorted(p for p in arguments.folder.rglob("*") if p.is_file() and p.name != "README.md"):
        start = time.perf_counter()
        try:
            found = read_document(path)
        except CorpusError as error:
            rows.append(f"| {path.name} | | | | {error} | |")
            continue
        except Exception as error:  # what this table is there to show
            errors += 1
            rows.append(f"| {path.name} | | | | **{type(error).__name__}** | |")
            continue
        document, seconds = found.document, time.perf_counter() - start
        facts = [str(day or "—") for day in (document.issued_on, document.effective_on, document.ends_on)]
        rows.append(
            f"| {path.name} | {found.form} | {document.kind} | {len(document.clauses)} | "
            f"{' '.join(found.warnings) or '—'} | {' / '.join(facts)} | {seconds:.2f} |"
        )
    start = time.perf_counter()
    laws = read_laws(None)
    clauses = sum(len(law.clauses) for law in laws)
    text = "\n".join(
        [
            "# What files become",
            "",
            f"{dt.date.today()}, {platform.system()} {platform.machine()}. "
            "Made again by `python bench/imports.py FOLDER`.",
            f"{len(rows)} files, {errors} unhandled errors. The law pack: {len(laws)} laws, {clauses} articles, "
            f"read in {time.perf_counter() - start:.1f} s.",
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
