"""Rule-made disturbances of a question: what people type, with the meaning unchanged."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import jieba
from opencc import OpenCC
from pypinyin import lazy_pinyin

from corpus.types import Frozen
from eval.aggregate import Estimate, estimate
from eval.types import Case, Score

_HAN = re.compile(r"[一-鿿]+")
_FUNCTION = frozenset("的了吗呢都也就会要能有是在把被给让又还才") | {
    "可以",
    "应该",
    "一个",
    "这个",
    "那个",
    "我们",
    "请问",
}
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Disturbance(NamedTuple):
    """A rule: its name, its label, and how it changes a question (the same way every time)."""

    name: str
    label: str
    apply: Callable[[str], str]


class Robustness(Frozen):
    """Strict accuracy before and under one disturbance, and what is lost (positive: worse)."""

    name: str
    label: str
    before: float
    after: float
    lost: Estimate


def _place(question: str) -> int | None:
    """Where a slip of the finger falls: between two Chinese characters, chosen by the question's checksum."""
    places = [match.start() for match in re.finditer(r"[一-鿿](?=[一-鿿])", question)]
    return places[zlib.crc32(question.encode()) % len(places)] if places else None


def _swap(question: str) -> str:
    place = _place(question)
    if place is None:
        return question
    return question[:place] + question[place + 1] + question[place] + question[place + 2 :]


def _drop(question: str) -> str:
    place = _place(question)
    return question if place is None else question[:place] + question[place + 1 :]


def _words(question: str) -> list[tuple[int, str]]:
    """Words of a question with their places, cut by jieba's own dictionary (not the product's)."""
    found, place = [], 0
    for word in _tokenizer().cut(question, HMM=False):
        found.append((place, word))
        place += len(word)
    return found


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    jieba.default_logger.setLevel(logging.CRITICAL)
    return jieba.Tokenizer()


def _chosen(question: str, fit: Callable[[str], bool]) -> tuple[int, str] | None:
    """One word of the question that fits, chosen by the question's checksum."""
    words = [(place, word) for place, word in _words(question) if fit(word)]
    return words[zlib.crc32(question.encode()) % len(words)] if words else None


def _without_word(question: str) -> str:
    """One function word left out: 的, 了, 吗, 都, 会… carry no subject."""
    found = _chosen(question, lambda word: word in _FUNCTION)
    return question if found is None else question[: found[0]] + question[found[0] + len(found[1]) :]


def _in_pinyin(question: str) -> str:
    """One word typed in pinyin."""
    found = _chosen(question, lambda word: len(word) > 1 and bool(_HAN.fullmatch(word)))
    if found is None:
        return question
    place, word = found
    return question[:place] + "".join(lazy_pinyin(word)) + question[place + len(word) :]


def _homophone(question: str) -> str:
    """One character of a longer word replaced by the most common other of the same sound."""
    found = _chosen(question, lambda word: len(word) > 1 and bool(_HAN.fullmatch(word)))
    if found is None:
        return question
    place, word = found
    at = place + zlib.crc32(word.encode()) % len(word)
    other = _same_sound().get(lazy_pinyin(question[at])[0], "")
    other = next((char for char in other if char != question[at]), question[at])
    return question[:at] + other + question[at + 1 :]


@lru_cache(maxsize=1)
def _same_sound() -> dict[str, str]:
    """Characters by sound, the most common first, by jieba's frequencies of single characters."""
    single = {word: count for word, count in _tokenizer().FREQ.items() if _HAN.fullmatch(word) and len(word) == 1}
    by_sound: dict[str, str] = {}
    for char in sorted(single, key=lambda c: (-single[c], c)):
        sound = lazy_pinyin(char)[0]
        by_sound[sound] = by_sound.get(sound, "") + char
    return by_sound


@lru_cache(maxsize=1)
def _traditional() -> Any:
    return OpenCC("s2t")


DISTURBANCES: tuple[Disturbance, ...] = (
    Disturbance("punctuation", "没有标点", lambda q: re.sub(r"[^\w\s%％≥＞.\-]", "", q)),
    Disturbance("full_width", "全角字符", lambda q: q.translate(_FULL_WIDTH)),
    Disturbance("spaces", "多余空格", lambda q: " ".join(re.findall(r".{1,4}", q))),
    Disturbance("polite", "客套话", lambda q: f"你好，麻烦问一下，{q}谢谢！"),
    Disturbance("fillers", "口头语", lambda q: f"那个，我就想问问，{q.rstrip('？?。')}呢，就是这个事"),
    Disturbance("traditional", "繁体字", lambda q: str(_traditional().convert(q))),
    Disturbance("drop_word", "漏一虚词", _without_word),
    Disturbance("homophone", "同音错字", _homophone),
    Disturbance("pinyin", "一词打拼音", _in_pinyin),
    Disturbance("swap", "两字颠倒", _swap),
    Disturbance("drop", "漏打一字", _drop),
)


def disturbed(case: Case, disturbance: Disturbance) -> Case:
    """The same case with its last question disturbed."""
    return case.model_copy(update={"question": disturbance.apply(case.question)})


def robustness(disturbance: Disturbance, before: Sequence[Score], after: Sequence[Score]) -> Robustness | None:
    """Strict accuracy lost, case by case; None without answerable cases.

    Args:
        before, after: scores of the same cases in the same order.
    """
    pairs = [
        (old.strict, new.strict)
        for old, new in zip(before, after, strict=True)
        if old.strict is not None and new.strict is not None
    ]
    lost = estimate([(old - new, 1.0) for old, new in pairs])
    if lost is None:
        return None
    return Robustness(
        name=disturbance.name,
        label=disturbance.label,
        before=sum(old for old, _ in pairs) / len(pairs),
        after=sum(new for _, new in pairs) / len(pairs),
        lost=lost,
    )
