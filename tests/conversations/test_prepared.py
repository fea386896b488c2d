"""Prepared queries find what the queries they are made of find, whatever is given, on each database."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import List

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from bot.conversations.models import InboundMessage
from bot.conversations.prepared import Given, Prepared, PreparedUpdate
from bot.gateway.replies import finished
from tests.conversations.doing import write

pytestmark = pytest.mark.usefixtures("record")


def texts(rows: List[InboundMessage]) -> List[str]:
    return [row.text_masked for row in rows]


def test_each_asking_has_its_own_values() -> None:
    rows = [write(sender, text) for sender, text in (("ann", "one"), ("ben", "two"), ("ann", "three"))]
    theirs = Prepared(lambda: InboundMessage.objects.filter(conversation=Given("conversation"), state="pending").order_by("-id"))
    assert texts(theirs.all(conversation=rows[0].conversation_id)) == ["three", "one"]
    assert texts(theirs.all(conversation=rows[1].conversation_id)) == ["two"]
    first = theirs.first(conversation=rows[0].conversation_id)
    assert first is not None
    assert first.text_masked == "three"
    assert theirs.first(conversation="nobody's") is None
    assert theirs.exists(conversation=rows[0].conversation_id)
    assert not theirs.exists(conversation="nobody's")


def test_times_and_ids_are_written_as_the_database_keeps_them() -> None:
    row, later = write("ann", "one"), write("ann", "two")
    by_id = Prepared(lambda: InboundMessage.objects.filter(turn_id=Given("turn_id")))
    since = Prepared(lambda: InboundMessage.objects.filter(received_at__gt=Given("at")).order_by("id"))
    found = by_id.one(turn_id=row.turn_id)
    assert (found.pk, found.received_at, found.notices) == (row.pk, row.received_at, [])
    assert texts(since.all(at=row.received_at - timedelta(microseconds=1))) == ["one", "two"]
    assert texts(since.all(at=row.received_at)) == ["two"]
    assert since.all(at=later.received_at) == []


def test_what_must_be_there_and_is_not_says_so() -> None:
    by_id = Prepared(lambda: InboundMessage.objects.filter(id=Given("id")))
    with pytest.raises(InboundMessage.DoesNotExist):
        by_id.one(id=0)


def test_a_column_left_out_comes_when_it_is_read() -> None:
    row = write("ann", "one")
    thin = Prepared(lambda: InboundMessage.objects.filter(id=Given("id")).only("id"))
    with CaptureQueriesContext(connection) as asked:
        found = thin.one(id=row.pk)
        assert len(asked) == 1
        assert found.text_masked == "one"
    assert len(asked) == 2


def test_in_a_transaction_that_is_broken_nothing_more_is_asked_or_changed() -> None:
    row = write("ann", "one")
    by_id = Prepared(lambda: InboundMessage.objects.filter(id=Given("id")))
    change = PreparedUpdate(lambda: InboundMessage.objects.filter(id=Given("id")), notices=[])
    with pytest.raises(TransactionManagementError), transaction.atomic():  # noqa: PT012
        with suppress(LookupError), transaction.atomic(savepoint=False):
            raise LookupError
        with pytest.raises(TransactionManagementError):
            change.make(id=row.pk)
        by_id.exists(id=row.pk)


def test_what_the_database_refuses_is_django_s_error() -> None:
    row = write("ann", "one")
    nobody = PreparedUpdate(lambda: InboundMessage.objects.filter(id=Given("id")), turn_id=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        nobody.make(id=row.pk)
    assert write("ann", "two").pk > row.pk


def test_a_query_that_locks_needs_a_transaction_and_locks_in_it() -> None:
    row = write("ann", "one")
    locked = Prepared(lambda: InboundMessage.objects.select_for_update().filter(id=Given("id")))
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert locked.one(id=row.pk).pk == row.pk
    assert ("FOR UPDATE" in asked[0]["sql"]) is (connection.vendor == "postgresql")


def test_of_the_turns_that_are_waited_for_those_that_are_done_are_found_however_many_they_are() -> None:
    rows = [write(f"resident {number}", "one") for number in range(7)]
    done = {row.turn_id for row in rows[::2]}
    InboundMessage.objects.filter(turn_id__in=done).update(state=InboundMessage.State.DONE)
    for count in range(1, len(rows) + 1):
        asked = [row.turn_id for row in rows[:count]]
        assert sorted(finished(asked)) == sorted(done.intersection(asked))
