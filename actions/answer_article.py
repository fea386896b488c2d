"""Answers a question from its article. Every word is the editor's: nothing is composed here."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Optional, Tuple

from rasa_sdk.events import FollowupAction

from actions.base import Outcome, TaskAction, Turn, payload
from actions.collection_thread import COLLECTION_FORM, address_in, offers_collection
from actions.office_hours import with_hours
from actions.switched_off import say_switched_off, switched
from bot.knowledge.schema import SAFETY, Article
from bot.knowledge.store import Knowledge, knowledge
from bot.labels import ARTICLE, LOOK_UP
from bot.messages import Choice, Message, Source

if TYPE_CHECKING:
    from bot.conversations.switches import InForce

MOST_CHOICES = 3


class ActionAnswerArticle(TaskAction):
    """Says the article named by the message's entity `article`; for one that does not exist, who to ask instead.

    Where the article offers collection days and the message says the address, they follow.
    """

    def __init__(self, articles: Optional[Knowledge] = None) -> None:
        self.articles = articles or knowledge()

    def name(self) -> str:
        return "action_answer_article"

    async def work(self, turn: Turn) -> Outcome:
        article = self.articles.article(turn.entity("article") or "")
        if article is None:
            turn.say("utter_contact")
            return Outcome.NOT_FOUND
        now = await switched()
        if now.is_off(f"{ARTICLE}/{article.id}"):
            return say_switched_off(turn, f"{ARTICLE}/{article.id}")
        message = article_message(article, turn, self.articles, now)
        turn.dispatcher.utter_message(json_message=message.to_dict())
        if not turn.tracker.active_loop.get("name") and offers_collection(article.id) and address_in(turn.text):
            turn.events.append(FollowupAction(COLLECTION_FORM))
        if article.risk != SAFETY:  # nobody near a danger is asked how they liked the answer
            turn.answered = f"{ARTICLE}/{article.id}"
        return Outcome.OK


def article_message(article: Article, turn: Turn, articles: Knowledge, now: InForce) -> Message:
    """The article as a message, with the hours of offices it names; the short one, for a text message, names its source in its own text.

    Args:
        now: what is switched.
    """
    language, topic = turn.language, PurePath(article.file).stem
    choices = _choices(article, language, articles, now)
    if turn.channel == "sms":
        return Message(text=with_hours(article.sms[language], topic, language, turn.channel), choices=choices)
    source = Source(name=article.source.name[language], url=article.source.url, as_of=article.as_of_day)
    return Message(text=with_hours(article.answer[language], topic, language, turn.channel), choices=choices, source=source)


def _choices(article: Article, language: str, articles: Knowledge, now: InForce) -> Tuple[Choice, ...]:
    offer = article.offer if article.offer and not now.is_off(article.offer.intent) else None
    offered = [Choice(offer.title[language], payload(offer.intent))] if offer else []
    related = [found for found in map(articles.article, article.related) if found and not now.is_off(f"{ARTICLE}/{found.id}")]
    follow_ups = [Choice(found.title[language], _leads_to(found)) for found in related]
    return tuple([*offered, *follow_ups][:MOST_CHOICES])


def _leads_to(article: Article) -> str:
    """What its choice sends: an article that stands in for a look-up is looked up, where the city offers that."""
    return payload(LOOK_UP, look_up=article.look_up) if article.look_up else payload(ARTICLE, article=article.id)
