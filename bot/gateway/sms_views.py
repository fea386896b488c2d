"""The two addresses Twilio calls: a resident's text, and what became of one of ours."""

from __future__ import annotations

import logging
from typing import Optional, Tuple

from django.db import Error
from django.http import HttpRequest, HttpResponse

from bot.conversations import sender, texts_in
from bot.conversations.inbox import ReusedIdError, TooManyError
from bot.gateway.sms import EMPTY_TWIML, ForgedError, Form, NotForUsError, parse_status, parse_text, verified
from bot.gateway.sms_errors import OPTED_OUT, UNREACHABLE
from bot.gateway.views import DATABASE_RETRY_S, not_found, only, problem
from bot.gateway.work import in_database
from bot.settings import settings

log = logging.getLogger(__name__)


async def sms_webhook(request: HttpRequest) -> HttpResponse:
    """Takes a text message in and says so at once; it is answered by the worker.

    404 while texts are not set up, 403 for a request that Twilio did not sign, 503 when Twilio should try again.
    """
    form, refused = _form(request)
    if form is None:
        return refused
    try:
        incoming = parse_text(form, settings())
        await in_database(
            lambda: texts_in.take(incoming.phone, incoming.text, incoming.message_sid, photos=incoming.photos, answered=incoming.answered)
        )
    except NotForUsError as err:
        log.warning("a text is not taken: %s", err)
    except ReusedIdError:
        log.warning("a text is not taken: its id came with another text before")
    except TooManyError as err:
        return problem(503, "too many messages", err.retry_after_s)
    except Error:
        return problem(503, "the message could not be stored", DATABASE_RETRY_S)
    return HttpResponse(EMPTY_TWIML, content_type="text/xml; charset=utf-8")


def _form(request: HttpRequest) -> Tuple[Optional[Form], HttpResponse]:
    """The signed form of a request, or None and the answer to a request that has none."""
    config = settings()
    if not config.takes_texts:
        return None, not_found(request)
    if request.method != "POST":
        return None, only("POST")
    signature = request.headers.get("X-Twilio-Signature", "")
    try:
        return verified(request.body, request.path, request.META.get("QUERY_STRING", ""), signature, config), HttpResponse()
    except ForgedError:
        log.warning("a request to %s is not signed by Twilio", request.path)
        return None, problem(403, "the request is not signed by Twilio")


async def sms_status(request: HttpRequest) -> HttpResponse:
    """Writes down what became of a message. Status codes as above."""
    form, refused = _form(request)
    if form is None:
        return refused
    try:
        status = parse_status(form, request.GET.get("message", ""))
        opted_out, unreachable = status.error_code == OPTED_OUT, UNREACHABLE.get(status.error_code)
        await in_database(
            lambda: sender.report(status.number, status.message_sid, status.delivery, status.error_code, opted_out, unreachable)
        )
    except NotForUsError as err:
        log.warning("a status is not taken: %s", err)
    except Error:
        return problem(503, "the status could not be stored", DATABASE_RETRY_S)
    return HttpResponse(status=204)
