"""Numbers that Word writes by itself before a paragraph: 一、, （一）, 1., 第一条."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from docx.oxml.ns import qn

from corpus.numerals import chinese_numeral

_MOST_LEVELS = 9


class _Level(NamedTuple):
    start: int
    form: str
    text: str


class Numbering:
    """Counts the numbered paragraphs of a document in reading order.

    Args:
        document: of python-docx.
    """

    def __init__(self, document: Any) -> None:
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        root = part.element if part is not None else None
        find = (lambda tag: root.findall(qn(tag))) if root is not None else (lambda tag: [])
        self._abstract = {a.get(qn("w:abstractNumId")): a for a in find("w:abstractNum")}
        self._nums = {n.get(qn("w:numId")): n for n in find("w:num")}
        self._styles = {s.get(qn("w:styleId")): s for s in document.styles.element.findall(qn("w:style"))}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def marker(self, paragraph: Any) -> str:
        """What Word shows before a paragraph (a ``w:p`` element), counted on; empty where there is no number."""
        num_id, depth = self._place(paragraph)
        num = self._nums.get(num_id)
        if num is None:
            return ""
        key = _value(num, "w:abstractNumId") or ""
        levels = self._levels(key)
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(key, {})
        if num_id not in self._begun:
            self._begun.add(num_id)
            self._override(num, counts)
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return _written(levels, counts, depth)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """numId and level of a paragraph, its own or its style's."""
        style_id = _value(paragraph.find(qn("w:pPr")), "w:pStyle") or ""
        holders = [paragraph]
        while style_id in self._styles and len(holders) < _MOST_LEVELS:
            holders.append(self._styles[style_id])
            style_id = _value(holders[-1], "w:basedOn") or ""
        num_id, depth = "", None
        for holder in holders:
            number = holder.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if number is None:
                continue
            level = _value(number, "w:ilvl")
            depth = int(level) if depth is None and level and level.isdigit() else depth
            num_id = num_id or _value(number, "w:numId") or ""
        return num_id, depth or 0

    def _levels(self, key: str) -> dict[int, _Level]:
        abstract = self._abstract.get(key)
        linked = _value(abstract, "w:numStyleLink") if abstract is not None else None
        if linked and (style := self._styles.get(linked)) is not None:
            num = self._nums.get(_value(style.find(f"{qn('w:pPr')}/{qn('w:numPr')}"), "w:numId") or "")
            abstract = self._abstract.get(_value(num, "w:abstractNumId") or "") if num is not None else None
        found = {}
        for level in abstract.findall(qn("w:lvl")) if abstract is not None else ():
            start = _value(level, "w:start") or "1"
            found[int(level.get(qn("w:ilvl")))] = _Level(
                int(start) if start.isdigit() else 1,
                _value(level, "w:numFmt") or "decimal",
                _value(level, "w:lvlText") or "",
            )
        return found

    @staticmethod
    def _override(num: Any, counts: dict[int, int]) -> None:
        """A list that begins anew (w:startOverride)."""
        for override in num.findall(qn("w:lvlOverride")):
            start = _value(override, "w:startOverride")
            if start and start.isdigit():
                counts[int(override.get(qn("w:ilvl")))] = int(start) - 1


def _value(element: Any, tag: str) -> str | None:
    child = element.find(qn(tag)) if element is not None else None
    return str(child.get(qn("w:val"))) if child is not None else None


def _written(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
    if levels[depth].form in ("bullet", "none"):
        return ""

    def number(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        known = levels.get(level, levels[depth])
        return _figure(counts.get(level, known.start), known.form)

    text = re.sub(r"%([1-9])", number, levels[depth].text)
    return f"{text} " if text[-1:].isalnum() else text


def _figure(value: int, form: str) -> str:
    if re.match(r"chinese|japaneseCounting|taiwaneseCounting|ideographDigital", form):
        return chinese_numeral(value)
    if form == "decimalEnclosedCircle" and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form == "ideographTraditional" and 1 <= value <= 10:
        return "甲乙丙丁戊己庚辛壬癸"[value - 1]
    if form in ("upperLetter", "lowerLetter") and 1 <= value <= 26:
        return chr((65 if form == "upperLetter" else 97) + value - 1)
    return str(value)
