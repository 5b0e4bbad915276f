"""A file -> a document of the library, with what a person should look at before it is published."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from corpus.check import check_document
from corpus.frontmatter import parse_date
from corpus.library import period_of
from corpus.metadata import dates, document_id, issuer_of, kind_of, region_of
from corpus.outline import parse
from corpus.readers import Source, read_source
from corpus.types import Clause, CorpusError, Document, DocumentKind, Frozen

_VERSION = re.compile(r"[(（](\d{4}-\d{2}-\d{2})[)）]$")
_MOST_LINES, _MOST_CLAUSES = 50_000, 20_000
_ID = re.compile(r"[a-z][a-z\d]*(?:-[a-z\d]+)*")


class Given(Frozen):
    """What the person who adds a file says of it; None leaves it to the document."""

    id: str | None = Field(default=None, pattern=f"^{_ID.pattern}$", max_length=60)
    title: str | None = Field(default=None, min_length=1, max_length=120)
    kind: DocumentKind | None = None
    number: str | None = Field(default=None, min_length=1, max_length=60)
    issuer: str | None = Field(default=None, min_length=1, max_length=60)
    region: str | None = Field(default=None, max_length=40)
    issued_on: dt.date | None = None
    effective_on: dt.date | None = None
    ends_on: dt.date | None = None


class Added(Frozen):
    """A document made of a file, and warnings in Chinese."""

    document: Document
    form: str
    warnings: tuple[str, ...]


def read_document(path: Path, given: Given | None = None, old: Document | None = None) -> Added:
    """Read a file as a document; ``old`` see :func:`make_document`.

    Raises:
        CorpusError: it cannot be read or has no clause.
    """
    return make_document(read_source(path), path.name, given or Given(), old)


def make_document(source: Source, name: str, given: Given, old: Document | None = None) -> Added:
    """A document of a source that is read; ``name`` is the file's, for messages and record only.

    Args:
        old: the document that it is a new version of; its id, title, kind, region and status stay.

    Raises:
        CorpusError: nothing in it can be cited.
    """
    if old is not None:
        kept = {"id": old.id, "title": old.title, "kind": old.kind, "region": old.region}
        given = given.model_copy(update={key: value for key, value in kept.items() if getattr(given, key) is None})
    if source.text.count("\n") > _MOST_LINES:
        raise CorpusError(f"文件“{name}”超过五万行，不像一份文件。请拆分后再导入。")
    clauses = parse(source.text, "x", source.grids, source.wrapped, source.title)
    if not any(not clause.role for clause in clauses):
        raise CorpusError(f"文件“{name}”里没有读出任何条款，请检查内容是不是政策文件。")
    if len(clauses) > _MOST_CLAUSES:
        raise CorpusError(f"文件“{name}”读出的条款超过两万条，不像一份文件。请拆分后再导入。")
    front = {clause.role: clause.text for clause in clauses if clause.role}
    title = given.title or _title(front, name)
    number = given.number or (
        re.sub(r"\s", "", front.get("number") or source.facts.get("文号") or source.facts.get("发文字号") or "") or None
    )
    issuer = front.get("signature") or source.facts.get("发布机关") or front.get("masthead") or issuer_of(clauses)
    issuer = " ".join(issuer.split()) if issuer else None
    issued_on, effective_on, ends_on = dates(clauses, source.facts, parse_date(front.get("date", "")))
    page_date = parse_date(source.facts.get("网页日期", "")) if issued_on is None else None
    if version := _VERSION.search(Path(name).stem):  # 工伤保险条例(2010-12-20): amended since what its text tells
        issued_on = max(filter(None, (issued_on, _day(version[1]))), default=None)
    key = given.id or document_id(title, number, issued_on)
    document = Document(
        id=key,
        title=title,
        kind=given.kind or kind_of(title, issuer),
        number=number,
        issuer=given.issuer or issuer,
        issued_on=given.issued_on or issued_on or page_date,
        effective_on=given.effective_on or effective_on,
        ends_on=given.ends_on or ends_on,
        period=period_of(clauses),
        region=given.region or region_of(title, issuer),
        status=old.status if old else "in_force",
        superseded_by=old.superseded_by if old else None,
        source=Path(name).name,
        sha256=source.sha256,
        clauses=_distinct(clauses, key),
    )
    dated: tuple[str, ...] = ("成文日期没有读到，先用了网页上的发布日期，请核对。",) if page_date else ()
    own = front.get("document_title") or front.get("title")
    if old is not None and given.title == old.title and own and re.sub(r"\s+", "", own)[:120] != old.title:
        dated += (f"新文件的标题是《{own}》，沿用了原来的标题；要换的话请填上标题。",)
    found = (*source.warnings, *dated, *_unsure(document), *check_document(document, source.text))
    return Added(document=document, form=source.form, warnings=tuple(dict.fromkeys(found)))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _title(front: dict[str, str], name: str) -> str:
    """Title of the document; where a notice passes something on, that document's own title."""
    stem = re.sub(r"[(（][\d-]+[)）]$", "", Path(name).stem)
    raw = front.get("document_title") or front.get("title") or stem
    return re.sub(r"\s+", "", raw)[:120]


def _distinct(clauses: Sequence[Clause], key: str) -> tuple[Clause, ...]:
    """Clauses under the document's id; a second of one number is told apart."""
    seen: dict[str, int] = {}
    found = []
    for clause in clauses:
        own = f"{key}{clause.id[1:]}"
        seen[own] = seen.get(own, 0) + 1
        found.append(
            clause.model_copy(update={"id": own if seen[own] == 1 else f"{own}.r{seen[own]}", "document_id": key})
        )
    return tuple(found)


def _unsure(document: Document) -> list[str]:
    found = []
    answers = any(clause.id.endswith("_q1") for clause in document.clauses)
    if document.number is None and document.kind in (DocumentKind.NOTICE, DocumentKind.PLAN) and not answers:
        found.append("没有读到发文字号。")
    if document.issued_on is None:
        found.append("没有读到成文或公布日期。")
    if document.kind is not DocumentKind.PLAN and document.effective_on is None:
        found.append("没有读到施行日期，可以用 --effective 填上。")
    return found
