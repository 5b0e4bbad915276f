"""Bytes of a file -> text, with a clear message for everything that is not text."""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpus.types import CorpusError

MAX_BYTES = 20 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(path: Path) -> tuple[str, str]:
    """Read a text file in UTF-8 or GB18030.

    Returns:
        The text, and the SHA-256 of the file's bytes in hexadecimal.

    Raises:
        CorpusError: the file is missing, unreadable, empty, over 20 MiB or not text.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CorpusError(f"文件“{path.name}”超过 20 MB，请拆分后再导入。")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(f"找不到文件“{path.name}”，请检查 corpus/documents 目录是否完整。") from error
    except OSError as error:
        raise CorpusError(f"无法读取文件“{path.name}”（{error.strerror}），请检查文件权限。") from error
    if not data.strip():
        raise CorpusError(f"文件“{path.name}”是空的，请换一份有内容的文件。")
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, hashlib.sha256(data).hexdigest()
    raise CorpusError(f"文件“{path.name}”不是文本文件，或编码不是 UTF-8 / GB18030，请另存为 UTF-8 后再导入。")
