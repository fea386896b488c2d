"""A city that takes no reports by program: the same dialogue, up to a text to copy."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.blackbox.residents import Resident, unlike_any
from tests.blackbox.system import System
from tests.blackbox.test_conversations import CITY_PHONE, NUMBER

pytestmark = [pytest.mark.blackbox, pytest.mark.xdist_group("hand_off")]  # one process: they share a system of their own
FORM = "https://form.kitchener.ca/CSD/CCS/Report-a-problem"


@pytest.fixture(scope="module")
def without_open311(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("by_hand"), OPEN311_URL="off")
    try:
        system.wait_until_ready()
        yield system
    finally:
        system.close()


def test_a_report_ends_in_the_city_s_form_its_phone_and_a_text_to_copy(without_open311: System) -> None:
    resident: Resident = without_open311.resident()
    words = f"deep, right beside the bus stop {unlike_any()}"
    assert "King St W" in resident.says("theres a huge pothole on king st w").text
    resident.says("210")
    text = resident.says(words).text
    assert all(part in text for part in ("Pothole", "210 King St W", words, FORM, CITY_PHONE))
    assert not NUMBER.search(text.replace(CITY_PHONE, ""))
    assert without_open311.filed(words) == []


def test_a_number_is_answered_with_whom_to_ask(without_open311: System) -> None:
    assert CITY_PHONE in without_open311.resident().says("what's happening with 26-000417").text
