"""Practice as plain pages: each exercise at its own address, marked on the next page, without script too.

What somebody has answered is kept by learn.js in their browser; the server is sent one exercise's card,
moves it on, and forgets it.
"""

from __future__ import annotations

import datetime as dt
import json
from html import escape
from typing import Protocol
from urllib.parse import quote as url_quote

from pydantic import ValidationError

from assistant.learn import KINDS, Card, Chapter, Exercise, chapters_of, exercises_of, mark, review
from assistant.learn.mark import MOST
from assistant.ui.documents import address, page
from corpus.library import Library
from corpus.types import CorpusError, Document

_SCRIPT = "learn"
_KEPT = "做题的记录只存在这个浏览器里，不会上传；清除浏览器数据就没有了，可以先导出。"


_MOST_OPEN = 8  # documents whose chapters are listed together; of more, each has a page of its own
Course = tuple[tuple[Chapter, tuple[Exercise, ...]], ...]


class HasLibrary(Protocol):
    """Whoever has the library that is served now."""

    @property
    def library(self) -> Library: ...


class Practice:
    """Exercises of a library and their pages."""

    def __init__(self, source: HasLibrary) -> None:
        self._source = source
        self._courses: dict[tuple[str, str], Course] = {}

    @property
    def _library(self) -> Library:
        return self._source.library

    def overview(self, document_id: str = "") -> str:
        """All documents with their chapters, or one.

        Raises:
            CorpusError: there is no such document.
        """
        documents = [self._library.document(document_id)] if document_id else list(self._library.documents)
        if len(documents) > _MOST_OPEN:
            links = (f'<li><a href="/learn/{url_quote(d.id)}">《{escape(d.name)}》</a></li>' for d in documents)
            parts = [f"<h2>选一份文件</h2><ul>{''.join(links)}</ul>"]
        else:
            parts = [self._contents(document) for document in documents]
        body = (
            "<h1>学习和练习</h1><p>按章学习条款，做由条款生成的题。答错的会再来，答对的隔一段时间再来（间隔重复）。</p>"
            f'<p>{_KEPT}</p><p id="learn-due" hidden></p>'
            '<p id="learn-tools" hidden><button type="button" data-learn-export="csv">导出记录（表格）</button> '
            '<button type="button" data-learn-export="json">导出记录（JSON）</button> '
            '<button type="button" data-learn-clear>清除记录</button></p>'
            f'<p role="status" id="learn-status"></p>{"".join(parts)}'
        )
        return page("学习和练习", body, scripts=(_SCRIPT,))

    def _contents(self, document: Document) -> str:
        items = "".join(
            f'<li><a href="{_chapter_address(document, chapter)}">{escape(chapter.title)}</a> '
            f'<span data-learn-count="{" ".join(e.id for e in exercises)}">{len(exercises)}题</span></li>'
            for chapter, exercises in self._course(document)
            if exercises
        )
        return f"<section><h2>《{escape(document.name)}》</h2><ol>{items}</ol></section>"

    def chapter(self, document_id: str, number: int) -> str:
        """One chapter: its clauses to read, its exercises.

        Raises:
            CorpusError: there is no such chapter.
        """
        document = self._library.document(document_id)
        course = self._course(document)
        if not 1 <= number <= len(course):
            raise CorpusError(f"《{document.name}》没有第{number}章练习。")
        chapter, exercises = course[number - 1]
        read = "".join(
            f'<li><a href="{address(c)}">{escape(c.label)}{f" {escape(c.title)}" if c.title else ""}</a></li>'
            for c in chapter.clauses
        )
        asked = "".join(
            f'<li><a href="{_exercise_address(e)}" data-learn-id="{escape(e.id)}">第{n}题：{KINDS[e.kind]}</a> '
            f"<span></span></li>"
            for n, e in enumerate(exercises, 1)
        )
        start = f'<p><a id="learn-start" href="{_exercise_address(exercises[0])}">开始练习</a></p>' if exercises else ""
        body = (
            f"<h1>{escape(chapter.title)}</h1><p>《{escape(document.name)}》</p>"
            f"<h2>先读条款</h2><ul>{read}</ul><h2>再做题</h2>"
            f"{start}{f'<ol>{asked}</ol>' if asked else '<p>这一章没有可以出题的数字或用词。</p>'}"
            '<p><a href="/learn">回到全部章节</a></p>'
        )
        return page(f"学习：{chapter.title}", body, scripts=(_SCRIPT,))

    def exercise(self, exercise_id: str) -> str:
        """One exercise to answer.

        Raises:
            CorpusError: there is no such exercise.
        """
        document, chapter, exercises, exercise = self._exercise(exercise_id)
        at = exercises.index(exercise) + 1
        if exercise.options:
            answer = "".join(
                f'<label><input type="radio" name="answer" value="{escape(option)}" required> {escape(option)}</label>'
                for option in exercise.options
            )
            asked = f'<fieldset class="options"><legend>{escape(exercise.prompt)}</legend>{answer}</fieldset>'
        else:
            asked = (
                f'<p><label for="answer">{escape(exercise.prompt)}</label></p><p><input id="answer" name="answer" '
                f'type="text" inputmode="decimal" maxlength="{MOST}" autocomplete="off" required></p>'
            )
        body = (
            f"<h1>第{at}题：{KINDS[exercise.kind]}</h1><p>《{escape(document.name)}》{escape(chapter.title)}</p>"
            f'<form method="post" action="{_exercise_address(exercise)}" data-learn-form="{escape(exercise.id)}">'
            f'{asked}<input type="hidden" name="card" value=""><button type="submit">提交答案</button></form>'
            f'<p><a href="{_chapter_address(document, chapter)}">回到本章</a></p>'
        )
        return page(f"第{at}题：{chapter.title}", body, scripts=(_SCRIPT,))

    def marked(self, exercise_id: str, given: str, card: str, now: dt.datetime) -> str:
        """The marked answer, with the clause.

        Args:
            card: as kept by the browser; one that is damaged starts anew.

        Raises:
            CorpusError: there is no such exercise.
        """
        document, chapter, exercises, exercise = self._exercise(exercise_id)
        result = mark(exercise, given)
        after = review(_card(card), result.right, now)
        clause = self._library.clause(exercise.clause_id)
        kept = {
            "id": exercise.id,
            "label": self._library.label(clause),
            "kind": KINDS[exercise.kind],
            "card": after.model_dump(mode="json"),
        }
        following = exercises[(exercises.index(exercise) + 1) % len(exercises)]
        others = " ".join(e.id for e in exercises)
        title = "答对了" if result.right else "不对"
        body = (
            f'<h1 tabindex="-1" autofocus>{title}</h1>'
            f"<dl><dt>题目</dt><dd>{escape(exercise.prompt)}</dd>"
            f"<dt>您的答案</dt><dd>{escape(result.given or '没有填')}</dd>"
            f"<dt>原文的答案</dt><dd>{escape(exercise.answer)}</dd></dl>"
            f'<h2>依据</h2><p><a href="{address(clause)}">{escape(self._library.label(clause))}</a></p>'
            f"<blockquote><p>{escape(exercise.quote)}</p></blockquote>"
            f'<p data-learn-kept="{escape(json.dumps(kept, ensure_ascii=False))}" id="learn-next-due"></p>'
            f'<p><a id="learn-next" data-learn-others="{others}" href="{_exercise_address(following)}">下一题</a></p>'
            f'<p><a href="{_chapter_address(document, chapter)}">回到本章</a></p>'
        )
        return page(f"{title} · {chapter.title}", body, scripts=(_SCRIPT,))

    def _course(self, document: Document) -> Course:
        """Chapters of a document with their exercises, made when first asked for."""
        key = document.id, document.sha256
        if key not in self._courses:
            self._courses[key] = tuple((c, exercises_of(c)) for c in chapters_of(document))
        return self._courses[key]

    def _exercise(self, exercise_id: str) -> tuple[Document, Chapter, tuple[Exercise, ...], Exercise]:
        clause = self._library.clause(exercise_id.partition("~")[0])
        document = self._library.document(clause.document_id)
        for chapter, exercises in self._course(document):
            for exercise in exercises:
                if exercise.id == exercise_id:
                    return document, chapter, exercises, exercise
        raise CorpusError("没有这道题，可能条款改过了。请回到“学习和练习”重新选。")


def _card(text: str) -> Card:
    try:
        return Card.model_validate_json(text) if text else Card()
    except ValidationError:
        return Card()


def _chapter_address(document: Document, chapter: Chapter) -> str:
    return f"/learn/{url_quote(document.id)}/{chapter.number}"


def _exercise_address(exercise: Exercise) -> str:
    return f"/exercise/{url_quote(exercise.id)}"
