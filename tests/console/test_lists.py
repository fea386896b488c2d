"""The list of conversations: what each filter finds, alone and together, and nothing else."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any, Dict, List
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.city import city
from tests.console.staff import Staff, visible
from tests.console.visits import link, turn, visit

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def found(page: str) -> List[str]:
    """What residents wrote, line by line, of a page of the list."""
    return [html.unescape(text) for text in re.findall(r'<a href="/conversations/[0-9a-f]{32}\?[^"]*" dir="auto">([^<]*)</a>', page)]


def finds(staff: Staff, **query: str) -> List[str]:
    return sorted(found(staff.page(f"/conversations?{urlencode(query)}")))


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=city().timezone)


def test_a_record_without_conversations_says_so(staff: Staff) -> None:
    assert "Nobody has written yet." in staff.reads("/conversations")


def test_a_line_has_what_tells_a_conversation_from_the_next_and_leads_to_it(staff: Staff) -> None:
    made = visit(
        "they skiped my garbage", at=noon("2026-03-04"), label="article/garbage_missed", channel="sms", language="fr", outcome="given_up",
        needs="torn", turns=2, review="follow_up", assigned_to="claire",
    )  # fmt: skip
    line = staff.reads("/conversations").split(" Needs eyes Review ", 1)[1]
    assert line.startswith("2026-03-04 12:00 they skiped my garbage ")
    assert "Text message French 2 Given up Unsure Follow up, claire" in line
    assert "article/garbage_missed" not in line, "staff read the title of the article"
    assert (
        staff.browser.get(html.unescape(re.findall(rf'href="({re.escape(link(made))}[^"]*)"', staff.page("/conversations"))[0])).status_code
        == 200
    )


def test_the_newest_activity_comes_first_however_long_ago_it_began(staff: Staff) -> None:
    now = timezone.now()
    begun_first = visit("first", at=now - timedelta(hours=3))
    visit("second", at=now - timedelta(hours=2))
    assert found(staff.page("/conversations")) == ["second", "first"]
    turn(begun_first, "first again", at=now)
    assert found(staff.page("/conversations")) == ["first again", "second"]


ONE_OF_EACH: Dict[str, Dict[str, Any]] = {
    "an emergency": {"needs": "emergency", "outcome": "emergency", "channel": "sms", "label": "emergency/fire", "confidence": 0.99},
    "en français": {"language": "fr", "label": "article/garbage_missed", "topic": "waste", "confidence": 0.91, "at": "2026-03-03"},
    "not helped": {"needs": "disliked", "helped": False, "confidence": 0.60, "topic": "parking", "at": "2026-03-04"},
    "helped": {"helped": True, "turns": 3, "confidence": 0.80, "review": "reviewed", "at": "2026-03-05"},
    "in no language": {"language": None, "needs": "lost", "confidence": 0.10, "assigned_to": "claire", "turns": 2, "review": "follow_up"},
    "a greeting": {"outcome": "talked", "channel": "telegram", "at": "2026-03-31"},
}


@pytest.fixture
def town(staff: Staff) -> Staff:
    """A clerk with one conversation of each kind."""
    from bot.review.models import Tag

    for text, columns in ONE_OF_EACH.items():
        day = columns.get("at", "2026-02-01")
        made = visit(text, **{"label": "collection_day", **columns, "at": noon(day)})
        if text == "helped":
            Tag.objects.create(visit=made, name="praise", by="clerk")
    return staff


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({}, list(ONE_OF_EACH)),
        ({"from": "2026-03-03", "to": "2026-03-04"}, ["en français", "not helped"]),
        ({"from": "2026-03-05"}, ["helped", "a greeting"]),
        ({"to": "2026-02-01"}, ["an emergency", "in no language"]),
        ({"channel": "sms"}, ["an emergency"]),
        ({"channel": "fax"}, []),
        ({"language": "fr"}, ["en français"]),
        ({"language": "-"}, ["in no language"]),
        ({"topic": "waste"}, ["en français"]),
        ({"label": "article/garbage_missed"}, ["en français"]),
        ({"label": "collection_day"}, ["not helped", "helped", "in no language", "a greeting"]),
        ({"confidence_above": "80"}, ["an emergency", "en français", "helped"]),
        ({"confidence_below": "60"}, ["in no language"]),
        ({"confidence_above": "60", "confidence_below": "91"}, ["not helped", "helped"]),
        ({"outcome": "talked"}, ["a greeting"]),
        ({"needs": "lost"}, ["in no language"]),
        ({"needs": "any"}, ["an emergency", "not helped", "in no language"]),
        ({"feedback": "helped"}, ["helped"]),
        ({"feedback": "not_helped"}, ["not helped"]),
        ({"feedback": "none"}, ["an emergency", "en français", "in no language", "a greeting"]),
        ({"turns_from": "2"}, ["helped", "in no language"]),
        ({"turns_from": "2", "turns_to": "2"}, ["in no language"]),
        ({"turns_to": "1"}, ["an emergency", "en français", "not helped", "a greeting"]),
        ({"review": "reviewed"}, ["helped"]),
        ({"review": "follow_up"}, ["in no language"]),
        ({"assigned": "claire"}, ["in no language"]),
        ({"assigned": "-"}, [text for text in ONE_OF_EACH if text != "in no language"]),
        ({"tag": "praise"}, ["helped"]),
        ({"tag": "praise", "feedback": "not_helped"}, []),
        ({"q": "emergency"}, ["an emergency"]),
        ({"q": "HELPED not"}, ["not helped"]),
        ({"q": "helped", "label": "collection_day", "confidence_above": "70"}, ["helped"]),
        ({"q": "helped", "label": "emergency/fire"}, []),
        ({"language": "en", "channel": "webchat", "review": "new", "from": "2026-03-01", "confidence_below": "70"}, ["not helped"]),
    ],
    ids=lambda value: urlencode(value) if isinstance(value, dict) else "",
)
def test_each_filter_finds_what_fits_and_nothing_else(town: Staff, query: Dict[str, str], texts: List[str]) -> None:
    assert finds(town, **query) == sorted(texts)
    assert f"Conversations found: {len(texts)} " in town.reads(f"/conversations?{urlencode(query)}")


def test_days_are_the_citys_and_both_count(staff: Staff) -> None:
    for at in ("2026-03-03T23:59:59", "2026-03-04T00:00:00", "2026-03-04T23:59:59", "2026-03-05T00:00:00"):
        visit(at, at=datetime.fromisoformat(at).replace(tzinfo=city().timezone))
    assert finds(staff, **{"from": "2026-03-04", "to": "2026-03-04"}) == ["2026-03-04T00:00:00", "2026-03-04T23:59:59"]


def test_label_and_confidence_are_asked_of_the_same_turn(staff: Staff) -> None:
    made = visit("sure of this", label="collection_day", confidence=0.95)
    turn(made, "not of that", label="article/garbage_missed", confidence=0.2)
    assert finds(staff, label="collection_day", confidence_above="90") == ["sure of this"]
    assert finds(staff, label="collection_day", confidence_below="50") == []


def test_a_line_shows_the_last_message_that_fits(staff: Staff) -> None:
    made = visit("where is my bin", label="article/garbage_missed")
    turn(made, "thanks", label="thank")
    assert found(staff.page("/conversations")) == ["thanks"]
    assert found(staff.page("/conversations?label=article/garbage_missed")) == ["where is my bin"]
    assert found(staff.page("/conversations?q=bin")) == ["where is my bin"]


def test_a_line_shows_what_was_needed_rather_than_a_tap_or_thanks(staff: Staff) -> None:
    made = visit("where is my bin", label="article/garbage_missed", certainty="sure")
    turn(made, "Yes", certainty="")
    turn(made, "ok thanks", label="thank", certainty="sure", outcome="talked")
    assert found(staff.page("/conversations")) == ["where is my bin"]
    visit("Start", certainty="")
    assert finds(staff) == ["Start", "where is my bin"]


def test_common_labels_are_found_as_rare_ones_are(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.review.models import Tag

    for number in range(6):
        made = visit(f"message {number}", label="collection_day" if number % 2 else "help", at=noon("2026-03-04"))
        Tag.objects.create(visit=made, name="seen", by="clerk")
    rare = finds(staff, label="collection_day", tag="seen")
    monkeypatch.setattr("bot.console.filters.FEW", 2)
    assert finds(staff, label="collection_day", tag="seen") == rare == ["message 1", "message 3", "message 5"]


@pytest.mark.parametrize("text", ["%", "_", "50%", "a_c", '"', "*", "'; DROP TABLE x; --", "NEAR(a b)", "hel*", "^xq", "(", "a OR b", ".*"])
def test_a_search_takes_every_sign_for_itself(staff: Staff, text: str) -> None:
    visit("only words here")
    response = staff.browser.get("/conversations", {"q": text})
    assert response.status_code == 200
    assert found(response.content.decode()) == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"}, {"to": "9999-12-31"}, {"confidence_below": "101"}, {"confidence_above": "-1"}, {"turns_from": "9" * 30},
        {"turns_to": "²"}, {"outcome": "nonsense"}, {"needs": "' OR 1=1"}, {"feedback": "True"}, {"review": "old"}, {"label": "a\0b"},
        {"q": "x" * 201}, {"channel": "\0"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_does_not_count_and_the_page_says_which(staff: Staff, query: Dict[str, str]) -> None:
    visit("hello")
    page = staff.page(f"/conversations?{urlencode(query)}")
    assert found(page) == ["hello"]
    assert "These could not be read and do not count" in visible(page)


@pytest.mark.parametrize(
    "place",
    ["yesterday", "2026-01-01T00:00:00~1", "\0", "2026-01-01T00:00:00+00:00~\0", "2026-01-01T00:00:00+00:00~" + "9" * 30,
     "0001-01-01T00:00:00+14:00~1", "2026-01-01T00:00:00+00:00~abc"],
)  # fmt: skip
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_place_that_no_page_gave_leads_nowhere(staff: Staff, side: str, place: str) -> None:
    assert staff.browser.get("/conversations", {side: place}).status_code == 404


def test_nothing_a_resident_or_a_colleague_wrote_is_markup(staff: Staff) -> None:
    from bot.review.models import Tag

    made = visit(SCRIPT, channel='"><b>', language="<i>", label=SCRIPT, topic=SCRIPT, assigned_to=SCRIPT)
    Tag.objects.create(visit=made, name="<u>tag</u>", by="clerk")
    for address in (
        "/conversations",
        "/conversations?" + urlencode({"q": SCRIPT, "label": SCRIPT, "tag": "<u>tag</u>", "assigned": '"><b>'}),
    ):
        page = staff.page(address)
        assert not re.search(r"<(?!script src=\"/static/)(script|img|b|i|u)\b", page)
    assert "&lt;script&gt;" in staff.page("/conversations")


def test_what_cannot_be_seen_is_spelled_out(staff: Staff) -> None:
    visit("pay\u202eereh\u200b now \U0001f469\u200d\U0001f4bb")
    assert found(staff.page("/conversations")) == ["pay⟨U+202E⟩ereh⟨U+200B⟩ now \U0001f469\u200d\U0001f4bb"]


def test_the_list_reads_no_sealed_column(staff: Staff) -> None:
    visit("hello", needs="lost")
    with CaptureQueriesContext(connection) as asked:
        staff.page("/conversations?q=hello")
        staff.page("/")
    assert any("text_masked" in query["sql"] for query in asked)
    assert not any("_sealed" in query["sql"] for query in asked)


def test_who_looked_at_a_list_is_in_the_audit_log_without_the_words_looked_for(staff: Staff) -> None:
    from bot.review.models import AuditEntry

    staff.page("/conversations?channel=sms&q=Jane+Doe")
    entry = AuditEntry.objects.get(action="list")
    assert (entry.by, entry.subject) == ("clerk", "conversations:channel=sms")


def test_the_form_holds_what_the_list_is_narrowed_to(town: Staff) -> None:
    page = town.page("/conversations?q=hello&needs=lost&from=2026-03-01&label=collection_day&assigned=-&language=-")
    for part in (
        'name="q" type="search" maxlength="200" value="hello"',
        '<option value="lost" selected>',
        'name="from" type="date" value="2026-03-01"',
        'value="collection_day" autocomplete',
        "<details open>",
    ):
        assert part in page
    assert page.count(" selected>") == 3


def test_who_has_no_role_sees_no_list(staff: Staff) -> None:
    from django.contrib.auth.models import User

    User.objects.get(username="clerk").groups.clear()
    for address in ("/", "/conversations", "/views"):
        assert staff.browser.get(address).status_code == 403
