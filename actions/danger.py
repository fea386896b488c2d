"""Danger comes first: says what to do and whom to call, in one short message."""

from __future__ import annotations

from typing import Dict, List, Optional

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.photos import is_offered, keep
from bot.emergencies import emergencies
from bot.knowledge.store import Knowledge, knowledge

# What is said to each kind of danger of data/emergencies.yml; to any other, and to one of no kind, the general response.
RESPONSES = {
    "fire": "utter_danger_fire",
    "crime": "utter_danger_crime",
    "gas": "utter_danger_gas",
    "carbon_monoxide": "utter_danger_carbon_monoxide",
    "wire": "utter_danger_wire",
    "overdose": "utter_danger_overdose",
    "injury": "utter_danger_injury",
    "suicide": "utter_danger_suicide",
    "suicide_now": "utter_danger_suicide_now",
    "violence_home": "utter_danger_violence_home",
    "poisoning": "utter_danger_poisoning",
    "pet": "utter_danger_pet",
    "flooded_power": "utter_danger_flooded_power",
    "needle_stick": "utter_danger_needle_stick",
    "trapped": "utter_danger_trapped",
}
GENERAL_RESPONSE = "utter_emergency"
# What is said to a message behind one that told of danger, by the kind of that.
AFTER = "after_"
AFTER_RESPONSES = {"suicide": "utter_danger_after_suicide", "pet": "utter_danger_after_pet"}
GENERAL_AFTER = "utter_danger_after"


class ActionSayDanger(TaskAction):
    """Says the response to the danger in the message. Outside a form it offers the article about it, but not by text message."""

    def __init__(self, articles: Optional[Knowledge] = None) -> None:
        self.articles = articles or knowledge()
        self.about = emergencies().articles

    def name(self) -> str:
        return "action_say_danger"

    async def work(self, turn: Turn) -> Outcome:
        kind = turn.entity("danger") or ""
        turn.say(_response(kind), choices=self._choices(turn, kind))
        if turn.photos:
            self._keep_photos(turn)
        return Outcome.OK

    def failed(self, turn: Turn) -> Outcome:
        """Whatever went wrong, the number is said."""
        turn.say(GENERAL_RESPONSE)
        return Outcome.FAILED

    def _keep_photos(self, turn: Turn) -> None:
        """Nobody should wait for help because they sent a photo. An open form takes it by itself."""
        in_form = bool(turn.tracker.active_loop.get("name"))
        if not in_form and is_offered():
            keep(turn)
            turn.say("utter_photo_not_sent_kept")
        else:
            turn.say("utter_photo_not_sent")

    def _choices(self, turn: Turn, kind: str) -> List[Dict[str, str]]:
        article = self.articles.article(self.about.get(kind) or "")
        channel = (turn.tracker.latest_message.get("metadata") or {}).get("channel")
        if article is None or turn.tracker.active_loop.get("name") or channel == "sms":
            return []
        return [choice(article.title[turn.language], payload("article", article=article.id))]


def _response(kind: str) -> str:
    if kind.startswith(AFTER):
        return AFTER_RESPONSES.get(kind.removeprefix(AFTER), GENERAL_AFTER)
    return RESPONSES.get(kind, GENERAL_RESPONSE)
