"""The sample data agrees with itself: codes, keys, languages, addresses."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.city import city
from bot.sandbox.places import suggest
from bot.sandbox.seeds import seed


def texts(shape: Any) -> Iterator[Any]:
    """Every mapping that has an English text."""
    if isinstance(shape, dict):
        if "en" in shape:
            yield shape
        for part in shape.values():
            yield from texts(part)
    elif isinstance(shape, list):
        for part in shape:
            yield from texts(part)


def test_every_text_is_there_in_each_language_of_the_city_and_the_languages_differ_in_words() -> None:
    found = [text for name in ("services", "requests", "waste", "transit") for text in texts(seed(name))]
    assert len(found) > 100
    assert all(set(text) == set(city().languages) for text in found)
    assert all(isinstance(words, str) and words for text in found for words in text.values())


def test_every_seeded_request_could_have_been_filed() -> None:
    services = {row["service_code"]: row for row in seed("services")["services"]}
    rows = seed("requests")
    assert len(rows) >= 20
    assert {row["status"] for row in rows} == {"open", "closed"}
    assert len({row["service_request_id"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(city().request_number, row["service_request_id"])
        assert row["requested_days_ago"] >= row["updated_days_ago"] >= 1
        asked = {attribute["code"]: attribute for attribute in services[row["service_code"]].get("attributes", [])}
        given = row.get("attributes", {})
        assert {code for code, attribute in asked.items() if attribute["required"]} <= set(given) <= set(asked)
        for code, value in given.items():
            keys = {one["key"] for one in asked[code].get("values", [])}
            assert not keys or set(value if isinstance(value, list) else [value]) <= keys


def test_every_unserved_building_is_a_known_address_without_collection() -> None:
    buildings = seed("waste")["unserved"]
    assert len(buildings) >= 3
    for address in buildings:
        found = suggest(address)[0]
        assert found.name.startswith(address)
        assert found.zone is None
