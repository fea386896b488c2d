"""The client of weather alerts against the sandbox and its faults, and alerts as the service publishes them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.geomet import KEPT_S, STALE_S, Alert, GeoMet, WeatherError
from actions.clients.kept import Kept
from actions.clients.ledger import ledger
from tests.actions.faults import EACH_FAULT
from tests.running import fault

NOW = datetime(2026, 3, 1, 20, 0, tzinfo=timezone.utc)
ELSEWHERE = "https://weather.example.org"


@pytest.fixture
def weather(sandbox: str) -> GeoMet:
    return GeoMet(f"{sandbox}/weather", latitude=43.4516, longitude=-80.4925)


def alert(**changes: Any) -> Dict[str, Any]:
    """As city-apis reference 7.4 has it."""
    properties = {
        "alert_code": "FTA",
        "alert_type": "advisory",
        "alert_name_en": "frost advisory",
        "alert_name_fr": "avis de gel",
        "feature_name_en": "Waterloo - Wellington",
        "feature_name_fr": "Waterloo - Wellington",
        "status_en": "continued",
        "publication_datetime": "2026-03-01T16:50:44.658Z",
        "validity_datetime": "2026-03-02T07:00:00.000Z",
        "event_end_datetime": "2026-03-02T13:30:00.000Z",
        "expiration_datetime": "2026-03-02T08:50:44.658Z",
    }
    return {"id": "1", "type": "Feature", "geometry": None, "properties": {**properties, **changes}}


def read(*features: Any, now: datetime = NOW) -> List[Alert]:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/collections/weather-alerts/items", json={"type": "FeatureCollection", "features": list(features)})
        return GeoMet(ELSEWHERE, latitude=43.45, longitude=-80.49).in_force(now).value


def names(alerts: List[Alert], language: str = "en") -> List[str]:
    return [one.name[language] for one in alerts]


def test_only_what_is_in_force_here_is_read_from_the_sandbox_and_each_once(weather: GeoMet) -> None:
    found = weather.in_force(datetime.now(timezone.utc)).value
    assert names(found) == ["snowfall warning", "wind warning"]
    assert names(found, "fr") == ["avertissement de neige", "avertissement de vent"]
    assert found[0].area == {"en": "Waterloo - Wellington (sample data)", "fr": "Waterloo - Wellington (données d'exemple)"}


def test_a_point_elsewhere_has_other_alerts_and_one_at_sea_none(sandbox: str) -> None:
    now = datetime.now(timezone.utc)
    assert names(GeoMet(f"{sandbox}/weather", latitude=43.1, longitude=-79.2).in_force(now).value) == ["heat warning"]
    assert GeoMet(f"{sandbox}/weather", latitude=0.0, longitude=0.0).in_force(now).value == []


def test_the_service_is_asked_for_one_point_and_for_enough() -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/collections/weather-alerts/items", json={"features": []})
        GeoMet(ELSEWHERE, latitude=43.45, longitude=-80.49).in_force(NOW)
        asked = mock.calls[0].request.params
    assert asked["bbox"] == "-80.4910,43.4490,-80.4890,43.4510"
    assert (asked["limit"], asked["skipGeometry"]) == ("100", "true")


@pytest.mark.parametrize(
    "changes",
    [
        {"status_en": "ended"},
        {"status_en": "Cancelled"},
        {"expiration_datetime": "2026-03-01T19:59:59.000Z"},
        {"event_end_datetime": "2026-03-01T20:00:00.000Z"},
    ],
)
def test_what_is_over_is_left_out(changes: Dict[str, Any]) -> None:
    assert read(alert(**changes)) == []


@pytest.mark.parametrize(
    "changes", [{}, {"event_end_datetime": None}, {"status_en": None}, {"expiration_datetime": "2026-03-01T20:00:01.000Z"}]
)
def test_what_is_not_over_is_kept(changes: Dict[str, Any]) -> None:
    assert names(read(alert(**changes))) == ["frost advisory"]


def test_what_expires_while_the_service_is_down_was_in_force_when_the_list_was_read() -> None:
    clock = [NOW.timestamp()]
    weather = GeoMet(ELSEWHERE, latitude=43.45, longitude=-80.49)
    weather._alerts = Kept(ttl_s=KEPT_S, stale_s=STALE_S, clock=lambda: clock[0])
    expiring = alert(expiration_datetime="2026-03-01T20:10:00.000Z")
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/collections/weather-alerts/items", json={"features": [expiring]})
        assert names(weather.in_force(NOW).value) == ["frost advisory"]
        assert names(weather.in_force(NOW + timedelta(minutes=11)).value) == []  # the list is not old
    later = NOW + timedelta(minutes=20)
    clock[0] = later.timestamp()
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/collections/weather-alerts/items", status=503)
        held = weather.in_force(later)
    assert (names(held.value), held.as_of) == (["frost advisory"], NOW)


def test_one_alert_published_again_is_told_once_as_published_last() -> None:
    again = alert(publication_datetime="2026-03-01T18:00:00.000Z", alert_name_en="frost advisory, again")
    assert names(read(again, alert())) == ["frost advisory, again"]
    other_end = alert(event_end_datetime="2026-03-03T13:30:00.000Z")
    other_place = alert(feature_name_en="Huron - Perth")
    assert len(read(alert(), other_end, other_place)) == 3


def test_an_end_takes_back_what_was_published_before_it_and_nothing_after() -> None:
    ended = alert(status_en="ended", event_end_datetime="2026-03-01T19:00:00.000Z", publication_datetime="2026-03-01T19:00:00.000Z")
    assert read(alert(), ended) == []
    anew = alert(publication_datetime="2026-03-01T19:30:00.000Z", status_en="issued")
    assert names(read(alert(), ended, anew)) == ["frost advisory"]


def test_without_a_french_name_the_english_one_is_told() -> None:
    assert names(read(alert(alert_name_fr=None)), "fr") == ["frost advisory"]


@pytest.mark.parametrize(
    "broken",
    [
        alert(alert_name_en=None),
        alert(expiration_datetime=None),
        alert(publication_datetime=None),
        alert(expiration_datetime="soon"),
        alert(validity_datetime="2026-03-02T07:00:00"),
        {"type": "Feature"},
        "alert",
    ],
)
def test_an_alert_that_is_none_is_malformed(broken: Any) -> None:
    with pytest.raises(WeatherError) as failed:
        read(broken)
    assert failed.value.failure is Failure.MALFORMED


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (404, {"code": "NotFound", "type": "NotFound", "description": "Collection not found"}, Failure.REFUSED),
        (400, {"code": "InvalidParameterValue", "description": "limit"}, Failure.REFUSED),
        (500, {"code": "NoApplicableCode"}, Failure.UNREACHABLE),
        (200, {"type": "FeatureCollection"}, Failure.MALFORMED),
        (200, [], Failure.MALFORMED),
    ],
)
def test_its_errors_are_told_apart_from_no_alerts(status: int, body: Any, failure: Failure) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/collections/weather-alerts/items", json=body, status=status)
        with pytest.raises(WeatherError) as failed:
            GeoMet(ELSEWHERE, latitude=43.45, longitude=-80.49).in_force(NOW)
    assert failed.value.failure is failure


@EACH_FAULT
def test_each_fault_is_told_apart_from_no_alerts(weather: GeoMet, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "weather", name), ledger(0.8), pytest.raises(WeatherError) as failed:
        weather.in_force(NOW)
    assert failed.value.failure is failure
    with fault(sandbox, "weather", "empty"):
        assert weather.in_force(NOW).value == []
