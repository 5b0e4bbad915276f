"""Documents and clauses as plain pages that need no script, each clause at an address of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote as url_quote

from assistant.ui.chart import indicator_chart
from assistant.ui.outline import outline_html
from assistant.ui.reading import reading_html
from corpus.library import Library
from corpus.types import Clause, ClauseKind, Document, DocumentKind
from index.words import normalise

_LONGEST = 100  # characters of a search
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
    return page(library.label(clause), body)


def document_page(
    library: Library, document_id: str, words: str = "", meanings: Callable[[str], tuple[str, ...]] = lambda word: ()
) -> str:
    """The whole document: outline, search, headings, tables as tables.

    Args:
        words: looked for in the clauses; all that white space parts must occur. Empty: no search.
        meanings: the documents' terms for an everyday word (轮椅: 辅助器具).

    Raises:
        CorpusError: there is no such document.
    """
    document = library.document(document_id)
    words = words[:_LONGEST].strip()
    body = (
        f"<h1>《{escape(document.title)}》</h1>{_facts(document)}{_search_form(document, words)}"
        f"{_found(document, words, meanings) if words else ''}"
        f'<nav aria-labelledby="contents"><h2 id="contents">目录</h2>{outline_html(document)}</nav>'
        f"<h2>全文</h2>{_whole(document)}"
    )
    return page(f"查找“{words}” · 《{document.title}》" if words else f"《{document.title}》", body)


def missing_page(message: str) -> str:
    """What is shown where an address leads nowhere."""
    return page("没有找到", f"<h1>没有找到</h1><p>{escape(message)}</p>")


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


def _search_form(document: Document, words: str) -> str:
    return (
        f'<form role="search" action="/document/{url_quote(document.id)}"><label for="q">在本文件里查找</label> '
        f'<input id="q" name="q" type="search" maxlength="{_LONGEST}" value="{escape(words)}"> '
        '<button type="submit">查找</button></form>'
    )


def _found(document: Document, words: str, meanings: Callable[[str], tuple[str, ...]]) -> str:
    """Clauses that have every word, or the documents' term for it, with the places marked."""
    wanted = [{normalise(word), *map(normalise, meanings(word))} for word in words.split()]
    found = [c for c in document.clauses if all(any(w in normalise(c.text) for w in forms) for forms in wanted)]
    also = [term for word in words.split() for term in meanings(word)]
    forms = sorted({*words.split(), *also}, key=len, reverse=True)
    items = "".join(
        f'<li><a href="{address(c)}">{escape(c.label)}{f" {escape(c.title)}" if c.title else ""}</a>'
        f"<p>{_excerpt(c.text, forms)}</p></li>"
        for c in found
    )
    told = f"<p>也按文件里的说法查找：{escape('、'.join(dict.fromkeys(also)))}。</p>" if also else ""
    result = f"<ol>{items}</ol>" if found else "<p>没有找到。可以换一个词，或者回到提问页直接问。</p>"
    title = f"查找“{escape(words)}”：{len(found)}条条款"
    return f'<section aria-labelledby="found"><h2 id="found">{title}</h2>{told}{result}</section>'


def _excerpt(text: str, forms: list[str]) -> str:
    """The text around the first place, places marked."""
    places = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)
    first = places.search(text)
    start = max(0, first.start() - 30) if first else 0
    part = text[start : start + 120]
    parts, at = [], 0
    for match in places.finditer(part):
        parts += [escape(part[at : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        at = match.end()
    return f"{'……' if start else ''}{''.join(parts)}{escape(part[at:])}{'……' if start + 120 < len(text) else ''}"


def _whole(document: Document) -> str:
    """Every clause in order; articles of a law under the headings of their chapters."""
    parts: list[str] = []
    chapter: tuple[str, ...] = ()
    for clause in document.clauses:
        above = tuple(heading for heading in clause.headings if heading != document.name)
        if document.kind in (DocumentKind.LAW, DocumentKind.REGULATION) and above and above != chapter:
            parts.append(f"<h3>{escape(' '.join(above))}</h3>")
            chapter = above
        parts.append(_clause(clause, document))
    return "".join(parts)


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
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in clause.text.split("\n") if part.strip())
    if document.kind is DocumentKind.LAW:
        return f"<section {key}><h4>{escape(clause.label)}</h4>{paragraphs}</section>"
    return f"<div {key}>{paragraphs}</div>"


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
    chart = indicator_chart(rows, "chart", head.title)
    figure = (
        f'<figure><div class="wide" role="region" tabindex="0" aria-label="指标图">{chart}</div>'
        "<figcaption>同样的数字见上面的表格。图里只画两年都是百分数的指标。</figcaption></figure>"
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(head.title)}">'
        f'<table id="{escape(head.id)}"><caption>{escape(head.title)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>{figure if chart else ''}"
    )


def _cells(clause: Clause) -> str:
    cells = "".join(f"<dt>{escape(c.column)}</dt><dd>{escape(c.value or '（空）')}</dd>" for c in clause.cells)
    return f"<dl>{cells}</dl>" if cells else ""


def page(title: str, body: str, scripts: Sequence[str] = ()) -> str:
    """A whole page around its main part; ``scripts`` are further files of this folder."""
    loaded = "".join(f'<script src="/{name}.js"></script>' for name in ("reading", *scripts))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} · 条条有据</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_CSS}</style>{loaded}</head><body>"
        '<header><a class="skip" href="#main">跳到正文</a>'
        '<p><a href="/">条条有据：返回提问</a>　<a href="/learn">学习和练习</a></p>'
        f"{reading_html('size', 'colours', 'spacing')}</header>"
        f'<main id="main" tabindex="-1">{body}</main></body></html>'
    )
