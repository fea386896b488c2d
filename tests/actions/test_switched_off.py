"""What residents read of what staff switched off: the city's phone number and why, never the answer."""

from __future__ import annotations

from typing import Iterator, List

import pytest
import yaml

from actions.answer_article import ActionAnswerArticle
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ActionAskCollectionAddress, ValidateCollectionForm
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.kinds import look_ups
from bot.city import city
from bot.conversations.models import SwitchedOff
from bot.conversations.sentences import say
from bot.conversations.subjects import subjects
from bot.conversations.switches import in_force, read
from bot.knowledge.schema import RISKS
from bot.knowledge.store import knowledge
from bot.review import switching
from bot.settings import settings
from tests.actions.turns import Form, Said, run, tracker

pytestmark = pytest.mark.usefixtures("record", "all_on")


@pytest.fixture
def all_on() -> Iterator[None]:
    yield
    for row in SwitchedOff.objects.all():
        switching.switch_on(row.kind, row.name, "clerk")


def asked(article: str, language: str = "en", channel: str = "webchat") -> Said:
    return run(ActionAnswerArticle(), tracker("…", "article", entities={"article": article}, slots={"language": language}, channel=channel))


def read_by_resident(said: Said) -> List[str]:
    return [message["custom"]["text"] for message in said.messages]


@pytest.mark.parametrize(("kind", "name"), [("article", "garbage_missed"), ("topic", "waste")])
@pytest.mark.parametrize("channel", ["webchat", "sms"])
def test_a_question_that_is_switched_off_gets_the_phone_number_and_is_answered_again_later(kind: str, name: str, channel: str) -> None:
    switching.switch_off(kind, name, "clerk")
    for language in city().languages:
        said = asked("garbage_missed", language, channel)
        assert read_by_resident(said) == [say("switched_off", language)]
        assert city().phone in say("switched_off", language)
        assert (said.report["outcome"], said.report.get("answered")) == ("unavailable", None)
    switching.switch_on(kind, name, "clerk")
    assert asked("garbage_missed").report["answered"] == "article/garbage_missed"


def test_other_articles_are_answered_and_do_not_lead_to_what_is_off() -> None:
    article = next(one for one in knowledge().articles if one.related)
    off = article.related[0]
    title = next(one for one in knowledge().articles if one.id == off).title["en"]
    assert title in [choice["title"] for choice in asked(article.id).messages[0]["custom"]["choices"]]
    switching.switch_off("article", off, "clerk")
    said = asked(article.id)
    assert said.report["outcome"] == "ok"
    assert title not in [choice["title"] for choice in said.messages[0]["custom"].get("choices", [])]


@pytest.mark.parametrize("risk", RISKS[1:])
def test_a_class_of_risk_takes_each_of_its_articles_and_no_other(risk: str) -> None:
    switching.switch_off("risk", risk, "clerk")
    articles = knowledge().articles
    assert {article.id for article in articles if read().is_off(f"article/{article.id}")} == {
        one.id for one in articles if one.risk == risk
    }


def test_with_waste_goes_the_collection_day_before_anybody_is_asked_for_an_address() -> None:
    form = Form(ValidateCollectionForm(None, None), {"collection_address": ActionAskCollectionAddress()}, ActionCollectionDay(None))
    switching.switch_off("topic", "waste", "clerk")
    assert read_by_resident(form.say("when is garbage day", "collection_day")) == [say("switched_off", "en")]
    assert not form.open
    offering = next(one for one in knowledge().articles if one.offer and one.offer.intent == "collection_day")
    assert read().is_off("collection_day")
    assert read().is_off(offering.label)


def test_a_look_up_that_is_switched_off_asks_for_nothing() -> None:
    form = Form(ValidateLookUpForm(), {"look_up_answer": ActionAskLookUpAnswer()}, ActionLookUp())
    switching.switch_off("topic", "transit", "clerk")
    assert read_by_resident(form.say("when is the next bus", "look_up", look_up="next_bus")) == [say("switched_off", "en")]
    assert not form.open


def test_a_look_up_goes_with_the_last_of_the_articles_that_stand_in_for_it() -> None:
    first, *others = [article.id for article in knowledge().articles if article.look_up == "ward"]
    assert others
    switching.switch_off("article", first, "clerk")
    assert not in_force().is_off("look_up/ward")
    for other in others:
        switching.switch_off("article", other, "clerk")
    assert in_force().is_off("look_up/ward")


@pytest.mark.parametrize(("label", "kind", "name"), [("look_up/sorting", "topic", "waste"), ("look_up/parking_ticket", "risk", "money")])
def test_look_ups_without_an_article_go_with_the_topic_and_the_risk_of_the_city_s_list(label: str, kind: str, name: str) -> None:
    assert label not in subjects()
    assert not read().is_off(label)
    switching.switch_off(kind, name, "clerk")
    assert read().is_off(label)


@pytest.mark.parametrize(("kind", "name"), [("article", "no_such_article"), ("topic", "nothing"), ("risk", "routine"), ("x", "waste")])
def test_what_is_not_there_cannot_be_switched_off(kind: str, name: str) -> None:
    with pytest.raises(switching.SwitchError):
        switching.switch_off(kind, name, "clerk")
    assert not read().off


def test_the_city_s_list_names_topics_and_risks_that_there_are() -> None:
    listed = yaml.safe_load((settings().data_folder / "switches.yml").read_text(encoding="utf-8"))
    assert listed
    assert {row["topic"] for row in listed.values()} <= set(switching.names("topic"))
    assert {row["risk"] for row in listed.values()} <= set(RISKS)
    assert {label.partition("/")[2] for label in listed if "/" in label} <= set(look_ups())
