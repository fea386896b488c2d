"""The process that reads messages for the assistant: it answers, tells of errors without their words, and ends with the assistant."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import List

import pytest

from tests.running import ROOT

LIMIT_S = 20.0
BEGIN = """
import os, sys, time
from bot.assistant.reading import Reader
from bot.assistant.turn import TurnFailed

def read(text, before):
    if text == "Zanzibar Fountain":
        raise LookupError(text)
    if text == "panic":
        raise BaseException("as libraries in Rust raise it")
    return {"text": text, "before": before, "process": os.getpid()}

reader = Reader(read)
"""


def run(script: str) -> subprocess.Popen[str]:
    """A process of its own: one that loses its reader ends."""
    command = [sys.executable, "-c", BEGIN + script]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def lines_of(script: str) -> List[str]:
    with run(script) as process:
        output, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, output
    return output.splitlines()


def is_there(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def wait_until_gone(process: int) -> None:
    limit = time.monotonic() + LIMIT_S
    while is_there(process):
        assert time.monotonic() < limit, "it is still there"
        time.sleep(0.01)


def test_a_message_is_read_in_another_process() -> None:
    script = 'found = reader("and the recycling?", "garbage day")\nprint(found["text"], found["before"], found["process"] != os.getpid())'
    assert lines_of(script) == ["and the recycling? garbage day True"]


def test_an_error_is_told_without_what_the_resident_wrote_and_the_next_message_is_read() -> None:
    script = """
try:
    reader("Zanzibar Fountain", None)
except TurnFailed as err:
    print(err.part, err.reason)
try:
    reader("panic", None)
except TurnFailed as err:
    print(err.reason)
print(reader("hello", None)["text"])
"""
    failed, panicked, read = lines_of(script)
    assert failed.startswith("assistant LookupError at <string>:")
    assert panicked.startswith("BaseException at <string>:")
    assert read == "hello"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_it_ends_with_the_assistant_and_not_before(told: signal.Signals) -> None:
    script = f"""
found = reader("hello", None)["process"]
os.kill(found, {int(signal.SIGTERM)}), os.kill(found, {int(signal.SIGINT)})  # whoever ends the assistant tells both
print(reader("are you there", None)["process"], flush=True)
time.sleep({LIMIT_S})
"""
    with run(script) as process:
        assert process.stdout is not None
        reader = int(process.stdout.readline())
        assert is_there(reader)
        process.send_signal(told)
    wait_until_gone(reader)


def test_an_assistant_that_loses_its_reader_ends_too() -> None:
    script = """
process = reader("hello", None)["process"]
print(process, flush=True)
time.sleep(20)
"""
    with run(script) as process:
        assert process.stdout is not None
        os.kill(int(process.stdout.readline()), signal.SIGKILL)
        output, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == -signal.SIGTERM
    assert "the reader of messages has ended" in output


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_turn_whose_reader_ends_or_hangs_fails(number: signal.Signals) -> None:
    script = f"""
import signal
from bot.assistant import reading
reading.LONGEST_S = 0.2
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(reader("hello", None)["process"], {int(number)})
try:
    reader("hello", None)
except TurnFailed as err:
    os.write(1, err.reason.encode())  # in one piece: the watching thread writes too
"""
    assert "the reader has ended" in "\n".join(lines_of(script))
