"""The address Telegram calls when residents reach us at a public one."""

from __future__ import annotations

import json
import logging

from django.db import Error
from django.http import HttpRequest, HttpResponse

from bot.conversations.inbox import TooManyError
from bot.gateway.telegram import SECRET_HEADER, ForgedError, verify
from bot.gateway.telegram_api import telegram_api
from bot.gateway.telegram_receiving import take_update
from bot.gateway.views import DATABASE_RETRY_S, not_found, only, problem
from bot.gateway.work import in_database
from bot.sealing import SealError
from bot.settings import settings

log = logging.getLogger(__name__)


async def telegram_webhook(request: HttpRequest) -> HttpResponse:
    """Takes an update in and says so at once; it is answered by the worker.

    404 while no webhook is set, 403 for a request that is not Telegram's, 503 when Telegram should try again; 200 for whatever else is its.
    """
    config, api = settings(), telegram_api()
    if api is None or not config.public_url:
        return not_found(request)
    if request.method != "POST":
        return only("POST")
    try:
        verify(request.headers.get(SECRET_HEADER, ""), config)
        shape = json.loads(request.body)
    except ForgedError:
        log.warning("a request to %s is not Telegram's", request.path)
        return problem(403, "the request does not show Telegram's secret")
    except (ValueError, RecursionError):
        log.warning("an update is not taken: it is no JSON")
        return HttpResponse()
    try:
        await in_database(lambda: take_update(shape, config, api))
    except TooManyError as err:
        return problem(503, "too many messages", err.retry_after_s)
    except (Error, SealError) as err:
        log.warning("an update is left for later: %s", type(err).__name__)
        return problem(503, "the message could not be stored", DATABASE_RETRY_S)
    return HttpResponse()
