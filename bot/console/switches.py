"""The page of switches: what residents read from now on, and how it reads, before and after it is switched."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bot.city import city
from bot.console.places import go
from bot.console.roles import Ability, needs
from bot.console.words import console_words, reader_language
from bot.conversations import switches as record
from bot.conversations.models import Pause, SwitchedOff
from bot.conversations.sentences import say
from bot.knowledge.store import knowledge
from bot.review import switching
from bot.review.people import CHANNELS
from bot.review.switching import SwitchError

Kind = SwitchedOff.Kind
PREVIEW = "preview"  # the button that only shows how it will read


@require_safe
@needs(Ability.READ)
def switches(request: HttpRequest) -> HttpResponse:
    return _page(request, done=request.GET.get("done", ""))


@require_POST
@needs(Ability.SWITCH)
def put_up(request: HttpRequest) -> HttpResponse:
    """A notice, from `begins` (now without one) to `ends`; its preview with `step=preview`."""
    texts, begins = _texts(request), request.POST.get("begins", "")

    def work() -> None:
        begins_at = switching.moment(begins) if begins else timezone.now()
        switching.put_up(texts, begins_at, switching.moment(request.POST.get("ends", ""), last=True), _by(request))

    return _said(request, "notice", "notice_up", texts, work)


@require_POST
@needs(Ability.SWITCH)
def take_down(request: HttpRequest, number: int) -> HttpResponse:
    return _done(request, "notice_down", lambda: switching.take_down(number, _by(request)))


@require_POST
@needs(Ability.SWITCH)
def switch_off(request: HttpRequest) -> HttpResponse:
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
    return _done(request, "switch_off", lambda: switching.switch_off(kind, name, _by(request)))


@require_POST
@needs(Ability.SWITCH)
def switch_on(request: HttpRequest) -> HttpResponse:
    kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
    return _done(request, "switch_on", lambda: switching.switch_on(kind, name, _by(request)))


@require_POST
@needs(Ability.SWITCH)
def pause(request: HttpRequest) -> HttpResponse:
    """A channel, with a message; its preview with `step=preview`."""
    texts = _texts(request)
    return _said(request, "paused", "pause", texts, lambda: switching.pause(request.POST.get("channel", ""), texts, _by(request)))


@require_POST
@needs(Ability.SWITCH)
def resume(request: HttpRequest) -> HttpResponse:
    return _done(request, "resume", lambda: switching.resume(request.POST.get("channel", ""), _by(request)))


def in_force(request: HttpRequest) -> Dict[str, Any]:
    """Template context of every page: `switched`, pairs of a kind and what of it is in force now, for whoever is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    found, language = record.in_force(), reader_language()
    channels = console_words()[language]["channels"]
    return {
        "switched": [
            *(("notice", notice.texts[language]) for notice in found.notices_at(timezone.now())),
            *(("pause", channels[channel]) for channel in sorted(found.pauses)),
            *((kind, _title(kind, name, language)) for kind, name in sorted(found.off)),
        ]
    }


def _said(request: HttpRequest, sentence: str, done: str, texts: Dict[str, str], work: Callable[[], None]) -> HttpResponse:
    """Switches words of staff on, or shows how they will read."""
    if request.POST.get("step") != PREVIEW:
        return _done(request, done, work)
    try:
        previews = switching.previews(sentence, switching.checked(sentence, texts))
    except SwitchError as err:
        return _page(request, problem=err.code)
    return _page(request, previews=previews)


def _done(request: HttpRequest, done: str, work: Callable[[], None]) -> HttpResponse:
    try:
        work()
    except SwitchError as err:
        return _page(request, problem=err.code)
    return go(f"{reverse('switches')}?{urlencode({'done': done})}")


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    """The page; what was typed into a form is still there when it was not switched."""
    now, language = timezone.now(), reader_language()
    found = record.read()
    context = {
        "section": "switches",
        "notices": [(notice, notice.begins_at <= now, switching.previews("notice", notice.texts)) for notice in found.notices],
        "off": [(row, _title(row.kind, row.name, language)) for row in SwitchedOff.objects.order_by("kind", "name")],
        "pauses": [(row, switching.previews("paused", row.texts)) for row in Pause.objects.order_by("channel")],
        "may_go_off": [(kind, _choices(kind, language, found)) for kind in (Kind.TOPIC.value, Kind.RISK.value, Kind.ARTICLE.value)],
        "instead": [switching.preview(spoken, say("switched_off", spoken)) for spoken in city().languages],
        "channels": CHANNELS,
        "typed": request.POST,
        **more,
    }
    return render(request, "console/switches.html", context)


def _choices(kind: str, language: str, found: record.InForce) -> List[Tuple[str, str]]:
    """What of a kind may be switched off: names with their titles, by title."""
    rows = [(name, _title(kind, name, language)) for name in switching.names(kind) if (kind, name) not in found.off]
    return sorted(rows, key=lambda row: row[1].casefold()) if kind != Kind.RISK else rows


def _title(kind: str, name: str, language: str) -> str:
    words = console_words()[language]["knowledge"]
    if kind == Kind.ARTICLE:
        article = knowledge().article(name)
        return article.title[language] if article else name
    title: str = words["topics" if kind == Kind.TOPIC else "risks"].get(name, name)
    return title


def _texts(request: HttpRequest) -> Dict[str, str]:
    return {language: request.POST.get(f"text_{language}", "") for language in city().languages}


def _by(request: HttpRequest) -> str:
    return str(request.user.get_username())
