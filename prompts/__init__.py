"""Texts as files, loaded by name: sentences of answers, and prompts for a chat model."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.prompts import PromptTemplate

FOLDER = Path(__file__).parent
NOUNS = ("规划", "收录的文件")  # what the documents together are called: all plans, or of several kinds


@lru_cache
def load_prompt(name: str) -> PromptTemplate:
    """Prompt for a chat model: the file ``<name>.txt``.

    Raises:
        FileNotFoundError: there is no such file.
    """
    from langchain_core.prompts import PromptTemplate  # with Jinja's compiler, which most starts do not need

    return PromptTemplate.from_template((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def load_example() -> dict[str, str]:
    """The worked example for a chat model: question, clauses, answer."""
    example: dict[str, str] = tomllib.loads((FOLDER / "model_example.toml").read_text(encoding="utf-8"))
    return example


def say(name: str, /, **values: object) -> str:
    """The text of ``answers.toml`` of that name with its places filled in.

    Raises:
        KeyError: there is no text of that name, or a place has no value.
    """
    return _texts()[name].format(**values)


def exists(name: str) -> bool:
    """Whether there is a text of that name."""
    return name in _texts()


def frames() -> frozenset[str]:
    """The fixed wording between the places of all texts, of two characters or more."""
    said = [text for name, text in _texts().items() if not name.startswith("model_")]
    texts = [text.replace("{noun}", noun) for text in said for noun in NOUNS]
    parts = (part.strip("，。：；“”（）共") for text in texts for part in re.split(r"\{\w+\}", text))
    return frozenset(part for part in parts if len(part) > 1)


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((FOLDER / "answers.toml").read_text(encoding="utf-8"))
    return texts
