"""The classifier: what it ranks, how it decides, and that a saved one is the same one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.classifier import Classifier, decide

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
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.train([text for _, text in EXAMPLES], [label for label, _ in EXAMPLES])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("theres a pothoel on king street", "report_problem/pothole"),
        ("NID DE POULE!!", "report_problem/pothole"),
        ("les poubelles, quel jour", "collection_day"),
        ("25-018822", "check_request_status"),  # another number of the same shape
        ("signaler un probleme", "report_problem"),  # without the accent
    ],
)
def test_misspelt_shouted_and_unaccented_words_are_understood(classifier: Classifier, text: str, label: str) -> None:
    assert classifier.ranking(text)[0][0] == label


@given(st.text(max_size=300))
def test_a_ranking_holds_every_label_once_likeliest_first_and_adds_up_to_one(classifier: Classifier, text: str) -> None:
    ranking = classifier.ranking(text)
    if ranking:
        assert sorted(label for label, _ in ranking) == sorted({label for label, _ in EXAMPLES})
        assert [sure for _, sure in ranking] == sorted((sure for _, sure in ranking), reverse=True)
        assert sum(sure for _, sure in ranking) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " ", "🙂🙂🙂", "\n", "ﷺ"])
def test_a_text_without_known_parts_ranks_nothing(classifier: Classifier, text: str) -> None:
    assert classifier.ranking(text) == []


def test_only_the_beginning_of_a_very_long_text_counts(classifier: Classifier) -> None:
    beginning = "there is a pothole on my road " * 20
    assert classifier.ranking(beginning + "graffiti " * 10_000) == classifier.ranking(beginning)


def test_a_saved_classifier_ranks_as_before(classifier: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    loaded = Classifier.load(tmp_path)
    for _, text in [*EXAMPLES, ("", "une phrase jamais vue"), ("", "🙂")]:
        assert [label for label, _ in loaded.ranking(text)] == [label for label, _ in classifier.ranking(text)]
        assert [sure for _, sure in loaded.ranking(text)] == pytest.approx([sure for _, sure in classifier.ranking(text)], abs=1e-6)


def test_training_twice_gives_the_same_classifier(classifier: Classifier) -> None:
    again = Classifier.train([text for _, text in EXAMPLES], [label for label, _ in EXAMPLES])
    assert again.ranking("a hole in the street") == classifier.ranking("a hole in the street")


@pytest.mark.parametrize(
    ("ranking", "decided"),
    [
        ([("article/tax", 0.8), ("greet", 0.1)], ("article", "tax", 0.8)),
        ([("greet", 0.6), ("thank", 0.3)], ("greet", "", 0.6)),
        ([("article/tax", 0.45), ("greet", 0.1)], ("", "", 0.45)),  # not likely enough
        ([("article/tax", 0.52), ("article/fine", 0.45)], ("", "", 0.52)),  # too close to the next
        # The variety is unclear, the intent is not, and the intent is a label: it stands without a variety.
        ([("report/pothole", 0.4), ("report/litter", 0.35), ("report", 0.1), ("greet", 0.1)], ("report", "", 0.85)),
        ([("greet", 0.3), ("report/litter", 0.28), ("report/tree", 0.27), ("report", 0.15)], ("report", "", 0.7)),
        ([("article/tax", 0.4), ("article/fine", 0.35), ("greet", 0.1)], ("", "", 0.4)),  # `article` alone says nothing
        ([], ("", "", 0.0)),
    ],
)
def test_what_is_not_clear_is_not_decided(ranking: object, decided: object) -> None:
    intent, variety, sure = decide(ranking, answer=0.5, margin=0.15)  # type: ignore[arg-type]
    assert (intent, variety, pytest.approx(sure)) == decided
