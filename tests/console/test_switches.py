"""The page of switches: what staff see, and what residents read of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from bot.city import city
from bot.conversations.models import Notice, Pause, SwitchedOff
from bot.conversations.switches import read
from bot.review.models import AuditEntry
from tests.console.staff import NAME, Staff, visible

STORM = {"text_en": "A storm is coming tonight.", "text_fr": "Une tempête arrive ce soir."}
AWAY = {"text_en": "We are back on Monday.", "text_fr": "Nous revenons lundi."}


@pytest.fixture
def editor(staff: Staff) -> Staff:
    User.objects.get(username=NAME).groups.set([Group.objects.get_or_create(name="editor")[0]])
    return staff


def local(**ahead: float) -> str:
    """A time where the city is, as a browser's field has it."""
    return (datetime.now(city().timezone) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def send(who: Staff, address: str, **fields: Any) -> str:
    """What the page says after a form was sent; the clerk is led to it."""
    return visible(who.browser.post(address, fields, follow=True).content.decode())


def noted() -> Dict[str, str]:
    rows = AuditEntry.objects.exclude(action="sign_in").order_by("id")
    return {f"{row.by} {row.action} {row.subject}": row.reason for row in rows}


def test_a_notice_is_previewed_per_channel_in_both_languages_before_it_is_up(editor: Staff) -> None:
    page = send(editor, "/switches/notices", **STORM, ends=local(hours=3), step="preview")
    assert "Nothing is switched yet." in page
    assert page.count("City notice: A storm is coming tonight.") == 3
    assert page.count("Avis de la Ville : Une tempête arrive ce soir.") == 3
    assert "Segments: 1. Length: 39 (GSM-7)" in page
    assert "Segments: 1. Length: 46 (UCS-2)" in page
    assert "A storm is coming tonight. Message in French" in page  # still in the form
    assert not Notice.objects.exists()


def test_a_notice_is_up_at_once_seen_on_every_page_and_taken_down(editor: Staff) -> None:
    page = send(editor, "/switches/notices", **STORM, ends=local(hours=3))
    assert "The notice is up." in page
    notice = Notice.objects.get()
    assert read().notices == (notice,)
    assert notice.ends_at - notice.begins_at <= timedelta(hours=3)
    for address in ("/", "/knowledge", "/switches", "/account"):
        assert "In force now : Notice: A storm is coming tonight." in editor.reads(address)
    assert "Avis: Une tempête arrive ce soir." in editor.reads("/knowledge", **{"Accept-Language": "fr"})
    assert "The notice is down." in send(editor, f"/switches/notices/{notice.pk}/end")
    assert "In force now" not in editor.reads("/")
    assert not read().notices
    assert [key.split(":")[0] for key in noted()] == [f"{NAME} notice_up notice", f"{NAME} notice_down notice"]
    assert "A storm is coming tonight. / Une tempête arrive ce soir." in next(iter(noted().values()))


def test_a_notice_that_is_sent_twice_is_up_once(editor: Staff) -> None:
    form = {**STORM, "ends": local(hours=3)}
    for _ in range(2):
        assert "The notice is up." in send(editor, "/switches/notices", **form)
    assert len(noted()) == 1
    send(editor, "/switches/notices", **{**form, "ends": local(hours=4)})
    send(editor, "/switches/notices", **{**form, "text_en": "A storm is here."})
    assert Notice.objects.count() == 3


def test_a_notice_that_is_planned_for_later_is_put_up_now_all_the_same(editor: Staff) -> None:
    form = {**STORM, "ends": local(hours=3)}
    send(editor, "/switches/notices", **form, begins=local(hours=1))
    send(editor, "/switches/notices", **form)
    assert "In force now : Notice" in editor.reads("/")


def test_a_planned_notice_is_on_the_page_and_not_in_force(editor: Staff) -> None:
    page = send(editor, "/switches/notices", **STORM, begins=local(hours=1), ends=local(hours=3))
    assert "Planned" in page
    assert "In force now" not in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text_fr": ""}, "The words are needed in English and in French."),
        ({"text_en": "x" * 500}, "This is too long for a text message."),
        ({"ends": local(hours=-1)}, "The notice must end after it begins, and later than now."),
        (
            {"ends": ""},
            "A time is written as 2026-12-01 or 2026-12-01 08:00, and is at most ten years ahead. A notice must say when it ends.",
        ),
        ({"ends": "9999-12-31T23:59"}, "A time is written as"),
        ({"ends": "9999-12-31"}, "A time is written as"),
        ({"ends": local(days=366 * 11)}, "A time is written as"),
        ({"begins": "0001-01-01T00:00"}, "A time is written as"),
        ({"begins": "tomorrow"}, "A time is written as"),
    ],
)
def test_a_notice_that_cannot_be_shown_is_refused_with_the_reason_and_the_words_stay(
    editor: Staff, fields: Dict[str, str], problem: str
) -> None:
    page = send(editor, "/switches/notices", **{**STORM, "ends": local(hours=3), **fields})
    assert f"It was not switched. {problem}" in page
    assert (fields.get("text_en") or "A storm is coming") in page
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [("topic", "waste", "Topic off: Waste"), ("risk", "money", "Class of risk off: Money"), ("article", "garbage_missed", "Article off: ")],
)
def test_what_is_switched_off_is_seen_on_every_page_until_it_is_on_again(editor: Staff, kind: str, name: str, shown: str) -> None:
    assert "It is switched off." in send(editor, "/switches/off", kind=kind, name=name)
    assert shown in editor.reads("/")
    assert (kind, name) in read().off
    assert "It is answered again." in send(editor, "/switches/on", kind=kind, name=name)
    assert shown not in editor.reads("/")
    assert list(noted()) == [f"{NAME} switch_off {kind}:{name}", f"{NAME} switch_on {kind}:{name}"]


@pytest.mark.parametrize("fields", [{"kind": "article", "name": ""}, {"kind": "x", "name": "waste"}, {}])
def test_what_is_not_there_cannot_be_switched_off(editor: Staff, fields: Dict[str, str]) -> None:
    assert "There is nothing with this name." in send(editor, "/switches/off", **fields)
    assert not SwitchedOff.objects.exists()


@pytest.mark.parametrize(
    ("channel", "named", "segments"),
    [("sms", "Text message", 2), ("telegram", "Telegram", 0), ("webchat", "Web chat", 0), ("rest", "Other programs (REST)", 0)],
)
def test_a_pause_is_shown_as_its_own_channel_has_it(editor: Staff, channel: str, named: str, segments: int) -> None:
    own = f"{named}, English We are back on Monday. If anyone is in danger, call 911."
    for step in ({"step": "preview"}, {}):
        page = send(editor, "/switches/pause", channel=channel, **AWAY, **step).split("What residents read instead")
        pause = page[0] if step else page[1].split("Paused channels")[1]
        assert own in pause
        assert pause.count("If anyone is in danger, call 911.") == 1
        assert pause.count("Segments:") == segments


def test_a_channel_is_previewed_paused_and_answers_again(editor: Staff) -> None:
    page = send(editor, "/switches/pause", channel="sms", **AWAY, step="preview")
    assert page.count("We are back on Monday. If anyone is in danger, call 911.") == 1
    assert not Pause.objects.exists()
    assert "The channel is paused." in send(editor, "/switches/pause", channel="sms", **AWAY)
    assert "Paused: Text message" in editor.reads("/knowledge")
    assert "The channel answers again." in send(editor, "/switches/resume", channel="sms")
    assert not read().pauses
    assert list(noted()) == [f"{NAME} pause channel:sms", f"{NAME} resume channel:sms"]
    assert "This is not switched any more." in send(editor, "/switches/resume", channel="sms")


def test_a_reviewer_sees_what_is_switched_and_has_no_form_for_it(editor: Staff) -> None:
    send(editor, "/switches/off", kind="topic", name="waste")
    User.objects.get(username=NAME).groups.set([Group.objects.get(name="reviewer")])
    page = editor.page("/switches")
    assert "Topic off: Waste" in visible(page)
    assert "Only an editor or an administrator can change something here." in visible(page)
    assert 'action="/switches' not in page


def test_words_of_staff_are_no_markup(editor: Staff) -> None:
    editor.browser.post("/switches/notices", {**STORM, "text_en": "<script>alert(1)</script>", "ends": local(hours=3)})
    for address in ("/", "/switches"):
        assert "<script>alert" not in editor.page(address)


def test_nobody_who_is_signed_out_reads_what_is_switched(visitor: Client) -> None:
    SwitchedOff.objects.create(kind="topic", name="waste", by="clerk")
    assert "In force" not in visible(visitor.get("/sign-in").content.decode())
