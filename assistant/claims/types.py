"""What the check of a text gives: each claim with its standing."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from assistant.types import Citation, Notice
from assistant.understand import load_data
from corpus.types import Frozen, Span


class Standing(StrEnum):
    """How a claim stands; labels and descriptions for people are in ``data/standings.toml``."""

    SUPPORTED = "supported"
    FIGURE_DIFFERS = "figure_differs"
    QUOTE_NOT_VERBATIM = "quote_not_verbatim"
    OTHER_CLAUSE = "other_clause"  # word for word in the corpus, but not where the text says
    CLAUSE_MISSING = "clause_missing"
    NOT_IN_CORPUS = "not_in_corpus"
    NO_CLAIM = "no_claim"

    @property
    def label(self) -> str:
        """Short Chinese name, e.g. 数字不同."""
        label: str = load_data("standings")[self.value]["label"]
        return label

    @property
    def description(self) -> str:
        """One Chinese sentence."""
        description: str = load_data("standings")[self.value]["description"]
        return f"{description}。"


class Difference(Frozen):
    """Where claim and clause part: what is written, and what the clause has (either may be empty)."""

    written: str
    stated: str


class Finding(Frozen):
    """One claim with its standing.

    ``span`` is its place in the text that was given, ``text == given[span.start:span.end]``. ``cited``
    are the sources it names, as written. ``citation`` is the clause that carries it or, where it does
    not stand, the nearest one found. ``figures`` and ``words`` say what differs.
    """

    text: str
    span: Span
    standing: Standing
    message: str
    cited: tuple[str, ...] = ()
    citation: Citation | None = None
    figures: tuple[Difference, ...] = ()
    words: tuple[Difference, ...] = ()


class Report(Frozen):
    """All pieces of a text in order; ``notices`` say e.g. that a plan's period has ended."""

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def claims(self) -> tuple[Finding, ...]:
        """The findings that claim something."""
        return tuple(f for f in self.findings if f.standing is not Standing.NO_CLAIM)

    @property
    def all_supported(self) -> bool:
        """Whether there is a claim, and every one stands."""
        return bool(self.claims) and all(f.standing is Standing.SUPPORTED for f in self.claims)

    @property
    def counts(self) -> dict[Standing, int]:
        """Number of findings of each standing that occurs, in the order of :class:`Standing`."""
        found = Counter(f.standing for f in self.findings)
        return {standing: found[standing] for standing in Standing if found[standing]}
