"""Scanned pages and images: OCR by a package that ships its model (extra ``ocr``)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from tqdm import tqdm

from corpus.readers.types import Source, assemble
from corpus.types import CorpusError

INSTALL = 'pip install -c constraints.txt -e ".[ocr]"'
_SCALE = 200 / 72  # dots of a page image per point: 200 dpi
_MOST_PAGES = 200
_MOST_PIXELS = 60_000_000
_SURE = 0.6
WARNING = "文字是识别出来的，可能有错字，数字尤其要对照原件逐个核对。"


def read(data: bytes, name: str) -> Source:
    """An image of a page."""
    import numpy
    from PIL import Image, UnidentifiedImageError

    from corpus.readers.pdf import blocks

    engine = _engine(name)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    try:
        with Image.open(BytesIO(data)) as image:
            pixels = numpy.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise CorpusError(f"图片“{name}”打不开或太大，请另存为 PNG 或 JPEG（不超过六千万像素）再导入。") from error
    return assemble(blocks(list(recognised(engine, [pixels]))), "scan", "", [WARNING])


def read_pdf(data: bytes, name: str) -> Source:
    """Pages of a PDF that has no text."""
    from corpus.readers.pdf import blocks

    return assemble(blocks(list(pdf_lines(data, name))), "scan", "", [WARNING])


def pdf_lines(data: bytes, name: str, numbers: Sequence[int] | None = None) -> Iterator[list[Any]]:
    """Lines of pages of a PDF, those of ``numbers`` (from 0) or all.

    Raises:
        CorpusError: OCR is not installed, or there are too many pages.
    """
    import pypdfium2

    engine = _engine(name)
    document = pypdfium2.PdfDocument(data)
    try:
        numbers = range(len(document)) if numbers is None else numbers
        if len(numbers) > _MOST_PAGES:
            raise CorpusError(f"扫描件“{name}”超过{_MOST_PAGES}页，请拆分后再导入。")
        images = (document[n].render(scale=_SCALE).to_numpy() for n in numbers)
        yield from recognised(engine, tqdm(images, total=len(numbers), desc="识别文字", unit="页", disable=None))
    finally:
        document.close()


def _engine(name: str) -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when onnxruntime is loaded
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise CorpusError(f"“{name}”是扫描件或图片，要先安装文字识别：{INSTALL}") from error
    return RapidOCR()


def recognised(engine: Any, images: Iterable[Any]) -> Iterator[list[Any]]:
    """Lines of each image."""
    from corpus.readers.pdf import Line

    for pixels in images:
        result, _ = engine(pixels)
        lines = []
        for box, text, sure in result or ():
            if float(sure) >= _SURE:
                xs, ys = [p[0] for p in box], [p[1] for p in box]
                lines.append(Line(text.strip(), min(xs), max(xs), min(ys), 0.8 * (max(ys) - min(ys))))
        sizes = sorted(line.size for line in lines)
        # heights of recognised boxes vary with the characters in them: one size for all
        size = sizes[len(sizes) // 2] if sizes else 1.0
        yield [line._replace(size=size) for line in sorted(lines, key=lambda line: line.top)]
