"""Outline of an official document (公文): lines of text -> clauses.

Levels after GB/T 9704-2012: 一、 then （一） then 1. then （1）. A heading may run on into its text
("1.完善…制度。进一步落实…"); its first sentence is then the title and stays part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus.frontmatter import LABELS, Part, split_front, split_imprint
from corpus.layout import Line, ends_paragraph, join, lines_of, page_width
from corpus.numerals import chinese_value
from corpus.tables import Table, find_table
from corpus.types import Clause, ClauseKind

_LEVELS = (
    re.compile(r"^([一二三四五六七八九十]{1,3})、"),
    re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]"),
    re.compile(r"^(\d{1,2})[.．、](?!\d)"),
    re.compile(r"^[（(](\d{1,2})[）)]"),
)
_TERMINAL = ("。", "；", "：", "！", "？", "”", "）")


class _Block(NamedTuple):
    """A paragraph of the body: its level (None: no heading), its number there, its lines."""

    level: int | None
    number: int
    lines: tuple[Line, ...]


def parse(source: str, document_id: str) -> tuple[Clause, ...]:
    """Parse an official document into clauses in reading order.

    Every non-blank character of the source is in exactly one clause.

    Args:
        source: the whole text; spans of the clauses are offsets into it.
        document_id: prefix of the clause ids.
    """
    body, imprint = split_imprint(lines_of(source))
    front, body = split_front(body)
    clauses = [_part_clause(document_id, "front", part) for part in front]
    start = 0
    state = _Outline(document_id)
    while (table := find_table(body, start)) is not None:
        clauses += state.paragraphs(body[start : table.start])
        clauses += state.table(table)
        start = table.end
    clauses += state.paragraphs(body[start:])
    clauses += [_part_clause(document_id, "imprint", part) for part in imprint]
    return tuple(clauses)


class _Outline:
    """Where the parser stands: the headings above, and how many tables and loose paragraphs so far."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._path: list[tuple[int, str, str]] = []  # (number, label, title) a level
        self._loose = 0
        self._tables = 0

    def paragraphs(self, lines: Sequence[Line]) -> list[Clause]:
        blocks = _blocks(lines, [number for number, _, _ in self._path])
        clauses = []
        for index, block in enumerate(blocks):
            if block.level is None:
                clauses.append(self._loose_paragraph(block))
                continue
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            clauses.append(self._headed(block, following))
        return clauses

    def table(self, table: Table) -> list[Clause]:
        self._tables += 1
        key = f"t{self._tables}"
        name = self._label() + _short_table_name(table.title)
        headings = (*(title for _, _, title in self._path), table.title)
        head = self._clause(
            key, ClauseKind.TABLE_HEAD, f"{name}表头", headings[:-1], table.title, table.head, sep=" "
        ).model_copy(update={"text": " ".join(filter(None, [table.title, *table.columns]))})
        return [
            head,
            *(
                self._clause(
                    f"{key}.{cells[0].value}",
                    ClauseKind.TABLE_ROW,
                    f"{name}第{cells[0].value}项",
                    headings,
                    cells[1].value or "",
                    lines,
                ).model_copy(update={"cells": cells})
                for lines, cells in table.rows
            ),
        ]

    def _headed(self, block: _Block, following: _Block | None) -> Clause:
        assert block.level is not None
        text = join(line.text for line in block.lines)
        mark = _LEVELS[block.level].match(text)
        assert mark is not None
        title = re.split(r"[。：]", text[mark.end() :], maxsplit=1)[0].strip()
        del self._path[block.level :]
        self._path.append((block.number, _label_part(block.level, mark.group(1)), title))
        alone = text[mark.end() :].rstrip("。：") == title
        has_children = following is not None and following.level is not None and following.level > block.level
        kind = ClauseKind.HEADING if alone and has_children else ClauseKind.PARAGRAPH
        return self._clause("", kind, self._label(), tuple(t for _, _, t in self._path[:-1]), title, block.lines)

    def _loose_paragraph(self, block: _Block) -> Clause:
        if not self._path:
            self._loose += 1
            key = "preamble" if self._loose == 1 else f"preamble.{self._loose}"
            label = "引言" if self._loose == 1 else f"引言第{self._loose}段"
            return self._clause(key, ClauseKind.PARAGRAPH, label, (), "", block.lines)
        self._loose += 1
        label = f"{self._label()}附段{self._loose}"
        titles = tuple(title for _, _, title in self._path)
        return self._clause(f"p{self._loose}", ClauseKind.PARAGRAPH, label, titles, "", block.lines)

    def _label(self) -> str:
        return "".join(label for _, label, _ in self._path)

    def _clause(
        self,
        key: str,
        kind: ClauseKind,
        label: str,
        headings: tuple[str, ...],
        title: str,
        lines: Iterable[Line],
        sep: str = "",
    ) -> Clause:
        number = ".".join([*(str(number) for number, _, _ in self._path), *([key] if key else [])])
        lines = tuple(lines)
        return Clause(
            id=f"{self._document_id}_{number}",
            document_id=self._document_id,
            kind=kind,
            label=label,
            headings=headings,
            title=title,
            text=sep.join(line.text for line in lines) if sep else join(line.text for line in lines),
            spans=tuple(line.span for line in lines),
        )


def _blocks(lines: Sequence[Line], path: Sequence[int]) -> list[_Block]:
    """Group lines into paragraphs; a heading counts only where its number is the next one due.

    That rule keeps a cross-reference or a figure at the beginning of a printed line
    ("（二）所述…", "3.5 万人") from being taken for a heading.
    """
    full = page_width(lines)
    counters = list(path)
    blocks: list[_Block] = []
    current: list[Line] = []
    heading: tuple[int | None, int] = (None, 0)
    previous: Line | None = None

    def close() -> None:
        if current:
            blocks.append(_Block(heading[0], heading[1], tuple(current)))
            current.clear()

    for line in lines:
        found = _heading(line.text, counters)
        sentence_closed = previous is None or previous.text.endswith(_TERMINAL) or _is_short_heading(blocks, current)
        if found and sentence_closed:
            close()
            level, number = found
            counters[level:] = [number]
            heading = found
        elif previous is not None and ends_paragraph(previous, full) and not _is_short_heading(blocks, current):
            close()
            heading = (None, 0)
        current.append(line)
        previous = line
    close()
    return blocks


def _heading(text: str, counters: Sequence[int]) -> tuple[int, int] | None:
    """(level, number) where the line begins with the heading that is due at an open level."""
    for level, pattern in enumerate(_LEVELS):
        if (match := pattern.match(text)) is None:
            continue
        number = int(match.group(1)) if match.group(1).isdigit() else chinese_value(match.group(1))
        due = counters[level] + 1 if level < len(counters) else 1
        return (level, number) if number == due else None
    return None


def _is_short_heading(blocks: Sequence[_Block], current: Sequence[Line]) -> bool:
    """Whether the open paragraph is so far only a heading line, so that its text comes next."""
    return len(current) == 1 and any(pattern.match(current[0].text) for pattern in _LEVELS)


def _label_part(level: int, mark: str) -> str:
    return (f"{mark}", f"（{mark}）", f"{mark}", f"（{mark}）")[level]


def _short_table_name(title: str) -> str:
    """主要指标表 for “十四五”时期残疾人事业发展主要指标: what people call a table in a citation."""
    name = re.search(r"(?:主要)?(?:指标|项目|任务|工程)$", title)
    return f"{name.group()}表" if name else "表"


def _part_clause(document_id: str, area: str, part: Part) -> Clause:
    kind = ClauseKind.FRONT_MATTER if area == "front" else ClauseKind.IMPRINT
    return Clause(
        id=f"{document_id}_{area}.{part.role}",
        document_id=document_id,
        kind=kind,
        label=LABELS[part.role],
        headings=(),
        title=LABELS[part.role],
        text=part.text,
        spans=tuple(line.span for line in part.lines),
        role=part.role,
    )
