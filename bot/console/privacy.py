"""For the privacy officer: one person's data, retention, disposal, and originals. An address is only ever in the body of a POST."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bot.city import city
from bot.console.ids import number
from bot.console.roles import Ability, allowed, needs
from bot.conversations.models import Conversation, Disposal, InboundMessage
from bot.conversations.retention import today
from bot.review import audit, disposing
from bot.review.people import CHANNELS, conversation_of
from bot.review.personal_data import as_json, as_text, everything, revealed
from bot.review.reasons import ReasonError, reason_of

DISPOSALS = 100
DONE = ("none", "deleted", "purged")  # words that the page may begin with


@require_safe
@needs(Ability.DISPOSE)
def privacy(request: HttpRequest) -> HttpResponse:
    """Where a person is found, what retention would take, and what was disposed of."""
    context = {
        "section": "privacy",
        "done": next((word for word in DONE if request.GET.get("done") == word), ""),
        "channels": CHANNELS,
        "due": _due(),
        "disposals": Disposal.objects.order_by("-id")[:DISPOSALS],
    }
    return render(request, "console/privacy.html", context)


def _due() -> List[Dict[str, Any]]:
    """Rows of the dry run: class, days it is kept for, what is over."""
    planned, days = disposing.plan(today()), vars(city().retention)
    rows = [{"kind": due.kind, "days": days[due.kind], "due": due} for due in planned.classes]
    return [*rows, *([{"kind": "photos", "days": days["photos"], "photos": planned.photos}] if planned.photos else [])]


@sensitive_post_parameters("address")
@require_POST
@needs(Ability.DISPOSE)
def find_person(request: HttpRequest) -> HttpResponse:
    """From an address on a channel, or a key, to the page of that conversation, whose own address says nothing."""
    channel, address, key = (request.POST.get(name, "").strip() for name in ("channel", "address", "key"))
    if key:
        found = Conversation.objects.filter(pk=key).first()
    else:
        found = conversation_of(channel, address) if channel in CHANNELS and address else None
    if found is None:
        return _home("none")
    return redirect("person", key=found.pk)


@require_safe
@needs(Ability.DISPOSE)
def person(request: HttpRequest, key: str) -> HttpResponse:
    """What there is of one person, and what can be done with it."""
    found = get_object_or_404(Conversation, pk=key)
    audit.note(_me(request), "view", _subject(key))
    return _person(request, found)


def _person(request: HttpRequest, found: Conversation, *, problem: str = "", form: str = "") -> HttpResponse:
    """`problem`: a word that says what is wrong in the `form`, which is shown again."""
    context = {
        "section": "privacy",
        "conversation": found,
        "messages": InboundMessage.objects.filter(conversation=found).count(),
        "may_reveal": allowed(request.user, Ability.REVEAL),
        "problem": problem,
        "form": form,
    }
    return render(request, "console/privacy_person.html", context, status=422 if problem else 200)


@require_POST
@needs(Ability.DISPOSE)
def download_person(request: HttpRequest, key: str) -> HttpResponse:
    """Their data as a file: masked, or original for who may reveal and says why."""
    found = get_object_or_404(Conversation, pk=key)
    originals, readable = "originals" in request.POST, request.POST.get("format") == "text"
    if originals and not allowed(request.user, Ability.REVEAL):
        raise PermissionDenied
    reason = _reason(request)
    if originals and reason is None:
        return _person(request, found, problem="reason_needed", form="download")
    audit.note(_me(request), "export_original" if originals else "export", _subject(key), reason or "")
    content = as_text(everything(found, originals=originals)) if readable else as_json(found, originals=originals)
    response = HttpResponse(content, content_type="text/plain; charset=utf-8" if readable else "application/json")
    response["Content-Disposition"] = f'attachment; filename="conversation-{found.pk[:8]}.{"txt" if readable else "json"}"'
    return response


@require_POST
@needs(Ability.DISPOSE)
def delete_person(request: HttpRequest, key: str) -> HttpResponse:
    """Disposes of the conversation, for a reason."""
    found, reason = get_object_or_404(Conversation, pk=key), _reason(request)
    if reason is None or "sure" not in request.POST:
        return _person(request, found, problem="reason_needed" if reason is None else "not_sure", form="delete")
    return _home("deleted" if disposing.forget(found.pk, _me(request), reason) else "none")


@require_POST
@needs(Ability.DISPOSE)
def purge(request: HttpRequest) -> HttpResponse:
    """Disposes of what is past its time, now and not within the hour."""
    disposing.purge(today(), _me(request))
    return _home("purged")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.REVEAL)
def reveal(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for a reason; after it, shows the originals of one turn (`turn`) or of the whole conversation, this once."""
    found = get_object_or_404(Conversation, pk=key)
    turn = _turn((request.POST if request.method == "POST" else request.GET).get("turn", ""))
    context: Dict[str, Any] = {"conversation": found, "turn": turn, "section": "conversations"}
    reason = _reason(request) if request.method == "POST" else None
    if reason is None:
        context["problem"] = request.method == "POST"
        return render(request, "console/reveal.html", context, status=422 if context["problem"] else 200)
    audit.note(_me(request), "reveal", f"{_subject(key)}{'' if turn is None else f' turn:{turn}'}", reason)
    context["turns"] = revealed(found, turn)
    return render(request, "console/reveal.html", context)


def _turn(text: str) -> Optional[int]:
    try:
        return number(text or None)
    except ValueError as err:
        raise Http404 from err


def _reason(request: HttpRequest) -> Optional[str]:
    """None: none was given that says anything."""
    try:
        return reason_of(request.POST.get("reason", ""))
    except ReasonError:
        return None


def _me(request: HttpRequest) -> str:
    return str(request.user.get_username())


def _subject(key: str) -> str:
    return f"conversation:{key}"


def _home(done: str) -> HttpResponse:
    response = redirect("privacy")
    response["Location"] += f"?done={done}"
    return response
