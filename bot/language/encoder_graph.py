"""The computation of a BERT-shaped sentence encoder as an ONNX graph, written straight from its files.

The graph is made in memory when the encoder is loaded, in well under a second, so nothing is converted or cached. The table of
word pieces stays outside: a text needs few of its rows. At int8 precision the matrices of the layers are rounded (symmetric, one
scale per column), and so is every row that goes into them, by its own largest number: a few rows hold numbers a hundred times as large
as the others do.

Sources: Devlin et al. 2019 (the network); ONNX operators of opset 17; ONNX Runtime's contributed operators MultiHeadAttention,
SkipLayerNormalization, BiasGelu and MatMulIntegerToFloat (domain com.microsoft).
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bot.language.encoder_files import EncoderFiles, Matrix
from bot.language.onnx_graphs import RUNTIME_DOMAIN, Shapes, serialised

Precision = Literal["float32", "int8"]

_INT8_STEPS = 90  # of 127: processors with AVX2 alone add two products in 16 bits, where larger ones are cut off
_INT8_MIDDLE = 127  # of the 256 steps of what goes in: zero


class _Writer:
    """Collects nodes and initializers; every method returns the name of the value it makes."""

    def __init__(self, files: EncoderFiles, precision: Precision) -> None:
        self.nodes: List[onnx.NodeProto] = []
        self.initializers: Dict[str, TensorProto] = {}
        self.files = files
        self._precision = precision

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> List[str]:
        names = [f"{kind}_{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.files.array(name))

    def product(self, rows: str, name: str, matrix: Matrix) -> str:
        """`rows` (texts, pieces, in) times `matrix` (in, out)."""
        if self._precision == "float32":
            return self.op("MatMul", rows, self.constant(f"{name}.weight", matrix))[0]
        scale = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / _INT8_STEPS
        rounded = self.constant(f"{name}.int8", np.round(matrix / scale).astype(np.int8))
        scales = self.constant(f"{name}.scale", scale.astype(np.float32))
        zeros = self.constant(f"{name}.zeros", np.zeros(scale.size, dtype=np.int8))
        step = self.constant("step", np.array(1 / _INT8_MIDDLE, dtype=np.float32))
        middle = self.constant("middle", np.array(_INT8_MIDDLE, dtype=np.uint8))
        largest = self.op("ReduceMax", *self.op("Abs", rows), axes=[-1], keepdims=1)[0]
        steps = self.op("QuantizeLinear", *self.op("Div", rows, largest), step, middle)[0]
        product = self.op("MatMulIntegerToFloat", steps, rounded, step, scales, middle, zeros, domain=RUNTIME_DOMAIN)
        return self.op("Mul", *product, largest)[0]

    def linear(self, rows: str, *names: str) -> str:
        """`rows` through one or several layers side by side, without their biases."""
        return self.product(rows, names[0], np.concatenate([self.files.array(f"{name}.weight").T for name in names], axis=1))

    def joined_norm(self, rows: str, skipped: str, norm: str, bias: str, epsilon: float) -> str:
        """The layer norm of rows + skipped + bias."""
        inputs = (rows, skipped, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias"), self.weight(f"{bias}.bias"))
        return self.op("SkipLayerNormalization", *inputs, domain=RUNTIME_DOMAIN, epsilon=epsilon)[0]


def encoder_graph(files: EncoderFiles, pooled_layers: int, precision: Precision) -> bytes:
    """The serialised graph: input `pieces` (texts, length, width) float32, the rows of the word pieces of texts that have as many;
    output `pooled` (texts, pooled_layers, width) float32.

    Args:
        pooled_layers: of how many layers, the last one and those before it, to give the mean over all pieces.
    Raises:
        EncoderFilesError: the files lack a tensor.
    """
    shape = files.shape
    write = _Writer(files, precision)
    rows = _embeddings(write)
    pooled = []
    for layer in range(shape.layers):
        rows = _layer(write, rows, f"encoder.layer.{layer}")
        if layer >= shape.layers - pooled_layers:
            pooled += write.op("ReduceMean", rows, axes=[1], keepdims=1)
    write.nodes.append(helper.make_node("Concat", pooled, ["pooled"], axis=1))
    pieces: Shapes = {"pieces": ["texts", "length", shape.width]}
    means: Shapes = {"pooled": ["texts", len(pooled), shape.width]}
    return serialised("sentence_encoder", write.nodes, pieces, means, write.initializers.values())


def _embeddings(write: _Writer) -> str:
    kind = write.files.array("embeddings.token_type_embeddings.weight")[0]
    places = write.constant("places", write.files.array("embeddings.position_embeddings.weight") + kind)
    one, two = write.constant("one", np.array([1])), write.constant("two", np.array([2]))
    zero = write.constant("zero", np.array([0]))
    length = write.op("Slice", *write.op("Shape", "pieces"), one, two)[0]
    total = write.op("Add", "pieces", *write.op("Slice", places, zero, length))[0]
    norm = [write.weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    return write.op("LayerNormalization", total, *norm, epsilon=write.files.shape.epsilon)[0]


def _layer(write: _Writer, rows: str, name: str) -> str:
    shape = write.files.shape
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    biases = write.constant(f"{name}.attention.biases", np.concatenate([write.files.array(f"{part}.bias") for part in parts]))
    split = write.op("Split", write.linear(rows, *parts), outputs=3, axis=2)
    attended = write.op("MultiHeadAttention", *split, biases, domain=RUNTIME_DOMAIN, num_heads=shape.heads)[0]
    mixed = write.linear(attended, f"{name}.attention.output.dense")
    rows = write.joined_norm(mixed, rows, f"{name}.attention.output.LayerNorm", f"{name}.attention.output.dense", shape.epsilon)
    wide = write.linear(rows, f"{name}.intermediate.dense")
    wide = write.op("BiasGelu", wide, write.weight(f"{name}.intermediate.dense.bias"), domain=RUNTIME_DOMAIN)[0]
    narrow = write.linear(wide, f"{name}.output.dense")
    return write.joined_norm(narrow, rows, f"{name}.output.LayerNorm", f"{name}.output.dense", shape.epsilon)
