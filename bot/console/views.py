"""The pages of the console. Every one needs a signed-in member of staff (LoginRequiredMiddleware)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bot.console import record
from bot.console.audited import audited
from bot.console.roles import Ability, needs
from bot.conversations.models import Conversation, InboundMessage

LARGEST_ID = 2**63 - 1  # of a PostgreSQL bigint


@require_safe
@needs(Ability.READ)
@audited("view", "conversation:{key}")
def conversation(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Conversation.objects.only("channel", "language", "started_at", "last_message_at"), key=key)
    before = request.GET.get("before")
    if before is not None and not (before.isdecimal() and int(before) <= LARGEST_ID):
        raise Http404
    turns, earlier = record.turns(found, int(before) if before else None)
    context = {"conversation": found, "turns": [_shown(turn) for turn in turns], "earlier": earlier, "last_page": before is None}
    return render(request, "console/conversation.html", context)


def _shown(turn: InboundMessage) -> Dict[str, Any]:
    """One turn as the template shows it."""
    details = getattr(turn, "details", None)
    return {
        "received_at": turn.received_at,
        "text": turn.text_masked,
        "outcome": turn.outcome or record.WAITING,
        "language": turn.language,
        "replies": turn.replies.all(),
        "understood": [_intent(part) for part in details.understood] if details else [],
        "actions": details.actions if details else [],
        "recorded": details is not None,
        "vote": _vote(turn),
    }


def _vote(turn: InboundMessage) -> Optional[str]:
    """One of the group of words `votes`; None when nobody was asked."""
    feedback = getattr(turn, "feedback", None)
    return {True: "helped", False: "not_helped", None: "not_said"}[feedback.helped] if feedback else None


def _intent(part: Dict[str, Any]) -> Dict[str, Any]:
    intent = part.get("intent") or {}
    entities: List[Dict[str, Any]] = part.get("entities") or []
    return {
        "name": intent.get("name"),
        "percent": round(100 * (intent.get("confidence") or 0)),
        "entities": [(entity.get("entity"), entity.get("value")) for entity in entities],
    }
