"""What only text messages have: the carriers' words, one text for one answer, and the phone in the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.conversations.sentences import say
from tests.blackbox.residents import ANSWER_S, OverSms, unlike_any
from tests.blackbox.system import System
from tests.blackbox.test_conversations import NUMBER, another_one, report_a_pothole
from tests.running import ROOT

pytestmark = pytest.mark.blackbox
SILENCE_S = 3.0


@pytest.fixture
def phone(system: System) -> OverSms:
    return OverSms(system.twilio, system.record)


@pytest.mark.parametrize(("word", "language", "again"), [("CANCEL", "en", "START"), ("stop", "en", "yes"), ("Arrêt", "fr", "DEBUT")])
def test_a_carrier_s_word_inside_a_report_stops_all_texts_and_nothing_is_filed(
    system: System, phone: OverSms, word: str, language: str, again: str
) -> None:
    words = f"it is deep {unlike_any()}"
    report_a_pothole(phone, words)
    assert phone.says(word).text == say("sms_stopped", language)
    phone.phone.send("1")
    assert list(phone.phone.shows(SILENCE_S)) == []
    assert system.filed(words) == []
    assert phone.says(again).text == say("sms_started", "fr" if language == "fr" else "en")
    assert NUMBER.search(phone.says("send it").text)  # the report is where it was
    assert len(system.filed(words)) == 1


def test_help_inside_a_report_is_answered_and_leaves_it_open(phone: OverSms) -> None:
    phone.says("there's a pothole on king st w")
    assert phone.says("HELP").text == say("sms_help", "en")
    assert "What should the crew know?" in another_one(phone, phone.says("210")).text


@pytest.mark.parametrize(
    ("message", "language"), [("hello", "en"), ("when is garbage at 200 king st w?", "en"), ("il y a un gros nid-de-poule", "fr")]
)
def test_the_first_answer_and_the_introduction_are_one_text(phone: OverSms, message: str, language: str) -> None:
    (text,) = phone.texts(message)
    assert text.startswith(say("sms_first", language))


def test_a_report_is_filed_from_the_phone_in_the_terminal(system: System) -> None:
    system.switch_phones_off()
    words = f"it is deep {unlike_any()}"
    typed = "\n".join(["there's a pothole on king st w", "210", "another problem", words, "skip", "1", ""])
    command = [str(Path(sys.executable).with_name("resident")), "sms", "simulate"]
    done = subprocess.run(command, cwd=ROOT, env=system.environ, input=typed, capture_output=True, text=True, timeout=ANSWER_S)
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = system.filed(words)
    assert row["address"] == "210 King St W"
    assert row["service_request_id"] in done.stdout
