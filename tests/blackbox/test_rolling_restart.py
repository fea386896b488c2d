"""Every part is restarted, one copy after the other, while residents write: nothing is lost, nothing happens twice."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import psycopg
import pytest

from tests.blackbox.copies import PARTS, Copies
from tests.blackbox.load import Load

pytestmark = [pytest.mark.blackbox, pytest.mark.services, pytest.mark.xdist_group("rolling_restart")]  # a system of its own
log = logging.getLogger(__name__)
_TAKEN = """
    SELECT conversation.channel, count(*), count(*) FILTER (WHERE message.state = 'done')
    FROM conversations_inboundmessage message JOIN conversations_conversation conversation ON conversation.key = message.conversation_id
    GROUP BY conversation.channel
"""
MARKED_S = 5.0  # what REST callers fetched is marked as sent twice a second
_AMISS = "SELECT count(*) FROM conversations_outboundmessage WHERE state <> 'sent' OR attempts > 1"


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Copies]:
    system = Copies(tmp_path)
    try:
        system.start()
        yield system
    finally:
        system.close()


def test_a_rolling_restart_under_load_loses_and_doubles_nothing(copies: Copies) -> None:
    load = Load(copies)
    load.start()
    restarted: List[str] = []
    try:
        for copy in copies.copies:
            copy.stop()
            copy.start()
            copy.wait_until_ready()
            restarted.append(copy.part.name)
    finally:
        load.stop()
    counts = load.counts
    log.info("restarted %s; written %s; handed over again %d; reports %d", restarted, counts.written, counts.again, len(counts.reports))
    assert sorted(restarted) == sorted(2 * [part.name for part in PARTS])
    assert min(counts.written.values()) > 30, "there was no load"
    assert counts.different == [], "everybody reads what they would have read without a restart, in order, once"
    with psycopg.connect(copies.database) as record:
        taken: Dict[str, List[int]] = {channel: numbers for channel, *numbers in record.execute(_TAKEN)}
        assert taken == {channel: [number, number] for channel, number in counts.written.items()}, "each taken once, and answered"
        deadline = time.monotonic() + MARKED_S
        while amiss(record) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert amiss(record) == 0, "each answer was handed over at the first try"
    assert len(counts.reports) > 2
    assert {words: copies.filed(words) for words in counts.reports} == dict.fromkeys(counts.reports, 1), "the city has each report once"
    assert counts.pages > 50, "the clerk was signed in all the time"


def amiss(record: psycopg.Connection[Any]) -> int:
    """How many messages to residents were not handed over, or not at the first try."""
    found = record.execute(_AMISS).fetchone()
    assert found is not None
    record.rollback()  # the next look sees what came since
    return int(found[0])
