"""Sources that a text names, and which clauses they are.

Read are 《title》 or the name of one of the library's laws with an article (第三十三条第二款, 第三条、第五条,
第三条至第五条), an outline label (二（一）3, 一（二）主要指标表第4项) or nothing behind it; 该法 and 同法 for the law
named last; 以下简称; clause ids. 本法第五条 is the law speaking of itself, no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from assistant.claims.form import form_of
from assistant.claims.sentences import quotations
from corpus.laws import place_in_article
from corpus.library import Library
from corpus.numerals import chinese_numeral, chinese_value
from corpus.types import Clause, Document, DocumentKind, Frozen, Span

_N = r"(?:\d{1,4}|[零〇一二三四五六七八九十百千]{1,7})"
_HAN = "[一二三四五六七八九十]{1,3}"
_PLACE = rf"(?:第{_N}条(?:之{_HAN})?(?:第{_N}款)?|第{_N}款)(?:第[（(]?{_N}[）)]?项)?"
_ARTICLES = rf"第{_N}条(?:之{_HAN})?(?:第{_N}款)?(?:第[（(]?{_N}[）)]?项)?(?:(?:、|和|及|至|到){_PLACE})*"
_POINT = r"第?\s*\d{1,2}(?:[点项条](?![\u4e00-\u9fff]))?"
_OUTLINE = rf"第?{_HAN}(?:部分)?[、，]?\s*第?[（(]{_HAN}[）)](?:主要指标表第\d{{1,2}}项|\s*(?:{_POINT})?)"
_SOURCE = re.compile(
    rf"(?P<own>本(?:法|条例|办法|规定))(?:{_ARTICLES})?|(?P<id>(?<![A-Za-z\d])[a-z][a-z\d]*(?:-\d+)+_[a-z\d](?:[a-z\d.\-]*[a-z\d])?(?![A-Za-z\d]))"
    r"|(?:《(?P<title>[^《》\n]{2,60}(?:[《〈][^《》\n]*[》〉][^《》\n]*)?)》(?:\s*[（(][^（）()\n]{0,30}号[）)])?"
    r"(?:[（(]以下简称[：:]?[《“](?P<alias>[^》”\n]{1,20})[》”][）)])?"
    r"|(?P<back>[该同](?:法|规划|条例|文件))|(?P<bare>[\u4e00-\u9fff]{1,24}?(?:法典|法|条例|办法|细则|规定))(?=\s*第))?"
    rf"\s*(?:(?P<articles>{_ARTICLES})|(?P<outline>{_OUTLINE})|(?P<part>第{_HAN}部分|{_HAN}(?![\u4e00-\u9fff（(])))?"
)
_ARTICLE = re.compile(
    rf"(?P<to>[至到])?(?:第(?P<article>{_N})条(?:之(?P<after>{_HAN}))?)?(?:第(?P<paragraph>{_N})款)?"
    rf"(?:第[（(]?(?P<item>{_N})[）)]?项)?"
)
_LEAD = re.compile(r"^(?:根据|依据|依照|按照|违反|参见|详见|见|按|据|和|与|及)+")
_LONGEST_RANGE = 30
_OWN = ("本法", "本条例", "本办法", "本规定")
_NAMELESS = ("法律", "规定", "办法", "条例", "法")


class Source(Frozen):
    """A source as it is written and what it is.

    ``clause_ids`` are the clauses meant (a heading means all under it; an article named without its law
    means that article of every law); empty with no ``problem`` where a whole document is meant. ``part``
    is the paragraph or item within the one clause. ``problem``: the document is not in the library, or
    has no such clause.
    """

    written: str
    span: Span
    document_id: str | None = None
    clause_ids: tuple[str, ...] = ()
    part: Span | None = None
    problem: Literal["", "document", "clause"] = ""


def read_sources(text: str, library: Library) -> tuple[Source, ...]:
    """Sources of a text in order; what stands in quotation marks names none."""
    return tuple(_Reader(library).read(text))


class _Reader:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._documents = {
            form_of(name).text: d for d in library.documents for name in (d.title, d.name, d.number or "")
        }
        self._last: Document | None = None

    def read(self, text: str) -> Iterator[Source]:
        quoted = [span for span in quotations(text) if span.end - span.start > 2]
        for match in _SOURCE.finditer(text):
            named = match["title"] or match["bare"] or match["back"]
            place = match["articles"] or match["outline"] or (match["part"] if named else None)
            if match["own"] or (match["bare"] or "").endswith(_OWN):
                continue
            if not (match["title"] or match["id"] or match["articles"] or match["outline"]):
                continue
            if not any(q.start < match.start() and match.end() < q.end for q in quoted):
                yield from self._sources(match, place)

    def _sources(self, match: re.Match[str], place: str | None) -> Iterator[Source]:
        span = Span(*match.span())
        if match["id"]:
            yield self._by_id(match["id"], span)
            return
        name = match["title"] or (match["bare"] and _LEAD.sub("", match["bare"]))
        document = self._last
        if name and name not in _NAMELESS:
            document = self._document(name, bare=not match["title"])
            if document is None:
                yield Source(written=f"《{name}》{place or ''}", span=span, problem="document")
                self._last = None
                return
        if document is not None:
            self._last = document
            if match["alias"]:
                self._documents[form_of(match["alias"]).text] = document
        if match["articles"]:
            yield from self._articles(match["articles"], span, document)
        elif match["outline"] or match["part"]:
            yield self._outline(match["outline"] or match["part"], span, document)
        elif document is not None:
            yield Source(written=f"《{document.name}》", span=span, document_id=document.id)

    def _document(self, name: str, bare: bool) -> Document | None:
        form = form_of(name).text
        if found := self._documents.get(form):
            return found
        if bare:  # 应当遵守残疾人保障法: the name ends the words before 第三条; 某市残疾人保障法 is another law
            fitting = [d for key, d in self._documents.items() if key and form.endswith(key)]
            fitting = [d for d in fitting if not re.search(r"[省市区县州]$", form.removesuffix(form_of(d.name).text))]
            return max(fitting, key=lambda d: len(d.name), default=None)
        if form == "规划":
            plans = [d for d in self._library.documents if d.kind is DocumentKind.PLAN]
            return plans[0] if len(plans) == 1 else None
        issued = re.search(r"关于印发[〈《]?(.+?)[〉》]?的通知$", form)
        return self._documents.get(issued.group(1)) if issued else None

    def _by_id(self, clause_id: str, span: Span) -> Source:
        if clause_id in self._library:
            return self._found((self._library.clause(clause_id),), clause_id, span)
        known = any(clause_id.startswith(f"{d.id}_") for d in self._library.documents)
        return Source(written=clause_id, span=span, problem="clause" if known else "document")

    def _articles(self, written: str, span: Span, document: Document | None) -> Iterator[Source]:
        article, after = 0, ""
        laws = [document] if document else [d for d in self._library.documents if d.kind is not DocumentKind.PLAN]
        for match in _ARTICLE.finditer(written):
            if not match.group():
                continue
            previous = article
            if match["article"]:
                article, after = _value(match["article"]), match["after"] or ""
            numbers = [article]
            if match["to"] and previous < article <= previous + _LONGEST_RANGE:
                numbers = list(range(previous + 1, article + 1))
            for number in numbers:
                yield self._article(number, after, match, span, laws)

    def _article(self, number: int, after: str, match: re.Match[str], span: Span, laws: list[Document]) -> Source:
        key = f"{number}-{chinese_value(after)}" if after else str(number)
        ids = [f"{law.id}_{key}" for law in laws]
        found = tuple(self._library.clause(i) for i in ids if i in self._library)
        label = found[0].label if found else match.group()
        tail = "".join(re.findall(rf"第{_N}款|第[（(]?{_N}[）)]?项", match.group())) if found else ""
        written = (f"《{laws[0].name}》" if len(laws) == 1 else "") + label + tail
        if len(found) != 1 or not (match["paragraph"] or match["item"]):
            return self._found(found, written, span)
        part = _part(found[0], match["paragraph"], match["item"])
        source = self._found(found if part else (), written, span)
        return source.model_copy(update={"part": part, "document_id": found[0].document_id})

    def _outline(self, written: str, span: Span, document: Document | None) -> Source:
        numbers = re.findall(rf"{_HAN}|\d{{1,2}}", written)
        label = numbers[0] + "".join(f"（{n}）" for n in numbers[1:2]) + "".join(numbers[2:])
        if "主要指标表" in written:
            label = f"{numbers[0]}（{numbers[1]}）主要指标表第{numbers[-1]}项"
        named = document is not None and document.kind is DocumentKind.PLAN
        plans = (
            [document] if document and named else [d for d in self._library.documents if d.kind is DocumentKind.PLAN]
        )
        found = [c for d in plans for c in d.clauses if c.label == label]
        below = [c for d in plans for c in d.clauses if any(c.id.startswith(f"{f.id}.") for f in found)]
        name = f"《{plans[0].name}》" if len(plans) == 1 else ""
        return self._found((*found, *below), f"{name}{label}", span)

    @staticmethod
    def _found(clauses: tuple[Clause, ...], written: str, span: Span) -> Source:
        return Source(
            written=written,
            span=span,
            document_id=clauses[0].document_id if clauses else None,
            clause_ids=tuple(clause.id for clause in clauses),
            problem="" if clauses else "clause",
        )


def _part(clause: Clause, paragraph: str | None, item: str | None) -> Span | None:
    """Place of a paragraph (款) with its items, or of one item; None where the article has no such part."""
    lines = [Span(*m.span()) for m in re.finditer(r"[^\n]+", clause.text)]
    labels = [place_in_article(clause.text, line) for line in lines]
    several = any("款" in label for label in labels)
    wanted = f"第{chinese_numeral(_value(paragraph))}款" if paragraph and several else ""
    if paragraph and not several and _value(paragraph) != 1:
        return None
    tail = f"第（{item if not item.isdigit() else chinese_numeral(int(item))}）项" if item else ""
    inside = [x for x, label in zip(lines, labels, strict=True) if label.startswith(wanted) and label.endswith(tail)]
    return Span(inside[0].start, inside[-1].end) if inside else None


def _value(number: str) -> int:
    return int(number) if number.isdigit() else chinese_value(number)
