"""How many needs the assistant takes out of a message, and in which order it begins them."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping, Optional, Sequence

import pytest

from bot.assistant.needs import MOST_READINGS, label_of, several_needs

POTHOLE, LIGHT, DAY, WARD, DOG = (
    "report_problem/pothole",
    "report_problem/streetlight",
    "collection_day",
    "look_up/ward",
    "article/dog_licence",
)


def parsed(text: str, label: str, outcome: str = "sure", entities: Sequence[str] = ()) -> Dict[str, Any]:
    intent = {"name": label.split("/")[0] if outcome == "sure" else "nlu_fallback", "confidence": 0.9, "outcome": outcome}
    rows = [{"entity": entity, "value": "x"} for entity in entities]
    return {"text": text, "intent": intent, "intent_ranking": [{"name": label, "confidence": 0.9}], "entities": rows}


def needs(whole: Mapping[str, Any], parts: Mapping[str, str], places: Optional[Mapping[str, str]] = None) -> List[str]:
    """The labels of what a message asks for, as a model understands it that knows `parts` and is sure of nothing else."""

    async def understand(text: str) -> Dict[str, Any]:
        named = [(places or {})[text]] if text in (places or {}) else []
        return parsed(text, parts[text], entities=named) if text in parts else parsed(text, "greet", "torn")

    return [label_of(part) for part in asyncio.run(several_needs(dict(whole), understand))]


def test_two_tasks_are_two_needs_in_the_order_they_were_written() -> None:
    parts = {"a pothole on king st": POTHOLE, "when is my garbage day": DAY}
    whole = parsed("a pothole on king st and when is my garbage day", DAY)
    assert needs(whole, parts) == [POTHOLE, DAY]


def test_an_and_parts_two_tasks_that_are_sure_for_one_by_themselves() -> None:
    parts = {
        "when is my garbage day": DAY,
        "there's a pothole at 201 king st w": POTHOLE,
        "les ordures c'est quand": DAY,
        "la rue a un trou": POTHOLE,
    }
    assert needs(parsed("when is my garbage day and there's a pothole at 201 king st w", DAY), parts) == [DAY, POTHOLE]
    assert needs(parsed("la rue a un trou et les ordures c'est quand", DAY), parts) == [POTHOLE, DAY]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a pothole here and when is garbage day and how do i license a dog", {"a pothole here": POTHOLE, "when is garbage day": DAY}),
        ("a pothole here. when is garbage day? how do i license a dog", {"a pothole here.": POTHOLE, "when is garbage day?": DAY}),
        ("un nid-de-poule ici et quand passent les ordures et comment avoir un chien", {"un nid-de-poule ici": POTHOLE}),
    ],
)
def test_of_three_needs_none_is_lost_and_a_question_comes_first(text: str, parts: Dict[str, str]) -> None:
    known = {**parts, "how do i license a dog": DOG, "quand passent les ordures": DAY, "comment avoir un chien": DOG}
    assert needs(parsed(text, DAY, "torn"), known) == [DOG, POTHOLE, DAY]
    assert needs(parsed(text, DAY), {**known, text.partition(" et ")[0]: POTHOLE}) in ([DOG, POTHOLE, DAY], [])


def test_a_need_inside_a_half_that_is_sure_by_itself_is_found() -> None:
    half = "a pothole here and when is garbage day"
    parts = {"a pothole here": POTHOLE, "when is garbage day": DAY, half: DAY, "how do i license a dog": DOG}
    assert needs(parsed(f"{half} and how do i license a dog", DAY, "torn"), parts) == [DOG, POTHOLE, DAY]


@pytest.mark.parametrize(
    ("label", "here", "there", "expected"),
    [
        (POTHOLE, {"street_address": "45 Queen St N"}, {"street_address": "20 King St W"}, [POTHOLE, POTHOLE]),
        (POTHOLE, {"street_address": "45 Queen St N"}, {"street_corner": "King St W and Queen St N"}, [POTHOLE, POTHOLE]),
        (POTHOLE, {"street_address": "45 Queen St N"}, {"street_address": "45 Queen St N"}, []),
        (POTHOLE, {"street_address": "45 Queen St N"}, {}, []),
        (DAY, {"street_address": "45 Queen St N"}, {"street_address": "20 King St W"}, []),
    ],
    ids=["two addresses", "an address and a corner", "the same place", "one does not say where", "a look-up"],
)
def test_two_reports_of_a_kind_are_two_where_both_say_where(
    label: str, here: Mapping[str, str], there: Mapping[str, str], expected: List[str]
) -> None:
    parts = {"a deep hole here": here, "a hole over there": there}

    async def understand(text: str) -> Dict[str, Any]:
        found = parsed(text, label if text in parts else "greet", "sure" if text in parts else "torn")
        return {**found, "entities": [{"entity": kind, "value": value} for kind, value in parts.get(text, {}).items()]}

    whole = {**parsed("a deep hole here and a hole over there", label), "entities": []}
    found = [label_of(part) for part in asyncio.run(several_needs(whole, understand))]
    assert found == expected


def test_a_look_up_that_says_where_comes_before_a_report() -> None:
    parts = {"a pothole here": POTHOLE, "when is it collected at 45 queen st n": DAY}
    whole = parsed("a pothole here and when is it collected at 45 queen st n", DAY, "torn")
    assert needs(whole, parts) == [POTHOLE, DAY]
    assert needs(whole, parts, {"when is it collected at 45 queen st n": "street_address"}) == [DAY, POTHOLE]
    assert needs(whole, parts, {"a pothole here": "street_address"}) == [POTHOLE, DAY]  # a report asks more than where


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (parsed("a pothole here and it is deep", POTHOLE), {"a pothole here": POTHOLE}),
        (
            parsed("a pothole here and another pothole there", POTHOLE, "torn"),
            {"a pothole here": POTHOLE, "another pothole there": POTHOLE},
        ),
        (parsed("new here and my dog needs a licence", DOG), {"new here": "article/newcomers", "my dog needs a licence": DOG}),
        (parsed("le sentier le plus proche du parc", "look_up/nearest_place"), {"le sentier le": POTHOLE, "proche du parc": WARD}),
        (parsed("hello there and when is garbage day", "greet"), {"hello there": DOG, "when is garbage day": DAY}),
        (parsed("when is garbage day", DAY), {}),
        (parsed("something here and when is garbage day", DAY, "torn"), {"when is garbage day": DAY}),
    ],
)
def test_what_is_one_need_or_not_sure_is_not_cut(whole: Dict[str, Any], parts: Dict[str, str]) -> None:
    assert needs(whole, parts) == []


def test_the_readings_of_a_message_are_few() -> None:
    read: List[str] = []

    async def understand(text: str) -> Dict[str, Any]:
        read.append(text)
        return parsed(text, DAY if len(text.split()) % 2 else WARD, "sure" if len(read) % 3 else "torn")

    text = " and when is this, and what is that. ".join(f"number {count} of many" for count in range(60))
    asyncio.run(several_needs(parsed(text, DAY, "torn"), understand))
    assert 0 < len(read) <= MOST_READINGS
    assert len(set(read)) == len(read)


def test_a_look_up_that_asks_nothing_comes_before_a_report() -> None:
    parts = {"a pothole here": POTHOLE, "are there weather alerts": "look_up/weather_alerts"}
    assert needs(parsed("a pothole here and are there weather alerts", DAY, "torn"), parts) == ["look_up/weather_alerts", POTHOLE]
