"""What an encoder's files hold, whatever their format: the shape of the network, its weights, its word pieces.

Here is the format that sentence-transformers publishes (`config.json`, `tokenizer.json`, `model.safetensors`, where tensors lie
as plain little-endian numbers at known places); `bot.language.e5_files` reads the other one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, FrozenSet, List, Protocol, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Matrix = NDArray[np.float32]

_WORD_MARK = "\u2581"  # SentencePiece's sign for a space


class EncoderFilesError(ValueError):
    """The files hold no encoder that this program can run; the message says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """The size of a BERT-shaped network. `layers` are counted without the embeddings."""

    width: int
    heads: int
    layers: int
    epsilon: float


class EncoderFiles(Protocol):
    """A BERT-shaped encoder on disk. Tensors have the names of the published BERT checkpoints."""

    shape: Shape

    def array(self, name: str) -> Matrix:
        """A tensor; matrices are (out, in). Raises EncoderFilesError when it is missing."""

    def piece_vectors(self, pieces: Sequence[int]) -> Matrix:
        """Rows of the table of word pieces, (pieces, width)."""

    def pieces(self, text: str, most: int) -> List[int]:
        """The numbers of a text's word pieces, the marks at both ends among them, `most` at most."""

    def words(self) -> FrozenSet[str]:
        """The whole words among the pieces, in the encoder's own spelling."""


def words_among(pieces: Sequence[str]) -> FrozenSet[str]:
    """The whole words: after a mark where vocabularies mark beginnings; where they mark what goes on, as BERT's with ##, all letters."""
    marked = [piece[1:] for piece in pieces if piece.startswith(_WORD_MARK)]
    return frozenset(word for word in marked or pieces if word.isalpha())


class PublishedFiles:
    """A folder as sentence-transformers publishes it.

    Raises:
        EncoderFilesError: a file is missing or damaged, or describes another network than a BERT with absolute positions, GELU
            and the mean over all pieces.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.shape = _shape(folder)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._path = folder / "model.safetensors"
            with self._path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                self._tensors = json.loads(file.read(length))
        except EncoderFilesError as err:
            raise EncoderFilesError(f"{folder.name}: {err}") from err
        except Exception as err:  # the tokenizer's library raises plain Exception for a missing or damaged file
            raise EncoderFilesError(f"no sentence encoder in {folder.name}: {err}") from err
        self._start = 8 + length
        self._tokenizer.no_padding()
        self._table = self.array("embeddings.word_embeddings.weight")

    def array(self, name: str) -> Matrix:
        entry: Any = self._tensors.get(name) or self._tensors.get(f"bert.{name}")
        if entry is None or entry["dtype"] != "F32":
            raise EncoderFilesError(f"{self._path.parent.name}: no 32-bit tensor {name}")
        place = self._start + entry["data_offsets"][0]
        return np.memmap(self._path, dtype="<f4", mode="r", offset=place, shape=tuple(entry["shape"]))

    def piece_vectors(self, pieces: Sequence[int]) -> Matrix:
        rows: Matrix = self._table[pieces]
        return rows

    def pieces(self, text: str, most: int) -> List[int]:
        found: List[int] = self._tokenizer.encode(text).ids
        return found if len(found) <= most else [*found[: most - 1], found[-1]]

    def words(self) -> FrozenSet[str]:
        return words_among(list(self._tokenizer.get_vocab()))


def _shape(folder: Path) -> Shape:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for name, needed in (("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute")):
        if config.get(name, needed) != needed:
            raise EncoderFilesError(f"config.json: {name} is {config[name]!r}, only {needed!r} can be run")
    pooling = folder / "1_Pooling" / "config.json"
    if pooling.exists() and not json.loads(pooling.read_text(encoding="utf-8")).get("pooling_mode_mean_tokens"):
        raise EncoderFilesError("1_Pooling/config.json: only the mean over all pieces can be run")
    return Shape(
        width=config["hidden_size"],
        heads=config["num_attention_heads"],
        layers=config["num_hidden_layers"],
        epsilon=config["layer_norm_eps"],
    )
