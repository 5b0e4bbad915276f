"""Text -> claims with the sources that belong to each."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.claims.form import form_of
from assistant.claims.sentences import Sentence, is_courtesy, is_heading, is_question, quotations, sentences_of
from assistant.claims.sources import Source, read_sources
from assistant.claims.wording import content, force_words
from assistant.figures import figures
from corpus.library import Library
from index.words import Words

_GAP = "\ue000"  # where a source stood
_NUMBERED = re.compile(r"[（(]依据[\d、,，至和]+[）)]")
_REFERS = re.compile(r"^[（(—\-\s]*(?:依据|来源|出处|参见|详见|见|法律依据|政策依据|文件依据)")
_EDGES = "，,：:、；;。— \t（）()>*"


class Claim(NamedTuple):
    """A sentence with its body (sources taken out), its quotations and its sources.

    ``claims`` is False for headings, greetings, questions, and lines that only name sources.
    """

    sentence: Sentence
    body: str
    sources: tuple[Source, ...]
    claims: bool

    @property
    def quotations(self) -> tuple[str, ...]:
        """Words in quotation marks, without the marks."""
        return tuple(self.body[q.start + 1 : q.end - 1] for q in quotations(self.body) if q.end - q.start > 2)


def read_claims(text: str, library: Library, words: Words) -> tuple[Claim, ...]:
    """Claims of a text in order. A source that stands alone belongs to what is said before it, one that
    opens a line, or stands over a quotation, to what follows."""
    sources = read_sources(text, library)
    lines = text.split("\n")
    read: list[Claim] = []
    for sentence in sentences_of(text):
        own = tuple(s for s in sources if sentence.span.start <= s.span.start < sentence.span.end)
        body = _body(sentence, own)
        alone = bool(own) and not _says(body, words)
        line = lines[text.count("\n", 0, sentence.span.start)]
        read.append(Claim(sentence, body, own, not alone and _claims(sentence, body, line, words)))
    return tuple(_attached(read, text))


def _claims(sentence: Sentence, body: str, line: str, words: Words) -> bool:
    if is_question(sentence.text) or is_courtesy(sentence.text) or not _says(body, words):
        return False
    whole = sentence.opens and sentence.closes
    first = sentence.span.start == 0 or (whole and sentence.line == 0)
    title = whole and (is_heading(sentence.text, line) or (first and sentence.text[-1:] not in "。；！!;"))
    return not title or bool(figures(body) or force_words(form_of(body).text) or quotations(body))


def _body(sentence: Sentence, own: tuple[Source, ...]) -> str:
    """The sentence without its sources and the brackets that held nothing else."""
    text, at, kept = sentence.text, 0, ""
    for source in dict.fromkeys(s.span for s in own):
        start, end = source.start - sentence.span.start, source.end - sentence.span.start
        if start >= at:
            kept += text[at:start] + _GAP
            at = end
    body = _NUMBERED.sub("", kept + text[at:])
    body = re.sub(rf"[（(](?:依据|来源|出处|参见|详见|见)?[：:]?\s*(?:{_GAP}[、，,；;和及\s]*)+[）)]", "", body)
    return body.replace(_GAP, "").strip(_EDGES)


def _says(body: str, words: Words) -> bool:
    """Whether a body says anything beyond naming where it comes from."""
    form = form_of(body).text
    return bool(content(form, words) or force_words(form) or figures(form))


def _attached(read: list[Claim], text: str) -> list[Claim]:
    """Claims with the sources that stand alone handed on to them."""
    done = list(read)
    for place, claim in enumerate(read):
        if not claim.sources or claim.claims or _says_own(claim):
            continue
        for target in _targets(read, place, text):
            if not done[target].sources:
                done[target] = done[target]._replace(sources=claim.sources)
    return done


def _says_own(claim: Claim) -> bool:
    return is_question(claim.sentence.text) or is_courtesy(claim.sentence.text)


def _targets(read: list[Claim], place: int, text: str) -> list[int]:
    """Which claims a source that stands alone belongs to."""
    here = read[place].sentence
    after = [i for i in range(place + 1, len(read)) if read[i].claims]
    below = [i for i in after if read[i].sentence.line == here.line + 1]
    if here.closes and below and _is_quoted(read[below[0]].sentence, text):
        return below
    same = [i for i in after if read[i].sentence.line == here.line]
    if here.opens and same and not _REFERS.match(here.text):
        return same
    before = [i for i in range(place) if read[i].claims]
    line = here.line - 1 if here.opens else here.line
    return [i for i in before if read[i].sentence.line == line]


def _is_quoted(sentence: Sentence, text: str) -> bool:
    """Whether a line opens with a quotation mark, or with Markdown's mark of a quotation."""
    line = text.rfind("\n", 0, sentence.span.start) + 1
    return sentence.text[:1] in "“「『" or text[line : sentence.span.start].lstrip().startswith(">")
