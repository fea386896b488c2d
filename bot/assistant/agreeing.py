"""Which of the choices offered last a "yes" takes, or "report it": the only one there is, else the only task below an answer."""

from __future__ import annotations

from itertools import takewhile
from typing import Iterable, List, Optional

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered

from bot.assistant.needs import is_sure
from bot.assistant.turn import read_choice
from bot.assistant.understanding import Parsed, parsed_choice
from bot.choosing import says_yes, takes_offer
from bot.labels import AFFIRM, EMERGENCY, LOOK_UP, NEEDS, TASKS
from bot.offers import ASKS_ABOUT_IT, Offered, offered_in


def pressed(events: Iterable[Event], answer: Parsed) -> List[Parsed]:
    """The choice that an answer takes, as if it were tapped; [] where it takes none.

    Below an answer "ok" or "perfect" only says that it was read; a yes, or words that ask to have it done, take what it offers. Whoever
    asks for it to be done ("do it for me"), and is understood as nothing else, says yes too where several things are offered: which of
    them is for `ActionTakeYes` to ask.
    """
    intent = answer["intent"]
    if "outcome" not in intent or intent["name"] == EMERGENCY:  # a tap, or danger
        return []
    last = _since_the_message_before(events)
    offered = offered_in([event.as_dict() for event in last if isinstance(event, BotUttered)])
    asked = any(isinstance(event, ActionExecuted) and event.action_name in ASKS_ABOUT_IT for event in last)
    if not offered or not (asked or says_yes(answer["text"])):
        return []
    sure = is_sure(answer)
    takes = takes_offer(answer["text"])
    if not (intent["name"] == AFFIRM or (takes and (not sure or intent["name"] in NEEDS))):
        return []
    found = _only(offered, asked)
    if found and (not sure or intent["name"] in (AFFIRM, found.intent)):  # "report it" takes no collection day
        return [parsed_choice(read_choice(found.payload), found.title)]
    return [] if sure else [{**answer, "intent": {**intent, "name": AFFIRM}}]


def _since_the_message_before(events: Iterable[Event]) -> List[Event]:
    since = takewhile(lambda event: not isinstance(event, (UserUttered, SessionStarted)), reversed(list(events)))
    return [event for event in since if isinstance(event, (BotUttered, ActionExecuted))][::-1]


def _only(offered: List[Offered], asked: bool) -> Optional[Offered]:
    tasks = [] if asked else [one for one in offered if one.intent in TASKS - {LOOK_UP}]  # an answer's own offer, beside more to read
    return next((found[0] for found in (offered, tasks) if len(found) == 1), None)
