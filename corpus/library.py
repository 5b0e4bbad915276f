"""The library: every document of the catalogue, and its clauses by id."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus.frontmatter import parse_date
from corpus.laws import is_article, place_in_article
from corpus.outline import parse
from corpus.read import read_text
from corpus.store import load_documents
from corpus.types import Clause, CorpusError, Document, DocumentKind, Period, Span

DOCUMENTS = Path(__file__).parent / "documents"
_PERIOD = re.compile(r"规划期限?(?:限)?为\s*(\d{4})\s*[-－—–~～至到]+\s*(\d{4})\s*年")
_OUTLOOK = re.compile(r"展望(?:至|到)\s*(\d{4})\s*年")


class Library:
    """Documents in catalogue order with their clauses; immutable once made."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self._documents = {document.id: document for document in self.documents}
        self._clauses = {clause.id: clause for document in self.documents for clause in document.clauses}
        if len(self._clauses) != sum(len(document.clauses) for document in self.documents):
            raise CorpusError("条款编号有重复，请检查文件的标题编号后重新导入。")

    def __iter__(self) -> Iterator[Clause]:
        return iter(self._clauses.values())

    def __contains__(self, clause_id: object) -> bool:
        return clause_id in self._clauses

    def document(self, document_id: str) -> Document:
        """Raises CorpusError where there is no such document."""
        try:
            return self._documents[document_id]
        except KeyError:
            raise CorpusError(f"没有编号为“{document_id}”的文件。用 tiaoju corpus list 查看全部文件。") from None

    def clause(self, clause_id: str) -> Clause:
        """Raises CorpusError where there is no such clause."""
        try:
            return self._clauses[clause_id]
        except KeyError:
            raise CorpusError(f"没有编号为“{clause_id}”的条款。查看条款编号：tiaoju corpus list 文件编号") from None

    def label(self, clause: Clause, span: Span | None = None) -> str:
        """Full citation label of a clause, or of a part of it: 《残疾人保障法》第三十三条第二款."""
        document = self.document(clause.document_id)
        part = place_in_article(clause.text, span) if span and is_article(clause.label) else ""
        return document.label(clause) + part

    @property
    def noun(self) -> str:
        """What the documents are called together: 规划 where they are all plans."""
        return "规划" if all(d.kind is DocumentKind.PLAN for d in self.documents) else "收录的文件"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every clause's id and text: changes when anything citable changes."""
        digest = hashlib.sha256()
        for clause in self:
            digest.update(f"{clause.id}\x00{clause.label}\x00{clause.text}\x00".encode())
        return digest.hexdigest()


def load_library(folder: Path = DOCUMENTS, added: Path | None = None) -> Library:
    """Read every document that ``catalogue.toml`` in ``folder`` names, then those added to ``added``.

    Raises:
        CorpusError: the catalogue or a document is missing, unreadable or has no clause.
    """
    text, _ = read_text(folder / "catalogue.toml")
    try:
        entries = tomllib.loads(text)["document"]
        documents = [_load(folder, entry) for entry in entries]
    except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
        raise CorpusError(f"文件目录 catalogue.toml 有误：{error}。请对照 docs/ 的说明修改。") from error
    return Library([*documents, *(load_documents(added) if added else ())])


def _load(folder: Path, entry: dict[str, Any]) -> Document:
    source, sha256 = read_text(folder / entry["file"])
    clauses = parse(source, entry["id"])
    if not clauses:
        raise CorpusError(f"文件“{entry['file']}”里没有读出任何条款，请检查内容。")
    front = {clause.role: clause.text for clause in clauses if clause.role}
    return Document(
        id=entry["id"],
        title=front.get("document_title") or front.get("title") or Path(entry["file"]).stem,
        kind=DocumentKind(entry["kind"]),
        number=re.sub(r"\s", "", front["number"]) if "number" in front else None,
        issuer=front.get("signature") or front.get("masthead"),
        issued_on=parse_date(front.get("date", "")),
        period=period_of(clauses),
        region=entry.get("region"),
        status=entry["status"],
        source=entry["file"],
        sha256=sha256,
        clauses=clauses,
    )


def period_of(clauses: Iterable[Clause]) -> Period | None:
    """规划期限 as the text states it; the plan runs to the last day of its last year."""
    for clause in clauses:
        if match := _PERIOD.search(clause.text):
            outlook = _OUTLOOK.search(clause.text)
            first, last = map(int, match.groups())
            return Period(
                start=dt.date(first, 1, 1),
                end=dt.date(last, 12, 31),
                outlook_year=int(outlook.group(1)) if outlook else None,
            )
    return None
