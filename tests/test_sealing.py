"""Sealed text opens with its own key and context only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import sealing
from bot.sealing import SealError

plain_text = st.text(st.characters(blacklist_categories=["Cs"]))


@given(plain_text, plain_text)
def test_what_was_sealed_opens_to_the_same_text(text: str, context: str) -> None:
    key = sealing.open_data_key(sealing.new_data_key("conversation"), "conversation")
    assert sealing.unseal(sealing.seal(text, key, context), key, context) == text
    assert sealing.unseal_with_master(sealing.seal_with_master(text, context), context) == text


def test_a_seal_does_not_open_in_another_context_or_with_another_key() -> None:
    key, other = (sealing.open_data_key(sealing.new_data_key("a"), "a") for _ in range(2))
    sealed = sealing.seal("200 King St W", key, "inbound:a")
    for wrong_key, context in ((other, "inbound:a"), (key, "inbound:b"), (key, "outbound:a")):
        with pytest.raises(SealError):
            sealing.unseal(sealed, wrong_key, context)


def test_a_data_key_opens_for_its_own_conversation_only() -> None:
    wrapped = sealing.new_data_key("a")
    with pytest.raises(SealError):
        sealing.open_data_key(wrapped, "b")


@pytest.mark.parametrize(
    "damage", [lambda sealed: sealed[:-1], lambda sealed: b"\x02" + sealed[1:], lambda sealed: b"", lambda sealed: sealed[:8]]
)
def test_a_damaged_seal_is_refused_and_the_error_does_not_repeat_it(damage) -> None:
    sealed = sealing.seal_with_master("secret text", "route:a")
    with pytest.raises(SealError) as caught:
        sealing.unseal_with_master(damage(sealed), "route:a")
    assert "secret" not in str(caught.value)


def test_the_same_text_never_looks_the_same_sealed() -> None:
    assert sealing.seal_with_master("yes", "a") != sealing.seal_with_master("yes", "a")


def test_an_address_is_found_again_on_its_own_channel_only() -> None:
    assert sealing.lookup_digest("sms", "+15195550100") == sealing.lookup_digest("sms", "+15195550100")
    assert sealing.lookup_digest("sms", "+15195550100") != sealing.lookup_digest("rest", "+15195550100")
    assert "5195550100" not in sealing.lookup_digest("sms", "+15195550100")
