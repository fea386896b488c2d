"""Small ONNX graphs written in memory, and their sessions: each runs on the one core of whoever calls it."""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence, Union

import onnx
import onnxruntime
from onnx import TensorProto, helper

RUNTIME_DOMAIN = "com.microsoft"  # ONNX Runtime's contributed operators

_OPSET = 17
_IR_VERSION = 9  # the one that goes with opset 17 to 20

Shapes = Mapping[str, Sequence[Union[int, str]]]


def serialised(name: str, nodes: Sequence[onnx.NodeProto], inputs: Shapes, outputs: Shapes, constants: Iterable[TensorProto]) -> bytes:
    """A graph; its inputs and outputs are float32."""
    ends = [[helper.make_tensor_value_info(end, TensorProto.FLOAT, shape) for end, shape in shapes.items()] for shapes in (inputs, outputs)]
    graph = helper.make_graph(nodes, name, ends[0], ends[1], initializer=list(constants))
    domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(RUNTIME_DOMAIN, 1)]
    content: bytes = helper.make_model(graph, opset_imports=domains, ir_version=_IR_VERSION).SerializeToString()
    return content


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """Ready to run a serialised graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
