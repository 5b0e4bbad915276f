"""Matching form of a text that remembers where each character stood, and the figures in it."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from assistant.figures import Figure, figures
from corpus.types import Span

_MARKS = frozenset("“”‘’「」『』\"'")


class Form(NamedTuple):
    """A text without white space and quotation marks, half width, lower case; ``places[i]`` is where
    character ``i`` stood in the text."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Place in the source of ``text[start:end]`` (not empty)."""
        return Span(self.places[start], self.places[end - 1] + 1)


class Placed(NamedTuple):
    """A figure with its place in the form."""

    figure: Figure
    start: int
    end: int


def form_of(text: str, at: int = 0) -> Form:
    """The matching form of a text whose first character stands at ``at`` of its source."""
    chars: list[str] = []
    places: list[int] = []
    for place, raw in enumerate(text, at):
        if raw in _MARKS or raw.isspace():
            continue
        for char in unicodedata.normalize("NFKC", raw).lower():
            if not char.isspace():
                chars.append(char)
                places.append(place)
    return Form("".join(chars), tuple(places))


def placed_figures(form: str) -> tuple[Placed, ...]:
    """Figures of a matching form in order, with their places."""
    found, at = [], 0
    for figure in figures(form):
        start = form.lower().index(figure.text.lower(), at)
        at = start + len(figure.text)
        found.append(Placed(figure, start, at))
    return tuple(found)
