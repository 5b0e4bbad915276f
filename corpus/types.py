"""Documents and clauses: the vocabulary every other package speaks.

All types are immutable and survive ``model_dump_json`` / ``model_validate_json`` unchanged.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class CorpusError(Exception):
    """A document cannot be read or does not fit; the message is Chinese and says what to do."""


class Frozen(BaseModel):
    """Base of all value types: immutable, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(NamedTuple):
    """Half-open range ``[start, end)`` of characters in a source text."""

    start: int
    end: int


class ClauseKind(StrEnum):
    """What a clause is in its document."""

    PARAGRAPH = "paragraph"  # 正文段落，含标题句
    HEADING = "heading"  # 只有标题、没有正文的层次（如“二、主要任务”）
    TABLE_HEAD = "table_head"  # 表题与表头
    TABLE_ROW = "table_row"  # 表格的一行
    FRONT_MATTER = "front_matter"  # 版头、标题、主送机关、成文日期
    IMPRINT = "imprint"  # 版记：抄送、印发


class DocumentKind(StrEnum):
    """Kind of document (文种), which decides how its sentences may be worded."""

    PLAN = "plan"  # 规划：目标与任务
    LAW = "law"  # 法律
    REGULATION = "regulation"  # 条例、办法
    NOTICE = "notice"  # 通知


class Cell(Frozen):
    """One cell of a table row; ``value`` is None where the table leaves it empty."""

    column: str
    value: str | None


class Clause(Frozen):
    """The smallest piece of a document that can be cited.

    ``id`` is derived from the document id and the outline number, never from a position, so it
    survives a re-index and an edit elsewhere. ``text`` is the source's own characters over
    ``spans`` with the line breaks of the printed page undone, nothing else changed.
    """

    id: str
    document_id: str
    kind: ClauseKind
    label: str  # as people cite it, without the document's title: 二（一）3
    headings: tuple[str, ...]  # titles of the levels above, outermost first
    title: str  # the clause's own running heading, without its number; may be empty
    text: str
    spans: tuple[Span, ...]
    role: str = ""  # front matter and imprint: issuer, number, title, addressee, date, cc…
    cells: tuple[Cell, ...] = ()

    def cell(self, column: str) -> str | None:
        """Value in the given column, or None where it is empty or there is no such column."""
        return next((c.value for c in self.cells if c.column == column), None)


class Period(Frozen):
    """Period of validity (规划期限): first and last day, and the year of the outlook (展望)."""

    start: dt.date
    end: dt.date
    outlook_year: int | None = None


class Document(Frozen):
    """A policy document with its clauses in reading order."""

    id: str
    title: str
    kind: DocumentKind
    number: str | None  # 发文字号
    issuer: str | None  # 发文机关
    issued_on: dt.date | None  # 成文日期；法律为公布日期
    effective_on: dt.date | None = None  # 施行日期
    ends_on: dt.date | None = None  # 失效日期：最后有效的一天
    period: Period | None
    region: str | None
    status: str  # in_force | repealed | superseded; whether a period has ended is the clock's matter
    superseded_by: str | None = None  # id of the document that took its place
    source: str  # file name under corpus/documents
    sha256: str
    clauses: tuple[Clause, ...]

    @property
    def name(self) -> str:
        """Title as people cite it: a national law without 中华人民共和国."""
        return self.title.removeprefix("中华人民共和国") if self.kind is DocumentKind.LAW else self.title

    def in_force(self, day: dt.date) -> bool:
        """Whether it is in force on a day. A plan whose period has ended still says what it says (``period``)."""
        begun = self.effective_on is None or self.effective_on <= day
        return self.status == "in_force" and begun and (self.ends_on is None or day <= self.ends_on)

    def label(self, clause: Clause) -> str:
        """Full citation label, e.g. 《温州市残疾人事业发展“十四五”规划》二（一）3, 《残疾人保障法》第三十三条."""
        return f"《{self.name}》{clause.label}"
