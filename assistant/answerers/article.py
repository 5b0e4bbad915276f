"""An article asked for by its number: 残疾人保障法第三十三条第二款."""

from __future__ import annotations

import re

from assistant.draft import Draft, cite, tidy
from assistant.evidence import Evidence
from assistant.scope import missing
from assistant.types import Outcome, Statement
from assistant.understand import Question
from corpus.laws import is_article
from corpus.numerals import chinese_value
from corpus.types import Clause, Document, DocumentKind, Span
from prompts import say

_MOST = 5  # laws to choose from
_NUMBER = r"(?:\d+|[零〇一二三四五六七八九十百千]+)"
_ARTICLE = re.compile(
    rf"(?:(?P<law>[\u4e00-\u9fff]{{2,24}}?(?:法|条例|办法|细则|规定))[》」]?第?|第)(?P<number>{_NUMBER})条"
    rf"(?:之(?P<after>[一二三四五六七八九十]+))?(?:第?(?P<paragraph>{_NUMBER})款)?"
)


def answer_article(question: Question, evidence: Evidence) -> Draft | None:
    """The text of each article that the question names; a refusal where the law or the article is not here."""
    asked = list(_ARTICLE.finditer(question.form))
    if not asked:
        return None
    statements, law = [], None
    for match in asked:
        law = _law(match.group("law"), evidence) or (None if match.group("law") else law)
        if law is None and match.group("law") is None and (choices := _choices(match, evidence)):
            related = tuple(cite(evidence.library, clause) for clause in choices)
            return Draft(
                outcome=Outcome.CLARIFY, message=say("which_law", number=match.group("number")), related=related
            )
        clause = _article(match, law, evidence)
        if clause is None:
            return missing("这部法规的条文" if law is None else f"第{match.group('number')}条", evidence)
        citation = cite(evidence.library, clause, _paragraph(clause, match.group("paragraph")))
        text = say("article", label=citation.label, text=tidy(citation.quote))
        statements.append(Statement(text=text, citations=(citation,)))
    return Draft(outcome=Outcome.ANSWERED, statements=tuple(statements))


def _law(name: str | None, evidence: Evidence) -> Document | None:
    """The law of that name; without a name, the only law of the library. A longer name is another law."""
    laws = [d for d in evidence.library.documents if _articled(d)]
    if name is None:
        return laws[0] if len(laws) == 1 else None
    fitting = [d for d in laws if name.endswith(d.name) and not re.search(r"[省市区县州]", name.removesuffix(d.name))]
    return max(fitting, key=lambda d: len(d.name), default=None)


def _articled(document: Document) -> bool:
    return document.kind is not DocumentKind.PLAN and any(is_article(c.label) for c in document.clauses[:20])


def _choices(match: re.Match[str], evidence: Evidence) -> list[Clause]:
    """The article of that number in each law that has one."""
    laws = (d for d in evidence.library.documents if _articled(d))
    return [clause for law in laws if (clause := _article(match, law, evidence)) is not None][:_MOST]


def _article(match: re.Match[str], law: Document | None, evidence: Evidence) -> Clause | None:
    if law is None:
        return None
    key = f"{law.id}_{_value(match.group('number'))}"
    if match.group("after"):
        key += f"-{chinese_value(match.group('after'))}"
    return evidence.library.clause(key) if key in evidence.library else None


def _paragraph(clause: Clause, number: str | None) -> Span | None:
    """The paragraph (款) of that number with its items (项); None for the whole article."""
    if number is None:
        return None
    starts = [m.start() for m in re.finditer(r"^(?!（[一二三四五六七八九十]+）)", clause.text, re.MULTILINE)]
    place = _value(number) - 1
    if not 0 <= place < len(starts):
        return None
    end = starts[place + 1] if place + 1 < len(starts) else len(clause.text)
    return Span(starts[place], len(clause.text[:end].rstrip()))


def _value(number: str) -> int:
    return int(number) if number.isdigit() else chinese_value(number)
