"""Questions about the document itself: 文号, date, issuer, period, basis, whether it is still valid."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from assistant.draft import Draft, cite, cite_words, tidy
from assistant.evidence import PERIOD_SENTENCE, Evidence
from assistant.types import Citation, Outcome, Statement
from assistant.understand import Question, Term, compiled, load_data
from corpus.library import Library
from corpus.types import Clause, Document
from prompts import say

_BASIS = re.compile(r"根据[^。]*制定本规划。?")
_ITSELF = re.compile(r"规划|文件|通知|政策|十四五|它|这份|这个")

_WHY = re.compile(r"^[^,，。;；]*(我|咱|怕|担心|听说|不知道)[^,，。;；]*[,，。;；](?=.)")  # why somebody asks


def answer_document(question: Question, evidence: Evidence, today: dt.date) -> Draft | None:
    """Answer from front matter, preamble or imprint; None where the question has a subject of its own."""
    topic = _topic(question)
    document = evidence.library.documents[0]
    if any(other.name in question.form for other in evidence.library.documents if other is not document):
        return None  # about another document: its own articles say when it takes effect
    if topic is None or _own_subject(question, evidence, document, topic["patterns"]):
        return None
    name, role = topic["name"], topic["role"]
    if name == "validity":
        if document.period is None:
            return None
        name = "validity" if today > document.period.end else "validity_running"
    if name == "structure":
        return Draft(outcome=Outcome.ANSWERED, statements=(_sections(evidence.library, document),))
    found = _quote(evidence.library, document, role)
    if found is None:
        return None
    text = tidy(found.quote)
    if name not in ("period", "basis", "cc", "approval", "validity", "validity_running"):
        text = text.rstrip("。：")
    text = say(name, text=text)
    return Draft(outcome=Outcome.ANSWERED, statements=(Statement(text=text.replace("。。", "。"), citations=(found,)),))


def _sections(library: Library, document: Document) -> Statement:
    """The parts of the document: its headings of the first level, counted."""
    parts = [c for c in document.clauses if re.fullmatch(rf"{re.escape(document.id)}_\d+", c.id) and c.title]
    text = say("sections", count=len(parts), names="；".join(f"{c.label}、{c.title}" for c in parts))
    return Statement(text=text, citations=tuple(cite(library, clause) for clause in parts))


def period_citation(library: Library, document: Document) -> Citation | None:
    """The sentence that states the period of validity, word for word."""
    return _quote(library, document, "period")


def _topic(question: Question) -> dict[str, Any] | None:
    """The topic that the question comes to last: people say why they ask before they ask."""
    best: tuple[int, dict[str, Any]] | None = None
    for topic in load_data("document_topics")["topic"]:
        ends = [m.end() for pattern in topic["patterns"] for m in compiled(pattern).finditer(question.form)]
        if ends and (best is None or max(ends) > best[0]):
            best = max(ends), dict(topic)
    return best[1] if best else None


def _own_subject(question: Question, evidence: Evidence, document: Document, patterns: list[str]) -> bool:
    """Whether the question speaks of something in the plan rather than of the plan."""
    left = _WHY.sub("", question.form)
    for pattern in patterns:
        left = compiled(pattern).sub(" ", left)
    terms = [t for t in evidence.terms(left) if t.word not in document.title and not _about_itself(t)]
    if not terms:
        return False
    return any(evidence.known(term) for term in terms) or not _ITSELF.search(question.form)


def _about_itself(term: Term) -> bool:
    return bool(
        re.fullmatch(
            r"规划.*|.*版记.*|红头|版头|正文|封面|开头|末尾|最后|文件|通知|政策|政府|人民政府|市政府|发布|印发|制定|出台|发文|哪年|时间|日期|公开|单位|部门|机关|编制|全文|标题|市里|期限|展望|依据|根据|民众|社会|法律",
            term.word,
        )
    )


def _quote(library: Library, document: Document, role: str) -> Citation | None:
    if role in ("period", "basis"):
        pattern = PERIOD_SENTENCE if role == "period" else _BASIS
        for clause in document.clauses:
            if match := pattern.search(clause.text):
                return cite_words(library, clause, match.group())
        return None
    named = _by_role(document, role)
    return cite(library, named) if named is not None else None


def _by_role(document: Document, role: str) -> Clause | None:
    return next((clause for clause in document.clauses if clause.role == role), None)
