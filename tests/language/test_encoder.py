"""The sentence encoder: the published vectors, and nothing a resident can send that it does not survive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.encoder import MAX_PIECES, SentenceEncoder
from bot.language.encoder_graph import EncoderFilesError

REFERENCE = Path(__file__).parent.parent / "fixtures" / "encoder" / "reference.json"


@pytest.fixture(scope="module")
def reference() -> List[Dict[str, Any]]:
    rows: List[Dict[str, Any]] = json.loads(REFERENCE.read_text(encoding="utf-8"))["rows"]
    assert rows
    return rows


def likenesses(encoder: SentenceEncoder, reference: List[Dict[str, Any]]) -> List[float]:
    vectors = encoder.encode([row["text"] for row in reference])
    return [float(vector @ np.array(row["vector"])) for vector, row in zip(vectors, reference, strict=True)]


def test_at_full_precision_the_vectors_are_the_published_ones(reference: List[Dict[str, Any]]) -> None:
    assert min(likenesses(SentenceEncoder.load(precision="float32"), reference)) >= 0.999


def test_the_shipped_precision_stays_close_to_the_published_vectors(encoder: SentenceEncoder, reference: List[Dict[str, Any]]) -> None:
    assert min(likenesses(encoder, reference)) >= 0.98


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=400))
def test_any_text_has_a_vector_of_length_one(encoder: SentenceEncoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert vector.shape == (encoder.width,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_only_the_first_pieces_of_a_long_text_are_read(encoder: SentenceEncoder) -> None:
    beginning = "snow " * MAX_PIECES
    assert np.array_equal(encoder.encode([beginning]), encoder.encode([beginning + "garbage " * 2_000]))


def test_texts_do_not_influence_each_other(encoder: SentenceEncoder) -> None:
    texts = ["garbage day", "a much longer text about snow on the sidewalk in front of the school", ""]
    together = encoder.encode(texts, threads=2)
    assert np.array_equal(together, np.concatenate([encoder.encode([text]) for text in texts]))


@pytest.mark.parametrize("config", ["", '{"model_type": "gpt2"}'])
def test_a_folder_without_such_an_encoder_is_refused_in_words(tmp_path: Path, config: str) -> None:
    if config:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(EncoderFilesError, match=tmp_path.name):
        SentenceEncoder.load(tmp_path)
