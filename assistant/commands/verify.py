"""``tiaoju verify FILE``: every claim of a text with its standing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NOT_ALL_SUPPORTED = 3


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="文件", help="要核对的文字（UTF-8）；填 - 从标准输入读取")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace, make: Callable[[], Assistant]) -> int:
    """Check the text; 0 all supported, 1 the file cannot be read, 2 nothing to check, 3 not all supported."""
    from assistant.claims import MAX_TEXT
    from assistant.claims.text import report_text

    try:
        raw = sys.stdin.buffer.read() if arguments.file == "-" else Path(arguments.file).read_bytes()
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        return _fail(f"找不到文件“{arguments.file}”，请检查路径。")
    except UnicodeDecodeError:
        return _fail("文件的编码不是 UTF-8，请另存为 UTF-8 文本再试；Word 文件请先另存为纯文本。")
    if len(text) > MAX_TEXT:
        return _fail(f"文字太长了（{len(text)}字），请分成{MAX_TEXT}字以内的几份。")
    report = make().verify(text)
    print(report.model_dump_json(indent=2) if arguments.json else report_text(report))
    if not report.claims:
        return 2
    return 0 if report.all_supported else NOT_ALL_SUPPORTED


def _fail(message: str) -> int:
    print(f"出错了：{message}", file=sys.stderr)
    return 1
