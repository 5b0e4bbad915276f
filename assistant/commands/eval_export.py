"""``tiaoju eval export``: questions for another system to answer, or answers in RAGAS's columns."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("out", metavar="文件", type=Path, help="写到哪里（JSONL，一行一题）")
    parser.add_argument("--split", choices=("dev", "laws-dev"), default="dev", help="哪一部分题目（测试集不导出）")
    parser.add_argument(
        "--ragas", metavar="回答", type=Path, help="把这个文件里的回答（eval run --out 写出的 JSONL）转成 RAGAS 的列名"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the file; 0 done, 1 it cannot be read or written."""
    from corpus.laws import read_laws
    from corpus.library import Library, load_library
    from eval.evaluate import DATA
    from eval.interchange import questions, ragas_rows, write_lines
    from eval.types import EvalError, load_cases, load_predictions

    library = load_library()
    if arguments.split.startswith("laws-"):
        library = Library([*library.documents, *read_laws()])
    try:
        cases = load_cases(DATA / f"{arguments.split}.jsonl", library)
        rows = questions(cases)
        if arguments.ragas is not None:
            rows = ragas_rows(cases, {p.case_id: p for p in load_predictions(arguments.ragas)}, library)
        count = write_lines(arguments.out, rows)
    except EvalError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 1
    print(f"已写入 {arguments.out}，共{count}题。")
    return 0
