"""HTML of one answer: an article with its question as heading, the answer first, then the quotes.

What people and documents wrote is escaped, always. Ids carry the answer's number, so that several
answers stand on one page. Order and roles are those of docs/accessibility.md: a screen reader finds the
answer under its heading, the quotes as a numbered list, and a way back from each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from urllib.parse import quote as url_quote

from assistant.feedback import RATINGS
from assistant.plain import explained, plain_lines
from assistant.render.labels import cells, numbers, short_label
from assistant.render.marks import supporting
from assistant.render.speech import spoken_answer
from assistant.render.text import to_text
from assistant.types import Answer, Citation, Statement
from corpus.library import Library
from corpus.types import Span

_RUN = 3  # more citations of one statement than this are linked as one range


def answer_html(answer: Answer, library: Library, number: int) -> str:
    """One answer as an ``article``.

    Args:
        number: of the answer on its page, counting from 1; makes ids unique.
    """
    key = f"a{number}"
    said = [_statement(answer, statement, library, key) for statement in answer.statements]
    message = [f'<p class="message">{escape(answer.message)}</p>'] if answer.message else []
    body = message + said if answer.message_first else said + message
    parts = [
        f'<article class="answer" aria-labelledby="{key}-question" data-announce="{escape(announcement(answer))}">',
        f'<h3 id="{key}-question" tabindex="-1"><span class="asked">问：</span>{escape(answer.question)}</h3>',
        f'<div class="conclusion" id="{key}-answer">{"".join(body)}</div>',
        _plain(answer, library, key),
        _quotes("依据", answer.citations, answer, library, f"{key}-source"),
        _quotes("相关条款", answer.related, answer, library, f"{key}-related"),
        _notices(answer),
        _suggestions(answer),
        _tools(answer, library, key),
        _feedback(answer, key),
        "</article>",
    ]
    return "".join(parts)


def announcement(answer: Answer) -> str:
    """What the live region says once: how much there is, not what it says."""
    if answer.statements:
        return f"回答已生成：{len(answer.statements)}句，{len(answer.citations)}条依据。"
    if answer.related:
        return f"文件中没有规定，列出{len(answer.related)}条相关条款。"
    return "没有回答这个问题，请看说明。"


def _statement(answer: Answer, statement: Statement, library: Library, key: str) -> str:
    links = _links(answer, statement, library, key)
    return f'<p class="statement">{escape(statement.text)}<span class="marks">（{links}）</span></p>'


def _links(answer: Answer, statement: Statement, library: Library, key: str) -> str:
    found = numbers(answer, statement)
    if len(found) > _RUN:
        return _link(key, found[0], f"依据{found[0]}至{found[-1]}")
    return "、".join(_link(key, n, f"依据{n}：{short_label(answer.citations[n - 1], library)}") for n in found)


def _plain(answer: Answer, library: Library, key: str) -> str:
    """简明版: the same words, one thing a line, and the terms explained; shown where the reader has chosen it."""
    said = [_lines(s.text, f'<p class="marks">{_links(answer, s, library, key)}</p>') for s in answer.statements]
    message = [_lines(answer.message)] if answer.message else []
    terms = explained(" ".join([answer.message, *(s.text for s in answer.statements)]))
    meanings = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(meaning)}</dd></div>" for term, meaning in terms)
    words = f"<h4>词语解释（不是文件原文）</h4><dl>{meanings}</dl>" if terms else ""
    return f'<div class="plain">{"".join(message + said if answer.message_first else said + message)}{words}</div>'


def _lines(text: str, after: str = "") -> str:
    return f'<ul class="lines">{"".join(f"<li>{escape(line)}</li>" for line in plain_lines(text))}</ul>{after}'


def _link(key: str, number: int, name: str) -> str:
    return f'<a href="#{key}-source-{number}">{escape(name)}</a>'


def _quotes(title: str, citations: Iterable[Citation], answer: Answer, library: Library, key: str) -> str:
    items = [_quote(number, citation, answer, library, key) for number, citation in enumerate(citations, 1)]
    return f'<h4>{title}</h4><ol class="quotes">{"".join(items)}</ol>' if items else ""


def _quote(number: int, citation: Citation, answer: Answer, library: Library, key: str) -> str:
    row = "".join(f"<div><dt>{escape(c)}</dt><dd>{escape(v)}</dd></div>" for c, v in cells(citation, library))
    label = short_label(citation, library)
    staff = f'<p class="clause-id">条款编号：{escape(citation.clause_id)}</p>' if answer.audience == "staff" else ""
    back = key.rpartition("-")[0]
    marks = supporting(answer, citation)
    words = "、".join(dict.fromkeys(citation.quote[m.start : m.end] for m in marks))
    marked = f'<p class="marked">标出的词：{escape(words)}</p>' if words else ""
    return (
        f'<li id="{key}-{number}"><cite>{escape(citation.label)}</cite>'
        f"<blockquote><p>{_marked(citation.quote, marks)}</p></blockquote>"
        f"{marked}"
        f"{f'<dl>{row}</dl>' if row else ''}{staff}"
        f'<p class="ways"><a href="/clause/{url_quote(citation.clause_id)}">查看{escape(label)}全文</a>'
        f'<a href="#{back}-question">回到问题</a></p></li>'
    )


def _marked(quote: str, spans: tuple[Span, ...]) -> str:
    """The quote with its telling words in ``mark``; voices do not say marks, so the words follow as text."""
    parts, at = [], 0
    for span in spans:
        parts += [escape(quote[at : span.start]), f"<mark>{escape(quote[span.start : span.end])}</mark>"]
        at = span.end
    return "".join([*parts, escape(quote[at:])])


def _notices(answer: Answer) -> str:
    items = "".join(f"<li>{escape(notice.text)}</li>" for notice in answer.notices)
    return f'<h4>提醒</h4><ul class="notices">{items}</ul>' if items else ""


def _tools(answer: Answer, library: Library, key: str) -> str:
    """What can be done with an answer; what is read aloud and kept travels with the buttons as text."""
    kept = f"问：{answer.question}\n\n{to_text(answer, library)}\n"
    tools = (
        ("speak", "朗读回答", f' hidden data-speech="{escape(spoken_answer(answer))}"'),
        ("copy", "复制回答和依据", ""),
        ("save", "存为文本文件", ""),
        ("print", "打印这个回答", ""),
    )
    buttons = "".join(
        f'<button type="button" class="tool" data-do="{do}" aria-describedby="{key}-question"{more}>{name}</button>'
        for do, name, more in tools
    )
    return f'<div class="tools" role="group" aria-label="使用这个回答" data-text="{escape(kept)}">{buttons}</div>'


def _feedback(answer: Answer, key: str) -> str:
    """Buttons to judge the answer; what would be kept is on the group, and is sent only after consent."""
    about = {"question": answer.question, "clause_ids": [c.clause_id for c in answer.citations]}
    buttons = "".join(
        f'<button type="button" class="rate" data-rate="{rating}" aria-pressed="false"'
        f' aria-describedby="{key}-question">{name}</button>'
        for rating, name in RATINGS.items()
        if answer.citations or rating != "wrong_citation"
    )
    return (
        f'<div class="tools" role="group" aria-label="评价这个回答" data-about="{escape(json.dumps(about))}">'
        f'<span aria-hidden="true">这个回答：</span>{buttons}<span class="thanks"></span></div>'
    )


def _suggestions(answer: Answer) -> str:
    items = "".join(
        f'<li><button type="button" class="suggestion" data-question="{escape(q)}">{escape(q)}</button></li>'
        for q in answer.suggestions
    )
    return f'<h4>可以接着问</h4><ul class="suggestions">{items}</ul>' if items else ""
