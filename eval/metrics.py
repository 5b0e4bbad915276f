"""Measures of one answer. Shares are in [0, 1]; no model judges, everything is counted.

Texts are compared in the normal form of :mod:`eval.normalise`. "Retrieved" lists are best first; a
unit of one is a clause, or a chunk that stands for several, and each clause counts once, at its first place.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterable, Sequence

from corpus.library import Library
from corpus.types import Clause, Document
from eval.normalise import Figure, bigrams, contains, extract_figures, normalise
from eval.types import RECALL_AT, Case, CitedClause, Claim, Prediction, Reason, Score, Unit

LEAD_CHARS = 150  # people hear the beginning
REACHABLE_AT = 4  # units whose clauses' texts together bound what an answerer that reads four could say
SUPPORT_OVERLAP = 0.5  # least share of a statement's character pairs that its quotes must hold
_OWN_COUNT = re.compile(r"共(\d+)(项|个|条|类|种)[:：](.+)")
PERIOD_NOTICES = frozenset({"period_ended", "repealed", "superseded"})


def recall_at(retrieved: Sequence[Unit], gold: Collection[str], k: int) -> float:
    """Share of the gold clauses among the first k units retrieved."""
    found = set().union(*_units(retrieved)[:k])
    return len(found & set(gold)) / len(set(gold))


def reciprocal_rank(retrieved: Sequence[Unit], gold: Collection[str]) -> float:
    """1 / rank of the first unit with a gold clause, 0 where there is none."""
    return next((1 / rank for rank, unit in enumerate(_units(retrieved), 1) if unit & set(gold)), 0.0)


def ndcg_at(retrieved: Sequence[Unit], gold: Collection[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain with gain 1 for gold clauses (Järvelin and Kekäläinen 2002).

    The best list is one of single clauses; a chunk with several gold clauses earns at most 1 in all.
    """
    gain = sum(len(unit & set(gold)) / math.log2(rank + 1) for rank, unit in enumerate(_units(retrieved)[:k], 1))
    return min(1.0, gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(set(gold)), k) + 1)))


def fact_recall(text: str, facts: Sequence[Sequence[str]]) -> float:
    """Share of the facts of which one accepted form is in the text."""
    body = normalise(text)
    return sum(any(contains(body, normalise(form)) for form in forms) for forms in facts) / len(facts)


def has_forbidden(text: str, forbidden: Iterable[str]) -> bool:
    """Whether one of the forbidden strings is in the text."""
    body = normalise(text)
    return any(contains(body, normalise(string)) for string in forbidden)


def strict_accuracy(text: str, facts: Sequence[Sequence[str]], forbidden: Iterable[str] = ()) -> float:
    """1 where every fact is in the text and no forbidden string is, else 0."""
    return float(fact_recall(text, facts) == 1 and not has_forbidden(text, forbidden))


def citation_precision(cited: Iterable[str], gold: Collection[str], also: Collection[str] = ()) -> float | None:
    """|C∩G| ÷ |C|; clauses of ``also`` are left out of C. None where nothing else is cited."""
    counted = {clause_id for clause_id in cited if clause_id in gold or clause_id not in also}
    return len(counted & set(gold)) / len(counted) if counted else None


def figures_found(text: str, facts: Sequence[Sequence[str]]) -> tuple[int, int]:
    """(facts with figures whose figures are in the text, facts with figures)."""
    said = extract_figures(text)
    wanted = [[figures for form in forms if (figures := extract_figures(form))] for forms in facts]
    wanted = [forms for forms in wanted if forms]
    found = sum(any(all(stands(figure, said, None) for figure in form) for form in forms) for forms in wanted)
    return found, len(wanted)


def stands(
    figure: Figure, evidence: Collection[Figure], years: Collection[int] | None, *, comparator: bool = False
) -> bool:
    """Whether (value, unit, year), with ``comparator`` also the comparator, is among the evidence.

    A figure without a year stands wherever its value does. One with a year stands beside evidence
    without one only where the year is in ``years`` (None: any): a target of a plan for 2021-2025 may
    be told as one of 2025, never as one of 2020.
    """
    if figure.unit == "年" and len(figure.value) == 4:
        named = {e.value for e in evidence if e.unit == "年"} | {str(e.year) for e in evidence}
        return figure.value in named or figure.value in map(str, years or ())
    return any(
        (e.value, e.unit) == (figure.value, figure.unit)
        and (not comparator or e.comparator == figure.comparator)
        and (figure.year in (None, e.year) or (e.year is None and (years is None or figure.year in years)))
        for e in evidence
    )


def clause_text(clause: Clause) -> str:
    """What a clause says; for a table row every cell behind its column's name, which holds the year."""
    if not clause.cells:
        return clause.text
    return "；".join(f"{cell.column} {cell.value}" for cell in clause.cells if cell.value)


def own_count(statement: str) -> list[Figure]:
    """The count of a list that the statement gives itself (共3项：甲；乙；丙), where it is right.

    Such a count stands in no clause, yet anybody can check it; a wrong one is a wrong figure.
    """
    match = _OWN_COUNT.search(normalise(statement))
    if match is None or int(match[1]) not in {len(re.split(mark, match[3])) for mark in (";", "、")}:
        return []
    return [Figure(match[1], match[2])]


def figures_right(claims: Iterable[Claim], library: Library) -> tuple[int, int]:
    """(figures of the statements that stand in the clauses which the statement cites, figures)."""
    right = total = 0
    for claim in claims:
        cited = [library.clause(c.clause_id) for c in claim.citations if c.clause_id in library]
        evidence = [figure for clause in cited for figure in extract_figures(clause_text(clause))]
        evidence += own_count(claim.text)
        years = {year for clause in cited for year in _years(library.document(clause.document_id))}
        figures = set(extract_figures(claim.text))
        right += sum(stands(figure, evidence, years) for figure in figures)
        total += len(figures)
    return right, total


def supported(claim: Claim, library: Library) -> bool:
    """Whether the quotes of a statement jointly hold its figures with their comparators and half of its words.

    A lexical proxy after the citation recall of ALCE (Gao et al. 2023); it is not entailment. Quotes
    that are not exact are left out; where a system quotes nothing the whole clause counts. Titles,
    headings and column names above a quote count as its words.
    """
    cited = [c for c in claim.citations if c.clause_id in library and exact(c, library) is not False]
    if not cited:
        return False
    words: frozenset[str] = frozenset()
    evidence = own_count(claim.text)
    years: set[int] = set()
    for citation in cited:
        clause = library.clause(citation.clause_id)
        document = library.document(clause.document_id)
        quote = clause_text(clause) if clause.cells or citation.quote is None else citation.quote
        evidence += extract_figures(quote)
        years |= _years(document)
        for text in (quote, clause.title, *clause.headings, document.title):
            words |= bigrams(text)
    said = bigrams(claim.text)
    covered = len(said & words) >= SUPPORT_OVERLAP * len(said)
    return covered and all(stands(f, evidence, years, comparator=True) for f in extract_figures(claim.text))


def exact(citation: CitedClause, library: Library) -> bool | None:
    """Whether the quote is a substring of the stored clause; None where a system quotes nothing."""
    if citation.quote is None:
        return None
    known = citation.clause_id in library
    return known and bool(citation.quote) and citation.quote in library.clause(citation.clause_id).text


def has_ended(document: Document, today: dt.date) -> bool:
    """Whether a document is no longer current: repealed, superseded, or its period is over."""
    return document.status != "in_force" or (document.period is not None and document.period.end < today)


def sentences(prediction: Prediction) -> tuple[Claim, ...]:
    """The statements; for a system without any, each sentence of its answer with all citations."""
    if prediction.claims or prediction.refused:
        return prediction.claims
    parts = (part.strip() for part in re.split(r"(?<=[。！？；\n])", prediction.text))
    return tuple(Claim(text=part, citations=prediction.citations) for part in parts if part)


def score_case(
    case: Case, prediction: Prediction, library: Library, today: dt.date, follow_up_gain: float | None = None
) -> Score:
    """All measures of one answer; an error counts as a wrong answer that found nothing."""
    if prediction.error:
        seconds = prediction.seconds
        prediction = Prediction(case_id=case.id, error=prediction.error, seconds=seconds)
    claims = sentences(prediction)
    cited = [c.clause_id for c in prediction.citations]
    related = {c.clause_id for c in prediction.related} | set(cited)
    answered = 0.0 if prediction.refused else 1.0
    lead = prediction.text[:LEAD_CHARS]
    asked, has_gold = case.answerable, bool(case.gold)
    documents = {library.clause(i).document_id for i in cited if i in library}
    ended = any(has_ended(library.document(i), today) for i in documents)
    quoted = {*prediction.citations, *prediction.related, *prediction.notice_citations}
    quotes = [exact(citation, library) for citation in quoted]
    reason = _reason(case, prediction)
    first = [i for unit in _units(prediction.retrieved)[:REACHABLE_AT] for i in sorted(unit) if i in library]
    texts = "\n".join(f"{library.clause(i).text}\n{clause_text(library.clause(i))}" for i in first)
    return Score(
        case_id=case.id,
        kind=case.kind,
        answerable=asked,
        refused=prediction.refused,
        correct=reason is None,
        reason=reason,
        recall={k: recall_at(prediction.retrieved, case.gold, k) for k in RECALL_AT} if has_gold else None,
        reciprocal_rank=reciprocal_rank(prediction.retrieved, case.gold) if has_gold else None,
        ndcg=ndcg_at(prediction.retrieved, case.gold) if has_gold else None,
        fact_recall=answered * fact_recall(prediction.text, case.facts) if asked else None,
        strict=answered * strict_accuracy(prediction.text, case.facts, case.forbidden) if asked else None,
        lead=answered * strict_accuracy(lead, case.facts, case.forbidden) if asked else None,
        reachable=float(fact_recall(texts, case.facts) == 1) if asked else None,
        citation_precision=citation_precision(cited, case.gold, case.also) if asked else None,
        citation_recall=len(set(cited) & set(case.gold)) / len(set(case.gold)) if asked else None,
        related_recall=len(related & set(case.gold)) / len(set(case.gold)) if has_gold and not asked else None,
        figures_right=figures_right(claims, library),
        figures_found=figures_found(prediction.text if answered else "", case.facts) if asked else (0, 0),
        claims_supported=(sum(supported(claim, library) for claim in claims), len(claims)),
        quotes_exact=(quotes.count(True), len(quotes) - quotes.count(None)),
        without_period_notice=ended and not PERIOD_NOTICES & set(prediction.notices),
        follow_up_gain=follow_up_gain,
        seconds=prediction.seconds,
        timings_ms=prediction.timings_ms,
    )


def _reason(case: Case, prediction: Prediction) -> Reason | None:
    """Why a case is missed, None where it is right (for an unanswerable one: refused, nothing forbidden)."""
    forbidden = has_forbidden(prediction.text, case.forbidden)
    if prediction.error:
        return "error"
    if not case.answerable:
        return "missed_refusal" if not prediction.refused else "forbidden" if forbidden else None
    if prediction.refused:
        return "wrong_refusal"
    if fact_recall(prediction.text, case.facts) == 1:
        return "forbidden" if forbidden else None
    if recall_at(prediction.retrieved, case.gold, 10) < 1:
        return "retrieval"
    return "composition" if set(case.gold) <= {c.clause_id for c in prediction.citations} else "selection"


def _years(document: Document) -> set[int]:
    """Years that a document plans for, which figures without a year of their own belong to."""
    period = document.period
    outlook = {period.outlook_year} if period and period.outlook_year else set()
    return set(range(period.start.year, period.end.year + 1)) | outlook if period else set()


def _units(retrieved: Iterable[Unit]) -> list[set[str]]:
    """Units as sets of clauses that no unit before them had; units with nothing new are left out."""
    seen: set[str] = set()
    units = []
    for unit in retrieved:
        new = ({unit} if isinstance(unit, str) else set(unit)) - seen
        seen |= new
        if new:
            units.append(new)
    return units
