"""What residents read when they ask for the next bus, on the sandbox's timetable on a Monday morning in November."""

from __future__ import annotations

import io
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, List, Optional

import pytest
from google.transit import gtfs_realtime_pb2 as wire

from actions.clients.errors import Failure
from actions.clients.geocoder import Located
from actions.clients.gtfs_realtime import Alert, Live, Realtime, RealtimeError, read_alerts, read_trip_updates
from actions.clients.gtfs_static import TimetableError, Timetables
from actions.clients.gtfs_tables import load
from actions.clients.timetable import Timetable
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups import next_bus
from actions.look_ups.next_bus import NextBus
from actions.look_ups.next_bus_wishes import asks_last
from bot.city import city
from bot.messages import Place
from bot.sandbox import gtfs, transit_live
from tests.actions.feeds import SMALL, timetable_of
from tests.actions.turns import Form, Said
from tests.running import fault

MONDAY = datetime(2026, 11, 30, 13, 2, tzinfo=timezone.utc)  # 8:02 in the morning
MOST_CHARACTERS = 320


class Kept:
    """A timetable that is there, or is not."""

    def __init__(self, timetable: Optional[Timetable]) -> None:
        self.timetable = timetable

    def current(self) -> Timetable:
        if self.timetable is None:
            raise TimetableError(Failure.UNREACHABLE, "not loaded yet")
        return self.timetable


class Vehicles:
    """Live feeds made by hand."""

    def __init__(self, now: datetime) -> None:
        self.message = transit_live.empty(now)
        self.notices = transit_live.empty(now)
        self.broken: Optional[RealtimeError] = None

    def live(self) -> Live:
        if self.broken:
            raise self.broken
        return read_trip_updates(self.message)

    def alerts(self) -> tuple[Alert, ...]:
        if self.broken:
            raise self.broken
        return read_alerts(self.notices)

    def late(self, trip_id: str, minutes: int) -> None:
        update = self.message.entity.add(id=trip_id).trip_update
        update.trip.trip_id = trip_id
        update.stop_time_update.add(stop_sequence=1).departure.delay = minutes * 60

    def cancelled(self, trip_id: str) -> None:
        trip = self.message.entity.add(id=trip_id).trip_update.trip
        trip.trip_id, trip.schedule_relationship = trip_id, wire.TripDescriptor.CANCELED

    def skips(self, trip_id: str, stop_id: str) -> None:
        update = self.message.entity.add(id=trip_id).trip_update
        update.trip.trip_id = trip_id
        update.stop_time_update.add(stop_id=stop_id).schedule_relationship = wire.TripUpdate.StopTimeUpdate.SKIPPED


class Locator:
    def candidates(self, text: str, language: str) -> List[Located]:
        known = {
            "200 King St W": Located("200 King St W", 43.4516, -80.4925, "PointAddress", 100.0),
            "1 Nowhere Rd": Located("1 Nowhere Rd", 43.3720, -80.5790, "PointAddress", 100.0),
        }
        return [known[text]] if text in known else []


@pytest.fixture(scope="session")
def timetable(tmp_path_factory: pytest.TempPathFactory) -> Timetable:
    path = tmp_path_factory.mktemp("timetable") / "timetable.sqlite3"
    load(io.BytesIO(gtfs.feed(2026)), path, {"url": "http://sample.example/gtfs.zip"})
    return Timetable(path, city().timezone)


class Talk:
    """A conversation in which nothing but the next bus is asked."""

    def __init__(self, timetable: Optional[Timetable], now: datetime, *, live: bool = True) -> None:
        self.vehicles = Vehicles(now)
        self.bus = NextBus(Kept(timetable), self.vehicles if live else None, Locator(), now=lambda: now)
        if not live:
            self.bus.realtime = None
        kinds = {"next_bus": self.bus}
        asks = {"look_up_answer": ActionAskLookUpAnswer(kinds)}
        self.form = Form(ValidateLookUpForm(kinds), asks, ActionLookUp(kinds))

    def ask(self, text: str, **more: Any) -> Said:
        return self.form.say(text, "look_up", look_up="next_bus", **more)


@pytest.fixture
def talk(timetable: Timetable) -> Talk:
    return Talk(timetable, MONDAY)


def test_a_stop_s_number_is_enough(talk: Talk) -> None:
    said = talk.ask("next bus at stop 2504")
    assert said.text() == (
        "Stop 2504, Charles / Queen:\n"
        "7 Grand River Hospital: 8:04 a.m. (scheduled)\n"
        "7 Grand River Hospital: 8:19 a.m. (scheduled)\n"
        "7 Grand River Hospital: 8:34 a.m. (scheduled)\n"
        "As of 8:02 a.m."
    )
    assert said.report["answered"] == "look_up/next_bus"
    assert said.messages[0]["custom"]["source"] == {"name": "Grand River Transit", "url": "https://www.grt.ca"}


def test_live_and_scheduled_are_told_apart_and_what_does_not_come_is_said(talk: Talk) -> None:
    talk.vehicles.late("7-weekday-0-0450", 15)  # should have been here at 7:49
    talk.vehicles.cancelled("7-weekday-0-0465")
    talk.vehicles.skips("7-weekday-0-0480", "2504")
    talk.vehicles.late("7-weekday-0-0495", 0)
    said = talk.ask("next 7 at stop 2504")
    assert said.text().splitlines()[1:] == [
        "7 Grand River Hospital: in 2 min (live)",
        "7 Grand River Hospital: 8:04 a.m. is cancelled",
        "7 Grand River Hospital: 8:19 a.m. skips this stop",
        "7 Grand River Hospital: 8:34 a.m. (live)",
        "7 Grand River Hospital: 8:49 a.m. (scheduled)",
        "As of 8:02 a.m.",
    ]
    talk.form.slots["language"] = "fr"
    assert talk.ask("prochain bus arrêt 2504").text("fr").splitlines()[:2] == [
        "Arrêt 2504, Charles / Queen :",
        "7 Grand River Hospital : dans 2 min (en direct)",
    ]


@pytest.mark.parametrize("live", [True, False])
def test_without_live_times_it_says_so(timetable: Timetable, live: bool) -> None:
    talk = Talk(timetable, MONDAY, live=live)
    talk.vehicles.broken = RealtimeError(Failure.UNREACHABLE, "down")
    last = talk.ask("next bus at stop 2504").text().splitlines()[-1]
    assert last == ("No live times right now: these are from the timetable." if live else "These times are from the timetable.")


def test_old_live_times_are_not_told_as_live(timetable: Timetable) -> None:
    talk = Talk(timetable, MONDAY)
    talk.vehicles.message = transit_live.empty(MONDAY - timedelta(minutes=3))
    talk.vehicles.late("7-weekday-0-0450", 15)
    lines = talk.ask("next bus at stop 2504").text().splitlines()
    assert lines[1] == "7 Grand River Hospital: 8:04 a.m. (scheduled)"
    assert lines[-1] == "No live times right now: these are from the timetable."


def test_a_live_feed_that_is_slow_is_not_waited_for(timetable: Timetable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(next_bus, "LIVE_WAIT_S", 0.05)
    talk, released = Talk(timetable, MONDAY), threading.Event()
    talk.vehicles.live = lambda: released.wait(20) and Live(MONDAY)  # type: ignore[method-assign]
    threading.Timer(0.5, released.set).start()
    assert talk.ask("next bus at stop 2504").text().splitlines()[-1] == "No live times right now: these are from the timetable."


def test_a_stop_named_by_its_streets_is_asked_about_by_direction(talk: Talk) -> None:
    asked = talk.ask("when does the 7 come to charles and queen")
    assert asked.text() == "Which way are you going?"
    assert asked.choices == ["To Grand River Hospital (7)", "To Fairway (7)", "None of these"]
    assert talk.form.say("To Fairway (7)", tapped=True, answer="1").text().startswith("Stop 2505, Charles / Queen:\n7 Fairway: 8:08 a.m.")
    talk.ask("when does the 7 come to charles and queen")
    assert talk.form.say("fairway").text().startswith("Stop 2505, Charles / Queen:")


@pytest.mark.parametrize(
    ("text", "stop", "route"),
    [
        ("bus 201 to conestoga from fischer hallman and queens", "Fischer-Hallman / Queen", "201 Conestoga"),
        ("next ion to fairway from queen station", "Queen Station", "301 ION Fairway"),
        ("le 201 vers block line au coin de fischer-hallman et ottawa", "Fischer-Hallman / Ottawa", "201 Block Line"),
        ("ion at kitchner market direction conestoga", "Kitchener Market Station", "301 ION Conestoga"),
        ("stop 1201, the 8", "Fairway Station", "8 Union"),
        ("prochain train à fairway", "Fairway Station", "301 ION Conestoga"),
        ("12 at westmont and highland toward westmount", "Westmount / Highland", "12 Westmount"),
    ],
)
def test_with_a_route_and_a_direction_nothing_is_asked(talk: Talk, text: str, stop: str, route: str) -> None:
    said = talk.ask(text)
    assert said.responses == ["utter_next_bus"]
    heading, *lines, _ = said.text().splitlines()
    assert heading.endswith(f"{stop}:")
    assert {line.split(":")[0] for line in lines if line[0].isdigit()} == {route}


def test_a_route_alone_is_asked_where_and_its_answer_keeps_the_route(talk: Talk) -> None:
    asked = talk.ask("is the 8 running late")
    assert asked.responses == ["utter_ask_next_bus_stop"]
    assert asked.messages[0]["custom"]["asks_location"] is True
    assert talk.form.say("stop 1201").text().splitlines()[1].startswith("8 Union:")


def test_a_number_no_stop_has_is_asked_again(talk: Talk) -> None:
    assert talk.ask("stop #9999").text() == "I do not know a stop 9999. Please check the number on its sign, or give me its two streets."
    assert talk.form.say("sorry 2504").text().startswith("Stop 2504")


def test_an_answer_without_a_stop_is_asked_about_again(talk: Talk) -> None:
    talk.ask("next bus")
    assert talk.form.say("well the one with the green bench in front of the bakery, you know").responses == [
        "utter_ask_next_bus_stop_unclear"
    ]


def test_none_of_the_ways_asks_for_the_stop(talk: Talk) -> None:
    talk.ask("charles and queen")
    assert talk.form.say("None of these", "something_else").responses == ["utter_ask_next_bus_stop"]


@pytest.mark.parametrize("text", ["next bus near 200 king st w", "prochain autobus près du 200 rue king ouest"])
def test_near_an_address_the_nearest_stops_are_offered(talk: Talk, text: str) -> None:
    asked = talk.ask(text)
    assert asked.responses == ["utter_ask_next_bus_which"]
    assert 2 <= len(asked.choices) <= 5
    assert any("King / Victoria" in one or "Kitchener City Hall Station" in one for one in asked.choices)


def test_near_a_shared_place_the_route_that_is_meant_counts(talk: Talk) -> None:
    talk.ask("when is the next 7")
    asked = talk.form.share(Place(label="", latitude=43.4488, longitude=-80.4893))
    assert all("7" in one for one in asked.choices[:-1])
    assert any("Charles / Queen, to Fairway" in one for one in asked.choices)


def test_where_no_stop_is_near_it_says_so(talk: Talk) -> None:
    said = talk.ask("next bus near 1 nowhere rd")
    assert said.responses == ["utter_next_bus_no_stop_near"]
    assert said.report["outcome"] == "not_found"


def test_a_route_that_does_not_stop_there_is_told_and_what_does_is_too(talk: Talk) -> None:
    said = talk.ask("bus 201 at stop 2504")
    assert said.responses == ["utter_next_bus_not_here", "utter_next_bus"]
    assert said.text().startswith("201 does not stop at Stop 2504, Charles / Queen. What does:\nStop 2504")


def test_at_night_the_last_of_the_day_before_and_on_a_holiday_its_own_timetable_count(timetable: Timetable) -> None:
    after_midnight = datetime(2026, 11, 30, 5, 5, tzinfo=timezone.utc)  # of Sunday to Monday: Sunday's last is still to come
    talk = Talk(timetable, after_midnight)
    times = [line.split(": ")[1] for line in talk.ask("next 7 at stop 2504").text().splitlines()[1:-1]]
    assert times == ["12:19 a.m. (scheduled)", "5:49 a.m. (scheduled)", "6:04 a.m. (scheduled)"]
    boxing_day = datetime(2026, 12, 26, 5, 0, tzinfo=timezone.utc)  # a Saturday, with Sunday's service
    assert (
        Talk(timetable, boxing_day)
        .ask("next 22 at block line station to laurentian")
        .text()
        .splitlines()[1]
        .startswith("22 Laurentian West: 7:30 a.m.")
    )


def test_when_nothing_more_runs_today_it_says_so(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, SMALL)
    talk = Talk(timetable, datetime(2026, 11, 28, 17, 0, tzinfo=timezone.utc))  # Saturday noon
    assert talk.ask("next bus at stop 1001").text() == (
        "Nothing more leaves there today. Next at Stop 1001, King / First:\n"
        "7 Last: Monday, November 30 at 8:00 a.m. (scheduled)\n"
        "7 Last: Monday, November 30 at 9:00 a.m. (scheduled)\n"
        "7 Last: Tuesday, December 1 at 1:00 a.m. (scheduled)\n"
        "As of 12:00 p.m."
    )


@pytest.mark.parametrize(
    ("text", "language", "heading", "first"),
    [
        ("first bus tomorrow morning at stop 2504", "en", ", Tuesday, December 1:", "7 Grand River Hospital: 5:49 a.m. (scheduled)"),
        ("premier bus demain matin arrêt 2504", "fr", ", le mardi 1er décembre :", "7 Grand River Hospital : 5 h 49 (prévu)"),
        ("next bus at stop 2504 tomorrow evening", "en", ", Tuesday, December 1:", "7 Grand River Hospital: 6:04 p.m. (scheduled)"),
        ("bus at stop 2504 saturday at half past two pm", "en", ", Saturday, December 5:", "7 Grand River Hospital: 2:49 p.m. (scheduled)"),
        ("bus arrêt 2504 samedi après-midi", "fr", ", le samedi 5 décembre :", "7 Grand River Hospital : 12 h 19 (prévu)"),
        ("bus at stop 2504 at 5 pm", "en", ":", "7 Grand River Hospital: 5:04 p.m. (scheduled)"),
        ("bus arrêt 2504 vers 17 h", "fr", " :", "7 Grand River Hospital : 17 h 04 (prévu)"),
        ("next bus at stop 2504 tonight", "en", ":", "7 Grand River Hospital: 6:04 p.m. (scheduled)"),
    ],
)
def test_another_day_or_a_later_time_is_answered_from_the_timetable(talk: Talk, text: str, language: str, heading: str, first: str) -> None:
    talk.form.slots["language"] = language
    lines = talk.ask(text).text(language).splitlines()
    assert lines[0] == {"en": "Stop", "fr": "Arrêt"}[language] + " 2504, Charles / Queen" + heading
    assert lines[1] == first
    assert lines[-1] == {"en": "These times are from the timetable.", "fr": "Ces heures viennent de l'horaire."}[language]


@pytest.mark.parametrize(
    "text", ["next bus at stop 2504 today", "stop 2504 at 8:15 am", "the 7:40 am at stop 2504 never came", "stop 2504 this morning"]
)
def test_what_is_asked_about_now_or_soon_is_answered_with_live_times(talk: Talk, text: str) -> None:
    talk.vehicles.late("7-weekday-0-0450", 15)
    assert talk.ask(text).text().splitlines()[1] == "7 Grand River Hospital: in 2 min (live)"


def test_the_day_is_kept_while_the_stop_is_asked_for_and_may_be_the_next_question(talk: Talk) -> None:
    assert talk.ask("first bus tomorrow morning").responses == ["utter_ask_next_bus_stop"]
    assert talk.form.say("stop 2504").text().startswith("Stop 2504, Charles / Queen, Tuesday, December 1:")
    assert talk.ask("and on wednesday morning?").text().startswith("Stop 2504, Charles / Queen, Wednesday, December 2:")
    assert talk.ask("and now the 7?").text().startswith("Stop 2504, Charles / Queen:\n7 Grand River Hospital: 8:04 a.m.")


def test_a_day_without_service_is_told_with_what_comes_next(tmp_path: Path) -> None:
    talk = Talk(timetable_of(tmp_path, SMALL), datetime(2026, 11, 27, 17, 0, tzinfo=timezone.utc))
    assert talk.ask("bus at stop 1001 on sunday morning").text().splitlines()[:2] == [
        "Nothing more leaves there on Sunday, November 29. Next at Stop 1001, King / First:",
        "7 Last: Monday, November 30 at 8:00 a.m. (scheduled)",
    ]
    talk.form.slots["language"] = "fr"
    assert (
        talk.ask("bus arrêt 1001 dimanche matin")
        .text("fr")
        .startswith("Plus rien n'y passe le dimanche 29 novembre. Ensuite, à Arrêt 1001")
    )


def test_days_behind_the_end_of_the_timetable_are_not_told_as_days_without_a_bus(tmp_path: Path) -> None:
    talk = Talk(timetable_of(tmp_path, SMALL), datetime(2026, 11, 28, 17, 0, tzinfo=timezone.utc))
    said = talk.ask("bus at stop 1001 on march 3")
    assert (said.responses, said.report["outcome"]) == (["utter_next_bus_none_then"], "not_found")
    assert said.text().startswith(
        "The timetable I have shows nothing that leaves Stop 1001, King / First on Wednesday, March 3 or in the week after."
    )
    talk.form.slots["language"] = "fr"
    assert "le mercredi 3 mars ni la semaine d'après" in talk.ask("bus arrêt 1001 le 3 mars").text("fr")


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [
        ("en", "next 7 at stop 1001", "No more 7 there today. Next at Stop 1001, King / First:"),
        ("en", "next 7 to last at stop 1001", "No more 7 Last there today. Next at Stop 1001, King / First:"),
        ("fr", "prochain 7 à l'arrêt 1001", "Plus aucun passage aujourd'hui : 7. Ensuite, à Arrêt 1001, King / First :"),
        ("en", "first 7 on sunday morning at stop 1001", "No more 7 there on Sunday, November 29. Next at Stop 1001, King / First:"),
        (
            "fr",
            "premier 7 dimanche matin arrêt 1001",
            "Plus aucun passage le dimanche 29 novembre : 7. Ensuite, à Arrêt 1001, King / First :",
        ),
    ],
)
def test_that_one_route_is_over_does_not_say_that_nothing_runs(tmp_path: Path, language: str, question: str, said: str) -> None:
    talk = Talk(timetable_of(tmp_path, SMALL), datetime(2026, 11, 28, 17, 0, tzinfo=timezone.utc))  # Saturday noon
    talk.form.slots["language"] = language
    assert talk.ask(question).text(language).splitlines()[0] == said


def test_where_nothing_leaves_for_a_week_it_says_so_but_an_ended_timetable_is_an_error(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, SMALL)
    said = Talk(timetable, datetime(2026, 11, 28, 17, 0, tzinfo=timezone.utc)).ask("bus at stop 1004")
    assert (said.responses, said.report["outcome"]) == (["utter_next_bus_none"], "not_found")
    said = Talk(timetable, datetime(2027, 2, 1, 17, 0, tzinfo=timezone.utc)).ask("bus at stop 1001")
    assert (said.responses, said.report["outcome"]) == (["utter_look_up_bad_data"], "bad_data")


def test_while_there_is_no_timetable_it_is_not_told_as_no_bus() -> None:
    said = Talk(None, MONDAY).ask("next bus at stop 2504")
    assert (said.responses, said.report["outcome"]) == (["utter_look_up_unreachable"], "unavailable")
    assert "https://www.grt.ca" in said.text()


def test_the_agency_s_notice_about_the_route_or_the_stop_is_one_line(talk: Talk) -> None:
    talk.vehicles.notices = transit_live.alerts(MONDAY)
    assert "\nNotice: Stop 1234 has moved 50 metres east (sample data)\n" in talk.ask("stop 1234").text()
    assert "Notice" not in talk.ask("stop 2504").text()
    alert = talk.vehicles.notices.entity.add(id="long").alert
    alert.informed_entity.add(stop_id="2504")
    alert.header_text.translation.add(text="x" * 200)
    (line,) = [line for line in talk.ask("stop 2504").text().splitlines() if line.startswith("Notice")]
    assert len(line) < 130


@pytest.mark.parametrize(("language", "notice"), [("en", "Notice: No buses today"), ("fr", "Avis : Aucun autobus aujourd'hui")])
def test_that_nothing_runs_today_is_told_beside_what_is_scheduled(talk: Talk, language: str, notice: str) -> None:
    alert = talk.vehicles.notices.entity.add(id="strike").alert
    alert.effect = transit_live.wire.Alert.NO_SERVICE
    alert.informed_entity.add(agency_id="GRT")
    alert.header_text.translation.add(text="No buses today", language="en")
    alert.header_text.translation.add(text="Aucun autobus aujourd'hui", language="fr")
    talk.form.slots["language"] = language
    assert notice in talk.ask("stop 2504").text(language).splitlines()


def test_the_next_question_leans_on_the_stop_before(talk: Talk) -> None:
    talk.ask("stop 1201, the 8")
    assert talk.ask("and the 7?").text().splitlines()[:2][1].startswith("7 Grand River Hospital:")


def test_no_answer_is_longer_than_a_long_text(talk: Talk) -> None:
    talk.vehicles.notices = transit_live.alerts(MONDAY)
    for code in ("1201", "1234", "2504"):
        for language in ("en", "fr"):
            talk.form.slots["language"] = language
            for when in ("", " tomorrow morning", " demain soir"):
                assert len(talk.ask(f"stop {code}{when}").text(language)) <= MOST_CHARACTERS


def test_no_stop_or_place_is_in_the_log(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    talk.vehicles.broken = RealtimeError(Failure.MALFORMED, "not GTFS-realtime")
    talk.ask("next bus at stop 2504 near 200 king st w")
    assert "2504" not in caplog.text
    assert "King" not in caplog.text


@pytest.mark.parametrize("name", ["none", "html500", "429", "error200", "truncated", "empty", "stale"])
def test_whatever_the_live_feeds_do_the_timetable_answers(sandbox: str, tmp_path: Path, name: str) -> None:
    timetables = Timetables(f"{sandbox}/transit/gtfs.zip", tmp_path, zone=city().timezone)
    timetables.refresh()
    bus = NextBus(timetables, Realtime(f"{sandbox}/transit", trip_updates="tripupdates", alerts="alerts"), Locator())
    kinds = {"next_bus": bus}
    form = Form(ValidateLookUpForm(kinds), {"look_up_answer": ActionAskLookUpAnswer(kinds)}, ActionLookUp(kinds))
    with fault(sandbox, "transit", name, seconds=1):
        said = form.say("next bus at stop 2504", "look_up", look_up="next_bus")
    assert said.report["outcome"] == "ok"
    reliable = said.text().splitlines()[-1].startswith("As of")
    assert reliable is (name in ("none", "empty"))
    assert reliable or "(live)" not in said.text()


@pytest.mark.parametrize("written", ["and the 8?", "et le 8?"])
def test_a_tapped_offer_keeps_the_stop_of_the_words_before_it(timetable: Timetable, written: str) -> None:
    talk = Talk(timetable, MONDAY)
    talk.ask("next bus at stop 1201")
    talk.form.said_before.append(written)
    said = talk.ask("Next bus at my stop", tapped=True)
    assert said.text().splitlines()[0].startswith("Stop 1201")
    assert said.text().splitlines()[1].startswith("8 ")


def departures_of(said: Said) -> List[str]:
    return [row for row in said.text().splitlines()[1:] if "(" in row]


@pytest.mark.parametrize(
    "asked",
    [
        "last 7 to fairway at stop 2505 this evening",
        "until what time is there a 7 at stop 2505",
        "le dernier 7 à l'arrêt 2505",
        "final bus of the 7, stop 2505",
    ],
)
def test_the_last_of_the_day_is_the_one_before_the_night(timetable: Timetable, asked: str) -> None:
    said = Talk(timetable, MONDAY).ask(asked)
    assert said.text().startswith("Stop 2505, Charles / Queen, last departures, Monday, November 30:")
    (only,) = departures_of(said)
    assert only.startswith("7 Fairway: ")
    assert only.split(": ")[1].split()[1] in ("a.m.", "p.m.")
    hour = int(only.split(": ")[1].split(":")[0])
    assert hour >= 11 or "a.m." in only


def test_the_last_of_all_that_leaves_leans_on_the_stop_before(timetable: Timetable) -> None:
    talk = Talk(timetable, MONDAY)
    talk.ask("next bus at stop 1201")
    said = talk.ask("and how late does it run")
    assert "last departures" in said.text()
    fronts = [row.split(":")[0] for row in departures_of(said)]
    assert len(fronts) == len(set(fronts)) > 1


def test_who_asks_after_the_last_has_left_reads_that_it_has(timetable: Timetable) -> None:
    night = datetime(2026, 12, 1, 8, 30, tzinfo=timezone.utc)  # 3:30, still Monday's service
    said = Talk(timetable, night).ask("last bus at stop 2505")
    assert said.text().startswith("Nothing more leaves there on Monday, November 30.")
    assert "(has left)" in departures_of(said)[0]


def test_a_day_without_service_has_no_last_bus_and_the_agency_is_named(timetable: Timetable) -> None:
    said = Talk(timetable, MONDAY).ask("last bus at stop 2505 on march 3 2031")
    assert said.responses == ["utter_next_bus_last_unknown"]
    assert "Grand River Transit" in said.text()


def test_last_week_s_complaint_is_not_about_the_last_bus(talk: Talk) -> None:
    assert talk.ask("stop 2504, it came late last week").responses == ["utter_next_bus"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("we missed the last bus at stop 2505, is there a next one", False),
        ("last train never showed up", False),
        ("le dernier autobus n'est jamais passé, à quand le prochain", False),
        ("j'ai manqué le dernier bus", False),
        ("any latest news about the 8", False),
        ("is the train running late today", False),
        ("last minute cancellation on the 8", False),
        ("the 7 was late the last 3 days", False),
        ("mes dernières nouvelles du 7 datent d'hier", False),
        ("I took it last night", False),
        ("what time is the last bus next monday", True),
        ("à quelle heure le dernier bus lundi prochain", True),
        ("last ion tonight", True),
        ("le dernier départ du 8", True),
        ("how late does the 8 run", True),
    ],
)
def test_the_last_bus_is_asked_for_only_where_it_is_named_and_the_next_is_not_wanted(text: str, last: bool) -> None:
    assert asks_last(text) == last


@pytest.mark.parametrize(
    ("said", "front"), [("southbound", "Fairway"), ("heading north please", "Grand River Hospital"), ("vers le sud", "Fairway")]
)
def test_which_way_is_answered_by_the_compass(talk: Talk, said: str, front: str) -> None:
    talk.ask("when does the 7 come to charles and queen")
    assert talk.form.say(said).text().splitlines()[1].startswith(f"7 {front}")


def test_a_way_that_the_question_names_is_not_asked_for(talk: Talk) -> None:
    assert talk.ask("eastbound 7 at charles and queen").text().splitlines()[1].startswith("7 Fairway")


def test_a_way_that_nothing_takes_is_asked_again(talk: Talk) -> None:
    talk.ask("when does the 7 come to charles and queen")
    talk.form.say("the purple one")
    assert talk.form.open


@pytest.mark.parametrize("said", ["and in the opposite direction?", "et dans l'autre sens?"])
def test_the_other_way_is_the_stop_across_the_street(talk: Talk, said: str) -> None:
    talk.ask("next bus at stop 2504")
    assert talk.ask(said).text().splitlines()[:1] == ["Stop 2505, Charles / Queen:"]
    assert talk.form.slots["last_look_up"]["state"]["stops"] != []
