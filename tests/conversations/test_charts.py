"""Charts in the record: shown until their time is over, sealed, and gone with their conversation."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bot.conversations import charts, retention
from bot.conversations.models import Chart
from tests.conversations.doing import conversation_of, write
from tests.conversations.test_inbox import dump

pytestmark = pytest.mark.usefixtures("record")
PNG = b"\x89PNG of numbers"


def kept() -> str:
    write("resident", "trees by species")
    chart_id = charts.keep(PNG, conversation_of("resident").key)
    assert chart_id is not None
    return chart_id


def test_a_chart_is_shown_until_its_time_is_over_and_then_deleted() -> None:
    chart_id = kept()
    shown = charts.shown(chart_id)
    assert shown is not None
    assert (shown.content, shown.content_type) == (PNG, "image/png")
    assert timedelta(hours=23) < shown.expires_at - timezone.now() <= timedelta(days=1)
    retention.dispose_of_pictures()
    assert Chart.objects.exists()
    Chart.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert charts.shown(chart_id) is None
    retention.dispose_of_pictures()
    assert not Chart.objects.exists()


def test_a_chart_is_sealed_and_goes_with_its_conversation(record: str, tmp_path: Path) -> None:
    chart_id = kept()
    assert PNG not in dump(record, tmp_path)
    retention.dispose(timezone.now().date() + timedelta(days=400))
    assert charts.shown(chart_id) is None
    assert not Chart.objects.exists()


def test_nobody_sees_a_chart_without_a_conversation_or_beyond_the_most_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert charts.keep(PNG, "0" * 32) is None
    monkeypatch.setattr(charts, "MOST_PER_CONVERSATION", 1)
    kept()
    assert charts.keep(PNG, conversation_of("resident").key) is None
    assert charts.shown("0" * 32) is None
