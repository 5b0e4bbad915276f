"""Outline of an official document (公文): lines of text -> clauses.

Levels after GB/T 9704-2012: 一、 then （一） then 1. then （1）. A heading may run on into its text
("1.完善…制度。进一步落实…"); its first sentence is then the title and stays part of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from corpus.annexes import Annex, split_annexes
from corpus.articles import is_articled, parse_articles
from corpus.frontmatter import LABELS, Part, split_front, split_imprint
from corpus.layout import Line, ends_paragraph, join, lines_of, page_width, width
from corpus.numerals import chinese_numeral, chinese_value
from corpus.questions import is_questions, parse_questions
from corpus.readers.types import Grid
from corpus.tables import Table, find_table
from corpus.types import Clause, ClauseKind, Span

_LEVELS = (
    re.compile(r"^([一二三四五六七八九十]{1,3})、"),
    re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]"),
    re.compile(r"^(\d{1,2})[.．、](?!\d)"),
    re.compile(r"^[（(](\d{1,2})[）)]"),
)
_TERMINAL = ("。", "；", "：", "！", "？", "”", "）")


_CLOSES = re.compile(
    r"^本[^，。自从由有]{0,8}(?:通知|意见|方案|办法|规划|规定|细则|标准|决定|公告|通告|计划|条例|文件|政策|纲要)"
    r"(?:有效期|[，自从由][^。]{0,40}(?:施行|实施|执行|生效|有效期))"
)
_FIRST_ITEM = re.compile(r"^(?:[（(](?P<chinese>一)[）)]|(?P<open>[（(])?1[）).．、](?!\d))")
_TITLE = 30  # characters of a heading that may stand in its own line with a full stop
_OWN_LINE = 0.6  # share of a full line that a heading in its own line of a printed page leaves


class _Block(NamedTuple):
    """A paragraph of the body: its level (None: no heading), its number there, its lines.

    ``titled``: its first line is the heading's own.
    """

    level: int | None
    number: int
    lines: tuple[Line, ...]
    titled: bool


class _Level(NamedTuple):
    """An open heading."""

    level: int
    number: int
    label: str
    title: str


def parse(
    source: str, document_id: str, grids: Sequence[Grid] = (), wrapped: bool = True, title: str = ""
) -> tuple[Clause, ...]:
    """Parse an official document into clauses in reading order.

    Every non-blank character of the source is in exactly one clause.

    Args:
        source: the whole text; spans of the clauses are offsets into it.
        document_id: prefix of the clause ids.
        grids: tables that the reader of the file found.
        wrapped: whether a line is one of a printed page; else it is a paragraph.
        title: the line that is the title, where the file's format says so.
    """
    lines, imprint = split_imprint(lines_of(source))
    main, annexes = split_annexes(lines)
    front, body, closing = split_front(main, title)
    if _carries(front, body, annexes):  # 关于印发《…》的通知, what it passes on being its attachment
        (annex,) = annexes
        front += [*([Part("notice", tuple(body))] if body else []), *closing, Part("annex", annex.head[:1])]
        front += [Part("document_title", annex.head[1:])] if annex.head[1:] else []
        body, closing, annexes = list(annex.rest), [], []
    clauses = [_part_clause(document_id, "front", part) for part in front]
    clauses += _parse_body(body, document_id, grids, wrapped)
    clauses += [_part_clause(document_id, "front", part) for part in closing]
    for annex in annexes:
        clauses += _annex_clauses(annex, document_id, grids, wrapped)
    clauses += [_part_clause(document_id, "imprint", part) for part in imprint]
    return tuple(clauses)


def _parse_body(body: Sequence[Line], document_id: str, grids: Sequence[Grid], wrapped: bool) -> list[Clause]:
    if is_articled(body):
        return parse_articles(body, document_id, grids, wrapped)
    if is_questions(body) and not wrapped:
        return parse_questions(body, document_id)
    return parse_outline(body, document_id, grids, wrapped)


def _carries(front: Sequence[Part], body: Sequence[Line], annexes: Sequence[Annex]) -> bool:
    """Whether a notice does nothing but pass on its only attachment."""
    told = next((part.text for part in front if part.role in ("title", "document_title")), "")
    numbered = any(pattern.match(line.text) for line in body for pattern in _LEVELS[:1])
    return len(annexes) == 1 and not numbered and bool(re.search("印发|转发|发布|公布", told)) and bool(annexes[0].rest)


def _annex_clauses(annex: Annex, document_id: str, grids: Sequence[Grid], wrapped: bool) -> list[Clause]:
    """An attachment's heading, then its clauses, named after it: 附件2第三条."""
    prefix = f"{document_id}_{annex.key}"
    head = Clause(
        id=prefix,
        document_id=document_id,
        kind=ClauseKind.HEADING,
        label=annex.label,
        headings=(),
        title=annex.title,
        text="\n".join(line.text for line in annex.head),
        spans=tuple(line.span for line in annex.head),
    )
    above = (annex.title,) if annex.title else ()
    return [
        head,
        *(
            clause.model_copy(
                update={
                    "id": f"{prefix}.{clause.id.removeprefix(f'{document_id}_').removeprefix('annex.')}",
                    "label": f"{annex.label}{clause.label}",
                    "headings": (*above, *clause.headings),
                    "kind": ClauseKind.PARAGRAPH if clause.role else clause.kind,
                    "role": "",
                }
            )
            for clause in _parse_body(annex.rest, document_id, grids, wrapped)
        ),
    ]


def parse_outline(
    body: Sequence[Line], document_id: str, grids: Sequence[Grid] = (), wrapped: bool = True, prefix: str = ""
) -> list[Clause]:
    """Clauses of a body under 一、（一）1.（1）; what fits no outline still gets its paragraphs.

    Args:
        prefix: put before the numbers of the ids (an annex).
    """
    if not wrapped:
        body = [piece for line in body for piece in _items(line)]
    clauses: list[Clause] = []
    start = 0
    state = _Outline(document_id, wrapped, prefix)
    while (table := find_table(body, start, grids)) is not None:
        clauses += state.paragraphs(body[start : table.start])
        clauses += state.table(table)
        start = table.end
    return clauses + state.paragraphs(body[start:])


class _Outline:
    """Where the parser stands: the headings above, and how many tables and loose paragraphs so far."""

    def __init__(self, document_id: str, wrapped: bool, prefix: str) -> None:
        self._document_id, self._wrapped, self._prefix = document_id, wrapped, prefix
        self._path: list[_Level] = []
        self._loose: Counter[str] = Counter()  # paragraphs without a number, by the label of what they stand under
        self._tables: Counter[str] = Counter()

    def paragraphs(self, lines: Sequence[Line]) -> list[Clause]:
        blocks = _blocks(lines, {level.level: level.number for level in self._path}, self._wrapped)
        clauses = []
        for index, block in enumerate(blocks):
            if block.level is None:
                clauses.append(self._loose_paragraph(block))
                continue
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            clauses.append(self._headed(block, following))
        return clauses

    def table(self, table: Table) -> list[Clause]:
        self._tables[self._label()] += 1
        count = self._tables[self._label()]
        key = f"t{count}"
        name = self._label() + _short_table_name(table.title) + (str(count) if count > 1 else "")
        above = tuple(level.title for level in self._path)
        headings = (*above, table.title) if table.title else above
        head = self._clause(
            key, ClauseKind.TABLE_HEAD, f"{name}表头", above, table.title, table.head, sep=" "
        ).model_copy(update={"text": " ".join(filter(None, [table.title, *table.columns]))})
        return [
            head,
            *(
                self._clause(
                    f"{key}.{number}",
                    ClauseKind.TABLE_ROW,
                    f"{name}第{number}{'项' if table.numbered else '行'}",
                    headings,
                    cells[1 if table.numbered and len(cells) > 1 else 0].value or "",
                    lines,
                ).model_copy(update={"cells": cells})
                for number, (lines, cells) in zip(_numbers(table), table.rows, strict=True)
            ),
        ]

    def _headed(self, block: _Block, following: _Block | None) -> Clause:
        assert block.level is not None
        text = join(line.text for line in block.lines)
        mark = _LEVELS[block.level].match(text)
        assert mark is not None
        own_line = not self._wrapped or block.titled
        told = block.lines[0].text if own_line else text
        title = re.split(r"[。：；]", told[mark.end() :], maxsplit=1)[0].strip()
        self._path = [level for level in self._path if level.level < block.level]
        self._path.append(_Level(block.level, block.number, _label_part(block.level, mark.group(1)), title))
        alone = text[mark.end() :].rstrip("。：") == title
        has_children = following is not None and following.level is not None and following.level > block.level
        kind = ClauseKind.HEADING if alone and has_children else ClauseKind.PARAGRAPH
        headings = tuple(level.title for level in self._path[:-1])
        clause = self._clause("", kind, self._label(), headings, title, block.lines)
        if not own_line or len(block.lines) == 1:
            return clause
        rest = [line.text for line in block.lines[1:]]
        below = join(rest) if self._wrapped else "\n".join(rest)
        return clause.model_copy(update={"text": f"{block.lines[0].text}\n{below}"})

    def _loose_paragraph(self, block: _Block) -> Clause:
        """A paragraph without a number: before the first heading, under one, or closing the document."""
        text = join(line.text for line in block.lines)
        if self._path and _CLOSES.match(text):
            self._path = []
            return self._clause("closing", ClauseKind.PARAGRAPH, "结束语", (), "", block.lines)
        self._loose[self._label()] += 1
        count = self._loose[self._label()]
        if not self._path:
            key = "preamble" if count == 1 else f"preamble.{count}"
            label = "引言" if count == 1 else f"引言第{count}段"
        else:
            key, label = f"p{count}", f"{self._label()}附段{count}"
        titles = tuple(level.title for level in self._path)
        return self._clause(key, ClauseKind.PARAGRAPH, label, titles, "", block.lines)

    def _label(self) -> str:
        return "".join(level.label for level in self._path)

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
        parts = [self._prefix, *(str(level.number) for level in self._path), key]
        number = ".".join(part for part in parts if part)
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


def _numbers(table: Table) -> list[str]:
    """Numbers of a table's rows: its own (序号), or counted from 1."""
    if table.numbered:
        return [cells[0].value or "" for _, cells in table.rows]
    return [str(n) for n in range(1, len(table.rows) + 1)]


def _items(line: Line) -> list[Line]:
    """A paragraph that counts within itself ("1.…；2.…；3.…") as a line an item; any other as it is."""
    if (first := _FIRST_ITEM.match(line.text)) is None:
        return [line]
    after = "）)" if first["open"] else ".．、"
    cuts, at, number = [0], first.end(), 2
    while True:
        bare = f"{'[（(]' if first['open'] else ''}{number}[{after}](?!\\d)"
        mark = f"[（(]{chinese_numeral(number)}[）)]" if first["chinese"] else bare
        if (match := re.compile(rf"(?<=[；。])\s*(?={mark})").search(line.text, at)) is None:
            break
        cuts.append(match.end())
        at, number = match.end() + 1, number + 1
    ends = [*cuts[1:], len(line.text)]
    return [
        Line(line.text[a:b].rstrip(), Span(line.span.start + a, line.span.start + len(line.text[:b].rstrip())))
        for a, b in zip(cuts, ends, strict=True)
    ]


def _blocks(lines: Sequence[Line], path: Mapping[int, int], wrapped: bool) -> list[_Block]:
    """Group lines into paragraphs; a heading counts only where its number is the next one due.

    That rule keeps a cross-reference or a figure at the beginning of a printed line
    ("（二）所述…", "3.5 万人") from being taken for a heading.

    Args:
        path: number of the last heading at each open level.
    """
    full = page_width(lines)
    counters = dict(path)
    blocks: list[_Block] = []
    current: list[Line] = []
    heading: tuple[int | None, int] = (None, 0)
    previous: Line | None = None

    def is_title() -> bool:
        """Whether the open paragraph is so far only a heading's own line, so that its text comes next."""
        return len(current) == 1 and _is_title(current[0].text, heading[0], wrapped, full)

    def close() -> None:
        if current:
            first = current[0].text
            titled = heading[0] is not None and not first.endswith(_TERMINAL) and width(first) < _OWN_LINE * full
            blocks.append(_Block(heading[0], heading[1], tuple(current), titled))
            current.clear()

    for line in lines:
        found = _heading(line.text, counters)
        sentence_closed = not wrapped or previous is None or previous.text.endswith(_TERMINAL) or is_title()
        if found and sentence_closed:
            close()
            level, number = found
            counters = {at: count for at, count in counters.items() if at < level} | {level: number}
            heading = found
        elif previous is not None and (ends_paragraph(previous, full) or not wrapped) and not is_title():
            close()
            heading = (None, 0)
        current.append(line)
        previous = line
    close()
    return blocks


def _heading(text: str, counters: Mapping[int, int]) -> tuple[int, int] | None:
    """(level, number) where the line begins with the heading that is due at an open level."""
    for level, pattern in enumerate(_LEVELS):
        if (match := pattern.match(text)) is None:
            continue
        number = int(match.group(1)) if match.group(1).isdigit() else chinese_value(match.group(1))
        return (level, number) if number == counters.get(level, 0) + 1 else None
    return None


def _is_title(text: str, level: int | None, wrapped: bool, full: int) -> bool:
    """Whether a heading stands alone in its line: where paragraphs are told apart, it says no whole sentence yet."""
    if level is None:
        return False
    return True if wrapped else not re.search(r"[。；].", text) and (len(text) < _TITLE or text[-1] not in "。；")


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
