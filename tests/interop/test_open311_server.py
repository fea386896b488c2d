"""Our Open311 client against a server nobody here wrote. Collected only with its address:

    OPEN311_INTEROP_URL=https://… .venv/bin/pytest -m interop tests/interop/test_open311_server.py

OPEN311_INTEROP_FORMAT (json, xml), OPEN311_INTEROP_JURISDICTION and OPEN311_INTEROP_KEY may be given too.

With a key it files one request there: give that of a test server only.
"""

from __future__ import annotations

import os
import uuid
from datetime import datetime, timedelta

import pytest

from actions.clients.errors import Failure
from actions.clients.open311 import NewRequest, Open311, Open311Error
from bot.city import city

pytestmark = pytest.mark.interop
KEY = os.environ.get("OPEN311_INTEROP_KEY")


@pytest.fixture(scope="module")
def server() -> Open311:
    return Open311(
        os.environ["OPEN311_INTEROP_URL"],
        zone=city().timezone,
        api_key=KEY,
        jurisdiction_id=os.environ.get("OPEN311_INTEROP_JURISDICTION"),
        form=os.environ.get("OPEN311_INTEROP_FORMAT", "json"),
    )


def test_its_services_and_their_questions_are_read(server: Open311) -> None:
    services = server.services("en")
    assert services
    assert all(one.service_code and one.service_name for one in services)
    for service in services[:5]:
        for attribute in server.attributes(service, "en"):
            assert attribute.description


def test_its_requests_are_read_one_by_one_and_in_a_list(server: Open311) -> None:
    listed = server.service_requests("", datetime.now(city().timezone) - timedelta(days=30), "en")
    for request in listed[:3]:
        found = server.service_request(request.service_request_id, "en")
        assert found
        assert (found.status, found.service_code) == (request.status, request.service_code)


def test_a_number_it_does_not_know_is_no_error(server: Open311) -> None:
    assert server.service_request(f"none-{uuid.uuid4().hex}", "en") is None


def request_to(server: Open311) -> NewRequest:
    """A request about the first service that asks nothing more."""
    service = next(one for one in server.services("en") if not server.attributes(one, "en"))
    return NewRequest(service.service_code, f"Test of a client, please ignore {uuid.uuid4().hex}", "200 King St W")


def test_filing_with_a_wrong_key_is_refused_in_words(server: Open311) -> None:
    stranger = Open311(server.http.base_url, zone=city().timezone, api_key="no-such-key", form=server.form)
    with pytest.raises(Open311Error) as refused:
        stranger.file(request_to(server), "en")
    assert refused.value.failure is Failure.REFUSED
    assert refused.value.detail


if KEY:

    def test_what_is_filed_gets_a_number_or_a_token(server: Open311) -> None:
        filed = server.file(request_to(server), "en")
        assert filed.service_request_id or filed.token
