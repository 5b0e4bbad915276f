"""Documents that a question names: 残疾人保障法怎么说, 国家法律给不给, 温州规划里有没有."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.library import Library
from corpus.types import DocumentKind

_LAWS = re.compile(r"国家(?:的)?法律?(?![人制])|法律(?!援助|服务|救助|责任|知识|咨询)")
_PLANS = re.compile(r"规划|十四五|温州市?(?:这边|这里|市里)?(?:打算|计划|准备|要|有没有|定|提|的目标|怎么)")
_LEAST = 3  # characters of a law's shortened name


@lru_cache(maxsize=256)  # asked again for each part and each vote of a question
def named_sources(form: str, library: Library) -> tuple[frozenset[str], ...]:
    """Ids of the documents that a question names, a group a name, in the order of the question.

    Laws are named one by one (残疾人保障法, 保障法) or together (国家法律); so are plans. Empty where the library
    has one document, or where nothing is named.

    Args:
        form: the question in matching form.
    """
    if len(library.documents) < 2:
        return ()
    found: dict[int, frozenset[str]] = {}
    for document in library.documents:
        for match in _names(document.name).finditer(form):
            found[match.start()] = frozenset([document.id])
    laws = frozenset(d.id for d in library.documents if d.kind is not DocumentKind.PLAN)
    plans = frozenset(d.id for d in library.documents if d.kind is DocumentKind.PLAN)
    if laws and plans:
        for group, words in ((laws, _LAWS), (plans, _PLANS)):
            said = words.search(form)
            if said is not None and not any(named <= group for named in found.values()):
                found[said.start()] = group
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def without_names(form: str, library: Library) -> str:
    """The question without the names of documents: they are where to look, not what is asked."""
    for document in library.documents:
        form = _names(document.name).sub(" ", form)
    return form


@lru_cache(maxsize=4096)
def _names(name: str) -> re.Pattern[str]:
    """Full name; for a law also its end (保障法) after a word that is no part of a longer name, and its beginning
    (无障碍法)."""
    if not name.endswith("法"):
        return re.compile(re.escape(name))
    ends = "|".join(re.escape(name[i:]) for i in range(1, len(name) - _LEAST + 1))
    starts = "|".join(re.escape(name[:i]) + "法" for i in range(3, len(name) - 1))
    short = [f"(?<![\u4e00-\u9fff])(?:{ends})"] if ends else []
    return re.compile("|".join([re.escape(name), *short, *([starts] if starts else [])]))
