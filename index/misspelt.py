"""How the corpus's words come out when somebody mistypes them: made with the index, looked up by index/repair.py.

Making it takes a tenth of a second for the plan and many for a law pack, and needs the readings of all characters;
looking it up needs neither.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from corpus.pinyin import readings
from index.occurrences import Occurrences
from index.words import Words, normalise

LONGEST, SHORTEST = 6, 2  # words that are mended, in characters
HAN = re.compile(r"[\u3400-\u9fff]+")
_ASKING = "什多哪怎几谁如"  # 多烧 is 多少, 哪写 is 哪些
# Sounds that southern speakers, Wenzhou among them, do not keep apart
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_FILE = "misspelt.json"


class Misspelt(NamedTuple):
    """Words by what may be typed for them.

    Attributes:
        slips: a word by itself with two neighbours swapped, or with one character left out.
        spelt: the likeliest word by its pinyin, without tones.
        sounding: words by their sounds, one a character, joined by spaces.
        sounds: what each common character may be heard as.
    """

    slips: Mapping[str, str]
    spelt: Mapping[str, str]
    sounding: Mapping[str, list[str]]
    sounds: Mapping[str, list[str]]

    @classmethod
    def build(cls, texts: Iterable[str], words: Words) -> Misspelt:
        """Args: texts: the corpus's."""
        texts = tuple(texts)
        counts = Counter(word for text in texts for word in words.cut(text) if HAN.fullmatch(word))
        said = Occurrences(map(normalise, texts))
        vocabulary = counts.keys() | words.domain
        slips: dict[str, str] = {}
        for word in sorted(vocabulary, key=lambda w: (len(w), w)):
            if len(word) >= SHORTEST and word in said:
                for slip in _slips(word):
                    if slip not in said and not words.known(slip):
                        slips.setdefault(slip, word)
        spelt: dict[str, str] = {}
        often = sorted(vocabulary, key=lambda w: (-counts.get(w, 0), w))
        for word in (*often, *sorted(words.stopwords), *sorted(words.told)):
            if HAN.fullmatch(word) and SHORTEST <= len(word) <= LONGEST:
                for spelling in _spellings(word):
                    spelt.setdefault(spelling, word)
        sounding: dict[str, list[str]] = {}
        asking = {w for w in words.stopwords if w[0] in _ASKING}
        for word in sorted({w for w in vocabulary if w in said} | words.told | asking):
            if SHORTEST <= len(word) <= LONGEST:
                for heard in product(*map(_heard_as, word)):
                    sounding.setdefault(" ".join(heard), []).append(word)
        return cls(slips, spelt, sounding, {char: list(_heard_as(char)) for char in _common()})

    @classmethod
    def load(cls, home: Path) -> Misspelt:
        """Raises OSError, TypeError or ValueError where the file is missing or damaged."""
        return cls(**json.loads((home / _FILE).read_text(encoding="utf-8")))

    def save(self, home: Path) -> None:
        """Args: home: folder of the build."""
        (home / _FILE).write_text(json.dumps(self._asdict(), ensure_ascii=False), encoding="utf-8")

    def like(self, text: str) -> set[str]:
        """Words that sound like a text."""
        heard = (self.sounds.get(char) or _heard_as(char) for char in text)
        return {word for sounds in product(*heard) for word in self.sounding.get(" ".join(sounds), ())}


def _common() -> str:
    """The Chinese characters of GB 2312-80, rows 16 to 87."""
    rows, places = range(0xB0, 0xF8), range(0xA1, 0xFF)
    return b"".join(bytes((row, place)) for row in rows for place in places).decode("gb2312", "ignore")


def _slips(word: str) -> set[str]:
    """The word with two neighbours swapped and, from three characters on, with one left out."""
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    dropped = {word[:i] + word[i + 1 :] for i in range(len(word))} if len(word) > 2 else set()
    return (swapped | dropped) - {word}


@lru_cache(maxsize=8192)
def _heard_as(char: str) -> tuple[str, ...]:
    """What a character may be heard as, by its readings; itself where nobody knows how it is read."""
    return tuple(sorted(_sounds(char))) or (char,)


@lru_cache(maxsize=8192)
def _sounds(char: str) -> frozenset[str]:
    """Readings of a character without tones, merged sounds made one."""
    plain = ("".join(c for c in unicodedata.normalize("NFD", reading) if c.isalpha()) for reading in readings(char))
    return frozenset(merged(sound) for sound in plain)


def merged(sound: str) -> str:
    """A spelling with the sounds that are not kept apart made one; lv is how lü is typed."""
    sound = sound.replace("v", "u")
    for one, other in _MERGED:
        sound = sound.replace(one, other)
    return sound


def _spellings(word: str) -> set[str]:
    """Pinyin of a word without tones, merged sounds made one; a character with two readings gives two."""
    spellings = {""}
    for char in word:
        spellings = {before + sound for before in spellings for sound in sorted(_sounds(char))[:3]}
    return spellings
