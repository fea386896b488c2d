"""Whether an office is open, as residents read it where an answer sends them to one."""

from __future__ import annotations

from datetime import datetime
from typing import List

import pytest

from actions.answer_article import ActionAnswerArticle
from actions.conversation import ActionTalkToPerson
from bot.city import city
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.review import switching
from bot.sms.plain import plain
from bot.sms.segments import segments
from tests.actions.turns import Said, run, tracker

OFFICE = "Tax and bill questions, 519-741-2450"
pytestmark = pytest.mark.usefixtures("record")


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setattr("actions.office_hours.now", lambda: datetime.fromisoformat(moment).replace(tzinfo=city().timezone))


def asks_for_a_person(language: str = "en") -> Said:
    return run(ActionTalkToPerson(), tracker("a person please", "talk_to_person", slots={"language": language}))


@pytest.mark.parametrize(
    ("moment", "line"),
    [
        ("2026-11-30T08:30", f"{OFFICE}: open now, until 5:00 p.m."),
        ("2026-11-30T16:59", f"{OFFICE}: open now, until 5:00 p.m."),
        ("2026-11-30T17:00", f"{OFFICE}: closed now, opens Tuesday at 8:30 a.m."),
        ("2026-11-30T08:29", f"{OFFICE}: closed now, opens today at 8:30 a.m."),
        ("2026-12-05T12:00", f"{OFFICE}: closed now, opens Monday at 8:30 a.m."),
        ("2026-12-24T18:00", f"{OFFICE}: closed now, opens Tuesday at 8:30 a.m."),  # Monday is taken for Boxing Day, a Saturday
        ("2026-12-25T10:00", f"{OFFICE}: closed now, opens Tuesday at 8:30 a.m."),
        ("2027-12-24T17:30", f"{OFFICE}: closed now, opens Wednesday at 8:30 a.m."),  # the days after the weekend are taken instead
        ("2026-03-08T12:00", f"{OFFICE}: closed now, opens Monday at 8:30 a.m."),  # the clocks go forward
    ],
)
def test_whoever_asks_for_a_person_reads_whether_the_office_is_open(monkeypatch: pytest.MonkeyPatch, moment: str, line: str) -> None:
    at(monkeypatch, moment)
    said = asks_for_a_person()
    assert said.responses == ["utter_talk_to_person"]
    assert said.messages[1]["text"] == line


def test_the_same_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-12-05T12:00")
    assert asks_for_a_person("fr").messages[1]["text"] == ("Taxes et factures, 519-741-2450 : fermé, ouvre lundi à 8 h 30")


def about_tax() -> List[Article]:
    return [article for article in knowledge().articles if article.file.endswith("property_tax.yml")]


def answer(article: str, channel: str) -> str:
    said = run(ActionAnswerArticle(), tracker("…", "article", entities={"article": article}, slots={"language": "en"}, channel=channel))
    text: str = said.messages[0]["custom"]["text"]
    return text


def test_an_answer_that_names_the_office_says_whether_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-12-05T12:00")
    named = [article for article in about_tax() if "519-741-2450" in article.answer["en"]]
    assert named
    for article in named:
        assert answer(article.id, "webchat") == f"{article.answer['en']}\n{OFFICE}: closed now, opens Monday at 8:30 a.m."


def test_by_text_message_it_costs_no_segment_more(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-12-05T12:00")
    named = [article for article in about_tax() if "519-741-2450" in article.sms["en"]]
    texts = {article.id: answer(article.id, "sms") for article in named}
    assert all(segments(plain(texts[article.id])) == segments(plain(article.sms["en"])) for article in named)
    assert any("closed now" in text for text in texts.values())


def test_an_answer_that_names_no_office_stays_as_it_is() -> None:
    article = knowledge().article("garbage_missed")
    assert article
    assert answer(article.id, "webchat") == article.answer["en"]


def test_what_is_switched_off_sends_to_the_office_of_its_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, "2026-11-30T09:00")
    switching.switch_off("topic", "property_tax", "clerk")
    try:
        assert answer("tax_preauthorized", "webchat").splitlines()[1:] == [f"{OFFICE}: open now, until 5:00 p.m."]
    finally:
        switching.switch_on("topic", "property_tax", "clerk")
