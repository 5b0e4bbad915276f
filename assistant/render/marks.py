"""Which words of a quote carry the answer: the ones the question asked about, and the figures that are stated."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from assistant.figures import figures
from assistant.types import Answer, Citation
from corpus.types import Span
from index.words import normalise

_SHORTEST = 2  # characters of a run that question and quote share
_EMPTY = re.compile(r"[的了吗呢吧啊是有在和与及等对为可以、，。；：“”（）《》,.;:?!()\"'\s]+")
_LITTLE = ("残疾", "规划", "法律", "规定", "应当", "什么", "哪些", "多少", "国家", "怎么")  # in nearly every sentence


def supporting(answer: Answer, citation: Citation) -> tuple[Span, ...]:
    """Places in the citation's quote to mark, in order and apart from each other; may be empty."""
    quote = citation.quote
    said = " ".join(s.text for s in answer.statements if citation in s.citations)
    stated = {figure.key for figure in figures(said)}
    marked = [False] * len(quote)
    for figure in figures(quote):
        place = re.search(r"(?:\d+\s*[-－—~～]\s*)?" + r"\s*".join(map(re.escape, figure.text)), quote)
        if figure.key in stated and figure.unit and place:
            marked[place.start() : place.end()] = [True] * (place.end() - place.start())
    for piece in _EMPTY.split(normalise(f"{answer.standalone_question} {answer.question}")):
        _mark_runs(piece, quote, marked)
    return _spans(marked)


def _mark_runs(piece: str, quote: str, marked: list[bool]) -> None:
    """Mark every longest run of the piece that stands in the quote."""
    form = "".join(unicodedata.normalize("NFKC", character)[0].lower() for character in quote)  # places stay
    at = 0
    while at <= len(piece) - _SHORTEST:
        end = at
        while end < len(piece) and piece[at : end + 1] in form:
            end += 1
        run = piece[at:end]
        if len(run) >= _SHORTEST and run not in _LITTLE:
            for place in re.finditer(re.escape(run), form):
                marked[place.start() : place.end()] = [True] * len(run)
        at = max(end, at + 1)


def _spans(marked: list[bool]) -> tuple[Span, ...]:
    edges = [i for i, (a, b) in enumerate(pairwise([False, *marked, False])) if a != b]
    return tuple(Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
