"""Rule-made disturbances of a question: what people type, with the meaning unchanged."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from corpus.types import Frozen
from eval.aggregate import Estimate, estimate
from eval.types import Case, Score

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


DISTURBANCES: tuple[Disturbance, ...] = (
    Disturbance("punctuation", "没有标点", lambda q: re.sub(r"[^\w\s%％≥＞.\-]", "", q)),
    Disturbance("full_width", "全角字符", lambda q: q.translate(_FULL_WIDTH)),
    Disturbance("spaces", "多余空格", lambda q: " ".join(re.findall(r".{1,4}", q))),
    Disturbance("polite", "客套话", lambda q: f"你好，麻烦问一下，{q}谢谢！"),
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
