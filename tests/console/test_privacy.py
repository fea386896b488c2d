"""The privacy officer's pages: a person is found, gets a copy, is deleted; originals need a reason; nobody else gets there."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from typing import Any, Dict, List, Tuple

import pytest
from django.test import Client
from django.utils import timezone

from bot.conversations.models import Conversation, Disposal, InboundMessage
from bot.review import audit
from bot.review.models import AuditEntry
from tests.console.staff import PASSWORD, Staff, assistant_answers, resident_writes, visible

REASON = "an access request of 28 November"
SECRET = "call me at 519-555-0134 at 45 Maple Street"
ROLES = ["viewer", "reviewer", "editor", "privacy_officer", "administrator"]


def member(console_database: str, role: str) -> Staff:
    """A browser in which somebody with this role has signed in."""
    from django.contrib.auth.models import Group, User

    User.objects.create_user(role, password=PASSWORD).groups.add(Group.objects.get_or_create(name=role)[0])
    browser = Staff(Client(SERVER_NAME="127.0.0.1"))
    browser.sign_in(role)
    return browser


@pytest.fixture
def officer(console_database: str) -> Staff:
    return member(console_database, "privacy_officer")


@pytest.fixture
def wrote(console_database: str) -> Any:
    """Somebody's turn, with a number and an address in it."""
    inbound = resident_writes("Jane's browser", SECRET)
    body = inbound.conversation.seal(json.dumps({"text": "We will call 519-555-0134."}), "outbound")
    assistant_answers(inbound, "We will call 519-555-0134.")
    inbound.replies.update(body_sealed=body)
    return inbound


def audited(*actions: str) -> List[Tuple[str, str, str, str]]:
    assert audit.first_broken() is None
    rows = AuditEntry.objects.exclude(action="sign_in").order_by("id").values_list("by", "action", "subject", "reason")
    return [row for row in rows if row[1] in actions] if actions else list(rows)


def post(staff: Staff, place: str, /, **fields: str) -> Any:
    return staff.browser.post(place, fields)


def test_a_person_is_found_by_their_address_which_is_in_no_url_and_no_log(
    officer: Staff, wrote: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = post(officer, "/privacy/find", channel="rest", address=" Jane's browser ")
    assert found["Location"] == f"/privacy/people/{wrote.conversation_id}"
    assert "Jane" not in caplog.text
    page = officer.reads(found["Location"])
    assert "Jane" not in page
    assert "519-555" not in page
    assert "Messages 1" in page
    assert not AuditEntry.objects.filter(subject__contains="Jane").exists()
    assert audited() == [("privacy_officer", "view", f"conversation:{wrote.conversation_id}", "")]
    assert post(officer, "/privacy/find", key=wrote.conversation_id)["Location"] == found["Location"]


def test_a_phone_number_is_found_however_it_is_written(officer: Staff) -> None:
    from bot.conversations.inbox import accept

    accept("sms", "+15195550123", "hello", "SM1")
    key = Conversation.objects.get().pk
    for written in ("+15195550123", "519-555-0123", "(519) 555 0123"):
        assert post(officer, "/privacy/find", channel="sms", address=written)["Location"].endswith(key)


@pytest.mark.parametrize(
    "asked", [{"channel": "rest", "address": "nobody"}, {"channel": "smoke", "address": "x"}, {"channel": "rest"}, {}, {"key": "nobody"}]
)
def test_somebody_unknown_is_told_so(officer: Staff, wrote: Any, asked: Dict[str, str]) -> None:
    answer = post(officer, "/privacy/find", **asked)
    assert answer["Location"] == "/privacy?done=none"
    assert "There is no such conversation." in officer.reads(answer["Location"])


def test_a_copy_is_masked_unless_a_reason_is_given(officer: Staff, wrote: Any) -> None:
    place = f"/privacy/people/{wrote.conversation_id}/download"
    masked = post(officer, place, format="json")
    assert masked["Content-Disposition"].startswith("attachment; filename=")
    assert masked["Cache-Control"] == "no-store"
    assert json.loads(masked.content)["turns"][0]["text"] == wrote.text_masked
    assert b"519-555" not in masked.content + post(officer, place, format="text").content
    refused = post(officer, place, format="json", originals="1", reason="because")
    assert refused.status_code == 422
    assert "Please give a reason" in visible(refused.content.decode())
    assert SECRET.encode() in post(officer, place, format="text", originals="1", reason=REASON).content
    data = json.loads(post(officer, place, format="json", originals="1", reason=REASON).content)
    assert data["turns"][0]["replies"][0]["text"] == "We will call 519-555-0134."
    assert [entry[1] for entry in audited("export", "export_original")] == ["export", "export", "export_original", "export_original"]


def test_a_conversation_is_deleted_for_a_reason_by_somebody_who_is_sure(officer: Staff, wrote: Any) -> None:
    place = f"/privacy/people/{wrote.conversation_id}/delete"
    for fields in ({}, {"reason": "because", "sure": "1"}, {"reason": REASON}):
        refused = post(officer, place, **fields)
        assert refused.status_code == 422
        assert re.search("Please (give|confirm)", visible(refused.content.decode()))
    assert Conversation.objects.count() == 1
    done = post(officer, place, reason=REASON, sure="1")
    page = officer.reads(done["Location"])
    assert "The conversation was deleted." in page
    assert re.search(r"Staff privacy_officer 1 1 ", page)
    assert InboundMessage.objects.count() == 0
    assert audited("delete") == [("privacy_officer", "delete", f"conversation:{wrote.conversation_id}", REASON)]


def test_what_is_past_its_time_is_shown_and_taken_only_by_the_button(officer: Staff, wrote: Any) -> None:
    assert "Nothing is past its time." in officer.reads("/privacy")
    Conversation.objects.update(dispose_after=timezone.now().date() - timedelta(days=2))
    assert re.search(r"All others 365 1 1 — \d{4}-\d\d-\d\d", officer.reads("/privacy"))
    assert Conversation.objects.count() == 1
    done = post(officer, "/privacy/purge")
    page = officer.reads(done["Location"])
    assert "What was past its time was deleted." in page
    assert re.search(r"Retention privacy_officer 1 1 ", page)
    assert Disposal.objects.get().reason == "time"
    assert len(audited("purge")) == 1


def test_the_residents_own_wish_is_in_the_record_without_a_name(officer: Staff) -> None:
    Disposal.objects.create(conversations=1, messages=7, reason="resident")
    assert re.search("The resident's wish The system 1 7 ", officer.reads("/privacy"))


def test_an_original_is_shown_once_for_a_reason(officer: Staff, wrote: Any) -> None:
    other = resident_writes("Jane's browser", "and my mail is jane@example.ca")
    place = f"/conversations/{wrote.conversation_id}/reveal"
    asks = officer.reads(f"{place}?turn={wrote.pk}")
    assert "519-555" not in asks
    assert "noted in the audit log" in asks
    for reason in ("", "because", " " * 40):
        refused = post(officer, place, turn=str(wrote.pk), reason=reason)
        assert refused.status_code == 422
        assert "519-555" not in refused.content.decode()
    assert audited() == []

    shown = post(officer, place, turn=str(wrote.pk), reason=REASON)
    page = visible(shown.content.decode())
    assert SECRET in page
    assert "We will call 519-555-0134." in page
    assert "jane@example.ca" not in page
    assert shown["Cache-Control"] == "no-store"
    assert "jane@example.ca" in visible(post(officer, place, reason=REASON).content.decode())
    subject = f"conversation:{wrote.conversation_id}"
    assert audited() == [
        ("privacy_officer", "reveal", f"{subject} turn:{wrote.pk}", REASON),
        ("privacy_officer", "reveal", subject, REASON),
    ]
    assert "no such message" in visible(post(officer, place, turn=str(other.pk + 1), reason=REASON).content.decode())


def test_a_turn_of_another_conversation_is_not_shown(officer: Staff, wrote: Any) -> None:
    other = resident_writes("another", "mine is 519-555-0177")
    page = visible(post(officer, f"/conversations/{wrote.conversation_id}/reveal", turn=str(other.pk), reason=REASON).content.decode())
    assert "0177" not in page


@pytest.mark.parametrize("turn", ["x", "-1", "9" * 30, "1.0"])
def test_what_is_no_turn_is_not_found(officer: Staff, wrote: Any, turn: str) -> None:
    assert post(officer, f"/conversations/{wrote.conversation_id}/reveal", turn=turn, reason=REASON).status_code == 404


def test_a_reason_does_not_carry_a_residents_details_into_the_log(officer: Staff, wrote: Any) -> None:
    post(officer, f"/conversations/{wrote.conversation_id}/reveal", reason="Jane called from 519-555-0134 about it")
    assert audited()[0][3] == "Jane called from [phone] about it"


def test_what_a_resident_wrote_is_no_markup(officer: Staff) -> None:
    inbound = resident_writes("one", "<script>alert(1)</script>")
    shown = post(officer, f"/conversations/{inbound.conversation_id}/reveal", reason=REASON).content.decode()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def addresses(key: str) -> List[Tuple[str, str]]:
    person = f"/privacy/people/{key}"
    return [
        ("get", "/privacy"),
        ("post", "/privacy/find"),
        ("post", "/privacy/purge"),
        ("get", person),
        ("post", f"{person}/download"),
        ("post", f"{person}/delete"),
        ("get", f"/conversations/{key}/reveal"),
        ("post", f"/conversations/{key}/reveal"),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_only_the_privacy_officer_gets_there(console_database: str, wrote: Any, role: str) -> None:
    staff = member(console_database, role)
    Conversation.objects.update(dispose_after=timezone.now().date() - timedelta(days=2))
    fields = {"reason": REASON, "sure": "1", "originals": "1", "channel": "rest", "address": "Jane's browser"}
    links = staff.page("/")
    for method, address in addresses(wrote.conversation_id):
        answer = getattr(staff.browser, method)(address, fields if method == "post" else {})
        assert (answer.status_code == 403) is (role != "privacy_officer"), address
        assert role == "privacy_officer" or SECRET not in answer.content.decode()
    assert ('href="/privacy"' in links) is (role == "privacy_officer")
    assert Conversation.objects.exists() is (role != "privacy_officer")
    assert bool(audited("reveal", "delete", "purge", "export_original")) is (role == "privacy_officer")


def test_nobody_gets_there_without_signing_in_or_a_token(visitor: Client, officer: Staff, wrote: Any) -> None:
    careful = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    careful.cookies = officer.browser.cookies
    for method, address in addresses(wrote.conversation_id):
        assert getattr(visitor, method)(address)["Location"].startswith("/sign-in")
        if method == "post":
            assert careful.post(address, {"reason": REASON, "sure": "1"}).status_code == 403
        elif not address.endswith("reveal"):
            assert officer.browser.delete(address).status_code == 405
    assert Conversation.objects.count() == 1


def test_the_pages_speak_french(officer: Staff, wrote: Any) -> None:
    for address in ("/privacy", f"/privacy/people/{wrote.conversation_id}", f"/conversations/{wrote.conversation_id}/reveal"):
        page = officer.reads(address, **{"accept-language": "fr"})
        assert re.search("Vie privée", page)
        assert not re.search(r"\b(Reason|Channel|Delete|Show)\b", page)
