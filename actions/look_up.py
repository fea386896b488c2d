"""Answers a look-up, or says who does when the city's systems do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from rapidfuzz import fuzz

from actions.answer_article import article_message
from actions.base import OUTCOMES, Outcome, TaskAction, Turn, choice, payload
from actions.clients.errors import CityError, Failure
from actions.look_up_form import NOT_OFFERED, STOPS, ValidateLookUpForm
from actions.look_ups.base import LookUp, State
from actions.look_ups.kinds import look_ups
from actions.look_ups.place import PlaceLookUp
from actions.outside import OUTSIDE, town_in
from actions.switched_off import say_switched_off, switched
from bot.knowledge.schema import Article
from bot.knowledge.store import Knowledge, knowledge
from bot.labels import ARTICLE, LOOK_UP

if TYPE_CHECKING:
    from bot.conversations.switches import InForce

RESPONSES = {
    Failure.UNREACHABLE: "utter_look_up_unreachable",
    Failure.REFUSED: "utter_look_up_bad_data",
    Failure.MALFORMED: "utter_look_up_bad_data",
}


class ActionLookUp(TaskAction):
    """Answers what the form understood; inside another form, what the message alone holds."""

    def __init__(self, kinds: Optional[Mapping[str, LookUp]] = None, articles: Optional[Knowledge] = None) -> None:
        self.kinds = look_ups() if kinds is None else kinds
        self.articles = articles or knowledge()

    def name(self) -> str:
        return "action_look_up"

    async def work(self, turn: Turn) -> Outcome:
        if turn.tracker.active_loop.get("name"):  # asked in the middle of another form: its slots are not ours
            known: Mapping[str, Any] = {"kind": turn.entity(LOOK_UP)}
            note = ""
        else:
            known, note = turn.slot("look_up") or {}, turn.slot("form_note") or ""
            turn.set(**dict.fromkeys(ValidateLookUpForm.slots))
        kind, state = known.get("kind") or "", known.get("state") or {}
        now = await switched()
        look_up = self.kinds.get(kind)
        if now.is_off(f"{LOOK_UP}/{kind}"):
            turn.private = look_up is not None and look_up.private
            return say_switched_off(turn, f"{LOOK_UP}/{kind}")
        if look_up is None or not look_up.offered or note == NOT_OFFERED:
            return self._instead(turn, kind, look_up, now)
        if note == OUTSIDE:  # the resident has read where to ask instead
            return Outcome.NOT_FOUND
        if note in STOPS:
            return self._sorry(turn, look_up, Failure(note))
        turn.private = look_up.private
        said = len(turn.dispatcher.messages)
        try:
            return await self._answer(turn, look_up, state)
        except CityError as err:
            del turn.dispatcher.messages[said:]
            return self._sorry(turn, look_up, err.failure)

    async def _answer(self, turn: Turn, look_up: LookUp, state: State) -> Outcome:
        if turn.tracker.active_loop.get("name"):
            await look_up.read(turn, state, asked=False)
            town = town_in([turn.text]) if isinstance(look_up, PlaceLookUp) else None
            if town:
                turn.say("utter_look_up_outside", town=town)
                return Outcome.NOT_FOUND
            if look_up.missing(state):
                turn.say("utter_look_up_later")
                return Outcome.NOT_FOUND
        outcome = await look_up.answer(turn, state)
        if outcome is Outcome.OK:
            turn.answered = f"{LOOK_UP}/{look_up.kind}"
            turn.set(last_look_up={"kind": look_up.kind, "state": state})
        return outcome

    def _instead(self, turn: Turn, kind: str, look_up: Optional[LookUp], now: InForce) -> Outcome:
        """The article about it, where the city offers no look-up."""
        article = self._article(turn, kind, look_up)
        if article is None:
            turn.say("utter_contact")
            return Outcome.UNAVAILABLE
        if now.is_off(f"{ARTICLE}/{article.id}"):
            return say_switched_off(turn, f"{ARTICLE}/{article.id}")
        message = article_message(article, turn, self.articles, now)
        turn.dispatcher.utter_message(json_message=message.to_dict())
        turn.answered = f"{ARTICLE}/{article.id}"
        return Outcome.OK

    def _sorry(self, turn: Turn, look_up: LookUp, failure: Failure) -> Outcome:
        article = self._article(turn, look_up.kind, look_up)
        about = [choice(article.title[turn.language], payload(ARTICLE, article=article.id))] if article else []
        turn.say(RESPONSES[failure], choices=about, by_hand=look_up.by_hand)
        return OUTCOMES[failure]

    def _article(self, turn: Turn, kind: str, look_up: Optional[LookUp]) -> Optional[Article]:
        named = look_up.article(turn) if look_up else None
        if named:
            return self.articles.article(named)
        standing_in = [article for article in self.articles.articles if article.look_up == kind]
        return max(standing_in, key=lambda article: _likeness(turn.text, article.questions[turn.language]), default=None)


def _likeness(text: str, questions: Sequence[str]) -> float:
    """How near a message is to the ways of asking for an article."""
    return max(float(fuzz.token_set_ratio(text.casefold(), question.casefold())) for question in questions)
