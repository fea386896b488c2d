"""One conversation as its resident saw it, and what the assistant thought: masked text only, a page of turns at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Tuple

from django.db.models import Count, Prefetch
from django.db.models.functions import Length, Substr

from bot.conversations.models import Conversation, InboundMessage, Media, OutboundMessage, TurnSummary, Visit
from bot.conversations.sender import UNDER_WAY
from bot.review.judging import verdict_mark
from bot.review.labels import article_of, title

TURNS_PER_PAGE = 50
MOST_SHOWN = 4_000  # characters of one text; a resident's message is cut at half of that when it comes in
TOP_INTENTS = 3
WAITING = "waiting"
_FAILED_FROM = 400  # status of HTTP
_TURN = ("conversation", "channel", "received_at", "outcome", "language", "choice", "private", "state")
_REPLY = ("inbound", "position", "parts_masked", "segments", "state", "sent_at", "delivery", "error_code")


@dataclass(frozen=True)
class Stretch:
    """Turns of one visit, side by side; `visit` None: they are not filed under one yet."""

    visit: Optional[Visit]
    turns: List[Dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """`earlier`: the `before` of the page with the turns before these; None: these are the first. `later`: there are newer ones."""

    stretches: List[Stretch]
    earlier: Optional[int]
    later: bool


def visit_of(conversation: Conversation, visit: Optional[int]) -> Optional[Visit]:
    """The visit of this conversation that has the id, its latest without one. Raises Visit.DoesNotExist."""
    visits = Visit.objects.filter(conversation=conversation)
    return visits.order_by("-id").first() if visit is None else visits.get(pk=visit)


def end_of(visit: Visit) -> Optional[int]:
    """The id of its last turn that is over."""
    return TurnSummary.objects.filter(visit=visit).order_by("-inbound").values_list("inbound", flat=True).first()


def page(conversation: Conversation, language: str, *, before: Optional[int] = None, size: int = TURNS_PER_PAGE) -> Page:
    """The latest turns in the order they happened.

    Args:
        language: of the reader, for the titles of labels.
        before: only turns older than this one's id.
    """
    found = InboundMessage.objects.filter(conversation=conversation)
    if before is not None:
        found = found.filter(id__lt=before)
    found = found.only(*_TURN, "details__understood", "details__actions", "feedback__helped", "summary__visit", "summary__needs", "review")
    found = found.select_related("details", "feedback", "summary", "review").annotate(**_text()).prefetch_related(_replies())
    rows = list(found.order_by("-id")[: size + 1])
    earlier = rows[size - 1].pk if len(rows) > size else None
    rows = rows[:size][::-1]
    photos = dict(Media.objects.filter(inbound__in=rows).values_list("inbound").annotate(Count("pk")))
    later = before is not None and bool(rows) and InboundMessage.objects.filter(conversation=conversation, id__gt=rows[-1].pk).exists()
    turns = [(getattr(row, "summary", None), _turn(row, photos.get(row.pk, 0), language)) for row in rows]
    return Page(_stretches(turns), earlier, later)


def _text() -> Dict[str, Any]:
    """The beginning of a text and how long it is: nothing of any length is fetched whole."""
    return {"text": Substr("text_masked", 1, MOST_SHOWN), "length": Length("text_masked")}


def _replies() -> Prefetch[str]:
    return Prefetch("replies", OutboundMessage.objects.only(*_REPLY).annotate(**_text()).order_by("position"), to_attr="sent")


def _stretches(turns: List[Tuple[Optional[TurnSummary], Dict[str, Any]]]) -> List[Stretch]:
    ids = {summary.visit_id for summary, _ in turns if summary}
    visits = {visit.pk: visit for visit in Visit.objects.filter(pk__in=ids).prefetch_related("tags")}
    found: List[Stretch] = []
    for summary, turn in turns:
        visit = visits.get(summary.visit_id) if summary else None
        if not found or (visit is not None and visit is not found[-1].visit):
            found.append(Stretch(visit, []))
        found[-1].turns.append(turn)
    return found


def _turn(row: Any, photos: int, language: str) -> Dict[str, Any]:
    """One turn as the template shows it."""
    details, summary, review = (getattr(row, name, None) for name in ("details", "summary", "review"))
    return {
        "id": row.pk,
        "channel": row.channel,
        "received_at": row.received_at,
        "text": row.text,
        "more": row.length > MOST_SHOWN,
        "tapped": row.choice_id is not None,
        "photos": photos,
        "outcome": row.outcome or WAITING,
        "needs": summary.needs if summary else "",
        "language": row.language,
        "replies": [_reply(reply) for reply in row.sent],
        "texts": sum(reply.state != OutboundMessage.State.HELD for reply in row.sent) if row.channel == "sms" else 0,
        "recorded": details is not None,
        "understood": [_understood(part, language) for part in details.understood] if details else [],
        "actions": [_action(action, language) for action in details.actions] if details else [],
        "vote": _vote(row),
        "review": review,
        "seen": verdict_mark(review),
        "over": row.state == InboundMessage.State.DONE,
    }


def _reply(row: Any) -> Dict[str, Any]:
    return {
        "number": row.position + 1,
        "text": row.text,
        "more": row.length > MOST_SHOWN,
        "parts": row.parts_masked,
        "segments": row.segments,
        "state": row.state,
        "held": row.state == OutboundMessage.State.HELD,
        "failed": row.state == OutboundMessage.State.FAILED or row.delivery in ("failed", "undelivered"),
        "delivery": row.delivery,
        "error_code": "" if row.error_code == UNDER_WAY else row.error_code,
        "sent_at": row.sent_at,
    }


def _vote(row: Any) -> Optional[str]:
    """One of the group of words `votes`; None when nobody was asked."""
    feedback = getattr(row, "feedback", None)
    return {True: "helped", False: "not_helped", None: "not_said"}[feedback.helped] if feedback else None


def _understood(part: Mapping[str, Any], language: str) -> Dict[str, Any]:
    """One need of a message: the likeliest labels, how certain it was, and what the message holds."""
    intent = part.get("intent") or {}
    ranking = (part.get("intent_ranking") or [intent])[:TOP_INTENTS]
    return {
        "certainty": intent.get("outcome"),
        "language": part.get("text_language"),
        "labels": [_label(row, language) for row in ranking],
        "entities": [(str(entity.get("entity")), str(entity.get("value"))) for entity in part.get("entities") or []],
    }


def _label(row: Mapping[str, Any], language: str) -> Dict[str, Any]:
    name = str(row.get("name") or "—")
    return {"name": name, "title": title(name, language), "percent": round(100 * (row.get("confidence") or 0))}


def _action(action: Mapping[str, Any], language: str) -> Dict[str, Any]:
    answered = str(action.get("answered") or "")
    article = article_of(answered)
    return {
        "name": str(action.get("name")),
        "outcome": action.get("outcome"),
        "ms": action.get("ms"),
        "calls": [_call(call) for call in action.get("api_calls") or []],
        "answered": title(answered, language) if answered else "",
        "source": article.source.name.get(language, "") if article else "",
        "as_of": article.as_of if article else "",
    }


def _call(call: Mapping[str, Any]) -> Dict[str, Any]:
    status = call.get("status")
    failed = not isinstance(status, int) or status >= _FAILED_FROM
    return {**call, **{name: str(call.get(name) or "") for name in ("host", "call", "note")}, "failed": failed}
