"""Rows that are written with SQL made once hold what Django's own way writes, on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, TurnDetails
from bot.conversations.prepared import Given, PreparedUpdate
from tests.conversations.doing import write

pytestmark = pytest.mark.usefixtures("record")


def test_a_row_comes_back_as_it_was_made_each_time() -> None:
    inbound = write("ann", "one")
    for number, text in enumerate(["Garbage day is Monday.", "Le 100 % des bacs", "Ω"]):
        made = OutboundMessage.objects.create(
            conversation_id=inbound.conversation_id,
            inbound=inbound,
            position=number,
            body_sealed=bytes(range(256)),
            text_masked=text,
            parts_masked={"text": text, "choices": [number, None]},
            due_at=timezone.now() + timedelta(microseconds=number),
        )
        found = OutboundMessage.objects.get(pk=made.pk)
        assert (found.text_masked, found.parts_masked, found.due_at) == (text, made.parts_masked, made.due_at)
        assert (bytes(found.body_sealed), found.position, found.sent_at) == (bytes(range(256)), number, None)


def test_a_change_is_kept_and_nothing_else_is_touched() -> None:
    row, other = write("ann", "one"), write("ben", "two")
    InboundMessage.objects.filter(pk=row.pk).update(text_masked="written by somebody else")
    for language in ("fr", None, "en"):
        row.language, row.notices, row.text_masked = language, ["cut", language], "not to be kept"
        row.save(update_fields=["language", "notices"])
        found = InboundMessage.objects.get(pk=row.pk)
        assert (found.language, found.notices, found.text_masked) == (language, ["cut", language], "written by somebody else")
    assert InboundMessage.objects.get(pk=other.pk).text_masked == "two"


def test_the_database_s_time_and_other_expressions_are_worked_out_there() -> None:
    conversation = write("ann", "one").conversation
    before = timezone.now()
    for due_at in (Now(), timezone.now(), Now() + timedelta(hours=1), Now()):
        conversation.due_at = due_at
        conversation.save(update_fields=["due_at"])
        found = Conversation.objects.get(pk=conversation.pk)
        assert found.due_at is not None
        assert before - timedelta(seconds=1) <= found.due_at <= timezone.now() + timedelta(hours=1, seconds=1)
    conversation.lease_number = F("lease_number") + 5
    conversation.save(update_fields=["lease_number"])
    assert Conversation.objects.get(pk=conversation.pk).lease_number == 5


def test_a_row_that_is_gone_or_there_twice_says_so() -> None:
    row = write("ann", "one")
    TurnDetails.objects.create(inbound=row, understood=[], actions=[], slots_changed=[], ms=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        TurnDetails.objects.create(inbound=row, understood=[], actions=[], slots_changed=[], ms=2)
    gone = InboundMessage.objects.get(pk=row.pk)
    InboundMessage.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        gone.save(update_fields=["language"])


def test_saving_a_row_asks_the_database_once() -> None:
    row = write("ann", "one")
    with CaptureQueriesContext(connection) as asked:
        row.save(update_fields=["language"])
    assert [query["sql"].split()[0] for query in asked] == ["UPDATE"]


def test_a_prepared_change_is_made_with_its_own_values_each_time() -> None:
    rows = [write(sender, text) for sender, text in (("ann", "one"), ("ben", "two"))]
    ends = PreparedUpdate(
        lambda: InboundMessage.objects.filter(turn_id=Given("turn_id"), state="pending"),
        state="done",
        finished_at=Given("at"),
        attempts=F("attempts") + Given("more"),
    )
    at = timezone.now()
    assert ends.make(turn_id=rows[0].turn_id, at=at, more=2) == 1
    assert ends.make(turn_id=rows[0].turn_id, at=at, more=2) == 0
    assert ends.make(turn_id=rows[1].turn_id, at=at + timedelta(minutes=1), more=3) == 1
    found = list(InboundMessage.objects.order_by("id").values_list("state", "finished_at", "attempts"))
    assert found == [("done", at, 2), ("done", at + timedelta(minutes=1), 3)]
