"""Formats that only an office program reads (.doc, .wps, .rtf, .odt): LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from corpus.readers import docx
from corpus.readers.types import Source
from corpus.types import CorpusError

_SECONDS = 120


def read(data: bytes, name: str) -> Source:
    """Convert to docx in a profile and folder of its own, without macros, then read that."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise CorpusError(f"文件“{name}”要用 LibreOffice 打开，这台机器上没有。请安装，或另存为 .docx 再导入。")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "in").write_bytes(data)  # never its own name
        command = [
            program,
            f"-env:UserInstallation=file://{place}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(place / "out"),
            str(place / "in"),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, cwd=place)
        except subprocess.TimeoutExpired as error:
            raise CorpusError(f"文件“{name}”转换超过{_SECONDS}秒，没有导入。请另存为 .docx 再试。") from error
        made = list((place / "out").glob("*.docx"))
        if not made:
            raise CorpusError(f"文件“{name}”转换失败，可能已损坏或加了密码。请用原来的程序另存为 .docx 再导入。")
        source = docx.read(made[0].read_bytes(), name)
    return source.model_copy(update={"form": "office"})
