"""Words of a claim held against one sentence of a clause.

A sentence carries a claim only where
1. every word that means something stands in it (or in the headings above it), in the claim's order;
2. words of duty, permission, degree and negation are the same on both sides, a governing one (不得, 鼓励)
   earlier in the sentence included;
3. nothing that limits the words taken over was left out: a modifier before them (重度残疾人, 符合条件的残疾人),
   a condition before their part of the sentence (……的，), most of the part itself;
4. each figure is the one that stands at that place (see figures.py for what makes figures equal).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from assistant.claims.form import Placed, placed_figures
from assistant.claims.types import Difference
from assistant.figures import Figure
from assistant.understand import load_data
from index.words import Words, normalise

_PART = re.compile(r"[^,:]+")
_MEASURES = ("元", "%", "年", "月", "日", "天", "岁", "时", "里", "米", "亩")
_LEAST_COVER = 0.5  # share of the touched parts of the sentence that the claim must take over
_QUALIFIERS = re.compile(
    r"(?:困难|重度|中度|轻度|持证|有条件|符合条件|低保|低收入|低保边缘|特困|户籍|未成年|老年|[一二三四]级|精神|智力|视力|听力|言语|肢体"
    r"|失业|农村|城镇|就业|贫困|成年|青年|学龄前|学前|专业|规范化|公办|民办|市级|县级|省级)$"
)


class Held(NamedTuple):
    """How a claim and a sentence agree: ``fit`` is the share (0-1) of the claim's words that stand there;
    ``alien`` words do not; ``force`` are words of duty or negation on one side only; ``dropped`` limits were
    left out; ``figures`` differ; ``added`` figures have no counterpart."""

    fit: float
    alien: tuple[str, ...] = ()
    force: tuple[Difference, ...] = ()
    dropped: tuple[str, ...] = ()
    figures: tuple[Difference, ...] = ()
    added: tuple[str, ...] = ()
    cover: float = 1.0

    @property
    def worded(self) -> bool:
        """Whether all but the figures agrees."""
        enough = self.cover >= _LEAST_COVER or bool(self.figures)
        return not (self.alien or self.force or self.dropped) and enough

    @property
    def carries(self) -> bool:
        return self.worded and not (self.figures or self.added)


class _Match(NamedTuple):
    """A word of the claim and where it stands in the sentence."""

    start: int
    end: int


def hold(claim: str, sentence: str, context: str, words: Words, year: Figure | None = None) -> Held:
    """Hold a claim against a sentence, both in matching form (form.py).

    Args:
        context: headings and title above the sentence, in matching form.
        year: the year that the clause named last before the sentence; counts where it names none itself.
    """
    parts = [m.span() for m in _PART.finditer(sentence)]
    stated = placed_figures(sentence)
    matches: list[_Match] = []
    alien: list[str] = []
    differing: list[Difference] = []
    added: list[str] = []
    taken: set[int] = set()
    length = missing = 0
    for segment in _PART.findall(claim):
        tokens, claimed = _tokens(segment, words)
        placed = _place(tokens, sentence, context, matches[-1].end if matches else 0)
        length += sum(map(len, tokens))
        missing += sum(len(t) for t in placed.alien)
        alien += placed.alien
        matches += [m for m in placed.matches if m]
        touched = _touched(parts, [m for m in placed.matches if m] or matches)
        for figure, boundary in claimed:
            length += len(figure.text)
            other = _counterpart(figure, boundary, placed.matches, touched or parts, stated, taken, year)
            if other is None:
                added.append(figure.text)
            elif other.key != figure.key:
                differing.append(Difference(written=figure.text, stated=other.text))
            else:
                agreed = [_Match(p.start, p.end) for p in stated if p.figure is other]
                matches += agreed
                taken |= {m.start for m in agreed}
    fit = 1 - missing / length if length else 0.0
    touched = _touched(parts, matches)
    return Held(
        fit=fit if matches else 0.0,
        alien=tuple(dict.fromkeys(alien)),
        force=_force(claim, sentence, parts, touched),
        dropped=_dropped(claim, sentence, parts, touched, matches, words),
        figures=tuple(differing),
        added=tuple(added),
        cover=_cover(sentence, touched, matches, stated, words),
    )


def content(text: str, words: Words) -> list[str]:
    """Words of a matching form that mean something: no frame words, no figures, no light characters."""
    return [token for segment in _PART.findall(text) for token in _tokens(segment, words)[0]]


def force_words(form: str) -> tuple[str, ...]:
    """Words of duty, permission, degree and negation of a matching form, in order."""
    return tuple(_words_of("force").findall(_words_of("harmless").sub(lambda m: "□" * len(m.group()), form)))


class _Placed(NamedTuple):
    matches: list[_Match | None]  # one a token; None: in the headings, or nowhere
    alien: list[str]


def _tokens(segment: str, words: Words) -> tuple[list[str], list[tuple[Figure, int]]]:
    """Words of a part of a claim, and its figures, each with the number of words before it."""
    tokens: list[str] = []
    claimed: list[tuple[Figure, int]] = []
    at = 0
    for figure, start, end in placed_figures(segment):
        tokens += _cut(segment[at:start], words)
        claimed.append((figure, len(tokens)))
        at = end
    return [*tokens, *_cut(segment[at:], words)], claimed


def _cut(text: str, words: Words) -> list[str]:
    return [w for w in words.cut(text) if w not in _set_of("frames") and w not in _set_of("light")]


def _place(tokens: Sequence[str], sentence: str, context: str, near: int) -> _Placed:
    """The shortest stretch of the sentence that has the tokens in order; of several the first after ``near``."""
    alien: list[str] = []
    wanted: list[str] = []
    belongs: list[int | None] = []
    for token in tokens:
        pieces = [token] if token in sentence else _pieces(token, sentence)
        if pieces:
            belongs.append(len(wanted))
            wanted += pieces
        else:
            belongs.append(None)
            if token not in context or token in _set_of("force"):
                alien.append(token)
    best: list[_Match] = []
    for first in re.finditer(re.escape(wanted[0]), sentence) if wanted else ():
        run = [_Match(*first.span())]
        for word in wanted[1:]:
            start = sentence.find(word, run[-1].end)
            if start < 0:
                break
            run.append(_Match(start, start + len(word)))
        if len(run) == len(wanted) and (not best or _rank(run, near) < _rank(best, near)):
            best = run
    if wanted and not best:  # each word is there, but not in this order
        return _Placed([None] * len(tokens), [*alien, *(t for t in tokens if t not in alien)])
    return _Placed([best[place] if place is not None else None for place in belongs], alien)


def _rank(run: list[_Match], near: int) -> tuple[int, int]:
    return run[-1].end - run[0].start, abs(run[0].start - near)


def _pieces(token: str, sentence: str) -> list[str]:
    """A long token in two pieces of two characters or more that stand in the sentence in order; else nothing."""
    for cut in range(len(token) - 2, 1, -1):
        left, right = token[:cut], token[cut:]
        if (place := sentence.find(left)) >= 0 and right in sentence[place + cut :]:
            return [left, right]
    return []


def _touched(parts: list[tuple[int, int]], matches: Sequence[_Match]) -> list[tuple[int, int]]:
    return [part for part in parts if any(part[0] <= m.start < part[1] for m in matches)]


def _counterpart(
    figure: Figure,
    boundary: int,
    matches: list[_Match | None],
    touched: list[tuple[int, int]],
    stated: Sequence[Placed],
    taken: Set[int],
    year: Figure | None,
) -> Figure | None:
    """The figure of the sentence that stands where the claimed one should; None where none does.

    Args:
        taken: where figures begin that others of the claim have agreed with.
    """
    before = next((m for m in reversed(matches[:boundary]) if m), None)
    after = next((m for m in matches[boundary:] if m), None)
    inside = [p for p in stated if any(a <= p.start < b for a, b in touched)]
    here = [p.figure for p in inside if (not before or p.start >= before.end) and (not after or p.end <= after.start)]
    same = next((f for f in here if f.key == figure.key), None)
    if same is not None:
        return same
    inside = [p for p in inside if p.start not in taken]
    here, everywhere = [f for f in here if any(f is p.figure for p in inside)], [p.figure for p in inside]
    if is_year(figure):
        own = [p.figure for p in stated if is_year(p.figure)]
        return next((f for f in own if f.key == figure.key), own[0] if own else year)
    for among in (here, everywhere):
        alike = [f for f in among if f.unit == figure.unit or (f.value == figure.value and not f.unit)]
        if alike:  # of several elsewhere in the sentence none is known to be meant
            return (
                alike[0] if among is here or len(alike) == 1 else next((f for f in alike if f.key != figure.key), None)
            )
    return next((f for f in here if not is_year(f) and _comparable(f, figure)), None)


def _comparable(one: Figure, other: Figure) -> bool:
    """Whether two figures may be of one thing, told differently; money and people never are."""
    units = {one.unit, other.unit}
    return len(units) == 1 or not any(unit.endswith(_MEASURES) for unit in units)


def is_year(figure: Figure) -> bool:
    """Whether a figure is a calendar year."""
    return figure.unit == "年" and 1900 < figure.value < 2200


def _force(
    claim: str, sentence: str, parts: list[tuple[int, int]], touched: list[tuple[int, int]]
) -> tuple[Difference, ...]:
    own = dict.fromkeys(force_words(claim))
    there = dict.fromkeys(word for a, b in touched for word in force_words(sentence[a:b]))
    if touched and not there:
        earlier = sentence[: touched[0][0]]
        there = dict.fromkeys(w for w in force_words(earlier)[-1:] if w in _set_of("governing"))
    extra = [Difference(written=word, stated="") for word in own if word not in there]
    lost = [Difference(written="", stated=word) for word in there if word not in own]
    if len(extra) == len(lost) == 1:
        return (Difference(written=extra[0].written, stated=lost[0].stated),)
    return (*extra, *lost)


def _dropped(
    claim: str,
    sentence: str,
    parts: list[tuple[int, int]],
    touched: list[tuple[int, int]],
    matches: Sequence[_Match],
    words: Words,
) -> tuple[str, ...]:
    """Modifiers and conditions of the sentence that limit what was taken over and that the claim leaves out."""
    found: list[str] = []
    ends = sorted(m.end for m in matches)
    for match in sorted(matches):
        part = next((a for a, b in touched if a <= match.start < b), match.start)
        left = max([part, *(end for end in ends if end <= match.start)])
        gap = sentence[left : match.start]
        if gap.endswith("的") and (lost := [w for w in content(gap, words) if w not in claim]):
            found.append("".join(lost) if len(gap) > 20 else gap)
        elif (qualifier := _QUALIFIERS.search(gap)) and qualifier.group() not in claim:
            found.append(qualifier.group())
    for earlier, later in itertools.pairwise(parts):
        condition = sentence[slice(*earlier)]
        if later in touched and earlier not in touched and condition.endswith("的"):
            found += [condition] if any(w not in claim for w in content(condition, words)) else []
    return tuple(dict.fromkeys(found))


def _cover(
    sentence: str,
    touched: list[tuple[int, int]],
    matches: Sequence[_Match],
    stated: Sequence[Placed],
    words: Words,
) -> float:
    whole = sum(len(w) for a, b in touched for w in content(sentence[a:b], words))
    whole += sum(p.end - p.start for p in stated if any(a <= p.start < b for a, b in touched))
    taken = {i for m in matches for i in range(m.start, m.end)}
    return min(1.0, len(taken) / whole) if whole else 1.0


@lru_cache
def _words_of(name: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(normalise, load_data("claims")[name]), key=len, reverse=True)))


@lru_cache
def _set_of(name: str) -> frozenset[str]:
    return frozenset(normalise(word) for word in load_data("claims")[name])
