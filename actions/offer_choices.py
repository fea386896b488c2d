"""When it is not clear what a resident wants: the likeliest needs to choose from, or who to ask."""

from __future__ import annotations

from functools import cached_property
from typing import Dict, List, Mapping, Optional

from rasa_sdk.events import FollowupAction

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.clients.errors import CityError
from actions.collection_thread import COLLECTION_DAY, COLLECTION_FORM, address_in, offers_collection
from actions.languages import say_languages
from actions.look_ups.base import LAST, State
from actions.look_ups.sorting import SortingLookUp
from actions.sorting_search import says_only_items
from actions.switched_off import switched
from actions.words import word, wording
from bot.city import city
from bot.knowledge.offering import MOST_CHOICES, offered, title_of
from bot.knowledge.search import Search, searches
from bot.knowledge.store import Knowledge, knowledge
from bot.knowledge.wording import comparable
from bot.labels import ARTICLE, LOOK_UP, OUT_OF_SCOPE, REPORT
from bot.language.code import without_code
from bot.language.fragments import fragment


class ActionOfferChoices(TaskAction):
    """Offers the two or three likeliest needs: those the classifier is torn between, then articles that hold the message's words.

    Where there are none, it says so and gives the city's contact. The words of a message that says nothing by itself ("how much?") are in
    many articles: it is offered those that are related to the likeliest instead. A message that is but a thing to throw out is told its
    bin, and one with an address that is likeliest about collection the days there.
    """

    def __init__(self, articles: Optional[Knowledge] = None, sorting: Optional[SortingLookUp] = None) -> None:
        self.articles = articles or knowledge()
        self.sorting = sorting or SortingLookUp()

    @cached_property
    def searches(self) -> Mapping[str, Search]:
        """The articles in each language, by words."""
        return searches(self.articles.articles, city().languages)

    def name(self) -> str:
        return "action_offer_choices"

    async def work(self, turn: Turn) -> Outcome:
        if say_languages(turn):
            return Outcome.NOT_FOUND
        if await self._sorts(turn):
            return Outcome.OK
        if self._asks_collection(turn):
            turn.events.append(FollowupAction(COLLECTION_FORM))
            return Outcome.OK
        choices = [] if turn.intent == OUT_OF_SCOPE else self._offered(turn)
        if not choices:
            turn.say("utter_unknown")
            return Outcome.NOT_FOUND
        other = choice(word("choices", "something_else", turn.language), payload("something_else"))
        turn.say("utter_offer_choices", choices=[*choices, other])
        return Outcome.OK

    async def _sorts(self, turn: Turn) -> bool:
        """Says the bin of a thing that is all the message names; False when it names more, or the thing can be several."""
        label = f"{LOOK_UP}/{self.sorting.kind}"
        if not says_only_items(turn.text, self.sorting.things, turn.language) or (await switched()).is_off(label):
            return False
        state: State = {}
        try:
            await self.sorting.read(turn, state, asked=False)
            if self.sorting.missing(state) or await self.sorting.answer(turn, state) is not Outcome.OK:
                return False
        except CityError:
            return False
        turn.answered = label
        turn.set(**{LAST: {"kind": self.sorting.kind, "state": state}})
        return True

    def _asks_collection(self, turn: Turn) -> bool:
        """Whether a message with an address is likeliest about collection: the days there answer it, whatever else it may be."""
        if turn.lost or turn.intent == OUT_OF_SCOPE or not turn.ranking or not address_in(turn.text):
            return False
        intent, _, article = str(turn.ranking[0]["name"]).partition("/")
        return intent == COLLECTION_DAY or (intent == ARTICLE and offers_collection(article))

    def _offered(self, turn: Turn) -> List[Dict[str, str]]:
        def is_chosen(label: str) -> bool:
            return title_of(label, turn.language, self.articles, wording()) is not None

        ranking = [(str(row["name"]), float(row["confidence"])) for row in turn.ranking]
        text = without_code(turn.text)
        if not comparable(text):
            return []
        says_nothing = fragment(text) is not None
        labels = offered([] if turn.lost else ranking, "" if says_nothing else text, self.searches[turn.language], is_chosen)
        if says_nothing and labels:
            labels = list(dict.fromkeys([*labels, *self._related(labels[0])]))[:MOST_CHOICES]
        choices = (choice_of(label, turn.language, self.articles) for label in labels)
        return [one for one in choices if one]

    def _related(self, label: str) -> List[str]:
        article = self.articles.article(label.partition("/")[2]) if label.startswith(f"{ARTICLE}/") else None
        return [f"{ARTICLE}/{related}" for related in article.related] if article else []


def choice_of(label: str, language: str, articles: Knowledge) -> Optional[Dict[str, str]]:
    """The choice that starts what a label stands for; None for labels nobody chooses."""
    name = title_of(label, language, articles, wording())
    return choice(name, _payload(label)) if name else None


def _payload(label: str) -> str:
    intent, _, variety = label.partition("/")
    if intent == LOOK_UP:
        return payload(intent, look_up=variety)
    if intent == ARTICLE:
        return payload(intent, article=variety)
    return payload(intent, service_code=variety) if intent == REPORT and variety else payload(intent)
