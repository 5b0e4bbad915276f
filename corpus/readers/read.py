"""The one door: bytes are bounded and recognised here, then given to the reader of their kind."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from corpus.readers import plain  # the others load big libraries, and few starts need them
from corpus.readers.types import MOST_CHARS, Source
from corpus.types import CorpusError

MAX_BYTES = 50 * 1024 * 1024
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_MEMBERS = 5_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD_STREAMS = tuple(name.encode("utf-16-le") for name in ("WordDocument", "CONTENTS", "MatOST"))
_TABLES = "请把要收录的表格复制到 Word 里，另存为 .docx 再导入。"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
FORMS: dict[str, str] = {
    "text": "文本",
    "markdown": "Markdown",
    "html": "网页",
    "docx": "Word（docx）",
    "pdf": "PDF",
    "scan": "扫描件",
    "office": "Word（doc）、WPS、RTF、ODT",
}
Reader = Callable[[bytes, str], Source]


def read_source(path: Path) -> Source:
    """Read a file.

    Raises:
        CorpusError: it is missing, empty, too big, encrypted, damaged, of no kind that can be read, or needs a
            program or package that is not installed; the message is Chinese and says what to do.
    """
    name = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CorpusError(f"文件“{name}”超过 50 MB，请拆分或压缩图片后再导入。")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(f"找不到文件“{name}”，请检查路径。") from error
    except OSError as error:
        raise CorpusError(f"无法读取文件“{name}”（{error.strerror}），请检查是不是文件、有没有权限。") from error
    return read_bytes(data, name)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes in hexadecimal; empty where it is too big or cannot be read."""
    try:
        return "" if path.stat().st_size > MAX_BYTES else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_bytes(data: bytes, name: str) -> Source:
    """Like :func:`read_source`, of bytes that are already here; ``name`` is only for messages.

    Raises:
        CorpusError: see there.
    """
    if len(data) > MAX_BYTES:
        raise CorpusError(f"文件“{name}”超过 50 MB，请拆分或压缩图片后再导入。")
    if not data.strip(b"\x00 \t\r\n"):
        raise CorpusError(f"文件“{name}”是空的，请换一份有内容的文件。")
    reader = _reader(data, name)
    try:
        source = reader(data, name)
    except (CorpusError, MemoryError):
        raise
    except Exception as error:  # whatever a parser raises on a broken file, a person is told one thing
        raise CorpusError(f"文件“{name}”读不出来，可能已经损坏。请用原来的程序打开，另存一份再导入。") from error
    if len(source.text) > MOST_CHARS:
        raise CorpusError(f"文件“{name}”的文字超过五百万字，不像一份文件。请拆分后再导入。")
    if not source.text.strip():
        from corpus.readers import scan

        raise CorpusError(f"文件“{name}”里没有读到文字。如果是扫描件或图片，请先安装文字识别：{scan.INSTALL}")
    return source.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})


def _reader(data: bytes, name: str) -> Reader:
    head = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:
        from corpus.readers import pdf

        return pdf.read
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(data, name)
    if head.startswith(_OLE) and _ENCRYPTED in data:
        raise CorpusError(f"文件“{name}”加了密码，请去掉密码另存后再导入。")
    if head.startswith(_OLE) and not any(mark in data for mark in _WORD_STREAMS):
        raise CorpusError(f"文件“{name}”不是文字文件（可能是 Excel、PowerPoint），或者已经损坏。{_TABLES}")
    if head.startswith((_OLE, b"{\\rtf")):
        from corpus.readers import office

        return office.read
    from corpus.readers import html, scan

    if html.is_archive(data):
        return html.read_archive
    if head.startswith(_IMAGES):
        return scan.read
    return html.read if html.looks_like(data) else plain.read


def _of_zip(data: bytes, name: str) -> Reader:
    """docx or odt; everything else that is a zip is refused, and one that unpacks into too much."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise CorpusError(f"文件“{name}”已经损坏，请用原来的程序打开，另存一份再导入。") from error
    if len(members) > _MOST_MEMBERS or sum(m.file_size for m in members) > _MOST_UNPACKED:
        raise CorpusError(f"文件“{name}”解压后太大，没有导入。请检查来源是否可靠。")
    if any(m.flag_bits & 1 for m in members):
        raise CorpusError(f"文件“{name}”加了密码，请去掉密码另存后再导入。")
    names = {m.filename for m in members}
    if "word/document.xml" in names:
        from corpus.readers import docx

        return docx.read
    if "content.xml" in names and "mimetype" in names:
        from corpus.readers import office

        return office.read
    if any(member.startswith(("xl/", "ppt/")) for member in names):
        raise CorpusError(f"文件“{name}”是 Excel 或 PowerPoint 文件。{_TABLES}")
    raise CorpusError(f"文件“{name}”是压缩包或不认识的格式。能导入的有：{'、'.join(FORMS.values())}。压缩包请先解压。")
