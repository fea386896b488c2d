"""The computation of a BERT-shaped sentence encoder as an ONNX graph, written straight from its published files.

The graph is made in memory when the encoder is loaded, in well under a second, so nothing is converted or cached. Float
weights are not copied into it: each is a reference into `model.safetensors`, where tensors lie as plain little-endian numbers
at known places. At int8 precision the matrices of the layers are rounded (symmetric, one scale per column) and held inside the graph.

Sources: Devlin et al. 2019 (the network); the safetensors format; ONNX operators of opset 17; ONNX Runtime's contributed
operators MultiHeadAttention, Gelu and DynamicQuantizeMatMul (domain com.microsoft).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Literal, Mapping, Tuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Precision = Literal["float32", "int8"]

WEIGHTS_FILE = "model.safetensors"
_ONNX_OPSET = 17
_ONNX_IR_VERSION = 9  # the one that goes with opset 17 to 20
_RUNTIME_DOMAIN = "com.microsoft"
_INT8_STEPS = 127


class EncoderFilesError(ValueError):
    """The folder holds no encoder that this program can run; the message says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """What `config.json` says about the network."""

    width: int
    heads: int
    layers: int
    epsilon: float

    @classmethod
    def read(cls, folder: Path) -> Shape:
        """Raises EncoderFilesError when the files are not those of a BERT with absolute positions, GELU and mean pooling."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        for name, needed in (("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute")):
            if config.get(name, needed) != needed:
                raise EncoderFilesError(f"config.json: {name} is {config[name]!r}, only {needed!r} can be run")
        pooling = folder / "1_Pooling" / "config.json"
        if pooling.exists() and not json.loads(pooling.read_text(encoding="utf-8")).get("pooling_mode_mean_tokens"):
            raise EncoderFilesError("1_Pooling/config.json: only the mean over all pieces can be run")
        return cls(
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            layers=config["num_hidden_layers"],
            epsilon=config["layer_norm_eps"],
        )


@dataclass(frozen=True)
class Weights:
    """Where each tensor of a safetensors file lies: its header, and where its numbers start."""

    path: Path
    header: Mapping[str, Any]
    start: int

    @classmethod
    def read(cls, folder: Path) -> Weights:
        path = folder / WEIGHTS_FILE
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            return cls(path, json.loads(file.read(length)), 8 + length)

    def place(self, name: str) -> Tuple[List[int], int, int]:
        """Shape, offset in the file and length in bytes. Raises EncoderFilesError when the tensor is missing or not 32-bit float."""
        entry = self.header.get(name) or self.header.get(f"bert.{name}")
        if entry is None or entry["dtype"] != "F32":
            raise EncoderFilesError(f"{WEIGHTS_FILE}: no 32-bit tensor {name}")
        begin, end = entry["data_offsets"]
        return entry["shape"], self.start + begin, end - begin

    def array(self, name: str) -> NDArray[np.float32]:
        shape, offset, _ = self.place(name)
        return np.memmap(self.path, dtype="<f4", mode="r", offset=offset, shape=tuple(shape))


class _Writer:
    """Collects nodes and initializers; every method returns the name of the value it makes."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self.nodes: List[onnx.NodeProto] = []
        self.initializers: Dict[str, TensorProto] = {}
        self._weights = weights
        self._precision = precision

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.initializers[name] = numpy_helper.from_array(value, name)
        return name

    def weight(self, name: str) -> str:
        shape, offset, length = self._weights.place(name)
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", WEIGHTS_FILE), ("offset", str(offset)), ("length", str(length))):
            tensor.external_data.add(key=key, value=value)
        self.initializers[name] = tensor
        return name

    def linear(self, rows: str, name: str) -> str:
        """`rows` (pieces, in) to (pieces, out)."""
        bias = self.weight(f"{name}.bias")
        if self._precision == "float32":
            return self.op("Gemm", rows, self.weight(f"{name}.weight"), bias, transB=1)
        matrix = self._weights.array(f"{name}.weight").T
        scale = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / _INT8_STEPS
        rounded = self.constant(f"{name}.int8", np.round(matrix / scale).astype(np.int8))
        scales = self.constant(f"{name}.scale", scale.astype(np.float32))
        zero = self.constant(f"{name}.zero", np.zeros(scale.size, dtype=np.int8))
        return self.op("DynamicQuantizeMatMul", rows, rounded, scales, zero, bias, domain=_RUNTIME_DOMAIN)

    def norm(self, rows: str, name: str, epsilon: float) -> str:
        return self.op("LayerNormalization", rows, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), epsilon=epsilon)


def encoder_graph(folder: Path, pooled_layers: int, precision: Precision) -> bytes:
    """The serialised graph: input `pieces` (length,) int64 token ids of one text; output `pooled` (pooled_layers, width) float32.

    Args:
        pooled_layers: of how many layers, the last one and those before it, to give the mean over all pieces.
    Raises:
        EncoderFilesError: the files describe a network this module does not know, or lack a tensor.
    """
    shape = Shape.read(folder)
    write = _Writer(Weights.read(folder), precision)
    rows = _embeddings(write, shape)
    pooled = []
    for layer in range(shape.layers):
        rows = _layer(write, rows, f"encoder.layer.{layer}", shape)
        if layer >= shape.layers - pooled_layers:
            pooled.append(write.op("ReduceMean", rows, axes=[0], keepdims=1))
    write.nodes.append(helper.make_node("Concat", pooled, ["pooled"], axis=0))
    graph = helper.make_graph(
        write.nodes,
        "sentence_encoder",
        [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["length"])],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [len(pooled), shape.width])],
        initializer=list(write.initializers.values()),
    )
    domains = [helper.make_opsetid("", _ONNX_OPSET), helper.make_opsetid(_RUNTIME_DOMAIN, 1)]
    content: bytes = helper.make_model(graph, opset_imports=domains, ir_version=_ONNX_IR_VERSION).SerializeToString()
    return content


def _embeddings(write: _Writer, shape: Shape) -> str:
    words = write.op("Gather", write.weight("embeddings.word_embeddings.weight"), "pieces")
    zero, one = write.constant("zero", np.array([0])), write.constant("one", np.array([1]))
    positions = write.op("Slice", write.weight("embeddings.position_embeddings.weight"), zero, write.op("Shape", "pieces"))
    kind = write.op("Slice", write.weight("embeddings.token_type_embeddings.weight"), zero, one)
    total = write.op("Add", write.op("Add", words, kind), positions)
    return write.norm(total, "embeddings.LayerNorm", shape.epsilon)


def _layer(write: _Writer, rows: str, name: str, shape: Shape) -> str:
    batch_axis = write.constant("batch_axis", np.array([0]))
    parts = [write.op("Unsqueeze", write.linear(rows, f"{name}.attention.self.{part}"), batch_axis) for part in ("query", "key", "value")]
    attended = write.op("MultiHeadAttention", *parts, domain=_RUNTIME_DOMAIN, num_heads=shape.heads)
    mixed = write.linear(write.op("Squeeze", attended, batch_axis), f"{name}.attention.output.dense")
    rows = write.norm(write.op("Add", mixed, rows), f"{name}.attention.output.LayerNorm", shape.epsilon)
    wide = write.op("Gelu", write.linear(rows, f"{name}.intermediate.dense"), domain=_RUNTIME_DOMAIN)
    return write.norm(write.op("Add", write.linear(wide, f"{name}.output.dense"), rows), f"{name}.output.LayerNorm", shape.epsilon)
