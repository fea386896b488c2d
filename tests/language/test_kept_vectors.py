"""Vectors kept between trainings: nothing is encoded twice, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.encoder import SentenceEncoder
from bot.language.kept_vectors import layers_of


class Counting:
    """An encoder that notes what it is asked."""

    def __init__(self, encoder: SentenceEncoder, identity: str = "one") -> None:
        self._encoder = encoder
        self.identity, self.layers_shape = identity, encoder.layers_shape
        self.asked: List[str] = []

    def layers(self, texts: Sequence[str], *, threads: int) -> NDArray[np.float32]:
        self.asked += texts
        return self._encoder.layers(texts, threads=threads)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "vectors.npz"


def test_only_new_texts_are_encoded_and_the_result_is_the_same(encoder: SentenceEncoder, file: Path) -> None:
    counting = Counting(encoder)
    layers_of(["garbage day", "a pothole"], counting, file, threads=1)
    found = layers_of(["a pothole", "snow", "garbage day"], counting, file, threads=1)
    assert counting.asked == ["garbage day", "a pothole", "snow"]
    exact = encoder.layers(["a pothole", "snow", "garbage day"])
    assert found == pytest.approx(exact, rel=2e-3, abs=2e-3)


def test_it_holds_the_texts_of_the_last_training_only(encoder: SentenceEncoder, file: Path) -> None:
    counting = Counting(encoder)
    for texts in (["garbage day", "a pothole"], ["a pothole"], ["garbage day"]):
        layers_of(texts, counting, file, threads=1)
    assert counting.asked == ["garbage day", "a pothole", "garbage day"]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_another_encoder_finds_nothing(encoder: SentenceEncoder, file: Path) -> None:
    layers_of(["garbage day"], Counting(encoder), file, threads=1)
    other = Counting(encoder, "another")
    layers_of(["garbage day"], other, file, threads=1)
    assert other.asked == ["garbage day"]


def test_the_encoders_of_two_precisions_are_two(encoder: SentenceEncoder) -> None:
    assert SentenceEncoder.load(precision="float32").identity != encoder.identity == SentenceEncoder.load().identity


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_done_without_and_replaced(encoder: SentenceEncoder, file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    counting = Counting(encoder)
    for _ in range(2):
        assert layers_of(["garbage day"], counting, file, threads=1).shape == (1, *encoder.layers_shape)
    assert counting.asked == ["garbage day"]


def test_where_nothing_can_be_written_training_goes_on(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert layers_of(["garbage day"], Counting(encoder), tmp_path / "file" / "vectors.npz", threads=1).any()
