"""Holes and doubles in a document, and what of its source is in no clause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from corpus.articles import ARTICLE
from corpus.numerals import chinese_numeral, chinese_value
from corpus.types import Clause, ClauseKind, Document

_TABLE_LIKE = re.compile(r"(?<!\S)(?:\S{1,40}[ \t　]{2,}){2,}\S")
_LONG = 3_000  # characters of a clause that probably swallowed others
_MOST = 5
_ARTICLE_LABEL = re.compile(r"第[零〇一二三四五六七八九十百千\d]+条(?:之[一二三四五六七八九十]+)?$")
_ANNEX_KEY = re.compile(r"^annex\d*\.?")


def check_document(document: Document, source: str = "") -> tuple[str, ...]:
    """Warnings in Chinese; none where all is well.

    Args:
        source: the text that the document was made from, where it is at hand: what of it is in no clause.
    """
    own = [c for c in document.clauses if not c.role]
    found = [*_holes(own), *_doubles(own)]
    long = [c.label for c in own if len(c.text) > _LONG]
    if long:
        found.append(f"有的条款特别长，可能没有分开：{_some(long)}。")
    if all(_ANNEX_KEY.sub("", c.id.rsplit("_", 1)[1]).startswith(("preamble", "closing")) for c in own if not c.cells):
        found.append("没有认出章节条款的编号，全文按段落收录，引用时只能说第几段。")
    tables = [c.label for c in own if not c.cells and len(_TABLE_LIKE.findall(c.text)) > 1]
    if tables:
        found.append(f"可能有没认出来的表格：{_some(tables)}。")
    if source:
        found += _uncovered(document, source)
    return tuple(found)


def _holes(clauses: list[Clause]) -> list[str]:
    """Articles and points whose numbers do not go on by one."""
    articles: dict[str, list[int]] = {}
    for clause in clauses:
        if number := _ARTICLE_LABEL.search(clause.label):
            articles.setdefault(clause.label[: number.start()], []).append(_article_number(number.group()))
    missing = [
        f"{annex}第{chinese_numeral(n)}条"
        for annex, numbers in articles.items()
        for n in range(1, max(numbers) + 1)
        if n not in numbers
    ]
    found = [f"编号不连续，缺少{_some(missing)}，请对照原文。"] if missing else []
    outline: dict[str, list[int]] = {}
    for clause in clauses:
        key = clause.id.rsplit("_", 1)[1]
        above, _, last = key.rpartition(".")
        loose = "preamble" in key or re.search(r"\bp\d+$", key)
        if last.isdigit() and not loose and not _ARTICLE_LABEL.search(clause.label) and not clause.cells:
            outline.setdefault(above, []).append(int(last))
    for above, points in outline.items():
        gaps = sorted(set(range(1, max(points) + 1)) - set(points))
        if gaps:
            found.append(f"编号不连续：{above or '第一层'}下缺少第{'、'.join(map(str, gaps[:_MOST]))}。")
    return found


def _article_number(label: str) -> int:
    match = ARTICLE.match(label)
    number = match["number"] if match else ""
    return int(number) if number.isdigit() else chinese_value(number) if number else 0


def _doubles(clauses: list[Clause]) -> list[str]:
    labels = Counter(c.label for c in clauses)
    twice = [label for label, count in labels.items() if count > 1]
    texts = Counter(c.text for c in clauses if len(c.text) > 20 and c.kind is ClauseKind.PARAGRAPH)
    same = sum(count > 1 for count in texts.values())
    return [f"编号重复：{_some(twice)}。"] * bool(twice) + [f"有{same}段文字出现了两次以上。"] * bool(same)


def _uncovered(document: Document, source: str) -> list[str]:
    covered = bytearray(len(source))
    for clause in document.clauses:
        for start, end in clause.spans:
            covered[start:end] = b"\x01" * (end - start)
    left = [char for char, done in zip(source, covered, strict=True) if not done and not char.isspace()]
    headings = sum(
        len(re.sub(r"\s", "", line)) for line in source.split("\n") if re.match(r"\s*第\S{1,5}[编章节]", line)
    )
    labels = sum(len(m.group()) for c in document.clauses if (m := _ARTICLE_LABEL.search(c.label)))
    lost = len(left) - headings - labels
    return [f"原文有{lost}个字不在任何条款里，请对照原文。"] if lost > 0 else []


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return "、".join(names[:_MOST]) + (f"等{len(names)}处" if len(names) > _MOST else "")
