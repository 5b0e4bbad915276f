"""Work begun on another core: done once, by whoever comes first, and told alike to all who wait."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from index.ahead import Ahead


def test_each_text_is_worked_on_once_however_many_ask() -> None:
    worked: list[str] = []
    gate = threading.Event()

    def work(text: str) -> str:
        worked.append(text)
        gate.wait(5)
        return text * 2

    with ThreadPoolExecutor(1) as pool, ThreadPoolExecutor(8) as people:
        ahead = Ahead(work, pool, 8)
        ahead.begin("a")
        answers = [people.submit(ahead, "a") for _ in range(8)]
        gate.set()
        assert [answer.result() for answer in answers] == ["aa"] * 8
    assert worked == ["a"]


def test_who_waits_does_what_waits_for_its_turn() -> None:
    begun, gate = threading.Event(), threading.Event()
    by: dict[str, str] = {}

    def work(text: str) -> str:
        by[text] = threading.current_thread().name
        if text == "first":
            begun.set()
            gate.wait(5)
        else:
            gate.set()  # the first one ends only when the second one has been done elsewhere
        return text

    with ThreadPoolExecutor(1, "pool") as pool:
        ahead = Ahead(work, pool, 8)
        ahead.begin("first")
        ahead.begin("second")
        assert begun.wait(5)
        assert ahead("first") == "first"
        assert ahead("second") == "second"
    assert by["first"].startswith("pool")
    assert by["second"] == threading.current_thread().name


def test_a_failure_reaches_who_asks_and_is_not_kept() -> None:
    tries: list[str] = []

    def work(text: str) -> str:
        tries.append(text)
        if len(tries) == 1:
            raise OSError("no answer")
        return text

    with ThreadPoolExecutor(1) as pool:
        ahead = Ahead(work, pool, 8)
        with pytest.raises(OSError, match="no answer"):
            ahead("a")
        assert ahead("a") == "a"
        assert ahead("a") == "a"
    assert tries == ["a", "a"]


def _noting(pool: Executor, most: int) -> tuple[Ahead[str], list[str]]:
    """Work that returns its text, and the texts that it was done for."""
    tries: list[str] = []

    def work(text: str) -> str:
        tries.append(text)
        return text

    return Ahead(work, pool, most), tries


def test_only_the_last_results_are_kept() -> None:
    with ThreadPoolExecutor(1) as pool:
        ahead, tries = _noting(pool, most=2)
        for text in ("a", "b", "c", "c", "b", "a"):
            assert ahead(text) == text
    assert tries == ["a", "b", "c", "a"]


def test_what_is_forgotten_is_worked_on_anew() -> None:
    with ThreadPoolExecutor(1) as pool:
        ahead, tries = _noting(pool, most=8)
        assert ahead("a") == "a"
        ahead.forget("a")
        assert ahead("a") == "a"
    assert tries == ["a", "a"]
