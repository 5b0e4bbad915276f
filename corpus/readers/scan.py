"""Scanned pages and images: OCR by a package that ships its model (extra ``ocr``)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from corpus.readers.types import Block, Source, assemble
from corpus.types import CorpusError

INSTALL = 'pip install -c constraints.txt -e ".[ocr]"'
_SCALE = 200 / 72  # dots of a page image per point: 200 dpi
_MOST_PAGES = 200
_MOST_PIXELS = 60_000_000
_SURE = 0.6
_WARNING = "文字是识别出来的，可能有错字，数字尤其要对照原件逐个核对。"


def read(data: bytes, name: str) -> Source:
    """An image of a page."""
    import numpy
    from PIL import Image, UnidentifiedImageError

    engine = _engine(name)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with Image.open(BytesIO(data)) as image:
            pixels = numpy.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise CorpusError(f"图片“{name}”打不开或太大，请另存为 PNG 或 JPEG（不超过六千万像素）再导入。") from error
    return assemble(_paragraphs(engine, [pixels]), "scan", "", [_WARNING])


def read_pdf(data: bytes, name: str) -> Source:
    """Pages of a PDF that has no text."""
    import pypdfium2

    engine = _engine(name)
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > _MOST_PAGES:
            raise CorpusError(f"扫描件“{name}”超过{_MOST_PAGES}页，请拆分后再导入。")
        pages = (document[i].render(scale=_SCALE).to_numpy() for i in range(len(document)))
        return assemble(_paragraphs(engine, pages), "scan", "", [_WARNING])
    finally:
        document.close()


def _engine(name: str) -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise CorpusError(f"“{name}”是扫描件或图片，要先安装文字识别：{INSTALL}") from error
    return RapidOCR()


def _paragraphs(engine: Any, pages: Any) -> Iterator[Block]:
    from corpus.readers.pdf import _blocks, _Line

    found = []
    for pixels in pages:
        result, _ = engine(pixels)
        lines = []
        for box, text, sure in result or ():
            if float(sure) >= _SURE:
                xs, ys = [p[0] for p in box], [p[1] for p in box]
                lines.append(_Line(text.strip(), min(xs), max(xs), min(ys), 0.8 * (max(ys) - min(ys))))
        found.append(sorted(lines, key=lambda line: line.top))
    sizes = sorted(line.size for page in found for line in page)
    usual = sizes[len(sizes) // 2] if sizes else 1.0
    # heights of recognised boxes vary with the characters in them: one size for all
    yield from _blocks([[line._replace(size=usual) for line in page] for page in found])
