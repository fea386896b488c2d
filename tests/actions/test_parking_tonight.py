"""What residents read when they ask whether a car may stay on the street: the season, the snow event, a warning, another night."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, List, Optional
from zoneinfo import ZoneInfo

import pytest

from actions.clients.errors import CityError, Failure
from actions.clients.geomet import Alert, WeatherError
from actions.clients.kept import Held
from actions.clients.snow import SnowError, SnowEvent
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.parking_tonight import ParkingTonight
from actions.street_parking import read_ban, winter_ban
from tests.actions.turns import Form, Said

TORONTO = ZoneInfo("America/Toronto")
JANUARY = datetime(2027, 1, 15, 19, 40, tzinfo=TORONTO)
JULY = datetime(2027, 7, 15, 19, 40, tzinfo=TORONTO)
NO_EVENT = SnowEvent(declared=False)


class Feed:
    def __init__(self, event: SnowEvent, as_of: Optional[datetime] = None, broken: Optional[CityError] = None) -> None:
        self.held, self.broken = Held(event, as_of), broken

    def event(self) -> Held[SnowEvent]:
        if self.broken:
            raise self.broken
        return self.held


class Sky:
    def __init__(self, *alerts: Alert, broken: Optional[CityError] = None) -> None:
        self.alerts, self.broken = list(alerts), broken

    def in_force(self, now: datetime) -> Held[List[Alert]]:
        if self.broken:
            raise self.broken
        return Held(self.alerts)


def alert(name: str = "snowfall warning", kind: str = "warning") -> Alert:
    names = {"en": name, "fr": "avertissement de neige"}
    return Alert("X", kind, names, names, None, None, expires=JANUARY + timedelta(days=300))


def ask(
    monkeypatch: pytest.MonkeyPatch,
    text: str = "can i park on the street tonight",
    *,
    now: datetime = JANUARY,
    event: SnowEvent = NO_EVENT,
    language: str = "en",
    sky: Optional[Sky] = None,
    **feed: Any,
) -> Said:
    monkeypatch.setattr("actions.look_ups.parking_tonight.now", lambda: now)
    monkeypatch.setattr("actions.look_ups.parking_tonight.today", now.date)
    kinds = {"parking_tonight": ParkingTonight(Feed(event, **feed), sky or Sky())}
    asks = {"look_up_answer": ActionAskLookUpAnswer(kinds)}
    form = Form(ValidateLookUpForm(kinds), asks, ActionLookUp(kinds), slots={"language": language})
    return form.say(text, "look_up", look_up="parking_tonight")


def test_on_a_winter_night_the_hours_and_the_exemption_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch)
    assert said.text() == (
        "As of 7:40 p.m., no snow event is declared. Winter rule tonight: no street parking from 2:30 a.m. to 6:00 a.m. "
        "unless you ask for an exemption before 2:00 a.m. that night."
    )
    assert said.choices == ["Ask for an overnight exemption", "Parking during a snow event"]
    assert said.messages[0]["custom"]["source"] == {"name": "City of Kitchener", "url": "https://www.kitchener.ca/snow"}
    assert (said.report["outcome"], said.report["answered"]) == ("ok", "look_up/parking_tonight")


def test_the_same_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, "je peux stationner dans la rue ce soir", language="fr").text("fr") == (
        "En date de 19 h 40, aucun épisode de neige n'est déclaré. Règle d'hiver cette nuit : pas de stationnement dans la rue "
        "de 2 h 30 à 6 h 00, sauf avec une exemption demandée avant 2 h 00 cette nuit-là."
    )


def test_on_a_summer_night_there_is_no_ban_but_other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, now=JULY)
    assert "There is no winter night ban tonight: it runs from December 1 to March 31." in said.text()
    assert said.choices == ["How long I may park on a street", "Parking on regional roads"]
    french = ask(monkeypatch, "je peux stationner ce soir", now=JULY, language="fr").text("fr")
    assert "elle va du 1er décembre au 31 mars" in french


@pytest.mark.parametrize("now", [JANUARY, JULY])
def test_while_a_snow_event_is_on_the_answer_is_no(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    said = ask(monkeypatch, now=now, event=SnowEvent(True, now - timedelta(hours=1)))
    assert said.text() == (
        "No. As of 7:40 p.m., a snow event is declared: nobody may park on any street, day or night, and exemptions do not count."
    )


def test_a_snow_event_that_ends_after_the_night_is_told_with_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, event=SnowEvent(True, None, datetime(2027, 1, 16, 18, 0, tzinfo=TORONTO)))
    assert said.text().startswith("No. As of 7:40 p.m., a snow event is declared until January 16, 6:00 p.m.: nobody")


def test_a_snow_event_that_ends_before_the_morning_leaves_the_winter_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, event=SnowEvent(True, None, datetime(2027, 1, 15, 23, 0, tzinfo=TORONTO)))
    assert said.responses == ["utter_parking_snow_event_ends"]
    assert "until January 15, 11:00 p.m." in said.text()
    assert "After that: Winter rule tonight: no street parking from 2:30 a.m." in said.text()


def test_a_snow_event_that_has_ended_is_over_though_nobody_switched_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, event=SnowEvent(True, None, JANUARY)).responses == ["utter_parking_no_snow_event"]


@pytest.mark.parametrize(
    ("now", "winter"),
    [
        (datetime(2026, 11, 29, 21, 0, tzinfo=TORONTO), False),
        (datetime(2026, 11, 30, 21, 0, tzinfo=TORONTO), True),  # the morning is December 1
        (datetime(2026, 12, 1, 1, 0, tzinfo=TORONTO), True),  # the same night, after midnight
        (datetime(2026, 11, 30, 1, 0, tzinfo=TORONTO), False),
        (datetime(2027, 3, 30, 21, 0, tzinfo=TORONTO), True),
        (datetime(2027, 3, 31, 5, 59, tzinfo=TORONTO), True),
        (datetime(2027, 3, 31, 6, 0, tzinfo=TORONTO), False),  # the next morning is April 1
        (datetime(2028, 2, 28, 21, 0, tzinfo=TORONTO), True),
    ],
)
def test_the_season_counts_by_the_morning_after(monkeypatch: pytest.MonkeyPatch, now: datetime, winter: bool) -> None:
    assert ("Winter rule tonight" in ask(monkeypatch, now=now).text()) is winter


def test_another_night_has_the_rule_of_its_own_season(monkeypatch: pytest.MonkeyPatch) -> None:
    november = datetime(2026, 11, 28, 12, 0, tzinfo=TORONTO)
    said = ask(monkeypatch, "can i park on the street tuesday night", now=november)
    assert "Winter rule on the night of Tuesday, December 1: no street parking" in said.text()
    tomorrow = ask(monkeypatch, "can i park on the road tomorrow night", now=november).text()
    assert "There is no winter night ban on the night of Sunday, November 29" in tomorrow


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can i leave my car on the street until tomorrow morning", "en"),
        ("is it ok to park on the road tomorrow at 5 am", "en"),
        ("may the car stay on the street till 9 am tomorrow", "en"),
        ("je peux stationner dans la rue jusqu'à demain matin", "fr"),
        ("puis-je laisser l'auto dans la rue jusqu'à demain 5 h du matin", "fr"),
    ],
)
def test_a_morning_belongs_to_the_night_before_it(monkeypatch: pytest.MonkeyPatch, text: str, language: str) -> None:
    last = datetime(2027, 3, 30, 21, 0, tzinfo=TORONTO)  # the next morning is the season's last
    said = ask(monkeypatch, text, now=last, language=language).text(language)
    assert {"en": "Winter rule tonight: no street parking", "fr": "Règle d'hiver cette nuit : pas de stationnement"}[language] in said


@pytest.mark.parametrize(
    ("text", "night"),
    [
        ("can i park on the street saturday morning", "the night of Friday, January 22"),
        ("can i park on the street saturday at 3 am", "the night of Friday, January 22"),
        ("can i park on the street saturday at 9 pm", "the night of Saturday, January 23"),
        ("can i park on the street saturday night", "the night of Saturday, January 23"),
        ("can i park on the street saturday night until 5 am", "the night of Saturday, January 23"),
        ("can i park on the street this morning", "tonight"),
    ],
)
def test_the_night_that_is_meant_is_told(monkeypatch: pytest.MonkeyPatch, text: str, night: str) -> None:
    monday = datetime(2027, 1, 18, 12, 0, tzinfo=TORONTO)
    assert night in ask(monkeypatch, text, now=monday).text()


def test_a_snow_event_of_today_does_not_decide_another_night(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, "can i park on the street monday night", event=SnowEvent(True))
    assert said.responses == ["utter_parking_snow_event_later"]
    assert "Check again that day. If it has ended by then: Winter rule on the night of Monday, January 18" in said.text()


@pytest.mark.parametrize("failure", list(Failure))
def test_when_the_feed_fails_the_rule_is_still_told_and_nothing_is_said_of_the_event(
    monkeypatch: pytest.MonkeyPatch, failure: Failure
) -> None:
    said = ask(monkeypatch, broken=SnowError(failure))
    assert said.text().startswith("I cannot check right now whether a snow event is declared.")
    assert "https://www.kitchener.ca/snow or call 519-741-2345" in said.text()
    assert "Winter rule tonight" in said.text()
    assert "no snow event" not in said.text()
    assert said.report["outcome"] != "ok"
    assert "answered" not in said.report


def test_an_older_state_is_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, as_of=JANUARY - timedelta(minutes=10)).text()
    assert said.startswith("As of 7:30 p.m., no snow event is declared.")
    assert "I cannot reach the system right now" in said


@pytest.mark.parametrize(
    ("sky", "told"),
    [
        (Sky(alert()), True),
        (Sky(alert("blizzard warning")), True),
        (Sky(alert("winter storm watch", "watch")), True),
        (Sky(alert("wind warning")), False),
        (Sky(alert("snowfall advisory", "advisory")), False),
        (Sky(), False),
        (Sky(broken=WeatherError(Failure.UNREACHABLE)), False),
    ],
)
def test_a_snow_warning_in_force_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, sky: Sky, told: bool) -> None:
    said = ask(monkeypatch, sky=sky)
    assert (f"Environment Canada: {sky.alerts[0].name['en']} in force" in said.text() if sky.alerts else False) is told
    assert said.report["outcome"] == "ok"


def test_a_warning_is_not_told_for_another_night_nor_beside_a_snow_event(monkeypatch: pytest.MonkeyPatch) -> None:
    later = ask(monkeypatch, "can i park on the street monday night", sky=Sky(alert()))
    during = ask(monkeypatch, event=SnowEvent(True), sky=Sky(alert()))
    assert "Environment Canada" not in later.text() + during.text()


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2027, 1, 1), True),
        (date(2028, 2, 29), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_the_ban_holds_from_its_first_to_its_last_morning(day: date, holds: bool) -> None:
    assert winter_ban().holds_on(day) is holds


def test_a_season_within_one_year_is_one_too() -> None:
    winter = {"first": "01-10", "last": "02-20", "from": "01:00", "until": "07:00", "ask_before": "00:00"}
    ban = read_ban({"winter": winter, "articles": {}, "snow_words": []})
    assert [ban.holds_on(date(2027, month, day)) for month, day in ((1, 9), (1, 10), (2, 20), (2, 21), (12, 24))] == [
        False,
        True,
        True,
        False,
        False,
    ]
