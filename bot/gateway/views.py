"""What the public may ask for: a message over REST, the demo page with its files, and nothing else."""

from __future__ import annotations

import mimetypes
from functools import partial
from pathlib import Path
from typing import Optional

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from bot.conversations.inbox import Accepted, ReusedIdError, TooManyError, accept
from bot.conversations.sentences import say
from bot.gateway import rest
from bot.gateway.demo import demo_context
from bot.gateway.fetched import Fetched
from bot.gateway.replies import DoneTurns, Replies, fetch, finished, late
from bot.gateway.strict_json import BadRequestError
from bot.gateway.work import in_database
from bot.settings import settings

STATIC = Path(__file__).resolve().parent / "static"
LONGER_THAN_THE_DEADLINE_S = 5.0  # the worker apologises at its deadline, after a last short try; this is for when there is no worker
DATABASE_RETRY_S = 5
done_turns, fetched = DoneTurns(), Fetched()


def problem(status: int, sentence: str, retry_after_s: Optional[int] = None) -> JsonResponse:
    """An answer that is not one: `{"error": sentence}`."""
    response = JsonResponse({"error": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response


async def rest_webhook(request: HttpRequest) -> HttpResponse:
    """One message; answers when its turn is done. `rest` has the shapes."""
    if request.method != "POST":
        return only("POST")
    try:
        rest.verify(request.headers.get("X-Api-Key"), settings())
        incoming = rest.parse(request.body)
        accepted = await in_database(lambda: accept(rest.CHANNEL, incoming.sender, incoming.text, incoming.provider_id, incoming.language))
        replies = await _replies(accepted)
    except rest.NotAllowedError as err:
        return problem(401, str(err))
    except BadRequestError as err:
        return problem(400, str(err))
    except ReusedIdError:
        return problem(409, "this message_id came with another message before")
    except TooManyError as err:
        return problem(429, say(err.sentence, err.language), err.retry_after_s)
    except Error:
        return problem(503, say("unavailable", None), DATABASE_RETRY_S)
    shape = rest.render(replies.messages, incoming.sender, replies.language)
    return JsonResponse(shape, safe=False, json_dumps_params={"ensure_ascii": False})


async def _replies(accepted: Accepted) -> Replies:
    turn_id = accepted.turn_id
    done = not accepted.new and bool(await in_database(partial(finished, [turn_id])))
    done = done or await done_turns.wait(turn_id, settings().turn_deadline_s + LONGER_THAN_THE_DEADLINE_S)
    replies = await in_database(lambda: fetch(turn_id) if done else late(turn_id))
    if replies.inbound is not None:
        fetched.note(replies.inbound)
    return replies


async def demo_page(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return only("GET, HEAD")
    context = demo_context(request.GET.get("lang"), request.headers.get("Accept-Language", ""))
    response = render(request, "demo.html", context)
    response["Vary"] = "Accept-Language"
    return response


async def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the demo page. `name` has no folder: the address allows none."""
    if request.method not in ("GET", "HEAD"):
        return only("GET, HEAD")
    found = {path.name: path for path in STATIC.iterdir() if path.is_file()}.get(name)  # looked up, never joined to a path
    if found is None:
        return problem(404, "no such page")
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    response = HttpResponse(found.read_bytes(), content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    response["Cache-Control"] = "no-cache"
    return response


def only(methods: str) -> HttpResponse:
    """405: `methods` are those the address takes."""
    response = problem(405, "this address does not take that method")
    response["Allow"] = methods
    return response


def not_found(request: HttpRequest, exception: Optional[Exception] = None) -> HttpResponse:
    return problem(404, "no such page")


def bad_request(request: HttpRequest, exception: Optional[Exception] = None) -> HttpResponse:
    return problem(400, "the request cannot be read")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(500, say("unavailable", None))
