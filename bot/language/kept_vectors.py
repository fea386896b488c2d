"""What an encoder said about texts, kept in a file from one training to the next: an editor's next version encodes only what is new.

The file holds the texts of the last training, as digests that the encoder is part of, so another encoder finds nothing in it. It may be
deleted at any time; one that cannot be read or written is done without.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder import SentenceEncoder

Layers = NDArray[np.float32]
Kept = NDArray[np.float16]  # as exact as int8 makes them, and half as large

_log = logging.getLogger(__name__)


def layers_of(texts: Sequence[str], encoder: SentenceEncoder, file: Path, *, threads: int) -> Layers:
    """`encoder.layers(texts)` as half precision has it. What the file holds is not encoded again; then it holds these texts."""
    digests = [hashlib.sha256(f"{encoder.identity}\0{text}".encode()).hexdigest()[:32] for text in texts]
    places, old = _read(file)
    known = [places.get(digest, -1) for digest in digests]
    new = [place for place, before in enumerate(known) if before < 0]
    layers = np.empty((len(texts), *encoder.layers_shape), dtype=np.float16)
    if new:
        layers[new] = encoder.layers([texts[place] for place in new], threads=threads)
    if len(new) < len(texts):
        there = [place for place, before in enumerate(known) if before >= 0]
        layers[there] = old[[known[place] for place in there]]
    if new or len(places) > len(set(digests)):
        _write(file, digests, layers)
    return layers.astype(np.float32)


def _read(file: Path) -> Tuple[Dict[str, int], Kept]:
    try:
        with np.load(file, allow_pickle=False) as stored:
            return {digest: place for place, digest in enumerate(stored["digests"].tolist())}, stored["layers"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as err:
        if file.exists():
            _log.warning("vectors kept from an earlier training cannot be read: %s", type(err).__name__)
        return {}, np.empty(0, dtype=np.float16)


def _write(file: Path, digests: List[str], layers: Kept) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as out:
            np.savez(out, digests=np.array(digests), layers=layers)
        draft.replace(file)
    except OSError as err:
        _log.warning("vectors cannot be kept for the next training: %s", type(err).__name__)
        with suppress(OSError):
            draft.unlink()
