"""`resident sms simulate` as somebody types it, against a running gateway and worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List

import pytest
import requests
from twilio.request_validator import RequestValidator

from bot.conversations.sentences import say
from bot.secrets import secrets
from bot.settings import read_settings
from bot.simulator.account import ACCOUNT_SID, CITY_NUMBER, environment, with_account
from bot.simulator.twilio import SimulatedTwilio, SimulatorError
from tests.conversations import databases, processes
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.conftest import Gateway
from tests.gateway.starting import system_at_work
from tests.running import ROOT, free_port

PHONE = "+15195550123"


@pytest.fixture(scope="module")
def ports() -> Dict[str, str]:
    return {name: str(free_port()) for name in ("GATEWAY_PORT", "SMS_SIMULATOR_PORT")}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, ports: Dict[str, str]) -> Iterator[Dict[str, str]]:
    """The environment of a system that `resident up` has started on the sandbox city, with a fake assistant behind."""
    folder = tmp_path_factory.mktemp("simulated")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    settings = {**ports, **environment(read_settings(ports))}
    with system_at_work(database, folder, int(settings.pop("GATEWAY_PORT")), **settings):
        yield processes.environment(database, **ports)


def simulate(environ: Dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bot.cli import main; main()", "sms", "simulate", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, input=typed, capture_output=True, text=True, timeout=LIMIT_S)


def texts(shown: str) -> List[str]:
    """Every text on the terminal, line ends and all but the frame left out."""
    found: List[List[str]] = []
    for line in shown.splitlines():
        if line.strip().startswith("┌"):
            found.append([])
        elif line.strip().startswith("│"):
            found[-1].append(line.strip().removeprefix("│").strip())
    return [" ".join(lines) for lines in found]


def test_lines_of_a_script_are_texts_and_each_is_answered_before_the_next(running: Dict[str, str]) -> None:
    done = simulate(running, "--from", "+1 519-555-0124", typed="pothole\n\nHELP\nété\n")
    assert done.returncode == 0, done.stderr
    first = " ".join(say("sms_first", "en").split())
    help_text = " ".join(say("sms_help", "en").split())
    assert texts(done.stdout) == ["pothole", f"{first} You said: pothole", "HELP", help_text, "été", "You said: été"]
    assert "└ 1 segment, GSM-7, 7 of 160 units" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("You sent 3 texts (3 segments); the city sent 3 texts (3 segments).")


def test_the_same_number_is_the_same_resident_and_no_number_a_new_one(running: Dict[str, str]) -> None:
    simulate(running, "--from", "+15195550125", typed="hello\n")
    assert texts(simulate(running, "--from", "+15195550125", typed="again\n").stdout) == ["again", "You said: again"]
    assert "Automated city assistant" in simulate(running, typed="hello\n").stdout


def test_silence_is_told_and_the_script_goes_on(running: Dict[str, str]) -> None:
    done = simulate(running, "--wait", "2", typed="STOP\npothole\nSTART\n")
    assert done.returncode == 0
    assert [text for text in texts(done.stdout) if text in ("STOP", "pothole", "START")] == ["STOP", "pothole", "START"]
    assert len(texts(done.stdout)) == 5
    assert done.stderr.splitlines()[-1] == "No text came within 2 s."


def test_a_part_that_is_not_there_is_named_before_anything_is_typed(running: Dict[str, str]) -> None:
    done = simulate(running)
    assert done.returncode == 0
    assert done.stderr.startswith("Answers may not come, since this is not well: actions, console, sandbox.")


def test_what_became_of_an_answer_is_reported_as_twilio_does(running: Dict[str, str], ports: Dict[str, str]) -> None:
    with SimulatedTwilio(with_account(read_settings(ports), secrets())) as twilio:
        phone = twilio.phone("+15195550126")
        twilio.text("+15195550126", "hello")
        assert phone.get(timeout=LIMIT_S).endswith("You said: hello")
        twilio.text("+15195550127", "hello")  # is off when the answer comes
        wait_until(lambda: deliveries(running["DATABASE_URL"]).get("undelivered") == "30003")
        assert "delivered" in deliveries(running["DATABASE_URL"])


def deliveries(database: str) -> Dict[str, str]:
    """What the outbox says became of messages, with Twilio's code."""
    import sqlite3

    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        return dict(connection.execute("SELECT delivery, error_code FROM conversations_outboundmessage"))


def test_the_door_is_as_shut_as_for_a_real_twilio(running: Dict[str, str]) -> None:
    url = f"http://127.0.0.1:{running['GATEWAY_PORT']}/webhooks/sms/webhook"
    form = {"AccountSid": ACCOUNT_SID, "MessageSid": "SM1", "From": PHONE, "To": CITY_NUMBER, "Body": "hello"}
    guess = RequestValidator("").compute_signature(url, form)
    for headers in ({}, {"X-Twilio-Signature": guess}):
        assert requests.post(url, data=form, headers=headers, timeout=LIMIT_S).status_code == 403


def test_the_simulated_twilio_takes_messages_with_the_account_s_credentials_only(ports: Dict[str, str]) -> None:
    config = with_account(read_settings({**ports, "SMS_SIMULATOR_PORT": str(free_port())}), secrets())
    with SimulatedTwilio(config) as twilio:
        phone = twilio.phone(PHONE)
        url = f"{config.twilio_api_base_url}{twilio.path}"
        form = {"To": PHONE, "Body": "from somebody else"}
        assert requests.post(url, data=form, timeout=LIMIT_S).status_code == 401
        assert requests.post(url, data=form, auth=(ACCOUNT_SID, "a guess"), timeout=LIMIT_S).status_code == 401
        assert requests.get(url, timeout=LIMIT_S).status_code == 401
        assert requests.post(f"{url}.xml", data=form, auth=(ACCOUNT_SID, "a guess"), timeout=LIMIT_S).status_code == 404
        assert phone.empty()
        assert twilio.sent == []


def test_a_phone_that_is_switched_on_later_gets_what_is_sent_then(ports: Dict[str, str]) -> None:
    config = with_account(read_settings({**ports, "SMS_SIMULATOR_PORT": str(free_port())}), secrets())
    with requests.Session() as worker:
        worker.auth = (ACCOUNT_SID, config.twilio_auth_tokens[0])
        for text in ("one", "two"):
            with SimulatedTwilio(config) as twilio:
                phone = twilio.phone(PHONE)
                worker.post(f"{config.twilio_api_base_url}{twilio.path}", data={"To": PHONE, "Body": text}, timeout=LIMIT_S)
                assert phone.get(timeout=LIMIT_S) == text


def test_one_phone_at_a_time(running: Dict[str, str], ports: Dict[str, str]) -> None:
    with SimulatedTwilio(with_account(read_settings(ports), secrets())):
        done = simulate(running, typed="hello\n")
    assert done.returncode == 1
    assert f"Port {ports['SMS_SIMULATOR_PORT']} is in use: one phone can be simulated at a time." in done.stderr


def test_nobody_to_text_is_one_sentence(running: Dict[str, str], tmp_path: Path) -> None:
    done = simulate({**running, "GATEWAY_PORT": str(free_port()), "RESIDENT_STATE": str(tmp_path)}, typed="hello\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "The gateway is not running here. Start it in another terminal with `make run`; GATEWAY_PORT says where it listens.\n"
    )
    assert list(tmp_path.iterdir()) == []  # no secret is made for nothing


@pytest.mark.parametrize("setting", ["RESIDENT_PROFILE=live", "PUBLIC_URL=https://chat.example.org", "TWILIO_AUTH_TOKEN=a token"])
def test_what_is_no_sandbox_is_not_texted(running: Dict[str, str], setting: str) -> None:
    name, _, value = setting.partition("=")
    done = simulate({**running, name: value}, typed="hello\n")
    assert done.returncode == 1
    assert done.stderr.startswith("Text messages are simulated on the sandbox city only")


def test_a_system_with_other_secrets_is_named(running: Dict[str, str]) -> None:
    done = simulate({**running, "INTERNAL_SECRET": "0" * 64}, typed="hello\n")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The gateway does not know this phone's Twilio: RESIDENT_STATE")


def test_a_system_that_takes_no_texts_is_named(gateway: Gateway, database_url: str) -> None:
    with gateway(database_url) as url:
        ours = {"GATEWAY_PORT": url.rpartition(":")[2], "SMS_SIMULATOR_PORT": str(free_port())}
        config = with_account(read_settings(ours), secrets())
        with SimulatedTwilio(config) as twilio, pytest.raises(SimulatorError, match="takes no text messages"):
            twilio.text(PHONE, "hello")


def test_a_time_that_is_none_is_refused_with_exit_code_2(running: Dict[str, str]) -> None:
    for wait in ("-1", "soon", "nan"):
        done = simulate(running, "--wait", wait, typed="hello\n")
        assert done.returncode == 2
        assert "must be a number from 0 to 3600" in done.stderr


@pytest.mark.parametrize("number", ["36363", "Kitchener", CITY_NUMBER, "5195550123", ""])
def test_a_number_that_is_none_or_the_city_s_is_refused_with_exit_code_2(running: Dict[str, str], number: str) -> None:
    done = simulate(running, "--from", number, typed="hello\n")
    assert done.returncode == 2
    assert "must be written like +15195550123" in done.stderr
