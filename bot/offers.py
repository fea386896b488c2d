"""The choices below what was said last, as the conversation's events have them: for what understands a "yes", and for what answers one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Iterable, List, Mapping

ASKS_ABOUT_IT = frozenset({"action_offer_choices", "action_take_information"})  # actions that ask what a message is about
_NO_CHOICE = frozenset({"something_else", "deny"})  # intents of those that take none
_INTENT = re.compile(r"/(\w+)")


@dataclass(frozen=True)
class Offered:
    """A choice: what is written on it, and what it sends (`/report_problem{"service_code": "pothole"}`)."""

    title: str
    payload: str

    @property
    def intent(self) -> str:
        found = _INTENT.match(self.payload)
        return found[1] if found else ""


def offered_in(events: Iterable[Mapping[str, Any]]) -> List[Offered]:
    """What may be chosen below the last of some messages that has choices, without those that take none.

    Args:
        events: in order, as JSON; others than the assistant's messages do not count.
    """
    messages = [event.get("data") or {} for event in events if event.get("event") == "bot"]
    lists = [[*(data.get("buttons") or ()), *((data.get("custom") or {}).get("choices") or ())] for data in messages]
    last: List[Mapping[str, Any]] = next((choices for choices in reversed(lists) if choices), [])
    found = [Offered(str(one["title"]), str(one["payload"])) for one in last]
    return [one for one in found if one.intent not in _NO_CHOICE]
