"""Practice: every exercise rests on its clause, is marked as people write, and comes back when it should."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.learn import Card, Exercise, chapters_of, exercises_of, mark, review
from assistant.ui.learn import Practice
from corpus import CorpusError, Document, Library
from corpus.laws import read_laws

NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def both(library: Library) -> Library:
    return Library([*library.documents, *read_laws(["残疾人保障法"])])


class Served(NamedTuple):
    library: Library


def _all(library: Library) -> list[Exercise]:
    return [e for d in library.documents for c in chapters_of(d) for e in exercises_of(c)]


def _one(library: Library, kind: str, words: str) -> Exercise:
    return next(e for e in _all(library) if e.kind == kind and words in e.prompt)


def test_every_clause_is_in_one_chapter(plan: Document) -> None:
    studied = [c.id for chapter in chapters_of(plan) for c in chapter.clauses]
    assert len(set(studied)) == len(studied)
    assert {c.id for c in plan.clauses if not c.role and c.kind.value in ("paragraph", "table_row")} <= set(studied)


def test_every_exercise_is_settled_by_its_clause(both: Library) -> None:
    exercises = _all(both)
    assert len({e.id for e in exercises}) == len(exercises) > 300
    for exercise in exercises:
        clause = both.clause(exercise.clause_id)
        cells = [clause.title, *(f"{x.column}{x.value}" for x in clause.cells if x.value)]
        assert exercise.quote in clause.text or all(part in cells for part in exercise.quote.split("：")), exercise
        assert mark(exercise, exercise.answer).right
        assert [o for o in exercise.options if mark(exercise, o).right] in ([], [exercise.answer])
        assert not exercise.options or (exercise.answer in exercise.options and len(set(exercise.options)) > 1)
        if exercise.kind == "fill":
            assert exercise.quote == exercise.prompt.partition("“")[2][:-1].replace("____", exercise.answer)


def test_a_sentence_to_judge_is_the_clause_s_own_or_has_another_figure(both: Library) -> None:
    judged = [e for e in _all(both) if e.kind == "judge"]
    shown = [(e, e.prompt.partition("“")[2][:-1]) for e in judged]
    assert all((e.answer == "对") == (said == e.quote) for e, said in shown)
    right = sum(e.answer == "对" for e in judged)
    assert 0.3 < right / len(judged) < 0.7


def test_the_same_for_everybody(both: Library) -> None:
    assert _all(both) == _all(Library(both.documents))


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("2000", True),
        ("2,000", True),
        ("２０００", True),
        ("两千", True),
        ("2000人次", True),
        ("200", False),
        ("", False),
        ("约2000到3000", False),
        ("不知道", False),
        ("-", False),
        ("9" * 5000, False),
    ],
)
def test_a_number_is_marked_however_it_is_written(both: Library, given: str, right: bool) -> None:
    assert mark(_one(both, "fill", "每年培训残疾人____ 人次"), given).right is right


@given(st.text(max_size=200))
def test_any_answer_is_borne(given: str) -> None:
    exercise = Exercise(id="x", clause_id="x", kind="fill", prompt="____", answer="5", quote="5")
    mark(exercise, given)


def test_wrong_ones_come_back_soon_and_known_ones_late() -> None:
    wrong = review(Card(), False, NOW)
    assert wrong.due is not None and wrong.due - NOW < dt.timedelta(minutes=15) and (wrong.right, wrong.wrong) == (0, 1)
    card, now = Card(), NOW
    waits = []
    for _ in range(5):
        card = review(card, True, now)
        assert card.due is not None
        waits.append(card.due - now)
        now = card.due
    assert waits == sorted(waits) and waits[-1] > dt.timedelta(days=20)
    lapsed = review(card, False, now)
    assert lapsed.due is not None and lapsed.due - now < dt.timedelta(days=1)
    assert review(card, True, now) == review(card, True, now)


@pytest.mark.parametrize(
    "card", ["", "{", "null", '{"state": 9}', '{"stability": -1}', '{"due": "x"}', '{"right": 1e99}', "x" * 9999]
)
def test_a_damaged_card_starts_anew(both: Library, card: str) -> None:
    exercise = _one(both, "fill", "每年培训残疾人____ 人次")
    page = Practice(Served(both)).marked(exercise.id, "2000", card, NOW)
    assert '<h1 tabindex="-1" autofocus>答对了</h1>' in page and exercise.quote in page


def test_what_somebody_writes_is_shown_as_text(both: Library) -> None:
    exercise = _one(both, "fill", "每年培训残疾人____ 人次")
    page = Practice(Served(both)).marked(exercise.id, "<script>alert(1)</script>", "", NOW)
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_addresses_that_lead_nowhere_are_told(both: Library) -> None:
    practice = Practice(Served(both))
    for lost in (lambda: practice.chapter("wzf-2021-13", 99), lambda: practice.exercise("wzf-2021-13_2.1.1~ffff")):
        with pytest.raises(CorpusError):
            lost()
