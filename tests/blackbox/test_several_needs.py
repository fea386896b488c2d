"""Two tasks in one message, with every part running: the second waits for the first and is never lost, on every channel."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.blackbox.residents import Answer, Resident, unlike_any
from tests.blackbox.system import System
from tests.blackbox.test_bills import places_of
from tests.blackbox.test_conversations import another_one

pytestmark = pytest.mark.blackbox
Newcomer = Callable[[], Resident]
BEGINS = "Now to what you also wrote"


def order(answer: Answer, *parts: str) -> bool:
    """Whether these are read one below the other."""
    places = [answer.text.find(part) for part in parts]
    return places == sorted(places) and places[0] >= 0


def test_a_report_and_then_the_collection_day(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"it is deep, right beside the bus stop {unlike_any()}"
    first = resident.says("there's a pothole on king st and when is my garbage day")
    assert order(first, "one step at a time", '"when is my garbage day"', "Where on King St is it?")
    another_one(resident, resident.says("201"))
    resident.says(words)
    assert "201 King St" in resident.chooses("Skip this").text
    sent = resident.chooses("Send it")
    assert order(sent, "Your report was sent", BEGINS, '"when is my garbage day"', "What is the address?")
    (row,) = system.filed(words)
    assert row["service_code"] == "pothole"
    assert "Next collections at 45 Queen St N" in resident.says("45 queen st n").text
    assert BEGINS not in resident.says("hello").text


def test_two_reports_in_french(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    first = resident.says("un nid-de-poule au 301 rue king ouest et le lampadaire au 145 rue queen nord est éteint")
    assert order(first, "une chose à la fois", "le lampadaire au 145 rue queen nord est éteint")
    second = resident.says("laisse tomber")
    assert order(second, "Rien n'a été envoyé.", "Passons à ce que vous avez aussi écrit", "le lampadaire au 145 rue queen nord est éteint")
    if "Un autre problème" in second.choices:  # known from the channel before
        resident.chooses("Un autre problème")
    words = f"éteint depuis une semaine {unlike_any()}"
    assert "Quel est le numéro sur le poteau" in resident.says(words).text  # what is wrong with it was said
    resident.chooses("Passer")
    assert "145 Queen St N" in resident.chooses("Passer").text
    resident.chooses("L'envoyer")
    (row,) = system.filed(words)
    assert row["service_code"] == "streetlight"


@pytest.mark.parametrize(
    ("asked", "address", "days", "ward"),
    [
        ("when is my garbage day and what ward am i in", "45 queen st n", "Next collections at 45 Queen St N", "is in ward 9"),
        (
            "c'est quand ma collecte et dans quel quartier je suis",
            "45 rue queen nord",
            "Prochaines collectes au 45 Queen St N",
            "est dans le quartier 9",
        ),
    ],
)
def test_two_look_ups_take_one_address(newcomer: Newcomer, asked: str, address: str, days: str, ward: str) -> None:
    resident = newcomer()
    resident.says(asked)
    assert order(resident.says(address), days, ward)


def test_starting_over_drops_what_waits(newcomer: Newcomer) -> None:
    resident = newcomer()
    resident.says("there's a pothole on king st and when is my garbage day")
    assert BEGINS not in resident.says("start over").text
    assert "What is the address?" not in resident.says("hello").text


def test_who_goes_on_to_something_else_is_offered_what_waits(newcomer: Newcomer) -> None:
    resident = newcomer()
    resident.says("when is my garbage day and there's a pothole at 301 king st w")
    offered = resident.says("check on my report 26-000417")
    assert order(offered, "Request 26-000417", "Earlier you also wrote", "pothole at 301 king st w")
    assert "Did this help" not in offered.text
    begun = another_one(resident, resident.chooses("Report a pothole"))
    assert "What should the crew know?" in begun.text  # the place was said already


def test_a_bill_that_waits_is_as_private_as_one_that_is_asked_for(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    account = "210000058"
    first = resident.says(f"the streetlight at 145 queen st n is out. what do i owe on my water bill, account {account}?")
    assert '"Look up what I owe"' in first.text
    assert account not in first.text
    assert places_of(account, system) == []
    assert "erased" in resident.says("forget this").text
    assert BEGINS not in resident.says("never mind").text
