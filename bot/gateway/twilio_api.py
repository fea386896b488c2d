"""The way to Twilio's REST API, for many threads: Twilio's own client with a time-out, and one kind of error."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import contextmanager
from typing import Any, Deque, Iterator

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.settings import Settings

TIMEOUT_S = 10.0
_LATER = {0, 401, 403, 408, 429}  # no answer, credentials that are being put right, too busy


class TwilioError(Exception):
    """Twilio refused, or did not answer: `status` 0. `code` is Twilio's, or empty. The message names no phone number.

    retry: the same may succeed later.
    """

    def __init__(self, detail: str, status: int = 0, code: str = "") -> None:
        super().__init__(detail)
        self.status, self.code = status, code
        self.retry = status in _LATER or status >= 500


class TwilioApi:
    def __init__(self, config: Settings) -> None:
        self.config = config
        self._clients: Deque[Any] = deque()
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs every request, with phone number and text

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client that no other thread uses meanwhile, since it keeps its last answer in itself. What it raises becomes a TwilioError."""
        try:
            client = self._clients.pop()  # the one used last: its connection is still open
        except IndexError:
            client = self._new_client()
        try:
            yield client
        except TwilioRestException as err:
            code = str(err.code or "")
            raise TwilioError(f"Twilio says {err.status} {code}", err.status, code) from None
        except (RequestException, TwilioException, ValueError) as err:  # ValueError: an answer that is no JSON
            status = getattr(err.args[-1] if err.args else None, "status_code", 0)  # what is left of a list that was refused
            raise TwilioError(f"Twilio says {status}" if status else f"no answer from Twilio: {type(err).__name__}", status) from None
        finally:
            self._clients.append(client)

    def _new_client(self) -> Any:
        http_client = TwilioHttpClient(timeout=TIMEOUT_S)
        client = Client(self.config.twilio_account_sid, self.config.twilio_auth_tokens[0], http_client=http_client)
        if self.config.twilio_api_base_url:
            client.api.base_url = self.config.twilio_api_base_url.rstrip("/")
            http_client.session.trust_env = False  # a proxy of the environment is not for a Twilio on this machine
        return client
