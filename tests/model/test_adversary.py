"""A model that lies: nothing unsupported reaches a person, and what is true does."""

from __future__ import annotations

import json
import random
import re
from collections import Counter

import pytest
from adversary import Made, Scripted, fair, lie, misquote

from assistant import Answer, Assistant
from assistant.chain import Context, finish, write
from assistant.draft import tidy
from assistant.model import Client, ModelAnswerer
from assistant.model.answerer import asks_model
from assistant.model.ground import ground
from assistant.model.parse import Written
from assistant.model.prompt import given
from assistant.verify import Verifier
from corpus import Clause
from corpus.types import ClauseKind
from eval.evaluate import DATA
from eval.types import load_cases
from index.splitter import sentences

CASES = 1_000
FRAMES = re.compile(
    r"^(?:有规定。)?(?:(?:没有直接写到，)?相关规定是|规划(?:提出|的目标是|写的年龄范围不包括您问的年龄))："
)


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> list[Context]:
    """Development questions that a model is asked, each with its default answer."""
    contexts = [assistant._default(c.question, (), "resident") for c in load_cases(DATA / "dev.jsonl") if not c.history]
    return [
        c for c in contexts if c.evidence and c.question and c.draft and asks_model(c.draft, c.question, c.evidence)
    ]


def _sentences(clause: Clause) -> list[str]:
    return [s.strip() for s in sentences(clause.text) if len(s.strip()) > 12]


def _reply(made: list[Made], draw: random.Random) -> str:
    text = json.dumps({"statements": [m.entry() for m in made]}, ensure_ascii=False)
    return draw.choice(
        (text, f"```json\n{text}\n```", f"好的，回答如下：\n{text}\n希望对您有帮助。", text.replace("}]}", "},]}"))
    )


def _wrong(answer: Answer, default: Answer, made: list[Made], verifier: Verifier) -> list[str]:
    """Statements shown that are neither the default answer's, nor their own quote word for word, nor one that
    the scripted model made true to that quote."""
    true = {(m.text, m.source) for m in made if m.source is not None}
    found = []
    for statement in answer.statements:
        (citation,) = statement.citations[:1]
        body = _plain(FRAMES.sub("", statement.text))
        own = any(_plain(text) == body and _plain(source or "") == _plain(citation.quote) for text, source in true)
        whole = body == _plain(citation.quote)
        if not all(map(verifier.is_verbatim, statement.citations)):
            found.append(f"quote: {statement.text}")
        elif not (own or whole or statement in default.statements):
            found.append(statement.text)
    return found


def _plain(text: str) -> str:
    text = FRAMES.sub("", re.sub(r"\*\*|（依据\d+）|\s|^规划明确，", "", text))
    return tidy(re.sub(r"^\d+[.．]|^[（(][一二三四五六七八九十]+[）)]", "", text))


def test_no_lie_reaches_a_person_in_a_thousand_cases(assistant: Assistant, asked: list[Context]) -> None:
    draw = random.Random(20261124)
    chat = Scripted()
    verifier = Verifier(assistant.library, assistant.index.words)
    model = ModelAnswerer(Client(chat), "scripted")
    defaults = [finish(context, assistant._finder) for context in asked]
    wrong: list[tuple[str, list[str]]] = []
    lies = 0
    generators: Counter[str] = Counter()
    for _ in range(CASES):
        place = draw.randrange(len(asked))
        context, default = asked[place], defaults[place]
        assert context.draft is not None and context.evidence is not None
        clauses = given(context.draft, context.evidence)
        told = [(s, number) for number, clause in enumerate(clauses, 1) for s in _sentences(clause)]
        near = [(s, number) for s, number in told if any(s in _plain(q.quote) for q in default.citations)]
        made = []
        for _ in range(draw.randrange(1, 6)):
            sentence, number = draw.choice(draw.choice((near, told)) or told)
            chance = draw.random()
            if chance < 0.7:
                made.append(lie(sentence, number, told, draw))
            else:
                made.append((misquote if chance < 0.8 else fair)(sentence, number, draw))
        lies += sum(m.source is None for m in made)
        chat.reply = _reply(made, draw)
        writing = write(context, model, assistant._finder)
        while True:
            try:
                next(writing)
            except StopIteration as end:
                answer = finish(end.value, assistant._finder)
                break
        generators[answer.generator] += 1
        if bad := _wrong(answer, default, made, verifier):
            wrong.append((chat.reply, bad))
    assert wrong == []
    assert lies > CASES
    assert generators["model:scripted"] + generators["model:scripted+extractive"] > CASES / 4, generators


@pytest.mark.parametrize(("make", "least"), [(fair, 0.95), (misquote, 0.8)])
def test_what_is_true_survives(make: object, least: float, assistant: Assistant, asked: list[Context]) -> None:
    """A true statement is shown, in the model's words or its source's; a misquoted one with the real quote."""
    draw = random.Random(7)
    verifier = Verifier(assistant.library, assistant.index.words)
    evidence = asked[0].evidence
    assert evidence is not None
    clauses = [c for c in assistant.library if c.kind is ClauseKind.PARAGRAPH and not c.role]
    survived: Counter[bool] = Counter()
    for clause in clauses:
        for sentence in _sentences(clause) * 3:
            made = make(sentence, 1, draw)  # type: ignore[operator]
            kept = ground(Written(text=made.text, clause=1, quote=made.quote), [clause], evidence, verifier)
            quotes = [_plain(k.unit.quote) for k in kept]
            survived[quotes == [_plain(sentence)]] += 1
    assert sum(survived.values()) > 300
    assert survived[True] / sum(survived.values()) >= least, survived
