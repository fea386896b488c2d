"""Photos that come with a report, during one or by themselves: what residents read, and what the city gets."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any, Dict, List

import pytest
import requests
from django.utils import timezone

from actions import photos
from actions.clients.open311 import Open311
from actions.collection_form import ValidateCollectionForm
from actions.conversation import ActionCancelTask, ActionStartOver
from actions.danger import ActionSayDanger
from actions.photos import WAIT_S, ActionTakeInformation
from actions.report_form import ValidateReportForm
from bot import sealing
from bot.city import city
from bot.conversations import media
from bot.conversations.models import Conversation, InboundMessage, Media
from bot.conversations.photos import Photo
from bot.settings import Settings, settings
from tests.actions.test_report_problem import at_the_city, made_form, pothole
from tests.actions.turns import Form, Said, run, tracker
from tests.pictures import picture
from tests.running import free_port

pytestmark = pytest.mark.usefixtures("record")
KEY = "conversation"


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


def kept(content: bytes, key: str = KEY) -> str:
    """The id of a photo in the record."""
    now = timezone.now()
    conversation, _ = Conversation.objects.get_or_create(
        key=key, defaults={"channel": "rest", "data_key_sealed": sealing.new_data_key(key), "dispose_after": now.date()}
    )
    columns: Dict[str, Any] = {"channel": "rest", "provider_id": uuid.uuid4().hex, "text_sealed": b"", "text_masked": ""}
    inbound = InboundMessage.objects.create(conversation=conversation, **columns)
    media.store(inbound, [Photo(content=content)])
    row = inbound.media.get()
    media.make_ready(row, content)
    return str(row.pk)


def offers(monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    """Lets the city's system take photos another way."""
    backend = city().backends["open311"]
    monkeypatch.setattr(photos, "_backend", lambda: replace(backend, options={**backend.options, **options}))


def not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = replace(city().backends["open311"], url=None)
    monkeypatch.setattr(photos, "_backend", lambda: backend)


def filed_with(sandbox: str, words: str) -> Dict[str, Any]:
    (filed,) = at_the_city(sandbox, words)
    (shape,) = requests.get(f"{sandbox}/open311/v2/requests/{filed['service_request_id']}.json?extensions=true", timeout=10).json()
    return dict(shape)


def words() -> str:
    return f"huge pothole at 200 king st w, front wheel broke {uuid.uuid4().hex}"


def test_photos_with_the_first_message_are_in_the_report_the_summary_and_the_request(form: Form, sandbox: str) -> None:
    ids, said = [kept(picture()), kept(picture("PNG"))], words()
    added = form.say(said, "report_problem", photos=ids, service_code="pothole")
    assert added.responses == ["utter_report_photos_added", "utter_ask_report_contact"]
    assert "2 photos are added to the report." in added.text()
    assert "\nPhotos: 2\n" in form.say("skip").text()
    form.say("send it", "affirm")
    filed = filed_with(sandbox, said)
    urls = [f"{settings().residents_url}/media/{media_id}" for media_id in ids]
    assert (filed["media_url"], filed["media_urls"]) == (urls[0], urls)
    assert all(row.expires_at > timezone.now() + timedelta(days=80) for row in Media.objects.filter(pk__in=ids))
    assert form.slots["report_photos"] is None


def test_photos_are_told_in_french_to_french_speakers(form: Form) -> None:
    form.slots["language"] = "fr"
    said = form.say(
        "un énorme nid-de-poule au 200 rue king ouest a brisé ma roue", "report_problem", photos=["one"], service_code="pothole"
    )
    assert "Votre photo est ajoutée au signalement." in said.text("fr")
    assert "\nPhotos : 1\n" in form.say("passer").text("fr")


def test_a_report_without_photos_says_nothing_of_them(form: Form, sandbox: str) -> None:
    said = words()
    assert "Photo" not in pothole(form, said).text()
    form.say("send it", "affirm")
    assert filed_with(sandbox, said)["media_url"] is None


STEPS = [
    ("service_code", "i want to report a problem", "report_problem", {}, "utter_ask_service_group"),
    ("place", "pothole", "report_problem", {"service_code": "pothole"}, "utter_ask_report_location"),
    ("description", "pothole at 201 king st w", "report_problem", {"service_code": "pothole"}, "utter_ask_report_description"),
    ("question", words(), "report_problem", {"service_code": "streetlight"}, "utter_ask_report_attribute"),
    ("contact", words(), "report_problem", {"service_code": "pothole"}, "utter_ask_report_contact"),
]


@pytest.mark.parametrize(("text", "intent", "entities", "asked"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_a_photo_by_itself_at_any_step_is_added_and_the_step_asked_again(
    form: Form, text: str, intent: str, entities: Dict[str, str], asked: str
) -> None:
    assert form.say(text, intent, **entities).responses[-1] == asked
    before = {slot: form.slots.get(slot) for slot in ValidateReportForm.slots if slot != "report_photos"}
    said = form.say("", tapped=True, photos=["one"])
    assert said.responses == ["utter_report_photo_added", asked]
    assert {slot: form.slots.get(slot) for slot in before} == before
    assert form.slots["report_photos"] == ["one"]


def test_a_photo_with_an_answer_is_added_and_the_answer_counts(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    assert form.say("200 king st w", photos=["one"]).responses == ["utter_report_photo_added", "utter_ask_report_description"]
    assert form.say("it is deep", photos=["two"]).responses == ["utter_report_photo_added", "utter_ask_report_contact"]
    assert form.slots["report_location"] == "200 King St W"
    assert form.slots["report_photos"] == ["one", "two"]


def test_a_photo_with_the_yes_at_the_end_is_sent_along(form: Form, sandbox: str) -> None:
    said, photo = words(), kept(picture())
    pothole(form, said)
    form.say("send it", "affirm", photos=[photo])
    assert filed_with(sandbox, said)["media_url"].endswith(f"/media/{photo}")


def test_a_photo_with_a_question_inside_the_report_is_added_once_the_question_is_answered(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    form.say("when is my garbage day?", "collection_day", photos=["one"])
    assert form.rejected
    rejected = [{"event": "action_execution_rejected", "name": "report_form"}, {"event": "action", "name": "action_collection_day"}]
    again = run(
        form.validator,
        tracker("when is my garbage day?", "collection_day", slots=form.slots, loop="report_form", photos=["one"], events=rejected),
    )
    assert again.responses == ["utter_report_photo_added"]
    assert again.slots["report_photos"] == ["one"]


def test_the_city_gets_no_more_photos_than_it_takes_and_the_resident_is_told(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    offers(monkeypatch, most_photos="2")
    said = form.say(words(), "report_problem", photos=["one", "two", "three"], service_code="pothole")
    assert said.responses[:2] == ["utter_report_photos_added", "utter_report_photos_full"]
    assert form.say("", tapped=True, photos=["four"]).responses[0] == "utter_report_photos_full"
    assert form.slots["report_photos"] == ["one", "two"]


def test_photos_can_be_left_out_before_sending(form: Form, sandbox: str) -> None:
    said = words()
    form.say(said, "report_problem", photos=[kept(picture())], service_code="pothole")
    form.say("skip")
    changing = form.say("no", "deny")
    assert "Leave out the photos" in changing.choices
    assert "Photos" not in form.say("Leave out the photos", "inform", tapped=True, answer="photos").text()
    form.say("send it", "affirm")
    assert filed_with(sandbox, said)["media_url"] is None


def test_a_photo_by_itself_is_asked_about_and_goes_into_the_report_it_leads_to(form: Form) -> None:
    alone = run(ActionTakeInformation(), tracker("", photos=["one"]))
    assert alone.responses == ["utter_photo_alone"]
    assert alone.choices == ["Report a problem"]
    more = run(ActionTakeInformation(), tracker("", photos=["two"], slots=alone.slots))
    form.slots.update({"photos_waiting": more.slots["photos_waiting"]})
    assert form.say(words(), "report_problem", service_code="pothole").responses[0] == "utter_report_photos_added"
    assert form.slots["report_photos"] == ["one", "two"]
    assert form.slots["photos_waiting"] is None


def test_what_was_written_beside_the_photo_counts_in_the_report(form: Form) -> None:
    beside = {"event": "user", "text": "at 200 king st w", "parse_data": {"intent": {"name": "inform"}}}
    given = tracker("it's a pothole", "report_problem", entities={"service_code": "pothole"}, loop="report_form")
    asked = {"event": "action", "name": "action_take_information"}
    given.events[:] = [beside, asked, *given.events, {"event": "active_loop", "name": "report_form"}]
    assert run(form.validator, given).slots["report_location"] == "200 King St W"


def test_a_photo_that_waited_too_long_is_not_put_into_another_report(form: Form) -> None:
    form.slots["photos_waiting"] = {"ids": ["one"], "until": time.time() - 1}
    assert pothole(form).responses == ["utter_ask_report_confirmed"]
    assert run(ActionTakeInformation(), tracker("", photos=["two"], slots=form.slots)).slots["photos_waiting"]["ids"] == ["two"]
    assert WAIT_S == 1800


def danger(**given: Any) -> Said:
    return run(ActionSayDanger(), tracker("fire at the school", "emergency", entities={"danger": "fire"}, photos=["one"], **given))


def test_a_photo_that_comes_with_danger_is_said_to_have_gone_nowhere_and_kept_for_a_report(form: Form) -> None:
    said = danger()
    assert said.responses == ["utter_danger_fire", "utter_photo_not_sent_kept"]
    assert said.text().startswith("Call 911")
    assert "not sent to anyone" in said.text()
    form.slots.update(said.slots)
    assert form.say(words(), "report_problem", service_code="pothole").responses[0] == "utter_report_photo_added"
    assert form.slots["report_photos"] == ["one"]


def test_a_photo_that_comes_with_danger_inside_a_report_went_nowhere_and_is_added_to_the_report(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    said = danger(loop="report_form", slots=form.slots)
    assert said.responses == ["utter_danger_fire", "utter_photo_not_sent"]
    rejected = [{"event": "action_execution_rejected", "name": "report_form"}, {"event": "action", "name": "action_say_danger"}]
    again = tracker("fire", "emergency", slots=form.slots, loop="report_form", photos=["one"], events=rejected)
    assert run(form.validator, again).slots["report_photos"] == ["one"]


def test_a_photo_that_comes_with_danger_where_no_reports_are_taken_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    not_offered(monkeypatch)
    said = danger()
    assert said.responses == ["utter_danger_fire", "utter_photo_not_sent"]
    assert "photos_waiting" not in said.slots


def test_danger_without_a_photo_is_not_told_of_one() -> None:
    without = tracker("fire at the school", "emergency", entities={"danger": "fire"})
    assert run(ActionSayDanger(), without).responses == ["utter_danger_fire"]


@pytest.mark.parametrize("action", [ActionCancelTask(), ActionStartOver()])
def test_the_photos_of_a_dropped_report_are_not_in_the_next(action: Any) -> None:
    slots = run(action, tracker("cancel", "cancel", slots={"report_photos": ["one"]}, loop="report_form")).slots
    assert slots["report_photos"] is None


def test_a_photo_where_only_an_address_is_asked_for_is_kept_and_the_question_stays() -> None:
    opened = [{"event": "active_loop", "name": "collection_form"}]
    first = run(ValidateCollectionForm(), tracker("garbage day", "collection_day", loop="collection_form", events=opened, photos=["one"]))
    assert first.responses == ["utter_photo_kept"]
    assert first.slots["requested_slot"] == "collection_address"
    again = run(ValidateCollectionForm(), tracker("", loop="collection_form", slots=first.slots, photos=["one", "two"]))
    assert again.responses == ["utter_photo_kept"]
    assert again.slots["requested_slot"] == "collection_address"
    assert again.slots["photos_waiting"]["ids"] == ["one", "two"]


def test_where_reports_are_not_taken_a_photo_is_answered_with_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    not_offered(monkeypatch)
    said = run(ActionTakeInformation(), tracker("", photos=["one"]))
    assert said.responses == ["utter_photo_not_offered"]
    assert str(city().backends["open311"].by_hand) in said.text()
    assert "photos_waiting" not in said.slots
    inside = run(
        ValidateCollectionForm(), tracker("", loop="collection_form", slots={"requested_slot": "collection_address"}, photos=["one"])
    )
    assert inside.responses == ["utter_photo_not_offered"]


def test_a_report_that_cannot_begin_does_not_say_that_the_photo_is_added() -> None:
    away = made_form(Open311(f"http://127.0.0.1:{free_port()}/open311/v2", zone=city().timezone))
    said = away.say(words(), "report_problem", photos=["one"], service_code="pothole")
    assert said.responses == ["utter_report_unreachable"]


@pytest.mark.parametrize("profile", ["live", "multipart"])
def test_a_city_that_cannot_reach_us_gets_the_photo_itself(form: Form, sandbox: str, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    if profile == "live":
        monkeypatch.setattr(photos, "settings", lambda: Settings(profile="live"))
    else:
        offers(monkeypatch, media="multipart")
    said, contents = words(), [picture(), picture(colour="green")]
    form.say(said, "report_problem", photos=[kept(content) for content in contents], service_code="pothole")
    form.say("skip")
    form.say("send it", "affirm")
    urls: List[str] = filed_with(sandbox, said)["media_urls"]
    shown = [requests.get(url, timeout=10) for url in urls]
    assert [answer.content for answer in shown] == contents
    assert {answer.headers["Content-Type"] for answer in shown} == {"image/jpeg"}


def test_a_public_address_is_where_the_city_finds_the_photo(form: Form, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "settings", lambda: Settings(profile="live", public_url="https://chat.example.org/"))
    said, photo = words(), kept(picture())
    form.say(said, "report_problem", photos=[photo], service_code="pothole")
    form.say("skip")
    form.say("send it", "affirm")
    assert filed_with(sandbox, said)["media_url"] == f"https://chat.example.org/media/{photo}"


def test_a_photo_that_is_gone_or_somebody_elses_is_not_sent_and_the_resident_is_told(form: Form, sandbox: str) -> None:
    said, gone, theirs = words(), kept(picture()), kept(picture(), "somebody")
    Media.objects.filter(pk=gone).update(expires_at=timezone.now())
    form.say(said, "report_problem", photos=[gone, theirs], service_code="pothole")
    form.say("skip")
    sent = form.say("send it", "affirm")
    assert sent.responses == ["utter_report_filed", "utter_report_photos_gone"]
    assert filed_with(sandbox, said)["media_url"] is None


def test_a_damaged_photo_does_not_keep_the_report_from_the_city(form: Form, sandbox: str) -> None:
    said, photo = words(), kept(picture())
    Media.objects.filter(pk=photo).update(content_sealed=b"\x01damaged")
    form.say(said, "report_problem", photos=[photo], service_code="pothole")
    form.say("skip")
    assert form.say("send it", "affirm").responses == ["utter_report_filed", "utter_report_photos_gone"]
    assert filed_with(sandbox, said)["media_url"] is None
