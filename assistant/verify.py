"""The verifier: what an answerer wrote, held against the clauses, whichever answerer wrote it.

A statement stands only if
1. each of its quotes is the clause's text at the given place, character for character;
2. each of its figures (value, unit, comparator) is a figure of one of its quotes;
3. each document title, document number and word in quotation marks is in a quote;
4. each word that carries meaning, and each word of duty, permission or negation, is in a quote,
   apart from the fixed frames of ``prompts/answers.toml`` ("规划的目标是：").
A count ("共10项") must equal the number of things cited.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.figures import figures
from assistant.types import Citation, Statement
from corpus.library import Library
from corpus.types import ClauseKind, Frozen
from index.words import Words, normalise
from prompts import frames

_COUNT = re.compile(r"共有?(\d+)项")
_NAMED = re.compile(r"《([^》]+)》|〔\d{4}〕\d+号|“([^”]+)”")
# words whose loss or gain changes what a person may or must do
FORCE = (
    "不得",
    "禁止",
    "不予",
    "不",
    "未",
    "无需",
    "应当",
    "应",
    "必须",
    "可以",
    "可",
    "鼓励",
    "支持",
    "探索",
    "免费",
    "优先",
    "一律",
    "全部",
    "至少",
    "逐步",
    "全面",
)


class Problem(Frozen):
    """Why a statement was dropped: a rule's name and what offended."""

    rule: str
    detail: str


class Verifier:
    """Checks statements against one library."""

    def __init__(self, library: Library, words: Words) -> None:
        self._library = library
        self._words = words

    def problems(self, statement: Statement) -> tuple[Problem, ...]:
        """Everything that is wrong with a statement; empty where it stands."""
        if not statement.citations:
            return (Problem(rule="citation", detail="没有依据"),)
        misquoted = tuple(Problem(rule="quote", detail=c.quote) for c in statement.citations if not self.is_verbatim(c))
        if misquoted:
            return misquoted
        quotes = " ".join(citation.quote for citation in statement.citations)
        body = _COUNT.sub(" ", statement.text)
        for citation in statement.citations:  # 《残疾人保障法》第三十三条: where the quote stands, not what it says
            region = self._library.document(self._library.clause(citation.clause_id).document_id).region
            body = body.replace(self._label(citation), " ").replace(f"{region}的文件", "文件")
        body = _without_frames(body)
        return (
            *self._figures(statement, body),
            *self._names(body, quotes),
            *self._wording(body, quotes),
        )

    def is_verbatim(self, citation: Citation) -> bool:
        """Whether the quote is the clause's text at the cited place."""
        if citation.clause_id not in self._library or not citation.quote.strip():
            return False
        clause = self._library.clause(citation.clause_id)
        return clause.text[citation.span.start : citation.span.end] == citation.quote

    def _label(self, citation: Citation) -> str:
        return self._library.label(self._library.clause(citation.clause_id), citation.span)

    def _figures(self, statement: Statement, body: str) -> list[Problem]:
        stated = {f.key for c in statement.citations for text in self._stated(c) for f in figures(text)}
        found = []
        for figure in figures(body):
            if figure.key not in stated:
                found.append(Problem(rule="figure", detail=figure.text))
        for count in _COUNT.findall(statement.text):
            if int(count) != len(self._counted(statement)):
                found.append(Problem(rule="count", detail=count))
        return found

    def _stated(self, citation: Citation) -> tuple[str, ...]:
        """Where figures of a citation stand: each cell of a row for itself, for 217 290 are not one number."""
        cells = self._library.clause(citation.clause_id).cells
        return (citation.quote, *(cell.value for cell in cells if cell.value)) if cells else (citation.quote,)

    def _counted(self, statement: Statement) -> set[str]:
        """Ids of the clauses that a count is of: what is cited, but not the heading that they stand under."""
        cited = {c.clause_id for c in statement.citations}
        cited = {i for i in cited if self._library.clause(i).kind is not ClauseKind.TABLE_HEAD}
        return {i for i in cited if not any(other.startswith(f"{i}.") for other in cited)}

    def _names(self, body: str, quotes: str) -> list[Problem]:
        form = normalise(quotes).replace("“", "").replace("”", "")
        names = [next(filter(None, m.groups()), m.group()) for m in _NAMED.finditer(body)]
        return [
            Problem(rule="name", detail=name)
            for name in names
            if normalise(name).replace("“", "").replace("”", "") not in form
        ]

    def _wording(self, body: str, quotes: str) -> list[Problem]:
        form = normalise(quotes)
        pieces = re.split(r"[\d.,%≥≤＞＜><\s]+", body)
        alien = [
            word
            for piece in pieces
            for word in self._words.cut(piece)
            if len(word) > 1 and word not in form and not self._in_parts(word, form)
        ]
        force = [word for word in FORCE if word in normalise(body) and word not in form]
        return [Problem(rule="wording", detail=word) for word in dict.fromkeys(alien + force)]

    @staticmethod
    def _in_parts(word: str, form: str) -> bool:
        """jieba may join across a frame's edge: every character pair must then be in the quote."""
        return all(word[i : i + 2] in form for i in range(len(word) - 1))


def _without_frames(text: str) -> str:
    """The text without the fixed wording of the templates, which claims nothing of its own."""
    for frame in _frames():
        text = text.replace(frame, " ")
    return text


@lru_cache(maxsize=1)
def _frames() -> tuple[str, ...]:
    return tuple(sorted(frames(), key=len, reverse=True))
