"""The masking on the corpus of planted details and harmless messages; `python -m bench.masking` shows it as a table."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.conversations.never_stored import never_store
from tests.conversations.planted import NEVER_STORED, NO_MISSES, PARTS, harmless, planted, survives

FEWEST_SECRETS, FEWEST_HARMLESS = 450, 400
MOST_MISSED, MOST_FALSE_ALARMS = 0.02, 0.02  # of the other kinds together; of harmless messages


def test_the_corpus_is_large_and_every_kind_and_language_has_an_exam() -> None:
    secrets = Counter((kind, row.language, row.part) for row in planted() for kind, _ in row.secrets)
    assert sum(secrets.values()) >= FEWEST_SECRETS
    assert len(harmless()) >= FEWEST_HARMLESS
    kinds = {kind for kind, _, _ in secrets}
    assert kinds > set(NO_MISSES)
    assert all(secrets[kind, language, part] >= 2 for kind in kinds for language in ("en", "fr") for part in PARTS)
    assert not {row.text for row in planted()} & {row.text for row in harmless()}


def test_a_detail_that_is_left_half_counts_as_a_miss() -> None:
    assert survives("519-741-2345", "call [number] 741 23 45")
    assert survives("Marie Tremblay", "c'est [name] Tremblay")
    assert not survives("Marie Tremblay", "c'est [name] à l'appareil")


@pytest.mark.parametrize("kind", NO_MISSES)
def test_no_detail_that_opens_an_account_or_a_door_is_missed(kind: str) -> None:
    rows = [row for row in planted() if any(kind == one for one, _ in row.secrets)]
    assert rows
    assert [row.text for row in rows if kind in row.misses()] == []


def test_hardly_anything_else_is_missed() -> None:
    rows = planted()
    missed = [(kind, row.text) for row in rows for kind in row.misses()]
    assert len(missed) <= MOST_MISSED * sum(len(row.secrets) for row in rows), missed


@pytest.mark.parametrize("part", PARTS)
def test_hardly_any_harmless_message_is_changed(part: str) -> None:
    rows = [row for row in harmless() if row.part == part]
    changed = [row.text for row in rows if row.shown() != row.tidied]
    assert len(changed) <= MOST_FALSE_ALARMS * len(rows), changed


def test_what_is_never_stored_goes_at_the_door_or_is_forgotten_after_the_turn() -> None:
    rows = [row for row in planted() if any(kind in NEVER_STORED for kind, _ in row.secrets)]
    assert len(rows) > 80
    for row in rows:
        stripped = never_store(row.tidied)
        for kind, secret in row.secrets:
            if kind in NEVER_STORED and survives(secret, stripped.text):
                assert kind == "sin", row.text
                assert stripped.doubtful, row.text
