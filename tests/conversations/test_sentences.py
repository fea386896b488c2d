"""The sentences of `data/responses.yml`: all there, in every language, with nothing left to fill in."""

from __future__ import annotations

import pytest
import yaml

from bot.city import city
from bot.conversations.never_stored import CARD, HEALTH_CARD, SIN
from bot.conversations.sentences import say, source_line
from bot.messages import Source
from bot.settings import settings

FILE = yaml.safe_load((settings().data_folder / "responses.yml").read_text(encoding="utf-8"))
SAID_BY_CODE = {
    "apology",
    "late",
    "report_late",
    "report_late_code",
    "report_late_no_number",
    "empty",
    "choice_over",
    "slow_down",
    "busy",
    "unavailable",
    "cut",
    CARD,
    SIN,
    HEALTH_CARD,
    "feedback",
    "feedback_yes",
    "feedback_no",
    "feedback_thanks",
    "feedback_sorry",
    "photo_lost",
    "photo_unreadable",
    "photo_too_large",
    "photo_too_many",
    "source",
    "source_as_of",
    "telegram_first",
    "telegram_language",
    "telegram_words_only",
    "telegram_edited",
    "sms_more",
    "sms_first",
    "sms_help",
    "sms_stopped",
    "sms_started",
    "sms_enough",
    "sms_again",
    "sms_late",
    "sms_too_late",
    "forgotten",
    "notice",
    "paused",
    "paused_danger",
    "switched_off",
    "synthetic_question",
}
VALUES = {"message": "MESSAGE", "name": "NAME", "url": "URL", "date": "DATE", "number": "NUMBER", "token": "TOKEN"}


def test_the_file_has_the_sentences_the_code_says_and_no_others() -> None:
    assert set(FILE) == SAID_BY_CODE


@pytest.mark.parametrize("key", sorted(SAID_BY_CODE))
def test_a_sentence_is_there_in_every_language_and_complete(key: str) -> None:
    said = [say(key, language, **VALUES) for language in city().languages]
    assert len(set(said)) == len(city().languages) > 1
    assert not any("{" in sentence for sentence in said)
    assert say(key, None, **VALUES) == "\n".join(said)


@pytest.mark.parametrize(
    "key", ["apology", "late", "empty", "choice_over", "slow_down", "busy", "unavailable", "feedback_sorry", "switched_off"]
)
def test_whoever_gets_no_answer_gets_the_phone_number(key: str) -> None:
    for language in city().languages:
        assert city().phone in say(key, language)


def test_a_source_is_named_with_its_date_in_the_readers_language() -> None:
    source = Source("City", "https://example.org", "2026-03-01")
    assert source_line(source, "en") == "Source: City, as of March 1, 2026, https://example.org"
    assert source_line(source, "fr") == "Source : City, en date du 1er mars 2026, https://example.org"
    assert source_line(source, None) == source_line(source, city().languages[0])


def test_a_live_record_has_a_source_without_a_date() -> None:
    assert source_line(Source("City", "https://example.org"), "en") == "Source: City, https://example.org"
