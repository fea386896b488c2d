"""The classifier: what it ranks, and that a saved one is the same one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List, Tuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.classifier import Classifier
from bot.language.encoder import SentenceEncoder

EXAMPLES = [
    ("collection_day", "when is garbage day"),
    ("collection_day", "what day is my recycling picked up"),
    ("collection_day", "quel jour passent les poubelles"),
    ("report_problem", "i want to report a problem"),
    ("report_problem", "signaler un problème"),
    ("report_problem/pothole", "there is a pothole on my road"),
    ("report_problem/pothole", "nid de poule dans la rue"),
    ("report_problem/graffiti", "graffiti sprayed on a wall"),
    ("report_problem/graffiti", "graffitis sur un mur"),
    ("check_request_status", "what is happening with 26-000417"),
    ("check_request_status", "where is my request 26-000031 at"),
]
TEXTS, LABELS = [text for _, text in EXAMPLES], [label for label, _ in EXAMPLES]


@pytest.fixture(scope="module")
def classifier(encoder: SentenceEncoder) -> Classifier:
    return Classifier.train(TEXTS, LABELS, encoder)


OWN = [("when do you collect trash", "collection_day"), ("hole in the pavement", "report_problem/pothole")]
UNKNOWN = [("how tall is the eiffel tower", "out_of_scope"), ("write me a poem", "out_of_scope")]


@pytest.mark.parametrize("calibration", [OWN, UNKNOWN, OWN + UNKNOWN], ids=["known", "unknown", "both"])
def test_texts_to_measure_with_are_not_learnt_and_what_is_known_is_surer_than_what_is_not(
    encoder: SentenceEncoder, calibration: List[Tuple[str, str]]
) -> None:
    measured = Classifier.train(TEXTS, LABELS, encoder, calibration=calibration, unknown_label="out_of_scope")
    assert {label for label, _ in measured.ranking("graffiti")} == set(LABELS)
    known, unknown = (measured.ranking(text) for text in ("there is a pothole in my road", "who won the world cup in 1998"))
    assert known[0][0] == "report_problem/pothole"
    assert known[0][1] > unknown[0][1]


def test_texts_to_measure_with_count_if_their_label_is_learnt(encoder: SentenceEncoder) -> None:
    other = [("is there life on mars", "astronomy")]
    without, beside, alone = (Classifier.train(TEXTS, LABELS, encoder, calibration=texts) for texts in (OWN, OWN + other, other))
    assert beside.ranking("a hole in my road") == without.ranking("a hole in my road")
    assert alone.ranking("a hole in my road") == Classifier.train(TEXTS, LABELS, encoder).ranking("a hole in my road")
    assert alone.ranking("a hole in my road") != without.ranking("a hole in my road")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("theres a pothoel on king street", "report_problem/pothole"),
        ("NID DE POULE!!", "report_problem/pothole"),
        ("les poubelles, quel jour", "collection_day"),
        ("which morning do they take the trash", "collection_day"),  # no word of any example but "the"
        ("25-018822", "check_request_status"),  # another number of the same shape
        ("signaler un probleme", "report_problem"),  # without the accent
    ],
)
def test_misspelt_shouted_unaccented_and_other_words_are_understood(classifier: Classifier, text: str, label: str) -> None:
    assert classifier.ranking(text)[0][0] == label


@given(st.text(max_size=300))
def test_a_ranking_holds_every_label_once_likeliest_first_and_never_more_than_one_in_all(classifier: Classifier, text: str) -> None:
    ranking = classifier.ranking(text)
    if ranking:
        assert sorted(label for label, _ in ranking) == sorted(set(LABELS))
        assert [sure for _, sure in ranking] == sorted((sure for _, sure in ranking), reverse=True)
        assert sum(sure for _, sure in ranking) <= 1 + 1e-5


@pytest.mark.parametrize("text", ["", " ", "🙂🙂🙂", "\n", "…?!", "\u200b\u200e\u202e"])
def test_a_text_without_a_letter_or_digit_ranks_nothing(classifier: Classifier, text: str) -> None:
    assert classifier.ranking(text) == []


def test_what_nobody_sees_changes_nothing(classifier: Classifier) -> None:
    assert classifier.ranking("pot\u200bhole \u202eon my road") == classifier.ranking("pothole on my road")


def test_only_the_beginning_of_a_very_long_text_counts(classifier: Classifier) -> None:
    beginning = "there is a pothole on my road " * 100
    assert classifier.ranking(beginning + "graffiti " * 10_000) == classifier.ranking(beginning)


def test_a_saved_classifier_ranks_as_before(classifier: Classifier, encoder: SentenceEncoder, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    loaded = Classifier.load(tmp_path, encoder)
    for text in [*TEXTS, "une phrase jamais vue", "🙂"]:
        assert [label for label, _ in loaded.ranking(text)] == [label for label, _ in classifier.ranking(text)]
        assert [sure for _, sure in loaded.ranking(text)] == pytest.approx([sure for _, sure in classifier.ranking(text)], abs=1e-6)
        assert loaded.decide(loaded.ranking(text)).outcome == classifier.decide(classifier.ranking(text)).outcome


def test_a_damaged_classifier_does_not_load(classifier: Classifier, encoder: SentenceEncoder, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    words = json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8"))
    del words["labels"]
    (tmp_path / "classifier.json").write_text(json.dumps(words), encoding="utf-8")
    with pytest.raises(KeyError, match="labels"):
        Classifier.load(tmp_path, encoder)


def test_a_classifier_of_another_encoder_does_not_load(classifier: Classifier, encoder: SentenceEncoder, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    with np.load(tmp_path / "classifier.npz") as stored:
        arrays = {**stored, "probe": -stored["probe"]}
    np.savez(tmp_path / "classifier.npz", **arrays)
    with pytest.raises(ValueError, match="train again"):
        Classifier.load(tmp_path, encoder)


def test_training_twice_gives_the_same_classifier(classifier: Classifier, encoder: SentenceEncoder) -> None:
    again = Classifier.train(TEXTS, LABELS, encoder, threads=2)
    assert again.ranking("a hole in the street") == classifier.ranking("a hole in the street")


def test_one_label_is_nothing_to_choose_from(encoder: SentenceEncoder) -> None:
    with pytest.raises(ValueError, match="two labels"):
        Classifier.train(["hello", "hi"], ["greet", "greet"], encoder)
