"""An encoder as an ONNX model that multiplies 8-bit whole numbers: from tokens to their last states.

Weights are 7 bit with a scale an output, because without VNNI two products of 8 bits overflow the 16 that
they are added in. Activations are 8 bit with a scale a token, so a text's vector doesn't depend on the texts
that it shares a batch with. Between the products everything is float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_MICROSOFT = "com.microsoft"  # operators of onnxruntime's own
_MOST, _MOST_WORD = 63, 127  # of a weight, and of a word's
_STEP = 1 / 127  # of an activation, relative to its token's largest
_EPSILON = 1e-12
Weights = Mapping[str, NDArray[np.float32]]


def quantised_model(weights: Weights, heads: int) -> bytes:
    """A model from ``tokens`` int64 [texts, tokens] to ``states`` float32 [texts, tokens, width].

    Args:
        weights: of a BertModel of transformers, by the names that it gives them; types of tokens added to the places.
    """
    return _Graph(weights, heads).model()


class _Graph:
    def __init__(self, weights: Weights, heads: int) -> None:
        self._weights, self._heads = weights, heads
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._step = self._constant(np.float32(_STEP))
        self._middle = self._constant(np.uint8(128))
        self._last = self._constant(np.array([-1]))
        self._least = self._constant(np.float32(1e-6))

    def model(self) -> bytes:
        state, layer = self._embedded(), 0
        while f"encoder.layer.{layer}.output.dense.weight" in self._weights:
            state = self._layer(state, f"encoder.layer.{layer}")
            layer += 1
        self._nodes.append(helper.make_node("Identity", [state], ["states"]))
        width = self._weights["embeddings.LayerNorm.weight"].size
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", width])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
        return made

    def _embedded(self) -> str:
        """Words, whose rows lie in 8 bit with a scale each, and places."""
        rows, scales = _whole(self._weights["embeddings.word_embeddings.weight"], _MOST_WORD)
        row = self._node("Cast", [self._node("Gather", [self._constant(rows), "tokens"])], to=TensorProto.FLOAT)
        scale = self._node("Gather", [self._constant(scales[:, np.newaxis]), "tokens"])
        places = self._constant(self._weights["embeddings.position_embeddings.weight"])
        length = self._node("Shape", ["tokens"], start=1, end=2)
        place = self._node("Slice", [places, self._constant(np.array([0])), length, self._constant(np.array([0]))])
        words = self._node("Mul", [row, scale])
        return self._normalised(self._node("Add", [words, place]), "embeddings.LayerNorm")

    def _layer(self, state: str, layer: str) -> str:
        w, attention = self._weights, f"{layer}.attention"
        tokens = self._quantised(state)
        parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        heads = [self._product(tokens, part) for part in parts]
        bias = self._constant(np.concatenate([w[f"{part}.bias"] for part in parts]))
        attended = self._node("MultiHeadAttention", [*heads, bias], _MICROSOFT, num_heads=self._heads)
        state = self._added(state, attended, f"{attention}.output.dense")
        state = self._normalised(state, f"{attention}.output.LayerNorm")
        inner = self._product(self._quantised(state), f"{layer}.intermediate.dense")
        inner = self._node("BiasGelu", [inner, self._constant(w[f"{layer}.intermediate.dense.bias"])], _MICROSOFT)
        return self._normalised(self._added(state, inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")

    def _quantised(self, value: str) -> tuple[str, str]:
        """A value in 8 bit, and the largest of each token that it is relative to."""
        largest = self._node("ReduceMax", [self._node("Abs", [value]), self._last], keepdims=1)
        largest = self._node("Max", [largest, self._least])
        relative = self._node("Div", [value, largest])
        return self._node("QuantizeLinear", [relative, self._step, self._middle]), largest

    def _product(self, value: tuple[str, str], name: str) -> str:
        rows, scales = _whole(self._weights[f"{name}.weight"], _MOST)
        matrix, zeros = np.ascontiguousarray(rows.T), self._constant(np.zeros(len(scales), np.int8))
        inputs = [value[0], self._constant(matrix), self._step, self._constant(scales), self._middle, zeros]
        return self._node("Mul", [self._node("MatMulIntegerToFloat", inputs, _MICROSOFT), value[1]])

    def _added(self, state: str, change: str, name: str) -> str:
        change = self._product(self._quantised(change), name)
        return self._node("Add", [self._node("Add", [change, self._constant(self._weights[f"{name}.bias"])]), state])

    def _normalised(self, value: str, name: str) -> str:
        w = self._weights
        inputs = [value, self._constant(w[f"{name}.weight"]), self._constant(w[f"{name}.bias"])]
        return self._node("LayerNormalization", inputs, epsilon=_EPSILON)

    def _constant(self, value: Any) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        output = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


def _whole(rows: NDArray[np.float32], most: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows as whole numbers of at most ``most``, and the scale of each."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / most
    return np.round(rows / scales[:, np.newaxis]).astype(np.int8), scales.astype(np.float32)
