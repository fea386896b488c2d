"""Photos: what becomes of one that comes outside of a report, and how those of a report get to the city."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import List, Sequence, Tuple

from rasa_sdk.events import FollowupAction

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.clients.open311 import NewRequest
from actions.collection_thread import COLLECTION_FORM, address_in, asks_collection_again
from actions.threads import in_record
from actions.words import title
from bot.city import Backend, city
from bot.settings import settings

WAITING = "photos_waiting"  # slot: `ids`, and until when they count
WAIT_S = 1800.0  # as long as a session: what was photographed before it is another matter


class ActionTakeInformation(TaskAction):
    """Asks what an address alone is about, or a photo: a program does not see that. The photo is kept for the report it may lead to.

    An address behind a question about collection asks for the days there.
    """

    def name(self) -> str:
        return "action_take_information"

    async def work(self, turn: Turn) -> Outcome:
        if not turn.photos:
            if address_in(turn.text) and asks_collection_again(turn):
                turn.events.append(FollowupAction(COLLECTION_FORM))
                return Outcome.OK
            turn.say("utter_address_alone")
            return Outcome.OK
        if not is_offered():
            return _decline(turn)
        keep(turn)
        name = title("tasks", "report_problem", turn.language) or ""
        turn.say("utter_photo_alone", choices=[choice(name, payload("report_problem"))])
        return Outcome.OK


def is_offered() -> bool:
    """Whether the city takes reports from here."""
    return _backend().url is not None


def keep_in_form(turn: Turn) -> None:
    """Keeps the photos of a message to a form that has no use for them, and says so."""
    if not turn.photos:
        return
    if not is_offered():
        _decline(turn)
    elif keep(turn):
        turn.say("utter_photo_kept")


def keep(turn: Turn) -> bool:
    """Keeps the photos of a message for the next report. Returns whether any is new."""
    before = waiting(turn)
    ids = list(dict.fromkeys([*before, *turn.photos]))
    turn.set(**{WAITING: {"ids": ids, "until": time.time() + WAIT_S}})
    return ids != before


def waiting(turn: Turn) -> List[str]:
    """The photos that came lately and are in no report yet."""
    kept = turn.slot(WAITING) or {}
    return list(kept.get("ids", [])) if kept.get("until", 0.0) > time.time() else []


def attach(turn: Turn) -> None:
    """Puts the photos of a message, and those that waited, into the open report, and says so once."""
    coming = [*waiting(turn), *turn.photos]
    if not coming:
        return
    before: List[str] = turn.slot("report_photos") or []
    found = list(dict.fromkeys([*before, *coming]))
    added = len(found[: most()]) - len(before)
    turn.set(report_photos=found[: most()], **{WAITING: None})
    if added:
        turn.say("utter_report_photo_added" if added == 1 else "utter_report_photos_added", count=added)
    if len(found) > most():
        turn.say("utter_report_photos_full", most=most())


def most() -> int:
    """How many photos the city's system takes with a report."""
    return int(_backend().options.get("most_photos", "1"))


async def with_photos(request: NewRequest, ids: Sequence[str], conversation: str) -> NewRequest:
    """The request with its photos the way the city takes them: as addresses of ours, or as files where it cannot reach us."""
    if not ids:
        return request
    config = settings()
    as_address = _backend().options.get("media") != "multipart" and (config.public_url or config.profile == "sandbox")
    handed = await in_record(_handed_over, ids, conversation)
    if as_address:
        return replace(request, media_urls=tuple(f"{config.residents_url}/media/{media_id}" for media_id, _ in handed))
    return replace(request, media_files=tuple(content for _, content in handed))


def _handed_over(ids: Sequence[str], conversation: str) -> List[Tuple[str, bytes]]:
    from bot.conversations import handing_over  # needs Django, which the action server sets up late

    return handing_over.hand_over(ids, conversation)


def _decline(turn: Turn) -> Outcome:
    turn.say("utter_photo_not_offered", by_hand=_backend().by_hand or city().contact_url)
    return Outcome.UNAVAILABLE


def _backend() -> Backend:
    return city().backends["open311"]
