"""A message that is but a thing to throw out, where the assistant is not sure what is wanted."""

from __future__ import annotations

import pytest

from actions.look_ups.sorting import SortingLookUp
from actions.offer_choices import ActionOfferChoices
from actions.sorting_list import sorting_list
from actions.sorting_search import says_only_items
from tests.actions.turns import Said, run, tracker


def unsure(text: str, language: str = "en", intent: str = "nlu_fallback") -> Said:
    sorting = SortingLookUp()
    sorting.pages = None
    given = tracker(text, intent, slots={"language": language}, ranking=[("article/noise", 0.3)], outcome="torn")
    return run(ActionOfferChoices(sorting=sorting), given)


@pytest.mark.parametrize(
    ("text", "language", "bin"),
    [
        ("cheese?", "en", "green cart"),
        ("and toothpaste tubes", "en", "blue box"),
        ("does black plastic go in the blue bin", "en", "blue box"),
        ("du fromage?", "fr", "bac vert"),
        ("et le plastique noir", "fr", "boîte bleue"),
    ],
)
def test_the_bin_is_said_at_once(text: str, language: str, bin: str) -> None:
    said = unsure(text, language)
    assert said.responses == ["utter_sorting_goes"]
    assert bin in said.text(language).lower()
    assert said.report["answered"] == "look_up/sorting"


@pytest.mark.parametrize("text", ["the bread truck blocks my driveway", "box", "hello", "broken"])
def test_a_message_that_says_more_or_could_be_several_things_is_offered_choices(text: str) -> None:
    assert "utter_sorting_goes" not in unsure(text).responses


@pytest.mark.parametrize(
    ("text", "only"), [("can i put bones in the green bin", True), ("bones and feathers", False), ("green bin", False), ("", False)]
)
def test_bins_and_words_of_a_question_may_stand_beside_a_thing(text: str, only: bool) -> None:
    assert says_only_items(text, sorting_list(), "en") is only
