"""What a city gets that has no feed of its own: articles where its records would have answered."""

from __future__ import annotations

from typing import Dict

import pytest
import yaml

from actions.look_up import ActionLookUp
from actions.look_ups import base
from actions.look_ups.balance import BalanceLookUp
from actions.look_ups.ebilling import EbillingLookUp
from actions.look_ups.high_bill import HighBillLookUp
from actions.look_ups.parking_ticket import ParkingTicketLookUp
from actions.look_ups.parking_tonight import ParkingTonight
from actions.look_ups.roads import Roads
from actions.look_ups.weather_alerts import WeatherAlerts
from bot.city import read_city
from bot.settings import Settings, settings
from tests.actions.turns import run, tracker


@pytest.fixture(autouse=True)
def _live(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = yaml.safe_load((settings().data_folder / "city.yml").read_text(encoding="utf-8"))
    live = read_city(shape, Settings(profile="live"), {})
    monkeypatch.setattr(base, "city", lambda: live)


def test_only_the_weather_needs_nothing_of_the_city() -> None:
    offered: Dict[str, bool] = {kind.kind: kind().offered for kind in (Roads, ParkingTonight, WeatherAlerts)}
    assert offered == {"roads": False, "parking_tonight": False, "weather_alerts": True}


@pytest.mark.parametrize(
    ("look_up", "article", "words"),
    [
        (Roads, "road_closures", "construction and road closures"),
        (ParkingTonight, "snow_event_now", "kitchener.ca/snow"),
        (BalanceLookUp, "tax_balance", "519-741-2450"),
        (HighBillLookUp, "utility_bill_high", "519-741-"),
        (EbillingLookUp, "ebilling", "kitchener.ca/ebilling"),
        (ParkingTicketLookUp, "parking_ticket_pay", "519-741-2345"),
    ],
)
def test_the_article_says_where_to_look(look_up: type, article: str, words: str) -> None:
    one = look_up()
    said = run(ActionLookUp({one.kind: one}), tracker("a question", "look_up", slots={"look_up": {"kind": one.kind, "state": {}}}))
    assert words in said.messages[0]["custom"]["text"]
    assert said.report["answered"] == f"article/{article}"
