"""How many needs the assistant takes out of a message, and in which order it begins them."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import pytest

from bot.assistant.needs import MOST_READINGS, Understand, behind_courtesy, label_of, several_needs

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


async def told(whole: Dict[str, Any], understand: Understand) -> List[Dict[str, Any]]:
    """What a message is answered as where that is not the message itself, as a turn finds it."""
    asked = await behind_courtesy(whole, understand)
    return await several_needs(asked, understand) or ([] if asked is whole else [asked])


def needs(whole: Mapping[str, Any], parts: Mapping[str, str], places: Optional[Mapping[str, str]] = None) -> List[str]:
    """The labels of what a message asks for, as a model understands it that knows `parts` and is sure of nothing else."""

    async def understand(text: str) -> Dict[str, Any]:
        named = [(places or {})[text]] if text in (places or {}) else []
        return parsed(text, parts[text], entities=named) if text in parts else parsed(text, "greet", "torn")

    return [label_of(part) for part in asyncio.run(told(dict(whole), understand))]


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


DATA, NEAREST = "look_up/open_data", "look_up/nearest_place"


def read_as(whole: Mapping[str, Any], parts: Mapping[str, str]) -> List[Tuple[str, str]]:
    """The same as `needs`, with the text of each."""

    async def understand(text: str) -> Dict[str, Any]:
        return parsed(text, parts[text]) if text in parts else parsed(text, "greet", "torn")

    return [(label_of(part), part["text"]) for part in asyncio.run(told(dict(whole), understand))]


@pytest.mark.parametrize(
    ("text", "first", "second", "label"),
    [
        ("how many elms stand in ward 3 and in ward 9", "how many elms stand in ward 3", "in ward 9", WARD),
        ("combien de permis en 2022 et en 2024", "combien de permis en 2022", "en 2024", DOG),
        ("who collects my bins, 45 queen st n", "who collects my bins", "45 queen st n", WARD),
        ("how much do i owe. my account is 210000017 and the postal code N2M 1P4", "how much do i owe.", "my account is 210000017", DAY),
        ("what is my bill? my account is 210000017, postal N2M 1P4", "what is my bill?", "my account is 210000017, postal N2M 1P4", DAY),
    ],
)
def test_a_part_that_is_only_a_value_is_no_need(text: str, first: str, second: str, label: str) -> None:
    assert read_as(parsed(text, DATA), {first: DATA, second: label}) == []


def test_a_question_the_open_data_can_answer_as_a_whole_is_not_cut() -> None:
    text = "how many building permits were there in 2023 and how many in 2024"
    cut = {"how many building permits were there in 2023": DATA, "how many in 2024": DAY}
    assert read_as(parsed(text, DATA), cut) == [(DATA, text)] or read_as(parsed(text, DATA), cut) == []
    assert read_as(parsed(text, DATA, "torn"), cut) == [(DATA, text)]
    other = "how many building permits were there in 2023 and when is garbage day"
    assert [
        label
        for label, _ in read_as(parsed(other, DATA), {"how many building permits were there in 2023": DATA, "when is garbage day": DAY})
    ] == [DATA, DAY]


def test_what_leans_on_the_part_before_is_no_need_of_its_own_unless_both_are_tasks() -> None:
    parts = {"how do i license a dog": DOG, "how much is it": "article/fees", "a pothole here": POTHOLE, "is it garbage day": DAY}
    assert read_as(parsed("how do i license a dog and how much is it", DOG), parts) == []
    assert len(read_as(parsed("a pothole here and is it garbage day", DAY), parts)) == 2


@pytest.mark.parametrize(
    "second",
    [
        "is there a fire ban?",
        "is it going to rain tomorrow?",
        "what is open on christmas",
        "is it free to park on sunday",
        "est-ce qu'il va neiger?",
    ],
)
def test_a_sentence_that_names_its_subject_is_a_need_of_its_own(second: str) -> None:
    text = f"how do i license a dog? {second}"
    assert len(read_as(parsed(text, DOG), {"how do i license a dog?": DOG, second: "article/other"})) == 2


@pytest.mark.parametrize("second", ["is it free?", "how much does it cost for seniors?", "is it allowed?", "c'est combien?"])
def test_a_sentence_that_only_points_is_of_the_need_before_it(second: str) -> None:
    text = f"how do i license a dog? {second}"
    assert read_as(parsed(text, DOG), {"how do i license a dog?": DOG, second: "article/other"}) == []


def test_two_kinds_of_place_are_two_needs_and_one_kind_is_one() -> None:
    parts = {text: NEAREST for text in ("closest arena", "closest library", "closest libraries", "piscine proche", "bibliothèque proche")}
    assert needs(parsed("closest arena and closest library", NEAREST), parts) == [NEAREST, NEAREST]
    assert needs(parsed("piscine proche et bibliothèque proche", NEAREST), parts) == [NEAREST, NEAREST]
    assert needs(parsed("closest library and closest libraries", NEAREST), parts) == []


@pytest.mark.parametrize(
    ("text", "rest", "label"),
    [
        ("thanks so much, how do i license a dog", "how do i license a dog", DOG),
        ("parfait merci! les ordures c'est quand", "les ordures c'est quand", DAY),
        ("merci pour votre aide. un lampadaire est éteint", "un lampadaire est éteint", LIGHT),
    ],
)
def test_behind_thanks_what_is_asked_counts(text: str, rest: str, label: str) -> None:
    assert read_as(parsed(text, "thank"), {rest: label}) == [(label, rest)]


def test_behind_thanks_two_needs_are_two() -> None:
    parts = {"a pothole here and when is garbage day": DAY, "a pothole here": POTHOLE, "when is garbage day": DAY}
    assert needs(parsed("great, thank you. a pothole here and when is garbage day", "thank"), parts) == [POTHOLE, DAY]


def test_behind_thanks_a_question_that_is_not_clear_is_still_one_and_a_goodbye_is_a_goodbye() -> None:
    assert read_as(parsed("thanks, and for friday?", "thank"), {}) == [("greet", "and for friday?")]
    assert read_as(parsed("kk thx bye now", "thank", "torn"), {"bye now": "goodbye"}) == [("goodbye", "bye now")]


@pytest.mark.parametrize(
    "text",
    ["thanks, 9/10", "thanks and the same to you", "perfect, is all i wanted", "thanks, can do", "merci, c'est assez", "merci, est bon"],
)
def test_behind_a_sure_thanks_what_is_no_need_and_asks_nothing_is_thanks(text: str) -> None:
    assert read_as(parsed(text, "thank"), {}) == []
    assert read_as(parsed(text, "thank"), {text.partition(", ")[2]: "inform"}) == []
    assert read_as(parsed("merci mille fois", "thank"), {"mille fois": DAY, "fois": DAY}) == []


@pytest.mark.parametrize("text", ["thanks a lot", "merci beaucoup pour l'info", "thank you for your help, have a nice one", "perfect"])
def test_thanks_alone_are_thanks(text: str) -> None:
    assert read_as(parsed(text, "thank"), {}) == []


def test_what_stands_behind_thanks_is_understood_with_what_went_before() -> None:
    async def with_before(text: str) -> Dict[str, Any]:
        return parsed(text, DAY)

    assert label_of(asyncio.run(behind_courtesy(parsed("ok thank you, and the week after?", "thank"), with_before))) == DAY
    danger = parsed("thanks but there is a fire", "emergency/fire")
    assert asyncio.run(behind_courtesy(danger, with_before)) is danger
