"""What `resident doctor` says of text messages, Telegram and the tracker."""

from __future__ import annotations

from typing import Dict

import pytest

from bot.running.doctor import CHECKS, STORED
from bot.settings import read_settings

ALL = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "one,two",
    "TWILIO_NUMBER": "+15195550100",
    "PUBLIC_URL": "https://chat.example.org/",
}
LOCAL = {**ALL, "PUBLIC_URL": "", "TWILIO_API_BASE_URL": "http://127.0.0.1:4013"}


@pytest.mark.parametrize(
    ("environ", "good", "words"),
    [
        ({}, True, "simulated by `resident sms simulate`"),
        ({"RESIDENT_PROFILE": "live"}, True, "not set up"),
        ({"PUBLIC_URL": "https://chat.example.org"}, True, "not set up"),
        (ALL, True, "https://chat.example.org/webhooks/sms/webhook"),
        (LOCAL, True, "http://127.0.0.1:8000/webhooks/sms/webhook"),
        ({**ALL, "TWILIO_NUMBER": "", "TWILIO_MESSAGING_SERVICE_SID": "MG1"}, True, "https://chat.example.org"),
        ({**ALL, "TWILIO_AUTH_TOKEN": " , "}, False, "TWILIO_AUTH_TOKEN"),
        ({**ALL, "PUBLIC_URL": ""}, False, "PUBLIC_URL"),
        ({**ALL, "TWILIO_NUMBER": ""}, False, "TWILIO_NUMBER"),
        ({**ALL, "TWILIO_NUMBER": "519-555-0100"}, False, "+15195550100"),
    ],
)
def test_texts_are_set_up_not_at_all_or_whole(environ: Dict[str, str], good: bool, words: str) -> None:
    found, sentence = dict(CHECKS)["texts"](read_settings(environ))
    assert found is good
    assert words in sentence
    assert "one" not in sentence.split()


BOT = {"TELEGRAM_BOT_TOKEN": "110201543:secret"}


@pytest.mark.parametrize(
    ("environ", "good", "words"),
    [
        ({}, True, "not set up"),
        (BOT, True, "asks Telegram for messages"),
        ({**BOT, "PUBLIC_URL": "https://chat.example.org/"}, True, "https://chat.example.org/webhooks/telegram/webhook"),
        ({**BOT, "PUBLIC_URL": "http://chat.example.org"}, False, "https://"),
        ({**BOT, "PUBLIC_URL": "http://127.0.0.1:8000", "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9000"}, True, "127.0.0.1:8000"),
    ],
)
def test_telegram_needs_a_token_and_nothing_else(environ: Dict[str, str], good: bool, words: str) -> None:
    found, sentence = dict(CHECKS)["Telegram"](read_settings(environ))
    assert found is good
    assert words in sentence
    assert "secret" not in sentence


def test_a_tracker_that_does_not_answer_is_told_without_its_password() -> None:
    good, sentence = dict(STORED)["tracker"](read_settings({"TRACKER_DATABASE_URL": "postgresql://u:correct-horse@127.0.0.1:9/x"}))
    assert not good
    assert "refused" in sentence
    assert "correct-horse" not in sentence
