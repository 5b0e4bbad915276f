"""Makes the encoder that comes with the program anew: ``python -m index.encoder.train``; then ``python -m index.ship``.

1. *Distil*: eight of the teacher's twelve layers learn to put texts where all twelve do (Sanh et al. 2019): passages of
   the law pack, fragments of them as questions, and the questions on record.
2. *Find*: these eight learn which sentence answers a question on record (InfoNCE, van den Oord et al. 2018; a question
   may also be told from those that nothing answers), still bound to the teacher.
3. *Mix*: 0.7 of the weights of the first and 0.3 of the second (Wortsman et al. 2022). The second alone finds sentences
   better still, but no longer tells a question that nothing answers from one that something does.

Words stay the teacher's. Needs ``pip install -e ".[train]"``; about three minutes on one H100, hours on two processors.
The same seed on another device gives other bits.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize
from transformers import BertConfig, BertModel

from corpus import load_library
from corpus.laws import DISABILITY_LAWS, read_laws
from corpus.library import Library
from index.asked import asked_questions, silent_questions
from index.encoder import BEGIN, END, MODEL, TOKENS, UNKNOWN, Tokens, spelt
from index.encoder.graph import quantised_model
from index.encoder.teacher import E5Weights, bert_state
from index.splitter import ClauseSplitter, passages
from index.words import Words

LAYERS = (0, 2, 4, 5, 7, 8, 10, 11)
MIX = 0.3
_PAD = 1
_DISTIL_STEPS, _FIND_STEPS = 310, 180
_DISTIL_TEXTS, _BOUND_TEXTS = 192, 96  # of each kind in a step
_DISTIL_RATE, _FIND_RATE = 1.5e-4, 3e-5
_TARGETS, _SILENT = 380, 256  # sentences, with two questions each, and questions that nothing answers, in a step
_TEMPERATURE = 0.02
_SAME_CLAUSE = 0.3  # how far another sentence of the same clause counts as right
_DROPPED = 0.08  # of a question's tokens, so that no single one decides
_MOST, _MOST_QUESTION = 128, 64  # tokens of a text in training
_HAN = re.compile("▁?[\u4e00-\u9fff]+")
_OTHERS = re.compile("▁?(?:[ -~]{1,2}|[0-9]{1,4}|[\u3000-\u303f\uff00-\uffef—…“”‘’·°%‰≥≤×①-⑩]+)")


class Data(NamedTuple):
    """Texts by kind; ``target`` of each question on record, and of each target its clause and passage."""

    texts: dict[str, list[str]]
    target: NDArray[np.int64]
    clause: NDArray[np.int64]
    passage: NDArray[np.int64]


def data() -> Data:
    """What there is to learn from; no question of an evaluation set is among it."""
    draw = random.Random(0)
    splitter = ClauseSplitter(Words())

    def parts_of(library: Library) -> list[tuple[str, Any]]:
        return [(c.id, p) for c in library for p in passages(c, library.document(c.document_id).title, splitter)]

    own = Library([*load_library().documents, *read_laws(DISABILITY_LAWS)])
    parts, asked = parts_of(own), asked_questions(own)
    texts = [part.embedded for _, part in parts]
    others = [part.embedded for _, part in parts_of(Library(list(read_laws(None))))]
    others = [text for text in dict.fromkeys(others) if text not in set(texts)]
    pieces = [[x for x in re.split("[，；。、：]", t.split("：", 1)[-1]) if 4 <= len(x) <= 40] for t in others]
    targets = sorted({q.target for q in asked}, key=lambda t: (t.clause_id, -1 if t.at is None else t.at))
    place = {target: number for number, target in enumerate(targets)}
    clauses = {clause: number for number, clause in enumerate(sorted({t.clause_id for t in targets}))}
    answering = [
        next(n for n, (clause, p) in enumerate(parts) if clause == t.clause_id and t.answers_in(p.span))
        for t in targets
    ]
    return Data(
        {
            "passages": [f"passage: {text}" for text in texts],
            "others": [f"passage: {text}" for text in others],
            "fragments": [f"query: {draw.choice(some)}" for some in pieces if some],
            "asked": [f"query: {question.text}" for question in asked],
            "silent": [f"query: {text}" for text in silent_questions()],
        },
        np.asarray([place[question.target] for question in asked]),
        np.asarray([clauses[target.clause_id] for target in targets]),
        np.asarray(answering),
    )


def vocabulary(weights: E5Weights, texts: Sequence[str]) -> list[int]:
    """The pieces kept: those of the texts, of simplified Chinese, single characters, and short ones of the rest."""
    from tokenizers import Tokenizer, models

    whole: Any = Tokenizer(models.Unigram(weights.vocabulary, weights.unknown, False))
    kept = {weights.begin, _PAD, weights.end, weights.unknown}
    for encoding in whole.encode_batch([spelt(text, weights.written_as) for text in texts]):
        kept.update(encoding.ids)
    for number, (piece, _) in enumerate(weights.vocabulary):
        bare = piece.strip("▁")
        if _OTHERS.fullmatch(piece) or (_HAN.fullmatch(piece) and (len(bare) == 1 or _simplified(bare))):
            kept.add(number)
    return sorted(kept)


class Trainer:
    """Students of one teacher."""

    def __init__(self, data: Data, weights: E5Weights, kept: Sequence[int], tokens: Tokens, device: str) -> None:
        self._data, self._weights, self._kept, self._device = data, weights, kept, device
        self._draw = np.random.default_rng(0)
        self._tokens = {kind: tokens.of(texts) for kind, texts in data.texts.items()}
        self._members = [np.flatnonzero(data.target == t) for t in range(len(data.clause))]
        self._teacher = self.model(range(weights.layers)).eval()

    def model(self, layers: Sequence[int]) -> Any:
        """A model with these of the teacher's layers."""
        w = self._weights
        sizes = {"hidden_size": w.width, "num_attention_heads": w.heads, "intermediate_size": w.inner}
        config = BertConfig(
            vocab_size=len(self._kept),
            num_hidden_layers=len(layers),
            layer_norm_eps=w.epsilon,
            type_vocab_size=1,
            **sizes,
        )
        model: Any = BertModel(config, add_pooling_layer=False)
        state = {name: torch.tensor(rows) for name, rows in bert_state(w, layers, np.asarray(self._kept)).items()}
        state["embeddings.token_type_embeddings.weight"] = torch.zeros(1, w.width)
        model.load_state_dict(state, strict=False)
        for name in ("word_embeddings", "token_type_embeddings"):
            getattr(model.embeddings, name).weight.requires_grad_(False)
        if self._device == "cpu":  # where memory, not time, is what runs out
            model.gradient_checkpointing_enable()
        return model.to(self._device)

    def distil_loss(self, model: Any, count: int) -> Any:
        """How far texts lie from where the teacher puts them."""
        lost = torch.zeros((), device=self._device)
        for kind in ("others", "fragments", "asked"):
            rows = self._draw.choice(len(self._tokens[kind]), count, replace=False)
            batch = self._batch(kind, rows, _MOST)
            with torch.no_grad():
                wanted = self._embedded(self._teacher, batch)
            lost = lost + (1 - (self._embedded(model, batch) * wanted).sum(1)).mean()
        return 10 * lost

    def find_loss(self, model: Any, count: int) -> Any:
        """Questions against the sentences of a step, and sentences against its questions, silent ones among them."""
        draw, d = self._draw, self._data
        targets = draw.permutation(len(d.clause))[:count]
        pairs = [draw.choice(own, 2, replace=len(own) < 2) for own in (self._members[t] for t in targets)]
        asked = self._embedded(model, self._batch("asked", np.asarray(pairs).T.ravel(), _MOST_QUESTION, _DROPPED))
        some = draw.choice(len(self._tokens["silent"]), _SILENT, replace=False)
        silent = self._embedded(model, self._batch("silent", some, _MOST_QUESTION, _DROPPED))
        found = self._embedded(model, self._batch("passages", d.passage[targets], _MOST))
        of, clause = np.concatenate([targets, targets]), d.clause
        right = np.where(of[:, None] == targets, 1.0, _SAME_CLAUSE * (clause[of][:, None] == clause[targets]))
        wanted = torch.tensor(right, dtype=torch.float32, device=self._device)
        likeness = asked @ found.T / _TEMPERATURE
        backwards = torch.cat([likeness.T, found @ silent.T / _TEMPERATURE], 1).log_softmax(1)[:, : len(of)]
        forth = -(wanted / wanted.sum(1, keepdim=True) * likeness.log_softmax(1)).sum(1).mean()
        back = -(wanted.T / wanted.T.sum(1, keepdim=True) * backwards).sum(1).mean()
        return (forth + back) / 2

    def train(self, model: Any, losses: Sequence[Callable[[], Any]], steps: int, rate: float, dropout: float) -> None:
        """AdamW with a warm start and a cosine's end; the losses add up."""
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = dropout
        learning = [p for p in model.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(learning, lr=rate, weight_decay=0.01)
        model.train()
        for step in range(steps):
            share = min(1.0, (step + 1) / 40) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
            for group in optimiser.param_groups:
                group["lr"] = rate * share
            optimiser.zero_grad(set_to_none=True)
            lost = 0.0
            for loss_of in losses:
                loss = loss_of()
                loss.backward()
                lost += loss.item()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            if step % 20 == 0 or step + 1 == steps:
                print(f"step {step + 1}/{steps}, loss {lost:.3f}", file=sys.stderr)

    def _batch(self, kind: str, rows: NDArray[np.int64], most: int, dropped: float = 0.0) -> Any:
        texts = []
        for row in rows:
            tokens = self._tokens[kind][row][: most - 2]
            # the two tokens of "query:" stay
            kept = [t for n, t in enumerate(tokens) if n < 2 or not dropped or self._draw.random() >= dropped]
            texts.append([BEGIN, *kept, END])
        width = max(map(len, texts))
        return torch.tensor([[*text, *[_PAD] * (width - len(text))] for text in texts], device=self._device)

    def _embedded(self, model: Any, batch: Any) -> Any:
        mask = batch != _PAD
        with torch.autocast(self._device, torch.bfloat16, enabled=self._device == "cuda"):
            states = model(input_ids=batch, attention_mask=mask).last_hidden_state
        return normalize((states.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=float, default=1.0, help="times the usual number of steps")
    parser.add_argument("--out", type=Path, default=MODEL.parent, help="folder of the model and its tokens")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    known, weights = data(), E5Weights()
    kept = vocabulary(weights, [text for texts in known.texts.values() for text in texts])
    pieces = [weights.vocabulary[number] for number in kept]
    written_as = {chr(character): text for character, text in weights.written_as.items()}
    tokens, model_file = arguments.out / TOKENS.name, arguments.out / MODEL.name
    tokens.write_text(
        json.dumps({"pieces": pieces, "written_as": written_as}, ensure_ascii=False, separators=(",", ":")), "utf-8"
    )
    assert [kept.index(number) for number in (weights.begin, weights.end, weights.unknown)] == [BEGIN, END, UNKNOWN]
    trainer = Trainer(known, weights, kept, Tokens(tokens), "cuda" if torch.cuda.is_available() else "cpu")
    model = trainer.model(LAYERS)
    steps = round(_DISTIL_STEPS * arguments.steps)
    trainer.train(model, [lambda: trainer.distil_loss(model, _DISTIL_TEXTS)], steps, _DISTIL_RATE, 0.0)
    distilled = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    steps = round(_FIND_STEPS * arguments.steps)
    trainer.train(
        model,
        [lambda: trainer.distil_loss(model, _BOUND_TEXTS), lambda: trainer.find_loss(model, _TARGETS)],
        steps,
        _FIND_RATE,
        0.1,
    )
    state = {name: torch.lerp(old, model.state_dict()[name], MIX).cpu().numpy() for name, old in distilled.items()}
    model_file.write_bytes(quantised_model(state, weights.heads))
    print(f"{model_file}: {model_file.stat().st_size >> 20} MiB", file=sys.stderr)


def _simplified(text: str) -> bool:
    """GB 2312 has the simplified characters and few others."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
