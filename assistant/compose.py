"""Evidence -> draft: several questions in one are answered one by one, then put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from assistant.answerable import probability, signals
from assistant.answerers import ANSWERERS
from assistant.answerers.article import answer_article
from assistant.answerers.figure import lacks_count
from assistant.answerers.listing import answer_sections
from assistant.answerers.mentions import answer_mentions, only_quotes
from assistant.answerers.passage import lead, support
from assistant.answerers.rows import answer_rows
from assistant.answerers.table import owes_benefit, row_statement, rows_named
from assistant.document import answer_document
from assistant.draft import Draft, cite
from assistant.evidence import Evidence, best_per_clause
from assistant.figures import figures
from assistant.needs import left_out, segment_texts
from assistant.parts import asked_in_turn, asked_together, asks
from assistant.scope import missing, not_stated, refuse
from assistant.sources import named_sources
from assistant.types import Outcome, Statement
from assistant.understand import Question, Term
from corpus.types import Span
from prompts import say

_SPOKEN = 0.6  # share of a subject that a quote must speak of to be an answer on it
_BARE, _MANY = 4, 4  # characters of a bare word; clauses from which it could mean any of several
# probability that a question is answered below which a part of it is not answered either, unless by this much
_HOPELESS, _SURE = 0.2, 0.9
_VOTED = 0.05  # share of the vote that a clause has which is said beside the one that most of it is for
_ONE_BREATH = 36  # characters of a question on two subjects; a longer one tells a story, in which 和 joins anything
_MOST = 6  # statements of an answer to several questions


def compose(question: Question, evidence: Evidence, today: dt.date) -> Draft:
    """The draft for a question: its parts one after the other where it has parts, else as a whole."""
    fixed = settled(question, evidence, today)
    whole = fixed or _weighed(question, evidence)
    draft = (
        _in_turn(question, evidence, whole, today)
        or _by_source(question, evidence, whole, today)
        or _together(question, evidence, whole, today)
        or whole
    )
    if fixed is not None or not draft.statements or draft.outcome not in (Outcome.ANSWERED, Outcome.PARTIAL):
        return draft
    if answer_mentions(question, evidence) is not None:
        return draft  # every place of a quoted figure is there already
    full = _with_further(_with_sure(draft, draft is whole, question, evidence), question, evidence)
    return _counted(full, question, evidence) if draft is whole else full


def _with_sure(draft: Draft, as_whole: bool, question: Question, evidence: Evidence) -> Draft:
    """The draft led by the sentence that most of the vote is for, where it lacks its clause; what nobody votes for
    beside it is then left out, unless it answers a part of the question."""
    sure, cited = evidence.sure, _clauses(draft)
    if sure is None or sure.clause.id in cited or not evidence.recorded(cited):
        return draft
    if sure.clause.cells and owes_benefit(sure.clause, question):
        return draft
    shares = {unit.clause.id: unit.share for unit in evidence.units}
    kept = [
        s for s in draft.statements if not as_whole or any(shares.get(c.clause_id, 0.0) >= _VOTED for c in s.citations)
    ]
    first = row_statement(sure.clause, question, evidence) if sure.clause.cells else lead(sure, question, evidence)
    return draft.model_copy(update={"statements": (first, *kept)[:_MOST]})


def _with_further(draft: Draft, question: Question, evidence: Evidence) -> Draft:
    """The draft with what it leaves out of the question (see needs.py), after its first sentence."""
    if question.kind == "claim" and sum(map(asks, segment_texts(question.text))) < 2:
        return draft  # only whether it is so is asked
    first, *rest = draft.statements
    cited = _clauses(draft)
    led = next((u for u in evidence.units if u.clause.id in cited), None)
    added = [
        row_statement(u.clause, question, evidence) if u.clause.cells else support(u, evidence, led)
        for u in left_out(evidence, _quoted(draft.statements))
        if not (u.clause.cells and owes_benefit(u.clause, question))
    ]
    if not added:
        return draft  # whole: it may have more statements than an answer to several questions
    return draft.model_copy(update={"statements": (first, *added, *rest)[:_MOST]})


def compose_one(question: Question, evidence: Evidence, today: dt.date) -> Draft:
    """Refuses what the corpus does not say; else the first answerer that has an answer writes it."""
    return settled(question, evidence, today) or _weighed(question, evidence)


def _weighed(question: Question, evidence: Evidence) -> Draft:
    return refuse(question, evidence) or _choices(question, evidence) or written(question, evidence)


def written(question: Question, evidence: Evidence) -> Draft:
    """What the first answerer that has an answer writes."""
    drafts = (answer(question, evidence) for answer in ANSWERERS)
    draft = next((draft for draft in drafts if draft is not None), not_stated(evidence))
    return _counted(draft, question, evidence)


def _counted(draft: Draft, question: Question, evidence: Evidence) -> Draft:
    """The draft, unless it owes the number that is asked for."""
    return missing("具体的数目", evidence) if draft.statements and lacks_count(question, draft) else draft


def settled(question: Question, evidence: Evidence, today: dt.date) -> Draft | None:
    """What needs no weighing: a question on the document, an article by number, the table as such or the titles under
    a heading; what a quoted figure is; one that names no subject."""
    draft = (
        answer_document(question, evidence, today)
        or answer_article(question, evidence)
        or answer_rows(question, evidence)
        or answer_sections(question, evidence)
        or (answer_mentions(question, evidence) if only_quotes(question) else None)
    )
    if draft is None and not question.terms and not question.years and "指标" not in question.form:
        return Draft(outcome=Outcome.CLARIFY, message=say("too_vague"))
    return draft


def _choices(question: Question, evidence: Evidence) -> Draft | None:
    """A bare word (补贴, 就业) that many clauses are about: ask back, with the clauses to choose from."""
    if len(question.terms) != 1 or len(question.form) > _BARE or asks(question.form):
        return None
    about = [u for u in best_per_clause(evidence.said) if evidence.coverage(question.terms, u.quote) >= _SPOKEN]
    if len(about) < _MANY:
        return None
    related = tuple(cite(evidence.library, unit.clause, unit.span) for unit in about[:_MANY])
    return Draft(outcome=Outcome.CLARIFY, message=say("which", word=question.text), related=related)


def _in_turn(question: Question, evidence: Evidence, whole: Draft, today: dt.date) -> Draft | None:
    """Question after question; None where it is one question, or where the parts say no more than the whole."""
    drafts: list[Draft] = []
    found: list[Evidence] = []
    for part in asked_in_turn(question.text, evidence.words):
        found.append(evidence.part(part, _quoted(s for draft in drafts for s in draft.statements[:1])))
        drafts.append(compose_one(found[-1].question, found[-1], today))
    answered = [draft for draft in drafts if draft.statements]
    if not answered or any(draft.outcome in (Outcome.CLARIFY, Outcome.OUT_OF_SCOPE) for draft in drafts):
        return None
    joined = _joined(answered)
    if len(answered) == len(drafts):
        return joined if _clauses(joined) - _clauses(whole) else None
    if (
        not whole.statements
        and _chance(evidence) < _HOPELESS
        and max(_chance(part) for part, draft in zip(found, drafts, strict=True) if draft.statements) < _SURE
    ):
        return None  # what a part of it alone finds is about something else
    refused = next(draft for draft in drafts if not draft.statements)
    if not refused.missing and whole.statements:
        return None  # the part was not understood by itself: the whole was
    message = refused.message if refused.missing else say("part_not_stated", noun=evidence.library.noun)
    return joined.model_copy(update={"outcome": Outcome.PARTIAL, "message": message})


def _together(question: Question, evidence: Evidence, whole: Draft, today: dt.date) -> Draft | None:
    """One question on two subjects, where the answer to the whole leaves one of them out."""
    if len(question.form) > _ONE_BREATH or len(rows_named(question, evidence)) > 1:
        return None
    sides = asked_together(question.text, evidence.words)
    if not sides:
        return None
    subjects = [evidence.terms(subject) for subject, _ in sides]
    if any(figures(subject) or not terms for (subject, _), terms in zip(sides, subjects, strict=True)) or all(
        _speaks(whole, terms, evidence) for terms in subjects
    ):
        return None
    evidence.prepare(text for _, text in sides)
    found = [evidence.part(text) for _, text in sides]
    drafts = [compose_one(part.question, part, today) for part in found]
    if not all(_speaks(draft, terms, evidence) for draft, terms in zip(drafts, subjects, strict=True)):
        return None
    return _joined(drafts)


def _by_source(question: Question, evidence: Evidence, whole: Draft, today: dt.date) -> Draft | None:
    """One question of several documents (保障法和规划各怎么说): each answers for itself."""
    sources = named_sources(question.form, evidence.library)
    if len(sources) < 2 or whole.outcome in (Outcome.CLARIFY, Outcome.OUT_OF_SCOPE):
        return None
    drafts = [compose_one(question, evidence.within(source), today) for source in sources]
    answered = [draft for draft in drafts if draft.statements]
    if not answered:
        return None
    joined = _joined(answered)
    cited = {evidence.library.clause(i).document_id for i in _clauses(whole)}
    if len(answered) < len(drafts) and all(source & cited for source in sources):
        return None  # the whole question found what one document alone seemed not to say
    silent = [source for source, draft in zip(sources, drafts, strict=True) if not draft.statements]
    if not silent:
        return joined
    names = "、".join(f"《{evidence.library.document(i).name}》" for source in silent for i in sorted(source))
    return joined.model_copy(update={"outcome": Outcome.PARTIAL, "message": say("source_silent", names=names)})


def _chance(evidence: Evidence) -> float:
    """Probability that what was found answers its question."""
    return probability(signals(evidence.question, evidence)) if evidence.units else 0.0


def _speaks(draft: Draft, terms: tuple[Term, ...], evidence: Evidence) -> bool:
    """Whether the quotes of a draft speak of a subject."""
    quotes = " ".join(c.quote for statement in draft.statements for c in statement.citations)
    return bool(draft.statements) and evidence.coverage(terms, quotes) >= _SPOKEN


def _clauses(draft: Draft) -> set[str]:
    return {citation.clause_id for statement in draft.statements for citation in statement.citations}


def _quoted(statements: Iterable[Statement]) -> set[tuple[str, Span]]:
    """The sentences (clause id, span) that statements rest on."""
    return {(citation.clause_id, citation.span) for statement in statements for citation in statement.citations}


def _joined(drafts: list[Draft]) -> Draft:
    """The leads of all parts first, then what supports them."""
    leads = [draft.statements[0] for draft in drafts]
    rest = [statement for draft in drafts for statement in draft.statements[1:]]
    return Draft(outcome=Outcome.ANSWERED, statements=_distinct([*leads, *rest])[:_MOST])


def _distinct(statements: list[Statement]) -> tuple[Statement, ...]:
    """Statements of which no two rest on the same quotes."""
    by_quotes = {tuple(c.quote for c in s.citations): s for s in reversed(statements)}
    return tuple(s for s in dict.fromkeys(statements) if by_quotes[tuple(c.quote for c in s.citations)] is s)
