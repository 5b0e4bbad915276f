"""The check of a text: each claim held against the clauses it names, or the nearest ones found.

A claim is supported only where one sentence or row of a clause carries all of it (wording.py, rows.py)
and every quotation stands there character for character (quotes.py). Whatever is not certain is
reported as not found, with the nearest clause; a figure that agrees is never enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property

from assistant.claims.form import form_of
from assistant.claims.pieces import Piece, pieces_of
from assistant.claims.quotes import Quoted, cut_off, find_quotation, is_name, nearest_passage
from assistant.claims.reading import Claim, read_claims
from assistant.claims.sources import Source
from assistant.claims.types import Difference, Finding, Report, Standing
from assistant.claims.wording import Held, content, force_words
from assistant.claims.words import explain, missing_text, other_text
from assistant.draft import cite
from assistant.figures import figures
from assistant.finder import EvidenceFinder
from assistant.notices import notices
from assistant.types import Citation
from assistant.understand import understand
from corpus.types import Clause, ClauseKind, Span

MAX_TEXT = 20_000  # characters of a text that is checked at once
_SEARCHED = 15  # sentences that the search proposes for a claim
_ASKED = 120  # characters of a claim that are searched for; the embedder's time grows with its text
_NEARLY = 0.75  # share of a claim's words that a sentence with another figure must have
_TOLD = (Standing.SUPPORTED, Standing.FIGURE_DIFFERS)
_RELATED = 0.35  # the same for a clause to be shown as the nearest


class Checker:
    """Checks texts against one library. Safe for several threads."""

    def __init__(self, finder: EvidenceFinder) -> None:
        self._finder = finder
        self._library = finder.library
        self._words = finder.index.words

    @cached_property
    def _rows(self) -> list[Clause]:
        return [c for c in self._library if c.kind is ClauseKind.TABLE_ROW]

    @cached_property
    def _forms(self) -> list[tuple[str, Clause]]:
        """Made at the first check: seconds where there are tens of thousands of clauses."""
        return [(form_of(clause.text).text, clause) for clause in self._library]

    def check(self, text: str, today: dt.date) -> Report:
        """Every sentence of a text in order with its standing.

        Args:
            text: any text, at most ``MAX_TEXT`` characters of it are read by the ways in.
            today: decides the notices (a plan's period has ended).
        """
        findings = tuple(self._finding(claim) for claim in read_claims(text, self._library, self._words))
        ids = (f.citation.clause_id for f in findings if f.citation and f.standing is not Standing.NOT_IN_CORPUS)
        return Report(findings=findings, notices=notices(tuple(dict.fromkeys(ids)), self._library, today, masked=False))

    def _finding(self, claim: Claim) -> Finding:
        missing = next((s for s in claim.sources if s.problem == "clause"), None)
        absent = next((s for s in claim.sources if s.problem == "document"), None)
        if not claim.claims:
            return self._made(claim, Standing.NO_CLAIM, "")
        if missing or absent:
            return self._without_source(claim, missing, absent)
        scope = self._scope(claim.sources)
        found = self._judge(claim, scope) if scope else None
        if found is not None and found.standing is not Standing.NOT_IN_CORPUS:
            return found
        documents = {s.document_id for s in claim.sources if not s.clause_ids}
        anywhere = self._anywhere(claim, documents)
        if not scope or anywhere.citation is None:
            return anywhere
        if anywhere.standing is Standing.SUPPORTED:
            text = other_text(claim.sources, anywhere.citation)
            return anywhere.model_copy(update={"standing": Standing.OTHER_CLAUSE, "message": text})
        return anywhere if anywhere.standing is not Standing.NOT_IN_CORPUS else found or anywhere

    def _without_source(self, claim: Claim, missing: Source | None, absent: Source | None) -> Finding:
        """A claim whose source is not here: what stands in a clause with that very title is still supported."""
        whole = claim._replace(body=claim.sentence.text)
        found = self._anywhere(whole, set())
        if missing is None and found.standing is Standing.SUPPORTED:
            return found
        bare = self._anywhere(claim, set())
        carried = bare.citation if bare.standing is Standing.SUPPORTED else None
        standing = Standing.CLAUSE_MISSING if missing else Standing.NOT_IN_CORPUS
        source = missing or absent
        assert source is not None
        return self._made(claim, standing, missing_text(source, carried), carried)

    def _scope(self, sources: Iterable[Source]) -> list[Piece]:
        return [
            piece
            for source in sources
            for clause_id in source.clause_ids
            for piece in pieces_of(self._library.clause(clause_id), self._finder, source.part)
        ]

    def _anywhere(self, claim: Claim, documents: set[str | None]) -> Finding:
        """The standing of a claim in the whole library, or in the documents given where there are any."""
        form = form_of(claim.body).text.rstrip("。,;")
        clauses = [c for text, c in self._forms if form and form in text]
        clauses += [row for row in self._rows if form_of(row.title).text.replace("的", "") in form.replace("的", "")]
        named = self._within((p for c in clauses for p in pieces_of(c, self._finder)), documents)
        if named and (found := self._judge(claim, named, documents)).standing is Standing.SUPPORTED:
            return found  # word for word: nothing to search for
        question = self._finder.refine(understand(claim.body[:_ASKED], self._words))
        units = self._finder.find(question)[:_SEARCHED]
        searched = self._within((p for u in units for p in pieces_of(u.clause, self._finder, u.span)), documents)
        return self._judge(claim, [*named, *searched], documents)

    @staticmethod
    def _within(pieces: Iterable[Piece], documents: set[str | None]) -> list[Piece]:
        return [p for p in dict.fromkeys(pieces) if not documents or p.clause.document_id in documents]

    def _judge(self, claim: Claim, pieces: Sequence[Piece], documents: set[str | None] | None = None) -> Finding:
        """The standing of a claim against some pieces; with ``documents`` quotations are looked for in the
        whole library (or in these documents, where there are any)."""
        scope = list(dict.fromkeys(p.clause for p in pieces))
        if documents is not None:
            scope += [c for c in self._library if not documents or c.document_id in documents]
        quoted: list[Quoted] = []
        for text in claim.quotations:
            exact = find_quotation(text, scope, self._part(claim, pieces, documents))
            if exact is None:
                return self._misquoted(claim, text, pieces, scope)
            if not is_name(text):
                quoted.append(exact)
        if not quoted:
            return self._worded(claim, claim.body, pieces)
        rest = claim.body
        for text in claim.quotations:
            rest = rest.replace(f"“{text}”", "，") if not is_name(text) else rest
        if cut := [word for q in quoted for word in cut_off(q) if word not in rest]:
            return self._made(
                claim,
                Standing.NOT_IN_CORPUS,
                f"引号里的话是原文，但前面的“{cut[-1]}”没有引，意思变了。",
                self._cite(quoted[0].clause, quoted[0].span),
                words=(Difference(written="", stated=cut[-1]),),
            )
        form = form_of(rest).text
        if not (content(form, self._words) or force_words(form) or figures(form)):
            return self._supported(claim, self._cite(quoted[0].clause, quoted[0].span))
        near = [p for q in quoted for p in pieces_of(q.clause, self._finder)]
        whole = self._worded(claim, claim.body, near)
        apart = self._worded(claim, rest, near)
        return whole if whole.standing in _TOLD and apart.standing is not Standing.SUPPORTED else apart

    def _worded(self, claim: Claim, body: str, pieces: Sequence[Piece]) -> Finding:
        """The standing of what is said in the claim's own words."""
        form = form_of(body).text.strip("。,;:")
        best: tuple[tuple[int, float, float], Piece, Held] | None = None
        for piece in pieces:
            held = piece.hold(form, self._library.document(piece.clause.document_id).title, self._words)
            rank = (2 if held.carries else 1 if _differs(held) else 0, held.fit, held.cover)
            if best is None or rank > best[0]:
                best = rank, piece, held
        if best is None:
            return self._made(claim, Standing.NOT_IN_CORPUS, explain(Held(0.0)))
        (kind, fit, _), piece, held = best
        citation = self._cite(piece.clause, piece.span)
        if kind == 2 and (content(form, self._words) or figures(form)):
            return self._supported(claim, citation)
        if kind == 1:
            message = explain(held, Standing.FIGURE_DIFFERS)
            return self._made(claim, Standing.FIGURE_DIFFERS, message, citation, figures=held.figures)
        near = citation if fit >= _RELATED else None
        shown = held if near else Held(0.0)
        return self._made(claim, Standing.NOT_IN_CORPUS, explain(shown), near, words=shown.force)

    def _misquoted(self, claim: Claim, text: str, pieces: Sequence[Piece], scope: Sequence[Clause]) -> Finding:
        near = nearest_passage(text, dict.fromkeys(p.clause for p in pieces)) if pieces else None
        if near is None and (exact := find_quotation(text, scope)):
            return self._made(claim, Standing.NOT_IN_CORPUS, "", self._cite(exact.clause, exact.span))
        if near is None:
            return self._made(claim, Standing.NOT_IN_CORPUS, explain(Held(0.0)))
        citation = self._cite(near.clause, near.span)
        stated = figures(near.clause.text[near.span.start : near.span.end])
        keys = {f.key for f in stated}
        wrong = [f for f in figures(text) if f.key not in keys]
        written = {f.key for f in figures(text)}
        left = [f for f in stated if f.key not in written]
        differing = tuple(
            Difference(written=f.text, stated=next((s.text for s in left if s.unit == f.unit), "")) for f in wrong
        )
        standing = Standing.FIGURE_DIFFERS if differing else Standing.QUOTE_NOT_VERBATIM
        message = explain(Held(1.0, figures=differing), standing, near.differences)
        return self._made(claim, standing, message, citation, figures=differing, words=near.differences)

    @staticmethod
    def _part(claim: Claim, pieces: Sequence[Piece], documents: set[str | None] | None) -> Span | None:
        """The one paragraph that a claim's source names, where it names one."""
        parts = {s.part for s in claim.sources if s.clause_ids}
        return next(iter(parts)) if documents is None and len(parts) == 1 and pieces else None

    def _cite(self, clause: Clause, span: Span) -> Citation:
        return cite(self._library, clause, span)

    def _supported(self, claim: Claim, citation: Citation) -> Finding:
        return self._made(claim, Standing.SUPPORTED, "", citation)

    @staticmethod
    def _made(
        claim: Claim,
        standing: Standing,
        message: str,
        citation: Citation | None = None,
        *,
        figures: tuple[Difference, ...] = (),
        words: tuple[Difference, ...] = (),
    ) -> Finding:
        return Finding(
            text=claim.sentence.text,
            span=claim.sentence.span,
            standing=standing,
            message=message or standing.description,
            cited=tuple(dict.fromkeys(s.written for s in claim.sources)),
            citation=citation,
            figures=figures,
            words=words,
        )


def _differs(held: Held) -> bool:
    """Whether a sentence speaks of the same thing with another figure."""
    return bool(held.figures) and not (held.force or held.dropped or held.added) and held.fit >= _NEARLY
