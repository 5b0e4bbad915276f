"""multilingual-e5-small as an ONNX model that multiplies 8-bit whole numbers; made in memory in half a second.

Weights are 7 bit with a scale an output, because without VNNI two products of 8 bits overflow the 16 that
they are added in. Activations are 8 bit with a scale a token, so a text's vector doesn't depend on the texts
that it shares a batch with. Between the products everything is float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.e5weights import E5Weights

_MICROSOFT = "com.microsoft"  # operators of onnxruntime's own
_MOST = 63  # of a weight
_STEP = 1 / 127  # of an activation, relative to its token's largest


def quantised_model(weights: E5Weights) -> bytes:
    """A model from embedded tokens ``x`` [texts, tokens, width] to their last states ``states``, same shape."""
    return _Graph(weights).model()


class _Graph:
    def __init__(self, weights: E5Weights) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._step = self._constant(np.float32(_STEP))
        self._middle = self._constant(np.uint8(128))
        self._last = self._constant(np.array([-1]))
        self._least = self._constant(np.float32(1e-6))

    def model(self) -> bytes:
        w = self._weights
        state = self._normalised("x", "emb.ln")
        for layer in range(w.layers):
            state = self._layer(state, f"l{layer}")
        self._nodes.append(helper.make_node("Identity", [state], ["states"]))
        shape = ["texts", "tokens", w.width]
        graph = helper.make_graph(
            self._nodes,
            "e5",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        made: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
        return made

    def _layer(self, state: str, layer: str) -> str:
        w = self._weights
        tokens = self._quantised(state)
        heads = [self._product(tokens, f"{layer}.{part}.w") for part in "qkv"]
        bias = self._constant(np.concatenate([w.floats(f"{layer}.{part}.b") for part in "qkv"]))
        attended = self._node("MultiHeadAttention", [*heads, bias], _MICROSOFT, num_heads=w.heads)
        state = self._added(state, self._product(self._quantised(attended), f"{layer}.ao.w"), f"{layer}.ao.b")
        state = self._normalised(state, f"{layer}.aln")
        inner = self._product(self._quantised(state), f"{layer}.fi.w")
        inner = self._node("BiasGelu", [inner, self._constant(w.floats(f"{layer}.fi.b"))], _MICROSOFT)
        state = self._added(state, self._product(self._quantised(inner), f"{layer}.fo.w"), f"{layer}.fo.b")
        return self._normalised(state, f"{layer}.oln")

    def _quantised(self, value: str) -> tuple[str, str]:
        """A value in 8 bit, and the largest of each token that it is relative to."""
        largest = self._node("ReduceMax", [self._node("Abs", [value]), self._last], keepdims=1)
        largest = self._node("Max", [largest, self._least])
        relative = self._node("Div", [value, largest])
        return self._node("QuantizeLinear", [relative, self._step, self._middle]), largest

    def _product(self, value: tuple[str, str], name: str) -> str:
        matrix, scales = _seven_bits(self._weights.matrix(name))
        zeros = self._constant(np.zeros(len(scales), np.int8))
        inputs = [value[0], self._constant(matrix), self._step, self._constant(scales), self._middle, zeros]
        return self._node("Mul", [self._node("MatMulIntegerToFloat", inputs, _MICROSOFT), value[1]])

    def _added(self, state: str, change: str, bias: str) -> str:
        return self._node("Add", [self._node("Add", [change, self._constant(self._weights.floats(bias))]), state])

    def _normalised(self, value: str, name: str) -> str:
        w = self._weights
        inputs = [value, self._constant(w.floats(f"{name}.w")), self._constant(w.floats(f"{name}.b"))]
        return self._node("LayerNormalization", inputs, epsilon=w.epsilon)

    def _constant(self, value: Any) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        output = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output


def _seven_bits(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights [inputs, outputs] as whole numbers, and the scale of each output."""
    scales = np.abs(matrix).max(axis=1) / _MOST
    whole = np.round(matrix / scales[:, np.newaxis]).astype(np.int8)
    return np.ascontiguousarray(whole.T), scales.astype(np.float32)
