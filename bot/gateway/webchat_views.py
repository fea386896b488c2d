"""The addresses the chat widget calls. `docs/architecture.md`, "Web chat", has the shapes."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from functools import partial, wraps
from typing import Any, AsyncIterator, Callable, Coroutine, Optional, Tuple

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse

from bot.conversations import retention, timeline
from bot.conversations.inbox import ReusedIdError, TooManyError, accept
from bot.conversations.photos import Photo
from bot.conversations.sentences import say
from bot.conversations.timeline import EndedError, Position, Timeline
from bot.gateway import webchat
from bot.gateway.changes import Changes
from bot.gateway.limits import Limit, place
from bot.gateway.page_words import page_words
from bot.gateway.rest import NotAllowedError
from bot.gateway.strict_json import BadRequestError
from bot.gateway.views import DATABASE_RETRY_S, only, problem
from bot.gateway.webchat import CHANNEL, VALID_FOR, Incoming, Session
from bot.gateway.work import in_database
from bot.sealing import lookup_digest
from bot.settings import settings

log = logging.getLogger(__name__)

SESSIONS = Limit(60, 600.0)  # a library full of residents shares an address
MESSAGES = Limit(300, 60.0)
HEARTBEAT_S = 15.0  # proxies close connections that are silent for a minute
POLL_WAITS_S = 20.0
LASTS_BEATS = 40  # of silence; then the widget connects anew, and what nobody reads any more is noticed
changes = Changes(CHANNEL)

View = Callable[[HttpRequest, str], Coroutine[Any, Any, HttpResponseBase]]
PublicView = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]


def _public(*methods: str) -> Callable[[View], PublicView]:
    """An address for our own pages and those of WEBCHAT_ORIGINS. The view gets the page's site; empty: the browser does not say, which
    happens only when one of our own pages reads."""

    def decorate(view: View) -> PublicView:
        @wraps(view)
        async def answer(request: HttpRequest) -> HttpResponseBase:
            origin = request.headers.get("Origin")
            try:
                if origin or request.method not in ("GET", "HEAD"):
                    origin = webchat.allowed_origin(origin, request.headers.get("Host", ""), settings())
            except NotAllowedError as err:
                return problem(403, str(err))
            response = await _answer(view, request, methods, origin or "")
            response.headers["Vary"] = "Origin"
            if origin:
                response.headers["Access-Control-Allow-Origin"] = origin
                response.headers["Access-Control-Expose-Headers"] = "Retry-After"
            return response

        return answer

    return decorate


async def _answer(view: View, request: HttpRequest, methods: Tuple[str, ...], origin: str) -> HttpResponseBase:
    if request.method == "OPTIONS":  # a browser asks before it sends JSON from another site
        return HttpResponse(
            status=204,
            headers={
                "Access-Control-Allow-Methods": ", ".join(methods),
                "Access-Control-Allow-Headers": "authorization, content-type, last-event-id",
                "Access-Control-Max-Age": "7200",
            },
        )
    if request.method not in methods:
        return only(", ".join((*methods, "OPTIONS")))
    most = webchat.MAX_PHOTO_BYTES if request.path == webchat.PHOTO_PATH else webchat.MAX_BYTES
    if len(request.body) > most:
        return problem(413, f"the body is larger than {most} bytes")
    try:
        return await view(request, origin)
    except NotAllowedError as err:
        return problem(401, str(err))
    except BadRequestError as err:
        return problem(400, str(err))
    except EndedError:
        return problem(410, "the conversation was deleted")
    except Error as err:
        log.warning("the database does not answer: %s", type(err).__name__)
        return problem(503, say("unavailable", None), DATABASE_RETRY_S)


def _session(request: HttpRequest, origin: str, valid_for: Optional[timedelta] = VALID_FOR) -> Session:
    return webchat.verified(request.headers.get("Authorization", ""), origin or None, valid_for)


def _place(request: HttpRequest) -> str:
    return place(request.META.get("REMOTE_ADDR", ""))


@_public("GET", "HEAD")
async def words(request: HttpRequest, origin: str) -> HttpResponse:
    """Every word of the widget, by language."""
    response = JsonResponse(page_words("widget"), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    return response


@_public("POST")
async def session(request: HttpRequest, origin: str) -> HttpResponse:
    """A new session: who shows it is in a conversation that begins with its first message."""
    wait_s = SESSIONS.wait_s(_place(request))
    if wait_s:
        return problem(429, say("busy", None), wait_s)
    return JsonResponse({"session": webchat.token_of(webchat.new_session(origin))}, status=201)


@_public("GET", "POST")
async def messages(request: HttpRequest, origin: str) -> HttpResponse:
    """POST takes a message in; GET reads what was said after a position, and waits a while if there is nothing."""
    known = _session(request, origin)
    if request.method == "GET":
        return await _read(request, known)
    return await _take(request, known, webchat.parse(request.body, known))


@_public("POST")
async def photos(request: HttpRequest, origin: str) -> HttpResponse:
    """Takes a photo in: the body is the file, `?id=` the message's id."""
    known = _session(request, origin)
    return await _take(request, known, webchat.parse_photo(request.body, request.GET.get("id", ""), request.GET.get("language"), known))


async def _take(request: HttpRequest, known: Session, incoming: Incoming) -> HttpResponse:
    wait_s = MESSAGES.wait_s(_place(request))
    if wait_s:
        return problem(429, say("busy", None), wait_s)
    photos = [Photo(content=incoming.photo)] if incoming.photo else []
    said = (CHANNEL, known.address, incoming.text, incoming.provider_id, incoming.language)
    try:
        accepted = await in_database(lambda: accept(*said, photos=photos, location=incoming.location))
    except ReusedIdError:
        return problem(409, "this id came with another message before")
    except TooManyError as err:
        return problem(429, say(err.sentence, err.language), err.retry_after_s)
    return JsonResponse({"session": webchat.token_of(known), "new": accepted.new}, status=202)


async def _read(request: HttpRequest, known: Session) -> HttpResponse:
    position, heard = webchat.read_position(request.GET.get("after", "")), changes.heard
    found = await _after(known, position)
    lookup = lookup_digest(CHANNEL, known.address)
    with changes.place(lookup) as room:
        if room and found.position == position and request.GET.get("wait"):
            await changes.wait(lookup, found.state, heard, POLL_WAITS_S)
            found = await _after(known, position)
    return JsonResponse(webchat.render(found), json_dumps_params={"ensure_ascii": False})


async def _after(known: Session, position: Position) -> Timeline:
    return await in_database(partial(timeline.after, CHANNEL, known.address, position))


@_public("GET")
async def events(request: HttpRequest, origin: str) -> HttpResponseBase:
    """What was said after `Last-Event-ID`, and from then on what is said: server-sent events whose ids are positions."""
    known = _session(request, origin)
    position, heard = webchat.read_position(request.headers.get("Last-Event-ID", "")), changes.heard
    found = await _after(known, position)
    response = StreamingHttpResponse(_stream(known, found, heard), content_type="text/event-stream; charset=utf-8")
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(known: Session, found: Timeline, heard: int) -> AsyncIterator[bytes]:
    lookup = lookup_digest(CHANNEL, known.address)
    with changes.place(lookup) as room:
        yield _event(found)
        silent = 0
        while room and silent < LASTS_BEATS:
            changed = found.more or await changes.wait(lookup, found.state, heard, HEARTBEAT_S)
            if changes.closed:
                return
            if not changed:
                silent += 1
                yield b": still here\n\n"
                continue
            silent, heard = 0, changes.heard
            try:
                found = await _after(known, found.position)
            except EndedError:
                yield b"event: ended\ndata: {}\n\n"
                return
            except Error:
                return  # the widget comes back
            yield _event(found)
    if not room:
        yield b"event: full\ndata: {}\n\n"  # the widget asks now and then instead


def _event(found: Timeline) -> bytes:
    data = json.dumps(webchat.render(found), ensure_ascii=False)  # one line: JSON escapes those inside
    return f"id: {webchat.written(found.position)}\ndata: {data}\n\n".encode()


@_public("POST")
async def end(request: HttpRequest, origin: str) -> HttpResponse:
    """Deletes the conversation with everything in it. A session that is over is good enough: it reads nothing and writes nothing."""
    known = _session(request, origin, valid_for=None)
    await in_database(lambda: retention.erase(CHANNEL, known.address))
    return HttpResponse(status=204)
