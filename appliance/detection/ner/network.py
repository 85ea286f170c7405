"""The network of the name model as an ONNX graph: matrices of eight-bit integers, everything else in float32.

Weights are quantised for each output, activations for each token: a scale over a whole batch would let the neighbours
of a text change what is found in it, and one large value in a text would blur the rest of it. Each matrix product is
exact in integers. Attention, norms and the head stay in float32. Operators of the domain ``com.microsoft`` are those
of onnxruntime. BERT: Devlin et al. 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]

WIDTH = 384
HEADS = 12
INPUT, OUTPUT = "embeddings", "probabilities"
_NORM_EPSILON = 1e-12
_LEVELS = 127
_MIDDLE = 128  # activations are unsigned bytes around it: what processors multiply fastest
_GELU_FLOOR = 0.17  # GELU is never further below zero
_SMALLEST = 1e-9
_OPSET, _IR_VERSION = 17, 9


def graph(tensors: Mapping[str, NDArray[np.float32]], *, integers: bool = True) -> bytes:
    """The serialised graph: `INPUT` windows x tokens x width, summed embeddings; `OUTPUT` (windows * tokens) x labels.

    Args:
        tensors: as in `appliance.detection.ner.weights.Weights`.
        integers: False keeps the matrices in float32, as a reference to measure the integers against.

    Raises:
        KeyError: a tensor is missing.
    """
    return _Builder(tensors, integers=integers).build()


class _Builder:
    def __init__(self, tensors: Mapping[str, NDArray[np.float32]], *, integers: bool) -> None:
        import numpy as np

        self._np = np
        self._tensors = tensors
        self._integers = integers
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._spread: dict[str, Array] = {}

    def build(self) -> bytes:
        from onnx import TensorProto, helper

        x = self._norm(self._flat(INPUT), "bert.embeddings.LayerNorm")
        self._node("Shape", [INPUT], "shape")
        layers = sum(name.endswith(".intermediate.dense.weight") for name in self._tensors)
        for number in range(layers):
            x = self._layer(x, f"bert.encoder.layer.{number}.")
        logits = self._node("MatMul", [x, self._constant("head", self._tensors["classifier.weight"].T)], "logits_0")
        logits = self._node("Add", [logits, self._given("classifier.bias")], "logits")
        self._node("Softmax", [logits], OUTPUT, axis=-1)
        labels = self._tensors["classifier.bias"].shape[0]
        made = helper.make_graph(
            self._nodes, "names",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["windows", "tokens", WIDTH])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["rows", labels])],
            list(self._constants.values()))
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
        return bytes(helper.make_model(made, opset_imports=opsets, ir_version=_IR_VERSION).SerializeToString())

    def _layer(self, x: str, prefix: str) -> str:
        x = self._add_and_norm(self._attention(x, prefix), x, prefix + "attention.output")
        inner = self._product(x, self._tensors[prefix + "intermediate.dense.weight"], prefix + "inner")
        inner = self._node("BiasGelu", [inner, self._given(prefix + "intermediate.dense.bias")], prefix + "gelu",
                           domain="com.microsoft")
        outer = self._product(inner, self._tensors[prefix + "output.dense.weight"], prefix + "outer", floor=_GELU_FLOOR)
        return self._add_and_norm(outer, x, prefix + "output")

    def _attention(self, x: str, prefix: str) -> str:
        parts = [f"{prefix}attention.self.{name}" for name in ("query", "key", "value")]
        joined = self._np.concatenate([self._tensors[f"{part}.weight"] for part in parts])
        bias = self._constant(prefix + "qkv_bias",
                              self._np.concatenate([self._tensors[f"{part}.bias"] for part in parts]))
        product = self._product(x, joined, prefix + "qkv")
        self._nodes.append(_make("Split", [product], parts, axis=1))
        in_windows = [self._node("Reshape", [part, "shape"], f"{part}.windows") for part in parts]
        read = self._node("MultiHeadAttention", [*in_windows, bias], prefix + "read", domain="com.microsoft",
                          num_heads=HEADS)
        return self._product(self._flat(read), self._tensors[prefix + "attention.output.dense.weight"],
                             prefix + "read_out")

    def _add_and_norm(self, x: str, before: str, name: str) -> str:
        biased = self._node("Add", [x, self._given(f"{name}.dense.bias")], f"{name}.biased")
        return self._norm(self._node("Add", [biased, before], f"{name}.sum"), f"{name}.LayerNorm")

    def _norm(self, x: str, name: str) -> str:
        # Three standard deviations: how large each column of what the norm gives may be.
        self._spread[f"{name}.out"] = 3 * abs(self._tensors[f"{name}.weight"]) + abs(self._tensors[f"{name}.bias"])
        return self._node("LayerNormalization", [x, self._given(f"{name}.weight"), self._given(f"{name}.bias")],
                          f"{name}.out", axis=-1, epsilon=_NORM_EPSILON)

    def _flat(self, x: str) -> str:
        return self._node("Reshape", [x, self._constant("flat", self._np.array([-1, WIDTH]))], f"{x}.flat")

    def _product(self, x: str, weight: NDArray[np.float32], name: str, floor: float | None = None) -> str:
        """``x @ weight.T``; `floor` is how far below zero `x` may be, None if it is as far as above."""
        np = self._np
        if not self._integers:
            return self._node("MatMul", [x, self._constant(f"{name}.weight", weight.T)], name)
        if x in self._spread:
            x, weight = self._evened(x, weight, name)
        steps = np.maximum(np.abs(weight).max(axis=1), np.finfo(np.float32).tiny) / _LEVELS
        levels = np.round(weight / steps[:, None]).clip(-_LEVELS, _LEVELS).astype(np.int8)
        zero = _MIDDLE if floor is None else 0
        rows, row_steps = self._signed_bytes(x) if floor is None else self._lifted_bytes(x, floor)
        whole = self._node("MatMulIntegerToFloat",
                           [rows, self._constant(f"{name}.levels", levels.T), self._number("one", 1.0),
                            self._constant(f"{name}.steps", steps.astype(np.float32)),
                            self._constant(f"zero_{zero}", np.array(zero, np.uint8))], f"{name}.whole",
                           domain="com.microsoft")
        if floor is None:
            return self._node("Mul", [whole, row_steps], name)
        lifted = self._node("Mul", [whole, row_steps], f"{name}.lifted")
        back = -floor * (levels * steps[:, None]).sum(axis=1)
        return self._node("Add", [lifted, self._constant(f"{name}.back", back.astype(np.float32))], name)

    def _evened(self, x: str, weight: NDArray[np.float32], name: str) -> tuple[str, NDArray[np.float32]]:
        """Columns of `x` brought nearer to one size, and weights that undo it: few large columns would coarsen a row.

        SmoothQuant, Xiao et al. 2023, exponent one half; the sizes come from the norm, so no text is needed.
        """
        np = self._np
        factors = np.sqrt(self._spread[x] / np.maximum(np.abs(weight).max(axis=0), _SMALLEST))
        factors = np.maximum(factors, _SMALLEST)
        evened = self._node("Mul", [x, self._constant(f"{name}.factors", (1 / factors).astype(np.float32))],
                            f"{name}.evened")
        return evened, weight * factors

    def _signed_bytes(self, x: str) -> tuple[str, str]:
        """The rows of `x` as bytes around the middle, and the step of each row as a column."""
        highest = self._node("ReduceMax", [x], f"{x}.max", axes=[-1], keepdims=0)
        lowest = self._node("ReduceMin", [x], f"{x}.min", axes=[-1], keepdims=0)
        up = self._node("Mul", [highest, self._number("per_level_up", 1 / _LEVELS)], f"{x}.up")
        down = self._node("Mul", [lowest, self._number("per_level_down", -1 / _LEVELS)], f"{x}.down")
        return self._bytes(x, self._node("Max", [up, down, self._number("smallest", _SMALLEST)], f"{x}.steps"), _MIDDLE)

    def _lifted_bytes(self, x: str, floor: float) -> tuple[str, str]:
        """The same for rows of which nearly all is above zero: lifted by `floor`, they use every level."""
        lifted = self._node("Add", [x, self._number(f"floor_{floor}", floor)], f"{x}.lifted")
        highest = self._node("ReduceMax", [lifted], f"{x}.max", axes=[-1], keepdims=0)
        up = self._node("Mul", [highest, self._number("per_level_of_all", 1 / (2 * _LEVELS + 1))], f"{x}.up")
        return self._bytes(lifted, self._node("Max", [up, self._number("smallest", _SMALLEST)], f"{x}.steps"), 0)

    def _bytes(self, x: str, steps: str, zero: int) -> tuple[str, str]:
        rows = self._node("QuantizeLinear", [x, steps, self._zeros(zero)], f"{x}.bytes", axis=0)
        return rows, self._node("Unsqueeze", [steps, self._constant("column", self._np.array([1]))], f"{x}.column")

    def _zeros(self, zero: int) -> str:
        """The zero point once for each row."""
        name = f"zeros_{zero}"
        if not any(name in node.output for node in self._nodes):
            self._node("Shape", [f"{INPUT}.flat"], f"{name}.shape")
            self._node("Gather", [f"{name}.shape", self._constant("first", self._np.array([0]))], f"{name}.count")
            self._node("Expand", [self._constant(f"zero_{zero}", self._np.array(zero, self._np.uint8)),
                                  f"{name}.count"], name)
        return name

    def _node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self._nodes.append(_make(kind, inputs, [output], **attributes))
        return output

    def _given(self, name: str) -> str:
        return self._constant(name, self._tensors[name])

    def _number(self, name: str, value: float) -> str:
        return self._constant(name, self._np.array(value, self._np.float32))

    def _constant(self, name: str, value: Array) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            whole = self._np.ascontiguousarray(value).reshape(value.shape)
            self._constants[name] = numpy_helper.from_array(whole, name)
        return name


def _make(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> Any:
    from onnx import helper

    return helper.make_node(kind, list(inputs), list(outputs), **attributes)
