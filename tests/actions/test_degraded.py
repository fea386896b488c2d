"""What a resident reads when a city system misbehaves, for each way it can and each thing that is looked up in it.

Nothing found is said only where the system answered, in its protocol, that there is nothing.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Callable, List, Tuple

import pytest

from actions.base import Outcome, Turn
from actions.clients.arcgis import ArcGIS
from actions.clients.geocoder import Geocoder
from actions.clients.hub import Hub
from actions.clients.open311 import Open311
from actions.clients.waste import Waste
from actions.clients.waste_sorting import WasteSorting
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ActionAskCollectionAddress, ValidateCollectionForm
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.base import LookUp, State
from actions.look_ups.data_sets import DataSets
from actions.look_ups.open_data import OpenData
from actions.look_ups.place import PlaceLookUp
from actions.look_ups.sorting import SortingLookUp
from actions.request_status import ActionAskRequestNumber, ActionCheckRequestStatus, ValidateStatusForm
from bot.city import city
from bot.messages import Place
from tests.actions.turns import Form, Said
from tests.running import fault, free_port

FAULTS = ("slow", "html500", "error200", "truncated", "429", "empty", "dead")
UNREACHABLE = ("slow", "html500", "429", "dead")


class Nearest(PlaceLookUp):
    """Any look-up that needs a place."""

    kind = "nearest_place"
    backends = ()

    async def answer(self, turn: Turn, state: State) -> Outcome:
        turn.say("utter_report_place_changed", location=state["place"]["label"])
        return Outcome.OK


def collection(base: str) -> Said:
    waste = Waste(f"{base}/waste/api", area="RegionOfWaterlooON", service="1110")
    form = Form(ValidateCollectionForm(waste), {"collection_address": ActionAskCollectionAddress()}, ActionCollectionDay(waste))
    return quickly(form).say("when is garbage at 200 king st w", "collection_day")


def shared_location(base: str) -> Said:
    geocoder = Geocoder(f"{base}/arcgis/rest/services/Locator/GeocodeServer")
    waste = Waste(f"{base}/waste/api", area="RegionOfWaterlooON", service="1110")
    form = Form(ValidateCollectionForm(waste, geocoder), {"collection_address": ActionAskCollectionAddress()}, ActionCollectionDay(waste))
    form.say("when is garbage day", "collection_day")
    return quickly(form).share(Place("", 43.4516, -80.4925))


def status(base: str) -> Said:
    open311 = Open311(f"{base}/open311/v2", zone=city().timezone, api_key="sandbox")
    form = Form(ValidateStatusForm(), {"request_number": ActionAskRequestNumber()}, ActionCheckRequestStatus(open311))
    return quickly(form).say("where is 26-000417", "check_request_status")


def place(base: str) -> Said:
    return look_up(Nearest(Geocoder(f"{base}/arcgis/rest/services/Locator/GeocodeServer")), "nearest playground to 200 king st w")


def sorting(base: str) -> Said:
    pages = WasteSorting(f"{base}/waste/api", area="RegionOfWaterlooON", service="1110")
    return look_up(SortingLookUp(pages=pages), "where does my trumpet go")


def numbers(base: str) -> Said:
    return look_up(OpenData(ArcGIS(f"{base}/arcgis/rest/services", zone=city().timezone)), "how many playgrounds are there")


def data_sets(base: str) -> Said:
    return look_up(DataSets(Hub(f"{base}/hub")), "do you have data on trees")


def look_up(one: LookUp, text: str) -> Said:
    kinds = {one.kind: one}
    form = Form(ValidateLookUpForm(kinds), {"look_up_answer": ActionAskLookUpAnswer(kinds)}, ActionLookUp(kinds))
    return quickly(form).say(text, "look_up", look_up=one.kind)


def quickly(form: Form) -> Form:
    """The same with less time, for what is slow."""
    form.validator.budget_s = form.submit.budget_s = 0.8
    return form


# The look-up, its protocol, and what is read when it works, cannot be reached, answers nonsense, and says that there is nothing.
ROWS: List[Tuple[Callable[[str], Said], str, str, str, str, str]] = [
    (
        collection,
        "waste",
        "utter_collection_days",
        "utter_collection_unreachable",
        "utter_collection_bad_data",
        "utter_ask_collection_address_unknown",
    ),
    (status, "open311", "utter_request_open", "utter_status_unreachable", "utter_status_unreachable", "utter_request_unknown"),
    (
        shared_location,
        "arcgis",
        "utter_collection_days",
        "utter_ask_collection_address_no_locator",
        "utter_ask_collection_address_no_locator",
        "utter_ask_collection_address_no_locator",  # an object without anything in it is no answer of a locator
    ),
    (
        place,
        "arcgis",
        "utter_report_place_changed",
        "utter_look_up_unreachable",
        "utter_look_up_bad_data",
        "utter_ask_look_up_place_unknown",
    ),
    # A layer that has no fields and a count that is no number are no answers of a layer.
    (
        numbers,
        "arcgis",
        "utter_open_data_count",
        "utter_look_up_unreachable",
        "utter_look_up_bad_data",
        "utter_look_up_bad_data",
    ),
    (
        data_sets,
        "hub",
        "utter_data_sets_found",
        "utter_look_up_unreachable",
        "utter_look_up_bad_data",
        "utter_data_sets_none",
    ),
    (sorting, "waste", "utter_sorting_page", "utter_look_up_unreachable", "utter_look_up_bad_data", "utter_sorting_unknown"),
]
NAMES = [row[0].__name__ for row in ROWS]

pytestmark = pytest.mark.usefixtures("layers")


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_without_a_fault_there_is_an_answer(sandbox: str, row: Tuple[Callable[[str], Said], str, str, str, str, str]) -> None:
    assert row[0](sandbox).responses[-1] == row[2]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_a_fault_is_told_as_what_it_is(sandbox: str, row: Tuple[Callable[[str], Said], str, str, str, str, str], name: str) -> None:
    ask, protocol, _, unreachable, nonsense, nothing = row
    with ExitStack() as stack:
        if name != "dead":
            stack.enter_context(fault(sandbox, protocol, name))
        said = ask(sandbox if name != "dead" else f"http://127.0.0.1:{free_port()}")
    busy = protocol == "arcgis" and name == "error200"  # its error says that it is too busy, and so it is asked twice
    assert said.responses == [unreachable if name in UNREACHABLE or busy else nothing if name == "empty" else nonsense]
    for language in ("en", "fr"):
        assert "{" not in said.text(language)
