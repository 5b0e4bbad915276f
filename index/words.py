"""Chinese words: jieba with the domain dictionary, keyword terms, everyday words and stop words."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import jieba

from index.dictionary import keep, kept
from index.types import IndexProblem

LEXICON = Path(__file__).parent / "lexicon"
_CACHE = "words.cache"
_WORD = re.compile(r"[0-9A-Za-z]+(?:\+[0-9A-Za-z]+|\.\d+)?%?|[\u3400-\u9fff]+")

_SPACE = re.compile(r"\s+")
_NO_LETTER = re.compile(r"\W")
_FUNCTION_WORD = re.compile(r"^(\S+) \d+ (?:d|df|dg|p|c|u[dgjlvz]?|y|r[rzy]?|e|o)$", re.MULTILINE)


class Everyday(NamedTuple):
    """An entry of the everyday lexicon: what people say, and the domain's terms for it."""

    say: tuple[str, ...]
    means: tuple[str, ...]


@lru_cache(maxsize=16_384)  # an answer asks for the same sentences and terms over and over
def normalise(text: str) -> str:
    """Form for matching, never for display: NFKC (full width to half), lower case, no white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


def grams(text: str) -> list[str]:
    """Characters and pairs of characters of a text, without punctuation."""
    letters = _NO_LETTER.sub("", text)
    return [*letters, *(letters[i : i + 2] for i in range(len(letters) - 1))]


class Lattice:
    """The ways to cut a text into words, each drawn by its frequency (jieba's own model), so that one can ask how much
    likelier the text would be with other characters in some places.

    Args:
        frequencies: of words, 0 for beginnings of words; and ``total`` their sum.
    """

    _LONGEST = 16  # characters of a word

    def __init__(self, text: str, frequencies: Mapping[str, int], total: int) -> None:
        self._text, self._frequencies, self._total = text, frequencies, math.log(total)
        size = len(text)
        self._before = [0.0] + [-math.inf] * size  # log probability of the best cut of what stands before each place
        self._after = [-math.inf] * size + [0.0]  # and of what stands from there on
        for start in range(size):
            for end, chance in self._words(text, start):
                self._before[end] = max(self._before[end], self._before[start] + chance)
        for start in range(size - 1, -1, -1):
            self._after[start] = max(chance + self._after[end] for end, chance in self._words(text, start))

    def gain(self, place: int, length: int, right: str) -> float:
        """How much likelier (in log probability) the text is with ``right`` in place of ``length`` characters."""
        text = self._text[:place] + right + self._text[place + length :]
        close, longer = place + len(right), len(right) - length
        reached = {place: self._before[place]}  # best cut up to places among the new characters
        best = -math.inf
        for start in range(max(0, place - self._LONGEST), close):
            before = self._before[start] if start < place else reached.get(start, -math.inf)
            if before == -math.inf:
                continue
            for end, chance in self._words(text, start):
                if end >= close:
                    best = max(best, before + chance + self._after[end - longer])
                elif end > place:
                    reached[end] = max(reached.get(end, -math.inf), before + chance)
        return best - self._after[0]

    def _words(self, text: str, start: int) -> list[tuple[int, float]]:
        """Where words that begin at a place end, with their log probability; a character that begins none is one."""
        found, end = [], start + 1
        while end <= len(text) and (frequency := self._frequencies.get(text[start:end])) is not None:
            if frequency:
                found.append((end, math.log(frequency) - self._total))
            end += 1
        return found or [(start + 1, -self._total)]


class Words:
    """Cuts text into words and knows what everyday words mean.

    One instance owns its jieba tokenizer; nothing global is changed, and jieba's own cache in the shared temporary
    folder, which another user could plant, is not used. The dictionary with our words in it is kept in ``cache_dir``;
    None: nowhere.

    Raises:
        IndexProblem: a lexicon file is missing or malformed.
    """

    def __init__(self, cache_dir: Path | None = None, lexicon: Path = LEXICON) -> None:
        try:
            domain = (lexicon / "domain_words.txt").read_text(encoding="utf-8")
            self.domain = frozenset(line.split()[0] for line in domain.splitlines() if line.strip())
            stop = (lexicon / "stopwords.txt").read_text(encoding="utf-8")
            entries = tomllib.loads((lexicon / "everyday.toml").read_text(encoding="utf-8"))["entry"]
            self.everyday = tuple(Everyday(tuple(e["say"]), tuple(e["means"])) for e in entries)
            self._tokenizer = self._made(domain, cache_dir, self.fingerprint(lexicon))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexProblem(f"词库文件有误（{error}），请检查 index/lexicon 目录。") from error
        self.stopwords = frozenset(w for line in stop.splitlines() if not line.startswith("#") for w in line.split())
        # the names in a table are cut anew for each question
        self._cut = lru_cache(maxsize=4096)(lambda run: tuple(self._tokenizer.cut(run, HMM=False)))

    def _made(self, domain: str, cache_dir: Path | None, fingerprint: str) -> jieba.Tokenizer:
        """A tokenizer that knows the words of the lexicon."""
        tokenizer = jieba.Tokenizer()
        tokenizer.initialized = True  # what it would do for itself comes here
        cache, mark = cache_dir and cache_dir / _CACHE, f"{jieba.__version__} {fingerprint}"
        if cache and (known := kept(cache, mark)):
            tokenizer.FREQ, tokenizer.total = known
            return tokenizer
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.load_userdict(domain.splitlines())
        for word in sorted({say.lower() for entry in self.everyday for say in entry.say}):
            tokenizer.add_word(word)
        if cache:
            with suppress(OSError):  # it is only made again
                keep(cache, mark, tokenizer.FREQ, tokenizer.total)
        return tokenizer

    @cached_property
    def told(self) -> frozenset[str]:
        """All words of the everyday lexicon."""
        return frozenset(say for entry in self.everyday for say in entry.say)

    @cached_property
    def function_words(self) -> frozenset[str]:
        """Adverbs, prepositions, conjunctions, pronouns and particles by jieba's own tags (read once, 50 ms)."""
        with jieba.get_dict_file() as file:
            return frozenset(_FUNCTION_WORD.findall(file.read().decode("utf-8")))

    def known(self, word: str) -> bool:
        """Whether the dictionary has the word."""
        return bool(self._tokenizer.FREQ.get(word))

    def lattice(self, text: str) -> Lattice:
        """The ways to cut a text into words."""
        return Lattice(text, self._tokenizer.FREQ, self._tokenizer.total)

    def cut(self, text: str) -> list[str]:
        """Words of the text in order, without punctuation; matching form (see normalise)."""
        return [w for run in _WORD.findall(normalise(text)) for w in self._run(run)]

    def cut_exact(self, text: str) -> list[str]:
        """jieba's cut of the text as it stands: the pieces joined are the text."""
        return list(self._tokenizer.cut(text, HMM=False))

    def subject(self, text: str) -> list[str]:
        """Distinct words that carry the subject, in order: no stop words; neighbouring lone characters are
        joined, because 两挂一兼 is in no dictionary."""
        found: list[str] = []
        joined = False
        for word in self.cut(text):
            lone = len(word) == 1 and word not in self.stopwords and not self.meanings(word) and not word.isascii()
            if lone and joined:
                found[-1] += word
            elif word not in self.stopwords:
                found.append(word)
            joined = lone
        return list(dict.fromkeys(found))

    def keyword_terms(self, text: str) -> list[str]:
        """Terms of the keyword index: words without stop words, and character unigrams and bigrams.

        Characters beside words lift recall@3 on the plan from .63 to .78: jieba cuts questions and
        clauses differently, characters never do.
        """
        runs = _WORD.findall(normalise(text))
        grams = [g for run in runs for g in (*run, *(run[i : i + 2] for i in range(len(run) - 1)))]
        words = [w for run in runs for w in self._run(run) if len(w) > 2 and w not in self.stopwords]
        return grams + words

    def _run(self, run: str) -> tuple[str, ...]:
        """Words of a run of one script; Latin letters and digits stay together (1+x)."""
        return (run,) if run.isascii() else self._cut(run)

    def meanings(self, word: str) -> tuple[str, ...]:
        """The domain's terms for an everyday word (matching form); empty where it is none."""
        return self._meanings.get(word, ())

    @cached_property
    def _meanings(self) -> dict[str, tuple[str, ...]]:
        terms: dict[str, dict[str, None]] = {}
        for entry in self.everyday:
            for word in entry.say:
                terms.setdefault(word, {}).update(dict.fromkeys(entry.means))
        return {word: tuple(found) for word, found in terms.items()}

    def fingerprint(self, lexicon: Path = LEXICON) -> str:
        """SHA-256 of what decides the keyword terms: dictionary, stop words and everyday words."""
        digest = hashlib.sha256()
        for name in ("domain_words.txt", "stopwords.txt", "everyday.toml"):
            digest.update((lexicon / name).read_bytes())
        return digest.hexdigest()
