"""What a model wrote, held against the clauses: what a person may be shown of it, and from where.

The quote is found in the cited clause word for word, or the sentence nearest to it takes its place; a quote
with a figure or a word of duty or permission that this sentence has not is no slip but an invention. The
text stands as it is where the sentence carries it (support.py). Where only its wording strays, the sentence
itself is read out instead. Everything else is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.draft import cite
from assistant.evidence import NUMBER_MARK, Evidence, Unit
from assistant.figures import figures
from assistant.model.parse import Written
from assistant.model.support import carried, form
from assistant.types import Statement
from assistant.verify import FORCE, Verifier
from corpus.types import Clause, DocumentKind, Frozen
from index.words import normalise

_NEAR = 0.8  # share of a quote's character pairs that a sentence must have to take its place
_SHORT = 6  # a quote of fewer characters names no place
_MOST = 2  # sentences read out in place of one statement
_ALIEN = 0.34  # share of a text's characters in words that neither sentence nor question has
_SHOWN = re.compile(r"[\u4e00-\u9fff\dA-Za-z%≥≤＞＜·，。；：、“”《》（）〔〕+\-－—~～ .]+")
_SAYS = {
    DocumentKind.PLAN: r"规划(?:中|里)?(?:提出|明确|要求|规定|的目标是)",
    DocumentKind.LAW: r"(?:法律|本法|该法)(?:规定|要求|明确)",
}
_SAYS_ANY = r"(?:文件|条款)(?:中|里)?(?:提出|明确|要求|规定)"


class Kept(Frozen):
    """A sentence to read out, and the words of it to read: all of it, its beginning, or a like wording."""

    unit: Unit
    words: str
    own: bool  # the model's own wording


def ground(written: Written, clauses: Sequence[Clause], evidence: Evidence, verifier: Verifier) -> tuple[Kept, ...]:
    """What stands of one statement; empty where nothing does.

    Args:
        clauses: in the order of the numbers that the model was given.
    """
    if not 1 <= written.clause <= len(clauses):
        return ()
    clause = clauses[written.clause - 1]
    body = _body(written.text, clause, evidence)
    quote = written.quote if len(form(written.quote)) >= _SHORT else body
    units = _located(quote, clause, evidence) or _located(body, clause, evidence)
    if not units:
        return ()
    for some in _runs(units):
        starts = carried(body, [unit.quote for unit in some])
        if starts is not None:
            own = len(some) == 1 and bool(_SHOWN.fullmatch(body))
            kept = (Kept(unit=u, words=body if own else s, own=own) for u, s in zip(some, starts, strict=True))
            return tuple(_sound(k, evidence, verifier) for k in kept)
    if _strays(body, units, evidence, verifier):
        return ()
    return tuple(Kept(unit=unit, words=unit.quote, own=False) for unit in units[:_MOST])


def _body(text: str, clause: Clause, evidence: Evidence) -> str:
    """The text without what says only where it stands: 根据《…》二（一）3，规划提出：."""
    document = evidence.library.document(clause.document_id)
    says = f"{_SAYS.get(document.kind, _SAYS_ANY)}|{_SAYS_ANY}"
    cited = (
        evidence.library.label(clause),
        document.label(clause),
        clause.label,
        f"《{document.name}》",
        document.name,
    )
    names = "|".join(map(re.escape, cited))
    lead = rf"^\s*(?:根据|按照|依据)?\s*(?:{names})?\s*的?(?:规定|要求)?\s*[，,：:]?\s*(?:{says})?\s*[，,：:]?\s*"
    mark = r"\s*[（(\[【]\s*(?:依据|条款)?\s*\d{1,2}\s*[）)\]】]\s*(?=[。.]?\s*$)"
    return NUMBER_MARK.sub("", re.sub(mark, "", re.sub(lead, "", text.replace("**", ""), count=1)).strip())


def _located(quote: str, clause: Clause, evidence: Evidence) -> tuple[Unit, ...]:
    """Sentences of the clause that a quote stands in; the nearest one where no place has it word for word."""
    units = evidence.whole(clause)
    found = _verbatim(quote, clause)
    if found is not None:
        start, end = found
        return tuple(u for u in units if min(end, u.span.end) - max(start, u.span.start) > 1)
    near = max(units, key=lambda unit: _share(quote, unit.quote), default=None)
    if near is None or _share(quote, near.quote) < _NEAR or _invents(quote, near.quote):
        return ()
    return (near,)


def _verbatim(quote: str, clause: Clause) -> tuple[int, int] | None:
    """Where a clause has a quote, white space and width of characters aside."""
    forms = [normalise(char) for char in clause.text]
    places = [place for place, chars in enumerate(forms) for _ in chars]
    wanted = normalise(quote)
    at = "".join(forms).find(wanted) if wanted else -1
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def _invents(text: str, sentence: str) -> bool:
    """Whether a text has a figure or a word of duty, permission or negation that the sentence has not."""
    stated = {figure.key for figure in figures(sentence)}
    plain, whole = normalise(text), normalise(sentence)
    return any(f.key not in stated for f in figures(text)) or any(w in plain and w not in whole for w in FORCE)


def _strays(body: str, units: Sequence[Unit], evidence: Evidence, verifier: Verifier) -> bool:
    """Whether a text says another thing than the sentences, not the same in other words."""
    if _invents(body, " ".join(unit.quote for unit in units)) or not body:
        return True
    citations = tuple(cite(evidence.library, unit.clause, unit.span) for unit in units)
    problems = verifier.problems(Statement(text=body, citations=citations))
    if any(p.rule != "wording" or p.detail in FORCE or p.detail.isascii() for p in problems):
        return True
    alien = [p.detail for p in problems if p.detail not in evidence.question.form]
    return sum(map(len, alien)) > _ALIEN * len(form(body))


def _sound(kept: Kept, evidence: Evidence, verifier: Verifier) -> Kept:
    """The model's wording where the verifier has nothing against it; else the sentence's own."""
    citation = cite(evidence.library, kept.unit.clause, kept.unit.span)
    if kept.own and verifier.problems(Statement(text=kept.words, citations=(citation,))):
        start = carried(kept.words, [kept.unit.quote])
        return kept.model_copy(update={"words": start[0] if start else kept.unit.quote, "own": False})
    return kept


def _runs(units: Sequence[Unit]) -> list[Sequence[Unit]]:
    """Neighbouring sentences, longest runs first: a quote may go on where the text stops."""
    count = len(units)
    return [units[i : i + size] for size in range(count, 0, -1) for i in range(count - size + 1)]


def _share(quote: str, sentence: str) -> float:
    """Share of the quote's character pairs that a sentence has."""
    plain, whole = form(quote), form(sentence)
    pairs = {plain[i : i + 2] for i in range(len(plain) - 1)}
    return sum(pair in whole for pair in pairs) / len(pairs) if pairs else 0.0
