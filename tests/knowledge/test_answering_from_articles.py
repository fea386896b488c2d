"""What a resident reads when a question has an article: its text, where it is from, and what to ask next."""

from __future__ import annotations

import asyncio

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_article import ActionAnswerArticle
from bot.knowledge.store import Knowledge, knowledge, load
from bot.messages import Message
from tests.knowledge.writing import article, write

OFFER = {"intent": "collection_day", "title": {"en": "Find my day", "fr": "Trouver mon jour"}}


@pytest.fixture
def few(tmp_path):
    titles = {name: {"en": f"About {name}", "fr": f"Sur {name}"} for name in ("cat", "dog", "bird", "fish")}
    rows = [article(name, title=title) for name, title in titles.items()]
    rows[0] = article("cat", title=titles["cat"], offer=OFFER, related=["dog", "bird", "fish"])
    return load(write(tmp_path, "pets.yml", *rows))


def said(articles: Knowledge, **given):
    """What the dispatcher collected, and the outcome that was reported."""
    messages, report = told(articles, **given)
    return messages, report["outcome"]


def told(articles: Knowledge, *, entities=(), language="en", channel="webchat", slots=None):
    """What the dispatcher collected, and the report."""
    message = {
        "text": "…",
        "intent": {"name": "article"},
        "entities": [{"entity": "article", "value": value} for value in entities],
        "metadata": {"channel": channel},
    }
    tracker = Tracker("c", {"language": language, **(slots or {})}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = asyncio.run(ActionAnswerArticle(articles).run(dispatcher, tracker, {}))
    [report] = [event["value"] for event in events if event.get("name") == "action_report"]
    return dispatcher.messages, report


def message_of(said_messages) -> Message:
    [only] = said_messages
    return Message.from_dict(only["custom"])


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [("en", "Call 519-745-5615 if you lost a cat.", "Example"), ("fr", "Appelez le 519-745-5615 si votre chat est perdu.", "Exemple")],
)
def test_the_answer_is_the_articles_with_its_source_and_date(few, language, text, source):
    messages, outcome = said(few, entities=["cat"], language=language)

    message = message_of(messages)
    assert message.text == text
    assert (message.source.name, message.source.url, message.source.as_of) == (source, "https://example.org/cats", "2026-03-05")
    assert outcome == "ok"


def test_a_source_known_by_its_year_only_says_so_in_its_name(tmp_path):
    source = {"name": {"en": "Example (2024)", "fr": "Exemple (2024)"}, "url": "https://example.org"}
    articles = load(write(tmp_path, "pets.yml", article("cat", as_of="2024", source=source)))

    messages, _ = said(articles, entities=["cat"])

    assert (message_of(messages).source.name, message_of(messages).source.as_of) == ("Example (2024)", None)


def test_the_report_names_the_article_unless_it_is_about_a_danger(tmp_path):
    articles = load(write(tmp_path, "pets.yml", article("cat"), article("gas", risk="safety")))

    assert told(articles, entities=["cat"])[1]["answered"] == "article/cat"
    for without in (["gas"], ["nothing"], []):
        assert "answered" not in told(articles, entities=without)[1]


def test_a_task_and_related_articles_are_offered_three_at_most(few):
    messages, _ = said(few, entities=["cat"], language="fr")

    assert [(choice.title, choice.payload) for choice in message_of(messages).choices] == [
        ("Trouver mon jour", "/collection_day"),
        ("Sur dog", '/article{"article": "dog"}'),
        ("Sur bird", '/article{"article": "bird"}'),
    ]


def test_by_text_message_the_short_text_says_it_all(few):
    messages, _ = said(few, entities=["cat"], language="fr", channel="sms")

    message = message_of(messages)
    assert message.text == "Chat perdu : 519-745-5615. Source : example.org"
    assert message.source is None, "the text names it already"
    assert message.choices


@pytest.mark.parametrize("language", [None, "de"])
def test_without_a_known_language_the_citys_first_one_is_spoken(few, language):
    messages, _ = said(few, entities=["dog"], language=language)

    assert message_of(messages).text == "Call 519-745-5615 if you lost a cat."


@pytest.mark.parametrize("entities", [[], ["lost_unicorn"], [""]])
def test_an_article_that_does_not_exist_ends_at_the_citys_contact(few, entities):
    messages, outcome = said(few, entities=entities, slots={"article": "cat"})

    assert [message["response"] for message in messages] == ["utter_contact"], "and never at an article left over in a slot"
    assert outcome == "not_found"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("each", knowledge().articles, ids=lambda each: each.id)
def test_every_article_of_the_city_can_be_said_on_every_channel(each, language):
    for channel in ("webchat", "sms"):
        messages, outcome = said(knowledge(), entities=[each.id], language=language, channel=channel)
        message = message_of(messages)
        assert message.text.startswith((each.answer[language], each.sms[language]))  # behind it may stand the hours of an office
        assert outcome == "ok"
        assert len(message.choices) <= 3
