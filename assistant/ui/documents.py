"""Documents and clauses as plain pages that need no script, each clause at an address of its own."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote as url_quote

from corpus.library import Library
from corpus.types import Clause, ClauseKind, Document

_CSS = (Path(__file__).parent / "documents.css").read_text(encoding="utf-8")


def clause_page(library: Library, clause_id: str) -> str:
    """One clause: its document, the headings above, its text, ways to the ones before and after.

    Raises:
        CorpusError: there is no such clause.
    """
    clause = library.clause(clause_id)
    document = library.document(clause.document_id)
    at = document.clauses.index(clause)
    above = "".join(f"<li>{escape(heading)}</li>" for heading in clause.headings)
    around = [
        (name, document.clauses[i])
        for name, i in (("上一条", at - 1), ("下一条", at + 1))
        if 0 <= i < len(document.clauses)
    ]
    ways = "".join(f'<li><a href="{address(c)}">{name}：{escape(c.label)}</a></li>' for name, c in around)
    body = (
        f"<h1>{escape(library.label(clause))}</h1>"
        f"{f'<h2>所属标题</h2><ol>{above}</ol>' if above else ''}"
        f"<h2>原文</h2><blockquote><p>{escape(clause.text)}</p></blockquote>{_cells(clause)}"
        f'<nav aria-label="前后条款"><ul>{ways}'
        f'<li><a href="/document/{url_quote(document.id)}#{escape(clause.id)}">在全文中查看</a></li></ul></nav>'
    )
    return _page(library.label(clause), body)


def document_page(library: Library, document_id: str) -> str:
    """The whole document with its outline as headings and its tables as tables.

    Raises:
        CorpusError: there is no such document.
    """
    document = library.document(document_id)
    contents = "".join(
        f'<li><a href="#{escape(c.id)}">{escape(c.label)} {escape(c.title)}</a></li>'
        for c in document.clauses
        if c.title and not c.role and not c.cells and c.kind is not ClauseKind.TABLE_HEAD
    )
    body = (
        f"<h1>《{escape(document.title)}》</h1>{_facts(document)}"
        f'<nav aria-label="目录"><h2>目录</h2><ol class="contents">{contents}</ol></nav>'
        f"<h2>全文</h2>{''.join(_clause(clause, document) for clause in document.clauses)}"
    )
    return _page(f"《{document.title}》", body)


def missing_page(message: str) -> str:
    """What is shown where an address leads nowhere."""
    return _page("没有找到", f"<h1>没有找到</h1><p>{escape(message)}</p>")


def address(clause: Clause) -> str:
    return f"/clause/{url_quote(clause.id)}"


def _facts(document: Document) -> str:
    period = document.period
    facts = [
        ("发文字号", document.number),
        ("发文机关", document.issuer),
        ("成文日期", document.issued_on and f"{document.issued_on:%Y年%-m月%-d日}"),
        ("规划期限", period and f"{period.start.year}-{period.end.year}年"),
    ]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in facts if value) + "</dl>"


def _clause(clause: Clause, document: Document) -> str:
    key = f'id="{escape(clause.id)}"'
    if clause.kind is ClauseKind.TABLE_HEAD:
        return _table(clause, document)
    if clause.kind is ClauseKind.TABLE_ROW:
        return ""
    if clause.title and not clause.role:
        level = min(6, 3 + len(clause.headings))
        mark = clause.text[: clause.text.find(clause.title)]
        text = clause.text[len(mark) + len(clause.title) :].lstrip("。：")
        heading = f"<h{level}>{escape(mark)}{escape(clause.title)}</h{level}>"
        return f"<section {key}>{heading}{f'<p>{escape(text)}</p>' if text else ''}</section>"
    return f"<p {key}>{escape(clause.text)}</p>"


def _table(head: Clause, document: Document) -> str:
    rows = [c for c in document.clauses if c.cells and c.id.startswith(f"{head.id}.")]
    columns = "".join(f'<th scope="col">{escape(cell.column)}</th>' for cell in rows[0].cells)
    body = "".join(
        f'<tr id="{escape(row.id)}">'
        + "".join(
            f'<th scope="row">{escape(cell.value or "")}</th>'
            if i == 1
            else f"<td>{escape(cell.value or '（空）')}</td>"
            for i, cell in enumerate(row.cells)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(head.title)}">'
        f'<table id="{escape(head.id)}"><caption>{escape(head.title)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(clause: Clause) -> str:
    cells = "".join(f"<dt>{escape(c.column)}</dt><dd>{escape(c.value or '（空）')}</dd>" for c in clause.cells)
    return f"<dl>{cells}</dl>" if cells else ""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} · 条条有据</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_CSS}</style></head><body>"
        '<header><a class="skip" href="#main">跳到正文</a><p><a href="/">条条有据：返回提问</a></p></header>'
        f'<main id="main">{body}</main></body></html>'
    )
