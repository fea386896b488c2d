"""What a session said of collection before: the address that is meant, and whether an address alone asks for its days."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from actions.base import REPORT_FORM, Turn
from bot.city import city
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE, INFORM, NEEDS
from bot.language.address_alone import is_sure
from bot.language.addresses import find_address

COLLECTION_DAY = "collection_day"  # the label of its questions
COLLECTION_FORM = "collection_form"  # an action that begins it, too
LAST_ADDRESS = "last_address"  # slot
_UNCLEAR = frozenset({"nlu_fallback", "out_of_scope"})  # intents of what was not understood
_BEGIN_ANEW = frozenset({"start_over", "forget_this", "own_data", "delete_chat"})  # intents behind which nothing counts that was before

Event = Mapping[str, Any]


def asks_collection_again(turn: Turn) -> bool:
    """Whether an address alone asks for the collection days there: the need before was that, or an article that offers it."""
    need = _need_before(turn)
    return need is not None and (_is_collection(need) or offers_collection(_entity_of(need, ARTICLE)))


def asked_again(turn: Turn) -> List[str]:
    """The question about collection that a message asks again, which is but an address; empty for any other."""
    need = _need_before(turn) if turn.intent == INFORM else None
    return [str(need.get("text") or "")] if need and _is_collection(need) else []


def _is_collection(need: Event) -> bool:
    return _intent_of(need) in _UNCLEAR | {COLLECTION_DAY}


def _need_before(turn: Turn) -> Optional[Event]:
    """The message that said what was needed last; one that was not understood counts when it was answered with collection days."""
    answered = False
    for event in reversed(_session(turn)):
        answered = answered or (event.get("event") == "active_loop" and event.get("name") == COLLECTION_FORM)
        if event is _latest(turn) or event.get("event") != "user":
            continue
        intent = _intent_of(event)
        if intent in _UNCLEAR | _BEGIN_ANEW:
            return event if answered and intent in _UNCLEAR else None
        if intent in NEEDS:
            return event
    return None


def offers_collection(article_id: Optional[str]) -> bool:
    """Whether an article offers the collection days."""
    article = knowledge().article(article_id or "")
    return article is not None and article.offer is not None and article.offer.intent == COLLECTION_DAY


def earlier_address(turn: Turn) -> Optional[str]:
    """The address this session was last about, as it was looked up or as the resident wrote it; what a report is about is not theirs."""
    found: Optional[str] = None
    form: Optional[str] = None
    said = False
    for event in _session(turn):
        if event.get("event") == "active_loop":
            form = event.get("name")
        elif event.get("event") == "user" and event is not _latest(turn):
            said = True
            if _intent_of(event) in _BEGIN_ANEW:
                found = None
            elif form != REPORT_FORM and _intent_of(event) != "report_problem":
                found = address_in(str(event.get("text") or "")) or found
        elif said and event.get("event") == "slot" and event.get("name") == LAST_ADDRESS:  # before any message it was carried over
            found = event.get("value")
    return found


def address_in(text: str) -> Optional[str]:
    """The address that a text surely holds."""
    address = find_address(text, town=city().short_name)
    return address.line if address and is_sure(address) else None


def _session(turn: Turn) -> List[Event]:
    events: List[Event] = turn.tracker.events
    starts = [place for place, event in enumerate(events) if event.get("event") == "session_started"]
    return events[starts[-1] :] if starts else events


def _latest(turn: Turn) -> Optional[Event]:
    return next((event for event in reversed(turn.tracker.events) if event.get("event") == "user"), None)


def _intent_of(event: Event) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name") or "")


def _entity_of(event: Event, name: str) -> Optional[str]:
    entities = (event.get("parse_data") or {}).get("entities") or []
    return next((str(entity["value"]) for entity in entities if entity.get("entity") == name), None)
