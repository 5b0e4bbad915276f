"""Whether a sentence of the corpus carries what a model made of it.

Words in common are not enough: “甲负责一，乙负责二” has all the words of “甲负责二”. A statement is carried
only where it is the sentence from its beginning, in its order, to the end of one of its parts, apart from
what changes no meaning: 的, punctuation, 和 for 、, empty adverbs, another notation of the same figure.
What is left off at the end must not limit what is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.figures import figures
from index.words import normalise

_SPLIT = re.compile(r"(?<=[，；。！？：;])|(?<=[,:])(?!\d)")
_LEAST = 6  # characters of a statement
_EMPTY = re.compile(
    r"以及|[的了和与及、]|积极|大力|切实|着力|深入|扎实|进一步|认真|努力|[，,。．.；;：:！!？?“”\"'‘’（）()《》〈〉\[\]【】…*#`]"
)
# what is left off must have none of these: no, unless, only, if, who, how much
_LIMIT = re.compile(
    r"[不未无非免除仅只但限如若凡可须]|禁|的[，；。：]?$|应|除外|例外|条件|情形|前提|符合|以上|以下|以内|按|依|凭|经|属于|由"
    r"|周岁|年满|户籍|困难|重度|本市|当地|对象|（[一二三四五六七八九十]+）|\d"
)


def carried(text: str, sentences: Sequence[str]) -> tuple[str, ...] | None:
    """For each sentence its beginning, word for word, that says its share of the text.

    Returns:
        None where the text says anything else than the sentences one after the other.
    """
    wanted, found = form(text), []
    if len(wanted) < _LEAST:
        return None
    for sentence in sentences:
        starts = [start for start in _starts(sentence) if wanted.startswith(form(start))]
        if not starts:
            return None
        found.append(starts[-1])
        wanted = wanted[len(form(starts[-1])) :]
    return None if wanted else tuple(found)


def form(text: str) -> str:
    """Form in which texts of one meaning are equal."""
    plain = normalise(text)
    found, at = [], 0
    for figure in figures(plain):
        place = plain.find(figure.text, at)
        found += [_EMPTY.sub("", plain[at:place]), f"⟨{figure.value.normalize()}|{figure.unit}|{figure.comparator}⟩"]
        at = place + len(figure.text)
    return "".join([*found, _EMPTY.sub("", plain[at:])])


def _starts(sentence: str) -> list[str]:
    """Beginnings of a sentence that may stand alone, shortest first."""
    pieces = [piece for piece in _SPLIT.split(sentence) if form(piece)]
    return [
        "".join(pieces[:count])
        for count in range(1, len(pieces) + 1)
        if not any(_LIMIT.search(piece) for piece in pieces[count:])
    ]
