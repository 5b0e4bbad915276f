"""What a claim is compared with: sentences of clauses cut at semicolons, and table rows."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.claims.form import form_of, placed_figures
from assistant.claims.rows import hold_row
from assistant.claims.wording import Held, hold, is_year
from assistant.figures import Figure
from assistant.finder import EvidenceFinder
from corpus.types import Clause, ClauseKind, Span
from index.words import Words

_CUT = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[）)])?(?P<said>[^；;\n]+[；;]?)")


class Piece(NamedTuple):
    """A sentence of a clause, or its part up to a semicolon."""

    clause: Clause
    span: Span

    def hold(self, claim: str, title: str, words: Words) -> Held:
        """A claim in matching form held against this piece.

        Args:
            title: the document's title, part of what stands above the sentence.
        """
        form = form_of(self.clause.text[self.span.start : self.span.end]).text
        context = form_of(" ".join((title, *self.clause.headings, self.clause.title))).text
        held = hold(claim, form, context, words, self._year())
        if self.clause.kind is not ClauseKind.TABLE_ROW or held.carries:
            return held
        return hold_row(claim, self.clause, words) or held._replace(figures=(), cover=0.0)

    def _year(self) -> Figure | None:
        """The year that the clause named last before this piece."""
        before = placed_figures(form_of(self.clause.text[: self.span.start]).text)
        return next((p.figure for p in reversed(before) if is_year(p.figure)), None)


def pieces_of(clause: Clause, finder: EvidenceFinder, part: Span | None = None) -> list[Piece]:
    """Pieces of a clause, or of a part of it, in order; none for a table's head."""
    if clause.kind is ClauseKind.TABLE_HEAD:
        return []
    if clause.cells:
        return [Piece(clause, Span(0, len(clause.text)))]
    found = []
    for sentence in finder.spans(clause):
        for match in _CUT.finditer(clause.text, *sentence):
            left = match.end() - len(match["said"].lstrip())
            right = left + len(match["said"].strip())
            if left < right and (part is None or (part.start <= left and right <= part.end)):
                found.append(Piece(clause, Span(left, right)))
    return found
