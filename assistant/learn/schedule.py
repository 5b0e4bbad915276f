"""When an exercise comes back: FSRS-6 (Ye et al., free spaced repetition scheduler) by the package ``fsrs``.

Fuzzing is off: the same answers at the same times give the same dates.
"""

from __future__ import annotations

import datetime as dt

from fsrs import Card as FsrsCard
from fsrs import Rating, Scheduler
from pydantic import AwareDatetime, Field

from corpus.types import Frozen

_SCHEDULER = Scheduler(enable_fuzzing=False)


class Card(Frozen):
    """How well one exercise is known; kept by the person's browser, so nothing in it is taken on trust."""

    state: int = Field(default=1, ge=1, le=3)
    step: int | None = Field(default=0, ge=0, le=10)
    stability: float | None = Field(default=None, gt=0, le=1e6)
    difficulty: float | None = Field(default=None, ge=1, le=10)
    due: AwareDatetime | None = None
    last_review: AwareDatetime | None = None
    right: int = Field(default=0, ge=0, le=100_000)
    wrong: int = Field(default=0, ge=0, le=100_000)


def review(card: Card, right: bool, now: dt.datetime) -> Card:
    """The card after an answer.

    Args:
        now: with its time zone.
    """
    known = card.stability is not None and card.difficulty is not None and card.last_review is not None
    before = FsrsCard(card_id=1, due=now)
    if known and not (card.state == 1 and card.step is None):
        before = FsrsCard.from_dict(
            {
                "card_id": 1,
                "state": card.state,
                "step": card.step if card.state != 2 else None,
                "stability": card.stability,
                "difficulty": card.difficulty,
                "due": (card.due or now).isoformat(),
                "last_review": min(card.last_review or now, now).isoformat(),
            }
        )
    after, _ = _SCHEDULER.review_card(before, Rating.Good if right else Rating.Again, now.astimezone(dt.UTC))
    return Card(
        state=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due,
        last_review=after.last_review,
        right=card.right + right,
        wrong=card.wrong + (not right),
    )
