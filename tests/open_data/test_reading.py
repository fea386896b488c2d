"""Questions about open data, and the queries they become."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import pytest

from bot.open_data.reading import read
from tests.open_data.questions import BREAKS, ENGLISH, FRENCH, MAPLES, PERMITS, TODAY, TREES, groups, number, query, record, year


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_an_english_question_becomes_the_query_it_means(text: str, expected: Dict[str, Any]) -> None:
    assert read(text, language="en", today=TODAY).query == query(expected)


@pytest.mark.parametrize(("text", "expected"), FRENCH)
def test_a_french_question_becomes_the_query_it_means(text: str, expected: Dict[str, Any]) -> None:
    assert read(text, language="fr", today=TODAY).query == query(expected)


def test_a_message_in_the_other_language_is_read_in_that() -> None:
    assert read("combien d'arbres dans le quartier 3", language="en", today=TODAY).query == query(number(TREES, where={"ward": 3}))
    assert read("how many trees in ward 3", language="fr", today=TODAY).query == query(number(TREES, where={"ward": 3}))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("how many permits were issued to italian restaurants", "italian"),
        ("how many building permits over $1 million in 2023", "million"),
        ("what percentage of trees are maples", "percentage"),
        ("median construction value in ward 2", "median"),
        ("how many trees are taller than 10 metres", "taller"),
        ("how many permits were not issued", "not"),
        ("how many trees except maples", "except"),
        ("how many collisions downtown", "downtown"),
        ("how many people were hurt in crashes last year", "people"),
        ("average number of permits per month", "average"),
        ("how many types of permits are there", "types"),
        ("how many permits in ward 14", "14"),
        ("how many trees in ward 3 have been cut down", "cut"),
        ("how many requests were closed in 2023", "closed"),
        ("how many closures that started in october are there right now", "right now"),
        ("how many playgrounds with swings", "swings"),
        ("how many permits are still open", "open"),
        ("how many active building permits", "active"),
        ("how many trees will be planted", "will"),
        ("how many trees could be planted", "could"),
        ("which ward has the worst trees", "worst"),
        ("combien de permis en cours", "cours"),
        ("combien d'arbres peut-on planter", "peut"),
        ("combien de demandes sont ouvertes", "ouvertes"),
        ("collisions with cyclists and pedestrians", "pedestrians"),
        ("how many collisions since the last fatal collision", "last"),
        ("how many more trees does ward 3 have than ward 4", "more"),
        ("how many permits for new homes in 2023", "new homes"),
        ("how many permits by solar panel installers", "solar"),
        ("how many trails allow dogs", "dogs"),
        ("how many crashes involved drunk drivers", "drunk"),
        ("how many trees will be planted next year", "next year"),
        ("how many building permits were refused", "refused"),
        ("how many parking lots opened in 2020", "2020"),
        ("combien de permis pour des restaurants", "restaurants"),
        ("combien de permis de plus d'un million", "million"),
        ("combien d'arbres ne sont pas des érables", "pas"),
        ("quel pourcentage des arbres sont morts", "pourcentage"),
        ("combien de collisions au centre-ville", "centre"),
        ("combien de sortes de permis y a-t-il", "sortes"),
        ("combien de terrains de jeux avec des balançoires", "balançoires"),
        ("combien de stationnements ouverts en 2020", "2020"),
    ],
)
def test_a_word_that_nothing_in_the_data_answers_is_not_passed_over(text: str, word: str) -> None:
    french = bool({"combien", "quel", "bris"} & set(text.split()))
    refused = read(text, language="fr" if french else "en", today=TODAY).refusal
    assert refused is not None
    assert refused.reason == "not_in_data"
    assert word in " ".join(refused.words)


def test_what_could_be_answered_instead_comes_with_a_refusal() -> None:
    refused = read("how many permits were issued to italian restaurants in 2023", language="en", today=TODAY).refusal
    assert refused is not None
    assert refused.nearest == query(number(PERMITS, dates=year(2023)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("who got the biggest building permit", "en"),
        ("which contractor has the most permits", "en"),
        ("who was the applicant of the largest permit in 2023", "en"),
        ("qui a obtenu le plus gros permis", "fr"),
        ("quel entrepreneur a le plus de permis", "fr"),
    ],
)
def test_who_it_is_about_is_never_told(text: str, language: str) -> None:
    refused = read(text, language=language, today=TODAY).refusal
    assert refused is not None
    assert refused.reason == "personal"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how many dogs are licensed", "en"),
        ("how many houses are there in ward 3", "en"),
        ("how many people live in kitchener", "en"),
        ("how many water mains are there", "en"),
        ("average house price", "en"),
        ("combien de chiens ont une licence", "fr"),
        ("combien de gens habitent le quartier 3", "fr"),
    ],
)
def test_what_no_layer_is_about_is_said_to_be_unknown(text: str, language: str) -> None:
    refused = read(text, language=language, today=TODAY).refusal
    assert refused is not None
    assert refused.reason == "unknown_layer"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how many in ward 3", "layer"),
        ("how many trees and playgrounds in ward 3", "layer"),
        ("how many decks are there", "layer"),
        ("average permit", "field"),
        ("what is the construction value of permits in 2023", "measure"),
        ("list all playgrounds in ward 2", "measure"),
        ("trees", "measure"),
        ("where do most collisions happen", "grouping"),
        ("permits by ward and year", "grouping"),
        ("how many trees near me", "place"),
        ("for my street, how many trees", "street"),
        ("combien de bris d'aqueduc dans notre rue", "street"),
        ("how many trees in my ward", "value"),
        ("permits in 2019 and 2021", "time"),
        ("how many trees were there in 2010", "time"),
        ("how many playgrounds in 2015", "time"),
        ("how much does a building permit cost", "measure"),
        ("combien d'arbres près de chez moi", "place"),
        ("combien d'arbres dans mon quartier", "value"),
        ("combien d'arbres y avait-il en 2010", "time"),
        ("combien dans le quartier 3", "layer"),
    ],
)
def test_what_is_missing_is_asked_for(text: str, about: str) -> None:
    asked = read(text, language="fr" if "combien" in text else "en", today=TODAY).question
    assert asked is not None
    assert asked.about == about


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("how many decks are there", (number(PERMITS, where={"type": "Deck"}),)),
        ("average permit", (number(PERMITS, measure={"avg": "value"}), number(PERMITS, measure={"avg": "units"}))),
        ("how many trees and playgrounds in ward 3", (number(TREES, where={"ward": 3}), number("playgrounds", where={"ward": 3}))),
        ("how many trees near me", (number(TREES, near={"place": "", "metres": 500}),)),
        ("how many trees within 2 km of me", (number(TREES, near={"place": "", "metres": 2000}),)),
    ],
)
def test_a_question_back_offers_whole_questions(text: str, options: Tuple[Dict[str, Any], ...]) -> None:
    asked = read(text, language="en", today=TODAY).question
    assert asked is not None
    assert asked.options == tuple(query(option) for option in options)


@pytest.mark.parametrize(
    ("asked", "answer", "expected"),
    [
        ("how many in ward 3", "trees", number(TREES, where={"ward": 3})),
        ("how many trees in my ward", "it's ward 4", number(TREES, where={"ward": 4})),
        ("how many trees in my ward", "4", number(TREES, where={"ward": 4})),
        ("average permit", "construction value", number(PERMITS, measure={"avg": "value"})),
    ],
)
def test_an_answer_behind_the_message_makes_it_whole(asked: str, answer: str, expected: Optional[Dict[str, Any]]) -> None:
    assert expected is not None
    assert read(f"{asked} {answer}", language="en", today=TODAY).query == query(expected)


NOW = [TODAY.isoformat(), TODAY.isoformat()]
PAST = ["1900-01-01", TODAY.isoformat()]
OCTOBER = ["2026-10-01", "2026-10-31"]


@pytest.mark.parametrize(
    ("text", "language", "dates", "in_effect"),
    [
        ("how many roads are closed", "en", NOW, True),
        ("how many roads are closed right now", "en", NOW, True),
        ("any road closures today", "en", NOW, True),
        ("how many roads are closed as of today", "en", NOW, True),
        ("are there road closures next week", "en", ["2026-11-30", "2026-12-06"], True),
        ("how many roads were closed in october", "en", OCTOBER, True),
        ("how many roads were closed", "en", PAST, True),
        ("how many road closures started in october", "en", OCTOBER, False),
        ("combien de rues sont fermées", "fr", NOW, True),
        ("combien de rues sont fermées aujourd'hui", "fr", NOW, True),
        ("combien de fermetures de rues en octobre", "fr", OCTOBER, True),
        ("combien de fermetures ont commencé en octobre", "fr", OCTOBER, False),
    ],
)
def test_rows_that_last_are_those_in_effect_unless_it_is_said_that_they_began_then(
    text: str, language: str, dates: List[str], in_effect: bool
) -> None:
    assert read(text, language=language, today=TODAY).query == query(number("road_closures", dates=dates, in_effect=in_effect))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("road closures by month", groups("road_closures", "month")),
        ("newest road closure", record("road_closures", max="begins")),
        ("how many trees are there right now", number(TREES)),
        ("how many permits were issued in october", number(PERMITS, dates=OCTOBER)),
    ],
)
def test_what_does_not_last_or_begins_in_a_month_is_not_asked_of_today(text: str, expected: Dict[str, Any]) -> None:
    assert read(text, language="en", today=TODAY).query == query(expected)


def test_the_largest_three_are_not_told_as_one() -> None:
    reading = read("the 3 largest permits in 2023", language="en", today=TODAY)
    assert reading.query is None
    assert reading.refusal is not None
    assert reading.refusal.nearest == query(record(PERMITS, max="value", dates=year(2023)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("water main breaks on king street", number(BREAKS, where={"street": "King St"})),
        ("number of maples along chopin dr", number(TREES, where={"street": "Chopin Dr", "species": MAPLES})),
        ("trees belmont avenue ward 3", number(TREES, where={"street": "Belmont Ave", "ward": 3})),
        ("how many trees on courtland", number(TREES, where={"street": "Courtland"})),
        ("bris de conduites sur la rue King", number(BREAKS, where={"street": "King St"})),
        ("combien d'arbres le long de la rue Charles", number(TREES, where={"street": "Charles St"})),
    ],
)
def test_a_street_is_a_condition_where_the_layer_has_streets(text: str, expected: Dict[str, Any]) -> None:
    french = bool({"combien", "bris"} & set(text.split()))
    assert read(text, language="fr" if french else "en", today=TODAY).query == query(expected)


@pytest.mark.parametrize("text", ["how many collisions on courtland ave", "permits on duke street", "collisions sur la rue Charles"])
def test_where_the_layer_has_no_streets_a_street_is_told_to_be_what_cannot_be_picked_out(text: str) -> None:
    refused = read(text, language="fr" if "sur" in text.split() else "en", today=TODAY).refusal
    assert refused is not None
    assert (refused.reason, refused.words) == ("no_streets", ())
    assert refused.nearest is not None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("accidents at the corner of duke and frederick", "Duke & Frederick"),
        ("how many trees at 45 oak crescent", "45 Oak Cres"),
        ("collisions au coin de charles et benton", "Charles & Benton"),
    ],
)
def test_at_a_corner_or_a_house_is_near_it(text: str, place: str) -> None:
    found = read(text, language="fr" if "coin" in text else "en", today=TODAY).query
    assert found is not None
    assert found.near is not None
    assert found.near.place == place


@pytest.mark.parametrize("text", ["how many trees on city streets", "how many trees on the boulevard", "permits on monday and tuesday"])
def test_not_every_word_behind_on_is_a_street(text: str) -> None:
    found = read(text, language="en", today=TODAY)
    assert found.query is None or ("street" not in found.query.where and found.query.near is None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how many trees in ward 7 and how many in ward 8", groups(TREES, "ward", where={"ward": [7, 8]})),
        ("water main breaks in 2021 and how many in 2022", groups(BREAKS, "year", dates=year(2021, 2022))),
        ("permits in ward 1 and in ward 2", groups(PERMITS, "ward", where={"ward": [1, 2]})),
        ("how many water main breaks in 2021 and how many in 2022", groups(BREAKS, "year", dates=year(2021, 2022))),
        ("combien d'arbres dans le quartier 4 et combien dans le quartier 5", groups(TREES, "ward", where={"ward": [4, 5]})),
        ("how many trees in wards 7 and 8", number(TREES, where={"ward": [7, 8]})),
        ("line graph of water main breaks by year", groups(BREAKS, "year")),
        ("bar chart of water main breaks", groups(BREAKS, "year")),
        ("plot the trees", groups(TREES, "species")),
        ("diagramme des bris d'aqueduc par année", groups(BREAKS, "year")),
    ],
)
def test_two_numbers_are_two_groups_and_a_chart_is_of_groups(text: str, expected: Dict[str, Any]) -> None:
    french = bool({"combien", "diagramme"} & set(text.split()))
    assert read(text, language="fr" if french else "en", today=TODAY).query == query(expected)


def test_who_has_more_of_two_wards_is_about_no_person() -> None:
    found = read("compare permits in ward 1 and ward 2, who has more", language="en", today=TODAY).query
    assert found is not None
    assert (found.by, found.order) == ("ward", "most")
