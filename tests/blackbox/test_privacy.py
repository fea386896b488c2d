"""A resident's own data on every channel: they hear what is kept, and after one yes nothing of it is on any disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Callable, List, Tuple

import pytest

from tests.blackbox.residents import OverRest, Resident, unlike_any
from tests.blackbox.system import System
from tests.running import ROOT

pytestmark = pytest.mark.blackbox
Newcomer = Callable[[], Resident]

LANGUAGES = [
    ("en", "what do you have about me", "delete my chat", ("Yes, delete it", "No, keep it"), "Done.", "nothing was deleted"),
    ("fr", "qu'avez-vous sur moi", "supprime ma conversation", ("Oui, supprimer", "Non, garder"), "C'est fait.", "rien n'a été supprimé"),
]


def places_of(words: str, system: System) -> List[str]:
    """The files of the running system, its log among them, that hold these words."""
    files = [path for path in system.state.rglob("*") if path.is_file()] + [system.output]
    assert len(files) > 3
    return [path.name for path in files if words.encode() in path.read_bytes()]


def greeting(language: str, words: str) -> str:
    """A first message with these (English) words; enough is around them to tell its language."""
    return f"hello {words}" if language == "en" else f"bonjour et merci, il y a ces mots dans mon message: {words}"


@pytest.mark.parametrize(("language", "ask", "wish", "titles", "done", "kept"), LANGUAGES)
def test_a_chat_is_kept_after_a_no_and_gone_after_a_yes(
    system: System, newcomer: Newcomer, language: str, ask: str, wish: str, titles: Tuple[str, str], done: str, kept: str
) -> None:
    resident, words = newcomer(), unlike_any()
    resident.says(greeting(language, words))
    assert places_of(words, system)
    told = resident.says(ask).text
    assert "2 messages" in told
    assert "365" in told

    assert resident.says(wish).choices == titles
    assert kept in resident.chooses(titles[1]).text
    assert places_of(words, system)

    assert resident.says(wish).choices == titles
    assert done in resident.chooses(titles[0]).text
    system.wait_for(lambda: not places_of(words, system))
    assert "1 message " in resident.says(ask).text


@pytest.mark.parametrize(("wish", "yes", "done"), [("delete my chat", "yes", "Done."), ("supprime ma conversation", "oui", "C'est fait.")])
def test_a_yes_in_words_deletes_too_and_a_report_stays_with_the_city(
    system: System, newcomer: Newcomer, wish: str, yes: str, done: str
) -> None:
    resident, words = newcomer(), unlike_any()
    resident.says(greeting("en" if yes == "yes" else "fr", words))
    resident.says(wish)
    answer = resident.says(yes).text
    assert done in answer
    assert ("stay with the city" if yes == "yes" else "restent à la ville") in answer
    system.wait_for(lambda: not places_of(words, system))


def test_a_yes_to_something_else_deletes_nothing(system: System, newcomer: Newcomer) -> None:
    resident, words = newcomer(), unlike_any()
    resident.says(f"hello {words}")
    resident.says("delete my chat")
    resident.says("hello")
    assert "deleted" not in resident.says("yes").text
    assert places_of(words, system)


def test_the_wish_ends_an_open_task(newcomer: Newcomer) -> None:
    resident = newcomer()
    resident.says("theres a huge pothole on king st w")
    assert "Yes, delete it" in resident.says("delete this whole chat").choices
    assert "nothing was deleted" in resident.chooses("No, keep it").text


def conversations(system: System, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("resident")), "conversations", *words]
    return subprocess.run(command, cwd=ROOT, env=system.environ, capture_output=True, text=True)


def test_staff_export_and_delete_somebody_while_everything_runs(system: System, tmp_path: Path) -> None:
    resident, words = OverRest(f"{system.gateway}/webhooks/rest/webhook"), unlike_any()
    resident.says(f"hello {words}")
    them = ("--channel", "rest", "--address", resident.sender)
    exported = conversations(system, "export", *them, "--output", str(tmp_path / "copy"))
    assert exported.returncode == 0, exported.stderr
    assert words in (tmp_path / "copy" / "transcript.txt").read_text(encoding="utf-8")
    done = conversations(system, "forget", *them, "--reason", "a test of the whole system", "--yes")
    assert (done.returncode, done.stdout) == (0, "Deleted: 1 conversation, messages: 1.\n"), done.stderr
    system.wait_for(lambda: not places_of(words, system))
    again = conversations(system, "forget", *them, "--reason", "a test of the whole system", "--yes")
    assert (again.returncode, again.stderr) == (1, "There is no such conversation.\n")
    assert "1 message " in resident.says("what do you have about me").text
