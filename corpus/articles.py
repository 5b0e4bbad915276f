"""Laws, regulations, measures: 编/章/节/条 -> one clause an article, its 款 and 项 as lines of its text.

One article is one clause, because its paragraphs lean on each other ("前款规定"); which 款 and 项 a quote
stands in is told by :func:`corpus.laws.place_in_article`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.layout import Line, ends_paragraph, join, page_width
from corpus.numerals import chinese_value
from corpus.readers.types import Grid
from corpus.types import Clause, ClauseKind, Span

_N = r"[零〇一二三四五六七八九十百千]+"
ARTICLE = re.compile(rf"^第(?P<number>{_N}|\d{{1,4}})条(?:之(?P<after>{_N}))?(?![的款规所中之、和至])[\s　:：]*")
_HEADING = re.compile(rf"^第(?:{_N}|\d{{1,3}})(?P<level>[编章节])[\s　]*(?P<title>\S.{{0,40}})?$")
_LEVELS = "编章节"
_CONTENTS = re.compile(r"^目\s*[录次]$")
_ANNEX = re.compile(r"^附\s*[件表]?\s*[一二三四五六七八九十\d]{0,2}\s*[：:]?(?:\s|$)|^附件")
_HISTORY = re.compile(r"^[（(]?(?:19|20)\d{2}年\d{1,2}月\d{1,2}日")
_ITEM = re.compile(r"^[“\"]?[（(][一二三四五六七八九十]+[）)]|^\d{1,2}[.．、]")
_LEAST = 3  # articles that make a document one of articles


def is_articled(lines: Sequence[Line]) -> bool:
    """Whether a body is one of articles (条) that count from 1, a hole now and then allowed."""
    numbers = [int(_number(m).partition("-")[0]) for line in lines if (m := ARTICLE.match(line.text))]
    on = sum(b in (a, a + 1) for a, b in pairwise(numbers))
    return len(numbers) >= _LEAST and numbers[0] == 1 and on >= (len(numbers) - 1) / 2


def parse_articles(
    body: Sequence[Line], document_id: str, grids: Sequence[Grid] = (), wrapped: bool = False
) -> list[Clause]:
    """Clauses of a body of articles: what stands before the first, the articles, annexes under an outline."""
    from corpus.outline import parse_outline

    first = next(i for i, line in enumerate(body) if ARTICLE.match(line.text))
    opening = first
    while opening and _HEADING.match(body[opening - 1].text):
        opening -= 1
    annex = next((i for i in range(first, len(body)) if _ANNEX.match(body[i].text)), len(body))
    clauses = _before(body[:opening], document_id)
    clauses += _articles(body[opening:annex], document_id, wrapped)
    if annex < len(body):
        clauses += parse_outline(body[annex:], document_id, grids, wrapped, prefix="annex")
    return clauses


def _before(lines: Sequence[Line], document_id: str) -> list[Clause]:
    """When it was passed and amended, its contents, and loose paragraphs."""
    found: list[Clause] = []
    contents = next((i for i, line in enumerate(lines) if _CONTENTS.match(line.text)), len(lines))
    history = [line for line in lines[:contents] if _HISTORY.match(line.text)]
    loose = [line for line in lines[:contents] if line not in history]
    parts = (("history", "制定和修改", history), ("preface", "题注", loose), ("contents", "目录", lines[contents:]))
    for role, label, own in parts:
        if own:
            found.append(
                Clause(
                    id=f"{document_id}_front.{role}",
                    document_id=document_id,
                    kind=ClauseKind.FRONT_MATTER,
                    label=label,
                    headings=(),
                    title=label,
                    text="\n".join(line.text for line in own),
                    spans=tuple(line.span for line in own),
                    role=role,
                )
            )
    return found


def _articles(lines: Sequence[Line], document_id: str, wrapped: bool) -> list[Clause]:
    headings: list[tuple[int, str]] = []
    groups: list[tuple[re.Match[str], tuple[str, ...], list[Line]]] = []
    for line in lines:
        if heading := _HEADING.match(line.text):
            level = _LEVELS.index(heading["level"])
            headings = [h for h in headings if h[0] < level] + [(level, (heading["title"] or line.text).strip())]
        elif article := ARTICLE.match(line.text):
            groups.append((article, tuple(title for _, title in headings), [line]))
        elif groups:
            groups[-1][2].append(line)
    width = page_width([line for _, _, own in groups for line in own])
    seen: dict[str, int] = {}
    return [_article(m, above, own, document_id, wrapped, width, seen) for m, above, own in groups]


def _article(
    match: re.Match[str],
    headings: tuple[str, ...],
    lines: Sequence[Line],
    document_id: str,
    wrapped: bool,
    width: int,
    seen: dict[str, int],
) -> Clause:
    number = _number(match)
    seen[number] = seen.get(number, 0) + 1
    key = number if seen[number] == 1 else f"{number}.{seen[number]}"  # a document with another inside
    paragraphs: list[list[str]] = []
    for place, line in enumerate(lines):
        said = line.text[match.end() :] if place == 0 else line.text
        new = not wrapped or place == 0 or ends_paragraph(lines[place - 1], width) or _ITEM.match(said)
        paragraphs += [[said]] if new else []
        if not new:
            paragraphs[-1].append(said)
    start = lines[0].span.start + match.end()
    spans = (Span(start, lines[0].span.end), *(line.span for line in lines[1:]))
    return Clause(
        id=f"{document_id}_{key}",
        document_id=document_id,
        kind=ClauseKind.PARAGRAPH,
        label=match.group().strip(" 　:：\t"),
        headings=headings,
        title="",
        text="\n".join(join(parts) for parts in paragraphs),
        spans=spans,
    )


def _number(match: re.Match[str]) -> str:
    number = match["number"] if match["number"].isdigit() else str(chinese_value(match["number"]))
    return f"{number}-{chinese_value(match['after'])}" if match["after"] else number
