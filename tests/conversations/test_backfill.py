"""Turns that were over before visits were kept: the migration records them as they would have been as they happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, List

import pytest
from django.core.management import call_command
from django.db.models import F

from bot.conversations.log_search import matching
from bot.conversations.models import InboundMessage, TurnSummary, Visit
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import dispatching, read, wait_for, write

pytestmark = pytest.mark.usefixtures("record")

POOLS: Dict[str, Any] = {
    "actions": [{"name": "action_answer_article", "outcome": "ok", "answered": "article/pools"}],
    "understood": [
        {"intent": {"name": "article", "confidence": 0.9, "outcome": "sure"}, "entities": [{"entity": "article", "value": "pools"}]}
    ],
}
ASKS: Dict[str, Any] = {"actions": [{"name": "validate_report_form", "outcome": "ok"}], "form": "report_form"}
DANGER: Dict[str, Any] = {"actions": [{"name": "action_say_danger", "outcome": "ok"}]}
_VISIT = ("channel", "language", "started_at", "last_at", "turns", "outcome", "returned_at", "needs", "weight", "helped")
_TURN = (
    "inbound",
    "at",
    "channel",
    "language",
    "label",
    "topic",
    "confidence",
    "certainty",
    "outcome",
    "needs",
    "weight",
    "helped",
    "answered_ms",
)


def recorded() -> List[Any]:
    visits = Visit.objects.order_by("conversation", "id").values_list("conversation", *_VISIT)
    turns = TurnSummary.objects.order_by("inbound").annotate(begun=F("visit__started_at")).values_list("begun", "call_failed", *_TURN)
    return [*visits, *turns]


def hours_ago(hours: float, *rows: InboundMessage) -> None:
    """As if these had been written, and their visits had been, so much earlier."""
    ago = timedelta(hours=hours)
    Visit.objects.filter(returned_at__in=[row.received_at for row in rows]).update(returned_at=F("returned_at") - ago)
    InboundMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
        received_at=F("received_at") - ago, finished_at=F("finished_at") - ago
    )
    TurnSummary.objects.filter(pk__in=[row.pk for row in rows]).update(at=F("at") - ago)
    visits = {row.summary.visit_id for row in rows}
    Visit.objects.filter(pk__in=visits).update(started_at=F("started_at") - ago, last_at=F("last_at") - ago)


def test_the_migration_records_what_happened_before_it(assistant: FakeAssistant, assistant_port: int) -> None:
    def says(text: str, sender: str = "one", **answer: Any) -> InboundMessage:
        assistant.reply = lambda turn: messages("An answer.", **answer)
        row = write(sender, text)
        with dispatching(assistant_port):
            wait_for(row)
        row.refresh_from_db()
        return row

    first = says("when does the pool open", **POOLS)
    asked = read(first)[-1].feedback
    assert asked is not None
    hours_ago(20, first, says(asked.no.payload))
    hours_ago(2, says("there is a pothole", **ASKS), says("no wait"))
    says("it burns", **DANGER)
    says("hello", sender="two")
    says("", sender="two")
    before = recorded()
    assert [row[6] for row in before[:4]].count("answered") == 1  # there is something to compare
    assert Visit.objects.exclude(returned_at=None).count() == 2

    TurnSummary.objects.all().delete()
    Visit.objects.all().delete()
    call_command("migrate", "conversations", "0009", verbosity=0)
    call_command("migrate", verbosity=0)

    assert recorded() == before
    assert {*Visit.objects.values_list("version", flat=True), *TurnSummary.objects.values_list("version", flat=True)} == {None}
    assert list(matching("pool")) == [first.pk]
    late = write("two", "is the pool warm")
    assert list(matching("pool").order_by("id")) == [first.pk, late.pk]
