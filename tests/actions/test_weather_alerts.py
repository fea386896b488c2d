"""What residents read about weather alerts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import List, Optional
from zoneinfo import ZoneInfo

import pytest

from actions.clients.errors import CityError, Failure
from actions.clients.geomet import Alert, WeatherError
from actions.clients.kept import Held
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.weather_alerts import WeatherAlerts
from tests.actions.turns import Form, Said

TORONTO = ZoneInfo("America/Toronto")
NOW = datetime(2027, 1, 15, 19, 40, tzinfo=TORONTO)


class Sky:
    def __init__(self, *alerts: Alert, as_of: Optional[datetime] = None, broken: Optional[CityError] = None) -> None:
        self.held, self.broken = Held(list(alerts), as_of), broken

    def in_force(self, now: datetime) -> Held[List[Alert]]:
        if self.broken:
            raise self.broken
        return self.held


def alert(name: str = "snowfall warning", begins: Optional[float] = -1, ends: Optional[float] = 10) -> Alert:
    area = {"en": "Waterloo - Wellington", "fr": "Waterloo - Wellington"}
    moments = [None if hours is None else NOW + timedelta(hours=hours) for hours in (begins, ends)]
    return Alert("SFW", "warning", {"en": name, "fr": "avertissement de neige"}, area, *moments, expires=NOW + timedelta(hours=12))


def ask(monkeypatch: pytest.MonkeyPatch, sky: Sky, language: str = "en", text: str = "is there a storm warning") -> Said:
    monkeypatch.setattr("actions.look_ups.weather_alerts.now", lambda: NOW)
    kinds = {"weather_alerts": WeatherAlerts(sky)}
    asks = {"look_up_answer": ActionAskLookUpAnswer(kinds)}
    form = Form(ValidateLookUpForm(kinds), asks, ActionLookUp(kinds), slots={"language": language})
    return form.say(text, "look_up", look_up="weather_alerts")


def test_alerts_in_force_are_told_with_area_end_and_source(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, Sky(alert()))
    assert said.text() == (
        "Weather alerts in force for Waterloo - Wellington, as of 7:40 p.m.:\nSnowfall warning, until January 16, 5:40 a.m."
    )
    assert said.messages[0]["custom"]["source"] == {"name": "Environment Canada", "url": "https://weather.gc.ca"}
    assert said.report["answered"] == "look_up/weather_alerts"


def test_the_same_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, Sky(alert()), "fr")
    assert said.text("fr").endswith("Avertissement de neige, jusqu'au 16 janvier, 5 h 40")
    assert said.messages[0]["custom"]["source"]["name"] == "Environnement Canada"


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (None, None, "Snowfall warning"),
        (2, None, "Snowfall warning, from January 15, 9:40 p.m."),
        (2, 10, "Snowfall warning, January 15, 9:40 p.m. to January 16, 5:40 a.m."),
        (-1, None, "Snowfall warning"),
    ],
)
def test_as_much_as_the_alert_says_of_its_hours_is_told(
    monkeypatch: pytest.MonkeyPatch, begins: Optional[float], ends: Optional[float], expected: str
) -> None:
    assert ask(monkeypatch, Sky(alert(begins=begins, ends=ends))).text().splitlines()[1] == expected


def test_no_alert_is_told_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, Sky())
    assert said.text() == "As of 7:40 p.m., no weather alert is in force for Kitchener."
    assert said.report["outcome"] == "ok"


@pytest.mark.parametrize("failure", list(Failure))
def test_a_service_that_fails_is_never_told_as_no_alert(monkeypatch: pytest.MonkeyPatch, failure: Failure) -> None:
    said = ask(monkeypatch, Sky(broken=WeatherError(failure)))
    assert said.responses[0] in ("utter_look_up_unreachable", "utter_look_up_bad_data")
    assert "https://weather.gc.ca" in said.text()
    assert "answered" not in said.report


def test_an_older_answer_is_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, Sky(as_of=NOW - timedelta(minutes=20))).text()
    assert said.startswith("As of 7:20 p.m., no weather alert is in force")
    assert "I cannot reach the system right now" in said


def test_of_many_alerts_the_first_four_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ask(monkeypatch, Sky(*(alert(f"alert {number}") for number in range(6)))).text().splitlines()
    assert len(rows) == 6
    assert rows[-1] == "and 2 more"


@pytest.mark.parametrize(
    ("language", "text", "begins"),
    [
        ("en", "twister warning?", "No. As of 7:40 p.m., no tornado alert is in force for Kitchener. In force for Waterloo - Wellington:"),
        ("en", "any flooding alert", "No. As of 7:40 p.m., no flood alert is in force"),
        ("en", "are we under a wind chill advisory", "No. As of 7:40 p.m., no cold alert is in force"),
        (
            "fr",
            "avertissement d'orages?",
            "Non. En date de 19 h 40, aucune alerte d'orage n'est en vigueur pour Kitchener. En vigueur pour",
        ),
    ],
)
def test_a_kind_of_alert_that_is_not_in_force_is_denied_first(
    monkeypatch: pytest.MonkeyPatch, language: str, text: str, begins: str
) -> None:
    said = ask(monkeypatch, Sky(alert()), language, text).text(language)
    assert said.startswith(begins)
    assert said.splitlines()[1].lower().startswith({"en": "snowfall warning", "fr": "avertissement de neige"}[language])


def test_a_kind_that_is_in_force_is_affirmed_and_the_others_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ask(monkeypatch, Sky(alert(), alert("freezing rain warning")), text="is there an ice storm advisory out")
    assert said.text().startswith("Yes. In force for Waterloo - Wellington, as of 7:40 p.m.:\nFreezing rain warning")
    assert "Snowfall" not in said.text()


def test_freezing_rain_is_no_rain_and_a_squall_is_snow(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, Sky(alert("freezing rain warning")), text="rain watch?").text().startswith("No.")
    assert ask(monkeypatch, Sky(alert("snow squall watch")), text="any snow advisory").text().startswith("Yes.")


def test_without_any_alert_the_kind_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(monkeypatch, Sky(), text="heat alert on?").text() == "No. As of 7:40 p.m., no heat alert is in force for Kitchener."


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        (
            "en",
            "will it snow on friday",
            "I give weather alerts, not forecasts. Environment Canada has the forecast: https://weather.gc.ca",
        ),
        ("en", "what's the temperature", "I give weather alerts, not forecasts."),
        ("fr", "quelles sont les prévisions pour demain", "Je donne les alertes météo, et non les prévisions."),
    ],
)
def test_a_forecast_is_not_given_and_who_gives_it_is_named(monkeypatch: pytest.MonkeyPatch, language: str, text: str, says: str) -> None:
    said = ask(monkeypatch, Sky(alert()), language, text)
    assert said.text(language).startswith(says)
    assert said.responses == ["utter_weather_no_forecast", "utter_weather_alerts"]
