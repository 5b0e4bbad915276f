"""Which sentence answers a question, and whether any does: a vote of the questions on record.

Three readers vote, each of which errs in another way: the nearest questions by meaning, the nearest by characters,
and the nearest mean of a clause. Meaning is measured where questions on one clause lie together: vectors are
whitened by their scatter within clauses (linear discriminants, Fisher 1936, with a scatter shrunk towards equal
directions, Ledoit and Wolf 2004), so that what only tells one way of asking from another counts for less.
All of it follows from the questions, so it holds for any embedder.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.asked import AskedQuestion, Target
from index.bm25 import Bm25, Floats
from index.words import grams

_SHRINK, _MEANS_SHRINK = 0.8, 0.7  # of the scatter that is taken to be the same in all directions
_VOTERS = 40  # questions that vote by meaning, and as many by characters
_NEAREST = 5  # of them that are looked at one by one where nothing may answer
_SHARP = 10.0  # how much a nearer question counts for more
_FLOOR, _FLOOR_LETTERS = 1e-4, 1e-3  # share of a clause that no voter speaks for
_LETTERS, _MEANS = 0.6, 0.1  # weights beside the vote by meaning
_MOST_NEAR = 20  # questions that one query may be near to
_NEAR, _SAME = 50, 95  # percentiles, see Votes.near
_BLOCK = 512  # questions compared with all others at once
_NUMBERS = "votes.npz"
_FOLDER = "letters"
_RECORD = "record.json"
Shares = NDArray[np.float64]


class Near(NamedTuple):
    """An asked question near to a query; strength 0 (no nearer than other subjects' questions) to 1."""

    question: AskedQuestion
    strength: float


class Silence(NamedTuple):
    """Share (0-1) of the voters that no document answers, by meaning and by characters; and of the nearest few, each
    counted alike."""

    meaning: float
    letters: float
    nearest: float
    nearest_letters: float


class Ballot(NamedTuple):
    """One query among the questions on record: its unit vector, its likeness to each in meaning and in characters."""

    vector: Floats
    meaning: Floats
    letters: Floats


class Votes:
    """The questions on record as they vote. Safe for several threads. Where no document has any, nobody votes.

    Args:
        questions: on record, and ``silent`` those that nothing answers.
        numbers: what ``_measured`` made of their vectors.
        letters: their characters, in the same order.
    """

    def __init__(
        self, questions: Sequence[AskedQuestion], silent: Sequence[str], numbers: Mapping[str, Any], letters: Bm25
    ) -> None:
        self._questions, self._silent_texts = tuple(questions), tuple(silent)
        self._numbers, self._letters = numbers, letters
        self._targets = sorted({q.target for q in questions}, key=lambda t: (t.clause_id, -1 if t.at is None else t.at))
        place = {target: i for i, target in enumerate(self._targets)}
        self._target = np.asarray([place[q.target] for q in questions], dtype=int)
        clauses = _clauses(questions)
        order = {name: i for i, name in enumerate(clauses)}
        self._clause_of = np.asarray([order[target.clause_id] for target in self._targets], dtype=int)
        self._document = np.asarray([name.partition("_")[0] for name in clauses])
        self._silent = np.arange(len(questions) + len(silent)) >= len(questions)
        self.documents = frozenset(self._document.tolist())
        self._allowed = lru_cache(maxsize=64)(self._allowed_once)
        self.letters = lru_cache(maxsize=16)(self._letters_once)  # a part votes alone and within the whole

    @classmethod
    def build(cls, questions: Sequence[AskedQuestion], silent: Sequence[str], vectors: Floats) -> Votes:
        """Args: vectors: one row a question, those of ``silent`` last, as queries are embedded, unit length."""
        if not questions:
            return cls((), (), {}, Bm25.build(()))
        texts = [*(question.text for question in questions), *silent]
        letters = Bm25.build([grams(text) for text in texts], k1=1.2)
        return cls(questions, silent, _measured(questions, vectors), letters)

    def save(self, home: Path) -> None:
        """Args: home: folder of the build."""
        record = {"asked": [(*q.target, q.text) for q in self._questions], "silent": self._silent_texts}
        (home / _RECORD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        if self._questions:
            np.savez(home / _NUMBERS, **self._numbers)
            self._letters.save(home / _FOLDER)

    @classmethod
    def load(cls, home: Path) -> Votes:
        """Raises OSError, KeyError, TypeError or ValueError where the files are missing or damaged."""
        record = json.loads((home / _RECORD).read_text(encoding="utf-8"))
        questions = [AskedQuestion(Target(clause, at), text) for clause, at, text in record["asked"]]
        silent = record["silent"]
        if not questions:
            return cls((), (), {}, Bm25.build(()))
        with np.load(home / _NUMBERS, allow_pickle=False) as file:
            numbers = {name: file[name] for name in file.files}
        letters = Bm25.load(home / _FOLDER)
        if not len(numbers["reach"]) == len(letters) == len(questions) + len(silent):
            raise ValueError("counts differ")
        return cls(questions, silent, numbers, letters)

    def reach(self, vector: Floats) -> Floats:
        """How far a vector reaches towards each question on record, for ``ballot``: linear in the vector."""
        reach: Floats = self._numbers["reach"] @ vector if self._questions else np.empty(0, np.float32)
        return reach

    def ballot(self, text: str, vector: Floats, reach: Floats) -> Ballot:
        """What the other methods need of a query.

        Args:
            vector: unit vector of the query, and ``reach`` its reach.
        """
        if not self._questions:
            return Ballot(vector, np.empty(0, np.float32), self.letters(text))
        placed = np.linalg.norm((vector - self._numbers["middle"]) @ self._numbers["white"])
        return Ballot(vector, (reach - self._numbers["level"]) / max(placed, 1e-9), self.letters(text))

    def near(self, ballot: Ballot) -> tuple[Near, ...]:
        """Asked questions that are nearer to a query than another clause's usually are, best first.

        What counts as near is read from the questions themselves: strength is 0 at the median likeness of a question
        to the nearest one of another clause of its document, 1 at the 95th percentile.
        """
        if not self._questions:
            return ()
        strengths = np.clip(self._strengths(ballot), 0, 1)
        return tuple(
            Near(self._questions[i], float(strengths[i])) for i in _first(strengths, _MOST_NEAR) if strengths[i]
        )

    def closest(self, ballot: Ballot) -> float:
        """Strength of the nearest question, as ``near`` counts it but not cut at 0 or 1; 0 where there is none."""
        return float(np.max(self._strengths(ballot))) if self._questions else 0.0

    def shares(self, ballot: Ballot, documents: Collection[str]) -> Mapping[Target, float]:
        """Share (0-1, all together 1) of each sentence that some question speaks for.

        Args:
            documents: ids of the documents that may answer.
        """
        allowed, voters = self._allowed(frozenset(documents))
        if not voters.any():
            return {}
        meaning, letters = (self._by_target(*vote) for vote in _voted(ballot, voters))
        means = ballot.vector @ self._numbers["slopes"] + self._numbers["offsets"]
        means = means - means[allowed].max()
        means -= np.log(np.exp(means[allowed]).sum())
        odds = (
            np.log(self._by_clause(meaning) + _FLOOR)
            + _LETTERS * np.log(self._by_clause(letters) + _FLOOR_LETTERS)
            + _MEANS * means
        )
        odds[~allowed] = -np.inf
        share = np.exp(odds - odds.max())
        share /= share.sum()
        said = meaning + letters
        whole = self._by_clause(said)
        return {
            self._targets[i]: float(share[self._clause_of[i]] * said[i] / whole[self._clause_of[i]])
            for i in np.flatnonzero(said)
        }

    def shares_by_letters(self, text: str, documents: Collection[str]) -> Mapping[Target, float]:
        """The same by characters alone, which costs no embedding: for many short parts of a question."""
        _, voters = self._allowed(frozenset(documents))
        if not voters.any():
            return {}
        likeness = self.letters(text)
        votes = self._by_target(*_best(likeness / (likeness[voters].max() or 1.0), voters))
        return {self._targets[i]: float(votes[i]) for i in np.flatnonzero(votes)} if likeness.any() else {}

    def silence(self, ballot: Ballot, documents: Collection[str]) -> Silence:
        """How many of the voters nothing answers; ``documents`` as for ``shares``."""
        if not self._questions:
            return Silence(0.0, 0.0, 0.0, 0.0)
        votes = _voted(ballot, self._allowed(frozenset(documents))[1] | self._silent)
        return Silence(
            *(float(weights[self._silent[best]].sum()) for best, weights in votes),
            *(float(self._silent[best[:_NEAREST]].mean()) for best, _ in votes),
        )

    def _allowed_once(self, documents: frozenset[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """The clauses that stand in some documents, and the questions that those answer."""
        allowed = np.isin(self._document, list(documents))
        voters = np.zeros(len(self._silent), bool)
        voters[: len(self._target)] = allowed[self._clause_of[self._target]]
        return allowed, voters

    def _letters_once(self, text: str) -> Floats:
        """Likeness of a text to all questions in characters; all 0 where it shares none."""
        return self._letters.scores([*dict.fromkeys(grams(text))])

    def _by_target(self, best: NDArray[np.int64], weights: Shares) -> Shares:
        return np.bincount(self._target[best], weights, len(self._targets)).astype(np.float64)

    def _by_clause(self, votes: Shares) -> Shares:
        return np.bincount(self._clause_of, votes, len(self._document)).astype(np.float64)

    def _strengths(self, ballot: Ballot) -> Floats:
        low, high = self._numbers["low"], self._numbers["high"]
        strengths: Floats = (ballot.meaning[: len(self._questions)] - low) / (high - low)
        return strengths


def of_clauses(shares: Mapping[Target, float]) -> dict[str, list[tuple[Target, float]]]:
    """The shares of each clause's sentences."""
    found: dict[str, list[tuple[Target, float]]] = {}
    for target, share in shares.items():
        found.setdefault(target.clause_id, []).append((target, share))
    return found


def by_clause(shares: Mapping[str, Sequence[tuple[Target, float]]]) -> dict[str, float]:
    """What they add up to."""
    return {clause: sum([share for _, share in own]) for clause, own in shares.items()}


def _measured(questions: Sequence[AskedQuestion], vectors: Floats) -> dict[str, Any]:
    """The vectors as they vote, and what places a query among them; some questions."""
    width = vectors.shape[1]
    own = vectors[: len(questions)]
    order = {name: i for i, name in enumerate(_clauses(questions))}
    clause = np.asarray([order[question.target.clause_id] for question in questions])
    sums = np.zeros((len(order), width), np.float32)
    np.add.at(sums, clause, own)
    means = sums / np.bincount(clause)[:, np.newaxis]
    apart = own - means[clause]
    scatter = apart.T @ apart / max(len(own) - len(means), 1)
    level = float(np.trace(scatter)) / width or 1.0
    values, axes = np.linalg.eigh(scatter)
    white = (axes * ((1 - _SHRINK) * values + _SHRINK * level) ** -0.5).astype(np.float32)
    slopes = (axes / ((1 - _MEANS_SHRINK) * values + _MEANS_SHRINK * level)) @ axes.T @ means.T
    middle = own.mean(axis=0)
    lying = _unit((vectors - middle) @ white)
    low, high = _bounds(questions, clause, lying[: len(own)])
    return {
        "reach": lying @ white.T,
        "level": lying @ (middle @ white),
        "white": white,
        "middle": middle,
        "slopes": slopes.astype(np.float32),
        "offsets": (-0.5 * np.einsum("kd,dk->k", means, slopes)).astype(np.float32),
        "low": low,
        "high": high,
    }


def _bounds(questions: Sequence[AskedQuestion], clause: NDArray[np.int64], lying: Floats) -> tuple[Floats, Floats]:
    """Likeness at which strength is 0 and at which it is 1, by question: read from the questions of its document,
    because documents on one subject ask alike and would blur each other's."""
    low, high = np.zeros(len(lying), np.float32), np.ones(len(lying), np.float32)
    documents = np.asarray([question.target.clause_id.partition("_")[0] for question in questions])
    for document in np.unique(documents):
        own = np.flatnonzero(documents == document)
        if len(np.unique(clause[own])) < 2:
            continue
        nearest = np.concatenate(
            [
                np.where(clause[rows, np.newaxis] == clause[own], -1.0, lying[rows] @ lying[own].T).max(axis=1)
                for rows in np.array_split(own, len(own) // _BLOCK + 1)
            ]
        )
        low[own], high[own] = np.percentile(nearest, [_NEAR, _SAME])
    return low, np.maximum(high, low + 1e-6)


def _voted(ballot: Ballot, voters: NDArray[np.bool_]) -> list[tuple[NDArray[np.int64], Shares]]:
    """Who votes and with which weight, by meaning and by characters."""
    letters = ballot.letters / (ballot.letters[voters].max(initial=0.0) or 1.0)
    return [_best(likeness, voters) for likeness in (ballot.meaning, letters)]


def _best(likeness: Floats, voters: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Shares]:
    """The nearest voters, and weights that add up to 1."""
    best = _first(np.where(voters, likeness, -np.inf), _VOTERS)
    best = best[voters[best]]
    weights = np.exp(_SHARP * (likeness[best] - likeness[best[:1]]).astype(np.float64))
    return best, weights / weights.sum()


def _first(values: Floats, count: int) -> NDArray[np.int64]:
    """Places of the largest values, largest first, the earlier of equal ones first."""
    if count < len(values):
        least = np.partition(values, -count)[-count]
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    return places[np.argsort(-values[places], kind="stable")][:count]


def _clauses(questions: Sequence[AskedQuestion]) -> list[str]:
    return sorted({question.target.clause_id for question in questions})


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
