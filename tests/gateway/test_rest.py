"""The REST channel's pure functions."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.rest import parse, render
from bot.gateway.strict_json import BadRequestError, read_object
from bot.messages import Choice, Feedback, Link, Message, Picture, Place, Source

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values))
def test_every_json_object_is_read_as_python_reads_it(shape: Any) -> None:
    assert read_object(json.dumps(shape).encode()) == shape


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_message_or_a_bad_request(body: bytes) -> None:
    with suppress(BadRequestError):
        assert 0 < len(parse(body).sender) <= 200


def body(**shape: Any) -> bytes:
    return json.dumps(shape).encode()


def test_the_provider_id_is_the_senders_own_and_fits_its_column() -> None:
    one = parse(body(sender="a", message="hello", message_id="1")).provider_id
    assert parse(body(sender="a", message="other", message_id="1")).provider_id == one
    assert parse(body(sender="b", message="hello", message_id="1")).provider_id != one
    assert len(one) <= 100


def test_without_an_id_every_message_is_its_own() -> None:
    assert parse(body(sender="a", message="hello")).provider_id != parse(body(sender="a", message="hello")).provider_id


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse(b"\xef\xbb\xbf" + body(sender="a", message="hello")).text == "hello"


def test_every_part_of_a_message_is_read_as_it_was_written() -> None:
    feedback = Feedback("Did this help?", Choice("Yes", "choice_abc"), Choice("No", "choice_def"))
    message = Message(
        "Here.", (Choice("More", "/more"),), Link("Form", "u"), Place("Hall", 1.0, 2.0), Picture("u", "a"), Source("n", "u"), feedback
    )
    assert Message.from_dict(json.loads(json.dumps(message.to_dict()))) == message


@pytest.mark.parametrize(("language", "custom"), [("fr", {"custom": {"language": "fr"}}), (None, {})])
def test_a_plain_message_is_nothing_but_its_text(language: Any, custom: Any) -> None:
    message = Message("Bonjour")
    assert render([message], "a", language) == [{"recipient_id": "a", "text": "Bonjour", **custom}]
    assert message == Message("Bonjour")
