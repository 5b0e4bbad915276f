"""What a question asks: its kind, its subject terms, the figures and years in it."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from assistant.figures import Figure, figures, years
from assistant.text import simplified
from corpus.types import Frozen
from index.words import Words, normalise

DATA = Path(__file__).parent / "data"
_NUMERIC = re.compile(
    r"^[\d.%]+$|^[\d一二两三四五六七八九十百千万]+[多几来余]?$|^(?:几|哪|第|多少)\w{1,3}$"
    r"|^[一两二三四五六七八九十](?:份|家|笔|位|名|种|套|张|台|辆|间|口|回|只|副)$"
)
_TABLE_YEARS = (2020, 2025)  # years that name columns, not subjects
_MONEY_UNITS = {"元"}
_SPENT = re.compile(r"捐|花了|借了|欠|挣|赚|亏")
_PAID = re.compile(r"补|发|领|给|津贴|标准|奖|罚|低保|金额|金|听说|规定|报销|优惠|吗|么|几|多少")
# a yes-or-no question that supposes a figure or an attribute: 目标是100%吗, 是全省的吗
_SUPPOSES = re.compile(
    r"(是|为|达到|达|要|有|到|超过|不少于|不低于).{0,8}\d[\d.,]*(%|个|人|户|支|场|名|家|万)[^，,]{0,6}(吗|么)|是.{1,8}的(吗|么)$|是(约束性|预期性)(指标)?的?(吗|么)"
)


class Term(NamedTuple):
    """A word of the question that carries its subject, with the domain's terms for it."""

    word: str
    means: tuple[str, ...] = ()


class Attribute(Frozen):
    """Something a question may ask for that documents often do not say (see attributes.toml)."""

    name: str
    asks: tuple[str, ...]
    unless: tuple[str, ...] = ()
    evidence: tuple[str, ...]
    missing: str

    def asked(self, form: str) -> bool:
        return _any(self.asks, form) and not _any(self.unless, form)

    def stated(self, text: str) -> bool:
        """Whether a text carries what is asked."""
        return _any(self.evidence, normalise(text))


_MONEY_ASKED = re.compile(
    r"多少(?:钱|元)|几(?:块|元|百|千|十万|万)(?!人|户|名|个|家)|多少万(?!人|户|名|个)|(?:发|补|领|拿|给|赔|补贴|补助)多少(?!人|户|名|家|个|次)|(?:每人?每?|一)个?月.{0,6}多少(?!人|户|名)"
)


class Question(Frozen):
    """An understood question; ``form`` is its matching form (simplified, no white space)."""

    text: str  # simplified
    form: str
    kind: str
    terms: tuple[Term, ...]
    attributes: tuple[Attribute, ...]
    figures: tuple[Figure, ...]  # without calendar years
    years: tuple[int, ...]
    before: tuple[str, ...] = ()  # ids of the clauses that the turn before cited
    after: str = ""  # the question behind that of the turn before, as one text
    whole: str = ""  # the question that this one is a part of

    @property
    def asks_money(self) -> bool:
        """Whether an amount of money is asked for, so that no other figure may answer."""
        return bool(_MONEY_ASKED.search(self.form))

    @property
    def expansion(self) -> str:
        """The domain's terms for the question's everyday words, for the keyword side."""
        return " ".join(dict.fromkeys(m for term in self.terms for m in term.means))


def understand(text: str, words: Words) -> Question:
    """Read a stand-alone question.

    Args:
        text: cleaned question, traditional characters allowed.
    """
    text = simplified(text)
    form = normalise(text).rstrip("?？!！。.,，;；~～…")
    named = years(form)
    found = tuple(
        f
        for f in figures(form)
        if not (f.unit in ("年", "") and int(f.value) % 2000 in {y % 2000 for y in named})
        and not re.search(f"[这那]{re.escape(f.text)}(?!钱)", form)  # 找活儿和给钱这两块
    )
    asked = tuple(a for a in attributes() if a.asked(form))
    if any(f.unit in _MONEY_UNITS and not _told(f, form) for f in found) and "money" not in {a.name for a in asked}:
        asked = (*asked, next(a for a in attributes() if a.name == "money"))
    return Question(
        text=text,
        form=form,
        kind=_asked_for(form),
        terms=terms_of(form, words),
        attributes=asked,
        figures=found,
        years=named,
    )


def _told(figure: Figure, form: str) -> bool:
    """Whether a figure belongs to what is told before the question (我捐了五千块，…) and is no claim on a benefit."""
    for segment in re.split(r"[，,。；;？?！!：:]", form)[:-1]:
        if figure.text in segment:
            return bool(_SPENT.search(segment)) or not _PAID.search(segment)
    return False


def _asked_for(form: str) -> str:
    """The kind of a question; where a word as 几个 asks for no figure (几个朋友凑了支球队，支持吗), that of its end."""
    if _SUPPOSES.search(form):
        return "claim"
    kind = kind_of(form)
    if kind != "figure" or re.search("多少|百分|率|比例|第几", form):
        return kind
    *told, last = re.split(r"[，,。；;？?！!]", form)
    if re.search("[吗么]$", last):
        return "whether"  # 会多建几个吗
    if not told or _any(dict(_kinds())[kind], last):
        return kind
    end = kind_of(last)
    return kind if end == "describe" else end


def kind_of(form: str) -> str:
    """First kind of question_kinds.toml whose pattern is found."""
    return next(name for name, patterns in _kinds() if _any(patterns, form))


def terms_of(form: str, words: Words, lone: bool = False) -> tuple[Term, ...]:
    """Subject terms of a question: words without stop words, numbers and lone characters.

    A lone character counts only where the everyday lexicon knows it (娃, 瘫), or with ``lone``.
    """
    terms = [Term(word=f"{year}年") for year in years(form) if year not in _TABLE_YEARS]
    for word in words.subject(form):
        means = words.meanings(word)
        if not _NUMERIC.match(word) and (means or lone or len(word) > 1):
            terms.append(Term(word=word, means=means))
    return tuple(terms)


@lru_cache(maxsize=1)
def attributes() -> tuple[Attribute, ...]:
    return tuple(Attribute.model_validate(entry) for entry in load_data("attributes")["attribute"])


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((kind["name"], tuple(kind["patterns"])) for kind in load_data("question_kinds")["kind"])


@lru_cache
def load_data(name: str) -> dict[str, Any]:
    """A data file of the assistant by name."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _any(patterns: tuple[str, ...], text: str) -> bool:
    return bool(patterns) and _one_of(patterns).search(text) is not None


@cache
def _one_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a data file, compiled once: the cache of ``re`` holds fewer than there are."""
    return re.compile(pattern)
