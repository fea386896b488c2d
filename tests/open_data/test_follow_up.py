"""Messages that go on from an earlier question about open data."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from bot.language.follow_up import leans_back
from bot.open_data.follow_up import follow_up
from tests.open_data.questions import CRASHES, LOTS, MAPLES, OAKS, PERMITS, TODAY, TREES, groups, most, number, query, record, since, year

CLOSED_NOW = number("road_closures", dates=[TODAY.isoformat(), TODAY.isoformat()], in_effect=True)
MAPLES_OR_OAKS = most(TREES, "species", where={"species": [*MAPLES, *OAKS]}, together=[MAPLES, OAKS])
BEGUN = number("road_closures", dates=["2026-10-01", "2026-10-31"])
IN_WARD = number(PERMITS, where={"ward": 3}, dates=year(2023))
VALUE = number(PERMITS, measure={"avg": "value"}, where={"ward": 3})


@pytest.mark.parametrize(
    ("earlier", "text", "expected"),
    [
        (IN_WARD, "and in 2022?", number(PERMITS, where={"ward": 3}, dates=year(2022))),
        (IN_WARD, "since 2020", number(PERMITS, where={"ward": 3}, dates=since("2020-01-01"))),
        (IN_WARD, "and the year before?", number(PERMITS, where={"ward": 3}, dates=year(2022))),
        (IN_WARD, "what about ward 5", number(PERMITS, where={"ward": 5}, dates=year(2023))),
        (IN_WARD, "just demolitions", number(PERMITS, where={"ward": 3, "type": "Demolition"}, dates=year(2023))),
        (IN_WARD, "for the whole city", number(PERMITS, dates=year(2023))),
        (IN_WARD, "and of all time", number(PERMITS, where={"ward": 3})),
        (
            IN_WARD,
            "near 200 king st w",
            number(PERMITS, where={"ward": 3}, dates=year(2023), near={"place": "200 King St W", "metres": 500}),
        ),
        (IN_WARD, "by ward", groups(PERMITS, "ward", dates=year(2023))),
        (IN_WARD, "per year", groups(PERMITS, "year", where={"ward": 3})),
        (IN_WARD, "by type", groups(PERMITS, "type", where={"ward": 3}, dates=year(2023))),
        (IN_WARD, "the average value", number(PERMITS, measure={"avg": "value"}, where={"ward": 3}, dates=year(2023))),
        (IN_WARD, "and the largest one", record(PERMITS, max="value", where={"ward": 3}, dates=year(2023))),
        (IN_WARD, "and trees?", number(TREES, where={"ward": 3})),
        (IN_WARD, "and collisions?", number(CRASHES, where={"ward": 3}, dates=year(2023))),
        (IN_WARD, "and how many parking lots", number(LOTS, where={"ward": 3})),
        (VALUE, "and in ward 5", number(PERMITS, measure={"avg": "value"}, where={"ward": 5})),
        (VALUE, "the total", number(PERMITS, measure={"sum": "value"}, where={"ward": 3})),
        (VALUE, "and the units?", number(PERMITS, measure={"avg": "units"}, where={"ward": 3})),
        (VALUE, "how many", number(PERMITS, where={"ward": 3})),
        (most(TREES, "ward"), "the top 3", most(TREES, "ward", 3)),
        (most(TREES, "ward"), "and the fewest?", groups(TREES, "ward", order="least", top=1)),
        (most(TREES, "ward"), "and playgrounds?", most("playgrounds", "ward")),
        (most(TREES, "ward"), "only maples", most(TREES, "ward", where={"species": MAPLES})),
        (groups(TREES, "ward"), "just ward 3", number(TREES, where={"ward": 3})),
        (groups(CRASHES, "year"), "and in 2022?", number(CRASHES, dates=year(2022))),
        (groups(CRASHES, "year"), "just ward 3", groups(CRASHES, "year", where={"ward": 3})),
        (groups(CRASHES, "year"), "which year had the most", most(CRASHES, "year")),
        (MAPLES_OR_OAKS, "in ward 3", {**MAPLES_OR_OAKS, "where": {**MAPLES_OR_OAKS["where"], "ward": 3}}),
        (MAPLES_OR_OAKS, "only maples", {**MAPLES_OR_OAKS, "where": {"species": MAPLES}, "together": []}),
        (CLOSED_NOW, "and in october?", number("road_closures", dates=["2026-10-01", "2026-10-31"], in_effect=True)),
        (CLOSED_NOW, "by reason", groups("road_closures", "reason", dates=CLOSED_NOW["dates"], in_effect=True)),
        (CLOSED_NOW, "by month", groups("road_closures", "month")),
        (CLOSED_NOW, "and permits?", number(PERMITS)),
        (BEGUN, "and in september?", number("road_closures", dates=["2026-09-01", "2026-09-30"])),
        (record("trails", max="length"), "in ward 3", record("trails", max="length", where={"ward": 3})),
        (record("trails", max="length"), "the shortest", record("trails", min="length")),
    ],
)
def test_what_was_said_changes_and_the_rest_stays(earlier: Dict[str, Any], text: str, expected: Dict[str, Any]) -> None:
    assert follow_up(text, query(earlier), TODAY, language="en").query == query(expected)


@pytest.mark.parametrize(
    ("earlier", "text", "expected"),
    [
        (IN_WARD, "et en 2022?", number(PERMITS, where={"ward": 3}, dates=year(2022))),
        (IN_WARD, "l'année d'avant", number(PERMITS, where={"ward": 3}, dates=year(2022))),
        (IN_WARD, "par quartier", groups(PERMITS, "ward", dates=year(2023))),
        (IN_WARD, "par année", groups(PERMITS, "year", where={"ward": 3})),
        (IN_WARD, "seulement le quartier 5", number(PERMITS, where={"ward": 5}, dates=year(2023))),
        (IN_WARD, "et les collisions?", number(CRASHES, where={"ward": 3}, dates=year(2023))),
        (IN_WARD, "pour toute la ville", number(PERMITS, dates=year(2023))),
        (IN_WARD, "le plus cher", record(PERMITS, max="value", where={"ward": 3}, dates=year(2023))),
        (groups(TREES, "ward"), "les 3 premiers", most(TREES, "ward", 3)),
        (groups(TREES, "ward"), "juste les érables", groups(TREES, "ward", where={"species": MAPLES})),
    ],
)
def test_the_same_in_french(earlier: Dict[str, Any], text: str, expected: Dict[str, Any]) -> None:
    assert follow_up(text, query(earlier), TODAY, language="fr").query == query(expected)


def test_more_than_is_understood_is_refused_with_what_could_be_answered() -> None:
    refused = follow_up("and to restaurants in 2022?", query(IN_WARD), TODAY, language="en").refusal
    assert refused is not None
    assert refused.words == ("restaurants",)
    assert refused.nearest == query(number(PERMITS, where={"ward": 3}, dates=year(2022)))


@pytest.mark.parametrize("text", ["ok thanks", "hello", "and?", ""])
def test_a_message_that_changes_nothing_is_not_answered_again(text: str) -> None:
    assert follow_up(text, query(IN_WARD), TODAY, language="en").refusal is not None


def test_the_top_of_what_is_asked_when_nothing_was_grouped() -> None:
    asked = follow_up("the top 3", query(IN_WARD), TODAY, language="en").question
    assert asked is not None
    assert asked.about == "grouping"
    assert query(most(PERMITS, "type", 3, where={"ward": 3}, dates=year(2023))) in asked.options


@pytest.mark.parametrize(("text", "language"), [("and in 2010?", "en"), ("et en 2010?", "fr")])
def test_a_year_of_what_stays_is_asked_about_in_a_follow_up_too(text: str, language: str) -> None:
    asked = follow_up(text, query(number(TREES, where={"ward": 3})), TODAY, language=language).question
    assert asked is not None
    assert (asked.about, asked.options) == (
        "time",
        (query(number(TREES, where={"ward": 3}, dates=year(2010))), query(number(TREES, where={"ward": 3}))),
    )
    planted = follow_up("and planted in 2010?", query(number(TREES)), TODAY, language="en").query
    assert planted == query(number(TREES, dates=year(2010)))


def test_a_statistic_is_not_carried_to_a_layer_without_its_field() -> None:
    asked = follow_up("and trees?", query(VALUE), TODAY, language="en").question
    assert asked is not None
    assert asked.about == "field"


@pytest.mark.parametrize(
    "text",
    [
        "by ward", "per year", "by type?", "for each ward", "just ward 3", "only demolitions", "the top 3", "top 5", "in 2022?",
        "since 2020", "in ward 5?",
        "par quartier", "par année", "seulement le quartier 3", "juste les érables", "les 3 premiers", "en 2022?",
        "depuis 2020", "dans le quartier 5?",
    ],
)  # fmt: skip
def test_such_messages_are_seen_to_lean_on_the_one_before(text: str) -> None:
    assert leans_back(text)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("can you graph that", "en", groups(PERMITS, "month", dates=year(2023))),
        ("trace-le", "fr", groups(PERMITS, "month", dates=year(2023))),
        ("which month was worst", "en", groups(PERMITS, "month", dates=year(2023), order="most", top=1)),
        ("the total value", "en", number(PERMITS, measure={"sum": "value"}, dates=year(2023))),
    ],
)
def test_words_about_numbers_alone_change_the_question_before(text: str, language: str, expected: Dict[str, Any]) -> None:
    assert follow_up(text, query(number(PERMITS, dates=year(2023))), TODAY, language=language).query == query(expected)


def test_an_average_of_what_has_no_measure_is_not_asked_back_about() -> None:
    refused = follow_up("average?", query(groups(CRASHES, "year")), TODAY).refusal
    assert refused is not None
    assert refused.words == ()
