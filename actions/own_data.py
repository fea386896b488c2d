"""What is kept of a resident: they are told it, and have it deleted."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.bill_access import log_out
from actions.clients.billing import Billing, billing_from_settings
from actions.conversation import leave_form
from actions.filing import KIND
from actions.threads import in_record
from actions.waiting_needs import forget_waiting
from actions.words import joined, line, spoken_date, word
from bot.choosing import asks_to_act, negated, says_yes, takes_offer
from bot.city import city
from bot.conversations.own_data import OwnData, own_data
from bot.labels import ARTICLE, LOOK_UP
from bot.offers import ASKS_ABOUT_IT, offered_in
from bot.privacy_words import agrees

ASKED = "delete_asked"  # slot: the turn in which the resident was asked whether to delete everything
YES, NO = "yes", "no"  # the entity `answer` of the two choices


class ActionTellOwnData(TaskAction):
    """Says what is kept: how much, since when, how long, and whom to ask for a copy."""

    def name(self) -> str:
        return "action_tell_own_data"

    async def work(self, turn: Turn) -> Outcome:
        found = await in_record(own_data, turn.tracker.sender_id, KIND)
        if found is None:
            turn.say("utter_own_data_none")
            return Outcome.NOT_FOUND
        since = spoken_date(found.since.astimezone(city().timezone).date(), turn.language, year=True, weekday=False)
        turn.say(
            "utter_own_data",
            what=joined(_kinds(found, turn.language), turn.language),
            since=since,
            days=found.kept_days,
            privacy_url=city().privacy_url,
        )
        return Outcome.OK


def _kinds(found: OwnData, language: str) -> List[str]:
    counts = {"message": found.messages - found.private, "bill_message": found.private, "photo": found.photos, "report": found.reports}
    return [line(f"own_{kind}" if count == 1 else f"own_{kind}s", language, count=count) for kind, count in counts.items() if count]


class ActionDeleteChat(TaskAction):
    """Asks once whether everything is to be deleted, and deletes it after a yes."""

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    def name(self) -> str:
        return "action_delete_chat"

    async def work(self, turn: Turn) -> Outcome:
        leave_form(turn)
        forget_waiting(turn)
        if turn.tapped and turn.entity("answer") in (YES, NO):
            return await _delete(turn, self.billing) if turn.entity("answer") == YES else _keep(turn)
        if was_asked(turn) and agrees(turn.text):  # "yes, delete it"
            return await _delete(turn, self.billing)
        if was_asked(turn) and negated(turn.text):
            return _keep(turn)
        turn.set(**{ASKED: turn.turn_id})
        titles = [choice(word("choices", f"delete_{answer}", turn.language), payload("delete_chat", answer=answer)) for answer in (YES, NO)]
        turn.say("utter_delete_chat", choices=titles)
        return Outcome.OK


class ActionTakeYes(TaskAction):
    """A yes outside of any form: to the question whether to delete everything, to several choices, which are offered again, or to nothing.

    One that takes a choice does not come here: `bot.assistant.agreeing` took it for that choice.
    """

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    def name(self) -> str:
        return "action_take_yes"

    async def work(self, turn: Turn) -> Outcome:
        if was_asked(turn):
            return _keep(turn) if negated(turn.text) else await _delete(turn, self.billing)
        before = _since_the_message_before(turn)
        offered = offered_in(before)
        asked = any(event.get("event") == "action" and event.get("name") in ASKS_ABOUT_IT for event in before)
        acts = takes_offer(turn.text) and asks_to_act(turn.text)
        if offered and acts and all(one.intent in (ARTICLE, LOOK_UP) for one in offered):
            turn.say("utter_cannot_act")  # more to read does nothing
        elif offered and (asked or says_yes(turn.text)):  # else "ok": the answer was read
            turn.say("utter_which_of_these", choices=[choice(one.title, one.payload) for one in offered])
        else:
            turn.say("utter_what_next")
        return Outcome.OK


class ActionTakeNo(TaskAction):
    """A no outside of any form."""

    def name(self) -> str:
        return "action_take_no"

    async def work(self, turn: Turn) -> Outcome:
        if was_asked(turn):
            return _keep(turn)
        turn.say("utter_what_next")
        return Outcome.OK


def was_asked(turn: Turn) -> bool:
    """Whether the question before this message was the one whether to delete everything."""
    before = [event for event in turn.tracker.events if event.get("event") == "user"][-2:-1]
    return any(_turn_of(event) == turn.slot(ASKED) for event in before) if turn.slot(ASKED) else False


def _since_the_message_before(turn: Turn) -> List[Mapping[str, Any]]:
    """What happened between the message before and this one."""
    events = list(turn.tracker.events)
    *before, last = [place for place, event in enumerate(events) if event.get("event") == "user"] or [0]
    return events[before[-1] : last] if before else events[:last]


def _turn_of(event: Mapping[str, Any]) -> str:
    return str((event.get("metadata") or {}).get("turn_id") or event.get("message_id") or "")


async def _delete(turn: Turn, billing: Optional[Billing]) -> Outcome:
    await log_out(billing, turn.tracker.sender_id, wipe=True)
    turn.forget = turn.dispose = True
    turn.set(**{ASKED: None}, last_look_up=None, last_address=None, last_request=None, photos_waiting=None)
    turn.say("utter_chat_deleted")
    return Outcome.OK


def _keep(turn: Turn) -> Outcome:
    turn.set(**{ASKED: None})
    turn.say("utter_chat_kept")
    return Outcome.OK
